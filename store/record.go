package store

import (
	"errors"
	"fmt"
	"reflect"
)

// both decides about a request and about what goes with it. If that is refused
// the request is broken, and nothing of it is saved.
func (s *Store) both(b *batch, r *request) result {
	agrees, err := b.agreesToErase(r)
	if err != nil {
		return result{err: err}
	}
	out := s.one(b, r)
	if out.err == nil && agrees {
		r.then = &request{subject: r.subject, actor: Bot("erase"), body: Erased{Agreed: b.last}}
	}
	if err := s.eraseCases(b, r, out); err != nil {
		return result{err: err}
	}
	for next := r.then; out.err == nil && next != nil; next = next.then {
		next.ctx = r.ctx
		if next.subject == NewBatch {
			next.subject = out.subject
		}
		if with := s.one(b, next); with.err != nil {
			return result{err: fmt.Errorf("%s goes with it: %s", next.subject, with.err.Error())} // not wrapped: a refusal would be saved by halves
		}
		if err := s.eraseCases(b, next, result{}); err != nil {
			return result{err: err}
		}
	}
	return out
}

// tooLong is for a request whose context has ended before its turn came.
func tooLong() error {
	return refuse(NotNow, "That took too long and nothing was changed. Please try again.")
}

// one decides about one request and, unless it is refused, writes it into the
// transaction.
func (s *Store) one(b *batch, r *request) result {
	if r.ctx.Err() != nil {
		return result{err: tooLong()}
	}
	subject, err := s.subject(b, r)
	if err != nil {
		return result{err: err}
	}
	if done, ok := b.once(r.actor); ok {
		c, err := s.current(b, done)
		return result{c: c, subject: done, err: err}
	}
	e := Event{Seq: b.last + 1, At: b.at, Subject: subject, Actor: r.actor, Body: r.body}
	_, right := r.body.(Trusted)
	if right {
		// The one entry whose time may be before that of the last: it says
		// that the time until now may have been wrong.
		e.At = stamped(b.clock.wall)
	}
	old, err := s.current(b, subject)
	if err != nil {
		return result{err: err}
	}
	if e.Facts, err = s.stamp(b, old, e); err != nil {
		return result{err: err}
	}
	out, err := s.record(b, old, e)
	if r, ok := errors.AsType[*Refused](err); ok && r.trips != nil {
		if failed := s.trip(b, *r.trips); failed != nil {
			return result{err: failed}
		}
	}
	if err == nil && right {
		b.at, b.right = e.At, true
		rec := seen{Known: b.clock.wall, Base: b.clock.wall, Up: b.clock.up, Run: s.opt.Clock.Run}
		err = b.t.putSeen(rec) // with the entry: a kill must not bring the doubt back
	}
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
func (s *Store) subject(b *batch, r *request) (string, error) {
	_, drafted := r.body.(Drafted)
	_, seconded := r.body.(Seconded)
	n, isCase := number("OFF-", r.subject)
	m, isPerson := number("P-", r.subject)
	switch {
	case r.subject == NewCase && drafted:
		return string(caseID(b.t.number(metaCases) + 1)), nil
	case r.subject == NewBatch:
		return string(batchID(b.t.number(metaBatches) + 1)), nil
	case isBatch(r.subject):
		if id, _ := ParseBatch(r.subject); r.subject == string(id) && b.t.get(bucketRows, []byte(id)) != nil {
			return r.subject, nil
		}
		return "", NoSuchBatch(BatchID(r.subject))
	case r.subject == NewPerson:
		if m, ok := r.body.(Met); ok {
			if id := b.t.get(bucketLookup, []byte(m.Lookup)); id != nil {
				if gone, err := s.erased(b.t, string(id)); err != nil || !gone {
					return string(id), err
				}
			}
		}
		return string(personID(b.t.number(metaPersons) + 1)), nil
	case r.subject == Installation,
		isCase && r.subject == string(caseID(n)) && n <= b.t.number(metaCases),
		isPerson && r.subject == string(personID(m)) && m <= b.t.number(metaPersons):
		return r.subject, nil
	case isPerson && seconded:
		return "", settled() // it does not tell how many persons are known
	case isPerson:
		return "", unknown(PersonID(r.subject))
	}
	// What people type comes here too: it must not open a case or a person out
	// of turn.
	return "", NoSuchCase(CaseID(r.subject))
}

// once returns the subject that an earlier delivery with the same key led to.
func (b *batch) once(a Actor) (string, bool) {
	if a.Once == "" {
		return "", false
	}
	v := plain(b.t.get(bucketOnce, []byte(a.Once)))
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
	var list Batch
	var err error
	switch {
	case isCase:
		err = old.Allows(e)
	case e.Subject == Installation:
		if _, err = b.t.row(Installation, &state); err == nil {
			err = state.Allows(e)
		}
	case isBatch(e.Subject):
		if _, err = b.t.row(e.Subject, &list); err == nil {
			err = list.Allows(e)
		}
	default:
		if _, err = b.t.row(e.Subject, &person); err == nil {
			err = person.Allows(e)
		}
	}
	if err != nil {
		return Case{}, err
	}
	entry, body, err := encodeBody(e)
	if err != nil {
		return Case{}, err
	}
	if err := s.seal(b, e); err != nil {
		return Case{}, err
	}
	if err := b.write(old, e, entry); err != nil {
		return Case{}, err
	}
	if e, err = recorded(e, body); err != nil {
		return Case{}, err
	}
	switch {
	case isCase:
		c := old.Apply(e)
		b.cases[c.ID] = c
		if err := b.t.index(oldSummary(old), c.Summary()); err != nil {
			return Case{}, err
		}
		if err := b.t.watch(old, c); err != nil {
			return Case{}, err
		}
		if err := b.t.destroys(old, c); err != nil {
			return Case{}, err
		}
		return c, b.t.putRow(e.Subject, c.Summary())
	case e.Subject == Installation:
		return Case{}, b.t.putRow(e.Subject, state.Apply(e))
	case isBatch(e.Subject):
		return Case{}, b.t.putRow(e.Subject, list.Apply(e))
	}
	p := person.Apply(e)
	if err := b.t.refer(person, p); err != nil {
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
func (b *batch) write(c Case, e Event, entry []byte) error {
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
		key := []byte(e.Actor.Once)
		if err := b.t.put(bucketOnce, key, summed(bucketOnce, key, append(be(uint64(e.At.UnixMicro())), e.Subject...))); err != nil {
			return err
		}
	}
	if d, ok := e.Body.(Drafted); ok && d.Batch != "" {
		if err := b.t.put(bucketBatches, batchKey(d.Batch, d.Row), []byte(e.Subject)); err != nil {
			return err
		}
	}
	for _, l := range startLines(c, e) {
		if err := b.t.put(bucketStarts, l.key, l.value); err != nil {
			return err
		}
	}
	return nil
}

// seal keeps the private texts of a body, encrypted with the subject's key,
// which is made at its first entry.
func (s *Store) seal(b *batch, e Event) error {
	slot := b.t.slot(e.Subject)
	if slot < 0 {
		var err error
		if slot, err = s.keys.reserve(e.Subject); err != nil {
			return err
		}
		if err := b.t.putSlot(e.Subject, slot); err != nil {
			return err
		}
		if err := b.count(e.Subject); err != nil {
			return err
		}
	}
	for _, p := range privates(reflect.ValueOf(e.Body), nil) {
		if !p.open {
			continue // read from the log, so its text is there already
		}
		// Asked for only here: what has no text can still happen to a subject
		// whose key was destroyed.
		c, err := s.keys.cipher(slot, e.Subject)
		if err != nil {
			return err
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
		return b.t.put(bucketMeta, metaCases, be(n))
	}
	if n, ok := number("P-", subject); ok {
		return b.t.put(bucketMeta, metaPersons, be(n))
	}
	if n, ok := number("BATCH-", subject); ok {
		return b.t.put(bucketMeta, metaBatches, be(n))
	}
	return nil
}
