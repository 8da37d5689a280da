package keeper

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"offboard/store"
)

// depends says which open cases something of waits for a person. It follows from
// the cases: each is looked at after a start, and when it has changed.
type depends map[store.PersonID]map[store.CaseID]bool

// set is what a case depends on now.
func (d depends) set(id store.CaseID, on []store.PersonID) {
	for p, cases := range d {
		if !slices.Contains(on, p) {
			delete(cases, id)
		}
		if len(cases) == 0 {
			delete(d, p)
		}
	}
	for _, p := range on {
		if d[p] == nil {
			d[p] = map[store.CaseID]bool{}
		}
		d[p][id] = true
	}
}

// affects has the cases looked at that depend on somebody who leaves, once: two
// who leave and depend on each other must not be looked at without end.
func (k *Keeper) affects(p store.PersonID) {
	yes, err := k.cfg.Store.Leaves(p)
	if err != nil {
		return // it is seen when those cases are looked at
	}
	k.mu.Lock()
	known := k.left[p]
	delete(k.left, p)
	if yes {
		k.left[p] = true
	}
	ids := slices.Collect(maps.Keys(k.depends[p]))
	k.mu.Unlock()
	if !yes || known {
		return
	}
	for _, id := range ids {
		k.mark(id, k.cfg.Store.Last())
	}
}

// stays reports whether it is not known of somebody that they leave. Nothing is
// given to whoever that can't be said of now.
func (k *Keeper) stays(p store.PersonID) bool {
	leaves, err := k.cfg.Store.Leaves(p)
	return err == nil && !leaves
}

// replace moves what waits for somebody who leaves.
func (b *board) replace(ctx context.Context) {
	on := b.c.DependsOn()
	b.k.mu.Lock()
	b.k.depends.set(b.c.ID, on)
	b.k.mu.Unlock()
	b.k.affects(b.c.Person)
	for _, from := range on {
		leaves, err := b.k.cfg.Store.Leaves(from)
		if err != nil {
			b.errs = append(b.errs, err)
		}
		if !leaves {
			continue
		}
		to := b.standIn(ctx, from)
		if to == "" {
			continue // nobody can; it is said when approvals are missing
		}
		if c, ok := b.record(ctx, store.Replaced{Plan: b.c.Plan(0).No, From: from, To: to}); ok {
			b.c = c
		}
	}
}

// standIn is the role above somebody: HR where they ask for the case; who gets
// what nobody was named for, where somebody was only to get something; else who is
// above them (superior).
func (b *board) standIn(ctx context.Context, from store.PersonID) store.PersonID {
	able := func(id store.PersonID) bool { return id != from && b.k.stays(id) && b.c.StandsIn(from, id) }
	if from == b.c.Asker() {
		// Whoever leads HR; of a case that HR must not know, somebody of security.
		list := append(slices.Clone(b.k.cfg.Approvals.Lead), string(store.HR), string(store.Security))
		to := b.named(ctx, list, func(id store.PersonID) bool {
			return able(id) && (b.c.Visible(id, []store.Role{store.HR}) || b.c.Visible(id, []store.Role{store.Security}))
		})
		if len(to) == 0 {
			return ""
		}
		return to[0]
	}
	p := b.c.Plan(0)
	heir := b.c.Heir()
	fell := p.Fallback != nil && slices.Contains(p.Fallback.To, from)
	if from != heir && !slices.Contains(p.Approvers, from) && !fell && able(heir) {
		return heir
	}
	if fell && from != heir { // who is above those who were asked in the approver's place is not to know
		return b.instead(ctx, able)
	}
	return b.superior(ctx, from, able)
}

// superior is who is above somebody in the directory, else one of those who are
// asked instead; empty if nobody is able, or it is not known now.
func (b *board) superior(ctx context.Context, from store.PersonID, able func(store.PersonID) bool) store.PersonID {
	id, err := b.above(ctx, from, able)
	if err != nil {
		b.errs = append(b.errs, err)
		return "" // it is tried again
	}
	if id != "" {
		return id
	}
	return b.instead(ctx, able)
}

// instead is one of those whom the configuration names for silent approvers; empty
// if none of them is able.
func (b *board) instead(ctx context.Context, able func(store.PersonID) bool) store.PersonID {
	if list := b.named(ctx, b.k.cfg.Approvals.Fallback, able); len(list) > 0 {
		return list[0]
	}
	return ""
}

// above goes up in the directory, at most so many steps: it may have a ring.
func (b *board) above(ctx context.Context, from store.PersonID, able func(store.PersonID) bool) (store.PersonID, error) {
	const steps = 10
	_, card, err := b.k.cfg.Store.Person(from)
	for range steps {
		if err == nil {
			card, err = b.k.cfg.People.Manager(ctx, card)
		}
		if err != nil || card.ID == "" {
			return "", err
		}
		if card.Disabled {
			continue
		}
		id, err := b.k.cfg.People.Meet(ctx, card)
		if err != nil {
			return "", err
		}
		if able(id) {
			return id, nil
		}
	}
	return "", nil
}

// replaced tells the requester, and the approver, who stands in for whom. Who
// was replaced reads in the old question that somebody else is asked.
func (b *board) replaced() []wanted {
	var out []wanted
	p := b.c.Plan(0)
	for _, r := range p.Replaced {
		told := []store.PersonID{b.c.Asker()}
		if r.Decides || r.Gets { // who asks for it now stands in the approver's question
			told = append(told, p.Approvers...)
		}
		for _, id := range told {
			asked := r.Decides && (p.Decision == nil || r.At.Before(p.Decision.At))
			if id == r.To && asked {
				continue // the question says so
			}
			out = append(out, wanted{name: fmt.Sprintf("replaced/%s/%s-%d", id, r.From, r.At.Unix()), at: b.direct(id), once: true, make: still(b.k.cfg.View.Replaced(b.c, r, id))})
		}
	}
	return out
}
