package store

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Clock is what the machine says about time. The store does not believe it
// blindly: see timekeeper.
type Clock struct {
	// Wall is the time of day; nil is the machine's. It can be set, and wrong.
	Wall func() time.Time
	// Up is how long a clock has run that nobody can set. Nil: Wall is believed
	// whatever it says, as in the demo, where people let time pass.
	Up func() time.Duration
	// Run names the run of that clock. While it is the same, Up goes on through
	// a restart of this program. Empty: it begins anew with every process.
	Run string
}

const (
	// tolerance is how far the wall clock may go away in a day from what has
	// passed on the other one. Time servers slew below half a second (ntpd,
	// chrony) and step by seconds after a start.
	tolerance = 2 * time.Minute
	day       = 24 * time.Hour
	// outage is the longest time without a running machine that is believed
	// without a person: a restart, a repair, half a night.
	outage = 6 * time.Hour
	// standstill is a time in which nobody asked for the time, although
	// somebody does every second: the process or the machine stood still.
	standstill = 30 * time.Second
	// seenEvery is how often it is kept what time it was. It bounds how much
	// of an outage is not known; the other bound is the last entry.
	seenEvery = 5 * time.Minute
)

// A timekeeper says what time it is when the wall clock may be wrong. It goes
// by elapsed time on the clock that nobody can set, and follows the wall clock
// while the two agree; they are compared anew each day, so that a clock that
// creeps is not followed either. When they do not, it is in doubt: it goes on by elapsed
// time as though the wall clock had not been touched, so that nothing begins
// early and nothing late, until the two agree again or a person says which is
// right.
//
// After an outage elapsed time is not known. Then the wall clock is believed
// if it says that the outage was short. If it says that it was long it is gone
// by, for a lock-out must not wait for a person, but in doubt.
type timekeeper struct {
	clock Clock

	mu    sync.Mutex
	known time.Time     // the time at Up 0 that the wall clock is compared with
	at    time.Duration // Up when known was last taken from the wall clock
	base  time.Time     // the time at Up 0 that is gone by
	gap   bool          // an outage of unknown length lies behind known
	far   bool          // and base is a wall clock that says it was a long one
	doubt bool
	last  time.Duration // Up when it was last read
	awake time.Time     // since when it has not stood still
}

// reading is one look at the clocks.
type reading struct {
	now   time.Time // to go by
	wall  time.Time
	up    time.Duration
	doubt bool
	awake time.Time
}

// ahead is how far the wall clock is before what is gone by.
func (r reading) ahead() time.Duration { return r.wall.Sub(r.now) }

// seen is what is kept of the clocks for the next start. It is not evidence.
type seen struct {
	Known time.Time     `json:"known"`
	Base  time.Time     `json:"base"`
	Up    time.Duration `json:"up"`
	Run   string        `json:"run,omitempty"`
	Gap   bool          `json:"gap,omitempty"`
	Far   bool          `json:"far,omitempty"`
}

// open goes on from what was kept, if anything was. last is the time of the
// last entry, or zero if there is none or that was in doubt.
func (k *timekeeper) open(rec seen, last time.Time) {
	if k.clock.Up == nil {
		k.awake = k.clock.Wall()
		return
	}
	up := k.clock.Up()
	k.at, k.last = up, up
	switch {
	case rec.Run != "" && rec.Run == k.clock.Run && up >= rec.Up:
		k.known, k.base = rec.Known.Add(-rec.Up), rec.Base.Add(-rec.Up)
		k.gap, k.far = rec.Gap, rec.Far
	case rec.Known.IsZero() && last.IsZero(): // a new log: there is nothing to compare with
		k.known = k.clock.Wall().Round(0).Add(-up)
		k.base = k.known
	default:
		k.known, k.gap = rec.Known.Add(-up), true
		if last.After(rec.Known) {
			k.known = last.Add(-up)
		}
		k.base = k.known
		if rec.Far {
			k.base, k.far = rec.Base.Add(-up), true
		}
	}
	k.awake = k.read().now
}

// read looks at both clocks.
func (k *timekeeper) read() reading {
	wall := k.clock.Wall()
	if k.clock.Up == nil {
		return reading{now: wall, wall: wall, awake: k.awake}
	}
	wall = wall.Round(0) // without Go's own monotonic time
	k.mu.Lock()
	defer k.mu.Unlock()
	up := k.clock.Up()
	off := wall.Sub(k.known.Add(up))
	switch {
	case k.gap && off >= -tolerance && off <= outage, off.Abs() <= tolerance && up-k.at >= day:
		k.settle(wall, up)
	case off.Abs() <= tolerance:
		k.base, k.doubt = wall.Add(-up), false
	case k.gap && off > 0 && !k.far:
		k.base, k.far, k.doubt = wall.Add(-up), true, true // once: a second such jump is not followed
	default:
		k.doubt = true
	}
	r := reading{now: k.base.Add(up), wall: wall, up: up, doubt: k.doubt}
	if up-k.last > standstill {
		k.awake = r.now
	}
	k.last, r.awake = max(k.last, up), k.awake
	return r
}

