package exec_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/exec"
	"offboard/config"
)

const okay = `{"version":1,"class":"ok","evidence":"done"}`

// What a program does wrong is never taken for a success.
func TestRun(t *testing.T) {
	const again, final, later = actions.ClassAgain, actions.ClassFinal, actions.ClassLater
	for _, tt := range []struct {
		name string
		args []string
		want actions.Class // "" for a success
		says []string
	}{
		{"a good answer", []string{"answer", okay}, "", nil},
		{"nothing at all", []string{"exit", "0"}, final, []string{"the program of tools, asked to do groups: it wrote no answer", "it wrote: the token is <redacted>"}},
		{"half an answer", []string{"answer", okay[:20]}, final, []string{"not one JSON object"}},
		{"two answers", []string{"answer", okay, "answer", okay}, final, []string{"not one JSON object"}},
		{"good words, bad end", []string{"answer", okay, "exit", "3"}, final, []string{"exit code 3"}},
		{"bad end", []string{"log", "no such host\n", "exit", "1"}, final, []string{"exit code 1", "no such host"}},
		{"a temporary failure", []string{"exit", "75"}, again, []string{"exit code 75"}},
		{"a temporary failure, whatever it says", []string{"answer", okay, "exit", "75"}, again, nil},
		{"says what failed, and so does its end", []string{"answer", `{"version":1,"class":"later","after":"10m","error":"the lift moves"}`, "exit", "1"}, later, []string{"the lift moves"}},
		{"killed", []string{"answer", okay, "die", ""}, again, []string{"ended from outside", "killed"}},
		{"a child goes on", []string{"answer", okay, "leave", "closed"}, "", nil},
		{"a child holds the output", []string{"answer", okay, "leave", "open"}, final, []string{"left a process behind"}},
		{"too much", []string{"much", strings.Repeat("x", 80)}, final, []string{"more than 1048576 bytes"}},
		{"a secret in the evidence", []string{"answer", `{"version":1,"class":"ok","evidence":"did it with ` + secret + `"}`}, "", []string{"did it with <redacted>"}},
		{"a secret as a field", []string{"answer", `{"version":1,"class":"ok","` + secret + `":"x"}`}, final, []string{"<redacted>"}},
		{"long talk with a secret at the cut", []string{"log", strings.Repeat("x", 4090) + secret + strings.Repeat("y", 4090) + "\nthe end", "exit", "1"}, final, []string{"the end"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg, dir := start(t, tt.args...)
			e, err := do(t.Context(), cfg)
			if tt.want == "" {
				if err != nil || e.Text == "" || strings.Contains(e.Text, secret) || len(tt.says) > 0 && e.Text != tt.says[0] {
					t.Errorf("%v, %q", err, e.Text)
				}
			} else {
				wantClass(t, err, tt.want, tt.says...)
			}
			if tt.args[len(tt.args)-2] == "leave" {
				ended(t, dir)
			}
		})
	}
}

// A run ends with its children when its time is over, and when the call is.
func TestEnds(t *testing.T) {
	for name, limit := range map[string]time.Duration{"its time": time.Second, "the call": time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, dir := start(t)
			cfg.Timeout = limit
			if err := os.WriteFile(filepath.Join(dir, "fault"), []byte("hang"), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if name == "the call" {
				go func() {
					defer cancel()
					for { // until the child is there
						if b, err := os.ReadFile(filepath.Join(dir, "child")); err == nil && len(b) > 0 || ctx.Err() != nil {
							return
						}
					}
				}()
			}
			_, err := do(ctx, cfg)
			want := map[string]string{"its time": "took longer than 1s", "the call": "context canceled"}[name]
			wantClass(t, err, actions.ClassAgain, want)
			ended(t, dir)
		})
	}
}

