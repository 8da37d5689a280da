package actions

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"offboard/store"
)

// Reached is how the systems of a case were found when they were last read: one
// read-only Check a system, of an account that the case is about.
type Reached struct {
	At      time.Time
	Systems int      // how many were read
	Silent  []string // names of those that did not answer
	Unread  []string // of those that answered, and could not be read
}

// How often the systems of a case that waits for a press are read.
const (
	lookEvery  = time.Hour        // while all answer
	lookSooner = 10 * time.Minute // while one does not
	lookAsked  = time.Minute      // at most, when people look at the case
)

// Readiness is the loop that keeps looking at the systems of every case that is
// approved and waits for a press, so that whoever is in the room knows before
// they press. It changes nothing anywhere.
//
// What it finds it keeps in memory: no rule rests on it, and after a restart it
// looks anew. The log would gain an entry an hour for each such case.
type Readiness struct {
	x    *Executor
	seen func(store.CaseID)

	mu     sync.Mutex
	armed  map[store.CaseID]*armed
	asked  chan struct{}
	group  sync.WaitGroup
	paused bool
}

// armed is a case that waits for a press.
type armed struct {
	busy  bool
	next  time.Time // not before
	found Reached
}

// NewReadiness makes the loop. seen is called when something else is known of a
// case; it must not wait.
func NewReadiness(x *Executor, seen func(store.CaseID)) *Readiness {
	return &Readiness{x: x, seen: seen, armed: map[store.CaseID]*armed{}, asked: make(chan struct{}, 1)}
}

// Reached is what was last found for a case; the zero Reached if nothing was yet.
func (r *Readiness) Reached(id store.CaseID) Reached {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a := r.armed[id]; a != nil {
		return a.found
	}
	return Reached{}
}

// Again has the systems of a case read again, unless that was just done.
func (r *Readiness) Again(id store.CaseID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.armed[id]
	if soon := r.x.cfg.Store.Now(); a == nil || a.busy || a.found.At.Add(lookAsked).After(soon) {
		return
	}
	a.next = time.Time{}
	r.wake()
}

// wake has the loop look; the lock need not be held.
func (r *Readiness) wake() {
	select {
	case r.asked <- struct{}{}:
	default: // it will look anyway
	}
}

// Run works until ctx is done. It is called once.
func (r *Readiness) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer r.group.Wait()
	defer cancel()
	s := r.x.cfg.Store
	cursor := s.Last() // before all: what happens meanwhile is looked at twice, not never
	if err := r.pause(); err != nil {
		return err
	}
	rows, err := s.OpenCases()
	if err != nil {
		return err
	}
	for _, row := range rows {
		r.visit(row.ID)
	}
	for {
		changed := s.Changed()
		if cursor, err = r.touched(cursor); err != nil {
			return err
		}
		if r.wait(ctx, changed, r.start(ctx)) != nil {
			return nil
		}
	}
}

func (r *Readiness) wait(ctx context.Context, changed <-chan struct{}, next time.Time) error {
	wait := lookEvery
	if !next.IsZero() {
		wait = next.Sub(r.x.cfg.Store.Now())
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-r.asked:
	case <-ctx.Done():
	}
	return ctx.Err()
}

func (r *Readiness) pause() error {
	state, err := r.x.cfg.Store.State()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paused = state.Paused
	return err
}

// touched looks at the cases named in new entries.
func (r *Readiness) touched(cursor uint64) (uint64, error) {
	for {
		entries, err := r.x.cfg.Store.Since(cursor, 1000)
		if err != nil || len(entries) == 0 {
			return cursor, err
		}
		for _, t := range entries {
			cursor = t.Seq
			switch {
			case strings.HasPrefix(t.Subject, "OFF-"):
				r.visit(store.CaseID(t.Subject))
			case t.Subject == store.Installation:
				if err := r.pause(); err != nil {
					return cursor, err
				}
			}
		}
	}
}

// waitsForPress reports whether a case is approved and begins when somebody
// presses.
func waitsForPress(c store.Case) bool {
	p := c.Plan(0)
	_, held := c.Held()
	return p.State == store.Approved && p.CutOff.Mode == store.Press && p.Press.IsZero() && !held
}

// visit notes whether a case waits for a press.
func (r *Readiness) visit(id store.CaseID) {
	c, err := r.x.cfg.Store.Case(id)
	if err != nil {
		r.x.cfg.Log.Error().Str("case", string(id)).Err(err).Msg("read case")
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch _, known := r.armed[id]; {
	case !waitsForPress(c):
		delete(r.armed, id)
	case !known:
		r.armed[id] = &armed{}
	}
}

// start begins what is due, and says when the next is.
func (r *Readiness) start(ctx context.Context) (next time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paused {
		return time.Time{} // its end is an entry
	}
	now := r.x.cfg.Store.Now()
	for id, a := range r.armed {
		switch {
		case a.busy:
		case !a.next.After(now):
			a.busy = true
			r.group.Go(func() { r.look(ctx, id, a) })
		case next.IsZero() || a.next.Before(next):
			next = a.next
		}
	}
	return next
}

// look reads the systems of a case, all at once.
func (r *Readiness) look(ctx context.Context, id store.CaseID, a *armed) {
	found := Reached{}
	c, err := r.x.cfg.Store.Case(id)
	if err == nil && waitsForPress(c) {
		found = r.x.reach(ctx, c)
	}
	if ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	now := r.x.cfg.Store.Now()
	a.busy, a.next = false, now.Add(lookEvery)
	if found.At = now; len(found.Silent)+len(found.Unread) > 0 {
		a.next = now.Add(lookSooner)
	}
	a.found = found
	current := r.armed[id] == a
	r.mu.Unlock()
	r.wake() // the loop sleeps until the next one
	if current {
		r.seen(id)
	}
}

// reach reads one step of each system: a lock-out if there is one.
func (x *Executor) reach(ctx context.Context, c store.Case) Reached {
	first := map[string]store.Step{}
	for _, s := range c.Plan(0).Steps {
		if old, ok := first[s.System]; s.Manual == nil && (!ok || s.LockOut && !old.LockOut) {
			first[s.System] = s
		}
	}
	found := Reached{Systems: len(first)}
	var mu sync.Mutex
	var all sync.WaitGroup
	for system, s := range first {
		all.Go(func() {
			err := x.reads(ctx, c, s)
			if err == nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if class, _ := ClassOf(err); class == ClassAgain {
				found.Silent = append(found.Silent, system)
			} else {
				found.Unread = append(found.Unread, system)
			}
		})
	}
	all.Wait()
	order := func(a, b string) int {
		return cmp.Compare(slices.Index(c.Plan(0).Systems, a), slices.Index(c.Plan(0).Systems, b))
	}
	slices.SortFunc(found.Silent, order)
	slices.SortFunc(found.Unread, order)
	return found
}

// reads reads the account of a step, in a turn at its system. Its error says that
// the step could not have been tried now.
func (x *Executor) reads(ctx context.Context, c store.Case, s store.Step) error {
	turn, err := x.gates[s.System].enter(ctx, false, func() patience { return tells })
	if err != nil {
		return err
	}
	defer turn.leave()
	a := &attempt{x: x, c: c, p: c.Plan(0), s: s, way: wayOf(c.Plan(0).Kind), turn: turn}
	if err := a.prepare(); err != nil {
		return err
	}
	found, _, _, err := a.check(ctx)
	switch {
	case err != nil && turn != nil:
		turn.heard = false // a look closes no gate: the lock-out must not wait because of it
	case err == nil && len(found.Unread) > 0:
		err = Final(errors.New("it could not be read"))
	}
	return err
}
