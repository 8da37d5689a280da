package store

import (
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// checkpoint opens a checkpoint as a stranger would: with the public key and
// libraries that are not ours.
func checkpoint(t *testing.T, o *office) tlog.Tree {
	t.Helper()
	signed, err := o.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(o.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	origin, rest, _ := strings.Cut(n.Text, "\n")
	if origin != Origin || v.Name() != Origin {
		t.Errorf("the origin is %q, the key's name %q", origin, v.Name())
	}
	// tlog reads the form of the Go checksum database, which differs in the
	// first line only (C2SP tlog-checkpoint).
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// A checkpoint verifies with the public key alone, and a later one can be
// proven to extend it. A changed or forged one does not verify.
func TestCheckpoints(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	old := checkpoint(t, o)
	if old.N != int64(o.Last()) {
		t.Errorf("the checkpoint is of %d entries, the log has %d", old.N, o.Last())
	}
	for range 5 {
		o.do(string(c.ID), "marco", Noted{Text: Seal("n")})
	}
	now := checkpoint(t, o)
	if err := o.db.View(func(tx *bolt.Tx) error {
		hashes := table{tx}
		proof, err := tlog.ProveTree(now.N, old.N, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, now.N, now.Hash, old.N, old.Hash); err != nil {
			t.Errorf("the log does not extend the checkpoint: %v", err)
		}
		if err := tlog.CheckTree(proof, now.N, now.Hash, old.N, now.Hash); err == nil {
			t.Error("it extends any checkpoint")
		}
		// One entry is in the log.
		leaf := tlog.RecordHash(hashes.get(bucketEntries, be(3)))
		record, err := tlog.ProveRecord(now.N, 2, hashes)
		if err != nil {
			return err
		}
		return tlog.CheckRecord(record, now.N, now.Hash, 2, leaf)
	}); err != nil {
		t.Error(err)
	}

	signed, err := o.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(o.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	forged := strings.Replace(signed, "\n", "\n1", 1) // another number of entries
	if _, err := note.Open([]byte(forged), note.VerifierList(v)); err == nil {
		t.Error("a changed checkpoint verifies")
	}
	other := openOffice(t, testOptions(t.TempDir())) // not a copy of the same log
	theirs, err := note.NewVerifier(other.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open([]byte(signed), note.VerifierList(theirs)); err == nil {
		t.Error("the key of another installation verifies it")
	}
}

// The key is the installation's for ever: it is the same after a restart.
func TestVerifierKeyStays(t *testing.T) {
	opt, _ := furnished(t)
	var keys []string
	for range 2 {
		s := reopen(t, opt)
		keys = append(keys, s.VerifierKey())
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if keys[0] != keys[1] || keys[0] == "" {
		t.Errorf("the keys are %q", keys)
	}
}
