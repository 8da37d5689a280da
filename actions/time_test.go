package actions_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"offboard/store"
)

// tomorrow is the cut-off of these tests: a quarter to six in the evening,
// where Jane works.
func tomorrow(t *testing.T) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	y, m, d := time.Now().In(zone).AddDate(0, 0, 1).Date()
	return time.Date(y, m, d, 17, 45, 0, 0, zone)
}

func TestCutOffIsNotASecondEarlyAndNotASecondLate(t *testing.T) {
	bubble(t, func(w *world) {
		at := tomorrow(t)
		w.terms.CutOff, w.terms.Zone = store.CutOff{Mode: store.At, At: at}, "Asia/Kolkata"
		w.start()
		id := w.approved("jane")
		time.Sleep(time.Until(at) - time.Millisecond)
		synctest.Wait()
		if p := w.get(id).Plan(0); p.State != store.Approved || w.mem.Writes() != 0 {
			t.Fatalf("a millisecond before the cut-off the plan is %s", p.State)
		}
		pass(time.Millisecond)
		c := w.get(id)
		if p := c.Plan(0); !p.Begun.Equal(at) || !p.Due.Equal(at) {
			t.Errorf("due %s, begun %s, want %s", p.Due, p.Begun, at)
		}
		if !w.mem.Locked("dir", "jane") {
			t.Error("she can sign in after the cut-off")
		}
	})
}

func TestCutOffThatFellIntoAnOutageOfTheBotIsLateAndSaysSo(t *testing.T) {
	bubble(t, func(w *world) {
		at := tomorrow(t)
		w.terms.CutOff = store.CutOff{Mode: store.At, At: at}
		w.start()
		id := w.approved("jane")
		w.stop()
		pass(time.Until(at) + 3*time.Hour)
		w.start()
		w.closed(id)
		if p := w.get(id).Plan(0); !p.Due.Equal(at) || p.Begun.Sub(p.Due) != 3*time.Hour {
			t.Errorf("due %s, begun %s", p.Due, p.Begun)
		}
	})
}

func TestCutOffCanBeMoved(t *testing.T) {
	bubble(t, func(w *world) {
		at := tomorrow(t)
		w.terms.CutOff = store.CutOff{Mode: store.At, At: at}
		w.start()
		id := w.approved("jane")
		pass(time.Hour)
		early := at.Add(-5 * time.Hour)
		w.do(id, "hanna", store.Requested{Change: store.Change{Verb: store.VerbReschedule, Plan: 1, CutOff: store.CutOff{Mode: store.At, At: early}}})
		w.closed(id)
		if p := w.get(id).Plan(0); !p.Begun.Equal(early) {
			t.Errorf("begun %s, want %s", p.Begun, early)
		}
	})
}

func TestArmedPlanWaitsForThePress(t *testing.T) {
	bubble(t, func(w *world) {
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		w.start()
		id := w.approved("jane")
		pass(30 * 24 * time.Hour)
		if w.mem.Writes() != 0 {
			t.Fatal("done without the press")
		}
		pressed := time.Now()
		w.do(id, "hanna", store.Pressed{Plan: 1})
		w.closed(id)
		if p := w.get(id).Plan(0); !p.Begun.Equal(pressed.Truncate(time.Microsecond).UTC()) {
			t.Errorf("pressed at %s, begun %s", pressed, p.Begun)
		}
	})
}

func TestManyTimesAreEachKept(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		at := map[store.CaseID]time.Time{}
		for i, p := range []string{"priya", "bo", "jane"} {
			w.terms.CutOff = store.CutOff{Mode: store.At, At: tomorrow(t).Add(-time.Duration(i) * time.Minute)}
			at[w.approved(p)] = w.terms.CutOff.At
		}
		pass(48 * time.Hour)
		for id, want := range at {
			if p := w.get(id).Plan(0); !p.Begun.Equal(want) {
				t.Errorf("%s begun %s, want %s", id, p.Begun, want)
			}
		}
	})
}

func TestClockThatWasSetForwardIsSeenWithinAMinute(t *testing.T) {
	bubble(t, func(w *world) {
		var ahead atomic.Int64
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		w.opt.Clock.Wall = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		w.open()
		w.terms.CutOff = store.CutOff{Mode: store.At, At: tomorrow(t)}
		w.start()
		id := w.approved("jane")
		ahead.Store(int64(time.Until(w.terms.CutOff.At) + time.Minute)) // as after a machine slept
		pass(time.Minute)
		if p := w.get(id).Plan(0); p.Begun.IsZero() {
			t.Errorf("the plan is %s, and its time has passed", p.State)
		}
	})
}
