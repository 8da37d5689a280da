package config_test

import (
	"reflect"
	"testing"
	"time"

	"offboard/config"
)

func TestHours(t *testing.T) {
	for text, want := range map[string]config.Hours{
		"09:00-17:00": {From: 9 * time.Hour, To: 17 * time.Hour},
		"00:00-24:00": {To: 24 * time.Hour},
		"08:30-08:31": {From: 8*time.Hour + 30*time.Minute, To: 8*time.Hour + 31*time.Minute},
	} {
		var h config.Hours
		if err := h.UnmarshalText([]byte(text)); err != nil || h != want || h.String() != text {
			t.Errorf("%s is %s, %v", text, h, err)
		}
	}
	for _, text := range []string{
		"", "9-17", "9:00-17:00", "09:00", "17:00-09:00", "09:00-09:00", "09:00-24:01", "24:00-24:00", "09:00-17:00-18:00", "09:00 - 17:00", "09:60-17:00", "22:00-06:00",
	} {
		var h config.Hours
		if err := h.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is %s", text, h)
		}
	}
}

func TestDays(t *testing.T) {
	for text, want := range map[string]config.Days{
		"mon-fri":      {1, 2, 3, 4, 5},
		"sun-thu":      {0, 1, 2, 3, 4},
		"fri-mon":      {5, 6, 0, 1}, // over the end of the week
		"mon, wed,mon": {1, 3},
		"sat":          {6},
		"mon-sun":      {1, 2, 3, 4, 5, 6, 0},
	} {
		var d config.Days
		if err := d.UnmarshalText([]byte(text)); err != nil || !reflect.DeepEqual(d, want) {
			t.Errorf("%s is %v, %v", text, d, err)
		}
	}
	for _, text := range []string{"", "monday", "mon-", "-fri", "mon-tue-wed", "mon,,tue", "Mon-Fri"} {
		var d config.Days
		if err := d.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is %v", text, d)
		}
	}
}

// Whatever is understood is written as it is read.
func FuzzHours(f *testing.F) {
	f.Add("09:00-17:00", "mon-fri")
	f.Add("00:00-24:00", "fri-mon,wed")
	f.Fuzz(func(t *testing.T, hours, days string) {
		var h config.Hours
		if err := h.UnmarshalText([]byte(hours)); err == nil && (h.String() != hours || h.From < 0 || h.From >= h.To || h.To > 24*time.Hour) {
			t.Errorf("%q is %s", hours, h)
		}
		var d config.Days
		if err := d.UnmarshalText([]byte(days)); err == nil && (len(d) == 0 || len(d) > 7) {
			t.Errorf("%q is %v", days, d)
		}
	})
}
