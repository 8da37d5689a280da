package actions_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// watcher is a readiness loop beside the executor of a world.
type watcher struct {
	*actions.Readiness
	seen atomic.Int32
	stop func()
}

func (w *world) ready() *watcher {
	w.t.Helper()
	r := &watcher{}
	r.Readiness = actions.NewReadiness(w.x, func(store.CaseID) { r.seen.Add(1) })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.stop = func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("the loop ended: %v", err)
		}
	}
	return r
}

func (w *world) armed(leaver string) store.CaseID {
	w.t.Helper()
	w.terms.CutOff = store.CutOff{Mode: store.Press}
	return w.approved(leaver)
}

func (r *watcher) is(t *testing.T, what string, id store.CaseID, at time.Time, silent ...string) {
	t.Helper()
	got := r.Reached(id)
	if !got.At.Equal(at) || got.Systems != 2 || !slices.Equal(got.Silent, silent) || len(got.Unread) > 0 {
		t.Errorf("%s: %+v, want at %s, silent %q", what, got, at, silent)
	}
}

// From the approval on, and each hour, one read a system: that is known before
// anybody presses, and nothing is changed and nothing written for it.
func TestReadinessLooksFromTheApprovalOnAndEachHour(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		r := w.ready()
		defer r.stop()
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		id := w.proposed("jane")
		if got := r.Reached(id); !got.At.IsZero() {
			t.Errorf("before the approval: %+v", got)
		}
		w.approve(id)
		pass(0)
		approved := time.Now()
		r.is(t, "at the approval", id, approved)
		last, before := w.Last(), len(w.mem.Calls())
		pass(time.Hour - time.Second)
		r.is(t, "an hour later, less a second", id, approved)
		pass(time.Second)
		r.is(t, "an hour later", id, approved.Add(time.Hour))
		pass(23 * time.Hour)
		r.is(t, "a day later", id, approved.Add(24*time.Hour))
		calls := w.mem.Calls()[before:]
		const survey = 6 // calls: the survey is repeated each hour too, with an entry that says so
		surveys := int(w.Last() - last)
		if n := len(calls) - survey*surveys; surveys != 24 || n != 2*24 || slices.ContainsFunc(calls, func(c string) bool { return !strings.Contains(c, ".Check jane") }) {
			t.Errorf("%d calls in a day: %q", n, calls)
		}
		if w.mem.Writes() != 0 || r.seen.Load() != 25 {
			t.Errorf("%d writes, told %d times", w.mem.Writes(), r.seen.Load())
		}
		w.do(id, "hanna", store.Pressed{Plan: 1})
		w.closed(id)
		if got := r.Reached(id); !got.At.IsZero() {
			t.Errorf("of a case that is over: %+v", got)
		}
		before = len(w.mem.Calls())
		pass(24 * time.Hour)
		if n := len(w.mem.Calls()) - before; n != 0 {
			t.Errorf("%d calls after the press", n)
		}
	})
}

// A system that does not answer is named and read again sooner; it does not keep
// the lock-out back once it answers again.
func TestReadinessNamesWhatIsSilent(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		r := w.ready()
		defer r.stop()
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		id := w.proposed("jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.approve(id)
		pass(0)
		at := time.Now()
		r.is(t, "at the approval", id, at, "vpn")
		pass(10 * time.Minute)
		r.is(t, "ten minutes later", id, at.Add(10*time.Minute), "vpn")
		pass(24 * time.Hour) // many looks have failed
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = false })
		pressed := time.Now()
		w.do(id, "hanna", store.Pressed{Plan: 1})
		c := w.closed(id)
		if took := c.Closed.Sub(pressed); took > time.Second || !w.mem.Locked("vpn", "jane") {
			t.Errorf("after the press it took %s", took)
		}
	})
}

// What hangs is waited for as long as for any call, and the others are known by
// then.
func TestReadinessOfASystemThatHangs(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Timeout = time.Minute
		w.start()
		r := w.ready()
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		id := w.proposed("jane")
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Hang = true })
		w.approve(id)
		pass(0)
		at := time.Now()
		pass(time.Minute)
		r.is(t, "after the time of one call", id, at.Add(time.Minute), "dir")
		pass(10 * time.Minute)
		r.stop() // while it hangs
		pass(time.Hour)
		r.is(t, "stopped in a look", id, at.Add(time.Minute), "dir")
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Hang = false })
	})
}

// Who looks at the case has it read again, at most each minute; a system that is
// not there any more can't be read.
func TestReadinessAgain(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.armed("jane")
		r := w.ready() // as after a start: it finds the case
		pass(0)
		at := time.Now()
		r.is(t, "at the start", id, at)
		pass(59 * time.Second)
		r.Again(id)
		pass(0)
		r.is(t, "asked within a minute", id, at)
		pass(time.Second)
		r.Again(id)
		r.Again("OFF-4711")
		pass(0)
		r.is(t, "asked after a minute", id, at.Add(time.Minute))
		pass(time.Hour)
		r.is(t, "an hour after that", id, at.Add(time.Minute+time.Hour))
		r.stop()
		w.systems(w.cfg.Systems[0])
		w.start()
		r = w.ready()
		defer r.stop()
		pass(0)
		if got := r.Reached(id); !reflect.DeepEqual(got.Unread, []string{"vpn"}) || len(got.Silent) > 0 || got.Systems != 2 {
			t.Errorf("without the VPN: %+v", got)
		}
	})
}

// A bot that is paused reads nothing, and looks at once when the pause ends.
func TestReadinessPaused(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		r := w.ready()
		defer func() { r.stop() }()
		id := w.armed("jane")
		pass(0)
		at := time.Now()
		r.is(t, "before", id, at)
		w.do(store.Installation, "ivan", store.Paused{On: true})
		calls := len(w.mem.Calls())
		pass(5 * time.Hour)
		r.Again(id)
		pass(time.Hour)
		r.is(t, "paused", id, at)
		r.stop()
		r = w.ready() // a restart is not the end of a pause
		pass(5 * time.Hour)
		if n := len(w.mem.Calls()) - calls; n != 0 {
			t.Errorf("%d calls while paused", n)
		}
		w.do(store.Installation, "ivan", store.Paused{On: false})
		pass(0)
		r.is(t, "after", id, time.Now())
	})
}
