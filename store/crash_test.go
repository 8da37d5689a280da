package store

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// story is a whole case, told so that it can be told again from the start: what
// has a key happens once.
func (o *office) story() error {
	n := 0
	tell := func(subject CaseID, name string, body Body) (Case, error) {
		n++
		a := o.actor(name)
		a.Once = fmt.Sprint("story/", n)
		return o.Append(o.t.Context(), string(subject), a, body)
	}
	for _, name := range []string{"jane", "hanna", "marco", "ivan", "sasha", "bo"} {
		id, err := o.Meet(o.t.Context(), Bot("test"), Card{ID: "id-" + name, Name: name})
		if err != nil {
			return err
		}
		o.people[name] = id
	}
	c, err := tell(NewCase, "hanna", Drafted{Person: o.people["jane"], Terms: o.terms(), Systems: []string{"dir"}})
	if err != nil {
		return err
	}
	for _, next := range []struct {
		who  string
		body func(c Case) Body
	}{
		{"", func(Case) Body { return Surveyed{Plan: 1, System: "dir", Steps: steps()} }},
		{"hanna", func(c Case) Body { return Submitted{Plan: 1, Scope: c.Plan(1).Scope} }},
		{"marco", func(Case) Body {
			return Answered{Plan: 1, Answers: []Answer{{Step: "dir/owner/1", Item: "1", Choice: Give, Heir: o.people["bo"]}}}
		}},
		{"marco", func(c Case) Body { return Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true} }},
		{"", func(Case) Body { return Started{Plan: 1} }},
		{"", func(Case) Body { return Attempted{Plan: 1, Step: "dir/lock/1", Found: Seal("[]")} }},
		{"", func(c Case) Body {
			return Failed{Plan: 1, Step: "dir/lock/1", Entry: c.Plan(1).Step("dir/lock/1").Entry, Why: Refuses, Message: Seal("no")}
		}},
		{"ivan", func(Case) Body {
			return Requested{Change: Change{Verb: VerbSkip, Plan: 1, Step: "dir/lock/1", Reason: Seal("gone")}}
		}},
		{"sasha", func(c Case) Body {
			if len(c.Pending) == 0 {
				return Seconded{}
			}
			return Seconded{Entry: c.Pending[0].Entry, Agree: true}
		}},
		{"", func(Case) Body { return Attempted{Plan: 1, Step: "dir/owner/1", Found: Seal("[]")} }},
		{"", func(c Case) Body {
			return Finished{Plan: 1, Step: "dir/owner/1", Entry: c.Plan(1).Step("dir/owner/1").Entry, Evidence: Seal("e")}
		}},
		{"ivan", func(Case) Body { return ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")} }},
	} {
		if c, err = tell(c.ID, next.who, next.body(c)); err != nil {
			return err
		}
	}
	return nil
}

// told is what the log says of the story.
func (o *office) told() string {
	o.t.Helper()
	var out strings.Builder
	for _, subject := range []string{"P-1", "P-2", "P-3", "P-4", "P-5", "P-6", "P-7", "OFF-1", "OFF-2"} {
		events, err := o.Events(o.t.Context(), subject)
		if err != nil {
			o.t.Fatal(err)
		}
		for _, e := range events {
			fmt.Fprintf(&out, "%d %s %s %s\n", e.Seq, e.Subject, e.Actor.Person, strings.ReplaceAll(Words(e), o.scopeOf(e), "scope"))
		}
	}
	c, err := o.Case("OFF-1")
	if err != nil {
		o.t.Fatal(err)
	}
	fmt.Fprintf(&out, "%s (%s)\n", c.State, c.Outcome)
	for _, s := range c.Plan(1).Steps {
		fmt.Fprintf(&out, "%s %s %d\n", s.ID, s.State, s.Tries)
	}
	return out.String()
}

// scopeOf is the scope in an event: it depends on salts.
func (o *office) scopeOf(e Event) string {
	if d, ok := e.Body.(Decided); ok {
		return d.Scope
	}
	return "no scope"
}

// A crash at any boundary of any commit, before it or after it, leaves a log
// that checks, and the story told again from the start ends in the same way.
func TestCrashAtEveryBoundary(t *testing.T) {
	crash := errors.New("crash")
	want := ""
	for k := 0; ; k++ {
		opt := testOptions(t.TempDir())
		calls := 0
		if k > 0 {
			opt.Fault = func(string) error {
				if calls++; calls == k {
					return crash
				}
				return nil
			}
		}
		s := reopen(t, opt)
		o := &office{Store: s, t: t, opt: opt, leaver: "jane", people: map[string]PersonID{}, claims: map[string][]Claim{
			"hanna": {{Role: HR}}, "ivan": {{Role: IT}}, "sasha": {{Role: Security}},
		}}
		err := o.story()
		if k == 0 {
			if err != nil {
				t.Fatal(err)
			}
			want = o.told()
		} else if err == nil {
			if k < 30 {
				t.Errorf("only %d boundaries", k)
			}
			if err := o.Close(); err != nil {
				t.Fatal(err)
			}
			return
		} else if !errors.Is(err, crash) {
			t.Fatal(k, err)
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
		opt.Fault = nil
		o.Store = reopen(t, opt)
		if err := o.Check(); err != nil {
			t.Fatalf("after crash %d: %v", k, err)
		}
		if err := o.story(); err != nil {
			t.Fatalf("after crash %d: %v", k, err)
		}
		if got := o.told(); got != want {
			t.Fatalf("after crash %d the story is\n%swant\n%s", k, got, want)
		}
		if err := errors.Join(o.Check(), o.Close()); err != nil {
			t.Fatalf("after crash %d: %v", k, err)
		}
	}
}

// A commit that failed after it could be seen is neither denied nor forgotten:
// the program goes on from what the log says.
func TestCommitOfUnknownFate(t *testing.T) {
	fail := false
	opt := testOptions(t.TempDir())
	opt.Fault = func(at string) error {
		if fail && at == "after" {
			return errors.New("input/output error")
		}
		return nil
	}
	o := openOffice(t, opt)
	c := o.asked()
	changed := o.Changed()
	fail = true
	_, err := o.Append(t.Context(), string(c.ID), o.actor("marco"), Noted{Text: Seal("one")})
	if err == nil || errors.Is(err, ErrNotSaved) {
		t.Errorf("the answer is %v", err)
	}
	fail = false
	<-changed
	if got := o.do(string(c.ID), "marco", Noted{Text: Seal("two")}); len(got.Notes) != 2 || got.Seq != c.Seq+2 {
		t.Errorf("%d notes, entry %d after %d", len(got.Notes), got.Seq, c.Seq)
	}
}

// children are what the test binary does when it is started by a test.
var children = map[string]func(dir string) error{
	"full": fullDisk, "locked": lockedOut,
	"upgrade copied": killedAt("copied", upgradeLog), "upgrade upgraded": killedAt("upgraded", upgradeLog),
	"compact compacted": killedAt("compacted", compactLog), "compact compared": killedAt("compared", compactLog), "compact replaced": killedAt("replaced", compactLog),
}

// killedAt does something to a log and is killed at a boundary.
func killedAt(at string, do func(Options) error) func(dir string) error {
	return func(dir string) error {
		opt := testOptions(dir)
		opt.Fault = func(now string) error {
			if now != at {
				return nil
			}
			if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
				return err
			}
			select {} // it comes at once
		}
		return do(opt)
	}
}

func TestMain(m *testing.M) {
	if child, dir, ok := strings.Cut(os.Getenv("STORE_TEST_CHILD"), ":"); ok {
		if err := children[child](dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// killChild runs a child that must be killed.
func killChild(t *testing.T, name string, opt Options) error {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "STORE_TEST_CHILD="+name+":"+filepath.Dir(opt.Path))
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		return fmt.Errorf("it was not killed: %w\n%s", err, out)
	}
	return nil
}

func runChild(t *testing.T, name, dir string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "STORE_TEST_CHILD="+name+":"+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// A full disk: the error says that nothing was saved, and once there is space
// again the same program goes on.
func TestFullDisk(t *testing.T) { runChild(t, "full", t.TempDir()) }

func fullDisk(dir string) error {
	signal.Ignore(syscall.SIGXFSZ)
	opt := testOptions(dir)
	s, err := Open(opt)
	if err != nil {
		return err
	}
	meet := func(i int) error {
		_, err := s.Meet(background, Bot("test"), Card{ID: fmt.Sprint(i), Name: strings.Repeat("long name ", 100)})
		return err
	}
	if err := meet(0); err != nil {
		return err
	}
	fi, err := os.Stat(opt.Path)
	if err != nil {
		return err
	}
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(fi.Size()), Max: old.Max}); err != nil {
		return err
	}
	saved, failures := 1, 0
	for i := 1; failures < 5; i++ {
		switch err := meet(i); {
		case err == nil:
			saved++
		case !errors.Is(err, ErrNotSaved):
			return fmt.Errorf("another error: %w", err)
		default:
			failures++
		}
		if i > 10000 {
			return errors.New("the disk was never full")
		}
	}
	if err := s.Check(); err != nil {
		return fmt.Errorf("while it is full: %w", err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	if err := meet(1 << 20); err != nil {
		return fmt.Errorf("with space again: %w", err)
	}
	if s.Last() != uint64(saved+1) {
		return fmt.Errorf("%d entries of %d that were acknowledged", s.Last(), saved+1)
	}
	if err := errors.Join(s.Check(), s.Close()); err != nil {
		return err
	}
	if s, err = Open(opt); err != nil {
		return err
	}
	return errors.Join(s.Check(), s.Close())
}

// A database that another process has open says so, within a second.
func TestLockedByAnotherProcess(t *testing.T) {
	opt := testOptions(t.TempDir())
	s := reopen(t, opt)
	runChild(t, "locked", strings.TrimSuffix(opt.Path, "/log.db"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// The same within a bubble, where the time can be told exactly.
	synctest.Test(t, func(t *testing.T) {
		s := reopen(t, opt)
		start := time.Now()
		if _, err := Open(opt); !errors.Is(err, ErrLocked) || time.Since(start) > 1100*time.Millisecond {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func lockedOut(dir string) error {
	if _, err := Open(testOptions(dir)); !errors.Is(err, ErrLocked) {
		return fmt.Errorf("the second process got %w", err)
	}
	return nil
}
