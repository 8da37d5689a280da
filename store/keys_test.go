package store

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"testing"

	bolt "go.etcd.io/bbolt"
)

var background = context.Background()

// furnished is a closed log with a case and a note in it.
func furnished(t *testing.T) (Options, CaseID) {
	t.Helper()
	opt := testOptions(t.TempDir())
	s := reopen(t, opt)
	o := &office{Store: s, t: t, opt: opt, leaver: "jane", people: map[string]PersonID{}, claims: map[string][]Claim{
		"hanna": {{Role: HR}}, "ivan": {{Role: IT}}, "sasha": {{Role: Security}},
	}}
	if err := errors.Join(o.story(), s.Close()); err != nil {
		t.Fatal(err)
	}
	return opt, "OFF-1"
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A key file that is lost, foreign, old or damaged is named when the log is
// opened, before anything is written; nothing is made in its place.
func TestKeyFile(t *testing.T) {
	for _, tt := range []struct {
		name   string
		damage func(t *testing.T, opt *Options)
		want   error
	}{
		{"lost", func(t *testing.T, opt *Options) {
			if err := os.Remove(opt.Keys); err != nil {
				t.Fatal(err)
			}
		}, ErrNoKeys},
		{"empty", func(t *testing.T, opt *Options) { write(t, opt.Keys, nil) }, ErrNoKeys},
		{"wrong secret", func(_ *testing.T, opt *Options) { opt.Secret = "another secret, long enough" }, ErrWrongSecret},
		{"short secret", func(_ *testing.T, opt *Options) { opt.Secret = testSecret[:minSecret-1] }, ErrShortSecret},
		// Every key file begins with a slot of the same name.
		{"of another log", func(t *testing.T, opt *Options) {
			other, _ := furnished(t)
			write(t, opt.Keys, read(t, other.Keys))
		}, ErrOtherKeys},
		{"of a newer program", func(t *testing.T, opt *Options) {
			b := read(t, opt.Keys)
			for at := 0; at < len(b); at += slotSize {
				b[at+holdsAt] = 2
				binary.BigEndian.PutUint32(b[at+slotSize-4:], crc32.ChecksumIEEE(b[at:at+slotSize-4]))
			}
			write(t, opt.Keys, b)
		}, ErrNewerKeys},
		// New keys would be written over slots that the log has given away.
		{"an old backup", func(t *testing.T, opt *Options) { write(t, opt.Keys, read(t, opt.Keys)[:4*slotSize]) }, ErrOldKeys},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt, _ := furnished(t)
			tt.damage(t, &opt)
			before := read(t, opt.Path)
			keys, _ := os.ReadFile(opt.Keys) // one is gone
			if s, err := Open(opt); !errors.Is(err, tt.want) {
				t.Fatalf("opened %v, %v", s, err)
			}
			if string(read(t, opt.Path)) != string(before) {
				t.Error("the log was written")
			}
			if after, _ := os.ReadFile(opt.Keys); string(after) != string(keys) {
				t.Error("the key file was written")
			}
			if _, err := os.Stat(opt.Keys); tt.name == "lost" && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a new key file was made: %v", err)
			}
		})
	}
}

// A slot that a kill cut off was used by no entry: the next key takes its place.
func TestTornSlot(t *testing.T) {
	for _, torn := range []int{1, slotSize / 2, slotSize - 1} {
		opt, id := furnished(t)
		write(t, opt.Keys, append(read(t, opt.Keys), make([]byte, torn)...))
		s := reopen(t, opt)
		p, err := s.Meet(t.Context(), Bot("test"), Card{ID: "new", Name: "New"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, opt)
		if _, card, err := s.Person(p); err != nil || card.Name != "New" {
			t.Errorf("torn by %d: %q, %v", torn, card.Name, err)
		}
		if _, err := s.Case(id); err != nil {
			t.Error(err)
		}
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Errorf("torn by %d: %v", torn, err)
		}
	}
}

// A key that can't be written saves nothing; the next one takes its slot.
func TestKeyFileThatCannotBeWritten(t *testing.T) {
	o := newOffice(t)
	good := o.keys.file
	readOnly, err := os.Open(o.opt.Keys)
	if err != nil {
		t.Fatal(err)
	}
	last, slots := o.Last(), o.keys.slots
	o.keys.file = readOnly
	if _, err := o.Meet(t.Context(), Bot("test"), Card{ID: "new"}); !errors.Is(err, ErrNotSaved) {
		t.Errorf("it was saved: %v", err)
	}
	if o.Last() != last {
		t.Error("an entry was written without its key")
	}
	o.keys.file = good
	if err := readOnly.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Meet(t.Context(), Bot("test"), Card{ID: "new"}); err != nil {
		t.Fatal(err)
	}
	if o.keys.slots != slots+1 {
		t.Errorf("%d slots after %d", o.keys.slots, slots)
	}
}

// A key file of a log that is gone is used on, but never with two secrets.
func TestOldKeyFileForANewLog(t *testing.T) {
	opt, _ := furnished(t)
	if err := os.Remove(opt.Path); err != nil {
		t.Fatal(err)
	}
	other := opt
	other.Secret = "another secret, long enough"
	if _, err := Open(other); !errors.Is(err, ErrWrongSecret) {
		t.Errorf("two secrets in one file: %v", err)
	}
	if err := os.Remove(opt.Path); err != nil {
		t.Fatal(err)
	}
	s := reopen(t, opt)
	if err := errors.Join(s.Check(), s.Close()); err != nil {
		t.Error(err)
	}
}

// A log of a newer program is refused, and not touched.
func TestNewerFormat(t *testing.T) {
	opt, _ := furnished(t)
	db, err := bolt.Open(opt.Path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketMeta).Put(metaVersion, binary.BigEndian.AppendUint64(nil, Version+1))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	log, keys := read(t, opt.Path), read(t, opt.Keys)
	_, err = Open(opt)
	if newer, ok := errors.AsType[*NewerError](err); !ok || newer.Found != Version+1 {
		t.Errorf("opened: %v", err)
	}
	if string(read(t, opt.Path)) != string(log) || string(read(t, opt.Keys)) != string(keys) {
		t.Error("a file was changed")
	}
	// An entry too, also with fields that nobody here knows.
	for _, entry := range []string{
		`{"v":2,"seq":1,"at":"2026-11-30T17:00:00Z","subject":"OFF-1","actor":{"via":"x"},"kind":"noted","body":{"text":""}}`,
		`{"v":2,"shard":7}`,
	} {
		if _, err := decode([]byte(entry)); !errors.As(err, new(*NewerError)) {
			t.Errorf("%s: %v", entry, err)
		}
	}
}
