package adapter

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestEdits of one message are apart and in order, of those that wait only the
// last is sent, other messages don't wait, and nothing is remembered for long.
func TestEdits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEdits(3 * time.Second)
		start := time.Now()
		var all sync.WaitGroup
		var sent []int
		var at []time.Duration
		for n := range 20 {
			all.Go(func() {
				if err := e.Do(t.Context(), "a", func() error {
					sent, at = append(sent, n), append(at, time.Since(start))
					return nil
				}); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(200 * time.Millisecond)
		}
		before := time.Now()
		if err := e.Do(t.Context(), "b", func() error { return errors.ErrUnsupported }); !errors.Is(err, errors.ErrUnsupported) || time.Since(before) != 0 {
			t.Errorf("another message: %v after %v", err, time.Since(before))
		}
		all.Wait()
		if len(sent) != 3 || sent[2] != 19 || at[0] != 0 || at[1] != 3*time.Second || at[2] != 6*time.Second {
			t.Errorf("sent %v at %v", sent, at)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := e.Do(ctx, "a", func() error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who gives up: %v", err)
		}
		time.Sleep(time.Minute)
		if len(e.of) != 0 {
			t.Errorf("%d messages are remembered", len(e.of))
		}
	})
}
