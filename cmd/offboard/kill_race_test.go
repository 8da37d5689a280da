//go:build race

package main

import "time"

// leavers is how many cases TestKill has in flight, and lifetime how long the
// bot lives on average. The bot it kills is this binary, which is several
// times slower with the race detector in it.
const (
	leavers  = 60
	lifetime = 1200 * time.Millisecond
)

// mostMemory is what an idle server may hold, in MiB, with what the race
// detector remembers.
const mostMemory = 100
