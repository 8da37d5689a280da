package bottest

import (
	"context"
	"sync"
)

// Signal tells those who wait that something has changed, so that nobody
// polls. The zero Signal is ready.
type Signal struct {
	mu sync.Mutex
	ch chan struct{}
}

// Changed is closed at the next Notify.
func (s *Signal) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

// Notify wakes everybody who waits.
func (s *Signal) Notify() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}

// Await returns once cond is true. It asks again after each Notify, and gives
// up with the cause when ctx is done.
func (s *Signal) Await(ctx context.Context, cond func() bool) error {
	for {
		changed := s.Changed()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
