package keeper

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"offboard/bot"
	"offboard/store"
)

// cursor is the name under which the keeper's place in the log is kept. Cases
// that closed while it was down are found from there.
const cursor = "keeper"

// often is after how many entries the place is saved while there is no rest.
const often = 100

// Run works until ctx is done.
func (k *Keeper) Run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	at, err := k.cfg.Store.Cursor(cursor)
	if err != nil {
		return err
	}
	saved, looked := at, k.cfg.Store.Now()
	if err := k.open(at); err != nil {
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
		for _, id := range due {
			k.mark(id, at)
		}
		last, err := k.since(at)
		if err != nil {
			return err
		}
		again, retry := k.awake(now, last)
		k.start(ctx, &all)
		if place := k.place(last); place == last && place != saved || place > saved+often {
			// A kill before this line has the same cases looked at again. While
			// a case can't be shown the place stays before its entries: a closed
			// one is found from there only.
			if err := k.cfg.Store.SaveCursor(cursor, place); err == nil {
				saved = place
			} else {
				k.cfg.Log.Error().Err(err).Msg("save the keeper's place; tried again later")
				if soon := time.Now().Add(k.cfg.Retry); retry.IsZero() || soon.Before(retry) {
					retry = soon
				}
			}
		}
		if last != at {
			at = last
			continue // more may have come meanwhile
		}
		if !again.IsZero() && (next.IsZero() || again.Before(next)) {
			next = again
		}
		k.wait(ctx, changed, next, retry)
	}
	return nil
}

// mark has a case shown. Entries after the place are about it, so one that could
// not be shown for long does not wait longer than after its first failure.
func (k *Keeper) mark(id store.CaseID, place uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if soon := time.Now().Add(k.cfg.Retry); k.failed[id].After(soon) {
		k.failed[id] = soon
	}
	if old, ok := k.marked[id]; !ok || place < old {
		k.marked[id] = place
	}
}

// open marks every open case, the installation, and whose decisions are frozen,
// as after a start.
func (k *Keeper) open(at uint64) error {
	k.mark(installation, at)
	rows, err := k.cfg.Store.OpenCases()
	if err != nil {
		return err
	}
	for _, r := range rows {
		k.mark(r.ID, at)
	}
	lists, err := k.cfg.Store.Batches()
	for _, b := range lists {
		k.mark(store.CaseID(b.ID), at)
	}
	if err != nil {
		return err
	}
	if err := k.suspended(at); err != nil {
		return err
	}
	frozen, err := k.cfg.Store.FrozenPersons()
	for _, p := range frozen {
		k.mark(store.CaseID(p.ID), at)
	}
	return err
}

// since marks what new entries are about, and returns the place after them.
func (k *Keeper) since(at uint64) (uint64, error) {
	entries, err := k.cfg.Store.Since(at, 1000)
	for _, t := range entries {
		if told(t) {
			k.mark(store.CaseID(t.Subject), t.Seq-1)
		}
		switch t.Kind {
		case "owned", "disowned": // an account that a sweep has found
			k.mark(installation, t.Seq-1)
		case "trusted", "paused": // what has waited for it, and what was to be looked at by a clock that was wrong
			if err := k.open(t.Seq - 1); err != nil {
				return at, err
			}
		}
		at = t.Seq
	}
	return at, err
}

// place is how far the log has been shown.
func (k *Keeper) place(at uint64) uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, cases := range []map[store.CaseID]uint64{k.marked, k.working} {
		for _, before := range cases {
			at = min(at, before)
		}
	}
	return at
}

// awake marks the cases whose time has come: to be looked at again, by the
// store's clock, or to be tried again. It says when the next one's does.
func (k *Keeper) awake(now time.Time, place uint64) (next, retry time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, at := range k.wakes {
		switch {
		case !at.After(now):
			delete(k.wakes, id)
			if _, ok := k.marked[id]; !ok {
				k.marked[id] = place
			}
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	for id, at := range k.failed {
		switch {
		case !at.After(time.Now()):
			delete(k.failed, id) // it is marked
		case retry.IsZero() || at.Before(retry):
			retry = at
		}
	}
	return next, retry
}

// start shows what is marked, what has waited longest first, and each case by
// one hand at a time. One that a platform keeps waiting (so many edits a
// minute) keeps only its own messages back.
func (k *Keeper) start(ctx context.Context, all *sync.WaitGroup) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ids := slices.SortedFunc(maps.Keys(k.marked), func(a, b store.CaseID) int {
		return cmp.Or(cmp.Compare(k.marked[a], k.marked[b]), cmp.Compare(a, b))
	})
	for _, id := range ids {
		place := k.marked[id]
		if len(k.working) >= k.cfg.Hands {
			return // the next one begins when one has ended
		}
		if _, busy := k.working[id]; busy {
			continue
		}
		if _, wait := k.failed[id]; wait {
			continue
		}
		delete(k.marked, id)
		k.working[id] = place
		all.Go(func() { k.work(ctx, id) })
	}
}

// work shows one case. What fails is marked again.
func (k *Keeper) work(ctx context.Context, id store.CaseID) {
	err := k.show(ctx, id)
	early := errors.Is(err, bot.ErrEarly)
	if err != nil && !early && ctx.Err() == nil {
		k.cfg.Log.Warn().Str("case", string(id)).Err(err).Msg("show case; tried again later")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	place := k.working[id]
	delete(k.working, id)
	if err == nil {
		delete(k.fails, id)
	} else {
		k.failed[id] = time.Now().Add(k.pause(k.fails[id], early))
		k.fails[id]++
		if old, ok := k.marked[id]; !ok || place < old {
			k.marked[id] = place
		}
	}
	select {
	case k.done <- struct{}{}:
	default: // the loop will look anyway
	}
}

// Backlog is how many cases have messages to be brought up to date, and how many
// of them could not be shown and are tried again later.
func (k *Keeper) Backlog() (waiting, failed int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.marked) + len(k.working), len(k.failed)
}

// pause is how long a case waits that could not be shown: as long as it is set
// for the first minute, and a minute for an edit that is early; then longer and
// longer, up to ten minutes. A platform that refuses something for good would be
// asked without end.
func (k *Keeper) pause(fails int, early bool) time.Duration {
	const most, first = 10 * time.Minute, 6
	if early {
		return min(most, max(k.cfg.Retry, time.Minute)<<min(fails, 10))
	}
	return min(most, k.cfg.Retry<<min(max(0, fails-first), 10))
}

// wait waits for news, for a moment of the store's clock, and for a retry.
func (k *Keeper) wait(ctx context.Context, changed <-chan struct{}, next, retry time.Time) {
	var due, again <-chan time.Time
	if !next.IsZero() {
		t := time.NewTimer(next.Sub(k.cfg.Store.Now()))
		defer t.Stop()
		due = t.C
	}
	if !retry.IsZero() {
		t := time.NewTimer(time.Until(retry))
		defer t.Stop()
		again = t.C
	}
	select {
	case <-changed:
	case <-k.done:
	case <-due:
	case <-again:
	case <-ctx.Done():
	}
}
