package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// What a reader needs who does not believe the bot: the bytes of entries, the
// proofs that they are in the tree, and the openings of sealed texts.

// Entry is an entry as it is a leaf of the tree.
type Entry struct {
	Event Event
	Bytes []byte
}

// DecodeEntry reads the bytes of an entry, strictly: a field or a kind that is
// not known is an error, a *NewerError where the entry says so.
func DecodeEntry(b []byte) (Entry, error) {
	e, err := decode(b)
	return Entry{e, b}, err
}

// Entries reads the entries of a subject up to a number, oldest first.
func (s *Store) Entries(ctx context.Context, subject string, last uint64) ([]Entry, error) {
	var out []Entry
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		var err error
		t.scan(bucketSubjects, subjectKey(subject, 0)[:len(subject)+1], func(k, _ []byte) bool {
			seq := binary.BigEndian.Uint64(k[len(subject)+1:])
			if seq > last {
				return false
			}
			var e Entry
			if e, err = t.entry(seq); err == nil {
				out = append(out, e)
				err = ctx.Err()
			}
			return err == nil
		})
		return err
	})
	return out, err
}

// Entry reads one entry.
func (s *Store) Entry(seq uint64) (e Entry, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		e, err = table{tx}.entry(seq)
		return err
	})
	return e, err
}

func (t table) entry(seq uint64) (Entry, error) {
	b := t.get(bucketEntries, be(seq))
	if b == nil {
		return Entry{}, fmt.Errorf("entry %d is missing", seq)
	}
	return DecodeEntry(bytes.Clone(b))
}

// Prove proves that entries are in the tree of that size, each by the hashes
// from its sibling up (RFC 6962, section 2.1.1). The proofs rest on the tree's
// hashes, and are worth what a checkpoint of that size is worth.
func (s *Store) Prove(ctx context.Context, size uint64, seqs []uint64) ([]tlog.RecordProof, error) {
	out := make([]tlog.RecordProof, len(seqs))
	for i, seq := range seqs {
		// Hashes never change, so each may be read on its own, and no commit waits for all.
		err := s.view(func(tx *bolt.Tx) (err error) {
			out[i], err = tlog.ProveRecord(int64(size), int64(seq-1), table{tx})
			return err
		})
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, fmt.Errorf("prove entry %d: %w", seq, err)
		}
	}
	return out, nil
}

// ProveExtends proves that the tree of that size begins with that of an older
// one (RFC 6962, section 2.1.2).
func (s *Store) ProveExtends(size, older uint64) (p tlog.TreeProof, err error) {
	if older == 0 || older > size {
		return nil, fmt.Errorf("there is no proof from %d to %d entries", older, size)
	}
	err = s.view(func(tx *bolt.Tx) error {
		p, err = tlog.ProveTree(int64(size), int64(older), table{tx})
		return err
	})
	return p, err
}

// Open opens a sealed text with what proves that it is the one. ErrErased says that
// its person was erased, another error that it is damaged.
func (s *Store) Open(subject string, p Private) (Opening, error) {
	var out Private
	err := s.view(func(tx *bolt.Tx) (err error) {
		out, err = s.reveal(table{tx}, subject, p)
		return err
	})
	return Opening{out.salt, out.text}, err
}

// AllCases lists the rows of all cases, oldest first.
func (s *Store) AllCases() ([]Summary, error) {
	var out []Summary
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		for n := uint64(1); n <= t.number(metaCases); n++ {
			var row Summary
			if _, err := t.row(string(caseID(n)), &row); err != nil {
				return err
			}
			out = append(out, row)
		}
		return nil
	})
	return out, err
}