// settle goes by a wall clock that is right; the lock is held.
func (k *timekeeper) settle(wall time.Time, up time.Duration) {
	k.known, k.at = wall.Add(-up), up
	k.base, k.gap, k.far, k.doubt = k.known, false, false, false
}

// trust goes by the wall clock because a person has said that it is right.
func (k *timekeeper) trust(r reading) {
	if k.clock.Up == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.settle(r.wall, r.up)
}

// keep is what the next start needs.
func (k *timekeeper) keep() seen {
	r := k.read()
	k.mu.Lock()
	defer k.mu.Unlock()
	return seen{Known: k.known.Add(r.up), Base: k.base.Add(r.up), Up: r.up, Run: k.clock.Run, Gap: k.gap, Far: k.far}
}

func (t table) seen() (seen, error) {
	var rec seen
	b := plain(t.get(bucketMeta, metaSeen))
	if b == nil {
		return rec, nil
	}
	if err := json.Unmarshal(b, &rec); err != nil {
		return rec, fmt.Errorf("when the log was last open: %w", err)
	}
	return rec, nil
}

func (t table) putSeen(rec seen) error {
	b, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("keep the time: %w", err)
	}
	return t.put(bucketMeta, metaSeen, summed(bucketMeta, metaSeen, b))
}

// openClock begins to keep time.
func (s *Store) openClock(t table) error {
	rec, err := t.seen()
	if err != nil {
		return err
	}
	var state State
	if _, err := t.row(Installation, &state); err != nil {
		return err
	}
	last := s.lastAt
	if state.Doubt != nil && !rec.Known.IsZero() {
		last = time.Time{}
	}
	s.time.open(rec, last)
	if s.opt.ReadOnly || s.opt.Clock.Up == nil {
		return nil
	}
	return t.putSeen(s.time.keep())
}

// Now is the time by the store's clock: see Clock.
func (s *Store) Now() time.Time { return s.time.read().now }

// Awake is since when the program and its machine have run without standing
// still, by the store's clock.
func (s *Store) Awake() time.Time { return s.time.read().awake }

// Time is how the store's clock stands at a moment.
type Time struct {
	Now     time.Time // what the store goes by
	Machine time.Time // what the machine's clock says
	Doubt   bool      // the two do not agree, or after an outage cannot be compared
}

// Ahead is how far the machine's clock is before what the store goes by, in
// whole seconds.
func (t Time) Ahead() time.Duration { return t.Machine.Sub(t.Now).Round(time.Second) }

// Time looks at the clocks.
func (s *Store) Time() Time {
	r := s.time.read()
	return Time{Now: r.now, Machine: r.wall, Doubt: r.doubt}
}

// KeepTime looks at the clocks every second until ctx is done: it writes an
// entry when a doubt begins or has ended by itself, and wakes every loop after
// a standstill. It tells of a doubt at the start, of each change, and of what
// could not be written, which it tries again. A crash before the entry leaves
// no hole: the first reading in doubt refuses what is irreversible.
func (s *Store) KeepTime(ctx context.Context, told func(*Doubt, error)) {
	if s.opt.Clock.Up == nil {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var kept time.Duration
	var failed bool
	awake := s.Awake()
	before := uint64(0) // entry of the doubt that was told
	var state State
	var read bool // the state is that of
	var of uint64 // this entry, and only another one changes it
	for {
		r := s.time.read()
		if !r.awake.Equal(awake) {
			awake = r.awake
			s.wake()
		}
		var err error
		if last := s.Last(); !read || last != of || r.doubt != (state.Doubt != nil) {
			state, err = s.minded(ctx, r)
			read, of = err == nil, last
		}
		if err == nil && (kept == 0 || r.up-kept >= seenEvery) {
			err = s.update(func(tx *bolt.Tx) error {
				t := table{tx}
				if err := t.putSeen(s.time.keep()); err != nil || r.doubt {
					return err
				}
				return t.forgetOnce(r.now) // what is delivered to a server that runs for years must not pile up
			})
			kept = r.up
		}
		switch entry := state.Doubt.entry(); {
		case ctx.Err() != nil:
		case err != nil && !failed:
			told(nil, err)
		case err == nil && entry != before:
			before = entry
			told(state.Doubt, nil)
		}
		failed = err != nil
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// minded brings the log in step with a reading.
func (s *Store) minded(ctx context.Context, r reading) (State, error) {
	state, err := s.State()
	if err != nil || r.doubt == (state.Doubt != nil) {
		return state, err
	}
	var b Body = Trusted{Entry: state.Doubt.entry()}
	if r.doubt {
		b = Doubted{Machine: stamped(r.wall)}
	}
	if _, err := s.Append(ctx, Installation, Bot("clock"), b); err != nil {
		return state, err
	}
	return s.State()
}

// wake has every loop look again at what is due.
func (s *Store) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}
