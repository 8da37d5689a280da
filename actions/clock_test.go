package actions_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"offboard/store"
)

// clocks of a machine, beside the time of the bubble: the wall clock can be set,
// and the machine can sleep.
type clocks struct{ wrong, slept atomic.Int64 }

func (k *clocks) set(wrong time.Duration) { k.wrong.Store(int64(wrong)) }

// sleep lets both clocks go on, as though nothing had run meanwhile.
func (k *clocks) sleep(d time.Duration) { k.slept.Add(int64(d)) }

// clocked runs the executor on a store whose clocks can be wrong.
func clocked(w *world) *clocks {
	w.t.Helper()
	if err := w.Close(); err != nil {
		w.t.Fatal(err)
	}
	k := &clocks{}
	begun := time.Now()
	w.opt.Clock = store.Clock{
		Wall: func() time.Time { return time.Now().Add(time.Duration(k.wrong.Load() + k.slept.Load())) },
		Up:   func() time.Duration { return time.Since(begun) + time.Duration(k.slept.Load()) },
		Run:  "a run",
	}
	w.open()
	w.keep()
	w.start()
	return k
}

// keep has the store's time kept until the test ends.
func (w *world) keep() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan bool)
	s := w.Store
	go func() {
		defer close(done)
		s.KeepTime(ctx, func(_ *store.Doubt, err error) {
			if err != nil {
				w.t.Error(err)
			}
		})
	}()
	w.unkeep = func() {
		stop()
		<-done
	}
	w.t.Cleanup(func() { w.unkeep() })
}

// The lock-out goes on, what can't be given back waits, quietly, and goes on
// when the clock is right again.
func TestWrongClockStartsNothingThatCannotBeGivenBack(t *testing.T) {
	bubble(t, func(w *world) {
		k := clocked(w)
		id := w.proposed("jane")
		k.set(10 * 365 * 24 * time.Hour)
		w.approve(id)
		w.until("withheld", func() bool { return w.step(id, "dir/password/1").Withheld })
		w.ends(id, "dir/lock/1", store.Proven)
		pass(time.Minute)
		calls, last := len(w.mem.Calls()), w.Last()
		pass(2 * time.Hour)
		if n := len(w.mem.Calls()) - calls; n != 0 || w.Last() != last {
			t.Errorf("it waits with %d calls and %d entries", n, w.Last()-last)
		}
		if s := w.step(id, "dir/password/1"); w.calls("dir/password.Do jane") != 0 || s.Attempts != 0 || s.State != store.Waiting {
			t.Errorf("the password: %s, %d attempts", s.State, s.Attempts)
		}
		w.stop()
		w.start() // a restart is not the end of a doubt
		pass(time.Hour)
		if w.calls("dir/password.Do jane") != 0 {
			t.Error("it was done after a restart")
		}
		k.set(0)
		w.closed(id)
		if n := w.calls("dir/password.Do jane"); n != 1 {
			t.Errorf("the password was replaced %d times", n)
		}
		if state, err := w.State(); err != nil || state.Doubt != nil || state.Righted.IsZero() {
			t.Errorf("%+v, %v", state, err)
		}
	})
}

// What is scheduled begins at its time, whatever the wall clock says meanwhile.
func TestWrongClockMovesNoCutOff(t *testing.T) {
	for name, wrong := range map[string]time.Duration{
		"years ahead": 10 * 365 * 24 * time.Hour, "a day ahead": 24 * time.Hour, "an hour behind": -time.Hour, "years behind": -10 * 365 * 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				k := clocked(w)
				at := time.Now().Add(3 * time.Hour).UTC()
				w.terms.CutOff = store.CutOff{Mode: store.At, At: at}
				id := w.approved("jane")
				k.set(wrong)
				time.Sleep(time.Until(at) - time.Millisecond)
				synctest.Wait()
				if w.mem.Writes() != 0 {
					t.Fatal("it began early")
				}
				pass(time.Second)
				if p := w.get(id).Plan(0); !p.Begun.Equal(at) || !w.mem.Locked("dir", "jane") {
					t.Errorf("begun %s, want %s", p.Begun, at)
				}
				k.set(0)
				w.closed(id)
			})
		})
	}
}

// A late start says why.
func TestLateStartSaysWhy(t *testing.T) {
	for name, tt := range map[string]struct {
		want store.Delay
		late func(w *world, k *clocks, at time.Time)
	}{
		"not late": {"", func(_ *world, _ *clocks, at time.Time) { pass(time.Until(at)) }},
		"the process was down": {store.ByOutage, func(w *world, _ *clocks, at time.Time) {
			w.unkeep()
			w.stop()
			if err := w.Close(); err != nil {
				w.t.Fatal(err)
			}
			pass(time.Until(at) + time.Hour)
			w.open()
			w.keep()
			w.start()
		}},
		"the machine slept": {store.ByOutage, func(_ *world, k *clocks, at time.Time) { k.sleep(time.Until(at) + time.Hour) }},
		"it was paused": {store.ByPause, func(w *world, _ *clocks, at time.Time) {
			w.do(store.Installation, "ivan", store.Paused{On: true})
			pass(time.Until(at) + time.Hour)
			w.do(store.Installation, "ivan", store.Paused{})
		}},
		"the clock was in doubt": {store.ByClock, func(w *world, k *clocks, at time.Time) {
			k.set(time.Until(at) + time.Hour) // as when a virtual machine was stopped
			pass(time.Minute)
			state, err := w.State()
			if err != nil || state.Doubt == nil {
				w.t.Fatalf("%+v, %v", state, err)
			}
			w.do(store.Installation, "ivan", store.Trusted{Entry: state.Doubt.Entry, Ahead: w.Time().Ahead()})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				k := clocked(w)
				at := time.Now().Add(3 * time.Hour).UTC()
				w.terms.CutOff = store.CutOff{Mode: store.At, At: at}
				id := w.approved("jane")
				tt.late(w, k, at)
				pass(5 * time.Second)
				p := w.get(id).Plan(0)
				if p.Begun.IsZero() || p.Delay != tt.want || tt.want != "" && p.Begun.Sub(p.Due) < time.Hour {
					t.Errorf("due %s, begun %s, late by %q", p.Due, p.Begun, p.Delay)
				}
				w.ends(id, "dir/lock/1", store.Proven)
			})
		})
	}
}
