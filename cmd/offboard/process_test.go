package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"offboard/store"
)

// asProgram turns a run of the test binary into a run of offboard with a chat
// that needs no vendor: the process is real, and so is everything in it but
// that chat.
const asProgram = "OFFBOARD_TEST_PROGRAM"

func TestProgram(t *testing.T) {
	text := os.Getenv(asProgram)
	if text == "" {
		t.Skip("it is what the other tests here run")
	}
	var args []string
	if err := json.Unmarshal([]byte(text), &args); err != nil {
		t.Fatal(err)
	}
	cmd := root(outside{oneChat, store.MachineClock()})
	cmd.SetArgs(args)
	os.Exit(execute(cmd))
}

// program is a process of offboard.
func (o *office) program(args ...string) *exec.Cmd {
	o.t.Helper()
	b, err := json.Marshal(append(args, "--config", o.path))
	if err != nil {
		o.t.Fatal(err)
	}
	cmd := exec.CommandContext(o.t.Context(), os.Args[0], "-test.run=^TestProgram$")
	cmd.Env = append(os.Environ(), asProgram+"="+string(b))
	return cmd
}

// served is a process that serves.
type served struct {
	cmd     *exec.Cmd
	log     *bufio.Scanner
	http    string
	metrics string
	all     bytes.Buffer
}

// begin starts a server.
func (o *office) begin() *served {
	o.t.Helper()
	s := &served{cmd: o.program("serve")}
	s.start(o.t)
	return s
}

func (s *served) start(t testing.TB) {
	t.Helper()
	out, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.log = bufio.NewScanner(out)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

// serve starts a server and waits until it has looked at everything.
func (o *office) serve() *served {
	o.t.Helper()
	s := o.begin()
	if !s.until("looked at all systems") {
		o.t.Fatalf("it did not start:\n%s", s.all.String())
	}
	return s
}

// until reads the log up to a message.
func (s *served) until(message string) bool {
	for s.log.Scan() {
		s.all.Write(append(s.log.Bytes(), '\n'))
		var line struct{ Message, HTTP, Metrics string }
		if json.Unmarshal(s.log.Bytes(), &line) != nil {
			continue
		}
		if line.HTTP != "" {
			s.http, s.metrics = line.HTTP, line.Metrics
		}
		if line.Message == message {
			return true
		}
	}
	return false
}

// fetch returns what an address answers.
func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// attend is a service manager: it returns what it hears, one after the other.
func attend(t *testing.T) func() string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ob") // a socket needs a short path
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "n")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(l.Close(), os.RemoveAll(dir)) })
	t.Setenv("NOTIFY_SOCKET", path)
	t.Setenv("WATCHDOG_USEC", "3600000000") // an hour: it is told once
	return func() string {
		b := make([]byte, 100)
		n, err := l.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
}

// A server as an operator lives with it: asked while it runs, told to end,
// killed, started again, its backup tried and put in place.
func TestServeProcess(t *testing.T) {
	o := newOffice(t)
	o.fill()
	manager := attend(t)
	s := o.serve()
	for _, want := range []string{"READY=1", "WATCHDOG=1"} {
		if got := manager(); got != want {
			t.Errorf("the service manager heard %q, want %q", got, want)
		}
	}
	socket := o.config().Socket
	if info, err := os.Lstat(socket); err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Errorf("the socket: %v, %v", info, err)
	}
	res, err := http.Get("http://" + s.http + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("readyz: %d, %v", res.StatusCode, err)
	}
	if code, text := fetch(t, "http://"+s.metrics+"/metrics"); code != http.StatusOK || !strings.Contains(text, `offboard_cases_open{plan="leave",`) {
		t.Errorf("metrics: %d\n%s", code, text)
	}
	if code, _ := fetch(t, "http://"+s.http+"/metrics"); code != http.StatusNotFound {
		t.Errorf("whoever may ask how the server is reads its metrics: %d", code)
	}
	o.run("audit", "verify").want(t, 0, "✔ the log is whole")
	second, err := o.program("serve").CombinedOutput()
	if err == nil || !strings.Contains(string(second), "another Offboard has this database open") {
		t.Errorf("a second server: %v\n%s", err, second)
	}
	backup := filepath.Join(o.dir, "backup.db")
	o.run("backup", "--out", backup).want(t, 0)
	if _, text := fetch(t, "http://"+s.metrics+"/metrics"); !strings.Contains(text, "backup_timestamp_seconds") || strings.Contains(text, "backup_timestamp_seconds 0\n") {
		t.Error("the backup is not counted")
	}
	o.run("restore", "--from", backup, "--verify").want(t, 0, "✔ the log is whole")
	o.run("restore", "--from", o.config().Database, "--verify").want(t, codeBroken, "not a backup")
	o.run("link", "U-1", "--platform", "web", "--person", "marco").want(t, 0)

	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if !s.until("stopped") {
		t.Errorf("it did not say that it stopped:\n%s", s.all.String())
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, s.all.String())
	}
	if got := manager(); got != "STOPPING=1" {
		t.Errorf("the service manager heard %q at the end", got)
	}
	if _, err := os.Lstat(socket); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
	for _, name := range []string{"Marco", "marco", "Jane", "Hanna"} {
		if strings.Contains(s.all.String(), name) {
			t.Errorf("the server's log names %s:\n%s", name, s.all.String())
		}
	}

	// Killed, it leaves its socket, and the next one takes it over.
	s = o.serve()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait() // "signal: killed"
	if _, err := os.Lstat(socket); err != nil {
		t.Errorf("the socket of the killed one: %v", err)
	}
	o.run("audit", "verify").want(t, 0) // with the files, for nobody listens
	s = o.serve()
	o.run("audit", "show", "OFF-1").want(t, 0, "Hanna")
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	s.until("")
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("SIGINT: %v", err)
	}

	if err := os.Remove(o.config().Database); err != nil {
		t.Fatal(err)
	}
	o.run("restore", "--from", backup).want(t, 0, "is in place")
	o.run("audit", "verify").want(t, 0)
}

// The program as it is built has no chat yet and says so.
func TestBuiltProgram(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "offboard")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.CommandContext(t.Context(), path, "version").Output(); err != nil || !strings.Contains(string(out), "log format 1") {
		t.Errorf("%v\n%s", err, out)
	}
	o := newOffice(t)
	cmd := exec.CommandContext(t.Context(), path, "serve", "--config", o.path)
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != codeUsage || !strings.Contains(string(out), "no chat platform is configured") {
		t.Errorf("%v\n%s", err, out)
	}
}
