package keeper

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"offboard/commands/view"
	"offboard/store"
)

// returning reminds whoever suspended somebody before the day on which that is to
// end, and from that day on until it is ended: the case is closed, so nobody sees
// it. Who can't be told is stood in for by all of HR.
func (b *board) returning(ctx context.Context) []wanted {
	c, v := b.c, b.k.cfg.View
	var out []wanted
	open := map[string]bool{}
	if b.away() {
		who := []store.PersonID{c.Opener()}
		leaves, err := b.k.cfg.Store.Leaves(c.Opener())
		if err != nil {
			b.errs = append(b.errs, err)
		}
		if leaves || len(b.direct(c.Opener())) == 0 {
			who = b.holding(ctx, store.HR)
		}
		for _, id := range who {
			// Each reminder is a new message, because an edit notifies nobody.
			s, zone := b.series("return/"+string(id)), b.zone(id)
			at := b.k.cfg.Remind.Hours.Back(c.Terms.End, b.k.cfg.Remind.BeforeReturn, zone)
			if s.n > 0 {
				at = latest(s.tried.Add(b.k.cfg.Remind.Every), view.Until(c))
			}
			n := s.n
			switch {
			case s.pending && b.due(b.now, zone):
			case !s.pending && b.due(at, zone):
				n++
				b.k.wake(c.ID, b.now.Add(b.k.cfg.Remind.Every))
			default:
				n = 0
			}
			name := fmt.Sprintf("return/%s-%d", id, n)
			if n > 0 {
				out = append(out, wanted{name: name, at: b.direct(id), once: true, make: still(v.Returning(c, b.now))})
			}
			open[fmt.Sprintf("return/%s-%d", id, max(s.n, n))] = true
		}
	}
	for _, name := range b.over("return/", open) {
		out = append(out, wanted{name: name, only: true, make: still(v.Settled(c))})
	}
	return out
}

// away reports whether the case keeps somebody out who is to come back on a day,
// and no other case is about them now.
func (b *board) away() bool {
	c, v := b.c, b.k.cfg.View
	if !v.Away(c) || view.Until(c).IsZero() || !v.Kind(c.Terms.Kind).Reminders {
		return false
	}
	rows, err := b.k.cfg.Store.Away(c.Terms.Kind)
	other, err2 := b.k.cfg.Store.OpenOf(c.Person)
	if err := errors.Join(err, err2); err != nil {
		b.errs = append(b.errs, err)
		return false
	}
	if other != "" { // it may be given up
		b.k.wake(c.ID, b.now.Add(b.k.cfg.Remind.Every))
		return false
	}
	return slices.ContainsFunc(rows, func(r store.Summary) bool { return r.ID == c.ID })
}

// suspended marks the cases of those who are to come back, as after a start: they
// are closed.
func (k *Keeper) suspended(place uint64) error {
	for _, kind := range k.cfg.View.Kinds {
		if !kind.Returns {
			continue
		}
		rows, err := k.cfg.Store.Away(kind.ID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			k.mark(r.ID, place)
		}
	}
	return nil
}

// Back is the first working moment of the day that is so many working days before
// another one.
func (h Hours) Back(day store.Date, days int, zone *time.Location) time.Time {
	d, err := time.ParseInLocation(time.DateOnly, string(day), time.UTC)
	if err != nil {
		return time.Time{}
	}
	for days > 0 {
		d = d.AddDate(0, 0, -1)
		if len(h.Days) == 0 || slices.Contains(h.Days, d.Weekday()) {
			days--
		}
	}
	at, _ := store.WishOf(store.Date(d.Format(time.DateOnly)), "00:00").In(zone)
	return h.Next(at, zone)
}
