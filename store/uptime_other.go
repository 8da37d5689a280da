//go:build !linux

package store

import "time"

// MachineClock is the machine's clock beside one that counts from the start of
// this process.
func MachineClock() Clock {
	begun := time.Now()
	return Clock{Wall: time.Now, Up: func() time.Duration { return time.Since(begun) }}
}
