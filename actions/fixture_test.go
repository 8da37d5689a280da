package actions_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

var staff = []actions.Person{
	{ID: "id-jane", Name: "Jane Doe", Login: "jane", Accounts: []string{"adm-jane"}, Groups: []string{"design", "staff"}},
	{ID: "id-bo", Name: "Bo Nilsen", Login: "bo", Groups: []string{"design", "staff"}},
	{ID: "id-marco", Name: "Marco Reyes", Login: "marco", Groups: []string{"design", "staff"}},
	{ID: "id-priya", Name: "Priya Rao", Login: "priya", Groups: []string{"staff"}},
	{ID: "id-hanna", Name: "Hanna Vogt", Login: "hanna"},
	{ID: "id-ivan", Name: "Ivan Petrov", Login: "ivan"},
	{ID: "id-sasha", Name: "Sasha Lind", Login: "sasha"},
}

var claims = map[string][]store.Claim{"hanna": {{Role: store.HR}}, "ivan": {{Role: store.IT}}, "sasha": {{Role: store.Security}}}

// world is a store, systems and an executor, in which Jane leaves.
type world struct {
	t testing.TB
	*store.Store
	mem    *actionstest.Memory
	cfg    actions.Config
	opt    store.Options
	people map[string]store.PersonID
	x      *actions.Executor
	cancel func() // ends the executor, without waiting
	halt   func()
	unkeep func() // see keep
	terms  store.Terms
	drafts []string                              // the systems of what drive opens; nil: all
	undone bool                                  // see drive
	fault  atomic.Pointer[func(at string) error] // of the store
}

// bubble runs f with a new world inside a synctest bubble: time passes only
// while everything waits.
func bubble(t *testing.T, f func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(newWorld(t)) })
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, mem: actionstest.NewMemory(staff), people: map[string]store.PersonID{}, halt: func() {}}
	dir := t.TempDir()
	w.opt = store.Options{
		Path: filepath.Join(dir, "log.db"), Keys: filepath.Join(dir, "log.keys"), Secret: "a secret for tests only", Limits: func() store.Limits { return store.Limits{Requester: 1 << 20, Source: 1 << 20} },
		Fault: func(at string) error {
			if f := w.fault.Load(); f != nil {
				return (*f)(at)
			}
			return nil
		},
	}
	w.systems(w.mem.System("dir", "Company directory"), w.mem.System("vpn", "VPN", "lock", "groups"))
	w.mem.Own("dir", "design", "jane")
	w.mem.Own("dir", "archive", "jane")
	w.open()
	for _, p := range staff {
		w.meet(p)
	}
	w.terms = store.Terms{Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.Now}, Zone: "Europe/Lisbon", Manager: w.people["marco"]}
	t.Cleanup(func() {
		w.stop()
		if err := w.Check(); err != nil {
			t.Errorf("the log does not check: %v", err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) systems(list ...actions.System) { w.cfg.Systems = list }

func (w *world) open() {
	w.t.Helper()
	s, err := store.Open(w.opt)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Store, w.cfg.Store = s, s
}

func (w *world) meet(p actions.Person) {
	w.t.Helper()
	id, err := w.Meet(context.Background(), store.Bot("test"), p)
	if err != nil {
		w.t.Fatal(err)
	}
	w.people[p.Login] = id
}

// start runs a new executor, as after a start of the program.
func (w *world) start() {
	w.stop()
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	w.x = actions.New(w.cfg)
	done := make(chan error, 1)
	go func() { done <- w.x.Run(ctx) }()
	w.halt = func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("the executor ended: %v", err)
		}
		w.halt = func() {}
	}
}

func (w *world) stop() { w.halt() }

// do appends as a person, or as the bot if name is empty, and must succeed.
func (w *world) do(subject store.CaseID, name string, b store.Body) store.Case {
	w.t.Helper()
	c, err := w.try(subject, name, b)
	if err != nil {
		w.t.Fatalf("%s %T: %v", name, b, err)
	}
	return c
}

func (w *world) try(subject store.CaseID, name string, b store.Body) (store.Case, error) {
	return w.Append(context.Background(), string(subject), store.Actor{Person: w.people[name], Via: "test", Claims: claims[name]}, b)
}

func (w *world) get(id store.CaseID) store.Case {
	w.t.Helper()
	c, err := w.Case(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) step(id store.CaseID, step store.StepID) store.Step {
	w.t.Helper()
	s := w.get(id).Plan(0).Step(step)
	if s.ID == "" {
		w.t.Fatalf("%s has no step %s", id, step)
	}
	return s
}

// until lets time pass until cond holds.
func (w *world) until(what string, cond func() bool) {
	w.t.Helper()
	for range 200000 {
		synctest.Wait()
		if cond() {
			return
		}
		time.Sleep(time.Second)
	}
	w.t.Fatalf("never: %s", what)
}

// pass lets time pass.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (w *world) ends(id store.CaseID, step store.StepID, want store.StepState) store.Step {
	w.t.Helper()
	var s store.Step
	w.until(fmt.Sprintf("%s is %s", step, want), func() bool {
		s = w.step(id, step)
		return s.State == want
	})
	return s
}

func (w *world) draft(leaver string) store.CaseID {
	w.t.Helper()
	return w.do(store.NewCase, "hanna", store.Drafted{Person: w.people[leaver], Terms: w.terms, Systems: w.x.Systems()}).ID
}

// proposed is a case that has been surveyed.
func (w *world) proposed(leaver string) store.CaseID {
	w.t.Helper()
	id := w.draft(leaver)
	w.until("surveyed", func() bool { return w.get(id).Plan(0).State == store.Proposed })
	return id
}

// approve submits and approves what was surveyed.
func (w *world) approve(id store.CaseID) {
	w.t.Helper()
	scope := w.get(id).Plan(0).Scope
	w.do(id, "hanna", store.Submitted{Plan: 1, Scope: scope})
	w.do(id, "marco", store.Decided{Plan: 1, Scope: scope, Approve: true})
}

func (w *world) approved(leaver string) store.CaseID {
	w.t.Helper()
	id := w.proposed(leaver)
	w.approve(id)
	return id
}

func (w *world) closed(id store.CaseID) store.Case {
	w.t.Helper()
	var c store.Case
	w.until("closed", func() bool {
		c = w.get(id)
		return c.State == store.CaseClosed
	})
	return c
}

func (w *world) text(id store.CaseID, p store.Private) string {
	w.t.Helper()
	text, err := w.Reveal(string(id), p)
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// texts of several privates, one a line.
func (w *world) texts(id store.CaseID, ps []store.Private) string {
	w.t.Helper()
	var out []string
	for _, p := range ps {
		out = append(out, w.text(id, p))
	}
	return strings.Join(out, "\n")
}

// bodies are all events of one kind in a case.
func bodies[B store.Body](w *world, id store.CaseID) (out []B, at []time.Time) {
	w.t.Helper()
	events, err := w.Events(context.Background(), string(id))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range events {
		if b, ok := e.Body.(B); ok {
			out, at = append(out, b), append(at, e.At)
		}
	}
	return out, at
}

// failures are those of one step.
func (w *world) failures(id store.CaseID, step store.StepID) (out []store.Failed, at []time.Time) {
	w.t.Helper()
	all, when := bodies[store.Failed](w, id)
	for i, f := range all {
		if f.Step == step {
			out, at = append(out, f), append(at, when[i])
		}
	}
	return out, at
}
