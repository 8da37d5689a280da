package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"

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

// owned gives a file the mode and the owner of another one, so that who could
// use that can use this.
func owned(f *os.File, like os.FileInfo) error {
	if err := f.Chmod(like.Mode().Perm()); err != nil {
		return err
	}
	is, ok := like.Sys().(*syscall.Stat_t)
	if !ok || int(is.Uid) == os.Geteuid() && int(is.Gid) == os.Getegid() {
		return nil
	}
	if err := f.Chown(int(is.Uid), int(is.Gid)); err != nil {
		return fmt.Errorf("give it to the user who owns the database: %w; run this as that user", err)
	}
	return nil
}

// space is how many bytes there are for us on the disk of a file.
func space(path string) (uint64, error) {
	var disk unix.Statfs_t
	if err := unix.Statfs(path, &disk); err != nil {
		return 0, err
	}
	return disk.Bavail * uint64(disk.Bsize), nil
}
