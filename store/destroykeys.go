package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// DestroyKeys destroys the keys of all who were erased, and proves that none of
// their texts opens any more. It goes on where a kill has stopped it, and destroys
// again what an old copy of the key file has brought back. It returns how many
// persons' keys it has destroyed.
func (s *Store) DestroyKeys(ctx context.Context) (n int, err error) {
	if s.settled.Swap(true) {
		return 0, nil
	}
	defer func() {
		if err != nil {
			s.settled.Store(false)
		}
	}()
	if !s.said.Load() { // the files are not replaced while they are open
		if err := s.sayFound(ctx); err != nil {
			return 0, err
		}
		s.said.Store(true)
	}
	todo, err := s.undestroyed()
	if err != nil {
		return 0, err
	}
	for n, u := range todo {
		if len(u.keys) > 0 {
			// The entry is in the log. A crash from here on leaves keys that nobody
			// is given, and that the next start destroys.
			if err := s.fault("erased"); err != nil {
				return n, err
			}
			if err := s.keys.destroy(u.keys, u.erased.Entry, u.erased.At, s.fault); err != nil {
				return n, err
			}
			s.cards.forget()
		}
		proof, err := s.prove(u)
		if err != nil {
			return n, err
		}
		// A crash here leaves keys that are destroyed, and nothing that says so: it
		// is proven again.
		if err := s.fault("destroyed"); err != nil {
			return n, err
		}
		if err := s.append(ctx, string(u.person), Bot("erase"), proof).err; err != nil && !isRefusal(err) {
			return n, err
		}
	}
	return len(todo), nil
}

// undestroyed is somebody who was erased and whose keys are there, or of whom it
// is not proven that they are not.
type undestroyed struct {
	person PersonID
	erased Erasure
	keys   []doomed
}

func (s *Store) undestroyed() ([]undestroyed, error) {
	var out []undestroyed
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		there := map[uint64][]doomed{} // by entry
		t.scan(bucketErased, nil, func(k, v []byte) bool {
			if d := (doomed{string(k), t.slot(string(k))}); !s.keys.destroyed(d.slot) {
				there[binary.BigEndian.Uint64(v)] = append(there[binary.BigEndian.Uint64(v)], d)
			}
			return true
		})
		add := func(id PersonID) error {
			var p Person
			_, err := t.row(string(id), &p)
			if err == nil && p.Erased != nil && (p.Erased.Proven.IsZero() || len(there[p.Erased.Entry]) > 0) && !slices.ContainsFunc(out, func(u undestroyed) bool { return u.person == id }) {
				out = append(out, undestroyed{id, *p.Erased, there[p.Erased.Entry]})
			}
			return err
		}
		var err error
		t.scan(bucketConcern, nil, func(k, _ []byte) bool {
			err = add(PersonID(k))
			return err == nil
		})
		for entry := range there {
			if err != nil {
				break
			}
			var e Event
			if e, err = decode(t.get(bucketEntries, be(entry))); err == nil {
				err = add(PersonID(e.Subject))
			}
		}
		return err
	})
	return out, err
}

