package keeper

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"offboard/bot"
	"offboard/store"
)

// What is done by itself while nobody acts on a list: as for a case, and by the
// same settings (replace.go, missing.go, remind.go).

// move appends what follows from who has left or stayed silent, and reports
// whether the list is another one now. Each entry is refused a second time, so a
// kill changes nothing.
func (b *listBoard) move(ctx context.Context) (moved bool) {
	l, id := b.l, b.c.ID
	on := l.Deciders()
	if l.Owner != "" && l.Dropped == nil && !l.Over() {
		on = append(on, l.Owner)
	}
	b.k.mu.Lock()
	b.k.depends.set(id, on)
	b.k.mu.Unlock()
	record := func(body store.Body) {
		_, ok := b.record(ctx, body)
		moved = moved || ok
	}
	for _, from := range on {
		leaves, err := b.k.cfg.Store.Leaves(from)
		if err != nil {
			b.errs = append(b.errs, err)
		}
		switch {
		case !leaves:
			continue
		case from == l.Owner:
			record(store.Orphaned{From: from})
			continue
		}
		if to := b.standIn(ctx, from); to != "" { // else it is said when the approval is missing
			record(store.Replaced{From: from, To: to})
		}
	}
	if !l.FallsBack(l.Facts) {
		return moved
	}
	if at := b.k.cfg.Approvals.fallBack(l.CutOff, l.Asked.At); at.After(b.now) {
		b.k.wake(id, at)
		return moved
	}
	if to := b.named(ctx, b.k.cfg.Approvals.Fallback, func(p store.PersonID) bool { return b.able(p) && p != l.Asked.To }); len(to) > 0 {
		record(store.FellBack{To: to})
	}
	return moved
}

// able reports whether somebody may decide about the list, and stays.
func (b *listBoard) able(p store.PersonID) bool { return b.k.stays(p) && b.l.Eligible(p) }

// standIn is who decides in place of somebody who leaves.
func (b *listBoard) standIn(ctx context.Context, from store.PersonID) store.PersonID {
	able := func(p store.PersonID) bool { return p != from && b.able(p) && !slices.Contains(b.l.Deciders(), p) }
	if from != b.l.Asked.To { // nobody above those who were asked in the approver's place is to know
		return b.instead(ctx, able)
	}
	return b.superior(ctx, from, able)
}

// takers asks everybody who may take over a list that nobody asks for.
func (b *listBoard) takers(ctx context.Context) {
	l, v := b.l, b.k.cfg.View
	if n := len(l.Former); n > 0 && l.Owner != "" && !l.Settled() {
		if b.k.stays(l.Former[n-1]) {
			b.once(fmt.Sprintf("taken/%s/%d", l.Former[n-1], n), l.Former[n-1], v.BatchTaken(l))
		}
	}
	if l.Owner != "" || l.Dropped != nil || l.Over() {
		return
	}
	reached := false
	for _, id := range b.holding(ctx, store.HR, store.Security) {
		p, _, err := b.k.cfg.Store.Person(id)
		leaves, failed := b.k.cfg.Store.Leaves(id)
		if err = errors.Join(err, failed); err != nil || leaves || p.Frozen != nil || !l.Visible(id, []store.Role{store.HR}) || slices.Contains(l.Deciders(), id) {
			b.errs = append(b.errs, err)
			continue
		}
		name := fmt.Sprintf("take/%s/%d", id, len(l.Former))
		b.tell(name, id, false, v.Batch(l, id))
		reached = reached || len(b.direct(id)) > 0
		if i := slices.IndexFunc(b.posts, func(p store.Post) bool { return p.Name == name && p.Ref != "" }); i >= 0 && !l.Settled() {
			b.remind(id, b.posts[i].At, v.BatchUntaken(l))
		} else {
			b.k.wake(b.c.ID, b.now.Add(b.k.cfg.Remind.Every))
		}
	}
	if !reached {
		b.k.cfg.Log.Error().Str("case", string(b.c.ID)).Msg("a list waits for somebody of HR or security, and none of them can be written to: see offboard check")
	}
}

// remind asks one person again, on their own clock, unless no kind of departure
// of the list has reminders.
func (b *listBoard) remind(id store.PersonID, since time.Time, m bot.Message) {
	if b.reminds() {
		b.out = append(b.out, b.person(question{name: fmt.Sprint(since.Unix()), since: since, ask: m}, id)...)
	}
}

func (b *listBoard) reminds() bool {
	return slices.ContainsFunc(b.l.Rows, func(r store.Row) bool { return b.k.cfg.View.Kind(r.Kind).Reminders })
}

// silent reminds who is asked, tells HR that nobody has decided, and calls whoever
// leads HR once the approval is missing: at any hour, and again until it is
// decided, or somebody else is asked.
func (b *listBoard) silent(ctx context.Context) {
	l, v := b.l, b.k.cfg.View
	if !l.Stands(l.Facts) {
		return
	}
	a := l.Asked
	b.remind(a.To, a.Since(), v.BatchRemind(l))
	for _, d := range a.Moved {
		if name := fmt.Sprintf("moved/%d", d.At.Unix()); !b.posted(name) || len(l.Former) == 0 { // no news for who takes it over later
			b.once(name, l.Owner, v.BatchMoved(l, d))
		}
	}
	if f := a.Fallback; f != nil {
		for _, id := range f.To {
			b.remind(id, f.At, v.BatchRemind(l))
		}
		for _, id := range []store.PersonID{l.Owner, a.To} {
			b.once(fmt.Sprintf("fellback/%s/%d", id, f.At.Unix()), id, v.BatchFellBack(l, id))
		}
	}
	if b.reminds() {
		b.escalates(ctx, a.Since())
	}
	missing := b.k.cfg.Approvals.missing(l.CutOff, a.At, a.Fallback)
	if missing.After(b.now) {
		b.k.wake(b.c.ID, missing)
		return
	}
	for _, id := range b.leads(ctx, l.Visible, l.Owner) {
		if name, ok := b.page(fmt.Sprintf("page/%s/%d", id, missing.Unix())); ok {
			b.once(name, id, v.BatchPage(l, id))
		}
	}
}

// escalates tells who asks for the list, and all of HR who may know of it, that
// who is asked stays silent: once, and each on their own clock.
func (b *listBoard) escalates(ctx context.Context, since time.Time) {
	late := since.Add(b.k.cfg.Remind.Escalate)
	if late.After(b.now) {
		b.k.wake(b.c.ID, late)
		return
	}
	told := []store.PersonID{b.l.Owner}
	for _, id := range b.holding(ctx, store.HR) {
		if b.l.Visible(id, []store.Role{store.HR}) && !slices.Contains(b.l.Deciders(), id) && id != b.l.Owner {
			told = append(told, id)
		}
	}
	for _, id := range told {
		name := fmt.Sprintf("escalate/%s/%d", id, since.Unix())
		if b.posted(name) || b.due(late, b.zone(id)) {
			b.once(name, id, b.k.cfg.View.BatchSilent(b.l, id))
		}
	}
}
