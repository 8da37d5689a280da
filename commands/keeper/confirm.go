package keeper

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/commands/people"
	"offboard/commands/view"
	"offboard/store"
)

// ConfirmConfig is what a Confirmer works with.
type ConfirmConfig struct {
	Store  *store.Store
	People *people.People
	View   view.View
	Mail   bot.Platform
	Link   string         // what the links in mails begin with: https://offboard.example.com
	Zone   *time.Location // of the company, where a person's is not known
	Retry  time.Duration  // before a mail that failed is tried again; 0 means 1 min
	Log    zerolog.Logger
}

// Confirmer is the loop that tells each decision by mail to the person in whose
// name it was made, with a link for "that was not me".
//
// Its place in the log is saved after a mail was taken by the server, so a kill
// loses none; one in between sends the same mail again, with the same
// Message-ID. What it sends is decided by the log alone.
type Confirmer struct {
	cfg ConfirmConfig
	due []uint64 // decisions that are not told yet, oldest first
}

// confirmCursor keeps the first entry that is not told yet; 0 where nothing is
// told, so that switching it on tells nothing of what was decided before.
const confirmCursor = "confirm"

// NewConfirmer makes a Confirmer.
func NewConfirmer(cfg ConfirmConfig) *Confirmer {
	if cfg.Retry == 0 {
		cfg.Retry = time.Minute
	}
	return &Confirmer{cfg: cfg}
}

// ConfirmNothing forgets how far decisions were told, for when that is switched
// off.
func ConfirmNothing(s *store.Store) error {
	if at, err := s.Cursor(confirmCursor); err != nil || at == 0 {
		return err
	}
	return s.SaveCursor(confirmCursor, 0)
}

// Run works until ctx is done.
func (f *Confirmer) Run(ctx context.Context) error {
	s := f.cfg.Store
	next, err := s.Cursor(confirmCursor)
	if err == nil && next == 0 {
		next = s.Last() + 1
		err = s.SaveCursor(confirmCursor, next)
	}
	if err != nil {
		return err
	}
	saved := next
	for ctx.Err() == nil {
		changed := s.Changed()
		if next, err = f.find(next); err != nil {
			return err
		}
		f.due = slices.DeleteFunc(f.due, func(seq uint64) bool { return f.told(ctx, seq) })
		first := next
		if len(f.due) > 0 {
			first = f.due[0]
		}
		if first != saved {
			if err := s.SaveCursor(confirmCursor, first); err != nil {
				f.cfg.Log.Error().Err(err).Msg("save how far decisions were told")
			} else {
				saved = first
			}
		}
		f.wait(ctx, changed)
	}
	return nil
}

// find adds the decisions from an entry on, and returns the first entry after
// all that there is.
func (f *Confirmer) find(next uint64) (uint64, error) {
	for {
		entries, err := f.cfg.Store.Since(next-1, 1000)
		if err != nil || len(entries) == 0 {
			return next, err
		}
		for _, t := range entries {
			next = t.Seq + 1
			e, err := f.cfg.Store.Event(t.Seq)
			if err != nil {
				return next, err
			}
			if e.Decides() {
				f.due = append(f.due, t.Seq)
			}
		}
	}
}

func (f *Confirmer) wait(ctx context.Context, changed <-chan struct{}) {
	var timer <-chan time.Time
	if len(f.due) > 0 {
		t := time.NewTimer(f.cfg.Retry)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-changed:
	case <-timer:
	case <-ctx.Done():
	}
}

// told tells a decision, and reports whether there is nothing left to do.
func (f *Confirmer) told(ctx context.Context, seq uint64) bool {
	log := f.cfg.Log.With().Uint64("entry", seq).Logger()
	err := f.tell(ctx, seq)
	switch {
	case err == nil:
		return true
	case ctx.Err() != nil:
		return false
	case errors.Is(err, bot.ErrGone):
		log.Error().Err(err).Msg("a decision could not be told by mail, and never will be")
		return true
	}
	log.Warn().Err(err).Msg("tell a decision by mail; tried again later")
	return false
}

func (f *Confirmer) tell(ctx context.Context, seq uint64) error {
	s := f.cfg.Store
	e, err := s.Event(seq)
	if err != nil || s.Now().Sub(e.At) > store.DisownWithin {
		return err // the link would not work any more
	}
	post, done, err := f.post(e)
	if err != nil || done {
		return err
	}
	address, err := f.cfg.People.Address(ctx, e.Actor.Person)
	if err != nil {
		return fmt.Errorf("where to write to: %w", err)
	}
	closed := false
	if strings.HasPrefix(e.Subject, "OFF-") {
		c, err := s.Case(store.CaseID(e.Subject))
		if err != nil {
			return err
		}
		closed = c.State == store.CaseClosed
	}
	m := f.cfg.View.Confirm(e, closed, zoneOf(s, e.Actor.Person, f.cfg.Zone), strings.TrimSuffix(f.cfg.Link, "/")+"/notme/"+s.DisownToken(e))
	ref, err := f.cfg.Mail.Post(ctx, bot.Place{Platform: post.Platform, Kind: bot.Direct, ID: address}, m, post.Key)
	if err != nil {
		return err
	}
	post.Ref = ref.ID
	return s.SavePost(post)
}

// post is where it is recorded that a decision was told: the place in the log
// stays at the oldest that was not, and those after it are not told twice.
func (f *Confirmer) post(e store.Event) (p store.Post, done bool, err error) {
	at := bot.Place{Platform: f.cfg.Mail.Name(), Kind: bot.Direct, ID: string(e.Actor.Person)}
	id, name := store.CaseID(e.Subject), fmt.Sprintf("confirm/%d", e.Seq)
	posts, err := f.cfg.Store.Posts(id)
	if err != nil {
		return p, false, err
	}
	done = slices.ContainsFunc(posts, func(p store.Post) bool { return p.Name == name })
	return store.Post{Case: id, Name: name, Platform: at.Platform, Kind: string(at.Kind), Place: at.ID, Key: key(id, name, at)}, done, nil
}
