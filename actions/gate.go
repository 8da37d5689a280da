package actions

import (
	"context"
	"sync"
	"time"
)

// A gate is what stands before one system: so many at the same time, and,
// while the system does not answer, one at a time after a growing pause. It is
// what keeps a dead system from filling the log with attempts. It is in memory
// only: after a restart the first attempts find out anew.
type gate struct {
	slots      chan struct{}
	first, max time.Duration

	mu    sync.Mutex
	fails int           // in a row
	until time.Time     // closed until then
	probe chan struct{} // closed when the one attempt under way is over; nil if none
}

// tolerated failures in a row before the gate closes.
const tolerated = 3

func newGate(limit int, first, longest time.Duration) *gate {
	if limit <= 0 {
		limit = 4
	}
	return &gate{slots: make(chan struct{}, limit), first: first, max: longest}
}

// enter waits for a turn. The caller calls leave with whether the system
// answered.
func (g *gate) enter(ctx context.Context) error {
	for {
		g.mu.Lock()
		wait := time.Until(g.until)
		if g.fails < tolerated {
			wait = 0
		}
		probe := g.probe
		if wait <= 0 && probe == nil {
			if g.fails >= tolerated {
				g.probe = make(chan struct{})
			}
			g.mu.Unlock()
			break
		}
		g.mu.Unlock()
		if wait > 0 {
			probe = nil
		}
		if err := g.pause(ctx, wait, probe); err != nil {
			return err
		}
	}
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		g.mu.Lock()
		g.over()
		g.mu.Unlock()
		return ctx.Err()
	}
}

// pause waits for the end of the probe, or for d.
func (g *gate) pause(ctx context.Context, d time.Duration, probe <-chan struct{}) error {
	var timer <-chan time.Time
	if probe == nil {
		t := time.NewTimer(d)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-probe:
	case <-timer:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// over ends the probe; the lock is held.
func (g *gate) over() {
	if g.probe != nil {
		close(g.probe)
		g.probe = nil
	}
}

// leave ends a turn.
func (g *gate) leave(answered bool) {
	<-g.slots
	g.mu.Lock()
	defer g.mu.Unlock()
	if answered {
		g.fails, g.until = 0, time.Time{}
	} else {
		g.fails++
		g.until = time.Now().Add(backoff(g.fails-tolerated, g.first, g.max))
	}
	g.over()
}

// backoff doubles from first to longest; n counts from 0.
func backoff(n int, first, longest time.Duration) time.Duration {
	d := first
	for range n {
		if d >= longest {
			break
		}
		d *= 2
	}
	return min(d, longest)
}
