package exec_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/exec"
	"offboard/config"
)

const secret = "token-secret-1234"

// TestMain is the test program too, when a connector starts this binary.
func TestMain(m *testing.M) {
	if dir := os.Getenv("PROGRAM"); dir != "" {
		os.Exit(program(dir, os.Args[1:]))
	}
	// Where new files are for the group too, this one would not be trusted.
	if self, err := os.Executable(); err == nil {
		_ = os.Chmod(self, 0o755)
	}
	os.Exit(m.Run())
}

var (
	jane = actions.Person{ID: "id-jane", Name: "Jane Doe", Login: "jane", Mail: "jane@lumen.example", Accounts: []string{"adm-jane"}, Groups: []string{"staff"}}
	bo   = actions.Person{ID: "id-bo", Name: "Bo Nilsen", Login: "bo"}
	ann  = actions.Person{ID: "id-ann", Name: "Ann Heir", Login: "ann"}
	none = actions.Person{ID: "id-none", Name: "No Body", Login: `no'b"ody;`}
)

// entry is an account of the test program; its state is a list of them.
type entry struct {
	ID, Login string
	Groups    []string
	Owns      []string
}

func company() []entry {
	return []entry{
		{"a1", "jane", []string{"design", "ops"}, []string{"printer", "wiki"}},
		{"a2", "adm-jane", []string{"root"}, nil},
		{"a3", "bo", []string{"design"}, []string{"boat"}},
		{"a4", "ann", nil, nil},
	}
}

// program keeps its state in a file of dir. The file "fault" there names what
// is wrong with it.
func program(dir string, args []string) int {
	// Who is careless with secrets writes them here.
	fmt.Fprintf(os.Stderr, "the token is %s\n", os.Getenv("TOKEN"))
	fault, _ := os.ReadFile(filepath.Join(dir, "fault"))
	out := json.NewEncoder(os.Stdout)
	switch string(fault) {
	case "down":
		return 75
	case "busy":
		_ = out.Encode(map[string]any{"version": 1, "class": "again", "after": "3s", "error": "busy with " + os.Getenv("TOKEN")})
		return 0
	case "hang":
		return hang(dir)
	}
	if len(args) > 0 {
		return odd(dir, args)
	}
	var r struct {
		Verb, Action, Page string
		Person             struct {
			Login    string
			Accounts []string
		}
		Account *struct{ ID string }
		Items   []struct{ ID string }
		Heirs   map[string]struct{ Login string }
	}
	var state []entry
	// The steps of two accounts run at the same time.
	lock, err := os.Open(dir)
	if err != nil || syscall.Flock(int(lock.Fd()), syscall.LOCK_EX) != nil {
		return 1
	}
	b, err := os.ReadFile(filepath.Join(dir, "state"))
	if err != nil || json.Unmarshal(b, &state) != nil || json.NewDecoder(os.Stdin).Decode(&r) != nil {
		return 1
	}
	mine := func(e entry) bool {
		if r.Account != nil {
			return e.ID == r.Account.ID
		}
		return e.Login == r.Person.Login || slices.Contains(r.Person.Accounts, e.Login)
	}
	things := func(e *entry) *[]string {
		if r.Action == "owns" {
			return &e.Owns
		}
		return &e.Groups
	}
	answer := map[string]any{"version": 1, "class": "ok", "searched": "accounts of " + r.Person.Login, "accounts": []any{}, "items": []any{}}
	switch {
	case r.Verb == "list":
		n := 0
		_, _ = fmt.Sscan(r.Page, &n)
		all := []any{}
		for _, e := range state[n:min(n+3, len(state))] {
			all = append(all, map[string]any{"id": e.ID, "login": e.Login, "enabled": len(e.Groups) > 0, "used": "2026-11-02T10:00:00Z", "mail": "X@y.example"})
		}
		next := ""
		if n+3 < len(state) {
			next = fmt.Sprint(n + 3)
		}
		answer = map[string]any{"version": 1, "class": "ok", "accounts": all, "next": next, "total": len(state)}
	case r.Verb == "check":
		accounts, items := []any{}, []any{}
		for _, e := range state {
			if !mine(e) {
				continue
			}
			accounts = append(accounts, map[string]any{"id": e.ID, "login": e.Login, "admin": e.Login == "adm-jane"})
			for _, thing := range *things(&e) {
				items = append(items, map[string]any{"id": thing, "account": e.ID, "label": "the thing " + thing, "before": thing})
			}
		}
		answer["accounts"], answer["items"] = accounts, items
	case string(fault) == "refuse":
		_ = out.Encode(map[string]any{"version": 1, "class": "final", "error": "it is forbidden"})
		return 3
	case string(fault) == "lie":
		answer = map[string]any{"version": 1, "class": "ok", "evidence": "all is done"}
	default:
		for _, i := range r.Items {
			for n := range state {
				e := &state[n]
				has := slices.Contains(*things(e), i.ID)
				switch {
				case mine(*e) && r.Verb == "do" && has:
					*things(e) = slices.DeleteFunc(*things(e), func(t string) bool { return t == i.ID })
				case mine(*e) && r.Verb == "undo" && !has, r.Action == "owns" && r.Heirs[i.ID].Login == e.Login && !has:
					*things(e) = append(*things(e), i.ID)
					slices.Sort(*things(e))
				}
			}
		}
		b, _ := json.Marshal(state)
		if os.WriteFile(filepath.Join(dir, "state"), b, 0o600) != nil {
			return 1
		}
		answer = map[string]any{"version": 1, "class": "ok", "evidence": "done"}
	}
	if out.Encode(answer) != nil {
		return 1
	}
	return 0
}

