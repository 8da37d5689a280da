package view_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the test machine may have no time zones

	"pgregory.net/rapid"

	"offboard/bot/bottest"
	"offboard/commands/view"
	"offboard/store"
)

func location(t interface{ Fatal(...any) }, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// A message that stands counts down in few steps, and by the days of the
// leaver's calendar; an answer counts minutes.
func TestCountdown(t *testing.T) {
	zone := location(t, "America/Toronto")
	at := time.Date(2026, 11, 30, 17, 0, 0, 0, zone)
	for _, tt := range []struct {
		left         time.Duration
		stands, asks string
	}{
		{30 * 24 * time.Hour, "in 4 weeks", "in 4 weeks"},
		{14 * 24 * time.Hour, "in 2 weeks", "in 2 weeks"},
		{13 * 24 * time.Hour, "in 13 days", "in 13 days"},
		{64*time.Hour + 59*time.Minute, "in 2 days", "in 2 days"}, // it is Saturday, just after midnight
		{65*time.Hour + time.Minute, "in 3 days", "in 3 days"},
		{30 * time.Hour, "tomorrow", "tomorrow"},
		{23 * time.Hour, "tomorrow", "in 23 hours"},
		{16 * time.Hour, "today", "in 16 hours"},
		{12 * time.Hour, "within 12 hours", "in 12 hours"},
		{2*time.Hour + time.Second, "within 3 hours", "in 2 hours"},
		{2 * time.Hour, "within 2 hours", "in 2 hours"},
		{31 * time.Minute, "within 1 hour", "in 31 minutes"},
		{12 * time.Minute, "within 30 minutes", "in 12 minutes"},
		{time.Minute, "within 10 minutes", "in 1 minute"},
		{time.Second, "within 10 minutes", "in less than a minute"},
		{0, "", ""},
		{-time.Hour, "", ""},
	} {
		now := at.Add(-tt.left)
		if got := (view.When{Now: now}).In(at, zone); got != tt.stands {
			t.Errorf("%s before, a message reads %q, want %q", tt.left, got, tt.stands)
		}
		if got := (view.When{Now: now, Exact: true}).In(at, zone); got != tt.asks {
			t.Errorf("%s before, an answer reads %q, want %q", tt.left, got, tt.asks)
		}
	}
	if got := (view.When{}).In(at, zone); got != "" {
		t.Errorf("without a clock: %q", got)
	}
}

// What a message that stands says stays right until Next, and Next comes: at
// most so many edits a case as it has days and steps.
func TestCountdownIsRightUntilNext(t *testing.T) {
	zones := []string{"UTC", "Europe/Lisbon", "America/Toronto", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "America/Nuuk", "Africa/Cairo", "America/Havana"}
	rapid.Check(t, func(t *rapid.T) {
		c := caseIn(store.Approved, store.At)
		c.Pending = nil
		c.Terms.Zone = rapid.SampledFrom(zones).Draw(t, "zone")
		from := time.Date(2011, 12, 1, 0, 0, 0, 0, time.UTC) // Apia skips a day in this month
		if rapid.Bool().Draw(t, "other year") {
			from = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		now := from.Add(time.Duration(rapid.Int64Range(0, 300*24*60).Draw(t, "now")) * time.Minute)
		length := time.Duration(rapid.Int64Range(1, 60*24*60).Draw(t, "left")) * time.Minute
		at := now.Add(length)
		c.Plans[0].CutOff.At = at
		edits := 0
		text := view.When{Now: now}.In(at, c.Zone())
		for {
			next := view.Next(c, now)
			if next.IsZero() {
				break
			}
			if !next.After(now) {
				t.Fatalf("after %s comes %s", now, next)
			}
			between := now.Add(time.Duration(rapid.Int64Range(0, int64(next.Sub(now))-1).Draw(t, "between")))
			if got := (view.When{Now: between}).In(at, c.Zone()); got != text {
				t.Fatalf("it read %q from %s on, and has to read %q at %s, before %s", text, now, got, between, next)
			}
			now = next
			if got := (view.When{Now: now}).In(at, c.Zone()); got != text {
				edits++
				text = got
			}
		}
		if !now.Equal(at) || text != "" {
			t.Fatalf("it ends at %s with %q, and the time is %s", now, text, at)
		}
		if most := min(15, int(length.Hours()/24)+2) + int(length.Hours()/24/7) + 8; edits > most {
			t.Fatalf("%d edits for %s, want at most %d", edits, length, most)
		}
	})
}

// Only what is approved and goes by a clock counts down.
func TestCountdownOfWhat(t *testing.T) {
	for _, plan := range planStates {
		for _, mode := range modes {
			c := caseIn(plan, mode)
			c.Plans[0].CutOff.At = monday.Add(72 * time.Hour)
			v := newView("Jane Doe")
			v.When.Now = monday
			text := bottest.Render(v.Card(c)) + bottest.Render(v.Survey(c))
			counts := plan == store.Approved && mode == store.At
			if strings.Contains(text, "in 3 days") != counts || view.Next(c, monday).IsZero() == counts {
				t.Errorf("a plan %s, %s: %s", plan, mode, text)
			}
			c.Holds = []store.Hold{{Entry: 1, Person: "P-3", At: monday}}
			if strings.Contains(bottest.Render(v.Card(c)), "in 3 days") || !view.Next(c, monday).IsZero() {
				t.Errorf("a plan %s, %s, that is held counts down", plan, mode)
			}
		}
	}
}

// How a time differs from what was chosen is said wherever the time is.
func TestWished(t *testing.T) {
	for _, tt := range []struct {
		zone, wish string
		off        time.Duration // the zone's rules have changed by so much since
		want       string
	}{
		{"Europe/Lisbon", "2026-11-30 18:00", 0, ""},
		{"Europe/Lisbon", "2026-03-29 01:30", 0, "01:30 does not exist there on that day: the clocks are put forward, to 02:00."},
		{"Europe/Lisbon", "2026-10-25 01:30", 0, "01:30 comes twice there on that day, because the clocks are put back: this is the first."},
		{"Pacific/Apia", "2011-12-30 18:00", 0, "2011-12-30 18:00 does not exist there: the clocks skip it, and go on at 00:00 on 31 December."},
		{"Africa/Casablanca", "2026-11-30 18:00", time.Hour, "18:00 was chosen, and the rules of that time zone have changed since. Change the time if this is wrong."},
	} {
		zone := location(t, tt.zone)
		at, _ := store.Wish(tt.wish).In(zone)
		c := caseIn(store.Approved, store.At)
		c.Terms.Zone = tt.zone
		c.Plans[0].CutOff = store.CutOff{Mode: store.At, At: at.Add(tt.off), Wish: store.Wish(tt.wish)}
		if got := view.Wished(c.Plans[0].CutOff, zone); got != tt.want {
			t.Errorf("%s in %s: %q, want %q", tt.wish, tt.zone, got, tt.want)
		}
		text := strings.Join(strings.Fields(bottest.Render(newView("Jane Doe").Card(c))), " ")
		if !strings.Contains(text, tt.want) || !strings.Contains(text, view.Moment(at.Add(tt.off), zone).String()) {
			t.Errorf("%s in %s: the card reads\n%s", tt.wish, tt.zone, text)
		}
	}
}

// A last day that is about a year ahead is asked about.
func TestFar(t *testing.T) {
	zone := location(t, "Asia/Kathmandu")
	for day, want := range map[store.Date]string{
		"2026-11-20": "", "2026-11-23": "", "2027-09-18": "", "2026-11": "",
		"2027-09-19": "Sun 19 September 2027 is 300 days ahead: please check the year.",
		"2028-11-23": "Thu 23 November 2028 is 731 days ahead: please check the year.",
	} {
		if got := view.Far(day, monday, zone); got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
}
