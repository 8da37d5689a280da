package watch_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/watch"
	"offboard/store"
)

var staff = []actions.Person{
	{ID: "id-jane", Name: "Jane Doe", Login: "jane", Accounts: []string{"adm-jane"}, Mail: "jane@example.com", Groups: []string{"design", "staff"}},
	{ID: "id-bo", Name: "Bo Nilsen", Login: "bo", Mail: "bo@example.com", Groups: []string{"design", "staff"}},
	{ID: "id-tom", Name: "Tom Adler", Login: "tom", Mail: "tom@example.com", Groups: []string{"staff"}},
	{ID: "id-marco", Name: "Marco Reyes", Login: "marco", Mail: "marco@example.com", Groups: []string{"design", "staff"}},
	{ID: "id-hanna", Name: "Hanna Vogt", Login: "hanna", Mail: "hanna@example.com"},
	{ID: "id-helge", Name: "Helge Lund", Login: "helge", Mail: "helge@example.com"},
	{ID: "id-ivan", Name: "Ivan Petrov", Login: "ivan", Mail: "ivan@example.com"},
}

var claims = map[string][]store.Claim{"hanna": {{Role: store.HR}}, "helge": {{Role: store.HR}}, "ivan": {{Role: store.IT}}}

// world is a store, systems, an executor and a watch, in which Jane leaves.
type world struct {
	t testing.TB
	*store.Store
	mem    *actionstest.Memory
	opt    store.Options
	cfg    watch.Config
	people map[string]store.PersonID
	sys    []actions.System
	cancel func()
	halt   func()
	fault  atomic.Pointer[func(at string) error]
	called atomic.Pointer[func(at string)] // "call" before each call of a system, "done" after it
}

func bubble(t *testing.T, f func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(newWorld(t)) })
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, mem: actionstest.NewMemory(staff), people: map[string]store.PersonID{}, halt: func() {}}
	w.sys = []actions.System{w.mem.System("dir", "Company directory", "lock", "password", "groups"), w.mem.System("vpn", "VPN", "lock", "groups", "wipe")}
	tell := func(at string) func(string) {
		return func(string) {
			if f := w.called.Load(); f != nil {
				(*f)(at)
			}
		}
	}
	w.mem.OnCall, w.mem.OnDone = tell("call"), tell("done")
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
	w.open()
	for _, p := range staff {
		id, err := w.Meet(context.Background(), store.Bot("test"), p)
		if err != nil {
			t.Fatal(err)
		}
		w.people[p.Login] = id
	}
	t.Cleanup(func() {
		w.halt()
		if err := w.Check(); err != nil {
			t.Errorf("the log does not check: %v", err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	w.start()
	return w
}

func (w *world) open() {
	w.t.Helper()
	s, err := store.Open(w.opt)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Store = s
}

// start runs a new executor and a new watch, as after a start of the program.
func (w *world) start() {
	w.halt()
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	systems := slices.Clone(w.sys) // a test may change w.sys for the next start
	x := actions.New(actions.Config{Store: w.Store, Systems: systems})
	w.cfg.HR = func(context.Context, store.PersonID) ([]store.PersonID, error) {
		return []store.PersonID{w.people["hanna"], w.people["helge"]}, nil
	}
	w.cfg.Store, w.cfg.Executor, w.cfg.Systems, w.cfg.Directory = w.Store, x, systems, w.mem.Directory()
	loop := watch.New(w.cfg)
	done := make(chan error, 2)
	go func() { done <- x.Run(ctx) }()
	go func() { done <- loop.Run(ctx) }()
	w.halt = func() {
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				w.t.Errorf("a loop ended: %v", err)
			}
		}
		w.halt = func() {}
	}
}

// killAt kills the loops when they come for the k-th time to a boundary: "before" or
// "after" a commit, "call" or "done" at a call. Nothing they do has an effect from
// then on, until dead is false again.
func (w *world) killAt(at string, k int64) (dead *atomic.Bool) {
	dead = new(atomic.Bool)
	var n atomic.Int64
	here := func(where string) bool {
		if !dead.Load() && (where != at || n.Add(1) != k) {
			return false
		}
		dead.Store(true)
		w.cancel()
		return true
	}
	fault := func(where string) error {
		if here(where) {
			return errors.New("killed")
		}
		return nil
	}
	w.fault.Store(&fault)
	call := func(where string) {
		if here(where) {
			runtime.Goexit()
		}
	}
	w.called.Store(&call)
	return dead
}

func (w *world) do(subject store.CaseID, name string, b store.Body) store.Case {
	w.t.Helper()
	c, err := w.Append(context.Background(), string(subject), store.Actor{Person: w.people[name], Via: "test", Claims: claims[name]}, b)
	if err != nil {
		w.t.Fatalf("%s %T: %v", name, b, err)
	}
	return c
}

func (w *world) get(id store.CaseID) store.Case {
	w.t.Helper()
	c, err := w.Case(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// until lets time pass until cond holds.
func (w *world) until(what string, cond func() bool) {
	w.t.Helper()
	for range 20000 {
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

const day = 24 * time.Hour

// left is a case of somebody who has left. The directory says so.
func (w *world) left(login string) store.CaseID {
	w.t.Helper()
	id := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people[login], Systems: []string{"dir", "vpn"}, Terms: store.Terms{
		Kind: "resignation", LastDay: "2000-01-31", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: w.people["marco"],
	}}).ID
	w.approve(id, 1)
	w.until("closed", func() bool {
		for _, s := range w.get(id).Plan(1).Steps {
			if s.State == store.Accepted {
				w.do(id, "ivan", store.ConfirmedBy{Plan: 1, Step: s.ID, Note: store.Seal("seen")})
			}
		}
		return w.get(id).State == store.CaseClosed
	})
	for _, p := range staff {
		if p.Login == login {
			p.Disabled = true
			w.mem.SetPerson(p)
		}
	}
	return id
}

// approve submits, if need be, and approves what was surveyed.
func (w *world) approve(id store.CaseID, plan int) {
	w.t.Helper()
	w.until("surveyed", func() bool {
		s := w.get(id).Plan(plan).State
		return s == store.Proposed || s == store.Asked
	})
	p := w.get(id).Plan(plan)
	if p.State == store.Proposed {
		w.do(id, "hanna", store.Submitted{Plan: plan, Scope: p.Scope})
	}
	w.do(id, "marco", store.Decided{Plan: plan, Scope: p.Scope, Approve: true})
}

// passes are those over a system, and when each was recorded.
func (w *world) passes(system string) (out []store.Reread, at []time.Time) {
	w.t.Helper()
	events, err := w.Events(context.Background(), store.Installation)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range events {
		if b, ok := e.Body.(store.Rechecked); ok {
			for _, r := range b.Systems {
				if r.System == system {
					out, at = append(out, r), append(at, e.At)
				}
			}
		}
	}
	return out, at
}
