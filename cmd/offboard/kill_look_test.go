package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"

	bolt "go.etcd.io/bbolt"

	"offboard/store"
)

// look reads the log after a kill: every entry that anybody has seen is there
// with the same bytes, and so is everything that was answered.
func (k *killed) look() {
	k.Helper()
	if _, err := os.Stat(k.cfg.Database); errors.Is(err, fs.ErrNotExist) && len(k.entries) == 0 {
		return
	}
	opt := storeOptions(k.cfg)
	opt.ReadOnly = true
	s, err := store.Open(opt)
	if err != nil && len(k.entries) == 0 && len(k.crowd.answered) == 0 {
		return // killed while it made the log
	}
	if err != nil {
		k.Fatalf("after a kill: %v", err)
	}
	defer func() { _ = s.Close() }()
	now := k.read()
	if len(now) < len(k.entries) {
		k.Fatalf("the log had %d entries and has %d", len(k.entries), len(now))
	}
	for i, e := range k.entries {
		if !bytes.Equal(e, now[i]) {
			k.Fatalf("entry %d was\n%s\nand is\n%s", i+1, e, now[i])
		}
	}
	k.entries = now
	point, err := s.Checkpoint()
	if err != nil {
		k.Fatal(err)
	}
	k.points = append(k.points, point)
	k.kept(s)
}

// kept checks that what was answered since the last kill is in the log.
func (k *killed) kept(s *store.Store) {
	k.Helper()
	for id := range k.crowd.answered {
		if k.heard[id] {
			continue
		}
		k.heard[id] = true
		deed, login, _ := strings.Cut(id, "-")
		if deed == "form" || hoped[deed] == "" {
			continue // it was only opened, or is not one of the deeds
		}
		if counts := k.did(s, login); counts[deed] != 1 {
			k.Errorf("%s was answered, and the log has it %d times", id, counts[deed])
		}
	}
}

// read reads the entries past the store, as bytes.
func (k *killed) read() [][]byte {
	k.Helper()
	db, err := bolt.Open(k.cfg.Database, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		k.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var out [][]byte
	err = db.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("entries")).ForEach(func(_, v []byte) error {
			out = append(out, bytes.Clone(v))
			return nil
		})
	})
	if err != nil {
		k.Fatal(err)
	}
	return out
}
