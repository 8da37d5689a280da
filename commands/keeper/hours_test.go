package keeper

import (
	"testing"
	"time"

	"offboard/store"
)

var office = Hours{9 * time.Hour, 17 * time.Hour, []time.Weekday{1, 2, 3, 4, 5}}

func TestHours(t *testing.T) {
	night := Hours{time.Hour + 30*time.Minute, 2*time.Hour + 30*time.Minute, []time.Weekday{0, 1, 2, 3, 4, 5, 6}}
	gap := Hours{2 * time.Hour, 3 * time.Hour, night.Days}
	all := Hours{0, 24 * time.Hour, night.Days}
	for _, tt := range []struct {
		name  string
		hours Hours
		zone  string
		t     string
		want  string
	}{
		{"in working time", office, "Europe/Oslo", "2026-11-24T12:00:00+01:00", "2026-11-24T12:00:00+01:00"},
		{"at its first moment", office, "Europe/Oslo", "2026-11-24T09:00:00+01:00", "2026-11-24T09:00:00+01:00"},
		{"before it", office, "Europe/Oslo", "2026-11-24T08:59:59+01:00", "2026-11-24T09:00:00+01:00"},
		{"at its end", office, "Europe/Oslo", "2026-11-24T17:00:00+01:00", "2026-11-25T09:00:00+01:00"},
		{"on Friday evening", office, "Europe/Oslo", "2026-11-27T17:00:00+01:00", "2026-11-30T09:00:00+01:00"},
		{"on Sunday, where it is Monday already", office, "Pacific/Auckland", "2026-11-29T21:00:00Z", "2026-11-30T10:00:00+13:00"},
		{"half an hour beside the others", office, "Asia/Kolkata", "2026-11-24T00:00:00Z", "2026-11-24T09:00:00+05:30"},
		{"always", all, "Europe/Oslo", "2026-11-29T03:33:33Z", "2026-11-29T03:33:33Z"},

		// The clocks were put forward on Sunday, 28 March 2027, from 02:00 to 03:00.
		{"over the spring", office, "Europe/Oslo", "2027-03-26T17:00:00+01:00", "2027-03-29T09:00:00+02:00"},
		{"until the gap", night, "Europe/Oslo", "2027-03-28T01:45:00+01:00", "2027-03-28T01:45:00+01:00"},
		{"no half past two", night, "Europe/Oslo", "2027-03-28T03:00:00+02:00", "2027-03-29T01:30:00+02:00"},
		{"a day without the hour", gap, "Europe/Oslo", "2027-03-28T01:30:00+01:00", "2027-03-29T02:00:00+02:00"},
		// Back on Sunday, 25 October 2026, from 03:00 to 02:00.
		{"over the autumn", office, "Europe/Oslo", "2026-10-23T17:00:00+02:00", "2026-10-26T09:00:00+01:00"},
		{"past it, and again in it", night, "Europe/Oslo", "2026-10-25T02:45:00+02:00", "2026-10-25T02:00:00+01:00"},
		{"the second time", night, "Europe/Oslo", "2026-10-25T02:15:00+01:00", "2026-10-25T02:15:00+01:00"},
		// Half an hour only, and at midnight.
		{"Lord Howe", office, "Australia/Lord_Howe", "2026-10-02T17:00:00+10:30", "2026-10-05T09:00:00+11:00"},
		{"midnight is put forward", Hours{0, time.Hour, all.Days}, "Africa/Cairo", "2026-04-23T12:00:00+02:00", "2026-04-25T00:00:00+03:00"},
		// A Friday that Samoa never had.
		{"a day that was left out", Hours{9 * time.Hour, 17 * time.Hour, []time.Weekday{5}}, "Pacific/Apia", "2011-12-29T10:00:00-10:00", "2012-01-06T09:00:00+14:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			zone, err := time.LoadLocation(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			at, err1 := time.Parse(time.RFC3339, tt.t)
			want, err2 := time.Parse(time.RFC3339, tt.want)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if got := tt.hours.Next(at, zone); !got.Equal(want) {
				t.Errorf("after %s comes %s, want %s", at, got.In(zone), want.In(zone))
			}
		})
	}
}

// Whenever one asks, the answer is a working hour, and the first one.
func TestHoursOfAYear(t *testing.T) {
	for _, name := range []string{"Europe/Oslo", "America/Santiago", "Asia/Kolkata", "UTC"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(73 * time.Minute) {
			next := office.Next(at, zone)
			if l := next.In(zone); next.Before(at) || l.Weekday() == 0 || l.Weekday() == 6 || l.Hour() < 9 || l.Hour() >= 17 {
				t.Fatalf("after %s comes %s", at, l)
			}
			if before := next.Add(-time.Nanosecond); !before.Before(at) && office.Next(before, zone).Equal(before) {
				t.Fatalf("%s, before %s, is a working hour too", before, next)
			}
		}
	}
}

func TestBack(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		day  store.Date
		days int
		want string
	}{
		{"2026-12-04", 1, "2026-12-03T09:00:00+01:00"},
		{"2026-12-07", 1, "2026-12-04T09:00:00+01:00"}, // over a weekend
		{"2026-12-06", 1, "2026-12-04T09:00:00+01:00"}, // on one
		{"2026-12-07", 6, "2026-11-27T09:00:00+01:00"},
		{"2026-12-07", 0, "2026-12-07T09:00:00+01:00"},
		{"2027-03-29", 1, "2027-03-26T09:00:00+01:00"}, // over the spring
	} {
		if got := office.Back(tt.day, tt.days, oslo).In(oslo).Format(time.RFC3339); got != tt.want {
			t.Errorf("%d working days before %s: %s, want %s", tt.days, tt.day, got, tt.want)
		}
	}
}
