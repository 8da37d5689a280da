package store

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// MachineClock is the machine's clock beside one that counts from its start, also
// while it sleeps (CLOCK_BOOTTIME, clock_gettime(2)). A run is a start of the
// machine, so a restart of this program loses no time.
func MachineClock() Clock {
	run, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		run = nil // the clock then begins anew with each process
	}
	begun := time.Now()
	return Clock{Wall: time.Now, Run: strings.TrimSpace(string(run)), Up: func() time.Duration {
		var t unix.Timespec
		if unix.ClockGettime(unix.CLOCK_BOOTTIME, &t) != nil {
			return time.Since(begun) // no Linux that Go runs on lacks it
		}
		return time.Duration(t.Nano())
	}}
}
