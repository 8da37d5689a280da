package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"offboard/bot"
	"offboard/config"
)

// asKilled names the folder of a bot that is there to be killed.
const asKilled = "OFFBOARD_TEST_KILLED"

// TestKilledProgram is offboard serve, in a process of its own, with a chat on
// paper. Everything else in it is real.
func TestKilledProgram(t *testing.T) {
	dir := os.Getenv(asKilled)
	if dir == "" {
		t.Skip("it is what TestKill runs")
	}
	cmd := root(outside{clock: movable(dir), chats: func(*config.Config) ([]bot.Platform, error) {
		p, err := openPaper(filepath.Join(dir, "paper"), os.Stdin, os.Stdout)
		return []bot.Platform{p}, err
	}})
	cmd.SetArgs([]string{"serve", "--config", filepath.Join(dir, "offboard.yaml")})
	os.Exit(execute(cmd))
}

// life is the bot from a start to its end.
type life struct {
	cmd    *exec.Cmd
	people *json.Encoder
	said   chan said // closed when the process has ended
	log    spool
}

// spool is what a process writes, for a test that reads while it does.
type spool struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *spool) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *spool) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// begin starts the bot.
func begin(t *testing.T, dir string) *life {
	t.Helper()
	l := &life{cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledProgram$"), said: make(chan said)}
	l.cmd.Env = append(os.Environ(), asKilled+"="+dir)
	l.cmd.Stderr = &l.log
	in, err := l.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	l.people = json.NewEncoder(in)
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(l.said)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var s said
			if json.Unmarshal(lines.Bytes(), &s) == nil { // the last one may be torn
				l.said <- s
			}
		}
	}()
	return l
}
