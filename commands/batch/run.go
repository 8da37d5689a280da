package batch

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"offboard/commands/people"
	"offboard/store"
)

// Config is what the loop works with.
type Config struct {
	Store   *store.Store
	People  *people.People
	Systems []string      // what is surveyed for a case
	Retry   time.Duration // after an error; 0 means 10 s
	Hands   int           // how many cases are appended at a time, which share commits; 0 means 32
	Log     zerolog.Logger
}

// Runner is the loop that opens the cases of a list, as the one who asks for
// them, and brings what was decided about the list to each of them. It holds
// nothing: what is to be done follows from the log, and each of its entries can
// be made once only, so it may be killed at any moment.
type Runner struct{ cfg Config }

// New makes a Runner.
func New(cfg Config) *Runner {
	if cfg.Retry == 0 {
		cfg.Retry = 10 * time.Second
	}
	if cfg.Hands == 0 {
		cfg.Hands = 32
	}
	return &Runner{cfg}
}

// Run works until ctx is done.
func (r *Runner) Run(ctx context.Context) error {
	cursor := r.cfg.Store.Last()
	todo := map[store.BatchID]time.Time{} // when each is looked at; not by the store's clock, which may be set
	all, err := r.cfg.Store.Batches()
	if err != nil {
		return err
	}
	for _, b := range all {
		todo[b.ID] = time.Time{}
	}
	for ctx.Err() == nil {
		changed := r.cfg.Store.Changed()
		entries, err := r.cfg.Store.Since(cursor, 1000)
		if err != nil {
			return err
		}
		for _, e := range entries {
			cursor = e.Seq
			if strings.HasPrefix(e.Subject, "BATCH-") {
				todo[store.BatchID(e.Subject)] = time.Time{}
			}
		}
		for id, at := range todo {
			if at.After(time.Now()) {
				continue
			}
			if err := r.work(ctx, id); err == nil {
				delete(todo, id)
			} else if ctx.Err() == nil {
				r.cfg.Log.Warn().Str("case", string(id)).Err(err).Msg("a list of leavers; tried again later")
				todo[id] = time.Now().Add(r.cfg.Retry)
			}
		}
		if len(entries) > 0 {
			continue // more may have come meanwhile
		}
		wait(ctx, changed, len(todo) > 0, r.cfg.Retry)
	}
	return nil
}

func wait(ctx context.Context, changed <-chan struct{}, again bool, retry time.Duration) {
	var soon <-chan time.Time
	if again {
		t := time.NewTimer(retry)
		defer t.Stop()
		soon = t.C
	}
	select {
	case <-ctx.Done():
	case <-changed:
	case <-soon:
	}
}

// work does what a list is due.
func (r *Runner) work(ctx context.Context, id store.BatchID) error {
	b, err := r.cfg.Store.Batch(id)
	if err != nil {
		return err
	}
	if err := r.hold(ctx, b); err != nil {
		return err
	}
	if b.Owner != "" && len(b.Former) > 0 {
		if err := r.inherit(ctx, b); err != nil {
			return err
		}
	}
	switch {
	case b.Settled():
		return r.cover(ctx, b)
	case b.Owner != "" && b.Asked == nil:
		return r.open(ctx, b)
	}
	return nil
}

// each calls f for the cases of a list, many at a time. What is refused was
// done meanwhile by somebody else.
func (r *Runner) each(ctx context.Context, b store.Batch, of store.CaseState, f func(ctx context.Context, c store.Summary) error) error {
	cases, err := r.cfg.Store.BatchCases(b.ID)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.cfg.Hands)
	for row := range b.Rows { // in the order of the list
		if c, ok := cases[row]; ok && c.Batch == b.ID && c.State == of {
			g.Go(func() error {
				err := f(ctx, c)
				if refused, ok := errors.AsType[*store.Refused](err); ok && refused.Code != store.NotNow {
					return nil
				}
				return err
			})
		}
	}
	return g.Wait()
}

// cover tells each case what was decided about its list.
func (r *Runner) cover(ctx context.Context, b store.Batch) error {
	d := b.Dropped
	if b.Decision != nil {
		d = b.Decision
	}
	return r.each(ctx, b, store.CaseDraft, func(ctx context.Context, c store.Summary) error {
		body := store.Covered{Batch: b.ID, Entry: b.Entry, By: d.By}
		if b.Decision != nil {
			body.Approve, body.Scope = true, c.Scope
		}
		_, err := r.cfg.Store.Append(ctx, string(c.ID), store.Bot("batch"), body)
		return err
	})
}

