package keeper

import (
	"context"
	"fmt"
	"slices"
	"time"

	"offboard/store"
)

// Approvals says what happens while approvals are missing.
type Approvals struct {
	Fallback []string      // roles and logins who may decide in place of an approver; none means HR and security
	Before   time.Duration // they are asked so long before the cut-off; 0 means 4 h
	Deadline time.Duration // for a cut-off without a time: when an approval is missing; 0 means 24 h
	Lead     []string      // logins of who is called when approvals are missing; none means everybody of HR
}

// fallBack is when others are asked in place of an approver who was asked then.
func (a Approvals) fallBack(cut store.CutOff, asked time.Time) time.Time {
	if cut.Mode == store.At {
		return latest(asked, cut.At.Add(-a.Before))
	}
	return asked.Add(a.Deadline)
}

// missing is when an approval that was asked for then is missing. Without a time
// whoever is asked in place of the approver gets theirs too.
func (a Approvals) missing(cut store.CutOff, asked time.Time, f *store.Fallback) time.Time {
	switch {
	case cut.Mode == store.At:
		return cut.At
	case f != nil:
		return f.At.Add(a.Deadline)
	}
	return asked.Add(a.Deadline)
}

// fallBack records who may decide in place of the approver, once the time for
// it has come.
func (b *board) fallBack(ctx context.Context) {
	if !b.c.FallsBack() {
		return
	}
	p := b.c.Plan(0)
	if at := b.k.cfg.Approvals.fallBack(p.CutOff, p.Asked); at.After(b.now) {
		b.k.wake(b.c.ID, at)
		return
	}
	to := b.named(ctx, b.k.cfg.Approvals.Fallback, func(id store.PersonID) bool {
		return b.c.Eligible(id) && !slices.Contains(p.Approvers, id)
	})
	if len(to) == 0 {
		return // the page says that nobody has approved
	}
	if c, ok := b.record(ctx, store.FellBack{Plan: p.No, To: to}); ok {
		b.c = c
	}
}

// named are the persons of a list of roles and logins, each once. By a role
// only those are meant who may know of the case.
func (b *board) named(ctx context.Context, list []string, want func(store.PersonID) bool) []store.PersonID {
	var out []store.PersonID
	for _, name := range list {
		var ids []store.PersonID
		if role := store.Role(name); slices.Contains([]store.Role{store.HR, store.IT, store.Security, store.Auditor, store.Admin}, role) {
			ids = b.holding(ctx, role)
		} else {
			id, err := b.k.cfg.People.ByLogin(ctx, name)
			if err != nil {
				b.errs = append(b.errs, fmt.Errorf("look up somebody of approvals in the configuration: %w", err))
			}
			if id != "" {
				ids = append(ids, id)
			}
		}
		for _, id := range ids {
			if want(id) && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// lead is who is called when approvals of the case are missing.
func (b *board) lead(ctx context.Context) []store.PersonID {
	return b.leads(ctx, b.c.Visible, b.c.Asker())
}

// leads are whoever leads HR, as far as they may know of it; else whoever asked
// for it.
func (b *board) leads(ctx context.Context, visible func(store.PersonID, []store.Role) bool, asker store.PersonID) []store.PersonID {
	list := b.k.cfg.Approvals.Lead
	if len(list) == 0 {
		list = []string{string(store.HR)}
	}
	out := b.named(ctx, list, func(id store.PersonID) bool { return visible(id, []store.Role{store.HR}) })
	if len(out) == 0 {
		return []store.PersonID{asker}
	}
	return out
}

// undecided is everybody whose approval is outstanding.
func (b *board) undecided(ctx context.Context) []store.PersonID {
	p := b.c.Plan(0)
	var out []store.PersonID
	for _, role := range b.c.Outstanding() {
		switch {
		case role != store.Approver:
			out = append(out, b.deciding(ctx, role)...)
		case p.Fallback != nil:
			out = append(append(out, p.Approvers...), p.Fallback.To...)
		default:
			out = append(out, p.Approvers...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// missing tells who is concerned that others are asked, and calls whoever leads
// HR once approvals are missing: at any hour, and again until it is decided, or
// another time is set.
func (b *board) missing(ctx context.Context) []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	if p.State != store.Asked || p.Kind != store.Leave {
		return nil
	}
	var out []wanted
	if f := p.Fallback; f != nil && slices.Contains(c.Outstanding(), store.Approver) {
		for _, id := range append([]store.PersonID{c.Asker()}, p.Approvers...) {
			out = append(out, wanted{name: fmt.Sprintf("fellback/%s/%d", id, f.At.Unix()), at: b.direct(id), once: true, make: still(v.FellBack(c, id))})
		}
	}
	at := b.k.cfg.Approvals.missing(p.CutOff, p.Asked, p.Fallback)
	if at.After(b.now) {
		b.k.wake(c.ID, at)
		return out
	}
	for _, id := range b.lead(ctx) {
		if name, ok := b.page(fmt.Sprintf("page/%s/%d", id, at.Unix())); ok {
			out = append(out, wanted{name: name, at: b.direct(id), once: true, make: still(v.Page(c, slices.Contains(b.undecided(ctx), id)))})
		}
	}
	return out
}

// page names the call that is to be made now, if one is.
func (b *board) page(name string) (string, bool) {
	last, every := b.series(name), b.repeats()
	next := last.sent.Add(every)
	switch {
	case last.n > 0 && last.pending: // nobody has got it yet
		return fmt.Sprintf("%s-%d", name, last.n), true
	case last.n > 0 && every == 0:
		return "", false
	case last.n > 0 && next.After(b.now):
		b.k.wake(b.c.ID, next)
		return "", false
	}
	if every > 0 {
		b.k.wake(b.c.ID, b.now.Add(every))
	}
	return fmt.Sprintf("%s-%d", name, last.n+1), true
}
