package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// claim marks a file as one that somebody is writing, for as long as it is open.
// It is another lock than bbolt's, which reads the file meanwhile.
func claim(f *os.File) error {
	return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart})
}

// inherit gives a file that root has made to the owner of its folder: the server
// runs as that user, and has to write it.
func inherit(f *os.File) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(filepath.Dir(f.Name()))
	if err != nil {
		return err
	}
	is, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return f.Chown(int(is.Uid), int(is.Gid))
}

// sweepParts removes what was being written in a folder by a program that was
// killed. What somebody is writing stays.
func sweepParts(dir string) error {
	parts, err := os.ReadDir(dir)
	for _, part := range parts {
		if !strings.HasPrefix(part.Name(), ".") || !strings.Contains(part.Name(), partMark) {
			continue
		}
		path := filepath.Join(dir, part.Name())
		f, failed := os.OpenFile(path, os.O_RDWR, 0)
		if failed != nil {
			continue // another user's, or gone by now
		}
		if claim(f) == nil {
			err = errors.Join(err, os.Remove(path))
		}
		err = errors.Join(err, f.Close())
	}
	return err
}