// inherit gives the drafts of a list to who has taken it over.
func (r *Runner) inherit(ctx context.Context, b store.Batch) error {
	return r.each(ctx, b, store.CaseDraft, func(ctx context.Context, c store.Summary) error {
		if c.Requester == b.Owner {
			return nil
		}
		_, err := r.cfg.Store.Append(ctx, string(c.ID), store.Bot("batch"), store.Inherited{From: c.Requester, To: b.Owner})
		return err
	})
}

// hold holds the cases that a decision has approved which was disowned.
func (r *Runner) hold(ctx context.Context, b store.Batch) error {
	for _, d := range b.Disowned {
		err := r.each(ctx, b, store.CaseOpen, func(ctx context.Context, row store.Summary) error {
			c, err := r.cfg.Store.Case(row.ID)
			if err != nil || c.Covered != d.Entry {
				return err
			}
			_, err = r.cfg.Store.Append(ctx, string(c.ID), store.Bot("batch"), store.Disowned{Entry: d.Entry, Person: d.Person})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

var errWaits = errors.New("whoever asks for the list can't act now")

// open opens a case for each row that has none, as the one who asks for the list:
// with their roles, and with the refusals that they would get.
func (r *Runner) open(ctx context.Context, b store.Batch) error {
	cases, err := r.cfg.Store.BatchCases(b.ID)
	if err != nil {
		return err
	}
	done := map[int]bool{}
	for row := range cases {
		done[row] = true
	}
	for _, x := range b.Excepted {
		done[x.Row] = true
	}
	if len(done) == len(b.Rows) {
		return nil
	}
	p, _, err := r.cfg.Store.Person(b.Owner)
	if err != nil {
		return err
	}
	if gone, err := r.cfg.Store.Gone(b.Owner); err != nil || gone || p.Frozen != nil {
		return errors.Join(errWaits, err)
	}
	actor, err := r.cfg.People.Acting(ctx, b.Owner, "batch")
	if err != nil {
		return errors.Join(errWaits, err)
	}
	var mu sync.Mutex
	var excepted []store.Exception
	g, together := errgroup.WithContext(ctx)
	g.SetLimit(r.cfg.Hands)
	for i, row := range b.Rows {
		if done[i] {
			continue
		}
		g.Go(func() error {
			refused, err := r.draft(together, b, i, row, actor)
			if refused == nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			excepted = append(excepted, store.Exception{Row: i, Why: store.Seal(r.cfg.People.Names(refused.Text)), Code: refused.Code, Field: refused.Field})
			return nil
		})
	}
	err = g.Wait()
	slices.SortFunc(excepted, func(a, b store.Exception) int { return a.Row - b.Row })
	for len(excepted) > 0 && err == nil {
		n := min(len(excepted), 100)
		_, err = r.cfg.Store.Append(ctx, string(b.ID), store.Bot("batch"), store.Excepted{Rows: excepted[:n]})
		excepted = excepted[n:]
	}
	return err
}

// draft opens one case. What is not about this person is an error.
func (r *Runner) draft(ctx context.Context, b store.Batch, i int, row store.Row, actor store.Actor) (*store.Refused, error) {
	reason, err := r.cfg.Store.Reveal(string(b.ID), row.Sealed)
	if err != nil {
		return nil, err
	}
	_, err = r.cfg.Store.Append(ctx, store.NewCase, actor, store.Drafted{
		Person: row.Person, Systems: r.cfg.Systems, Batch: b.ID, Row: i, Terms: store.Terms{
			Kind: row.Kind, LastDay: row.LastDay, CutOff: b.CutOff, Zone: row.Zone, Confidential: row.Confidential, Manager: row.Manager, Stead: row.Stead, Reason: store.Seal(reason),
		},
	})
	refused, ok := errors.AsType[*store.Refused](err)
	switch {
	case !ok:
		return nil, err
	case refused.Code == store.NotNow:
		return nil, err
	case refused.Code == store.Stale:
		return nil, nil // it was opened, or the list is settled
	}
	return refused, nil
}
