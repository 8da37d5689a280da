package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
)

// Compact writes the database anew without what holds nothing, beside the file,
// and puts that in its place. Nobody may have it open to write; it is ErrLocked
// else. It needs as much space on the disk as the log has in it.
//
// The log is verified first, and the copy is compared with it, line by line and
// byte by byte, before it gets the name. A kill before that leaves the file as it
// was, and a file beside it that the next start sweeps away; after that, the new
// one. It returns the space before and after.
func Compact(opt Options, progress func(done, total int)) (before, after Space, err error) {
	opt.ReadOnly = true
	if err := ExamineFile(opt.Path); err != nil {
		return before, after, err
	}
	if before, err = SpaceOf(opt.Path); err != nil {
		return before, after, err
	}
	s, err := Open(opt) // whose lock keeps others from writing until the end
	if err != nil {
		return before, after, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := SweepCopies(opt.Path); err != nil {
		return before, after, err
	}
	if left, err := space(filepath.Dir(opt.Path)); err != nil {
		return before, after, err
	} else if need := uint64(before.Size-before.Free) + 1<<20; left < need {
		return before, after, fmt.Errorf("the copy needs about %d MiB on the disk of %s and there are %d: make space first; nothing was changed", need>>20, opt.Path, left>>20)
	}
	if err := notWhole(s.Inspect(progress)); err != nil {
		return before, after, err
	}
	return before, after, s.compact(&after)
}

func (s *Store) compact(after *Space) (err error) {
	info, err := os.Stat(s.opt.Path)
	if err != nil {
		return err
	}
	path, err := s.copySmall(info)
	if err != nil {
		return fmt.Errorf("write the copy: %w", remedy(err))
	}
	defer func() {
		if gone := os.Remove(path); !errors.Is(gone, fs.ErrNotExist) { // it has got the other name
			err = errors.Join(err, gone)
		}
	}()
	if err := s.fault("compacted"); err != nil {
		return err
	}
	if err := s.same(path); err != nil {
		return fmt.Errorf("the copy is not the log, so nothing was changed: %w", err)
	}
	if *after, err = SpaceOf(path); err != nil {
		return err
	}
	if err := s.fault("compared"); err != nil {
		return err
	}
	if err := os.Rename(path, s.opt.Path); err != nil {
		return err
	}
	if err := s.fault("replaced"); err != nil {
		return err
	}
	return syncDir(s.opt.Path)
}

// copySmall writes what is in use to a file of its own, and waits for the disk.
func (s *Store) copySmall(like fs.FileInfo) (path string, err error) {
	f, err := os.CreateTemp(filepath.Dir(s.opt.Path), filepath.Base(s.opt.Path)+CopyMark+"*")
	if err != nil {
		return "", err
	}
	path = f.Name()
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	if err := errors.Join(owned(f, like), f.Close()); err != nil {
		return "", err
	}
	to, err := bolt.Open(path, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, NoSync: true})
	if err != nil {
		return "", err
	}
	err = bolt.Compact(to, s.db, 8<<20) // in steps, so that it does not keep all of it in memory
	if err == nil {
		err = to.Sync()
	}
	return path, errors.Join(err, to.Close())
}

// same proves that a file has exactly our tables and lines, and that its pages
// fit together.
func (s *Store) same(path string) error {
	if err := ExamineFile(path); err != nil {
		return err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	err = s.view(func(ours *bolt.Tx) error {
		return db.View(func(theirs *bolt.Tx) error { return sameTables(ours, theirs) })
	})
	return errors.Join(err, db.Close())
}

func sameTables(a, b *bolt.Tx) error {
	x, y := a.Cursor(), b.Cursor()
	name, _ := x.First()
	other, _ := y.First()
	for ; name != nil && bytes.Equal(name, other); name, _ = x.Next() {
		if err := sameLines(a.Bucket(name), b.Bucket(name)); err != nil {
			return fmt.Errorf("the table %q: %w", name, err)
		}
		other, _ = y.Next()
	}
	if name != nil || other != nil {
		return fmt.Errorf("the tables %q and %q are not the same", name, other)
	}
	return nil
}

func sameLines(a, b *bolt.Bucket) error {
	x, y := a.Cursor(), b.Cursor()
	k, v := x.First()
	l, w := y.First()
	for ; k != nil && bytes.Equal(k, l) && bytes.Equal(v, w); k, v = x.Next() {
		l, w = y.Next()
	}
	if k != nil || l != nil {
		return fmt.Errorf("%q and %q differ", k, l)
	}
	if a.Sequence() != b.Sequence() {
		return errors.New("it counts otherwise")
	}
	return nil
}
