package actions_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// boundary is a place where a process can be killed.
type boundary string

const (
	beforeCommit boundary = "before" // of the store
	afterCommit  boundary = "after"
	beforeCall   boundary = "call" // of an action
	afterCall    boundary = "done" // it had its effect, and nobody was told
)

// killer kills the process at the kth, and maybe each further kth, boundary of
// a kind. From then on nothing reaches the log or a system any more.
type killer struct {
	at    boundary
	k     int64
	every bool
	n     atomic.Int64
	dead  atomic.Bool
	fired atomic.Int64
	w     *world
}

var errKilled = errors.New("killed")

func (k *killer) here(at boundary) bool {
	if k.dead.Load() {
		return true
	}
	if at != k.at || k.k == 0 {
		return false
	}
	if n := k.n.Add(1); n != k.k && (!k.every || n%k.k != 0) {
		return false
	}
	k.dead.Store(true)
	k.fired.Add(1)
	k.w.cancel()
	return true
}

func (k *killer) attach(w *world) {
	k.w = w
	fault := func(at string) error {
		if k.here(boundary(at)) {
			return errKilled
		}
		return nil
	}
	w.fault.Store(&fault)
	call := func(at boundary) func(string) {
		return func(string) {
			if k.here(at) {
				runtime.Goexit() // a kill runs no more code
			}
		}
	}
	w.mem.OnCall, w.mem.OnDone = call(beforeCall), call(afterCall)
}

// revive starts the process again, and checks that the log lost nothing that
// anybody has seen.
func (k *killer) revive() {
	w := k.w
	w.t.Helper()
	w.stop()
	seen := w.story()
	if err := w.Close(); err != nil {
		w.t.Fatal(err)
	}
	k.dead.Store(false)
	w.open()
	if err := w.Check(); err != nil {
		w.t.Fatalf("after the kill: %v", err)
	}
	if now := w.story(); len(now) < len(seen) || !slices.Equal(now[:len(seen)], seen) {
		w.t.Fatalf("the log has other entries (-seen +now):\n%s", cmp.Diff(seen, now))
	}
	w.start()
}

// story lists the entries of the case.
func (w *world) story() []string {
	w.t.Helper()
	events, err := w.Events(context.Background(), "OFF-1")
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, e := range events {
		body, err := json.Marshal(e.Body)
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%d %s %T %s", e.Seq, e.At, e.Body, body))
	}
	return out
}

// drive does what people do next about the only case, and reports whether it
// is closed. What was not answered they do again.
func (w *world) drive() (closed bool, acked uint64) {
	c, err := w.Case("OFF-1")
	if err != nil {
		c, _ = w.try(store.NewCase, "hanna", store.Drafted{Person: w.people["jane"], Terms: w.terms, Systems: w.looked()})
		return false, c.Seq
	}
	p := c.Plan(0)
	var done store.Case
	act := func(name string, b store.Body) { done, _ = w.try(c.ID, name, b) }
	switch p.State {
	case store.Proposed:
		act("hanna", store.Submitted{Plan: p.No, Scope: p.Scope})
	case store.Asked:
		if s := p.Step("dir/owner/1"); p.Kind == store.Leave && len(s.Answers) == 0 {
			act("marco", store.Answered{Plan: 1, Answers: []store.Answer{
				{Step: s.ID, Item: "1", Choice: store.Give, Heir: w.people["bo"]},
				{Step: s.ID, Item: "2", Choice: store.Keep, Until: "2030-01-01", Reason: store.Seal("a project")},
			}})
		} else {
			act("marco", store.Decided{Plan: p.No, Scope: p.Scope, Approve: true})
		}
	case store.Begun:
		for _, s := range p.Steps {
			if s.State == store.Accepted || s.Manual != nil && !s.State.Ended() {
				act("ivan", store.ConfirmedBy{Plan: p.No, Step: s.ID, Note: store.Seal("seen")})
			}
		}
	case store.Over:
		if w.undone && p.Kind == store.Leave {
			act("hanna", store.Planned{
				Kind: store.Restore, Of: 1, Systems: w.x.Systems(), CutOff: store.CutOff{Mode: store.Now}, Approver: w.people["marco"], Reason: store.Seal("the wrong Jane"),
			})
			return false, done.Seq
		}
	case "", store.Surveying, store.Declined, store.Approved:
	}
	return c.State == store.CaseClosed, done.Seq
}

// end is how a case ended: for each step its state, and what an undo would
// give back.
func (w *world) end() map[string]string {
	w.t.Helper()
	c := w.get("OFF-1")
	out := map[string]string{"case": fmt.Sprint(c.State, " ", c.Outcome)}
	for _, s := range c.Plan(0).Steps {
		held, err := w.Befores(c, s)
		if err != nil {
			w.t.Fatal(err)
		}
		var before []string
		for _, h := range held {
			before = append(before, h.ID+" "+h.Ref+"="+h.Before)
		}
		slices.Sort(before)
		out[string(s.ID)] = fmt.Sprintf("%s %q left %d", s.State, before, s.Left)
	}
	return out
}

// live runs the whole life of a case under a killer: all steps at once, which
// share commits, or one after the other, so that each commit stands alone.
func live(t *testing.T, k *killer, oneByOne bool) (end map[string]string, snapshot string) {
	t.Helper()
	end, snapshot, _ = lived(t, k, oneByOne, false)
	return end, snapshot
}

