//go:build !unix

package exec

import (
	"errors"
	"io/fs"
	osexec "os/exec"
)

// group refuses: without process groups a program that hangs would leave its
// children at work.
func group(*osexec.Cmd) error {
	return errors.New("programs can be run on Unix systems only")
}

func end(*osexec.Cmd) {}

// owned leaves it to group to refuse.
func owned(fs.FileInfo) bool { return true }
