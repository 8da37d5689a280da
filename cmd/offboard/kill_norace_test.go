//go:build !race

package main

import "time"

// leavers is how many cases TestKill has in flight, and lifetime how long the
// bot lives on average.
const (
	leavers  = 200
	lifetime = 900 * time.Millisecond
)

// mostMemory is what an idle server may hold, in MiB.
const mostMemory = 40
