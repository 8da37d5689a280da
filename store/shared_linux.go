package store

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// shared takes the lock that bbolt takes for reading, until the file is closed:
// pages that somebody writes meanwhile would look like damage.
func shared(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}
