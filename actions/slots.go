package actions

import (
	"context"
	"slices"
	"sync"
)

// slots are the places in one system. Who takes access away goes before who
// tidies up: where a thousand people lose access in one minute, the last of them
// must not wait for the groups of the first.
type slots struct {
	mu    sync.Mutex
	free  int
	queue [2][]chan struct{} // lock-outs, then the others; each in the order of coming
}

// take waits for a place, which the caller must give back.
func (s *slots) take(ctx context.Context, lockOut bool) error {
	s.mu.Lock()
	if s.free > 0 {
		s.free--
		s.mu.Unlock()
		return nil
	}
	line := 1
	if lockOut {
		line = 0
	}
	mine := make(chan struct{})
	s.queue[line] = append(s.queue[line], mine)
	s.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	i := slices.Index(s.queue[line], mine)
	if i >= 0 {
		s.queue[line] = slices.Delete(s.queue[line], i, i+1)
	}
	s.mu.Unlock()
	if i < 0 { // it was given meanwhile
		s.give()
	}
	return ctx.Err()
}

// give gives a place back, to whoever is next.
func (s *slots) give() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range s.queue {
		if q := s.queue[line]; len(q) > 0 {
			close(q[0])
			s.queue[line] = q[1:]
			return
		}
	}
	s.free++
}
