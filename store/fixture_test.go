package store

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const testSecret = "a secret for tests only"

// office is a store with a few people in it and the roles they have.
type office struct {
	*Store
	t      *testing.T
	opt    Options
	people map[string]PersonID
	claims map[string][]Claim
	leaver string
}

func testOptions(dir string) Options {
	return Options{
		Path: filepath.Join(dir, "log.db"), Keys: filepath.Join(dir, "log.keys"), Secret: testSecret,
		Limits: func() Limits { return Limits{Window: time.Hour, Requester: 1 << 20, Source: 1 << 20, Watch: -1} },
		Policy: func(c Card, _ Terms) Ruling {
			r := Ruling{Refused: c.Login == "breakglass"}
			if strings.HasPrefix(c.Login, "lasting") {
				r.Missing = MissingLock
			}
			if strings.HasPrefix(c.Login, "fading") {
				r.Retention = 1
			}
			if strings.HasPrefix(c.Login, "guarded") {
				r.Also, r.Retention = []Role{IT, Security}, 1
			}
			return r
		},
	}
}

// newOffice is a copy of the first one: its people are met once, and were long
// ago, also by the clock of a bubble.
func newOffice(t *testing.T) *office {
	t.Helper()
	opt := testOptions(t.TempDir())
	first := firstOffice()
	for path, b := range map[string][]byte{opt.Path: first.log, opt.Keys: first.keys} {
		if err := errors.Join(first.err, os.WriteFile(path, b, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return openOffice(t, opt)
}

// firstOffice is the two files of a store in which everybody is known.
var firstOffice = sync.OnceValue(func() (f struct {
	log, keys []byte
	err       error
},
) {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		f.err = err
		return f
	}
	defer func() { f.err = errors.Join(f.err, os.RemoveAll(dir)) }()
	opt := testOptions(dir)
	opt.Clock.Wall = func() time.Time { return time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC) }
	s, err := Open(opt)
	if err != nil {
		f.err = err
		return f
	}
	for _, name := range known {
		_, err := s.Meet(context.Background(), Bot("test"), card(name))
		f.err = errors.Join(f.err, err)
	}
	f.err = errors.Join(f.err, s.Close())
	var errs [2]error
	f.log, errs[0] = os.ReadFile(opt.Path)
	f.keys, errs[1] = os.ReadFile(opt.Keys)
	f.err = errors.Join(f.err, errs[0], errs[1])
	return f
})

// known are those who were met, in the order of their numbers.
var known = []string{"jane", "hanna", "helge", "marco", "ivan", "ines", "sasha", "aude", "ada", "anton", "bo", "tom", "priya", "breakglass"}

func card(login string) Card {
	return Card{ID: "id-" + login, Name: login, Login: login, Department: "Design", Country: "PT"}
}

func openOffice(t *testing.T, opt Options) *office {
	t.Helper()
	s, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	return furnish(t, s, opt)
}

// furnish fills an open store with people.
func furnish(t *testing.T, s *Store, opt Options) *office {
	t.Helper()
	o := &office{Store: s, t: t, opt: opt, leaver: "jane", people: map[string]PersonID{}, claims: map[string][]Claim{
		"hanna": {{Role: HR}}, "helge": {{Role: HR}}, "ivan": {{Role: IT}}, "ines": {{Role: IT}}, "sasha": {{Role: Security}},
		"aude": {{Role: Auditor}}, "ada": {{Role: Admin}}, "anton": {{Role: Admin}},
	}}
	t.Cleanup(func() {
		if err := o.Check(); err != nil {
			t.Errorf("the log does not check: %v", err)
		}
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, name := range known { // nothing is written about who is known already
		o.people[name] = o.meet(name)
	}
	return o
}

func (o *office) meet(login string) PersonID {
	o.t.Helper()
	id, err := o.Meet(o.t.Context(), Bot("test"), card(login))
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

func (o *office) actor(name string) Actor {
	return Actor{Person: o.people[name], Via: "test", Claims: o.claims[name]}
}

// do appends as a person and fails the test if it is refused.
func (o *office) do(subject, name string, body Body) Case {
	o.t.Helper()
	c, err := o.Append(o.t.Context(), subject, o.actor(name), body)
	if err != nil {
		o.t.Fatalf("%s %T: %v", name, body, err)
	}
	return c
}

// bot appends as a loop.
func (o *office) bot(subject string, body Body) Case {
	o.t.Helper()
	c, err := o.Append(o.t.Context(), subject, Bot("test"), body)
	if err != nil {
		o.t.Fatalf("bot %T: %v", body, err)
	}
	return c
}

// refused appends as a person and fails the test unless it is refused.
func (o *office) refused(subject, name string, body Body) *Refused {
	o.t.Helper()
	_, err := o.Append(o.t.Context(), subject, o.actor(name), body)
	r, ok := errors.AsType[*Refused](err)
	if !ok {
		o.t.Fatalf("%s %T was not refused: %v", name, body, err)
	}
	return r
}

func (o *office) terms() Terms {
	return Terms{Kind: "resignation", LastDay: "2026-11-30", CutOff: CutOff{Mode: Now}, Zone: "Europe/Lisbon", Manager: o.people["marco"]}
}

func (o *office) draft(name string) Case {
	o.t.Helper()
	return o.do(NewCase, name, Drafted{Person: o.people[o.leaver], Terms: o.terms(), Systems: []string{"dir"}})
}

// steps are a lock-out, a handover with two items, and a manual task.
func steps() []StepPlan {
	return []StepPlan{
		{ID: "dir/lock/1", System: "dir", Action: "lock", Words: "Lock the account", LockOut: true, Items: []Item{{ID: "1"}}, Account: Seal("a"), Held: Seal("[]")},
		{ID: "dir/owner/1", System: "dir", Action: "owner", Words: "Hand over", Answers: true, Items: []Item{{ID: "1", Heir: true}, {ID: "2", Heir: true}}, Held: Seal("[]")},
		{ID: "tasks/laptop/1", System: "tasks", Words: "Take back the laptop", Manual: &Manual{Owner: IT}},
	}
}

func (o *office) proposed(name string) Case {
	o.t.Helper()
	c := o.draft(name)
	return o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
}

func (o *office) asked() Case {
	o.t.Helper()
	c := o.proposed("hanna")
	return o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
}

func (o *office) approved() Case {
	o.t.Helper()
	c := o.asked()
	return o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
}

func (o *office) begun() Case {
	o.t.Helper()
	c := o.approved()
	return o.bot(string(c.ID), Started{Plan: 1})
}

// golden compares got with a file in testdata; -update writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got; go test -update writes it):\n%s", path, d)
	}
}

var update = flag.Bool("update", false, "write the files in testdata")

// refusal is the *Refused in an error, and fails the test if it is another one.
func refusal(t *testing.T, err error) *Refused {
	t.Helper()
	r, ok := errors.AsType[*Refused](err)
	if !ok && err != nil {
		t.Fatal(err)
	}
	return r
}

// another makes somebody new the leaver, so that the next case is theirs.
func (o *office) another() {
	o.t.Helper()
	o.leaver = fmt.Sprint("leaver", len(o.people))
	o.people[o.leaver] = o.meet(o.leaver)
}

// attempt tries a step and ends it.
func (o *office) attempt(id CaseID, step StepID) Case {
	o.t.Helper()
	c := o.bot(string(id), Attempted{Plan: 1, Step: step, Found: Seal("[]")})
	return o.bot(string(id), Finished{Plan: 1, Step: step, Entry: c.Plan(1).Step(step).Entry, Evidence: Seal("a read shows it")})
}

// fading makes somebody the leaver of whom nothing is kept for long.
func (o *office) fading() {
	o.t.Helper()
	o.leaver = fmt.Sprint("fading", len(o.people))
	o.people[o.leaver] = o.meet(o.leaver)
}

// encode is the entry of an event.
func encode(e Event) ([]byte, error) {
	entry, _, err := encodeBody(e)
	return entry, err
}