// The program gets what is named and nothing else, in the folder that is named.
func TestSurroundings(t *testing.T) {
	t.Setenv("OFFBOARD_KEY", "the key of everything")
	cfg, dir := start(t, "env", "", "$HOME; id", "*")
	e, err := do(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(e.Text, "OFFBOARD") || strings.Contains(e.Text, "HOME=") || !strings.Contains(e.Text, "TOKEN=<redacted>") || !strings.Contains(e.Text, "[$HOME; id *]") {
		t.Errorf("it runs with %s", e.Text)
	}
	cfg, _ = start(t, "dir", "")
	if e, err = do(t.Context(), cfg); err != nil || e.Text != "/" {
		t.Errorf("it runs in %q: %v", e.Text, err)
	}
	cfg.Dir = dir
	if e, err = do(t.Context(), cfg); err != nil || e.Text != dir {
		t.Errorf("it runs in %q: %v", e.Text, err)
	}
}

// What somebody else could have changed is not run.
func TestTrusted(t *testing.T) {
	script := func(t *testing.T) (exec.Config, string) {
		cfg, dir := start(t)
		cfg.Command = []string{filepath.Join(dir, "run")}
		if err := os.WriteFile(cfg.Command[0], []byte("#!/bin/sh\necho '"+okay+"'\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		return cfg, dir
	}
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		make func(t *testing.T, cfg *exec.Config, dir string)
		want string // "" where it runs
	}{
		{"as it should be", func(*testing.T, *exec.Config, string) {}, ""},
		{"not there", func(_ *testing.T, cfg *exec.Config, dir string) { cfg.Command[0] = dir + "/none" }, "none can't be used: no such file"},
		{"not to be run", func(t *testing.T, cfg *exec.Config, _ string) { must(t, os.Chmod(cfg.Command[0], 0o600)) }, "permission denied"},
		{"a folder", func(_ *testing.T, cfg *exec.Config, dir string) { cfg.Command[0] = dir }, "is not a file"},
		{"no such dir", func(_ *testing.T, cfg *exec.Config, dir string) { cfg.Dir = dir + "/none" }, "none can't be used"},
		{"dir is a file", func(_ *testing.T, cfg *exec.Config, _ string) { cfg.Dir = cfg.Command[0] }, "(dir) is not a folder"},
		{"written by all", func(t *testing.T, cfg *exec.Config, _ string) { must(t, os.Chmod(cfg.Command[0], 0o757)) }, "chmod go-w"},
		{"written by the group", func(t *testing.T, cfg *exec.Config, _ string) { must(t, os.Chmod(cfg.Command[0], 0o770)) }, "mode 0770"},
		{"replaced by all", func(t *testing.T, _ *exec.Config, dir string) { must(t, os.Chmod(dir, 0o777)) }, "mode 0777"},
		{"below a folder of ours", func(t *testing.T, cfg *exec.Config, dir string) {
			must(t, os.Mkdir(dir+"/open", 0o700))
			must(t, os.Chmod(dir+"/open", 0o777))
			must(t, os.Rename(cfg.Command[0], dir+"/open/run"))
			cfg.Command[0] = dir + "/open/run"
		}, ""},
		{"a folder like /tmp", func(t *testing.T, _ *exec.Config, dir string) { must(t, os.Chmod(dir, 0o777|os.ModeSticky)) }, ""},
		{"a script of an interpreter", func(t *testing.T, cfg *exec.Config, dir string) {
			must(t, os.Chmod(cfg.Command[0], 0o666))
			cfg.Command = []string{"/bin/sh", cfg.Command[0]}
		}, "mode 0666"},
		{"a link to what all write", func(t *testing.T, cfg *exec.Config, dir string) {
			must(t, os.Chmod(cfg.Command[0], 0o777))
			must(t, os.Symlink(cfg.Command[0], dir+"/link"))
			cfg.Command[0] = dir + "/link"
		}, "mode 0777"},
		{"a broken first line", func(t *testing.T, cfg *exec.Config, _ string) {
			must(t, os.WriteFile(cfg.Command[0], []byte("#!/nowhere/sh\n"), 0o700))
		}, "first line of a script"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, dir := script(t)
			if info, err := os.Stat(os.TempDir()); tt.name == "replaced by all" && err == nil && info.Mode().Perm()&0o011 == 0 {
				if os.Getenv("OFFBOARD_TEST_REQUIRE") == "all" {
					t.Fatal("TMPDIR is closed to others, who can replace nothing below it, and OFFBOARD_TEST_REQUIRE=all")
				}
				t.Skip("TMPDIR is closed to others, who can replace nothing below it")
			}
			tt.make(t, &cfg, dir)
			_, err := do(t.Context(), cfg)
			if tt.want == "" {
				must(t, err)
				return
			}
			wantClass(t, err, actions.ClassFinal, tt.want)
		})
	}
}

// Secrets of several lines, and as part of an address, are hidden too.
func TestRedacts(t *testing.T) {
	cfg, _ := start(t, "log", "-----BEGIN KEY-----\nAAAA\"BBBB\nhttps://x/?t=a%2Fb%3D%3Dc+d\n", "exit", "1")
	cfg.Secrets = map[string]config.Secret{"KEY": config.NewSecret("-----BEGIN KEY-----\nAAAA\"BBBB\n"), "T": config.NewSecret("a/b==c d")}
	_, err := do(t.Context(), cfg)
	wantClass(t, err, actions.ClassFinal, "<redacted>")
	for _, part := range []string{"BEGIN", "AAAA", "a%2Fb"} {
		if strings.Contains(err.Error(), part) {
			t.Errorf("%q is not hidden in %v", part, err)
		}
	}
}
