package store

import (
	"context"
	"crypto/cipher"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Case returns a case as its entries fold to now. It does not look at who
// asks: see Case.Visible.
func (s *Store) Case(id CaseID) (Case, error) {
	s.mu.Lock()
	c, ok := s.cache[id]
	s.mu.Unlock()
	if ok {
		return c, nil
	}
	var at uint64
	err := s.view(func(tx *bolt.Tx) (err error) {
		at = table{tx}.last()
		c, err = table{tx}.fold(id)
		return err
	})
	if err != nil {
		return Case{}, err
	}
	if c.ID == "" {
		return Case{}, NoSuchCase(id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if newer, ok := s.cache[id]; ok { // a commit was faster
		return newer, nil
	}
	if at == s.last {
		// Else a commit was faster, and may have been dropped from the cache
		// again: rules must never be asked of an older case.
		s.remember(c)
	}
	return c, nil
}

// shutCases is how many closed cases are kept in memory: a server that has closed
// thousands must not hold them, and who looks at one asks for it several times.
const shutCases = 16

// remember keeps a folded case: an open one, and the last few closed ones. The
// lock is held.
func (s *Store) remember(c Case) {
	s.shut = slices.DeleteFunc(s.shut, func(id CaseID) bool { return id == c.ID })
	if c.State == CaseClosed {
		if s.shut = append(s.shut, c.ID); len(s.shut) > shutCases {
			delete(s.cache, s.shut[0])
			s.shut = slices.Delete(s.shut, 0, 1)
		}
	}
	if len(s.cache) > 8192 { // a few hundred MB at the worst; what is dropped is folded again
		for id := range s.cache {
			delete(s.cache, id)
			if len(s.cache) < 4096 {
				break
			}
		}
	}
	s.cache[c.ID] = c
}

// Reveal opens private texts of a subject.
func (s *Store) Reveal(subject string, p Private) (string, error) {
	if p.IsZero() || p.open {
		return p.text, nil
	}
	var out Private
	err := s.view(func(tx *bolt.Tx) (err error) {
		out, err = s.reveal(table{tx}, subject, p)
		return err
	})
	return out.text, err
}

func (s *Store) reveal(t table, subject string, p Private) (Private, error) {
	c, err := s.cipher(t, subject)
	if err != nil {
		return Private{}, err
	}
	return unseal(c, t, subject, p)
}

// cipher is what the texts of a subject are sealed with. Of one that the log says
// is erased it is ErrErased, whatever the key file holds.
func (s *Store) cipher(t table, subject string) (cipher.AEAD, error) {
	if t.get(bucketErased, []byte(subject)) != nil {
		return nil, fmt.Errorf("%s: %w", subject, ErrErased)
	}
	return s.keys.cipher(t.slot(subject), subject)
}

func unseal(c cipher.AEAD, t table, subject string, p Private) (Private, error) {
	out, err := openBlob(c, p.commit, t.get(bucketBlobs, blobKey(subject, p.commit)))
	if err != nil {
		return Private{}, fmt.Errorf("%s: %w", subject, err)
	}
	return out, nil
}

// RevealJSON opens a private text that SealJSON made.
func (s *Store) RevealJSON(subject string, p Private, v any) error {
	text, err := s.Reveal(subject, p)
	if err != nil || text == "" {
		return err
	}
	return json.Unmarshal([]byte(text), v)
}

// State is what concerns the whole installation.
func (s *Store) State() (State, error) {
	var st State
	err := s.view(func(tx *bolt.Tx) (err error) {
		st, _, err = s.states.row(table{tx}, Installation)
		return err
	})
	return st, err
}

// ErasedName stands in the place of the name of somebody who was erased, and of
// each other text of theirs.
const ErasedName = "(erased)"

// Person returns somebody the installation knows and their card. The card of
// somebody who was erased has only ErasedName.
func (s *Store) Person(id PersonID) (Person, Card, error) {
	var p Person
	var card Card
	err := s.view(func(tx *bolt.Tx) error {
		ok, err := table{tx}.row(string(id), &p)
		if err != nil || !ok {
			return err
		}
		card, err = s.card(table{tx}, p)
		return err
	})
	return p, card, err
}

func (s *Store) card(t table, p Person) (Card, error) {
	// The key is asked for each time: without it nothing may be read.
	c, err := s.cipher(t, string(p.ID))
	if errors.Is(err, ErrErased) {
		return Card{Name: ErasedName}, nil
	}
	if err != nil {
		return Card{}, err
	}
	if card, ok := s.cards.get(p.Card.commit); ok {
		return card, nil
	}
	sealed, err := unseal(c, t, string(p.ID), p.Card)
	var card Card
	if err == nil {
		err = json.Unmarshal([]byte(sealed.text), &card)
	}
	if err == nil {
		s.cards.keep(p.Card.commit, card)
	}
	return card, err
}

// Changed is closed at the next commit. Take it before reading Since.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Touched is an entry as a loop sees it: where it is and whom it is about.
type Touched struct {
	Seq     uint64
	Subject string
	Kind    string // of the body, as the entry names it
}

// Since lists the entries after a position, oldest first, at most limit. A
// loop that keeps the position visits only what has changed.
func (s *Store) Since(seq uint64, limit int) ([]Touched, error) {
	s.mu.Lock()
	last := s.last
	s.mu.Unlock()
	if last == seq {
		return nil, nil
	}
	var out []Touched
	err := s.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketEntries).Cursor()
		for k, v := c.Seek(be(seq + 1)); k != nil && len(out) < limit; k, v = c.Next() {
			if binary.BigEndian.Uint64(k) > last {
				break // committed and not published: Case may still answer with what was before it
			}
			var w struct {
				Subject string `json:"subject"`
				Kind    string `json:"kind"`
			}
			if err := json.Unmarshal(v, &w); err != nil {
				return fmt.Errorf("entry %d: %w", binary.BigEndian.Uint64(k), err)
			}
			out = append(out, Touched{binary.BigEndian.Uint64(k), w.Subject, w.Kind})
		}
		return nil
	})
	return out, err
}

