package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Writable is nil if the last write of the log was saved, and else says why
// not: a full disk, one that became read-only. It asks nothing of the disk.
func (s *Store) Writable() error {
	if err := s.keys.failed(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unsaved
}

// TryWrite finds out, after a write that failed, whether there is space again:
// it writes as many bytes as the longest entry has, and takes them away. While
// all is well it does nothing.
func (s *Store) TryWrite() error {
	if s.keys.failed() != nil {
		if err := s.keys.try(); err != nil {
			return err
		}
	}
	if s.Writable() == nil {
		return nil
	}
	if err := s.put(bucketMeta, metaTrial, make([]byte, MaxEntry)); err != nil {
		return err
	}
	return s.update(func(tx *bolt.Tx) error { return table{tx}.del(bucketMeta, metaTrial) })
}

// put writes one line that is not evidence.
func (s *Store) put(bucket, key, value []byte) error {
	return s.update(func(tx *bolt.Tx) error { return table{tx}.put(bucket, key, value) })
}

// view reads the database.
func (s *Store) view(f func(*bolt.Tx) error) error {
	r := s.readers.Load()
	r.RLock()
	defer r.RUnlock()
	return s.db.View(f)
}

// update writes the database: all of f, or nothing.
//
// bbolt writes the page that makes a commit valid, and then waits for the disk.
// If that wait fails the commit is to be seen, the disk may not have it, and
// bbolt gives its pages and those it has freed to the next one. So that may
// begin only when the page is on the disk and those have ended who still read
// what was before: else a loss of power would leave pages of two commits, and
// a reader would see them now.
func (s *Store) update(f func(*bolt.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	at, failed := 0, false
	err := s.settle()
	begun := time.Now() // to measure by, whatever the clock of the log says
	if err == nil {
		err = s.db.Update(func(tx *bolt.Tx) error {
			at = tx.ID()
			err := f(tx)
			failed = err != nil
			return err
		})
	}
	if failed {
		return err // which is nothing of the disk's
	}
	if s.opt.Wrote != nil {
		s.opt.Wrote(time.Since(begun), err)
	}
	if err != nil && !s.unsure && s.seen(at) {
		s.doubt()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsaved = err
	return err
}

// seen reports whether a commit is there for readers.
func (s *Store) seen(at int) bool {
	last := 0
	err := s.db.View(func(tx *bolt.Tx) error {
		last = tx.ID()
		return nil
	})
	return err != nil || last >= at
}

// doubt has the next commit wait until the last one is settled. s.writing is
// held.
func (s *Store) doubt() {
	s.unsure = true
	s.elders = s.readers.Swap(new(sync.RWMutex))
}

// settle writes bbolt's two first pages again as they are: what the kernel
// could not bring to the disk it may have given up. s.writing is held.
func (s *Store) settle() error {
	if !s.unsure {
		return nil
	}
	s.elders.Lock() // they have ended
	defer s.elders.Unlock()
	f, err := os.OpenFile(s.opt.Path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	pages := make([]byte, 2*s.db.Info().PageSize)
	_, err = f.ReadAt(pages, 0)
	if err == nil {
		_, err = f.WriteAt(pages, 0)
	}
	if err == nil {
		err = f.Sync()
	}
	s.unsure = err != nil
	return errors.Join(err, f.Close())
}

// remedy adds what to do about a file that can't be written.
func remedy(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: let the user that offboard runs as write this file and its folder, and look whether the disk is mounted read-only", err)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w: make space on this disk; nothing in the log is lost", err)
	}
	return err
}
