package keeper

import (
	"context"
	"fmt"
	"slices"
	"strings"
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
	if !c.Plan(1).Emergency || c.Plan(1).Begun.IsZero() {
		return nil
	}
	out := b.judged(ctx)
	if b.now.Sub(c.Plan(1).Begun) > news || c.Plan(0).No > 1 {
		return out
	}
	told := map[store.PersonID]bool{c.Plan(1).By: true, c.Person: true}
	for _, role := range b.k.cfg.Emergencies.Announce {
		ids, err := b.k.cfg.People.Holders(ctx, c.Person, role)
		if err != nil {
			b.errs = append(b.errs, fmt.Errorf("read who is %s: %w", role, err))
		}
		for _, id := range ids {
			if !told[id] {
				told[id] = true
				out = append(out, wanted{name: "emergency/" + string(id), at: b.direct(id), once: true, make: still(b.k.cfg.View.Announced(c, c.Visible(id, []store.Role{role}), b.ratifies(id, role)))})
			}
		}
	}
	return out
}

// ratifies reports whether somebody with a role is asked whether an emergency was
// right.
func (b *board) ratifies(id store.PersonID, role store.Role) bool {
	return slices.Contains(b.c.Plan(0).Approvers, id) || b.c.Eligible(id) && slices.Contains(b.c.Needed()[1:], role)
}

// judged tells those to whom an emergency was announced that it was not right: by
// a message of its own, because they believe what they were told. It may be undone
// already.
func (b *board) judged(ctx context.Context) []wanted {
	c, v := b.c, b.k.cfg.View
	if _, ok := v.Judged(c, false); !ok {
		return nil
	}
	posts := slices.Concat(b.posts, b.older)
	var out []wanted
	knows := b.holding(ctx, b.k.cfg.Emergencies.Announce...)
	for _, p := range posts {
		id, announced := strings.CutPrefix(p.Name, "emergency/")
		before := slices.ContainsFunc(b.older, func(p store.Post) bool { return strings.HasSuffix(p.Name, "judged/"+id) && p.Ref != "" })
		if announced && !before {
			m, _ := v.Judged(c, slices.Contains(knows, store.PersonID(id)))
			out = append(out, wanted{name: "judged/" + id, at: b.direct(store.PersonID(id)), once: true, make: still(m)})
		}
	}
	return out
}

// unratified tells HR and security when an emergency has waited for long to be
// ratified. Those who are asked are reminded as for any approval.
func (b *board) unratified(ctx context.Context) []wanted {
	c, p := b.c, b.c.Plan(0)
	if !p.Unratified() || p.Drifted.IsZero() {
		return nil
	}
	late := p.Drifted.Add(b.k.cfg.Emergencies.Ratify)
	if late.After(b.now) {
		b.k.wake(c.ID, late)
		return nil
	}
	var out []wanted
	for _, id := range b.holding(ctx, store.HR, store.Security) {
		out = append(out, wanted{name: fmt.Sprintf("unratified/%s/%d", id, p.Drifted.Unix()), at: b.direct(id), once: true, make: still(b.k.cfg.View.Unratified(c))})
	}
	return out
}
