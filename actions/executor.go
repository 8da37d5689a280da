package actions

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"offboard/store"
)

// Config is what the executor works with.
type Config struct {
	Store    *store.Store
	Systems  []System
	Tasks    []Task
	Deny     func(login string) bool // accounts that are never touched
	Attempts int                     // that may prove nothing before a person is needed; 0 means 4
	First    time.Duration           // before the second attempt; 0 means 2 s
	Max      time.Duration           // between attempts at the most; 0 means 10 min
	Log      zerolog.Logger
}

// Executor is the loop that closes the gap between what is approved and what
// is: it surveys drafts, starts plans that are due, and tries their steps
// until a read proves them.
//
// It holds nothing that a kill could lose. What it should do next follows from
// the cases alone, so recovery after a crash is the normal path: it looks at
// every open case once and goes on.
type Executor struct {
	cfg   Config
	gates map[string]*gate

	mu      sync.Mutex
	flying  map[string]bool // work under way
	again   map[store.CaseID]bool
	wake    chan struct{} // work ended, or has to be looked at again
	group   sync.WaitGroup
	visited int // cases looked at, for the benchmark of what waking costs
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
	if cfg.Deny == nil {
		cfg.Deny = func(string) bool { return false }
	}
	x := &Executor{cfg: cfg, gates: map[string]*gate{}, flying: map[string]bool{}, again: map[store.CaseID]bool{}, wake: make(chan struct{}, 1)}
	for _, s := range cfg.Systems {
		x.gates[s.Name] = newGate(s.Limit, cfg.First, cfg.Max)
	}
	return x
}

// Run works until ctx is done, then waits for what is under way to notice.
func (x *Executor) Run(ctx context.Context) error {
	defer x.group.Wait()
	cursor, looked, err := x.all(ctx)
	if err != nil {
		return err
	}
	for {
		changed := x.cfg.Store.Changed()
		var next time.Time
		if cursor, err = x.touched(ctx, cursor); err == nil {
			looked, next, err = x.due(ctx, looked)
		}
		if err != nil {
			return err
		}
		for _, id := range x.revisit() {
			x.visit(ctx, id)
		}
		if err := x.wait(ctx, changed, next); err != nil {
			if errors.Is(err, ctx.Err()) {
				return nil
			}
			return err
		}
	}
}

// all looks at every open case, as after a start.
func (x *Executor) all(ctx context.Context) (uint64, time.Time, error) {
	now := time.Now()
	cursor := x.cfg.Store.Last()
	rows, err := x.cfg.Store.OpenCases()
	for _, r := range rows {
		x.visit(ctx, r.ID)
	}
	return cursor, now, err
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
			case t.Subject == store.Installation: // a pause has ended
				if _, _, err := x.all(ctx); err != nil {
					return cursor, err
				}
			}
		}
	}
}

// due looks at the cases whose time has come since it last looked, and says
// when the next one's will.
func (x *Executor) due(ctx context.Context, looked time.Time) (time.Time, time.Time, error) {
	now := time.Now()
	ids, next, err := x.cfg.Store.Due(looked, now)
	for _, id := range ids {
		x.visit(ctx, id)
	}
	return now, next, err
}

func (x *Executor) wait(ctx context.Context, changed <-chan struct{}, next time.Time) error {
	var timer <-chan time.Time
	if !next.IsZero() {
		t := time.NewTimer(time.Until(next))
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-changed:
	case <-timer:
	case <-x.wake:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// revisit takes the cases that ended work wants looked at again.
func (x *Executor) revisit() []store.CaseID {
	x.mu.Lock()
	defer x.mu.Unlock()
	var out []store.CaseID
	for id := range x.again {
		out = append(out, id)
	}
	clear(x.again)
	return out
}

// visit starts what the case is ready for. It does no I/O itself.
func (x *Executor) visit(ctx context.Context, id store.CaseID) {
	c, err := x.cfg.Store.Case(id)
	if err != nil {
		x.cfg.Log.Error().Str("case", string(id)).Err(err).Msg("read case")
		return
	}
	x.visited++
	now := time.Now()
	p := c.Plan(0)
	for _, system := range p.Unsurveyed() {
		x.start(ctx, id, "survey/"+system, func() error { return x.doSurvey(ctx, id, system) })
	}
	if p.State == store.Approved && !p.Due.IsZero() && !p.Due.After(now) {
		x.start(ctx, id, "begin", func() error {
			_, err := x.cfg.Store.Append(ctx, string(id), store.Bot("executor"), store.Started{Plan: p.No})
			return err
		})
	}
	for _, s := range p.Steps {
		if p.Ready(s) && !s.Again.After(now) {
			x.start(ctx, id, string(s.ID), func() error { return x.attempt(ctx, id, s.ID) })
		}
	}
}

// start runs a piece of work unless it is under way, and has the case looked
// at again when it ends: something may have happened to it meanwhile.
func (x *Executor) start(ctx context.Context, id store.CaseID, name string, work func() error) {
	key := string(id) + " " + name
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.flying[key] || ctx.Err() != nil {
		return
	}
	x.flying[key] = true
	x.group.Go(func() {
		err := work()
		refused, ok := errors.AsType[*store.Refused](err)
		if err != nil && !ok && ctx.Err() == nil {
			// The log could not be written (a full disk?): the step is not
			// lost, and is looked at again after a while.
			x.cfg.Log.Error().Str("case", string(id)).Str("work", name).Err(err).Msg("work")
			_ = sleep(ctx, x.cfg.First)
		}
		x.mu.Lock()
		delete(x.flying, key)
		if !ok || refused.Code != store.Suspended { // the end of a pause is an entry
			x.again[id] = true
		}
		x.mu.Unlock()
		select {
		case x.wake <- struct{}{}:
		default:
		}
	})
}

func (x *Executor) doSurvey(ctx context.Context, id store.CaseID, system string) error {
	c, err := x.cfg.Store.Case(id)
	if err != nil {
		return err
	}
	found, err := x.survey(ctx, c, system)
	if err != nil {
		return err
	}
	_, err = x.cfg.Store.Append(ctx, string(id), store.Bot("executor"), found)
	return err
}

func (x *Executor) system(name string) (System, bool) {
	for _, s := range x.cfg.Systems {
		if s.Name == name {
			return s, true
		}
	}
	return System{}, false
}

// sleep waits for d or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func lower(words string) string { return strings.ToLower(words[:1]) + words[1:] }
