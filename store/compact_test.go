package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

func silent(int, int) {}

func compactLog(opt Options) error {
	_, _, err := Compact(opt, silent)
	return err
}

// roomy is a closed log with some MiB that hold nothing.
func roomy(t *testing.T) Options {
	t.Helper()
	opt, _ := furnished(t)
	s := reopen(t, opt)
	for range 2 {
		if err := s.put(bucketMeta, metaTrial, make([]byte, 2<<20)); err != nil {
			t.Fatal(err)
		}
	}
	err := s.update(func(tx *bolt.Tx) error { return table{tx}.del(bucketMeta, metaTrial) })
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return opt
}

// A compacted log is the same log in a smaller file. A kill at any boundary
// leaves one of the two in place, whole, and nobody who has it open loses it.
func TestCompact(t *testing.T) {
	opt := roomy(t)
	s := reopen(t, opt)
	want := leaves(t, s.db)
	checkpoint, err := s.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	untouched(t, opt, func() error {
		if err := compactLog(opt); !errors.Is(err, ErrLocked) {
			return errors.Join(errors.New("it compacts what is open"), err)
		}
		return s.Close()
	})
	if err := os.Chmod(opt.Path, 0o640); err != nil {
		t.Fatal(err)
	}
	left := func() int {
		files, _ := filepath.Glob(opt.Path + CopyMark + "*")
		return len(files)
	}
	for _, at := range []string{"compacted", "compared"} {
		untouched(t, opt, func() error { return killChild(t, "compact "+at, opt) })
		if left() != 1 { // the one before was taken away
			t.Errorf("%d files are beside it", left())
		}
	}
	large := read(t, opt.Path)
	if err := killChild(t, "compact replaced", opt); err != nil {
		t.Fatal(err)
	}
	if left() != 0 || len(read(t, opt.Path)) > len(large)/2 {
		t.Errorf("%d files are left, and it has %d bytes of %d", left(), len(read(t, opt.Path)), len(large))
	}
	s = reopen(t, opt)
	_, err = s.Extends(checkpoint)
	if err := errors.Join(err, s.Check()); err != nil || !slices.EqualFunc(want, leaves(t, s.db), bytes.Equal) {
		t.Errorf("it is another log: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	write(t, opt.Path, large)
	before, after, err := Compact(opt, silent)
	now, err2 := SpaceOf(opt.Path)
	info, err3 := os.Stat(opt.Path)
	if err := errors.Join(err, err2, err3); err != nil || before.Size != int64(len(large)) || before.Free < 2<<20 || after.Size > before.Size/2 || now != after || info.Mode().Perm() != 0o640 {
		t.Errorf("from %+v to %+v, in place %+v, %v, %v", before, after, now, info.Mode(), err)
	}
	if (Space{Size: 1 << 30, Free: 1 << 20}).Worth() || (Space{Size: 1 << 20, Free: 1 << 19}).Worth() || !(Space{Size: 1 << 30, Free: 1 << 29}).Worth() {
		t.Error("what is worth it is not")
	}
}

// What is not whole, newer, or without its keys is left as it is.
func TestCompactLeavesWhatItCannotProve(t *testing.T) {
	opt := roomy(t)
	refused := func(opt Options, text string) {
		t.Helper()
		untouched(t, opt, func() error {
			if err := compactLog(opt); err == nil || !strings.Contains(err.Error(), text) {
				return errors.Join(errors.New("it compacts, or says something else"), err)
			}
			return nil
		})
	}
	change := func(f func(table) error) {
		t.Helper()
		db, err := bolt.Open(opt.Path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(db.Update(func(tx *bolt.Tx) error { return f(table{tx}) }), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	other := opt
	other.Secret = "another secret, long enough"
	refused(other, "does not open with this secret")
	change(func(t table) error { return t.put(bucketOpen, be(77), nil) })
	refused(opt, "the log is not whole")
	change(func(t table) error {
		return errors.Join(t.del(bucketOpen, be(77)), t.put(bucketMeta, metaVersion, be(Version+1)))
	})
	refused(opt, "use the newer program")
	if err := os.Truncate(opt.Path, int64(len(read(t, opt.Path))/2)); err != nil {
		t.Fatal(err)
	}
	refused(opt, "cut off")
}

// A copy that differs by a line is none.
func TestCopyIsCompared(t *testing.T) {
	opt := roomy(t)
	good := read(t, opt.Path)
	s := reopen(t, opt)
	for name, change := range map[string]func(table) error{
		"":            func(table) error { return nil },
		"a value":     func(t table) error { return t.put(bucketMeta, metaSlots, be(1)) },
		"a line less": func(t table) error { return t.del(bucketEntries, be(1)) },
		"a line more": func(t table) error { return t.put(bucketPosts, []byte("z"), nil) },
		"a table less": func(t table) error {
			return t.tx.DeleteBucket(bucketWatch)
		},
		"a table more": func(t table) error {
			_, err := t.tx.CreateBucket([]byte("zzz"))
			return err
		},
	} {
		path := filepath.Join(t.TempDir(), "copy")
		write(t, path, good)
		db, err := bolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(db.Update(func(tx *bolt.Tx) error { return change(table{tx}) }), db.Close()); err != nil {
			t.Fatal(err)
		}
		if err := s.same(path); (err == nil) != (name == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// Who waits for the lock while the file is replaced does not get the old one,
// which has no name any more.
func TestOpenWhileCompacted(t *testing.T) {
	opt := roomy(t)
	synctest.Test(t, func(t *testing.T) {
		holder, err := openFile(opt.Path, false)
		if err != nil {
			t.Fatal(err)
		}
		waits := make(chan error, 1)
		go func() {
			_, err := openFile(opt.Path, false)
			waits <- err
		}()
		synctest.Wait()
		write(t, opt.Path+".new", read(t, opt.Path))
		if err := errors.Join(os.Rename(opt.Path+".new", opt.Path), holder.Close()); err != nil {
			t.Fatal(err)
		}
		if err := <-waits; !errors.Is(err, berrors.ErrTimeout) {
			t.Errorf("it has opened the file from before: %v", err)
		}
	})
}

// Whatever a file holds, what is looked at before bbolt maps it ends, and does
// not fault; and a file that is proven has as many pages as it says.
func FuzzPages(f *testing.F) {
	dir := f.TempDir()
	db, err := bolt.Open(filepath.Join(dir, "log.db"), 0o600, &bolt.Options{PageSize: 1024})
	if err != nil {
		f.Fatal(err)
	}
	if err := errors.Join(db.Update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucket([]byte("b"))
		for i := range 100 {
			err = errors.Join(err, b.Put(be(uint64(i)), make([]byte, 40)))
		}
		return err
	}), db.Close()); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(filepath.Join(dir, "log.db"))
	if err != nil {
		f.Fatal(err)
	}
	good = good[:12<<10]
	f.Add(good, uint16(0), byte(0))
	f.Add(good, uint16(5000), byte(1))
	f.Add(good[:3000], uint16(5), byte(1))
	f.Fuzz(func(t *testing.T, file []byte, at uint16, flip byte) {
		file = slices.Clone(file)
		if len(file) > 0 {
			file[int(at)%len(file)] ^= flip
		}
		for _, page := range []int{0, 1024} { // a checksum that fits lets it see what lies behind
			if len(file) >= page+pageHeader+metaSum+8 {
				sum := fnv.New64a()
				_, _ = sum.Write(file[page+pageHeader:][:metaSum])
				binary.NativeEndian.PutUint64(file[page+pageHeader+metaSum:], sum.Sum64())
			}
		}
		r := bytes.NewReader(file)
		if s, err := spaceIn(r, int64(len(file))); err == nil && (s.Free < 0 || s.Free > s.Size) {
			t.Errorf("%+v", s)
		}
		m, err := readMeta(r, int64(len(file)))
		if err != nil {
			return
		}
		if m.pages*uint64(m.pageSize) > uint64(len(file)) {
			t.Fatalf("%d pages of %d in %d bytes", m.pages, m.pageSize, len(file))
		}
		x := &examiner{f: io.NewSectionReader(r, 0, int64(len(file))), m: m, seen: make([]byte, m.pages/8+1)}
		_ = x.bucket(m.root, 0) // it may say anything, and must come back
	})
}
