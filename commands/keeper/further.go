package keeper

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// anew is a part of a question's name: who had approved what has changed since
// is asked by a new message, because an edit notifies nobody.
func anew(p store.Plan, id store.PersonID) string {
	n := 0
	for _, d := range p.Void {
		if d.By == id {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("-again%d", n)
}

// further are the questions to those whose approval is needed beside the
// approver's, and to those who may decide in place of the approver. Everybody of
// a role is asked; when one has decided the others read so.
func (b *board) further(ctx context.Context) []wanted {
	c, p, v := b.c, b.c.Plan(0), b.asking()
	var out []wanted
	open := map[string]bool{}
	ask := func(role store.Role, ids []store.PersonID) {
		reached := false
		for _, id := range ids {
			name := fmt.Sprintf("further/%s/%d-%s%s", id, p.Asked.Unix(), role, anew(p, id))
			open[name] = true
			at := b.direct(id)
			reached = reached || len(at) > 0
			out = append(out, wanted{name: name, at: at, make: still(v.Further(c, id, role))})
		}
		if !reached && !b.unsure(ctx, role) {
			name := fmt.Sprintf("unreached/%s/%d", role, p.Asked.Unix())
			out = append(out, wanted{name: name, at: b.direct(c.Asker()), once: true, make: still(v.UnreachedRole(c, role))})
		}
	}
	if p.State == store.Asked {
		for _, role := range slices.Compact(c.Outstanding()) { // those of one role stand together
			switch {
			case role != store.Approver:
				ask(role, b.deciding(ctx, role))
			case p.Fallback != nil:
				ask(role, slices.DeleteFunc(slices.Clone(p.Fallback.To), func(id store.PersonID) bool { return !c.Eligible(id) }))
			}
		}
	}
	last := map[store.PersonID]string{} // only the newest message of somebody is kept true
	for _, p := range b.posts {
		if strings.HasPrefix(p.Name, "further/") {
			last[whom(p.Name)] = max(last[whom(p.Name)], p.Name)
		}
	}
	for _, name := range b.over("further/", open) {
		id := whom(name)
		asked, role, _ := strings.Cut(strings.Split(name, "/")[2], "-")
		role, _, _ = strings.Cut(role, "-again")
		m := v.Settled(c)
		waits := slices.Contains(c.Outstanding(), store.Role(role)) && c.Eligible(id)
		switch {
		case name != last[id], asked != fmt.Sprint(p.Asked.Unix()): // another round
		case waits && b.unsure(ctx, store.Role(role)):
			continue // whether they still hold the role is asked later
		case waits && store.Role(role) != store.Approver: // they don't hold it any more
		default:
			m = v.Further(c, id, store.Role(role))
		}
		out = append(out, wanted{name: name, only: true, make: still(m)})
	}
	return out
}

// deciding are those who hold a role and may give its approval.
func (b *board) deciding(ctx context.Context, role store.Role) []store.PersonID {
	return slices.DeleteFunc(b.holding(ctx, role), func(id store.PersonID) bool {
		return !b.c.Eligible(id) || slices.Contains(b.c.Plan(0).Approvers, id)
	})
}

// unsure reports whether the directory does not say now who holds a role.
func (b *board) unsure(ctx context.Context, role store.Role) bool {
	if role == store.Approver {
		return false // they are named in the case
	}
	_, err := b.k.cfg.People.Holders(ctx, b.c.Person, role)
	return err != nil
}

// lacking are the approvals that are needed and that nobody could give. It is said
// before anybody is asked.
func (b *board) lacking(ctx context.Context) []store.Seats {
	if s := b.c.Plan(0).State; s != store.Proposed && s != store.Declined {
		return nil
	}
	out, err := b.k.cfg.People.Lacking(ctx, b.c)
	if err != nil {
		b.errs = append(b.errs, err)
	}
	return out
}

// silentRoles remind everybody of a role whose approval is outstanding, and tell
// HR if nobody answers. What was found since waits for the approver in the same
// way.
func (b *board) silentRoles(ctx context.Context) []wanted {
	var out []wanted
	p := b.c.Plan(0)
	asked := p.Asked
	if p.State != store.Asked {
		asked = p.Drifted
	}
	for _, role := range slices.Compact(b.c.Outstanding()) {
		if role == store.Approver && p.State == store.Asked {
			continue // see reminders
		}
		if first := asked.Add(b.k.cfg.Remind.Every); first.After(b.now) {
			b.k.wake(b.c.ID, first)
			continue // nobody has to be looked up yet
		}
		q := question{
			name: fmt.Sprintf("%d-%s", asked.Unix(), role), since: asked, role: store.Approver, ask: b.k.cfg.View.Remind(b.c),
			above: func(context.Context, store.Role) bot.Message { return b.k.cfg.View.SilentRole(b.c, role) },
		}
		ids := p.Approvers
		if role != store.Approver {
			ids = b.deciding(ctx, role)
		}
		for _, id := range ids {
			out = append(out, b.person(q, id)...)
		}
		out = append(out, b.escalate(ctx, q)...)
	}
	return out
}
