package sheet

import (
	"strings"
	"testing"
	"time"
)

// A day is read where there is one way to read it, and is else said to be unclear.
func TestReadDay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text  string
		order Order
		want  string // the day, or the beginning of what is wrong
	}{
		{"2026-11-30", NoOrder, "2026-11-30"},
		{"2026-11-30 00:00:00", NoOrder, "2026-11-30"},
		{"2026-11-30T00:00:00.000", NoOrder, "2026-11-30"},
		{"2026-11-29T23:00:00Z", NoOrder, "2026-11-29T23:00:00Z is a moment in a time zone"}, // the 30th in Berlin
		{"2026-11-30T00:00:00+01:00", NoOrder, "2026-11-30T00:00:00+01:00 is a moment in a time zone"},
		{"30.11.2026", NoOrder, "2026-11-30"},
		{"3.12.2026 00:00", NoOrder, "2026-12-03"},
		{"30.11.2026", MonthFirst, "2026-11-30"}, // with dots the day is first wherever they are used
		{"3.12.26", NoOrder, "write the day like 2026-11-30, with the year in four digits"},
		{"3/12/2026", NoOrder, "3/12/2026 can be read as 2026-12-03 or as 2026-03-12"},
		{"3/12/2026", DayFirst, "2026-12-03"},
		{"3/12/2026", MonthFirst, "2026-03-12"},
		{"11/30/2026 12:00:00 AM", MonthFirst, "2026-11-30"},
		{"30-11-2026", DayFirst, "2026-11-30"},
		{"30/11/2026", MonthFirst, "there is no day 30/11/2026 with the month first"},
		{"30/11/2026", NoOrder, "write 30/11/2026 as 2026-11-30"},
		{"46356", NoOrder, "46356 is how a spreadsheet counts days, maybe 2026-11-30"},
		{"46356", DayFirst, "46356 is how a spreadsheet counts days"},
		{"2026-02-30", NoOrder, "there is no day 2026-02-30"},
		{"31.2.2026", NoOrder, "there is no day 31.2.2026"},
		{"Tuesday", NoOrder, LikeDay},
		{"", NoOrder, LikeDay},
	} {
		iso, wrong := ReadDay(tt.text, tt.order)
		if got := iso + wrong; !strings.HasPrefix(got, tt.want) || (iso == "") == (wrong == "") {
			t.Errorf("%q %q: %q, %q", tt.text, tt.order, iso, wrong)
		}
	}
}

// Whatever is written as a day, it is read as one or what is wrong is said in a line.
func FuzzReadDay(f *testing.F) {
	for _, s := range []string{"2026-11-30", "3/12/2026", "30.11.2026 00:00", "46356", "T", "1/1/1T", "2026-11-30T\x00"} {
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, month bool) {
		order := DayFirst
		if month {
			order = MonthFirst
		}
		for _, o := range []Order{NoOrder, order} {
			iso, wrong := ReadDay(text, o)
			if _, err := time.Parse(time.DateOnly, iso); (err == nil) == (wrong != "") {
				t.Fatalf("%q: %q, %q", text, iso, wrong)
			}
		}
	})
}
