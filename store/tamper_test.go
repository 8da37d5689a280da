package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// tampered is what Inspect says about a log after damage, which is taken back.
func tampered(t *testing.T, s *Store, damage func(tx table) error) []Damage {
	t.Helper()
	c := newChecker(s, func(int, int) {})
	err := s.db.Update(func(tx *bolt.Tx) error {
		if err := damage(table{tx}); err != nil {
			t.Fatal(err)
		}
		if err := c.passes(tx); err != nil {
			t.Fatal(err)
		}
		return errSkip // so nothing of it is saved
	})
	if !errors.Is(err, errSkip) {
		t.Fatal(err)
	}
	return c.damages.all()
}

// renumbered is an entry with another number in it.
func renumbered(entry []byte, from, to uint64) []byte {
	return bytes.Replace(entry, fmt.Appendf(nil, `"seq":%d,`, from), fmt.Appendf(nil, `"seq":%d,`, to), 1)
}

// cut takes the end of a table away, from a key on. It writes the rest anew:
// within a transaction, bbolt's Last does not return from a table with empty pages.
func cut(tx table, bucket []byte, from uint64) error {
	keep := map[string][]byte{}
	tx.scan(bucket, nil, func(k, v []byte) bool {
		if bytes.Compare(k, be(from)) < 0 {
			keep[string(k)] = slices.Clone(v)
		}
		return true
	})
	err := tx.tx.DeleteBucket(bucket)
	if err == nil {
		_, err = tx.tx.CreateBucket(bucket)
	}
	for k, v := range keep {
		err = errors.Join(err, tx.put(bucket, []byte(k), v))
	}
	return err
}

// Whatever is done to an entry, at every entry of a log, is named for what it is.
func TestEachEntryTampered(t *testing.T) {
	o := newOffice(t)
	o.asked()
	last := o.Last()
	get := func(tx table, n uint64) []byte { return slices.Clone(tx.get(bucketEntries, be(n))) }
	for _, tt := range []struct {
		name   string
		upTo   uint64 // the last entry that it can be done to
		damage func(tx table, n uint64) error
		want   func(n uint64) Damage // Text: only what it must contain
	}{
		{"a byte changed", last, func(tx table, n uint64) error {
			e := get(tx, n)
			e[len(e)-3] ^= 1
			return tx.put(bucketEntries, be(n), e)
		}, func(n uint64) Damage { return Damage{Rewritten, n, n, "was rewritten"} }},
		{"rewritten with its hash", last - 1, func(tx table, n uint64) error { // the last leaf of an odd number has no hash above it: see the next test
			e := bytes.Replace(get(tx, n), []byte(`"via":"`), []byte(`"via":"x`), 1)
			h := tlog.RecordHash(e)
			return errors.Join(tx.put(bucketEntries, be(n), e), tx.put(bucketHashes, be(uint64(tlog.StoredHashIndex(0, int64(n-1)))), h[:]))
		}, func(n uint64) Damage {
			return Damage{BrokenTree, 0, 0, "does not follow"}
		}},
		{"taken out", last - 1, func(tx table, n uint64) error { return tx.del(bucketEntries, be(n)) }, func(n uint64) Damage {
			return Damage{TakenOut, n, n, "was taken out"}
		}},
		{"taken out, those after it moved up", last - 1, func(tx table, n uint64) error {
			for ; n < last; n++ {
				if err := tx.put(bucketEntries, be(n), get(tx, n+1)); err != nil {
					return err
				}
			}
			return tx.del(bucketEntries, be(last))
		}, func(n uint64) Damage { return Damage{TakenOut, n, n, "was taken out"} }},
		{"taken out, those after it moved up with new numbers", last - 1, func(tx table, n uint64) error {
			for ; n < last; n++ {
				if err := tx.put(bucketEntries, be(n), renumbered(get(tx, n+1), n+1, n)); err != nil {
					return err
				}
			}
			return tx.del(bucketEntries, be(last))
		}, func(n uint64) Damage { return Damage{TakenOut, n, n, "was taken out"} }},
		{"changed places with the next", last - 1, func(tx table, n uint64) error {
			a, b := get(tx, n), get(tx, n+1)
			return errors.Join(tx.put(bucketEntries, be(n), b), tx.put(bucketEntries, be(n+1), a))
		}, func(n uint64) Damage {
			return Damage{Reordered, 0, 0, fmt.Sprintf("entries %d and %d have changed places", n, n+1)}
		}},
		{"moved to the front", last, func(tx table, n uint64) error {
			if n < 3 {
				return tx.put(bucketEntries, be(1), nil) // that would be a change of places
			}
			moved := get(tx, n)
			for i := n; i > 1; i-- {
				if err := tx.put(bucketEntries, be(i), get(tx, i-1)); err != nil {
					return err
				}
			}
			return tx.put(bucketEntries, be(1), moved)
		}, func(n uint64) Damage {
			if n < 3 {
				return Damage{Rewritten, 1, 1, ""}
			}
			return Damage{Reordered, n, n, "was moved"}
		}},
		{"another put in before it", last, func(tx table, n uint64) error {
			for i := last; i >= n; i-- {
				if err := tx.put(bucketEntries, be(i+1), renumbered(get(tx, i), i, i+1)); err != nil {
					return err
				}
			}
			return tx.put(bucketEntries, be(n), bytes.Replace(get(tx, n), []byte(`"via":"`), []byte(`"via":"x`), 1))
		}, func(n uint64) Damage { return Damage{PutIn, n, n, "put into the log"} }},
		{"the end cut off", last, func(tx table, n uint64) error {
			return cut(tx, bucketEntries, n)
		}, func(n uint64) Damage { return Damage{CutOffEnd, n, last, "was cut off"} }},
		{"the end cut off, with the tree", last, func(tx table, n uint64) error {
			return errors.Join(cut(tx, bucketEntries, n), cut(tx, bucketHashes, uint64(tlog.StoredHashCount(int64(n-1)))))
		}, func(n uint64) Damage { return Damage{CutOffEnd, n, last, "was cut off"} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for n := uint64(1); n <= tt.upTo; n++ {
				got := tampered(t, o.Store, func(tx table) error { return tt.damage(tx, n) })
				want := tt.want(n)
				if !slices.ContainsFunc(got, func(d Damage) bool {
					return d.Kind == want.Kind && d.From == want.From && d.To == want.To && strings.Contains(d.Text, want.Text)
				}) {
					t.Errorf("entry %d of %d: got %v, want %+v", n, last, got, want)
				}
				for _, d := range got[:min(1, len(got))] {
					if d.Kind != want.Kind {
						t.Errorf("entry %d of %d: first of all it says %v", n, last, got)
					}
				}
			}
		})
	}
}

