package store

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// clocks are a machine's two clocks, and what time it really is.
type clocks struct {
	mu         sync.Mutex
	real, wall time.Time
	up         time.Duration
	run        int
}

func newClocks() *clocks {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	return &clocks{real: at, wall: at, up: time.Hour}
}

func (k *clocks) clock() Clock {
	locked := func(f func()) { k.mu.Lock(); defer k.mu.Unlock(); f() }
	return Clock{
		Run:  fmt.Sprint("run ", k.run),
		Wall: func() (t time.Time) { locked(func() { t = k.wall }); return t },
		Up:   func() (d time.Duration) { locked(func() { d = k.up }); return d },
	}
}

// pass lets time pass while the machine runs.
func (k *clocks) pass(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.real, k.wall, k.up = k.real.Add(d), k.wall.Add(d), k.up+d
}

// set makes the wall clock wrong by so much.
func (k *clocks) set(wrong time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wall = k.real.Add(wrong)
}

// off lets time pass while the machine is off.
func (k *clocks) off(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.real, k.wall = k.real.Add(d), k.wall.Add(d)
	k.up = 20 * time.Second
	k.run++
}

const year = 365 * 24 * time.Hour

// What the clock says after each thing that can happen to it: how far it is
// from the real time, and whether it is in doubt.
func TestTimekeeper(t *testing.T) {
	for _, tt := range []struct{ name, script string }{
		{"nothing happens", "pass 1h: 0s; pass 100h: 0s"},
		{"a time server steps by seconds", "set 40s: 40s; pass 1h: 40s; set -40s: -40s"},
		{"a time server steps by half an hour", "set 30m: 0s doubt; pass 1h: 0s doubt; set 0s: 0s"},
		{"set forward by ten years, and back", "set 87600h: 0s doubt; pass 5h: 0s doubt; set 0s: 0s"},
		{"set back by a day, and on", "set -24h: 0s doubt; pass 30h: 0s doubt; set -24h: 0s doubt; set 1m: 1m0s"},
		{"it creeps", "set 100s: 1m40s; set 200s: 1m40s doubt; set 300s: 1m40s doubt"},
		{"it creeps for days", "set 100s: 1m40s; pass 24h: 1m40s; set 200s: 3m20s; set 300s: 3m20s doubt"},
		{"a person says that it is right", "set 3h: 0s doubt; trust: 3h0m0s; pass 1h: 3h0m0s; set 0s: 3h0m0s doubt; trust: 0s"},
		{"the process stands still for an hour", "pass 1h: 0s; pass 1s: 0s"},
		{"the process is restarted", "restart: 0s; pass 72h: 0s; restart: 0s"},
		{"the clock is set while the process is down", "kill; set 87600h; pass 2h; start: 0s doubt; restart: 0s doubt; set 0s: 0s"},
		{"in doubt, it is restarted", "set -24h: 0s doubt; kill; pass 72h; start: 0s doubt; set 0s: 0s"},
		{"trusted, it is killed", "set 3h: 0s doubt; trust: 3h0m0s; kill; pass 1h; start: 3h0m0s"},
		{"the machine is restarted", "kill; off 10m; start: 0s; pass 1h: 0s"},
		{"the machine is off for a weekend", "kill; off 60h; start: 0s doubt; pass 1h: 0s doubt; trust: 0s"},
		{"it is off for a weekend, and then the clock is set", "kill; off 60h; start: 0s doubt; set 87600h: 0s doubt; set -87600h: 0s doubt; trust: -87600h0m0s"},
		{"it comes back in 1970", "kill; off 10m; set -490000h; start: -10m0s doubt; pass 1m: -10m0s doubt; set 0s: 0s"},
		{"it comes back in 1970 after a weekend", "kill; off 60h; set -490000h; start: -60h0m0s doubt; set 0s: 0s doubt; trust: 0s"},
		{"it comes back ten years ahead", "kill; off 10m; set 87600h; start: 87600h0m0s doubt; pass 1h: 87600h0m0s doubt; set 0s: 0s"},
		{"it comes back ten years ahead, again", "kill; off 10m; set 87600h; start: 87600h0m0s doubt; kill; off 10m; start: 87599h50m0s doubt; set 0s: 0s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newClocks()
			keeper := &timekeeper{clock: k.clock()}
			keeper.open(seen{}, time.Time{})
			var kept seen
			for _, line := range strings.Split(tt.script, "; ") {
				what, want, looked := strings.Cut(line, ": ")
				verb, arg, _ := strings.Cut(what, " ")
				d, _ := time.ParseDuration(arg)
				switch verb {
				case "pass":
					k.pass(d)
				case "set":
					k.set(d)
				case "off":
					k.off(d)
				case "trust":
					keeper.trust(keeper.read())
				case "kill":
					kept = keeper.keep()
				case "restart":
					kept = keeper.keep()
					fallthrough
				case "start":
					keeper = &timekeeper{clock: k.clock()}
					keeper.open(kept, time.Time{})
				default:
					t.Fatalf("%q", verb)
				}
				if !looked {
					continue
				}
				r := keeper.read()
				got := r.now.Sub(k.real).String()
				if r.doubt {
					got += " doubt"
				}
				if got != want {
					t.Errorf("%s: it is %s, want %s", what, got, want)
				}
			}
		})
	}
}

// A process that stood still knows since when it runs again.
func TestAwake(t *testing.T) {
	k := newClocks()
	keeper := &timekeeper{clock: k.clock()}
	keeper.open(seen{}, time.Time{})
	start := k.real
	for range 100 {
		k.pass(time.Second)
		keeper.read()
	}
	if at := keeper.read().awake; !at.Equal(start) {
		t.Errorf("awake since %s, it was started at %s", at, start)
	}
	k.pass(time.Hour)
	if at := keeper.read().awake; !at.Equal(k.real) {
		t.Errorf("awake since %s, it stood still until %s", at, k.real)
	}
}

// The machine's own clocks go, and name their run.
func TestMachineClock(t *testing.T) {
	c := MachineClock()
	before := c.Up()
	time.Sleep(time.Millisecond) // of a real clock
	if after := c.Up(); after <= before || time.Since(c.Wall()).Abs() > time.Minute {
		t.Errorf("up %s and then %s, wall %s", before, after, c.Wall())
	}
	if other := MachineClock(); other.Run != c.Run {
		t.Errorf("the run is %q and %q", c.Run, other.Run)
	}
}
