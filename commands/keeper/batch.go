package keeper

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"offboard/bot"
	"offboard/commands/batch"
	"offboard/commands/view"
	"offboard/store"
)

// listEvery is how often the card of a list is looked at while its cases go on:
// a thousand of them end in the same minute, and each is news for it (see show).
// While nothing happens, as in a pause, it is not looked at.
const listEvery = 3 * time.Second

// showBatch keeps the messages of a list true: one card for the one who asks for
// it, one question for each who may approve, and what stands about the end.
func (k *Keeper) showBatch(ctx context.Context, id store.BatchID) error {
	now := k.cfg.Store.Now()
	posts, err := k.cfg.Store.Posts(store.CaseID(id))
	if err != nil {
		return err
	}
	b := &listBoard{board: &board{k: k, c: store.Case{ID: store.CaseID(id)}, posts: posts, now: now}, open: map[string]bool{}}
	if b.l, err = batch.Load(k.cfg.Store, id); err != nil {
		return err
	}
	if b.move(ctx) {
		if b.l, err = batch.Load(k.cfg.Store, id); err != nil {
			return err
		}
	}
	l := b.l
	carded := slices.ContainsFunc(posts, func(p store.Post) bool { return strings.HasPrefix(p.Name, "list/") })
	if l.Owner != "" && !l.Settled() && l.Facts.Left+l.Facts.Unready > 0 && !carded && k.young(store.CaseID(id), now) {
		return b.result() // of a short list that is over before anybody reads it
	}
	if d := l.Decision; d != nil && d.At.After(now.Add(-listEvery)) {
		k.wake(store.CaseID(id), d.At.Add(listEvery)) // it is being told to its cases
		return b.result()
	}
	b.card()
	b.questions()
	b.takers(ctx)
	b.silent(ctx)
	b.past()
	b.closing()
	for _, w := range b.out {
		b.errs = append(b.errs, b.put(ctx, w))
	}
	return b.result()
}

// young reports whether a list whose card is not there yet was first seen less
// than listEvery ago, and has it looked at again then.
func (k *Keeper) young(id store.CaseID, now time.Time) bool {
	k.mu.Lock()
	at, ok := k.lists[id]
	if !ok {
		at = now
		k.lists[id] = now
	}
	k.mu.Unlock()
	if end := at.Add(listEvery); end.After(now) {
		k.wake(id, end)
		return true
	}
	return false
}

// listBoard is a list with the messages that stand about it.
type listBoard struct {
	*board
	l    view.List
	open map[string]bool // names of messages that are true
	out  []wanted
}

// tell keeps a message to one person true.
func (b *listBoard) tell(name string, who store.PersonID, only bool, m bot.Message) {
	b.open[name] = true
	b.out = append(b.out, wanted{name: name, at: b.direct(who), only: only, make: still(m)})
}

// once sends a message to one person, which stays as it is.
func (b *listBoard) once(name string, who store.PersonID, m bot.Message) {
	b.out = append(b.out, wanted{name: name, at: b.direct(who), once: true, make: still(m)})
}

// card is the message of who asks for the list. A refusal is a new one, because
// there is something to do again.
func (b *listBoard) card() {
	if b.l.Owner == "" {
		return
	}
	of, turn := fmt.Sprintf("list/%s/", b.l.Owner), int64(0)
	for _, p := range b.posts {
		if at, ok := strings.CutPrefix(p.Name, of); ok {
			n, _ := strconv.ParseInt(at, 10, 64) // our own name
			turn = max(turn, n)
		}
	}
	if b.l.Declined != nil {
		turn = b.l.Declined.At.Unix()
	}
	b.tell(fmt.Sprint(of, turn), b.l.Owner, false, b.k.cfg.View.Batch(b.l, b.l.Owner))
}

// questions are the messages of those who may decide. Who is asked again is asked
// by a new one.
func (b *listBoard) questions() {
	a, v := b.l.Asked, b.k.cfg.View
	if a == nil {
		return
	}
	ask := func(id store.PersonID, since time.Time) {
		b.tell(fmt.Sprintf("approve/%s/%d", id, since.Unix()), id, b.l.Settled(), v.BatchQuestion(b.l, id))
	}
	ask(a.To, a.Since())
	if a.Fallback != nil {
		for _, id := range a.Fallback.To {
			ask(id, a.Fallback.At)
		}
	}
	if len(b.direct(a.To)) == 0 && b.l.Stands(b.l.Facts) { // or they would be waited for in silence
		b.once(fmt.Sprintf("unreached/%s/%d", b.l.Owner, a.Since().Unix()), b.l.Owner, v.BatchUnreached(b.l))
	}
}

// past ends what the messages say that ask for nothing any more.
func (b *listBoard) past() {
	v := b.k.cfg.View
	newer := *bot.Say(fmt.Sprintf("%s goes on in a newer message.", b.l.ID)).Message
	end := func(name string, m bot.Message) {
		b.out = append(b.out, wanted{name: name, only: true, make: still(m)})
	}
	for _, old := range b.over("list/", b.open) {
		m := newer
		if whom(old) != b.l.Owner {
			m = v.BatchSettled(b.l)
		}
		end(old, m)
	}
	for _, old := range b.over("approve/", b.open) {
		m := v.BatchQuestion(b.l, whom(old))
		for name := range b.open {
			if strings.HasPrefix(name, fmt.Sprintf("approve/%s/", whom(old))) {
				m = newer
			}
		}
		end(old, m)
	}
	for _, old := range b.over("take/", b.open) {
		end(old, v.BatchSettled(b.l))
	}
}

// closing tells who asked for the list and who approved it how it has ended.
func (b *listBoard) closing() {
	if !b.l.Over() {
		return
	}
	for _, who := range []store.PersonID{b.l.Owner, b.l.Decision.By} {
		b.once("closing/"+string(who), who, b.k.cfg.View.BatchClosing(b.l, who))
	}
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
