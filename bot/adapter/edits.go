package adapter

import (
	"context"
	"sync"
	"time"
)

// Edits keeps the edits of one message in order and apart.
type Edits struct {
	every time.Duration
	mu    sync.Mutex
	of    map[string]*edited
}

// edited is a message that is being edited, or was a moment ago.
type edited struct {
	turn  chan struct{} // holds one token: whoever has it edits
	asked int           // the number of the last edit
	users int           // how many edits wait or go on
	until time.Time     // not before
}

// NewEdits keeps the edits of one message so far apart.
func NewEdits(every time.Duration) *Edits { return &Edits{every: every, of: map[string]*edited{}} }

// Do edits when it is this one's turn, and returns what edit returns, or the
// error of ctx. If a newer one has been asked for by then it does nothing: that
// one has the final state.
func (e *Edits) Do(ctx context.Context, id string, edit func() error) error {
	e.mu.Lock()
	m := e.of[id]
	if m == nil {
		m = &edited{turn: make(chan struct{}, 1)}
		m.turn <- struct{}{}
		e.of[id] = m
	}
	m.asked++
	m.users++
	mine := m.asked
	e.mu.Unlock()
	defer e.leave(id, m)

	select {
	case <-m.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { m.turn <- struct{}{} }()
	if err := Pause(ctx, time.Until(m.until)); err != nil {
		return err
	}
	e.mu.Lock()
	newer := m.asked > mine
	e.mu.Unlock()
	if newer {
		return nil
	}
	err := edit()
	m.until = time.Now().Add(e.every)
	return err
}

// leave forgets a message a while after its last edit.
func (e *Edits) leave(id string, m *edited) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m.users--
	time.AfterFunc(e.every, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if m.users == 0 && e.of[id] == m && !time.Now().Before(m.until) {
			delete(e.of, id)
		}
	})
}
