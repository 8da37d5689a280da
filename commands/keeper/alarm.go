package keeper

import (
	"context"
	"fmt"
	"strings"
	"time"

	"offboard/store"
)

// alarms call IT and security for lock-outs that have failed: at once, at any
// hour, and again until somebody takes it on. Each call is a new message,
// because an edit notifies nobody; only the last one asks for something.
func (b *board) alarms(ctx context.Context) []wanted {
	p, v := b.c.Plan(0), b.k.cfg.View
	var out []wanted
	open := map[string]bool{}
	for _, s := range p.Steps {
		if !s.Calls {
			continue
		}
		name := b.alarm(s)
		open[name] = true
		at, notify := b.call(ctx, true, store.IT, store.Security)
		out = append(out, wanted{name: name, at: at, notify: notify, make: still(v.Alarm(b.c, s, s.Had(b.now), b.repeats()))})
	}
	for _, name := range b.over("alarm/", open) {
		m := v.Settled(b.c)
		about := name[:strings.LastIndexByte(name, '/')+1]
		switch s := p.Step(store.StepID(strings.Trim(strings.TrimPrefix(about, "alarm/"), "/"))); {
		case s.Calls || b.lastPost(func(n string) bool { return strings.HasPrefix(n, about) }).After(b.lastPost(func(n string) bool { return n == name })):
			m = v.Newer(b.c)
		case s.ID != "":
			m = v.Need(b.c, s) // how it has gone on
		}
		out = append(out, wanted{name: name, only: true, make: still(m)})
	}
	return out
}

// alarm names the last call for a step, or the next one if it is due.
func (b *board) alarm(s store.Step) string {
	name := fmt.Sprintf("alarm/%s/%d-%d", s.ID, b.c.Plan(0).Rev, s.RetriedAt)
	last := b.series(name)
	every := b.repeats()
	next := last.sent.Add(every)
	switch {
	case last.n > 0 && (last.sent.IsZero() || every == 0): // nobody has got it yet, or once is all
	case last.n == 0 && every == 0:
		last.n = 1
	case last.n > 0 && s.Had(b.now):
		b.k.wake(b.c.ID, s.TakenAt.Add(store.TakenFor))
	case !next.After(b.now):
		last.n++
		b.k.wake(b.c.ID, b.now.Add(every))
	default:
		b.k.wake(b.c.ID, next)
	}
	return fmt.Sprintf("%s-%d", name, last.n)
}

// lastPost is when the last of some messages was sent, or tried to be.
func (b *board) lastPost(which func(name string) bool) (at time.Time) {
	for _, p := range b.posts {
		if which(p.Name) {
			at = latest(at, p.At)
		}
	}
	return at
}

// repeats is how often people are called again for the case; 0 is never.
func (b *board) repeats() time.Duration {
	if !b.k.cfg.View.Kind(b.c.Terms.Kind).Reminders {
		return 0
	}
	return b.k.cfg.Remind.Urgent
}
