package config_test

import (
	"testing"
	"time"

	"offboard/config"
)

func TestDuration(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		text string
		want time.Duration
		back string
	}{
		{"90s", 90 * time.Second, "90s"},
		{"24h", day, "1d"}, // the longest unit that fits
		{"3d", 3 * day, "3d"},
		{"2w", 14 * day, "2w"},
		{"1d12h", 36 * time.Hour, "36h"},
		{"1m500ms", 60500 * time.Millisecond, "60500ms"},
		{"0s", 0, "0s"},
	}
	for _, tt := range tests {
		var d config.Duration
		if err := d.UnmarshalText([]byte(tt.text)); err != nil || time.Duration(d) != tt.want || d.String() != tt.back {
			t.Errorf("%s: %s (%d), %v", tt.text, d, d, err)
		}
	}
	for _, bad := range []string{"", "3", "d", "-3d", "+3d", "1.5h", "3 d", "3D", "5m5m", "1h2d", "3days", "99999999999999999999w", "15251w", "15250w99999999h"} {
		d := config.Duration(7)
		if err := d.UnmarshalText([]byte(bad)); err == nil || d != 7 {
			t.Errorf("%q was read as %s", bad, d)
		}
	}
}

func FuzzDuration(f *testing.F) {
	f.Add("1w2d3h4m5s6ms")
	f.Fuzz(func(t *testing.T, text string) {
		var d, again config.Duration
		if d.UnmarshalText([]byte(text)) != nil {
			return
		}
		if err := again.UnmarshalText([]byte(d.String())); err != nil || d != again || d < 0 {
			t.Errorf("%q is %d, written %s, read %d (%v)", text, d, d, again, err)
		}
	})
}

func TestOffset(t *testing.T) {
	for text, want := range map[string]time.Duration{"2d": 48 * time.Hour, "-2d": -48 * time.Hour, "0s": 0} {
		var o config.Offset
		if err := o.UnmarshalText([]byte(text)); err != nil || time.Duration(o) != want {
			t.Errorf("%s is %s (%v)", text, time.Duration(o), err)
		}
	}
	for _, text := range []string{"-", "--2d", "+2d", "- 2d", ""} {
		var o config.Offset
		if err := o.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken for %s", text, time.Duration(o))
		}
	}
}
