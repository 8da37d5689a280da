package keeper

import (
	"context"
	"fmt"
	"time"

	"offboard/store"
)

// Emergencies says who is told that one person has locked somebody out.
type Emergencies struct {
	Announce []store.Role  // to whom each is announced
	Ratify   time.Duration // after so long without a decision HR and security are told; 0 means 24 h
}

// announcements tell of an emergency those who watch them. It has begun, so the
// person knows; why is for those who may know of the case.
func (b *board) announcements(ctx context.Context) []wanted {
	c := b.c
	if p := c.Plan(1); !p.Emergency || b.now.Sub(p.Begun) > news {
		return nil
	}
	var out []wanted
	told := map[store.PersonID]bool{c.Plan(1).By: true, c.Person: true}
	for _, role := range b.k.cfg.Emergencies.Announce {
		ids, err := b.k.cfg.People.Holders(ctx, c.Person, role)
		if err != nil {
			b.errs = append(b.errs, fmt.Errorf("read who is %s: %w", role, err))
		}
		for _, id := range ids {
			if !told[id] {
				told[id] = true
				out = append(out, wanted{name: "emergency/" + string(id), at: b.direct(id), once: true, make: still(b.k.cfg.View.Announced(c, c.Visible(id, []store.Role{role})))})
			}
		}
	}
	return out
}

// unratified reminds the approver of an emergency, and tells HR and security
// when it has waited for long.
func (b *board) unratified(ctx context.Context) []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	if !p.Unratified() || p.Asked.IsZero() {
		return nil
	}
	var out []wanted
	asked := since(p)
	for _, a := range p.Approvers {
		out = append(out, b.person(question{name: fmt.Sprint(asked.Unix()), since: asked, ask: v.Remind(c)}, a)...)
	}
	late := p.Asked.Add(b.k.cfg.Emergencies.Ratify)
	if late.After(b.now) {
		b.k.wake(c.ID, late)
		return out
	}
	for _, id := range b.holding(ctx, store.HR, store.Security) {
		out = append(out, wanted{name: fmt.Sprintf("unratified/%s/%d", id, p.Asked.Unix()), at: b.direct(id), once: true, make: still(v.Unratified(c))})
	}
	return out
}

// questioned reports whether the approvers are asked something now.
func questioned(p store.Plan) bool {
	return p.State == store.Asked || p.Emergency && p.AsksAgain()
}
