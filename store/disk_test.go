package store

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// What a full disk does to a whole server is tested in cmd/offboard, where a
// process is on a disk that fails. Here a file that is away stands for it.

func (o *office) note(id CaseID) error {
	_, err := o.Append(o.t.Context(), string(id), o.actor("hanna"), Noted{Text: Seal("x")})
	return err
}

// After a commit that the disk may not have, nothing is written before it has.
func TestUnsureCommitComesFirst(t *testing.T) {
	o := newOffice(t)
	id := o.draft("hanna").ID
	last := o.Last()
	away := o.opt.Path + ".away"
	if err := os.Rename(o.opt.Path, away); err != nil {
		t.Fatal(err)
	}
	o.writing.Lock()
	o.unsure = true
	o.writing.Unlock()
	if err := o.note(id); !errors.Is(err, ErrNotSaved) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if err := o.Writable(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log can't be written, and it says %v", err)
	}
	if err := o.TryWrite(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a try: %v", err)
	}
	if _, err := o.Case(id); err != nil || o.Last() != last {
		t.Errorf("reading: %v, %d entries of %d", err, o.Last(), last)
	}
	if err := os.Rename(away, o.opt.Path); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(o.TryWrite(), o.Writable(), o.note(id)); err != nil {
		t.Error(err)
	}
	if o.Last() != last+1 {
		t.Errorf("%d entries after %d and a note", o.Last(), last)
	}
}

// Nor before those have ended who read what was before it: its pages are free.
func TestUnsureCommitWaitsForReaders(t *testing.T) {
	o := newOffice(t)
	id := o.draft("hanna").ID
	reading, end, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- o.view(func(*bolt.Tx) error {
			close(reading)
			<-end
			return nil
		})
	}()
	<-reading
	o.writing.Lock()
	o.doubt()
	elders := o.elders
	o.writing.Unlock()
	saved := make(chan error, 1)
	go func() { saved <- o.note(id) }()
	for len(saved) == 0 && elders.TryRLock() { // until somebody waits for them
		elders.RUnlock()
		runtime.Gosched()
	}
	if len(saved) > 0 {
		t.Error("it did not wait")
	}
	if _, err := o.Events(t.Context(), string(id)); err != nil { // who comes now does not wait
		t.Error(err)
	}
	close(end)
	if err := errors.Join(<-ended, <-saved); err != nil {
		t.Error(err)
	}
}

// Only a few closed cases are held in memory, and the others are there when
// somebody asks.
func TestFewClosedCasesAreHeld(t *testing.T) {
	o := newOffice(t)
	var all []CaseID
	for range shutCases + 3 {
		id := o.draft("hanna").ID
		all = append(all, id)
		o.do(string(id), "hanna", Requested{Change: Change{Verb: VerbCancel, Plan: 1}})
	}
	open := o.draft("hanna").ID
	for range 2 {
		for _, id := range all {
			if c, err := o.Case(id); err != nil || c.State != CaseClosed {
				t.Errorf("%s, %v", c.State, err)
			}
			if _, held := o.cache[open]; !held || len(o.cache) != shutCases+1 {
				t.Fatalf("%d cases are held; the open one: %v", len(o.cache), held)
			}
		}
	}
}

// A key file that could not be written is tried by itself, and what the try
// leaves is no key.
func TestKeyFileIsTriedAgain(t *testing.T) {
	o := newOffice(t)
	id := o.draft("hanna").ID
	file := o.keys.file
	broken, err := os.Open(o.opt.Keys) // for reading only
	if err != nil {
		t.Fatal(err)
	}
	o.keys.file = broken
	if _, err := o.Meet(o.t.Context(), Bot("test"), Card{ID: "id-new", Name: "New"}); !errors.Is(err, ErrNotSaved) || !strings.Contains(err.Error(), "write the key file: ") {
		t.Errorf("got %v", err)
	}
	if err := o.note(id); err != nil {
		t.Errorf("what needs no key: %v", err)
	}
	if err := o.Writable(); err == nil || !strings.Contains(err.Error(), "write the key file: ") {
		t.Errorf("got %v", err)
	}
	if err := o.TryWrite(); err == nil {
		t.Error("a try does not fail")
	}
	o.keys.file = file
	if err := errors.Join(o.TryWrite(), o.Writable(), broken.Close()); err != nil {
		t.Error(err)
	}
	if _, err := o.Meet(o.t.Context(), Bot("test"), Card{ID: "id-new", Name: "New"}); err != nil {
		t.Error(err)
	}
}

// A try that was killed in its middle is no problem for anybody.
func TestTryThatWasCutOff(t *testing.T) {
	o := newOffice(t)
	if err := o.put(bucketMeta, metaTrial, make([]byte, MaxEntry)); err != nil {
		t.Fatal(err)
	}
	if err := o.Check(); err != nil {
		t.Error(err)
	}
}
