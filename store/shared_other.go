//go:build !linux

package store

import (
	"math"
	"os"
)

// shared relies on the caller elsewhere than on Linux.
func shared(*os.File) error { return nil }

// owned keeps the mode only elsewhere than on Linux.
func owned(f *os.File, like os.FileInfo) error { return f.Chmod(like.Mode().Perm()) }

// space is not known elsewhere than on Linux: a disk that gets full says so.
func space(string) (uint64, error) { return math.MaxUint64, nil }
