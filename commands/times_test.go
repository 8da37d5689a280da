package commands_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the test machine may have no time zones

	"pgregory.net/rapid"

	"offboard/commands"
	"offboard/store"
)

// The usual time is on the last day of work, where the leaver is, whatever day
// and zone that is: never on the day after, and never the end of employment.
func TestUsualTimeIsOnTheLastDay(t *testing.T) {
	t.Parallel()
	times := commands.Times{Hours: [7]string{"12:00", "", "18:30", "", "", "16:00", "00:00"}}
	zones := []string{"UTC", "Europe/Lisbon", "America/Toronto", "America/Nuuk", "America/Havana", "Africa/Cairo", "Africa/Casablanca", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Apia"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		day := time.Date(2012, 1, 1+rapid.IntRange(0, 10000).Draw(t, "day"), 0, 0, 0, 0, time.UTC) // Apia skips none from here on
		hour := []string{"12:00", "18:00", "18:30", "18:00", "18:00", "16:00", "00:00"}[day.Weekday()]
		last := store.Date(day.Format(time.DateOnly))
		at, fit := times.Usual(last, "").In(zone)
		if got := at.In(zone).Format(time.DateOnly); got != string(last) {
			t.Fatalf("on %s in %s access ends on %s", last, zone, got)
		}
		if got := at.In(zone).Format("15:04"); got != hour && fit != store.Gap {
			t.Fatalf("on %s in %s access ends at %s, want %s (%q)", last, zone, got, hour, fit)
		}
	})
	if w := times.Usual("2026-02-30", ""); w.Valid() {
		t.Errorf("a day that does not exist has the usual time %s", w)
	}
}

// The zone that is asked for is required, and nothing of it is taken from the
// company where nothing says it.
func TestNoZoneIsNobodysDefault(t *testing.T) {
	t.Parallel()
	play(t, `
hanna: /offboard start tom
hanna clicks "Choose Tom Okafor"
`, func(c *company) {
		text := c.chat.Transcript()
		if !strings.Contains(text, "Time zone *           ‹text?›") || strings.Contains(text, "UTC") {
			t.Errorf("the form reads\n%s", text)
		}
	})
}
