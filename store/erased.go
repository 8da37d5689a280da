package store

import (
	"errors"

	bolt "go.etcd.io/bbolt"
)

// Erased reports whether what a subject had sealed is gone for good, because the
// person was erased: the log says so, or only the key file does, when this copy of
// the log was made before.
func (s *Store) Erased(subject string) (gone bool, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		gone, err = s.erased(table{tx}, subject)
		return err
	})
	return gone, err
}

func (s *Store) erased(t table, subject string) (bool, error) {
	slot := t.slot(subject)
	if slot < 0 {
		return false, nil
	}
	_, err := s.cipher(t, subject)
	if errors.Is(err, ErrErased) {
		return true, nil
	}
	return false, err
}
