package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"offboard/store"
)

// TestPartProgram is what TestProgram is, on a disk of ours that also sees how
// plain files are written.
func TestPartProgram(t *testing.T) {
	if os.Getenv(onDisk) == "" {
		t.Skip("it is what the tests here run")
	}
	if err := handOver(unix.SYS_WRITE, unix.SYS_COPY_FILE_RANGE); err != nil {
		t.Fatal(err)
	}
	TestProgram(t)
}

// killedAt runs a command and kills it, as kill -9 does, when it is about to make
// its nth call that writes below a folder, and reports whether it got that far.
func (o *office) killedAt(n int, below string, args ...string) bool {
	o.t.Helper()
	t, ok := o.t.(*testing.T)
	if !ok {
		o.t.Fatal("only in a test")
	}
	b, err := json.Marshal(append(args, "--config", o.path))
	if err != nil {
		t.Fatal(err)
	}
	d := newDisk(t)
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestPartProgram$")
	cmd.Env = append(os.Environ(), asProgram+"="+string(b))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	started := make(chan bool)
	seen := 0
	d.set(func(_ *disk, c call) syscall.Errno {
		if !strings.HasPrefix(c.path, below) {
			return 0
		}
		if seen++; seen != n {
			return 0
		}
		<-started
		_ = cmd.Process.Kill() // it waits for the answer to its call, which never comes
		return unix.EIO
	})
	d.below(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
	switch exit, ok := errors.AsType[*exec.ExitError](cmd.Wait()); {
	case !ok:
		return false
	case exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL:
		t.Fatalf("it ended by itself: %v\n%s", exit, &said)
	}
	return true
}

// beside is what lies in a folder, but for the files that are to be there.
func beside(t *testing.T, dir string, known ...string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(known, e.Name()) {
			out = append(out, e.Name())
		}
	}
	return out
}

// A backup that is killed at any of its writes leaves no file of its name, or a
// whole one; what it leaves besides is none, and the next one takes it away. The
// log it was made of and the backup before it are as they were.
func TestKillInTheMiddleOfABackup(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.fill()
	dir := filepath.Join(o.dir, "backups")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	before, path := filepath.Join(dir, "before.db"), filepath.Join(dir, "now.db")
	o.serving()
	o.run("backup", "--out", before).want(t, 0)
	old, err := os.ReadFile(before)
	if err != nil {
		t.Fatal(err)
	}
	halves := 0
	for n := 1; o.killedAt(n, dir, "backup", "--out", path); n++ {
		left := beside(t, dir, "before.db", "now.db")
		if len(left) > 1 {
			t.Errorf("killed at %d: %q are left", n, left)
		}
		for _, name := range left {
			part := filepath.Join(dir, name)
			if info, err := os.Stat(part); err == nil && info.Size() > 0 && info.Size() < int64(len(old)) {
				halves++
				o.run("restore", "--from", part, "--verify").want(t, codeBroken, "cut off")
			}
		}
		if _, err := os.Stat(path); err == nil {
			o.run("restore", "--from", path, "--verify").want(t, 0, "✔ the log is whole")
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	if halves == 0 {
		t.Error("it was never killed in the middle of the copy")
	}
	if left := beside(t, dir, "before.db", "now.db"); len(left) > 0 {
		t.Errorf("%q are still there after one that was not killed", left)
	}
	o.run("restore", "--from", path, "--verify").want(t, 0, "✔ the log is whole")
	if now, err := os.ReadFile(before); err != nil || !bytes.Equal(now, old) {
		t.Errorf("the backup before it is another one: %v", err)
	}
	o.run("audit", "verify").want(t, 0, "✔ the log is whole")
}

// The server is killed while it copies its log for a backup: the command says so
// and leaves no file, and the next server takes the copy away.
func TestKillTheServerInTheMiddleOfABackup(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.fill()
	data, out := filepath.Join(o.dir, "data"), filepath.Join(o.dir, "backup.db")
	asked := make(chan ran, 1)
	d := newDisk(t)
	b, err := json.Marshal([]string{"serve", "--config", o.path})
	if err != nil {
		t.Fatal(err)
	}
	s := &served{cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPartProgram$")}
	s.cmd.Env = append(os.Environ(), asProgram+"="+string(b))
	writes := 0
	d.set(func(_ *disk, c call) syscall.Errno {
		if strings.Contains(c.path, store.CopyMark) {
			if writes++; writes == 4 { // it was made, and has its first pages
				_ = s.cmd.Process.Kill()
			}
		}
		return 0
	})
	d.below(s.cmd)
	s.start(t)
	if !s.until("looked at all systems") {
		t.Fatalf("it did not start:\n%s", s.all.String())
	}
	go func() { asked <- o.run("backup", "--out", out) }()
	(<-asked).want(t, codeBroken)
	_ = s.cmd.Wait() // "signal: killed"
	if left := beside(t, o.dir, "data", "keys", "offboard.yaml", "secret", "password", "o.sock"); len(left) > 0 {
		t.Errorf("%q are left of the backup", left)
	}
	if left := beside(t, data, "o.db"); len(left) != 1 || !strings.Contains(left[0], store.CopyMark) {
		t.Errorf("%q are left by the server", left)
	}
	o.serving()
	if left := beside(t, data, "o.db"); len(left) > 0 {
		t.Errorf("%q are still there", left)
	}
	o.run("audit", "verify").want(t, 0, "✔ the log is whole")
	o.run("backup", "--out", out).want(t, 0)
	o.run("restore", "--from", out, "--verify").want(t, 0, "✔ the log is whole")
}

// A restore that is killed at any of its writes leaves no database, or a whole
// one, and can be done again; the backup stays as it is.
func TestKillInTheMiddleOfARestore(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.fill()
	backup, db := filepath.Join(o.dir, "backup.db"), o.config().Database
	o.run("backup", "--out", backup).want(t, 0)
	good, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	missing := 0
	remove := func() {
		if err := os.Remove(db); err != nil {
			t.Fatal(err)
		}
	}
	remove()
	for n := 1; o.killedAt(n, filepath.Dir(db), "restore", "--from", backup); n++ {
		if _, err := os.Stat(db); err != nil {
			missing++
			continue
		}
		o.run("audit", "verify").want(t, 0, "✔ the log is whole")
		remove()
	}
	if missing < 3 {
		t.Errorf("it was killed only %d times before the database was there", missing)
	}
	if left := beside(t, filepath.Dir(db), "o.db"); len(left) > 0 {
		t.Errorf("%q are still there", left)
	}
	if now, err := os.ReadFile(backup); err != nil || !bytes.Equal(now, good) {
		t.Errorf("the backup is another one: %v", err)
	}
	o.serving()
	o.run("audit", "verify").want(t, 0, "✔ the log is whole")
}