// Last is the number of the last entry.
func (s *Store) Last() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// Due lists the cases whose time came after one moment and not after another,
// and when the next one's comes.
//
// A moment after now is one at which the clock was wrong.
func (s *Store) Due(after, now time.Time) (due []CaseID, next time.Time, err error) {
	if after.After(now) {
		after = now
	}
	err = s.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketDue).Cursor()
		for k, _ := c.Seek(timeKey(after.Add(time.Microsecond), 0)); k != nil; k, _ = c.Next() {
			at := time.UnixMicro(int64(binary.BigEndian.Uint64(k)))
			if at.After(now) {
				next = at
				return nil
			}
			due = append(due, caseID(binary.BigEndian.Uint64(k[8:])))
		}
		return nil
	})
	return due, next, err
}

// OpenCases lists the rows of all cases that are not closed, oldest first.
func (s *Store) OpenCases() ([]Summary, error) {
	var out []Summary
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		var err error
		t.scan(bucketOpen, nil, func(k, _ []byte) bool {
			var row Summary
			if _, err = t.row(string(caseID(binary.BigEndian.Uint64(k))), &row); err == nil {
				out = append(out, row)
			}
			return err == nil
		})
		return err
	})
	return out, err
}

// Events lists the events of a subject, oldest first.
func (s *Store) Events(ctx context.Context, subject string) ([]Event, error) {
	var out []Event
	err := s.EachEvent(ctx, subject, func(e Event) { out = append(out, e) })
	return out, err
}

// EachEvent calls f for each event of a subject, oldest first. What f does must
// be short, and must not append: a commit may wait for it.
func (s *Store) EachEvent(ctx context.Context, subject string, f func(Event)) error {
	return s.view(func(tx *bolt.Tx) error {
		return table{tx}.events(subject, func(e Event) error {
			f(e)
			return ctx.Err()
		})
	})
}

// Gone reports whether a person's own access has been cut off, so that they
// hold no role any more.
func (s *Store) Gone(p PersonID) (gone bool, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		b := batch{t: table{tx}, at: s.Now()}
		gone, err = b.gone(p)
		return err
	})
	return gone, err
}
