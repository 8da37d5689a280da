package scim

import (
	"context"
	"fmt"
	"sync"

	"offboard/actions"
)

// turns lets one change at a time be made to a group. Several people may leave one
// group at the same moment, or one person with two accounts: each would take the
// others for members that the server has lost, and a PUT would bring them back.
type turns struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when the turn is over
}

// take waits for the turn of id, and returns what ends it.
func (t *turns) take(ctx context.Context, id string) (over func(), err error) {
	for {
		t.mu.Lock()
		before, busy := t.held[id]
		if !busy {
			mine := make(chan struct{})
			if t.held == nil {
				t.held = map[string]chan struct{}{}
			}
			t.held[id] = mine
			t.mu.Unlock()
			return func() {
				t.mu.Lock()
				defer t.mu.Unlock()
				delete(t.held, id)
				close(mine)
			}, nil
		}
		t.mu.Unlock()
		select {
		case <-before:
		case <-ctx.Done():
			return nil, actions.Again(fmt.Errorf("wait for another change of the group: %w", ctx.Err()))
		}
	}
}
