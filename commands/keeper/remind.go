package keeper

import (
	"context"
	"fmt"
	"time"

	"offboard/store"
)

// every is how long a question may stay unanswered before it is asked again.
const every = 24 * time.Hour

// reminders are the questions that have waited too long: an approval since it
// was asked for, a manual task since it was due. Each is a message of its own,
// because an edit notifies nobody. Some kinds of departure have none.
func (b *board) reminders(ctx context.Context) []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	if !v.Kind(c.Terms.Kind).Reminders {
		return nil
	}
	var out []wanted
	if p.State == store.Asked {
		asked := since(p)
		if n := b.waited(asked); n > 0 {
			for _, a := range p.Approvers {
				out = append(out, wanted{name: fmt.Sprintf("remind/%s/%d-%d", a, asked.Unix(), n), at: b.direct(a), once: true, make: still(v.Remind(c))})
			}
		}
	}
	for _, s := range p.Steps {
		due, ok := overdue(p, s)
		if !ok {
			continue
		}
		if n := b.waited(due); n > 0 {
			out = append(out, wanted{name: fmt.Sprintf("overdue/%s/%d", s.ID, n), at: b.rooms(ctx), once: true, make: still(v.Need(c, s))})
		}
	}
	return out
}

// overdue is when a manual task that is not done was due.
func overdue(p store.Plan, s store.Step) (time.Time, bool) {
	if p.State != store.Begun || s.Manual == nil || s.Manual.Due == 0 || s.State.Ended() {
		return time.Time{}, false
	}
	return p.Begun.Add(s.Manual.Due), true
}

// since is when those who are asked now were asked.
func since(p store.Plan) time.Time {
	if n := len(p.Delegated); n > 0 {
		return p.Delegated[n-1].At
	}
	return p.Asked
}

// waited is how many whole periods have passed, and has the case looked at
// again when the next one has.
func (b *board) waited(since time.Time) int {
	n := int(max(0, b.now.Sub(since)/every))
	b.k.wake(b.c.ID, since.Add(time.Duration(n+1)*every))
	return n
}

// wake has a case looked at again at a time. It is in memory only: after a
// start every open case is looked at anyway.
func (k *Keeper) wake(id store.CaseID, at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if old, ok := k.wakes[id]; !ok || at.Before(old) {
		k.wakes[id] = at
	}
}
