package watch

import (
	"context"
	"errors"
	"slices"

	"offboard/store"
)

// found is what a read has found again of one step.
type found struct {
	id   store.CaseID
	plan int
	step store.StepID
	held []store.Held
}

// mostItems of one case are written down at a time, because an entry of the log
// is bounded; the next pass finds the others.
const mostItems = 300

// report writes down what came back, all of a case in one entry, before the
// pass: a kill in between has it found again, and known. While the directory
// does not say whether a person is here, nobody knows what it means, and the
// steps count as unread.
func (w *Watch) report(ctx context.Context, rounds []*round) error {
	var ids []store.CaseID
	for _, r := range rounds {
		for _, f := range r.back {
			if !slices.Contains(ids, f.id) {
				ids = append(ids, f.id)
			}
		}
	}
	for _, id := range ids {
		c, err := w.cfg.Store.Case(id)
		if err != nil {
			return err
		}
		b := w.news(c, rounds)
		if len(b.Steps) == 0 {
			continue
		}
		if c.Moves() {
			if err := w.say(ctx, c, b); err != nil { // they are here, as they should be
				return err
			}
			continue
		}
		if b.Here, err = w.here(ctx, c.Person); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			for _, r := range rounds {
				r.unsay(id)
			}
			continue
		}
		if err := w.say(ctx, c, b); err != nil {
			return err
		}
	}
	return nil
}

// news is what nobody knew yet to have come back in a case, of the first plan
// that has any.
func (w *Watch) news(c store.Case, rounds []*round) store.Returned {
	var b store.Returned
	items := 0
	for _, r := range rounds {
		for _, f := range r.back {
			if f.id != c.ID || b.Plan != 0 && f.plan != b.Plan {
				continue
			}
			fresh := slices.DeleteFunc(slices.Clone(f.held), func(h store.Held) bool { return c.Back(f.plan, f.step, h.ID) })
			fresh = fresh[:min(len(fresh), mostItems-items)]
			if len(fresh) == 0 {
				continue
			}
			came := store.CameAgain{Step: f.step, Held: store.SealJSON(fresh)}
			for _, h := range fresh {
				came.Items = append(came.Items, store.Item{ID: h.ID, Irreversible: h.Irreversible, Heir: h.Heir})
			}
			items += len(fresh)
			b.Plan, b.Steps = f.plan, append(b.Steps, came)
		}
	}
	return b
}

// say records it, and what is proposed, so that whoever reads of it reads whom
// is asked too. Where nothing can be proposed now, follow does so later.
func (w *Watch) say(ctx context.Context, c store.Case, b store.Returned) error {
	if plan, _ := c.Unplanned(); !b.Here && c.State == store.CaseClosed && plan == 0 {
		var steps []store.StepID
		for _, s := range b.Steps {
			steps = append(steps, s.Step)
		}
		proposed, err := w.proposal(c, b.Plan, steps)
		if err != nil {
			return err
		}
		if w.cfg.Store.CameBack(ctx, c.ID, store.Bot("watch"), b, proposed) == nil {
			return nil
		}
	}
	err := w.append(ctx, string(c.ID), b)
	if _, refused := errors.AsType[*store.Refused](err); refused {
		return nil // restored, left anew, or found by another pass meanwhile
	}
	return err
}

// unsay counts what was found in a case as unread.
func (r *round) unsay(id store.CaseID) {
	for _, f := range r.back {
		if f.id == id {
			r.out.Back = max(0, r.out.Back-1)
			r.out.Unread = append(r.out.Unread, store.Unread{Case: id, Plan: f.plan, Step: f.step})
		}
	}
	r.out.Unread = r.out.Unread[:min(len(r.out.Unread), store.MaxUnread)]
}