// hang starts a child that writes its number down and hangs too.
func hang(dir string) int {
	child := osexec.Command("/bin/sleep", "1000")
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if child.Start() != nil || os.WriteFile(filepath.Join(dir, "child"), fmt.Append(nil, child.Process.Pid), 0o600) != nil {
		return 1
	}
	_ = child.Wait()
	return 0
}

// odd does what its arguments say, for what a program can do wrong.
func odd(dir string, args []string) int {
	for i := 0; i+1 < len(args); i += 2 {
		switch value := args[i+1]; args[i] {
		case "answer":
			fmt.Print(value)
		case "log":
			fmt.Fprint(os.Stderr, value)
		case "much":
			for range 1 << 20 {
				fmt.Println(value)
			}
		case "env":
			fmt.Printf(`{"version":1,"class":"ok","evidence":%q}`, fmt.Sprint(os.Environ(), args[i+2:]))
			return 0
		case "dir":
			wd, _ := os.Getwd()
			fmt.Printf(`{"version":1,"class":"ok","evidence":%q}`, wd)
		case "leave":
			// The child holds the output, or not.
			child := osexec.Command("/bin/sleep", "1000")
			if value == "open" {
				child.Stdout = os.Stdout
			}
			if child.Start() != nil || os.WriteFile(filepath.Join(dir, "child"), fmt.Append(nil, child.Process.Pid), 0o600) != nil {
				return 1
			}
		case "die":
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		case "exit":
			n := 0
			_, _ = fmt.Sscan(value, &n)
			return n
		}
	}
	return 0
}

// settings start this binary as the test program, with its state in a new folder.
func settings(args ...string) (exec.Config, string, error) {
	dir, err := os.MkdirTemp("", "exec")
	if err != nil {
		return exec.Config{}, "", err
	}
	b, err := json.Marshal(company())
	if err != nil {
		return exec.Config{}, "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "state"), b, 0o600); err != nil {
		return exec.Config{}, "", err
	}
	self, err := os.Executable()
	return exec.Config{
		Command: append([]string{self}, args...), List: true,
		// The race detector lets a program sleep for a second before it ends.
		Env: map[string]string{"PROGRAM": dir, "GORACE": "atexit_sleep_ms=0"}, Secrets: map[string]config.Secret{"TOKEN": config.NewSecret(secret)},
		Actions: []exec.Action{
			{Name: "groups", Words: "Leave all groups", LockOut: true, Undoes: "Join the groups again"},
			{Name: "owns", Words: "Hand over what they own", Phase: actions.PhaseAfter, Answers: true, After: []string{"groups"}, Loses: "whose it was"},
		},
	}, dir, err
}

// start is settings for one test.
func start(t testing.TB, args ...string) (exec.Config, string) {
	t.Helper()
	cfg, dir, err := settings(args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	return cfg, dir
}

func specOf(cfg exec.Config, name string) actions.Spec {
	all := exec.New(cfg).System("tools", "Tools").Actions
	return all[slices.IndexFunc(all, func(s actions.Spec) bool { return s.Name == name })]
}

// do asks for the first group of jane to be taken.
func do(ctx context.Context, cfg exec.Config) (actions.Evidence, error) {
	return specOf(cfg, "groups").Action.Do(ctx, actions.Target{
		Person: jane, Account: actions.Account{ID: "a1", Login: "jane"}, Items: []actions.Item{{ID: "design", Account: "a1", Label: "Design"}}, Key: "OFF-1:1:a1",
	})
}

// wantClass fails unless err is of this class, says all parts, and no secret.
func wantClass(t *testing.T, err error, want actions.Class, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one of class %s", want)
	}
	if got, _ := actions.ClassOf(err); got != want {
		t.Errorf("class %s, want %s: %v", got, want, err)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("%q is not said in: %v", p, err)
		}
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("the error holds a secret: %v", err)
	}
}

// ended waits until the child whose number the program wrote down is no more.
func ended(t *testing.T, dir string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "child"))
	if err != nil {
		t.Fatal(err)
	}
	pid := 0
	if _, err := fmt.Sscan(string(b), &pid); err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		// A zombie has ended; whoever inherits it counts it when it likes.
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		if i == 1000 {
			t.Fatalf("the child %d lives on: %s", pid, stat)
		}
		time.Sleep(time.Millisecond) // until the kernel has ended it
	}
}
