package adapter

import (
	"context"
	"math/rand/v2"
	"time"
)

// Pause waits, or returns why not: the error of ctx.
func Pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Backoff is how long to wait after so many failures in a row: at first at
// once, at most two minutes, with jitter so that many servers don't come
// together.
func Backoff(failures int) time.Duration {
	if failures == 0 {
		return time.Duration(rand.Int64N(int64(300 * time.Millisecond)))
	}
	d := min(2*time.Minute, time.Second<<min(failures-1, 10))
	return d/2 + time.Duration(rand.Int64N(int64(d)/2+1))
}
