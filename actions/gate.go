package actions

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// A gate is what stands before one system: so many steps at the same time,
// and, while the system does not answer, one at a time after a growing pause.
// It is what keeps a dead system from filling the log with attempts. It is in
// memory only: after a restart the first attempts find out anew.
type gate struct {
	slots      slots
	first, max time.Duration

	mu      sync.Mutex
	fails   int           // in a row
	since   time.Time     // of the first of them
	cause   error         // of the last of them
	until   time.Time     // no probe before this time; zero while the gate is open
	probing bool          // one step is finding out
	moved   chan struct{} // closed and replaced when those who wait should look again
}

// tolerated failures in a row before the gate closes.
const tolerated = 3

// patience is what somebody does before a closed gate.
type patience int

const (
	waits patience = iota // until the system answers again, or it is their turn to find out
	asks                  // goes next: a person is waiting for the answer
	tells                 // turns back: nobody knows yet that the system is down
)

func newGate(limit int, first, longest time.Duration) *gate {
	if limit <= 0 {
		limit = 8
	}
	return &gate{slots: slots{free: limit}, first: first, max: longest, moved: make(chan struct{})}
}

// enter waits for a turn, which the caller must leave; a lock-out goes before
// others. Patience is asked for
// again whenever something has changed. The error is ctx's, or an *Error that
// says why the gate is closed. A nil gate, of a system that is not configured,
// lets everybody in.
func (g *gate) enter(ctx context.Context, lockOut bool, how func() patience) (*turn, error) {
	if g == nil {
		return nil, ctx.Err()
	}
	for {
		// The slot comes first: else all who wait for one when the system
		// dies would still run into it.
		if err := g.slots.take(ctx, lockOut); err != nil {
			return nil, err
		}
		p := how()
		g.mu.Lock()
		wait, moved := g.wait(p), g.moved
		if wait == 0 {
			t := &turn{gate: g, probe: !g.until.IsZero()}
			g.probing = g.probing || t.probe
			g.mu.Unlock()
			return t, nil
		}
		told := p == tells && !g.probing // one that finds out just now will know better
		closed := &Error{Class: ClassAgain, After: wait, Err: fmt.Errorf("it has not answered for %s: %w", time.Since(g.since).Round(time.Second), root(g.cause))}
		g.mu.Unlock()
		g.slots.give()
		if told {
			return nil, closed
		}
		if err := pause(ctx, wait, moved); err != nil {
			return nil, err
		}
	}
}

// root is what a system said, without what was tried there: whoever reads it may not
// know of that case, and must not read whose account it was.
func root(err error) error {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err
}

// wait is how long somebody has to wait at least; the lock is held.
func (g *gate) wait(p patience) time.Duration {
	switch {
	case g.until.IsZero():
		return 0
	case g.probing:
		return g.max // or until it has moved
	case p == asks:
		return 0
	}
	return max(0, time.Until(g.until))
}

// silent is how long the system has not answered.
func (g *gate) silent() time.Duration {
	if g == nil {
		return 0
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.until.IsZero() {
		return 0
	}
	return time.Since(g.since)
}

// Silent is since how long each system has not answered, so that only one step at
// a time asks there; 0 of one that answers.
func (x *Executor) Silent() map[string]time.Duration {
	out := map[string]time.Duration{}
	for name, g := range x.gates {
		out[name] = g.silent()
	}
	return out
}

// knock has those who wait look again whether they still have to.
func (g *gate) knock() {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.moved)
	g.moved = make(chan struct{})
}

// A turn is a place behind the gate.
type turn struct {
	gate  *gate
	probe bool
	heard bool  // a call was made
	err   error // of the last call
}

// said notes how a call has ended.
func (t *turn) said(err error) {
	if t != nil {
		t.heard, t.err = true, err
	}
}

// leave ends the turn. What its last call said opens or closes the gate; a
// turn without a call says nothing.
func (t *turn) leave() {
	if t == nil {
		return
	}
	g := t.gate
	g.slots.give()
	g.mu.Lock()
	class, after := ClassOf(t.err)
	switch {
	case !t.heard:
	case t.err == nil || class != ClassAgain:
		g.fails, g.until, g.cause = 0, time.Time{}, nil
	default:
		if g.fails == 0 {
			g.since = time.Now()
		}
		g.fails++
		g.cause = t.err
		// A system that says when to come again is not asked before.
		if g.fails >= tolerated || after > 0 {
			g.until = time.Now().Add(max(after, backoff(g.fails-tolerated, g.first, g.max)))
		}
	}
	if t.probe {
		g.probing = false
	}
	g.mu.Unlock()
	if t.probe || t.heard {
		g.knock()
	}
}

// pause waits for d, for moved, or for the end of ctx.
func pause(ctx context.Context, d time.Duration, moved <-chan struct{}) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-moved:
	case <-t.C:
	case <-ctx.Done():
	}
	return ctx.Err()
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
