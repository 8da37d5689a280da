package adapter

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestBackoff(t *testing.T) {
	for n, want := range []time.Duration{300 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, 64 * time.Second, 2 * time.Minute, 2 * time.Minute} {
		seen := map[time.Duration]bool{}
		for range 50 {
			d := Backoff(n)
			seen[d] = true
			if d > want || n > 0 && d < want/2 {
				t.Errorf("after %d failures %v", n, d)
			}
		}
		if len(seen) < 40 {
			t.Errorf("after %d failures there is no jitter", n)
		}
	}
	if d := Backoff(1000); d > 2*time.Minute {
		t.Errorf("%v", d)
	}
}

func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		start := time.Now()
		if err := Pause(ctx, time.Second); err != nil || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		if err := Pause(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}