// dump is all that can be read of a database.
func dump(t *testing.T, path string) [32]byte {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			if b == nil { // a line that was a table
				_, _ = fmt.Fprintf(h, "%q\n", name)
				return nil
			}
			return b.ForEach(func(k, v []byte) error {
				_, _ = fmt.Fprintf(h, "%d %d %d\n", len(name), len(k), len(v))
				for _, part := range [][]byte{name, k, v} { // quoted it would take a second for all flips
					_, _ = h.Write(part)
				}
				return nil
			})
		})
	})
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return [32]byte(h.Sum(nil))
}

// A byte flipped in any page is named, unless no read of the database returns
// anything else for it.
func TestEachPageFlipped(t *testing.T) {
	opt := evidence(t)
	good := dump(t, opt.Path)
	log := read(t, opt.Path)
	page := os.Getpagesize()
	path := filepath.Join(t.TempDir(), "flipped.db")
	write(t, path, log)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	opt.Path, opt.ReadOnly = path, true
	named, unread := 0, 0
	flip := func(at int) {
		if _, err := f.WriteAt([]byte{log[at] ^ 1<<(at%8)}, int64(at)); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if _, err := f.WriteAt(log[at:at+1], int64(at)); err != nil {
				t.Fatal(err)
			}
		}()
		if ExamineFile(path) != nil {
			named++
			return
		}
		if dump(t, path) == good {
			unread++
			return
		}
		s, err := Open(opt)
		if err != nil {
			named++
			return
		}
		found := s.Inspect(func(int, int) {})
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if len(found) == 0 {
			t.Errorf("byte %d of page %d is another one, and nobody says so", at%page, at/page)
		}
		named++
	}
	for at := 0; at < len(log); at += page {
		for i := at / page % 2; i < 40; i += 2 {
			flip(at + i) // what the page is, and its first line
		}
		for i := range 6 {
			flip(at + 40 + (i*(page-40)/6+at/page*97)%(page-40))
		}
	}
	if t.Logf("%d flips are named, %d change nothing", named, unread); named == 0 || unread == 0 {
		t.Error("the test sees one kind only")
	}
}

// A log that somebody writes is not examined: it would look damaged.
func TestExamineWhileWritten(t *testing.T) {
	o := newOffice(t)
	if err := ExamineFile(o.opt.Path); !errors.Is(err, ErrLocked) {
		t.Errorf("got %v", err)
	}
}

// A file whose end is missing is not opened: the program would end where it
// reads behind it.
func TestTruncatedFile(t *testing.T) {
	opt := evidence(t)
	log := read(t, opt.Path)
	for _, size := range []int{len(log) / 2, 3 * os.Getpagesize(), 100} {
		write(t, opt.Path, log[:size])
		_, err := Open(opt)
		if size > 2*os.Getpagesize() && !errors.Is(err, ErrTruncated) || err == nil {
			t.Errorf("%d bytes of %d: %v", size, len(log), err)
		}
		if err := ExamineFile(opt.Path); err == nil {
			t.Errorf("%d bytes of %d are examined as good", size, len(log))
		}
	}
}
