package keeper

import (
	"offboard/commands/view"
	"offboard/store"
)

// counted words the card and the requester's message: how long it is until
// access ends, and whether the systems answer. Both follow from the case, the
// clock and what was last read, so a restart leaves the same; the case is looked
// at again when the text has to change, and no sooner.
func (b *board) counted() view.View {
	v := b.k.cfg.View
	v.When = view.When{Now: b.now}
	if next := view.Next(b.c, b.now); !next.IsZero() {
		b.k.wake(b.c.ID, next)
	}
	if view.Armed(b.c) && b.k.cfg.Reached != nil {
		v.Reached = b.k.cfg.Reached(b.c.ID)
	}
	return v
}

// asking words a question, which says when the time has passed that was set. The
// answer has no countdown.
func (b *board) asking() view.View {
	v := b.k.cfg.View
	if b.c.Plan(0).State == store.Asked {
		v.When = view.When{Now: b.now}
	}
	return v
}

// Look has a case shown again although nothing was written about it: its systems
// have been read.
func (k *Keeper) Look(id store.CaseID) {
	k.wake(id, k.cfg.Store.Now())
	select {
	case k.done <- struct{}{}:
	default: // the loop will look anyway
	}
}
