// Package keeper is the loop that keeps posted messages true: it renders each
// case that has changed and posts or edits what differs from what was last
// shown. Nobody else posts anything about a case, so no message depends on a
// click having been answered.
//
// What it cannot post now it posts later. A kill between posting and recording
// leaves the intent in the store, and the post is sent again under its key.
package keeper

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/commands/people"
	"offboard/commands/view"
	"offboard/store"
)

// Room is a platform with its places.
type Room struct {
	Platform  bot.Platform
	IT        bot.Place // where IT watches
	Approvals bot.Place // where approvals are asked for too; without an id there is none
}

// Reminders says when people are asked again.
type Reminders struct {
	Every    time.Duration // after a question and after each reminder; 0 means 24 h
	Hours    Hours         // in which they come; zero is always
	Escalate time.Duration // after so long the role above is told; 0 means 48 h
	Urgent   time.Duration // for a lock-out that has failed, at any hour; 0 means 15 min

	BeforeReturn int // working days before somebody who is suspended is to come back; 0 means that day
}

// Config is what the keeper works with.
type Config struct {
	Store  *store.Store
	People *people.People
	View   view.View
	Rooms  []Room
	Mail   bot.Platform // for people without a chat account; nil if there is none
	Remind Reminders

	Approvals   Approvals
	Answers     Answers
	Emergencies Emergencies
	Announce    Announce     // who is told before access ends
	Returns     []store.Role // who is told of access that came back, beside IT and whoever asked for the case
	NoFeedback  bool         // nobody is asked at the end how it went

	// Reached says how the systems of a case that waits for a press were last
	// found; nil where nobody looks. Look is called when it says something else.
	Reached func(store.CaseID) view.Reached
	// Unwitnessed are the places that have got no checkpoints for long, and whether
	// that is known yet; nil where there are none. Look is called when it may have changed.
	Unwitnessed func() ([]view.Unwitnessed, bool)
	Retry       time.Duration // before a failed post is tried again; 0 means 10 s
	Hands       int           // how many cases are shown at a time; 0 means 64
	Log         zerolog.Logger

	// Called is told of each post and each edit: how long it took, with the waits
	// for the platform's limits, and its error. Nil: nobody is.
	Called func(platform string, took time.Duration, err error)
}

// Keeper keeps messages true.
type Keeper struct {
	cfg Config

	mu      sync.Mutex
	marked  map[store.CaseID]uint64    // to be shown; the place that its entries come after
	working map[store.CaseID]uint64    // being shown, as marked
	failed  map[store.CaseID]time.Time // could not be shown, and are tried again then; not by the store's clock, which may be set
	fails   map[store.CaseID]int       // how often in a row
	wakes   map[store.CaseID]time.Time // to be looked at again then
	done    chan struct{}              // one of working has ended, or a case is to be looked at
	depends depends                    // which cases something of waits for a person
	left    map[store.PersonID]bool    // who leaves, and whose cases were looked at for it
	far     far                        // how far a sweep is
	lists   map[store.CaseID]time.Time // when lists were first seen, for their first card
}

// New makes a keeper.
func New(cfg Config) *Keeper {
	if cfg.Retry == 0 {
		cfg.Retry = 10 * time.Second
	}
	if cfg.Hands == 0 {
		cfg.Hands = 64
	}
	r := &cfg.Remind
	r.Every, r.Escalate, r.Urgent = cmp.Or(r.Every, 24*time.Hour), cmp.Or(r.Escalate, 48*time.Hour), cmp.Or(r.Urgent, 15*time.Minute)
	cfg.Emergencies.Ratify = cmp.Or(cfg.Emergencies.Ratify, 24*time.Hour)
	a := &cfg.Approvals
	a.Before, a.Deadline = cmp.Or(a.Before, 4*time.Hour), cmp.Or(a.Deadline, 24*time.Hour)
	if len(a.Fallback) == 0 {
		a.Fallback = []string{string(store.HR), string(store.Security)}
	}
	cfg.Answers.Within = cmp.Or(cfg.Answers.Within, 72*time.Hour)
	return &Keeper{
		cfg: cfg, marked: map[store.CaseID]uint64{}, working: map[store.CaseID]uint64{}, failed: map[store.CaseID]time.Time{}, fails: map[store.CaseID]int{},
		wakes: map[store.CaseID]time.Time{}, done: make(chan struct{}, 1), depends: depends{}, left: map[store.PersonID]bool{}, lists: map[store.CaseID]time.Time{},
	}
}

// show brings every message of a case up to date. One that fails does not
// keep the others back.
func (k *Keeper) show(ctx context.Context, id store.CaseID) error {
	switch {
	case id == installation:
		return k.showInstallation(ctx)
	case strings.HasPrefix(string(id), "P-"):
		return k.showPerson(ctx, store.PersonID(id))
	case strings.HasPrefix(string(id), "BATCH-"):
		return k.showBatch(ctx, store.BatchID(id))
	}
	now := k.cfg.Store.Now()
	c, err := k.cfg.Store.Case(id)
	if err != nil {
		return err
	}
	posts, err := k.cfg.Store.Posts(id)
	if err != nil {
		return err
	}
	if c.From != "" {
		k.wake(store.CaseID(c.From), now.Add(listEvery))
	}
	if c.Erased != nil {
		b := &board{k: k, c: c, posts: posts, now: now}
		b.erased(ctx)
		if c.From != "" { // the list names them too
			k.wake(store.CaseID(c.From), now)
		}
		return b.result()
	}
	b := &board{k: k, c: c, plan: planPrefix(c.Plan(0).No), now: now}
	b.posts, b.older = split(posts, b.plan)
	b.replace(ctx)
	b.fallBack(ctx)
	b.defaults(ctx)
	for _, w := range b.wanted(ctx) {
		b.errs = append(b.errs, b.put(ctx, w))
	}
	b.past(ctx)
	b.cameBack(ctx)
	return b.result()
}
