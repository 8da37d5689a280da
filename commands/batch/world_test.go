package batch_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/commands/batch"
	"offboard/commands/people"
	"offboard/store"
)

// world is a log with the loops that a list needs, in a synctest bubble.
type world struct {
	t     *testing.T
	opt   store.Options
	mem   *actionstest.Memory
	owner string           // login of who asks for the list
	ids   []string         // logins of those on the list
	crowd []actions.Person // everybody
	dead  atomic.Bool
	n     atomic.Int64 // boundaries of commits so far
	kill  string       // at which boundary
	at    int64        // which of them

	*store.Store
	people *people.People
	cancel context.CancelFunc
	ended  chan struct{}
}

func newWorld(t *testing.T, n int) *world {
	t.Helper()
	w := &world{t: t, owner: "hanna"}
	crowd := []actions.Person{{ID: "id-hanna", Name: "Hanna Vogt", Login: "hanna"}, {ID: "id-marco", Name: "Marco Reyes", Login: "marco"}, {ID: "id-clara", Name: "Clara", Login: "clara"}, {ID: "id-helge", Name: "Helge Dahl", Login: "helge"}}
	for i := range n {
		p := actions.Person{ID: fmt.Sprint("id-p", i), Name: fmt.Sprint("Person ", i), Login: fmt.Sprint("p", i), Zone: "Europe/Lisbon", Manager: "id-marco", Groups: []string{"staff"}}
		crowd, w.ids = append(crowd, p), append(w.ids, p.Login)
	}
	w.crowd = crowd
	w.mem = actionstest.NewMemory(crowd)
	dir := t.TempDir()
	w.opt = store.Options{
		Path: filepath.Join(dir, "log.db"), Keys: filepath.Join(dir, "log.keys"), Secret: "a secret for tests only",
		Limits: func() store.Limits { return store.Limits{Window: time.Hour, Requester: 2, Source: 2, Percent: 1} },
		Fault: func(at string) error {
			if w.dead.Load() || at == w.kill && w.n.Add(1) == w.at {
				w.dead.Store(true)
				return errors.New("killed")
			}
			return nil
		},
	}
	w.start()
	t.Cleanup(func() {
		w.stop()
		if err := errors.Join(w.Check(), w.Close()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// places is how many steps run at a time in the one system that there is.
const places = 50

func (w *world) directory() actions.System {
	s := w.mem.System("dir", "Directory", "lock", "groups")
	s.Limit = places
	return s
}

func (w *world) start() {
	w.t.Helper()
	s, err := store.Open(w.opt)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Store = s
	if w.people, err = people.New(s, w.mem.Directory(), []people.Role{{Role: store.HR, People: []string{"hanna", "helge"}}}); err != nil {
		w.t.Fatal(err)
	}
	x := actions.New(actions.Config{Store: s, Systems: []actions.System{w.directory()}, Log: zerolog.Nop()})
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel, w.ended = cancel, make(chan struct{})
	done := make(chan error, 2)
	go func() { done <- x.Run(ctx) }()
	go func() {
		done <- batch.New(batch.Config{Store: s, People: w.people, Systems: []string{"dir"}, Retry: time.Second, Log: zerolog.Nop()}).Run(ctx)
	}()
	go func() {
		for range 2 {
			if err := <-done; err != nil && !w.dead.Load() {
				w.t.Error(err)
			}
		}
		close(w.ended)
	}()
}

func (w *world) stop() {
	w.cancel()
	<-w.ended
}

// revive starts the process again, if it was killed.
func (w *world) revive() bool {
	w.t.Helper()
	if !w.dead.Load() {
		return false
	}
	w.stop()
	if err := w.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.dead.Store(false)
	w.start()
	if err := w.Check(); err != nil {
		w.t.Fatalf("after the kill: %v", err)
	}
	return true
}

// until waits for something, over kills.
func (w *world) until(what string, cond func() bool) {
	w.t.Helper()
	for range 2000 {
		synctest.Wait()
		if w.revive() {
			continue
		}
		if cond() {
			return
		}
		time.Sleep(time.Second)
	}
	w.t.Fatalf("never: %s", what)
}

func (w *world) actor(login string) store.Actor {
	w.t.Helper()
	id := w.id(login)
	a, err := w.people.Acting(context.Background(), id, "test")
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) id(login string) store.PersonID {
	w.t.Helper()
	var id store.PersonID
	w.until(login+" is known", func() bool {
		card, err := w.people.Exactly(context.Background(), login)
		if err == nil {
			id, err = w.people.Meet(context.Background(), card)
		}
		return err == nil
	})
	return id
}

// list proposes everybody, as a person, and survives a kill in it.
func (w *world) list(cut store.CutOff) store.BatchID {
	w.t.Helper()
	var rows []store.Row
	marco := w.id("marco")
	if len(w.ids) > 100 { // together, so that they share commits
		var g errgroup.Group
		for _, p := range w.crowd {
			g.Go(func() error {
				_, err := w.people.Meet(context.Background(), p)
				return err
			})
		}
		if err := g.Wait(); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, login := range w.ids {
		rows = append(rows, store.Row{Person: w.id(login), Kind: "resignation", LastDay: "2026-11-30", Zone: "Europe/Lisbon", Manager: marco, Reason: "the site closes"})
	}
	var id store.BatchID
	hanna := w.actor("hanna")
	w.until("the list is there", func() bool {
		all, err := w.Batches()
		if err != nil {
			w.t.Fatal(err)
		}
		if len(all) > 0 {
			id = all[0].ID
			return true
		}
		_, _ = w.List(context.Background(), hanna, cut, rows) // a kill may have taken the answer
		return false
	})
	return id
}

func (w *world) batch(id store.BatchID) store.Batch {
	w.t.Helper()
	b, err := w.Batch(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// approve submits and approves, over kills.
func (w *world) approve(id store.BatchID) {
	w.t.Helper()
	hanna, clara := w.actor(w.owner), w.actor("clara")
	w.until("it can be submitted", func() bool {
		f, err := w.Whole(id)
		return err == nil && f.Left == 0 && f.Unready == 0 && f.Cases > 0
	})
	w.until("it is submitted", func() bool {
		if w.batch(id).Asked != nil {
			return true
		}
		f, _ := w.Whole(id)
		_, _ = w.Append(context.Background(), string(id), hanna, store.Sent{Scope: f.Scope, To: clara.Person})
		return false
	})
	w.until("it is approved", func() bool {
		b := w.batch(id)
		if b.Decision == nil {
			_, _ = w.Append(context.Background(), string(id), clara, store.Decided{Scope: b.Asked.Scope, Approve: true})
		}
		return b.Decision != nil
	})
}

func (w *world) cases(id store.BatchID) map[int]store.Summary {
	w.t.Helper()
	out, err := w.BatchCases(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) closed(id store.BatchID) bool {
	n := 0
	for _, c := range w.cases(id) {
		if c.State == store.CaseClosed {
			n++
		}
	}
	return n == len(w.ids)
}

// leaves approves the leave of somebody who asks for a list, for tomorrow.
func (w *world) leaves(login string, asks, decides store.Actor) {
	w.t.Helper()
	do := func(subject string, a store.Actor, b store.Body) store.Case {
		c, err := w.Append(context.Background(), subject, a, b)
		if err != nil {
			w.t.Fatal(err)
		}
		return c
	}
	c := do(store.NewCase, asks, store.Drafted{Person: w.id(login), Systems: []string{"dir"}, Terms: store.Terms{
		Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.At, At: time.Now().Add(24 * time.Hour)}, Zone: "UTC", Manager: decides.Person,
	}})
	w.until("it is looked at", func() bool {
		var err error
		c, err = w.Case(c.ID)
		return err == nil && c.Plan(0).State == store.Proposed
	})
	do(string(c.ID), asks, store.Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	do(string(c.ID), decides, store.Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
}
