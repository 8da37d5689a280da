package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// startOn starts the bot of an office where it cannot start, and returns what
// it says.
func (o *office) startOn(cmd *exec.Cmd) string {
	o.t.Helper()
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != codeBroken {
		o.t.Errorf("it ended with %v, not with code %d:\n%s", err, codeBroken, out)
	}
	return string(out)
}

// A server that cannot write its files does not start. It says which and what
// to do, and leaves them as they are.
func TestStartOnBrokenDisk(t *testing.T) {
	const space, access = "make space on this disk", "let the user that offboard runs as write this file and its folder"
	for _, tt := range []struct {
		name  string
		fails func(o *office) rule
		file  string
		says  string
	}{
		{"a read-only disk", func(o *office) rule { return readOnly(filepath.Join(o.dir, "data")) }, "data/o.db", "read-only file system: " + access},
		{"read-only keys", func(o *office) rule { return readOnly(filepath.Join(o.dir, "keys")) }, "keys/o.keys", "read-only file system: " + access},
		{"a full disk", func(o *office) rule { return full(o.config().Database) }, "data/o.db", "no space left on device: " + space},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			o.fill()
			before := o.files()
			d := newDisk(t)
			d.set(tt.fails(o))
			cmd := botIn(t, o.dir, "TestDiskProgram")
			d.below(cmd)
			said := o.startOn(cmd)
			if !strings.Contains(said, filepath.Join(o.dir, tt.file)) || !strings.Contains(said, tt.says) || strings.Count(said, "\n") != 1 {
				t.Errorf("it says:\n%s", said)
			}
			if !bytes.Equal(o.files(), before) {
				t.Error("the files are not what they were")
			}
			o.run("audit", "verify").want(t, 0)
		})
	}
}

// files are the database and the keys.
func (o *office) files() []byte {
	o.t.Helper()
	db, err := os.ReadFile(o.config().Database)
	keys, err2 := os.ReadFile(o.config().Keys.File)
	if err := errors.Join(err, err2); err != nil {
		o.t.Fatal(err)
	}
	return append(db, keys...)
}

// A first start for which there was half the space leaves no database that
// the next one would take for a damaged one. The limit is the kernel's.
func TestFirstStartOnFullDisk(t *testing.T) {
	o := newOffice(t)
	cmd := botIn(t, o.dir, "TestKilledProgram")
	cmd.Path, cmd.Args = "/bin/sh", append([]string{"sh", "-c", `ulimit -f 16 && exec "$0" "$@"`}, cmd.Args...) // 8 KiB: sh counts in 512 bytes
	if said := o.startOn(cmd); !strings.Contains(said, "open the database "+o.config().Database) {
		t.Errorf("it says:\n%s", said)
	}
	if _, err := os.Stat(o.config().Database); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is half a database: %v", err)
	}
	o.serving()
	o.run("audit", "verify").want(t, 0)
}
