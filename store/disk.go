package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

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
	return s.update(func(t table) error { return t.del(bucketMeta, metaTrial) })
}

// put writes one line that is not evidence.
func (s *Store) put(bucket, key, value []byte) error {
	return s.update(func(t table) error { return t.put(bucket, key, value) })
}

func (s *Store) update(f func(table) error) error {
	err := s.db.Update(func(tx *bolt.Tx) error { return f(table{tx}) })
	s.wrote(err)
	return err
}

// wrote remembers how the last write of the database ended.
func (s *Store) wrote(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsaved = err
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
