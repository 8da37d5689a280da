package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// ErrNotSaved says that a commit did not happen: nothing of it is in the log.
var ErrNotSaved = errors.New("nothing was saved")

// request is one Append on its way to the writer.
type request struct {
	ctx     context.Context
	subject string
	actor   Actor
	body    Body
	then    *request // recorded in the same commit, or neither is
	done    chan result
}

type result struct {
	c       Case
	subject string
	err     error
}

// Append records that actor did body and returns the case that results, or the
// zero Case where the subject is not one. A refusal is a *Refused; any other
// error means that nothing was saved, and says why.
//
// The entry, the tree's hashes, the row and the indexes are committed in one
// transaction, or nothing is. Appends that wait at the same time share a
// commit; one alone never waits for others. An answer, a refusal too, is given
// after the commit it rests on.
func (s *Store) Append(ctx context.Context, subject string, actor Actor, body Body) (Case, error) {
	r := s.append(ctx, subject, actor, body)
	return r.c, r.err
}

// append puts the request where it waits with others. Then either somebody
// else commits it, or it becomes this goroutine's turn to commit all that
// waits. Who has the turn is "the writer". There is no goroutine of its own for
// that: handing an append over and back costs one alone about 5 % of its time.
func (s *Store) append(ctx context.Context, subject string, actor Actor, body Body) result {
	return s.send(ctx, &request{subject: subject, actor: actor, body: body})
}

func (s *Store) send(ctx context.Context, r *request) result {
	r.ctx, r.done = ctx, make(chan result, 1)
	select {
	case s.queue <- r:
	case <-ctx.Done():
		return result{err: tooLong()}
	case <-s.quit:
		return result{err: fmt.Errorf("%w: the program is stopping", ErrNotSaved)}
	}
	// From here on it is not given up: the caller must know what was saved.
	select {
	case out := <-r.done:
		return out
	case s.turn <- struct{}{}:
		for len(r.done) == 0 { // r is in the queue as long as nobody has answered it
			s.commit(s.waiting(<-s.queue))
		}
		<-s.turn // what came meanwhile is for those who queued it
		return <-r.done
	case <-s.closed:
		select {
		case out := <-r.done:
			return out
		default:
			return result{err: fmt.Errorf("%w: the program is stopping", ErrNotSaved)}
		}
	}
}

// waiting is r and what else is in the queue now, bounded so that a commit
// stays short.
func (s *Store) waiting(r *request) []*request {
	batch := []*request{r}
	for len(batch) < 128 {
		select {
		case r := <-s.queue:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// batch is what one commit has decided so far.
type batch struct {
	t      table
	clock  reading
	at     time.Time
	erased bool // somebody was erased
	right  bool // it has an entry after which the wall clock is gone by
	last   uint64
	cases  map[CaseID]Case // as they are within this transaction
}

// commit decides about the requests in order and commits them together. A
// request that breaks (it is not refused: its subject cannot be read, say) must
// not take the others with it: it is answered, and the others go again.
func (s *Store) commit(requests []*request) {
	for len(requests) > 0 {
		b := &batch{cases: map[CaseID]Case{}}
		results := make([]result, len(requests))
		broken := -1
		err := s.update(func(tx *bolt.Tx) error {
			b.t = table{tx}
			b.last = s.last // only the writer changes it
			b.clock = s.time.read()
			b.at = notBefore(s.lastAt, b.clock.now)
			for i, r := range requests {
				results[i] = s.both(b, r)
				if results[i].err != nil && !isRefusal(results[i].err) {
					broken = i
					return results[i].err
				}
			}
			// A crash after this leaves keys that nobody uses. In the other
			// order it could leave entries that nobody can read.
			if err := s.keys.flush(); err != nil {
				return err
			}
			return s.fault("before")
		})
		if err == nil {
			// A crash here leaves the entries in the log and the callers
			// without an answer: they must look, or send their once-key again.
			err = s.fault("after")
		}
		switch {
		case err == nil:
			s.publish(b)
			for i, r := range requests {
				r.done <- results[i]
			}
			return
		case broken >= 0:
			s.keys.discard()
			requests[broken].done <- result{err: fmt.Errorf("%w: %w", ErrNotSaved, err)}
			requests = slices.Delete(requests, broken, broken+1)
		default:
			s.keys.discard()
			err = s.afterFailure(b, err)
			for _, r := range requests {
				r.done <- result{err: err}
			}
			return
		}
	}
}

// afterFailure says what a failed commit has left. One that is to be seen may
// yet be lost (see update); going on from what was there before it would write
// two histories.
func (s *Store) afterFailure(b *batch, cause error) error {
	var last uint64
	err := s.view(func(tx *bolt.Tx) error {
		last = table{tx}.last()
		return nil
	})
	if err != nil || last == s.last {
		return fmt.Errorf("%w: %w", ErrNotSaved, cause)
	}
	s.publish(b)
	return fmt.Errorf("it is not known whether this was saved, look before you do it again: %w", cause)
}

// publish lets readers and loops see what was committed.
func (s *Store) publish(b *batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastAt = b.at
	if b.right {
		s.time.trust(b.clock)
	}
	for _, c := range b.cases {
		s.remember(c)
	}
	if b.erased {
		s.settled.Store(false)
	}
	if b.last != s.last {
		s.last = b.last
		close(s.changed)
		s.changed = make(chan struct{})
	}
}

func (s *Store) fault(at string) error {
	if s.opt.Fault == nil {
		return nil
	}
	return s.opt.Fault(at)
}

func isRefusal(err error) bool {
	_, ok := errors.AsType[*Refused](err)
	return ok
}

// notBefore is the time of a commit: now, or the time of the last one if the
// clock was set back, which must not reorder the log.
func notBefore(last, now time.Time) time.Time {
	now = stamped(now)
	if now.Before(last) {
		return last
	}
	return now
}

// stamped is a time as entries have it.
func stamped(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
