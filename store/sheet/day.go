package sheet

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// LikeDay is what WrongDay says of what is no day at all.
const LikeDay = "write the day like 2026-11-30"

// Order is which number comes first in a day that is written with slashes. Nobody
// guesses it: 3/12 is a day in spring or in winter.
type Order string

// The orders.
const (
	NoOrder    Order = ""
	DayFirst   Order = "day"   // 30/11/2026
	MonthFirst Order = "month" // 11/30/2026
)

// Valid reports whether o is one of them.
func (o Order) Valid() bool { return o == NoOrder || o == DayFirst || o == MonthFirst }

// ReadDay reads a day as spreadsheets and personnel systems write it, and returns
// it like 2026-11-30; wrong says what to do about one that can be read in several
// ways, or in none. With dots the day comes first, as it does wherever they are
// used. A time of day is left out unless it is in a zone: then the day may be
// another one where the person works.
func ReadDay(text string, order Order) (iso, wrong string) {
	day, clock, timed := strings.Cut(strings.Replace(text, "T", " ", 1), " ")
	if timed && day != "" && day[0] >= '0' && day[0] <= '9' {
		if !plainTime(clock) {
			return "", fmt.Sprintf("%s is a moment in a time zone, and may be another day where they work; %s", Line(short(text)), LikeDay)
		}
		text = day
	}
	if n := numbers(text, "-"); len(n) == 3 {
		if iso := isoDay(n[0], n[1], n[2]); iso != "" && len(text) >= 8 {
			return iso, ""
		}
	}
	if n := numbers(text, "."); len(n) == 3 && isoDay(n[2], n[1], n[0]) != "" {
		return isoDay(n[2], n[1], n[0]), ""
	}
	for _, sep := range []string{"/", "-"} {
		n := numbers(text, sep)
		if len(n) != 3 {
			continue
		}
		switch order {
		case DayFirst:
			iso = isoDay(n[2], n[1], n[0])
		case MonthFirst:
			iso = isoDay(n[2], n[0], n[1])
		case NoOrder:
			continue
		}
		if iso != "" {
			return iso, ""
		}
		return "", fmt.Sprintf("there is no day %s with the %s first; %s", text, order, LikeDay)
	}
	// Days since 1899-12-30, as Excel keeps them; files of old Macs count from 1904.
	if n, err := strconv.Atoi(text); err == nil && n > 20000 && n < 80000 {
		say := time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		return "", fmt.Sprintf("%s is how a spreadsheet counts days, maybe %s: give the column the format of a date, and save it again", text, say)
	}
	return "", WrongDay(text)
}

// plainTime reports whether a text is a time of day without a zone.
func plainTime(text string) bool {
	for _, layout := range []string{"15:04", "15:04:05", "15:04:05.999999999", "3:04 PM", "3:04:05 PM"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}

// numbers are those of a day; nil if it is not written with that sign.
func numbers(text, sep string) []int {
	parts := strings.Split(text, sep)
	if len(parts) != 3 {
		return nil
	}
	var n []int
	for _, part := range parts {
		v, err := strconv.Atoi(part)
		if err != nil || len(part) > 4 || v < 0 {
			return nil
		}
		n = append(n, v)
	}
	return n
}

// WrongDay says what is wrong with a day that is not written like 2026-11-30, and where
// it can be told how to write it.
func WrongDay(text string) string {
	for _, sep := range []string{"/", ".", "-"} {
		n := numbers(text, sep)
		if len(n) != 3 {
			continue
		}
		first := isoDay(n[2], n[1], n[0]) // the day first
		other := isoDay(n[2], n[0], n[1])
		asWritten := isoDay(n[0], n[1], n[2])
		switch {
		case asWritten != "":
			return fmt.Sprintf("write %s as %s", text, asWritten)
		case first != "" && other != "" && first != other && sep != ".":
			return fmt.Sprintf("%s can be read as %s or as %s; write the one that is meant", text, first, other)
		case first != "":
			return fmt.Sprintf("write %s as %s: with the day first it could be mistaken for another day", text, first)
		case other != "":
			return fmt.Sprintf("write %s as %s: with the month first it could be mistaken for another day", text, other)
		case n[0] < 1000 && n[2] < 1000:
			return LikeDay + ", with the year in four digits"
		}
		return fmt.Sprintf("there is no day %s; %s", text, LikeDay)
	}
	return LikeDay
}

// isoDay writes a day; empty if there is none such.
func isoDay(year, month, day int) string {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 1000 || t.Year() != year || int(t.Month()) != month || t.Day() != day {
		return ""
	}
	return t.Format(time.DateOnly)
}
