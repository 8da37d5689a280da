package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Reminders says when people who have not answered are asked again.
type Reminders struct {
	Every       Duration `yaml:"every"`        // after the question and after each reminder; at least LeastReminder
	Hours       Hours    `yaml:"hours"`        // of the day, on the recipient's clock
	Days        Days     `yaml:"days"`         // of the week, likewise
	Escalate    Duration `yaml:"escalate"`     // after so long without an answer the role above is told too
	UrgentEvery Duration `yaml:"urgent_every"` // for a lock-out that has failed, at any hour

	BeforeReturn int `yaml:"before_return"` // working days before somebody who is suspended is to come back
}

// LeastReminder is the shortest time between two reminders of one question:
// who is asked more often stops reading.
const LeastReminder = Duration(4 * time.Hour)

// The bounds of UrgentEvery. Longer would let a file silence it.
const (
	leastUrgent = Duration(time.Minute)
	mostUrgent  = Duration(4 * time.Hour)
)

// mostBeforeReturn is how many working days before a day somebody still has it in
// mind when it comes.
const mostBeforeReturn = 20

// Hours are the hours of a day in which people are reminded, such as
// 09:00-17:00, from midnight on their clock. They do not go past midnight.
type Hours struct{ From, To time.Duration }

// UnmarshalText reads 09:00-17:00; the end may be 24:00.
func (h *Hours) UnmarshalText(text []byte) error {
	from, to, ok := strings.Cut(string(text), "-")
	a, okA := clock(from)
	b, okB := clock(to)
	if !ok || !okA || !okB || a >= b {
		return fmt.Errorf("%s are not hours of one day; write them such as 09:00-17:00", quote(string(text)))
	}
	h.From, h.To = a, b
	return nil
}

// clock is a time of day since midnight.
func clock(text string) (time.Duration, bool) {
	if text == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", text)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err == nil && len(text) == len("15:04")
}

// String is the hours as UnmarshalText reads them.
func (h Hours) String() string {
	write := func(d time.Duration) string {
		return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
	}
	return write(h.From) + "-" + write(h.To)
}

// Days are days of the week, such as mon-fri or mon,wed-fri.
type Days []time.Weekday

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// UnmarshalText reads days and ranges with commas between them. A range may go
// over the end of the week: fri-mon.
func (d *Days) UnmarshalText(text []byte) error {
	var days Days
	for part := range strings.SplitSeq(string(text), ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			to = from
		}
		a, b := slices.Index(weekdays, from), slices.Index(weekdays, to)
		if a < 0 || b < 0 {
			return fmt.Errorf("%s are not days of the week; write them such as mon-fri or mon,wed,fri", quote(string(text)))
		}
		for day := a; ; day = (day + 1) % len(weekdays) {
			if !slices.Contains(days, time.Weekday(day)) {
				days = append(days, time.Weekday(day))
			}
			if day == b {
				break
			}
		}
	}
	*d = days
	return nil
}

func usualReminders() Reminders {
	return Reminders{
		Every: Duration(24 * time.Hour), Escalate: Duration(48 * time.Hour), UrgentEvery: Duration(15 * time.Minute), BeforeReturn: 1,
		Hours: Hours{9 * time.Hour, 17 * time.Hour}, Days: Days{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
	}
}

func (k checker) reminders() {
	r := k.Reminders
	for path, d := range map[string]Duration{"reminders.every": r.Every, "reminders.escalate": r.Escalate} {
		if k.written(path) && d < LeastReminder {
			k.add(path, "%s is too soon: people need time to answer; write at least %s", d, LeastReminder)
		}
	}
	if n := r.BeforeReturn; n < 0 || n > mostBeforeReturn {
		k.add("reminders.before_return", "write from 0 (that day) to %d working days", mostBeforeReturn)
	}
	const urgent = "reminders.urgent_every"
	if k.written(urgent) && (r.UrgentEvery < leastUrgent || r.UrgentEvery > mostUrgent) {
		k.add(urgent, "write from %s to %s: somebody may still have access meanwhile", leastUrgent, mostUrgent)
	}
}
