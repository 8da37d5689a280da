package keeper

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"offboard/bot"
	"offboard/commands/batch"
	"offboard/store"
)

// listEvery is how often the card of a list is looked at while its cases go on:
// a thousand of them end in the same minute, and each is news for it.
const listEvery = 3 * time.Second

// showBatch keeps the messages of a list true: one card for the one who asks for
// it, one question for the one who approves, and what stands about the end.
func (k *Keeper) showBatch(ctx context.Context, id store.BatchID) error {
	now := k.cfg.Store.Now()
	l, err := batch.Load(k.cfg.Store, id)
	if err != nil {
		return err
	}
	posts, err := k.cfg.Store.Posts(store.CaseID(id))
	if err != nil {
		return err
	}
	if (l.Facts.Left > 0 && l.Owner != "" || l.Settled()) && l.Facts.Cases+l.Facts.Left > 0 {
		// Its cases are being opened, or told: that is news now and again only,
		// and of a short list it is over before anybody reads it.
		k.wake(store.CaseID(id), now.Add(listEvery))
		if len(posts) == 0 || l.Settled() && l.Dropped == nil && l.Decision.At.After(now.Add(-listEvery)) {
			return nil
		}
	}
	b := &board{k: k, c: store.Case{ID: store.CaseID(id)}, posts: posts, now: now}
	v := k.cfg.View
	var out []wanted
	open := map[string]bool{}
	tell := func(name string, who store.PersonID, only bool, m bot.Message) {
		open[name] = true
		out = append(out, wanted{name: name, at: b.direct(who), only: only, make: still(m)})
	}
	if l.Owner != "" {
		turn := int64(0) // a refusal is a new message, because there is something to do again
		for _, p := range posts {
			if at, ok := strings.CutPrefix(p.Name, "list/"); ok {
				n, _ := strconv.ParseInt(at, 10, 64) // our own name
				turn = max(turn, n)
			}
		}
		if l.Declined != nil {
			turn = l.Declined.At.Unix()
		}
		tell(fmt.Sprintf("list/%d", turn), l.Owner, false, v.Batch(l))
		for _, old := range b.over("list/", open) {
			out = append(out, wanted{name: old, only: true, make: still(*bot.Say(fmt.Sprintf("%s goes on in a newer message.", id)).Message)})
		}
	}
	if a := l.Asked; a != nil {
		name := fmt.Sprintf("approve/%s/%d", a.To, a.At.Unix())
		tell(name, a.To, l.Settled(), v.BatchQuestion(l, a.To))
		if !l.Settled() {
			q := question{name: fmt.Sprint(a.At.Unix()), since: a.At, role: store.Approver, ask: v.BatchQuestion(l, a.To)}
			out = append(out, b.person(q, a.To)...)
		}
	}
	for _, old := range b.over("approve/", open) {
		m := v.BatchQuestion(l, whom(old))
		if l.Asked != nil && l.Asked.To == whom(old) {
			m = *bot.Say(fmt.Sprintf("%s goes on in a newer message.", id)).Message
		}
		out = append(out, wanted{name: old, only: true, make: still(m)})
	}
	if l.Over() {
		for _, who := range []store.PersonID{l.Owner, l.Decision.By} {
			out = append(out, wanted{name: "closing/" + string(who), at: b.direct(who), once: true, make: still(v.Batch(l))})
		}
	}
	for _, w := range out {
		b.errs = append(b.errs, b.put(ctx, w))
	}
	return b.result()
}

// quiet reports whether the messages of a list speak for the case. They do not
// for what is asked about it alone: further approvals, and plans that follow.
func (b *board) quiet() bool {
	c, p := b.c, b.c.Plan(0)
	return c.Batch != "" && p.No == 1 && (c.Covered == 0 || p.Decision != nil && len(p.Approvals) == 0)
}

// ofBatch lists the messages of a case that is approved with a list: those that
// need a person, and then also its card. All else is told by the list's card.
func (b *board) ofBatch(ctx context.Context) []wanted {
	v, c := b.k.cfg.View, b.c
	out := append(b.alarms(ctx), b.needs(ctx)...)
	out = append(out, b.holds(ctx)...)
	out = append(out, b.legal()...)
	out = append(out, b.drifts(ctx)...)
	if (len(out) > 0 || len(c.Pending) > 0) && b.open() || b.posted("card") {
		out = append(out, wanted{name: "card", at: b.rooms(ctx), make: still(v.Card(c))})
		if !c.Plan(0).Begun.IsZero() {
			out = append(out, wanted{name: "detail", at: b.rooms(ctx), in: "card", make: still(v.Detail(c))})
		}
	}
	out = append(out, b.seconds(ctx)...)
	out = append(out, b.reminders(ctx)...)
	out = append(out, b.heirs(ctx)...)
	for _, w := range b.ending() {
		if strings.HasPrefix(w.name, "heir/") {
			out = append(out, w)
		}
	}
	return out
}
