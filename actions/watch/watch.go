// Package watch is the loop that looks again: whether what was taken has stayed
// away (the re-check, recheck.go), what to do if it has not (retake.go), what is
// deleted when the retention is over (destroy.go), who is erased after it (erase.go), and
// which accounts belong to nobody who works here (the sweep, sweep.go, and when,
// sweeps.go).
//
// It reads through the executor's gates and changes no system: what is to be
// taken again becomes a plan, which is asked for and carried out like any other.
// What it should do next follows from the log, so a kill leaves nothing behind.
package watch

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"offboard/actions"
	"offboard/store"
)

// Config is what the watch works with.
type Config struct {
	Store     *store.Store
	Executor  *actions.Executor // through whose gates it reads
	Systems   []actions.System
	Directory actions.Directory // who is still here
	Schedule  store.Schedule    // 0 in it means 1 h, 24 h, 7 days, for 90 days
	Unasked   bool              // what came back and can be given back is taken again without asking
	// HR are those of HR over a leaver, who are asked what is deleted when who
	// approved the leave is gone.
	HR func(ctx context.Context, leaver store.PersonID) ([]store.PersonID, error)

	Sweep  Sweep            // what Sweeps does
	Sweeps Timetable        // when all accounts are looked at; zero is never
	Look   func(far Looked) // is told now and then how far such a sweep is; may be nil
	Forget func()           // drops what is remembered of people, when somebody was erased; may be nil
	Log    zerolog.Logger
}

// Watch is the loop beside the executor.
type Watch struct {
	cfg   Config
	empty map[string]time.Time // system -> until when nothing of it was due, where that is no entry
	tried map[string]time.Time // system -> when what could not be read was last tried

	delayed map[store.CaseID]time.Time // until when nothing is proposed to be deleted
	ruled   time.Time                  // when the rule is next asked whom to erase
}

// New makes a watch.
func New(cfg Config) *Watch {
	s := &cfg.Schedule
	s.First, s.Second = cmp.Or(s.First, time.Hour), cmp.Or(s.Second, 24*time.Hour)
	s.Every, s.For = cmp.Or(s.Every, 7*24*time.Hour), cmp.Or(s.For, 90*24*time.Hour)
	return &Watch{cfg: cfg, empty: map[string]time.Time{}, tried: map[string]time.Time{}, delayed: map[store.CaseID]time.Time{}}
}

// longest is the longest sleep: a timer does not see that the clock was set
// forward, or that the machine slept.
const longest = time.Minute

// Run works until ctx is done. It ends no server: what it can't read or write
// now it tries again.
func (w *Watch) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { w.again(ctx, "recheck", w.recheck); return nil })
	g.Go(func() error { w.again(ctx, "retake", w.follow); return nil })
	g.Go(func() error { w.again(ctx, "destroy", w.ends); return nil })
	g.Go(func() error { w.again(ctx, "sweep", w.sweeps); return nil })
	return g.Wait()
}

// again does a piece of work when the log has a new entry, and at the time it
// names, until ctx is done. It looks each minute whether that is so: a minute in
// which nothing is due costs two comparisons. Work that names no time waits for
// an entry, and work that failed is done again in a minute.
func (w *Watch) again(ctx context.Context, name string, work func(ctx context.Context) (next time.Time, err error)) {
	for ctx.Err() == nil {
		last := w.cfg.Store.Last()
		next, err := work(ctx)
		if err != nil && ctx.Err() == nil {
			if _, refused := errors.AsType[*store.Refused](err); !refused { // else something has changed meanwhile
				w.cfg.Log.Error().Str("watch", name).Err(err).Msg("watch; tried again in a minute")
			}
		}
		for first := true; ctx.Err() == nil; first = false {
			wait := longest
			if err == nil && !next.IsZero() {
				wait = min(longest, max(0, next.Sub(w.cfg.Store.Now())))
			}
			if !first && (err != nil || wait == 0 || w.cfg.Store.Last() != last) {
				break
			}
			select {
			case <-time.After(wait):
			case <-ctx.Done():
			}
		}
	}
}

func (w *Watch) append(ctx context.Context, subject string, b store.Body) error {
	_, err := w.cfg.Store.Append(ctx, subject, store.Bot("watch"), b)
	return err
}
