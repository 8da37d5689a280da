package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"offboard/bot/web/webtest"
)

// asNobody names the folders that TestNobodyProgram may write.
const asNobody = "OFFBOARD_TEST_NOBODY"

// nobodyUID is a user without any rights, by convention.
const nobodyUID = 65534

// TestNobodyProgram is what TestProgram is, as nobody and with all else mounted
// read-only. It is started in a mount namespace of its own.
func TestNobodyProgram(t *testing.T) {
	folders := os.Getenv(asNobody)
	if folders == "" {
		t.Skip("it is what the test here runs")
	}
	if err := drop(strings.Split(folders, ":")); err != nil {
		t.Fatal(err)
	}
	TestProgram(t)
}

func drop(folders []string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	for _, f := range folders {
		if err := unix.Mount(f, f, "", unix.MS_BIND, ""); err != nil {
			return err
		}
	}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(mounts)) {
		at := strings.Fields(line)[1]
		if !strings.HasPrefix(at, "/proc") && !strings.HasPrefix(at, "/sys") && !strings.HasPrefix(at, "/dev/") && !strings.Contains(":"+strings.Join(folders, ":")+":", ":"+at+":") {
			_ = unix.Mount("", at, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, "") // looked at below
		}
	}
	if err := os.WriteFile("/offboard-test", nil, 0o600); !errors.Is(err, unix.EROFS) {
		return errors.Join(errors.New("the root can be written"), err)
	}
	return errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobodyUID), syscall.Setuid(nobodyUID))
}

// The server runs as nobody in particular, with a root that can't be written, and
// needs nothing but its two folders. If it may not write those it says which and
// what to do.
func TestServeAsNobody(t *testing.T) {
	webtest.Need(t, os.Geteuid() == 0, "root, who alone can become nobody,")
	t.Parallel()
	o := newOffice(t)
	o.configure(strings.Replace(officeConfig, "socket: DIR/o.sock", "socket: DIR/data/s", 1))
	own := func(uid int, names ...string) {
		t.Helper()
		for _, name := range names {
			if err := os.Chown(filepath.Join(o.dir, name), uid, uid); err != nil {
				t.Fatal(err)
			}
		}
	}
	own(nobodyUID, "data", "keys", "secret", "password", "offboard.yaml")
	if err := os.Chmod(o.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	serve := func() *exec.Cmd {
		cmd := o.program("serve")
		cmd.Args[1] = "-test.run=^TestNobodyProgram$"
		cmd.Env = append(cmd.Env, asNobody+"="+filepath.Join(o.dir, "data")+":"+filepath.Join(o.dir, "keys"))
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS}
		return cmd
	}
	s := &served{cmd: serve()}
	var said bytes.Buffer
	s.cmd.Stdout = &said
	if err := s.cmd.Err; err != nil {
		t.Fatal(err)
	}
	s.start(t)
	if !s.until("looked at all systems") {
		t.Fatalf("it did not start:\n%s%s", s.all.String(), &said)
	}
	o.run("health").want(t, 0)
	o.run("link", "U-1", "--platform", "web", "--person", "hanna").want(t, 0)
	o.run("backup", "--out", filepath.Join(o.dir, "backup.db")).want(t, 0)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.until("")
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, s.all.String())
	}
	// What root does with the files meanwhile, the server can use.
	its := func() {
		t.Helper()
		if info, err := os.Stat(o.config().Database); err != nil || info.Sys().(*syscall.Stat_t).Uid != nobodyUID {
			t.Errorf("what was put in place is not its own: %v", err)
		}
	}
	o.run("compact").want(t, 0)
	its()
	if err := os.Rename(o.config().Database, filepath.Join(o.dir, "moved.db")); err != nil {
		t.Fatal(err)
	}
	o.run("restore", "--from", filepath.Join(o.dir, "backup.db")).want(t, 0)
	its()
	for file, folder := range map[string]string{"o.keys": "keys", "o.db": "data"} {
		own(0, folder, filepath.Join(folder, file))
		out, err := serve().CombinedOutput()
		if err == nil || !strings.Contains(string(out), filepath.Join(folder, file)+": permission denied: let the user that offboard runs as write this file and its folder") {
			t.Errorf("%s: %v\n%s", folder, err, out)
		}
		own(nobodyUID, folder, filepath.Join(folder, file))
	}
}
