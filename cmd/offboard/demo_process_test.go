package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// However the demo is ended, nothing is left: no bot, and no file.
func TestDemoLeavesNothingBehind(t *testing.T) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	port := fmt.Sprint(taken.Addr().(*net.TCPAddr).Port)
	for name, sig := range map[string]os.Signal{"Ctrl-C": os.Interrupt, "killed": os.Kill} {
		t.Run(name, func(t *testing.T) {
			tmp, err := os.MkdirTemp("", "") // that of the test has its long name, and sockets lie in it
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(tmp) })
			cmd := exec.CommandContext(t.Context(), os.Args[0], "demo", "--port", port)
			cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
			// A group of its own, to which a terminal would send its Ctrl-C.
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout = w
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			out := bufio.NewReader(r)
			said := ""
			for !strings.Contains(said, "In another terminal") {
				line, err := out.ReadString('\n')
				if said += line; err != nil {
					t.Fatalf("it ended: %v\n%s", err, said)
				}
			}
			for _, want := range []string{
				`^Starting Lumen Works, a fictional company: 40 people, 3 LDAP servers \.\.\. ready\.\n`, "Another program has port " + port + ", so this takes ",
				`Starting the bot \.\.\. ready\.\nOpen http://127\.0\.0\.1:\d+/\?token=\w+ - next: Hanna \(HR\)\n`, `ssh -L (\d+):127\.0\.0\.1:\d+ HOST`,
			} {
				if !regexp.MustCompile(want).MatchString(said) {
					t.Errorf("it does not say %q:\n%s", want, said)
				}
			}
			command(t.Context(), oneChat, "", "audit", "verify", "--config", regexp.MustCompile(`--config (\S+)`).FindStringSubmatch(said)[1]).want(t, 0, "the log is whole")
			if sig == os.Interrupt {
				err = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
			} else {
				err = cmd.Process.Kill()
			}
			if err != nil {
				t.Fatal(err)
			}
			err = cmd.Wait()
			if sig == os.Interrupt && err != nil {
				t.Errorf("Ctrl-C: %v", err)
			}
			// The output ends when the last process that has it has ended: the bot too.
			if err := r.SetReadDeadline(time.Now().Add(longestLife)); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(out)
			if err != nil {
				t.Errorf("the bot has not ended: %v", err)
			}
			if sig == os.Interrupt && !strings.Contains(string(rest), "has left nothing behind") {
				t.Errorf("the end reads %q", rest)
			}
			left, err := os.ReadDir(tmp)
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}
