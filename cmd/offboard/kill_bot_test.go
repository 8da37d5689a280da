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

	"github.com/rs/zerolog"

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
	cmd := root(outside{clock: movable(dir), chats: func(*config.Config, zerolog.Logger) ([]bot.Platform, error) {
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
	log    journal
}

// journal is the log of a process, which may be read while it is written.
type journal struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all.String()
}

// botIn is the bot of a folder, as a run of one of the tests here.
func botIn(t *testing.T, dir, test string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+test+"$")
	cmd.Env = append(os.Environ(), asKilled+"="+dir)
	return cmd
}

// begin starts the bot.
func begin(t *testing.T, bot *exec.Cmd) *life {
	t.Helper()
	l := &life{cmd: bot, said: make(chan said)}
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
