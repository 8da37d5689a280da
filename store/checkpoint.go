package store

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
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
// signed, or one that the options name: an older copy of the log does not know
// the key that it was handed over to since, and must be seen as older. Else it is
// ErrForeignCheckpoint.
func (s *Store) ReadCheckpoint(text string) (Statement, error) {
	all, err := s.Signings()
	if err != nil {
		return Statement{}, err
	}
	var keys []string
	for _, k := range all {
		keys = append(keys, k.Verifier)
	}
	st, err := OpenCheckpoint(text, keys...)
	if !errors.Is(err, ErrForeignCheckpoint) {
		return st, err
	}
	more, failed := s.optionKeys()
	if failed != nil {
		return st, failed
	}
	return OpenCheckpoint(text, append(keys, more...)...)
}

// optionKeys are the verifier keys that the options name, whether the log knows
// them or not.
func (s *Store) optionKeys() ([]string, error) {
	var keys []string
	for _, k := range s.opt.Signers {
		keys = append(keys, k.Verifier)
	}
	for no := 2; no <= s.opt.KeyNo; no++ {
		_, verifier, err := ownKey(s.inst, no)
		if err != nil {
			return nil, err
		}
		keys = append(keys, verifier)
	}
	return keys, nil
}

// OpenCheckpoint opens a checkpoint (C2SP tlog-checkpoint) that one of these
// verifier keys has signed. The text is the note and nothing else; package audit
// finds notes in what people paste. A note that none of the keys has signed, or
// that is no checkpoint of an Offboard log, is ErrForeignCheckpoint.
func OpenCheckpoint(text string, keys ...string) (Statement, error) {
	var known []note.Verifier
	for _, k := range slices.Compact(slices.Sorted(slices.Values(keys))) { // a key may have come back; note takes each once
		v, err := note.NewVerifier(k)
		if err != nil {
			return Statement{}, fmt.Errorf("%.100q is not a verifier key, which looks like %s+1a2b3c4d+A...: %w", k, Origin, err)
		}
		known = append(known, v)
	}
	n, err := note.Open([]byte(text), note.VerifierList(known...))
	if err != nil {
		return Statement{}, fmt.Errorf("%w (%w)", ErrForeignCheckpoint, err)
	}
	lines := strings.SplitN(n.Text, "\n", 4) // what may follow is not ours
	if len(lines) < 4 || lines[0] != Origin {
		return Statement{}, fmt.Errorf("%w (it does not begin with %s)", ErrForeignCheckpoint, Origin)
	}
	size, err := strconv.ParseUint(lines[1], 10, 63)
	root, bad := tlog.ParseHash(lines[2])
	if err != nil || bad != nil || lines[1] != strconv.FormatUint(size, 10) || lines[2] != root.String() {
		return Statement{}, fmt.Errorf("%w (its size or its root is none)", ErrForeignCheckpoint)
	}
	return Statement{size, root}, nil
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
