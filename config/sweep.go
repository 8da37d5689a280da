package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Sweep is when all accounts of all systems are looked at, in the company's zone:
// never, each day, or on one day of the week.
type Sweep struct {
	Off   bool
	Daily bool
	Day   time.Weekday // unless Daily
	Hour  time.Duration
}

// usualSweep is Monday morning, before people begin to work: what is found is
// seen to on the same day.
func usualSweep() Sweep { return Sweep{Day: time.Monday, Hour: 6 * time.Hour} }

// UnmarshalText reads off, daily 06:00 or mon 06:00.
func (s *Sweep) UnmarshalText(text []byte) error {
	if string(text) == "off" {
		*s = Sweep{Off: true}
		return nil
	}
	day, hour, _ := strings.Cut(string(text), " ")
	at, ok := clock(hour)
	i := slices.Index(weekdays, day)
	if !ok || at == 24*time.Hour || i < 0 && day != "daily" {
		return fmt.Errorf("%s is not a time of the week; write it such as \"mon 06:00\" or \"daily 06:00\", or off", quote(string(text)))
	}
	*s = Sweep{Hour: at, Daily: i < 0}
	if i >= 0 {
		s.Day = time.Weekday(i)
	}
	return nil
}

// String is the time as UnmarshalText reads it.
func (s Sweep) String() string {
	day := weekdays[s.Day]
	switch {
	case s.Off:
		return "off"
	case s.Daily:
		day = "daily"
	}
	return fmt.Sprintf("%s %02d:%02d", day, int(s.Hour.Hours()), int(s.Hour.Minutes())%60)
}

// seldom reports whether s comes less often than another.
func (s Sweep) seldom(than Sweep) bool {
	return s.Off && !than.Off || than.Daily && !s.Daily
}

// The bounds of Watch.KnownFor.
const (
	leastKnown = Duration(24 * time.Hour)
	mostKnown  = Duration(2 * 365 * 24 * time.Hour)
)