// lived is live, and with undo all of it is given back in the end, and the killer
// waits for that; before is what the systems were at first.
func lived(t *testing.T, k *killer, oneByOne, undo bool) (end map[string]string, snapshot, before string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		at := k.at
		if w.undone = undo; undo {
			k.at = ""
		}
		w.cfg.Tasks = []actions.Task{{Name: "laptop", Words: "Take back the laptop", Owner: store.IT}}
		dir := w.mem.System("dir", "Company directory", "lock", "password", "groups", "owner")
		vpn := w.mem.System("vpn", "VPN", "lock", "groups", "wipe")
		if oneByOne {
			dir.Limit, vpn.Limit = 1, 1
			w.mem.Fault("dir", func(f *actionstest.Faults) { f.Latency = time.Second })
			w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Latency = 1300 * time.Millisecond })
		}
		w.systems(dir, vpn)
		k.attach(w)
		w.start()
		before = w.mem.Snapshot()
		var last uint64
		for range 5000 {
			synctest.Wait()
			if k.dead.Load() {
				if k.fired.Load() > 100 {
					t.Fatal("it does not get on")
				}
				k.revive()
				continue
			}
			if c, err := w.Case("OFF-1"); err == nil && undo && c.State == store.CaseClosed && len(c.Plans) == 1 {
				k.at = at
			}
			closed, acked := w.drive()
			last = max(last, acked)
			if closed {
				break
			}
			time.Sleep(time.Second)
		}
		if w.Last() < last {
			t.Errorf("entry %d was answered, and is not there", last)
		}
		end, snapshot = w.end(), w.mem.Snapshot()
		k.at = "" // the checks at the end are not killed
	})
	return end, snapshot, before
}

// An undo that is killed at any boundary ends as one that was not: all is there
// again, nobody else has lost anything, and nothing is recorded otherwise.
func TestKillAnywhereInAnUndo(t *testing.T) {
	want, systems, before := lived(t, &killer{}, false, true)
	if want["case"] != "closed restored" || !strings.HasPrefix(want["dir/lock/1"], "proven") || strings.ReplaceAll(systems, "wiped=1", "wiped=0") != before {
		t.Fatalf("the undisturbed undo ends as %q, and leaves\n%s\nnot\n%s", want, systems, before)
	}
	for _, at := range []boundary{beforeCommit, afterCommit, beforeCall, afterCall} {
		t.Run(string(at), func(t *testing.T) {
			oneByOne := at == beforeCommit || at == afterCommit
			for k := int64(1); ; k++ {
				kill := &killer{at: at, k: k}
				end, state, _ := lived(t, kill, oneByOne, true)
				if kill.fired.Load() == 0 {
					if t.Logf("%d boundaries", k-1); k < 20 {
						t.Error("these are too few")
					}
					return
				}
				if d := cmp.Diff(want, end) + cmp.Diff(systems, state); d != "" {
					t.Errorf("killed at %s %d, it ends otherwise (-want +got):\n%s", at, k, d)
				}
			}
		})
	}
}

func TestKillAnywhereChangesNothing(t *testing.T) {
	want, systems := live(t, &killer{}, false)
	for _, part := range []string{"closed done", "confirmed", "proven"} {
		if !slices.ContainsFunc(slices.Collect(maps.Values(want)), func(s string) bool { return strings.HasPrefix(s, part) }) {
			t.Fatalf("the undisturbed case proves nothing: %q", want)
		}
	}
	for _, line := range []string{
		"dir account jane locked=true", "vpn account adm-jane locked=true wiped=1", "dir account bo locked=false",
		"dir group design members=[bo marco] owners=[bo]", "dir group archive members=[] owners=[jane]", "vpn group staff members=[bo marco priya]",
	} {
		if !strings.Contains(systems, line) {
			t.Fatalf("the undisturbed case left\n%s\nwithout %q", systems, line)
		}
	}
	for _, at := range []boundary{beforeCommit, afterCommit, beforeCall, afterCall} {
		t.Run(string(at), func(t *testing.T) {
			oneByOne := at == beforeCommit || at == afterCommit
			for k := int64(1); ; k++ {
				kill := &killer{at: at, k: k}
				end, state := live(t, kill, oneByOne)
				if kill.fired.Load() == 0 {
					if t.Logf("%d boundaries", k-1); k < 30 {
						t.Error("these are too few")
					}
					return
				}
				if d := cmp.Diff(want, end) + cmp.Diff(systems, state); d != "" {
					t.Errorf("killed at %s %d, it ends otherwise (-want +got):\n%s", at, k, d)
				}
			}
		})
	}
}

func TestKilledAgainAndAgainItStillEnds(t *testing.T) {
	want, systems := live(t, &killer{}, true)
	// What is recorded when it is whole must fit into a life: the calls of a
	// survey, and the two entries of a step that shows no proof.
	for at, k := range map[boundary]int64{beforeCommit: 3, afterCommit: 3, beforeCall: 11, afterCall: 11} {
		kill := &killer{at: at, k: k, every: true}
		end, state := live(t, kill, true)
		if kill.fired.Load() < 3 {
			t.Errorf("killed only %d times", kill.fired.Load())
		}
		if d := cmp.Diff(want, end) + cmp.Diff(systems, state); d != "" {
			t.Errorf("killed at every few of %s, %d times, it ends otherwise (-want +got):\n%s", at, kill.fired.Load(), d)
		}
	}
}
