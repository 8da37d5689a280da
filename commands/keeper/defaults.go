package keeper

import (
	"context"
	"fmt"
	"slices"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Answers says what happens while nobody says who gets what.
type Answers struct {
	Within time.Duration // after so long it goes to the heir; 0 means 72 h
	Above  bool          // the heir is whom the directory has above the manager, else the manager
}

// defaults record what follows when nobody has answered in time.
func (b *board) defaults(ctx context.Context) {
	p := b.c.Plan(0)
	do := func(at time.Time, body func() store.Body) {
		if at.After(b.now) {
			b.k.wake(b.c.ID, at)
			return
		}
		if what := body(); what != nil {
			if c, ok := b.record(ctx, what); ok {
				b.c = c
			}
		}
	}
	if p.HeirsOpen() {
		do(b.answerBy(), func() store.Body {
			if to := b.heir(ctx); to != "" {
				return store.Defaulted{Plan: p.No, To: to}
			}
			return nil // nobody can get it; the approver is still asked
		})
	}
	for _, s := range p.Steps {
		if at := p.Lapses(s); !at.IsZero() {
			do(at, func() store.Body { return store.Lapsed{Plan: p.No, Step: s.ID} })
		}
	}
}

// answerBy is until when somebody may say who gets what before it goes to the heir.
func (b *board) answerBy() time.Time { return b.c.Plan(0).HeirsAsked.Add(b.k.cfg.Answers.Within) }

// heir gets what nobody was named for in time; empty if nobody can, or it is not
// known now.
func (b *board) heir(ctx context.Context) store.PersonID {
	able := func(id store.PersonID) bool { return id != "" && id != b.c.Person && b.k.stays(id) }
	heir := b.c.Heir()
	if b.k.cfg.Answers.Above || !able(heir) {
		id, err := b.above(ctx, heir, able)
		if err != nil {
			b.errs = append(b.errs, err)
			return "" // it is tried again
		}
		if id != "" {
			return id
		}
	}
	if able(heir) {
		return heir
	}
	return ""
}

// heirs ask the approver who gets what, where somebody else has approved in their
// place, and tell what was done when nobody has answered.
func (b *board) heirs(ctx context.Context) []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	var out []wanted
	open := map[string]bool{}
	if p.HeirsOpen() {
		by, to := b.answerBy(), b.heir(ctx)
		for _, a := range p.Approvers {
			name := fmt.Sprintf("heirs/%s/%d", a, p.HeirsAsked.Unix())
			open[name] = true
			out = append(out, wanted{name: name, at: b.direct(a), make: still(v.Heirs(c, a, by, to))})
			if !v.Kind(c.Terms.Kind).Reminders {
				continue
			}
			q := question{
				name: fmt.Sprintf("heirs-%d", p.HeirsAsked.Unix()), since: p.HeirsAsked, role: store.Approver, ask: v.RemindHeirs(c, a, by, to),
				above: func(context.Context, store.Role) bot.Message { return v.SilentHeirs(c, by, to) },
			}
			out = append(append(out, b.person(q, a)...), b.escalate(ctx, q)...)
		}
	}
	for _, name := range b.over("heirs/", open) {
		out = append(out, wanted{name: name, only: true, make: still(v.HeirsSettled(c, whom(name)))})
	}
	if d := p.Defaulted; d != nil {
		out = append(out, b.said(ctx, fmt.Sprintf("defaulted/%d", d.At.Unix()), func(reader store.PersonID) bot.Message { return v.Defaulted(c, reader) }, slices.Concat(p.Approvers, []store.PersonID{c.Asker()})...)...)
	}
	for _, s := range p.Steps {
		if !s.Lapsed || s.Asks() { // the closing message says what nobody has said
			continue
		}
		told := []store.PersonID{c.Asker()}
		if c.State == store.CaseClosed {
			told = nil // the closing message says it
		}
		out = append(out, b.said(ctx, "lapsed/"+string(s.ID), func(store.PersonID) bot.Message { return v.Lapsed(c, s) }, told...)...)
	}
	return out
}

// said tells something once, in the thread of the card and to each of some people,
// each in words of their own.
func (b *board) said(ctx context.Context, name string, say func(reader store.PersonID) bot.Message, ids ...store.PersonID) []wanted {
	var out []wanted
	if b.posted("card") {
		out = append(out, wanted{name: name, at: b.rooms(ctx), in: "card", once: true, make: still(say(""))})
	}
	told := map[store.PersonID]bool{}
	for _, id := range ids {
		if !told[id] {
			told[id] = true
			out = append(out, wanted{name: name + "/" + string(id), at: b.direct(id), once: true, make: still(say(id))})
		}
	}
	return out
}
