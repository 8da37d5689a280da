package keeper

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// frozenKinds are the entries about a person that change what is told about
// their frozen decisions, or what waits for the end of a legal hold.
var frozenKinds = []string{"frozen", "disowned", "requested", "seconded", "legal hold", "erased"}

// told reports whether messages are kept true about what an entry is about.
func told(t store.Touched) bool {
	if strings.HasPrefix(t.Subject, "P-") { // most entries say only that somebody was looked up
		return slices.Contains(frozenKinds, t.Kind)
	}
	return true
}

// showPerson tells security and the administrators that the decisions of a
// person are refused, each time that another one was disowned, and when that
// was lifted. The person is not written to: see holds.
func (k *Keeper) showPerson(ctx context.Context, id store.PersonID) error {
	now := k.cfg.Store.Now()
	p, _, err := k.cfg.Store.Person(id)
	if err != nil {
		return err
	}
	posts, err := k.cfg.Store.Posts(store.CaseID(id))
	if err != nil {
		return err
	}
	if open, err := k.cfg.Store.OpenOf(id); err != nil {
		return err
	} else if open != "" { // a legal hold was put there, or lifted
		k.wake(open, now)
	}
	b := &board{k: k, c: store.Case{ID: store.CaseID(id), Person: id}, posts: posts, now: now}
	if p.Erased != nil {
		b.erased(ctx)
		return b.result()
	}
	for _, w := range b.frozen(ctx, p) {
		b.errs = append(b.errs, b.put(ctx, w))
	}
	return b.result()
}

func (b *board) frozen(ctx context.Context, p store.Person) []wanted {
	v := b.k.cfg.View
	var out []wanted
	open := map[string]bool{}
	if p.Frozen != nil {
		at := b.holders(ctx, store.Security, store.Admin)
		for _, why := range p.Frozen.Why {
			e, err := b.k.cfg.Store.Event(why.Entry)
			if err != nil {
				b.errs = append(b.errs, err)
				continue
			}
			knows, others := b.apart(ctx, e.Subject, at)
			name := fmt.Sprintf("frozen/%d/%d", p.Frozen.At.Unix(), why.Entry)
			open[name], open[name+"/case"] = true, true
			out = append(out,
				wanted{name: name + "/case", at: knows, make: still(v.Frozen(p, e, true))},
				wanted{name: name, at: others, make: still(v.Frozen(p, e, false))})
		}
	}
	for _, old := range b.over("frozen/", open) {
		out = append(out, wanted{name: old, only: true, make: still(v.Thawed(p))})
	}
	return out
}

// apart parts the places of those who may know of the case that a decision was
// about from the others. Of whom nobody can tell now is
// written to later.
func (b *board) apart(ctx context.Context, subject string, at []bot.Place) (knows, others []bot.Place) {
	if !strings.HasPrefix(subject, "OFF-") {
		return nil, at
	}
	c, err := b.k.cfg.Store.Case(store.CaseID(subject))
	if err != nil {
		b.errs = append(b.errs, err)
		return nil, at
	}
	for _, place := range at {
		person, roles, err := b.k.cfg.People.Behind(ctx, bot.User{Platform: place.Platform, ID: place.ID}, c.Person)
		switch {
		case err != nil:
			b.errs = append(b.errs, fmt.Errorf("who may know of it: %w", err))
		case c.Visible(person, roles):
			knows = append(knows, place)
		default:
			others = append(others, place)
		}
	}
	return knows, others
}
