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
	Card   Card
	Erased bool // the key of their card was destroyed: only their number is left
}

// Everybody lists all persons of the log by their number.
func (s *Store) Everybody(ctx context.Context) ([]Acquaintance, error) {
	var out []Acquaintance
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		for n := uint64(1); n <= t.number(metaPersons); n++ {
			var a Acquaintance
			if _, err := t.row(string(personID(n)), &a.Person); err != nil {
				return err
			}
			var err error
			if a.Card, err = s.card(t, a.Person); err != nil {
				return fmt.Errorf("the card of %s: %w", a.Person.ID, err)
			}
			if a.Erased, err = s.erased(t, string(a.Person.ID)); err != nil {
				return err
			}
			if a.Erased {
				a.Card = Card{} // whose name would be one more "(erased)"
			}
			out = append(out, a)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	})
	return out, err
}
