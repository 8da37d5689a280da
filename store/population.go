package store

import (
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Acquaintance is somebody the installation knows, with their card as far as
// it can still be read.
type Acquaintance struct {
	Person Person
	Card   Card // empty of somebody who was erased
	Erased bool // only their number is left
}

// Everybody lists all persons of the log by their number. It keeps no commit
// waiting for longer than a few of them take, so those at the end may be newer.
// A card that does not open, of somebody whom nobody has erased, is an error: a
// list that is compared with it would lack them without a word.
func (s *Store) Everybody(ctx context.Context) ([]Acquaintance, error) {
	const few = 256
	var out []Acquaintance
	for {
		begun := len(out)
		err := s.view(func(tx *bolt.Tx) error {
			t := table{tx}
			for n := uint64(len(out)) + 1; n <= t.number(metaPersons) && len(out) < begun+few; n++ {
				a, err := s.acquaintance(t, personID(n))
				if err != nil {
					return err
				}
				out = append(out, a)
			}
			return ctx.Err()
		})
		if err != nil || len(out) == begun {
			return out, err
		}
	}
}

func (s *Store) acquaintance(t table, id PersonID) (a Acquaintance, err error) {
	if _, err = t.row(string(id), &a.Person); err != nil {
		return a, err
	}
	if a.Erased, err = s.erased(t, string(id)); err != nil || a.Erased {
		return a, err
	}
	if a.Card, err = s.card(t, a.Person); err != nil {
		err = fmt.Errorf("the card of %s: %w: offboard audit verify says what is wrong", id, err)
	}
	return a, err
}
