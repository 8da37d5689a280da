package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
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

func (s *Store) append(ctx context.Context, subject string, actor Actor, body Body) result {
	r := &request{ctx: ctx, subject: subject, actor: actor, body: body, done: make(chan result, 1)}
	select {
	case s.queue <- r:
	case <-ctx.Done():
		return result{err: ctx.Err()}
	case <-s.quit:
		return result{err: fmt.Errorf("%w: the program is stopping", ErrNotSaved)}
	}
	select {
	case out := <-r.done:
		// Once queued it is not given up: the caller must know what was saved.
		return out
	case <-s.done:
		select {
		case out := <-r.done:
			return out
		default:
			return result{err: fmt.Errorf("%w: the program is stopping", ErrNotSaved)}
		}
	}
}

// write is the one writer: it takes whatever is waiting into one commit.
func (s *Store) write() {
	defer close(s.done)
	for {
		select {
		case r := <-s.queue:
			s.commit(s.waiting(r))
		case <-s.quit:
			for {
				select {
				case r := <-s.queue:
					s.commit(s.waiting(r))
				default:
					return
				}
			}
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
	t     table
	at    time.Time
	last  uint64
	cases map[CaseID]Case // as they are within this transaction
}

// commit decides about the requests in order and commits them together. A
// request that breaks (it is not refused: its subject cannot be read, say) must
// not take the others with it: it is answered, and the others go again.
func (s *Store) commit(requests []*request) {
	for len(requests) > 0 {
		b := &batch{cases: map[CaseID]Case{}}
		results := make([]result, len(requests))
		broken := -1
		err := s.db.Update(func(tx *bolt.Tx) error {
			b.t = table{tx}
			b.last = b.t.last()
			b.at = s.now()
			for i, r := range requests {
				results[i] = s.one(b, r)
				if results[i].err != nil && !isRefusal(results[i].err) {
					broken = i
					return results[i].err
				}
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
			requests[broken].done <- result{err: fmt.Errorf("%w: %w", ErrNotSaved, err)}
			requests = slices.Delete(requests, broken, broken+1)
		default:
			for _, r := range requests {
				r.done <- result{err: fmt.Errorf("%w: %w", ErrNotSaved, err)}
			}
			return
		}
	}
}

// publish lets readers and loops see what was committed.
func (s *Store) publish(b *batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastAt = b.at
	for _, c := range b.cases {
		s.remember(c)
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

// now is the time of the commit. It never goes back, so that a clock which is
// set back cannot reorder the log. Only the writer calls it.
func (s *Store) now() time.Time {
	now := time.Now().UTC().Truncate(time.Microsecond)
	if now.Before(s.lastAt) {
		return s.lastAt
	}
	return now
}

// one decides about one request and, unless it is refused, writes it into the
// transaction.
func (s *Store) one(b *batch, r *request) result {
	if r.ctx.Err() != nil {
		return result{err: refuse(NotNow, "That took too long and nothing was changed. Please try again.")}
	}
	subject := s.subject(b, r)
	if done, ok := b.once(r.actor); ok {
		c, err := s.current(b, done)
		return result{c: c, subject: done, err: err}
	}
	e := Event{Seq: b.last + 1, At: b.at, Subject: subject, Actor: r.actor, Body: r.body}
	old, err := s.current(b, subject)
	if err != nil {
		return result{err: err}
	}
	if e.Facts, err = s.stamp(b, old, e); err != nil {
		return result{err: err}
	}
	out, err := s.record(b, old, e)
	return result{c: out, subject: subject, err: err}
}

// current is a case as it is within the transaction; the zero Case for any
// other subject.
func (s *Store) current(b *batch, subject string) (Case, error) {
	if _, ok := number("OFF-", subject); !ok {
		return Case{}, nil
	}
	id := CaseID(subject)
	if c, ok := b.cases[id]; ok {
		return c, nil
	}
	s.mu.Lock()
	c, ok := s.cache[id]
	s.mu.Unlock()
	if ok {
		return c, nil
	}
	return b.t.fold(id)
}

// subject replaces NewCase and NewPerson by the next number. The counter is
// only written with the entry, so a refused one leaves no gap.
func (s *Store) subject(b *batch, r *request) string {
	switch r.subject {
	case NewCase:
		return string(caseID(b.counter("case") + 1))
	case NewPerson:
		if m, ok := r.body.(Met); ok {
			if id := b.t.get(bucketLookup, []byte(m.Lookup)); id != nil {
				return string(id)
			}
		}
		return string(personID(b.counter("person") + 1))
	}
	return r.subject
}

func (b *batch) counter(name string) uint64 {
	v := b.t.get(bucketMeta, []byte(name))
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// once returns the subject that an earlier delivery with the same key led to.
func (b *batch) once(a Actor) (string, bool) {
	if a.Once == "" {
		return "", false
	}
	v := b.t.get(bucketOnce, []byte(a.Once))
	if len(v) < 8 {
		return "", false
	}
	return string(v[8:]), true
}

// record asks the rules and, if they allow it, writes the entry and all that
// follows from it.
func (s *Store) record(b *batch, old Case, e Event) (Case, error) {
	_, isCase := number("OFF-", e.Subject)
	var person Person
	var state State
	var err error
	switch {
	case isCase:
		err = old.Allows(e)
	case e.Subject == Installation:
		if _, err = b.t.row(Installation, &state); err == nil {
			err = state.Allows(e)
		}
	default:
		if _, err = b.t.row(e.Subject, &person); err == nil {
			err = person.Allows(e)
		}
	}
	if err != nil {
		return Case{}, err
	}
	entry, err := encode(e)
	if err != nil {
		return Case{}, err
	}
	if err := s.seal(b, e); err != nil {
		return Case{}, err
	}
	if err := b.write(e, entry); err != nil {
		return Case{}, err
	}
	// What is kept in memory is what the entry folds to, not what was passed
	// in: a Private in it knows its commitment only.
	if e, err = decode(entry); err != nil {
		return Case{}, err
	}
	switch {
	case isCase:
		c := old.Apply(e)
		b.cases[c.ID] = c
		if err := b.t.index(oldSummary(old), c.Summary()); err != nil {
			return Case{}, err
		}
		return c, b.t.putRow(e.Subject, c.Summary())
	case e.Subject == Installation:
		return Case{}, b.t.putRow(e.Subject, state.Apply(e))
	}
	p := person.Apply(e)
	for _, l := range p.Links {
		if err := b.t.put(bucketLookup, []byte(l.Account.Lookup), []byte(p.ID)); err != nil {
			return Case{}, err
		}
	}
	if err := b.t.put(bucketLookup, []byte(p.Lookup), []byte(p.ID)); err != nil {
		return Case{}, err
	}
	return Case{}, b.t.putRow(e.Subject, p)
}

func oldSummary(c Case) Summary {
	if c.ID == "" {
		return Summary{}
	}
	return c.Summary()
}

// write puts the entry, its place in the tree, and the keys by which it is found.
func (b *batch) write(e Event, entry []byte) error {
	b.last = e.Seq
	if err := b.t.put(bucketEntries, be(e.Seq), entry); err != nil {
		return err
	}
	if err := grow(b.t, e.Seq, entry); err != nil {
		return err
	}
	if err := b.t.put(bucketSubjects, subjectKey(e.Subject, e.Seq), nil); err != nil {
		return err
	}
	if e.Actor.Once != "" {
		if err := b.t.put(bucketOnce, []byte(e.Actor.Once), append(be(uint64(e.At.UnixMicro())), e.Subject...)); err != nil {
			return err
		}
	}
	if _, ok := e.Body.(Drafted); ok {
		return b.t.put(bucketStarts, timeKey(e.At, e.Seq), []byte(e.Actor.Person))
	}
	return nil
}

// seal keeps the private texts of a body, encrypted with the subject's key,
// which is made at its first entry.
func (s *Store) seal(b *batch, e Event) error {
	slot := b.t.slot(e.Subject)
	if slot < 0 {
		slots, err := s.keys.make([]string{e.Subject})
		if err != nil {
			return err
		}
		slot = slots[0]
		if err := b.t.put(bucketSlots, []byte(e.Subject), be(uint64(slot))); err != nil {
			return err
		}
		if err := b.count(e.Subject); err != nil {
			return err
		}
	}
	c, err := s.keys.cipher(slot, e.Subject)
	if err != nil {
		return err
	}
	for _, p := range privates(reflect.ValueOf(e.Body), nil) {
		if !p.open {
			continue // read from the log, so its text is there already
		}
		if err := b.t.put(bucketBlobs, blobKey(e.Subject, p.commit), sealBlob(c, p)); err != nil {
			return err
		}
	}
	return nil
}

// count moves the counter on to a subject that has been used.
func (b *batch) count(subject string) error {
	if n, ok := number("OFF-", subject); ok {
		return b.t.put(bucketMeta, []byte("case"), be(n))
	}
	if n, ok := number("P-", subject); ok {
		return b.t.put(bucketMeta, []byte("person"), be(n))
	}
	return nil
}
