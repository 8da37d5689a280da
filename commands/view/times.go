package view

import (
	"fmt"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Wished says how a cut-off differs from the time that was chosen, or that its
// time comes twice; empty where there is nothing to say.
func Wished(cut store.CutOff, zone *time.Location) string {
	there := cut.At.In(zone)
	switch cut.Fit(zone) {
	case store.Gap:
		if there.Format(time.DateOnly) != string(cut.Wish.Day()) {
			return fmt.Sprintf("%s does not exist there: the clocks skip it, and go on at %s.", cut.Wish, there.Format("15:04 on 2 January"))
		}
		return fmt.Sprintf("%s does not exist there on that day: the clocks are put forward, to %s.", cut.Wish.Clock(), there.Format("15:04"))
	case store.Twice:
		return fmt.Sprintf("%s comes twice there on that day, because the clocks are put back: this is the first.", cut.Wish.Clock())
	case store.Moved:
		return fmt.Sprintf("%s was chosen, and the rules of that time zone have changed since. Change the time if this is wrong.", cut.Wish.Clock())
	case store.Once, store.NoWish:
	}
	return ""
}

// farAhead is how long before a last day of work most people make no plans: a
// later one is often a slip in the year.
const farAhead = 300

// Far asks to check the year of a day that is far after another one, as of a zone;
// empty for one that is not.
func Far(day store.Date, from time.Time, zone *time.Location) string {
	d, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return ""
	}
	n := days(from.In(zone), d)
	if n < farAhead {
		return ""
	}
	return fmt.Sprintf("%s is %d days ahead: please check the year.", Day(day), n)
}

// days counts the midnights from one day to another, by what their clocks show.
func days(from, to time.Time) int {
	date := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(date(to).Sub(date(from)).Hours() / 24)
}

// When is the moment for which a message is worded. The zero When has no
// countdown.
type When struct {
	Now time.Time
	// Exact counts minutes, for an answer that is read once. Else a text is
	// true until Next, so that a message that stands is seldom edited.
	Exact bool
}

// soon are the steps in which a message that stands counts down the last hours.
var soon = []time.Duration{12 * time.Hour, 6 * time.Hour, 3 * time.Hour, 2 * time.Hour, time.Hour, 30 * time.Minute, 10 * time.Minute}

// scheduled is when access of an approved case ends by itself; false if it does
// not.
func scheduled(c store.Case) (time.Time, bool) {
	p := c.Plan(0)
	_, held := c.Held()
	return p.CutOff.At, p.State == store.Approved && p.CutOff.Mode == store.At && !held
}

// In says how long it is until then, on the clock of a zone: "in 3 days",
// "tomorrow", "within 2 hours". It is empty for what has come.
func (w When) In(at time.Time, zone *time.Location) string {
	left := at.Sub(w.Now)
	if w.Now.IsZero() || left <= 0 {
		return ""
	}
	if w.Exact {
		switch {
		case left < time.Minute:
			return "in less than a minute"
		case left < 2*time.Hour:
			return "in " + store.Count(int(left.Minutes()), "minute", "minutes")
		case left < 24*time.Hour:
			return fmt.Sprintf("in %d hours", int(left.Hours()))
		}
	} else if left <= soon[0] {
		text := soon[0]
		for _, d := range soon {
			if left <= d {
				text = d
			}
		}
		if text < time.Hour {
			return fmt.Sprintf("within %d minutes", int(text.Minutes()))
		}
		return "within " + store.Count(int(text.Hours()), "hour", "hours")
	}
	switch n := days(w.Now.In(zone), at.In(zone)); {
	case n == 0:
		return "today"
	case n == 1:
		return "tomorrow"
	case n < 14:
		return fmt.Sprintf("in %d days", n)
	default:
		return fmt.Sprintf("in %d weeks", n/7)
	}
}

// Next is when a message that stands has to say something else about when access
// ends; zero if never.
func Next(c store.Case, now time.Time) time.Time {
	at, ok := scheduled(c)
	if !ok || !at.After(now) {
		return time.Time{}
	}
	for _, d := range soon { // the longest first
		if t := at.Add(-d); t.After(now) {
			midnight := tomorrow(now, c.Zone())
			if midnight.Before(t) {
				return midnight
			}
			return t
		}
	}
	return at
}

// tomorrow is the start of the next day there.
func tomorrow(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	day := time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC) // by the calendar: a place may skip a day
	t, _ := store.WishOf(store.Date(day.Format(time.DateOnly)), "00:00").In(zone)
	return t
}

// countdown is what follows the moment at which access ends: ", in 3 days".
func (v View) countdown(c store.Case) bot.Text {
	at, ok := scheduled(c)
	if !ok {
		return nil
	}
	if text := v.When.In(at, c.Zone()); text != "" {
		return bot.T(", " + text)
	}
	return nil
}
