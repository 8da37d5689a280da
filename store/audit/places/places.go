// Package places brings checkpoints to where the bot can't change them: a
// checkpoint proves something against those who can write the database only if
// they cannot write it.
//
// The nouns are Place (one such place) and Poster (the loop that brings each
// place the newest checkpoint, again and again until it is there). It writes
// nothing into the log; how far a place is stands in a cursor, which is no evidence.
package places

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"offboard/store"
)

// Checkpoint is what is brought to a place.
type Checkpoint struct {
	Text    string // the signed note
	Entries uint64
	At      time.Time
}

// Place is one where checkpoints are kept.
type Place struct {
	Name string // short and stable: its cursor is called so
	// Put brings a checkpoint there and, as far as the place shows it, reads it
	// back. It may be called again with the same one.
	Put func(context.Context, Checkpoint) error
}

// Config says what is brought where.
type Config struct {
	Store  *store.Store
	Places []Place
	Every  time.Duration // how long a change of the log may wait
	Tried  func()        // called after each delivery, and each that failed; nil is nothing
	Log    zerolog.Logger
}

// The waits after a delivery that failed: doubled each time, from the first to
// the last. A delivery may take no longer than within.
const (
	firstAgain = time.Minute
	lastAgain  = time.Hour
	within     = time.Minute
)

// Poster is the loop.
type Poster struct {
	cfg  Config
	mu   sync.Mutex
	last map[string]Status
}

// Status is how a place is, as last seen.
type Status struct {
	Place   string
	Entries uint64    // of the checkpoint that it has
	At      time.Time // when it got it, in this run; zero: not yet
	Why     string    // the last delivery failed
	Since   time.Time // of what it lacks: when the first of that happened; zero where the last delivery did not fail
}

// Late is how long a place may lack what happened before somebody is told: a
// machine that is mended in a day is nobody's concern.
const Late = 24 * time.Hour

// New makes the loop.
func New(cfg Config) *Poster { return &Poster{cfg: cfg, last: map[string]Status{}} }

// Run brings checkpoints until ctx is done. A place that fails holds up no other.
func (p *Poster) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, place := range p.cfg.Places {
		all.Go(func() { p.serve(ctx, place) })
	}
	all.Wait()
	return nil
}

// Places are how all places are, in the order of the configuration.
func (p *Poster) Places() []Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Status
	for _, place := range p.cfg.Places {
		st := p.last[place.Name]
		st.Place = place.Name
		if e, err := p.cfg.Store.Entry(st.Entries + 1); st.Why != "" && err == nil {
			st.Since = e.Event.At
		}
		out = append(out, st)
	}
	return out
}

// serve is the loop of one place. A kill between the delivery and the cursor
// brings the same checkpoint once more.
func (p *Poster) serve(ctx context.Context, place Place) {
	log := p.cfg.Log.With().Str("place", place.Name).Logger()
	cursor := "checkpoint/" + place.Name
	at, err := p.cfg.Store.Cursor(cursor)
	if err != nil {
		log.Warn().Err(err).Msg("it is not known which checkpoint is there; the newest is sent")
	}
	p.mu.Lock()
	p.last[place.Name] = Status{Entries: at}
	p.mu.Unlock()
	looked, again := at, firstAgain
	for due := time.Now(); ; {
		changed := p.cfg.Store.Changed()
		closed := false
		if looked, closed, err = p.closed(looked); err != nil {
			log.Warn().Err(err).Msg("look for cases that were closed")
		}
		if now := time.Now(); closed && p.ok(place) && due.After(now) {
			due = now
		}
		if p.cfg.Store.Last() > at && !due.After(time.Now()) {
			c, err := p.put(ctx, place)
			if ctx.Err() != nil {
				return
			}
			now := time.Now()
			if due = now.Add(p.cfg.Every); err == nil {
				at, again = c.Entries, firstAgain
				err = p.cfg.Store.SaveCursor(cursor, at)
			} else {
				due, again = now.Add(again), min(2*again, lastAgain)
			}
			p.tell(log, place, c, now, err)
			if p.cfg.Tried != nil {
				p.cfg.Tried()
			}
		}
		var waited <-chan time.Time // never, while the place has all that there is
		if p.cfg.Store.Last() > at {
			waited = time.After(time.Until(due))
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-waited:
		}
	}
}

func (p *Poster) put(ctx context.Context, place Place) (Checkpoint, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	c, err := Take(p.cfg.Store)
	if err != nil {
		return c, err
	}
	return c, place.Put(ctx, c)
}

// Take is the newest checkpoint of a log.
func Take(s *store.Store) (Checkpoint, error) {
	text, err := s.Checkpoint()
	if err != nil {
		return Checkpoint{}, err
	}
	st, err := s.ReadCheckpoint(text)
	return Checkpoint{Text: text, Entries: st.Entries, At: s.Now().UTC().Truncate(time.Second)}, err
}

// closed reports whether a case was closed after an entry, and goes on from it.
func (p *Poster) closed(after uint64) (uint64, bool, error) {
	const many = 256
	for found := false; ; {
		touched, err := p.cfg.Store.Since(after, many)
		if err != nil {
			return after, found, err
		}
		for _, t := range touched {
			after = t.Seq
			if obj, err := store.ParseObject(t.Subject); err == nil && obj.Case != "" && !found {
				c, err := p.cfg.Store.Case(obj.Case)
				found = err == nil && c.State == store.CaseClosed
			}
		}
		if len(touched) < many {
			return after, found, nil
		}
	}
}

func (p *Poster) ok(place Place) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last[place.Name].Why == ""
}

// tell keeps how a place is, and logs where that has changed.
func (p *Poster) tell(log zerolog.Logger, place Place, c Checkpoint, now time.Time, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	st := p.last[place.Name]
	before := st.Why
	if err == nil {
		st = Status{Entries: c.Entries, At: now}
		if before != "" {
			log.Info().Uint64("entries", c.Entries).Msg("the checkpoint was brought there again")
		}
	} else {
		if st.Why = err.Error(); before == "" {
			log.Error().Err(err).Msg("the checkpoint could not be brought there; it is tried again")
		}
	}
	p.last[place.Name] = st
}

// ErrUnproven says that a place took a checkpoint, and does not show it as it
// was sent.
var ErrUnproven = errors.New("it was sent, and what is there is not the checkpoint")

func unproven(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnproven, fmt.Sprintf(format, args...))
}
