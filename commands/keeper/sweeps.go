package keeper

import (
	"context"
	"fmt"
	"slices"
	"time"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// far is how far a sweep of the schedule is, as it was last told.
type far struct {
	due         time.Time
	title       string
	done, total int
}

// Sweeping shows how far a sweep of the schedule is, the one that was due then: in
// the system with this title, so many accounts of a total (0: nobody knows). It is
// kept in memory; after a restart the sweep is begun anew.
func (k *Keeper) Sweeping(due time.Time, title string, done, total int) {
	k.mu.Lock()
	k.far = far{due, title, done, total}
	k.mu.Unlock()
	k.Look(installation)
}

// sweeps tell IT what a sweep of the schedule has found: by a new message if there
// is news, else in the one that stands. Meanwhile they tell how far a long one is.
func (b *board) sweeps(ctx context.Context, st store.State) ([]wanted, error) {
	v := b.k.cfg.View
	b.k.mu.Lock()
	far := b.k.far
	b.k.mu.Unlock()
	var out []wanted
	open := map[string]bool{}
	if !far.due.IsZero() && (st.Sweep == nil || far.due.After(st.Sweep.Due)) {
		name := fmt.Sprintf("sweeping/%d", far.due.Unix())
		open[name] = true
		out = append(out, wanted{name: name, at: b.rooms(ctx), make: still(v.Looking(far.title, far.done, far.total))})
	}
	s := st.Sweep
	if s == nil {
		return out, nil
	}
	looked := 0
	for _, x := range s.Systems {
		looked += x.Looked
	}
	for _, old := range b.over("sweeping/", open) {
		out = append(out, wanted{name: old, only: true, make: still(v.LookedAt(looked))})
	}
	if s.News == 0 {
		return out, nil
	}
	for _, w := range out { // before those are left out who may not read the report
		b.errs = append(b.errs, b.put(ctx, w))
	}
	out = nil
	name := fmt.Sprintf("sweep/%d", s.News)
	open[name] = true
	report, cases, err := b.report(*s, looked)
	if err != nil {
		return out, err
	}
	b.narrow(ctx, cases)
	out = append(out, wanted{name: name, at: b.reportedTo(ctx, cases), notify: b.ofIT(), make: still(v.Sweep(report))})
	for _, old := range b.over("sweep/", open) {
		out = append(out, wanted{name: old, only: true, make: still(v.OldSweep())})
	}
	return out, nil
}

// report is what the last sweep has found, as all of IT may know it, less what
// somebody has said about since; and the cases in it.
func (b *board) report(s store.Sweep, looked int) (view.Sweep, []store.Summary, error) {
	st := b.k.cfg.Store
	out := view.Sweep{At: s.At, Looked: looked, Known: s.Known, Acts: true}
	found, err := st.LastSweep()
	if err != nil {
		return out, nil, err
	}
	state, err := st.State()
	if err != nil {
		return out, nil, err
	}
	out.Unread = found.Unread
	for _, x := range s.Systems {
		if x.Unable {
			out.Unable = append(out.Unable, b.k.cfg.View.Titled(x.System))
		}
	}
	var cases []store.Summary
	for _, x := range found.Strays {
		account := st.SystemAccount(x.System, x.ID, x.Login)
		owner, _, err := st.OwnerOf(account)
		if err != nil {
			return out, nil, err
		}
		if k, known := state.KnownAccount(account, b.now); known || owner != "" && !x.Linked {
			if known {
				b.k.wake(b.c.ID, k.Until.In(time.UTC).AddDate(0, 0, 1))
			}
			out.Known++
			continue
		}
		var row store.Summary
		if x.Case != "" {
			c, err := st.Case(x.Case)
			if err != nil {
				return out, nil, err
			}
			if row = c.Summary(); !row.KnownToIT() { // it has become confidential since
				x.Case, row = "", store.Summary{}
			}
		}
		if k := x.Kind(row, row.KnownToIT()); k != store.NoStray {
			out.Found = append(out.Found, view.Found{Stray: x, Kind: k, Ref: account.Ref()})
			if row.ID != "" {
				cases = append(cases, row)
			}
		}
	}
	return out, cases, nil
}

// narrow takes from who is known to read IT's channel whoever may not know of one
// of these cases: the leaver never, and of a confidential one nobody else who
// does not work on it.
func (b *board) narrow(ctx context.Context, cases []store.Summary) {
	seen := map[store.CaseID]bool{}
	for _, row := range cases {
		if seen[row.ID] {
			continue
		}
		seen[row.ID] = true
		of := *b
		of.c = store.Case{ID: row.ID, Person: row.Person}
		for i := range b.channels(ctx) {
			r := &b.watch[i]
			for j := range r.readers {
				x := &r.readers[j]
				person, roles, err := b.k.cfg.People.Behind(ctx, x.User, row.Person)
				if err != nil {
					b.errs = append(b.errs, fmt.Errorf("who may know of %s: %w", row.ID, err))
				}
				if err == nil && row.Visible(person, roles) {
					continue
				}
				x.sees = false
				if row.Confidential || of.leaver(x.User) {
					r.open = false
				}
			}
		}
	}
}

// reportedTo is where IT reads of a sweep: in the channel or, where not everybody
// there may know of a case in it, each of those who may; and if nobody of IT reads
// there, those who are IT.
func (b *board) reportedTo(ctx context.Context, cases []store.Summary) []bot.Place {
	at := b.rooms(ctx)
	if len(at) > 0 || b.blind {
		return at
	}
	ids, err := b.k.cfg.People.Holders(ctx, "", store.IT)
	if err != nil {
		b.errs = append(b.errs, fmt.Errorf("read who is IT: %w", err))
	}
	for _, id := range ids {
		if !slices.ContainsFunc(cases, func(row store.Summary) bool { return row.Person == id }) {
			at = append(at, b.direct(id)...)
		}
	}
	return at
}

// ofIT are those of IT who read the channel, where the report stands in it.
func (b *board) ofIT() []bot.User {
	var out []bot.User
	for _, r := range b.watch {
		for _, u := range r.readers {
			if r.open && u.holds([]store.Role{store.IT}) {
				out = append(out, u.User)
			}
		}
	}
	return out
}
