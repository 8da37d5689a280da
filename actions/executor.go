package actions

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"offboard/store"
)

// Config is what the executor works with.
type Config struct {
	Store   *store.Store
	Systems []System
	Tasks   []Task

	Questions Enquiry                // none: nobody is asked
	Deny      func(name string) bool // logins and ids of accounts that are never touched
	Observe   bool                   // look at everything, change nothing: what is to be done becomes tasks
	Attempts  int                    // that may prove nothing before a person is needed; 0 means 4
	First     time.Duration          // before the second attempt; 0 means 2 s
	Max       time.Duration          // between attempts at the most; 0 means 10 min
	Timeout   time.Duration          // for one call of a connector; 0 means 2 min
	Again     time.Duration          // before a cut-off the survey is repeated; 0 means 30 min
	Log       zerolog.Logger

	// Called is told of each call of a connector, also one for the watch: how long
	// it took, and its error, whose class ClassOf knows. Nil: nobody is.
	Called func(system string, took time.Duration, err error)

	// Left says what is not done for somebody who leaves in this way, each with
	// the name of the rule: "slack", "corp/groups", "tasks/laptop". Nil: nothing.
	// Many goroutines call it.
	Left func(leaver Person, kind string) map[string]string
}

// Executor is the loop that closes the gap between what is approved and what
// is: it surveys drafts, starts plans that are due, and tries their steps
// until a read proves them.
//
// It holds nothing that a kill could lose. What it should do next follows from
// the cases alone, so recovery after a crash is the normal path: it looks at
// every open case once and goes on.
type Executor struct {
	cfg     Config
	gates   map[string]*gate
	times   timetable // the loop's own
	paused  atomic.Bool
	doubt   atomic.Bool  // the log says that the clock is in doubt
	visited atomic.Int64 // cases looked at, for the test of what waking costs

	mu      sync.Mutex
	flying  map[job]bool // work under way
	trouble map[job]int  // errors in a row
	again   map[store.CaseID]bool
	wake    chan struct{} // a case has to be looked at again
	group   sync.WaitGroup
}

// New makes an executor.
func New(cfg Config) *Executor {
	if cfg.Attempts == 0 {
		cfg.Attempts = 4
	}
	if cfg.First == 0 {
		cfg.First = 2 * time.Second
	}
	if cfg.Max == 0 {
		cfg.Max = 10 * time.Minute
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 2 * time.Minute
	}
	if cfg.Again == 0 {
		cfg.Again = 30 * time.Minute
	}
	if cfg.Deny == nil {
		cfg.Deny = func(string) bool { return false }
	}
	if cfg.Left == nil {
		cfg.Left = func(Person, string) map[string]string { return nil }
	}
	x := &Executor{
		cfg: cfg, gates: map[string]*gate{}, times: timetable{at: map[store.CaseID]time.Time{}},
		flying: map[job]bool{}, trouble: map[job]int{}, again: map[store.CaseID]bool{}, wake: make(chan struct{}, 1),
	}
	for _, s := range cfg.Systems {
		x.gates[s.Name] = newGate(s.Limit, cfg.First, cfg.Max)
	}
	return x
}

// Run works until ctx is done, then waits for what is under way to notice. It
// is called once.
func (x *Executor) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer x.group.Wait()
	defer cancel()
	cursor := x.cfg.Store.Last() // before all: what happens meanwhile is looked at twice, not never
	if err := x.all(ctx); err != nil {
		return err
	}
	for {
		changed := x.cfg.Store.Changed()
		var err error
		if cursor, err = x.touched(ctx, cursor); err != nil {
			return err
		}
		for _, id := range append(x.times.due(x.cfg.Store.Now()), x.revisit()...) {
			x.visit(ctx, id)
		}
		if x.wait(ctx, changed) != nil {
			return nil
		}
	}
}

// all looks at every open case, as after a start or a pause.
func (x *Executor) all(ctx context.Context) error {
	state, err := x.cfg.Store.State()
	if err != nil {
		return err
	}
	x.paused.Store(state.Paused)
	x.doubt.Store(state.Doubt != nil)
	if state.Paused {
		return nil
	}
	rows, err := x.cfg.Store.OpenCases()
	for _, r := range rows {
		x.visit(ctx, r.ID)
	}
	return err
}