// prove tries to open every sealed text of somebody who was erased.
func (s *Store) prove(u undestroyed) (KeysDestroyed, error) {
	out := KeysDestroyed{Entry: u.erased.Entry, Keys: len(u.erased.Subjects), Again: !u.erased.Proven.IsZero()}
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		for _, subject := range u.erased.Subjects {
			if _, err := s.keys.cipher(t.slot(subject), subject); !errors.Is(err, ErrErased) {
				return fmt.Errorf("the key of %s can still be used (%w)", subject, err)
			}
			err := t.events(subject, func(e Event) error {
				for _, p := range privates(reflect.ValueOf(e.Body), nil) {
					out.Texts++
					if _, err := s.reveal(t, subject, p); !errors.Is(err, ErrErased) {
						return fmt.Errorf("a text of %s can still be read (%w)", subject, err)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// dropTexts takes out the sealed texts of a subject that was erased: nobody could
// tell any more whether one of them was changed.
func (t table) dropTexts(subject string) error {
	var keys [][]byte
	t.scan(bucketBlobs, append([]byte(subject), 0), func(k, _ []byte) bool {
		keys = append(keys, slices.Clone(k))
		return true
	})
	for _, k := range keys {
		if err := t.del(bucketBlobs, k); err != nil {
			return err
		}
	}
	return nil
}

// proven reports whether the log says that the key of a subject was destroyed.
func (t table) proven(subject string) bool {
	var p Person
	entry := t.get(bucketErased, []byte(subject))
	if entry == nil {
		return false
	}
	e, err := decode(t.get(bucketEntries, entry))
	if err == nil {
		_, err = t.row(e.Subject, &p)
	}
	return err == nil && p.Erased != nil && !p.Erased.Proven.IsZero()
}

// Unsaid lists the subjects whose keys were destroyed after this copy of the log
// was made: the key file says so, and the log does not.
func (s *Store) Unsaid() ([]string, error) {
	gone, err := s.keys.tombs() // all of the file, so no commit waits for it
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	var out []string
	err = s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		var err error
		t.scan(bucketSlots, nil, func(k, _ []byte) bool {
			if slot := t.slot(string(k)); gone[slot] && t.get(bucketErased, k) == nil {
				var dead bool
				if dead, err = s.erased(t, string(k)); dead {
					out = append(out, string(k))
				}
			}
			return err == nil
		})
		return err
	})
	return out, err
}

// sayFound records what Unsaid finds, so that the log goes on as one that knows:
// the persons are erased with all their cases.
func (s *Store) sayFound(ctx context.Context) error {
	subjects, err := s.Unsaid()
	if err != nil {
		return err
	}
	var persons []string
	for _, subject := range subjects {
		if _, isCase := number("OFF-", subject); isCase {
			c, err := s.Case(CaseID(subject))
			if err != nil {
				return err
			}
			subject = string(c.Person)
		}
		if _, isPerson := number("P-", subject); isPerson && !slices.Contains(persons, subject) {
			persons = append(persons, subject)
		}
	}
	for _, p := range persons {
		if err := s.append(ctx, p, Bot("erase"), Erased{Found: true}).err; err != nil && !isRefusal(err) {
			return err
		}
	}
	return nil
}

// Erasures lists everybody who was erased, the last first.
func (s *Store) Erasures() ([]Person, error) {
	var out []Person
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		var err error
		t.scan(bucketErased, []byte("P-"), func(k, _ []byte) bool {
			var p Person
			if _, err = t.row(string(k), &p); err == nil {
				out = append(out, p)
			}
			return err == nil
		})
		return err
	})
	slices.SortFunc(out, func(a, b Person) int { return b.Erased.At.Compare(a.Erased.At) })
	return out, err
}

// EraseDue lists the persons whom the rule erases by now, as far as their cases
// say, and when the next one falls due; nobody without a rule. Whether something
// is in the way Append says. It reads the row of every case, so it is for once a
// day.
func (s *Store) EraseDue(now time.Time) (due []PersonID, next time.Time, err error) {
	after := s.opt.Limits().Erase
	if after <= 0 {
		return nil, time.Time{}, nil
	}
	last := map[PersonID]time.Time{} // zero: a case is open
	err = s.view(func(tx *bolt.Tx) error {
		var err error
		table{tx}.scan(bucketRows, []byte("OFF-"), func(_, v []byte) bool {
			var row Summary
			if err = json.Unmarshal(v, &row); err != nil || row.Erased {
				return err == nil
			}
			known, ok := last[row.Person]
			switch {
			case row.State != CaseClosed:
				last[row.Person] = time.Time{}
			case !ok || !known.IsZero() && row.Closed.After(known):
				last[row.Person] = row.Closed
			}
			return true
		})
		return err
	})
	for p, closed := range last {
		switch at := closed.Add(after); {
		case closed.IsZero():
		case !at.After(now):
			due = append(due, p)
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	slices.SortFunc(due, func(a, b PersonID) int { return last[a].Compare(last[b]) })
	return due, next, err
}

// ErasePreview is what erasing somebody would do.
type ErasePreview struct {
	Person PersonID
	Cases  []Case
	Lists  []BatchID // that keep why each person on them leaves
	Facts  EraseFacts
}

// PreviewErase says what erasing somebody would do, and what is in the way, as far
// as the actor may know of it: a *Refused if they can't be erased now.
func (s *Store) PreviewErase(p PersonID, a Actor) (out ErasePreview, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		b := &batch{t: table{tx}, at: s.Now(), cases: map[CaseID]Case{}}
		var row Person
		if ok, err := b.t.row(string(p), &row); err != nil {
			return err
		} else if !ok {
			return unknown(p)
		}
		if row.Erased != nil {
			return row.gone(Event{})
		}
		f, err := s.eraseFacts(b, row, a)
		if err != nil {
			return err
		}
		out.Person, out.Facts = p, *f
		if r := f.against(p); r != nil {
			return r
		}
		rows, err := b.t.casesOf(p)
		for _, r := range rows {
			c, err := s.current(b, string(r.ID))
			if err != nil {
				return err
			}
			out.Cases = append(out.Cases, c)
			if c.From != "" && !slices.Contains(out.Lists, c.From) {
				out.Lists = append(out.Lists, c.From)
			}
		}
		return err
	})
	return out, err
}
