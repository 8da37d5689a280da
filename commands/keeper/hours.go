package keeper

import (
	"slices"
	"time"
)

// Hours are when people are reminded: hours of a day, from midnight on their
// clock and not past the next one, on days of the week. The zero Hours are
// always.
type Hours struct {
	From, To time.Duration
	Days     []time.Weekday
}

// Next is the first moment, not before t, at which it is such an hour on the
// clocks of a zone. They may be put forward or back in between: an hour that a
// day does not have is passed over, one that it has twice counts twice.
func (h Hours) Next(t time.Time, zone *time.Location) time.Time {
	if len(h.Days) == 0 {
		return t
	}
	for {
		local := t.In(zone)
		_, offset := local.Zone()
		_, end := local.ZoneBounds()
		// Up to where the clocks are changed, days have 24 hours.
		next := h.within(local.In(time.FixedZone("", offset)))
		if end.IsZero() || next.Before(end) {
			return next
		}
		t = end
	}
}

// within is Next where the clocks are never changed.
func (h Hours) within(t time.Time) time.Time {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	for !slices.Contains(h.Days, day.Weekday()) || !t.Before(day.Add(h.To)) {
		day = day.AddDate(0, 0, 1)
	}
	if from := day.Add(h.From); t.Before(from) {
		return from
	}
	return t
}
