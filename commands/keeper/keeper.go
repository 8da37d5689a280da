// Package keeper is the loop that keeps posted messages true: it renders each
// case that has changed and posts or edits what differs from what was last
// shown. Nobody else posts anything about a case, so no message depends on a
// click having been answered.
//
// What it cannot post now it posts later. A kill between posting and recording
// leaves the intent in the store, and the post is sent again under its key.
package keeper

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"offboard/bot"
	"offboard/commands/people"
	"offboard/commands/view"
	"offboard/store"
)

// Room is a platform with its places.
type Room struct {
	Platform bot.Platform
	IT       bot.Place // where IT watches
}

// Config is what the keeper works with.
type Config struct {
	Store  *store.Store
	People *people.People
	View   view.View
	Rooms  []Room
	Mail   bot.Platform  // for people without a chat account; nil if there is none
	Retry  time.Duration // before a failed post is tried again; 0 means 10 s
	Log    zerolog.Logger
}

// Keeper keeps messages true.
type Keeper struct {
	cfg Config

	mu    sync.Mutex
	again map[store.CaseID]bool      // could not be shown
	wakes map[store.CaseID]time.Time // to be looked at again then
}

// cursor is the name under which the keeper's place in the log is kept. Cases
// that closed while it was down are found from there.
const cursor = "keeper"

// New makes a keeper.
func New(cfg Config) *Keeper {
	if cfg.Retry == 0 {
		cfg.Retry = 10 * time.Second
	}
	return &Keeper{cfg: cfg, again: map[store.CaseID]bool{}, wakes: map[store.CaseID]time.Time{}}
}

// Run works until ctx is done.
func (k *Keeper) Run(ctx context.Context) error {
	at, err := k.cfg.Store.Cursor(cursor)
	if err != nil {
		return err
	}
	saved := at
	looked := k.cfg.Store.Now()
	if err := k.open(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		changed := k.cfg.Store.Changed()
		now := k.cfg.Store.Now()
		due, next, err := k.cfg.Store.Due(looked, now)
		if err != nil {
			return err
		}
		looked = now
		cases, last, err := k.since(at)
		if err != nil {
			return err
		}
		late, _ := k.awake(now)
		k.visit(ctx, slices.Concat(cases, due, late, k.failed()))
		if last != saved && ctx.Err() == nil && !k.failing() {
			// A kill before this line has the same cases looked at again. While
			// a case can't be shown the place stays: a closed one is found from
			// there only.
			if err := k.cfg.Store.SaveCursor(cursor, last); err != nil {
				k.cfg.Log.Error().Err(err).Msg("save the keeper's place")
			}
			saved = last
		}
		if last != at {
			at = last
			continue // more may have come meanwhile
		}
		k.wait(ctx, changed, next)
	}
	return nil
}

// open looks at every open case once, as after a start.
func (k *Keeper) open(ctx context.Context) error {
	rows, err := k.cfg.Store.OpenCases()
	var ids []store.CaseID
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	k.visit(ctx, ids)
	return err
}

// since lists the cases named in new entries.
func (k *Keeper) since(at uint64) ([]store.CaseID, uint64, error) {
	entries, err := k.cfg.Store.Since(at, 1000)
	var ids []store.CaseID
	for _, t := range entries {
		at = t.Seq
		if strings.HasPrefix(t.Subject, "OFF-") {
			ids = append(ids, store.CaseID(t.Subject))
		}
	}
	return ids, at, err
}

// failing reports whether some case could not be shown.
func (k *Keeper) failing() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.again) > 0
}

// failed takes the cases that could not be shown.
func (k *Keeper) failed() []store.CaseID {
	k.mu.Lock()
	defer k.mu.Unlock()
	var ids []store.CaseID
	for id := range k.again {
		ids = append(ids, id)
	}
	clear(k.again)
	return ids
}

func (k *Keeper) wait(ctx context.Context, changed <-chan struct{}, next time.Time) {
	if _, wake := k.awake(time.Time{}); !wake.IsZero() && (next.IsZero() || wake.Before(next)) {
		next = wake
	}
	if soon := k.cfg.Store.Now().Add(k.cfg.Retry); k.failing() && (next.IsZero() || soon.Before(next)) {
		next = soon
	}
	var timer <-chan time.Time
	if !next.IsZero() {
		t := time.NewTimer(next.Sub(k.cfg.Store.Now()))
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-changed:
	case <-timer:
	case <-ctx.Done():
	}
}

// visit shows the cases as they are now, each once, several at a time.
func (k *Keeper) visit(ctx context.Context, ids []store.CaseID) {
	var g errgroup.Group
	g.SetLimit(8)
	seen := map[store.CaseID]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		g.Go(func() error {
			if err := k.show(ctx, id); err != nil && ctx.Err() == nil {
				k.cfg.Log.Warn().Str("case", string(id)).Err(err).Msg("show case; tried again later")
				k.mu.Lock()
				k.again[id] = true
				k.mu.Unlock()
			}
			return nil
		})
	}
	_ = g.Wait() // the functions return nil
}

// show brings every message of a case up to date. One that fails does not
// keep the others back.
func (k *Keeper) show(ctx context.Context, id store.CaseID) error {
	c, err := k.cfg.Store.Case(id)
	if err != nil {
		return err
	}
	posts, err := k.cfg.Store.Posts(id)
	if err != nil {
		return err
	}
	b := &board{k: k, c: c, posts: posts}
	for _, w := range b.wanted(ctx) {
		b.errs = append(b.errs, b.put(ctx, w))
	}
	return errors.Join(b.errs...)
}
