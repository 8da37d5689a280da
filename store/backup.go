package store

import (
	"io"

	bolt "go.etcd.io/bbolt"
)

// Snapshot calls f with a consistent copy of the database, as it is now, and
// its size in bytes. Appends go on meanwhile. The keys are in another file and
// never in it.
//
// f must not dawdle: as long as it runs, a commit that needs the file to be
// mapped anew has to wait for it.
func (s *Store) Snapshot(f func(db io.WriterTo, size int64) error) error {
	return s.view(func(tx *bolt.Tx) error { return f(tx, tx.Size()) })
}
