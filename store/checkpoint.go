package store

import (
	"errors"
	"fmt"
	"strings"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Errors of Extends. Each says what it means.
var (
	ErrForeignCheckpoint = errors.New("this checkpoint was not signed by this log: it belongs to another installation, or was changed")
	ErrNotExtended       = errors.New("the log does not extend this checkpoint: what it stated was cut off or rewritten since")
	// ErrRolledBack is an ErrNotExtended: the log has fewer entries than were stated.
	ErrRolledBack = fmt.Errorf("%w: it is shorter", ErrNotExtended)
)

// Statement is what a checkpoint says of a log.
type Statement struct {
	Entries uint64
	Root    tlog.Hash
}

// ReadCheckpoint opens a checkpoint of this log: one that any of its keys has
// signed. Else it is ErrForeignCheckpoint.
func (s *Store) ReadCheckpoint(text string) (Statement, error) {
	known, err := s.verifiers()
	if err != nil {
		return Statement{}, err
	}
	n, err := note.Open([]byte(strings.TrimSpace(text)+"\n"), known)
	if err != nil {
		return Statement{}, fmt.Errorf("%w (%w)", ErrForeignCheckpoint, err)
	}
	var origin, root string
	var size int64
	if _, err := fmt.Sscanf(n.Text, "%s\n%d\n%s\n", &origin, &size, &root); err != nil || origin != Origin || size < 0 {
		return Statement{}, ErrForeignCheckpoint
	}
	hash, err := tlog.ParseHash(root)
	if err != nil {
		return Statement{}, ErrForeignCheckpoint
	}
	return Statement{uint64(size), hash}, nil
}

// Extends proves that the log begins with what a checkpoint states, and
// returns how many entries that are. It trusts the tree's hashes, which Check
// compares with the entries.
func (s *Store) Extends(checkpoint string) (entries uint64, err error) {
	st, err := s.ReadCheckpoint(checkpoint)
	if err != nil {
		return 0, err
	}
	return st.Entries, s.Follows(st)
}

// Follows is Extends for a checkpoint that was opened.
func (s *Store) Follows(st Statement) error {
	return s.view(func(tx *bolt.Tx) error { return table{tx}.extends(int64(st.Entries), st.Root) })
}

func (t table) extends(size int64, old tlog.Hash) error {
	now := int64(t.last())
	if size > now {
		return fmt.Errorf("%w: the checkpoint states %d entries, and there are %d", ErrRolledBack, size, now)
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
