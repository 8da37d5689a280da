package store

import (
	"errors"
	"fmt"
	"io"
	"strings"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
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

// Errors of Extends. Each says what it means.
var (
	ErrForeignCheckpoint = errors.New("this checkpoint was not signed by this log: it belongs to another installation, or was changed")
	ErrNotExtended       = errors.New("the log does not extend this checkpoint: what it stated was cut off or rewritten since")
)

// Extends proves that the log begins with what a checkpoint states, and
// returns how many entries that are. It trusts the tree's hashes, which Check
// compares with the entries.
func (s *Store) Extends(checkpoint string) (entries uint64, err error) {
	v, err := note.NewVerifier(s.sign.Verifier)
	if err != nil {
		return 0, fmt.Errorf("make the verifier: %w", err)
	}
	n, err := note.Open([]byte(strings.TrimSpace(checkpoint)+"\n"), note.VerifierList(v))
	if err != nil {
		return 0, fmt.Errorf("%w (%w)", ErrForeignCheckpoint, err)
	}
	var origin, root string
	var size int64
	if _, err := fmt.Sscanf(n.Text, "%s\n%d\n%s\n", &origin, &size, &root); err != nil || origin != Origin || size < 0 {
		return 0, ErrForeignCheckpoint
	}
	old, err := tlog.ParseHash(root)
	if err != nil {
		return 0, ErrForeignCheckpoint
	}
	return uint64(size), s.view(func(tx *bolt.Tx) error { return table{tx}.extends(size, old) })
}

func (t table) extends(size int64, old tlog.Hash) error {
	now := int64(t.last())
	if size > now {
		return fmt.Errorf("%w: it states %d entries, and there are %d", ErrNotExtended, size, now)
	}
	if size == 0 {
		return nil // every log extends the empty one
	}
	root, err := tlog.TreeHash(now, t)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(now, size, t)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, now, root, size, old); err != nil {
		return fmt.Errorf("%w (%w)", ErrNotExtended, err)
	}
	return nil
}
