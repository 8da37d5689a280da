package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// CheckProgram reports why words are not a program and its arguments. It looks at
// no file.
func CheckProgram(words []string) error {
	switch {
	case len(words) == 0:
		return errors.New("name the program and its arguments, as a list")
	case !filepath.IsAbs(words[0]):
		return fmt.Errorf("%q is not the absolute path of a program; there is no shell and no PATH that would find it", words[0])
	case strings.Contains(strings.Join(words, ""), "\x00"):
		return errors.New("a NUL can't be in it")
	}
	return nil
}

// TrustProgram reports whether somebody else on this machine could have changed
// what is about to run in the folder dir: the program, an argument that is a file
// (the script of an interpreter), the folder, and all the folders above them. It
// is asked before each run.
func TrustProgram(dir string, command []string) error {
	paths := append([]string{dir}, command[0])
	for _, arg := range command[1:] {
		if info, err := os.Stat(arg); err == nil && filepath.IsAbs(arg) && info.Mode().IsRegular() {
			paths = append(paths, arg)
		}
	}
	for i, path := range paths {
		if err := ours(path, i == 0); err != nil {
			return err
		}
	}
	return nil
}

// ours looks at one file, or folder, and at what leads there.
func ours(path string, folder bool) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("%s can't be used: %w", path, plainly(err))
	}
	info, err := os.Stat(real)
	switch {
	case err != nil:
		return fmt.Errorf("%s can't be used: %w", path, plainly(err))
	case folder && !info.IsDir():
		return fmt.Errorf("%s (dir) is not a folder", path)
	case !folder && !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file", path)
	}
	// The links on the way are as good as the folders that they are in.
	for _, p := range []string{filepath.Clean(path), real} {
		if err := leads(p); err != nil {
			return err
		}
	}
	return nil
}

// leads looks at path and all that is above it, from the top. What is below a
// folder that others can't enter they can't replace.
func leads(path string) error {
	way := []string{path}
	for p := path; p != filepath.Dir(p); {
		p = filepath.Dir(p)
		way = append(way, p)
	}
	private := false
	for _, p := range slices.Backward(way) {
		info, err := os.Lstat(p)
		if err != nil {
			return fmt.Errorf("%s can't be used: %w", p, plainly(err))
		}
		if info.IsDir() && private {
			continue
		}
		if err := safe(p, info); err != nil {
			return err
		}
		private = private || info.IsDir() && info.Mode().Perm()&0o011 == 0
	}
	return nil
}

// safe reports whether somebody else can change or replace what is at path. In
// a folder with the sticky bit, such as /tmp, nobody can touch what others own.
func safe(path string, info fs.FileInfo) error {
	mode := info.Mode()
	switch {
	case mode&fs.ModeSymlink != 0: // its own mode says nothing
	case mode.Perm()&0o022 != 0 && (!info.IsDir() || mode&fs.ModeSticky == 0):
		return fmt.Errorf("others on this machine may write %s (mode %04o), and so decide what the bot runs: chmod go-w %s", path, mode.Perm(), path)
	}
	if !owned(info) {
		return fmt.Errorf("%s belongs to another user of this machine, who so decides what the bot runs: chown it to root or to the bot's user", path)
	}
	return nil
}

// plainly leaves out of an error the call and the path, which are said already.
func plainly(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
