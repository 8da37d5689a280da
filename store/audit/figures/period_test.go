package figures

import (
	"strings"
	"testing"
	"time"
)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)
	for _, tt := range []struct{ text, want, before string }{
		{"", "last 90 days 2026-08-26 2026-11-23", " 2026-05-28 2026-08-25"},
		{"this month", "November 2026 2026-11-01 2026-11-23", " 2026-10-01 2026-10-23"}, // as many days
		{"Last  Month", "October 2026 2026-10-01 2026-10-31", "September 2026 2026-09-01 2026-09-30"},
		{"this quarter", "Q4 2026 2026-10-01 2026-11-23", " 2026-07-01 2026-08-23"},
		{"last quarter", "Q3 2026 2026-07-01 2026-09-30", "Q2 2026 2026-04-01 2026-06-30"},
		{"2026-Q1", "Q1 2026 2026-01-01 2026-03-31", "Q4 2025 2025-10-01 2025-12-31"},
		{"2026 q3", "Q3 2026 2026-07-01 2026-09-30", "Q2 2026 2026-04-01 2026-06-30"},
		{"2024-02", "February 2024 2024-02-01 2024-02-29", "January 2024 2024-01-01 2024-01-31"},
		{"2026", "2026 2026-01-01 2026-11-23", " 2025-01-01 2025-11-23"},
		{"2025", "2025 2025-01-01 2025-12-31", "2024 2024-01-01 2024-12-31"},
		{"this year", "2026 2026-01-01 2026-11-23", " 2025-01-01 2025-11-23"},
		{"last year", "2025 2025-01-01 2025-12-31", "2024 2024-01-01 2024-12-31"},
		{"last 7 days", "last 7 days 2026-11-17 2026-11-23", " 2026-11-10 2026-11-16"},
		{"today", "today 2026-11-23 2026-11-23", " 2026-11-22 2026-11-22"},
		{"2026-07-01 2026-09-30", " 2026-07-01 2026-09-30", " 2026-03-31 2026-06-30"},
		{"from 2026-07-01 to 2026-07-01", " 2026-07-01 2026-07-01", " 2026-06-30 2026-06-30"},
		{"2026-11-01 2027-01-01", " 2026-11-01 2026-11-23", " 2026-10-09 2026-10-31"}, // what is to come is left out
		{"2026-11-01..2026-11-02", " 2026-11-01 2026-11-02", " 2026-10-30 2026-10-31"},
	} {
		p, before, err := ParsePeriod(tt.text, now, time.UTC)
		line := func(p Period) string { return p.Name + " " + string(p.From) + " " + string(p.To) }
		if err != nil || line(p) != tt.want || line(before) != tt.before {
			t.Errorf("%q: %q, %q, %v; want %q, %q", tt.text, line(p), line(before), err, tt.want, tt.before)
		}
	}
	for _, tt := range []struct{ text, want string }{
		{"yesterday week", "2026-Q3"},
		{"2026-Q5", "2026-Q3"},
		{"2026-13", "2026-Q3"},
		{"last 0 days", "2026-Q3"},
		{"2026-07-01", "2026-Q3"},
		{"2026-02-30 2026-03-01", "2026-Q3"},
		{"1900-01-01 2026-03-01", "2026-Q3"},
		{"0000", "2026-Q3"},
		{"2026-09-30 2026-07-01", "before it begins"},
		{"2027", "still to come"},
		{"2026-12", "still to come"},
		{"2027-01-01 2027-01-02", "still to come"},
	} {
		if p, _, err := ParsePeriod(tt.text, now, time.UTC); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %+v, %v; want %q", tt.text, p, err, tt.want)
		}
	}
	// It is tomorrow already in the zone of the report, and a day has 25 hours there.
	zone := mustZone(t, "Europe/Lisbon")
	p, _, err := ParsePeriod("2026-10-25 2026-10-25", now, zone)
	if got := p.end(zone).Sub(p.begin(zone)); err != nil || got != 25*time.Hour {
		t.Errorf("%v, %v", got, err)
	}
	if p, _, err := ParsePeriod("today", now, mustZone(t, "Asia/Tokyo")); err != nil || p.From != "2026-11-24" {
		t.Errorf("%+v, %v", p, err)
	}
}

// Whatever somebody types is a period that has begun, and one before it of no more
// days that ends before it; or it is refused.
func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"", "this month", "2026-Q3", "last 90 days", "2026-07-01 to 2026-09-30", "9999", "last 9999 days", "2024-02", "2026-11-01..9999-01-01"} {
		f.Add(s, int64(1_790_000_000))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix%4_000_000_000, 0)
		if now.Year() < 2000 {
			t.Skip()
		}
		p, before, err := ParsePeriod(text, now, time.UTC)
		if err != nil {
			return
		}
		length := func(p Period) time.Duration { return p.end(time.UTC).Sub(p.begin(time.UTC)) }
		if length(p) <= 0 || length(before) <= 0 || p.begin(time.UTC).After(now) || before.end(time.UTC).After(p.begin(time.UTC)) || p.To.In(time.UTC).After(now) {
			t.Errorf("%q on %s: %+v, before %+v", text, now, p, before)
		}
	})
}