// touched looks at the cases named in new entries, each once.
func (x *Executor) touched(ctx context.Context, cursor uint64) (uint64, error) {
	for {
		entries, err := x.cfg.Store.Since(cursor, 1000)
		if err != nil || len(entries) == 0 {
			return cursor, err
		}
		seen := map[string]bool{}
		for _, t := range entries {
			cursor = t.Seq
			if seen[t.Subject] {
				continue
			}
			seen[t.Subject] = true
			switch {
			case strings.HasPrefix(t.Subject, "OFF-"):
				x.visit(ctx, store.CaseID(t.Subject))
			case strings.HasPrefix(t.Subject, "P-"): // a legal hold may have been lifted
				id, err := x.cfg.Store.OpenOf(store.PersonID(t.Subject))
				if err != nil {
					return cursor, err
				}
				if id != "" {
					x.visit(ctx, id)
				}
			case t.Subject == store.Installation:
				if err := x.brakes(ctx); err != nil {
					return cursor, err
				}
			}
		}
	}
}

// brakes looks whether the bot is paused, or its clock in doubt. The end of
// either is like a start.
func (x *Executor) brakes(ctx context.Context) error {
	state, err := x.cfg.Store.State()
	if err != nil || state.Paused == x.paused.Load() && (state.Doubt != nil) == x.doubt.Load() {
		return err
	}
	return x.all(ctx)
}

func (x *Executor) wait(ctx context.Context, changed <-chan struct{}) error {
	timer := time.NewTimer(x.times.wait(x.cfg.Store.Now()))
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-x.wake:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// visit starts what the case is ready for. It waits for nothing.
func (x *Executor) visit(ctx context.Context, id store.CaseID) {
	x.visited.Add(1)
	if x.paused.Load() {
		return
	}
	c, err := x.cfg.Store.Case(id)
	if err != nil {
		x.cfg.Log.Error().Str("case", string(id)).Err(err).Msg("read case")
		return
	}
	now := x.cfg.Store.Now()
	p := c.Plan(0)
	x.times.set(id, upcoming(c, now, x.cfg.Again))
	_, held := c.Held()
	for _, system := range p.Unsurveyed() {
		x.start(ctx, job{id, "survey/" + system}, func() error { return x.survey(ctx, id, system) })
	}
	if at := c.SurveyAgain(x.cfg.Again); !at.IsZero() && !at.After(now) && !p.Come(now) {
		x.start(ctx, job{id, "survey again"}, func() error { return x.resurvey(ctx, id) })
	}
	if p.Come(now) && !held {
		x.start(ctx, job{id, "begin"}, func() error { return x.begin(ctx, id, p) })
	}
	for _, s := range p.Steps {
		if !c.Goes(s) || s.Rests(now) || x.withheld(c, s) {
			continue
		}
		step, system, lockOut := s.ID, s.System, s.LockOut // all that a step keeps while it waits
		started := x.start(ctx, job{id, "step/" + string(step)}, func() error { return x.attempt(ctx, id, step, system, lockOut) })
		if !started && retried(s) {
			x.gates[s.System].knock() // it may wait there, and need not any more
		}
	}
}

// withheld reports whether a step waits for the clock, or for the end of a legal
// hold, and still has to.
func (x *Executor) withheld(c store.Case, s store.Step) bool {
	return s.Withheld && x.withholds(c, s)
}

// withholds reports whether a step has to wait because it takes what can't be
// given back.
func (x *Executor) withholds(c store.Case, s store.Step) bool {
	if x.cfg.Store.Time().Doubt && s.Irreversible() {
		return true
	}
	if !s.Erases() {
		return false
	}
	held, err := x.cfg.Store.UnderHold(c.Person)
	return held || err != nil // what can't be read may be one
}

// retried reports whether a person has asked for another try, which has not
// been made yet.
func retried(s store.Step) bool { return s.State == store.Waiting && s.RetriedAt > 0 }

func (x *Executor) system(name string) (System, bool) {
	i := slices.IndexFunc(x.cfg.Systems, func(s System) bool { return s.Name == name })
	if i < 0 {
		return System{}, false
	}
	return x.cfg.Systems[i], true
}
