package actions_test

import (
	"strings"
	"testing"
	"time"

	"offboard/actions/actionstest"
	"offboard/store"
)

// A held case begins nothing, also after a restart and while time passes; what
// holds it lifted, it goes on at once.
func TestHeldCaseTouchesNothingAndGoesOnAfter(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id, other := w.proposed("jane"), w.proposed("bo")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.approve(id)
		pass(time.Hour) // its steps wait before a closed gate
		w.do(id, "", store.Disowned{Entry: 1, Person: w.people["marco"]})
		pass(time.Second)
		calls := w.touches("jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = false })
		w.approve(other) // holding one holds no other
		w.closed(other)
		w.do(id, "ivan", store.Retried{Plan: 1, Step: "vpn/lock/1"})
		pass(48 * time.Hour)
		w.start()
		pass(48 * time.Hour)
		if n := w.touches("jane") - calls; n != 0 {
			t.Errorf("%d calls while it was held", n)
		}
		c := w.do(id, "hanna", store.Requested{Change: store.Change{Verb: store.VerbResume, Plan: 1, Reason: store.Seal("it was him")}})
		w.do(id, "sasha", store.Seconded{Entry: c.Seq, Agree: true})
		w.closed(id)
	})
}

// touches counts the calls about somebody.
func (w *world) touches(login string) (n int) {
	for _, call := range w.mem.Calls() {
		if strings.HasSuffix(call, " "+login) {
			n++
		}
	}
	return n
}

// Held after it was approved and before it began, it does not begin.
func TestHeldCaseDoesNotBegin(t *testing.T) {
	bubble(t, func(w *world) {
		id := w.proposedThen(func(id store.CaseID) {
			w.approve(id)
			w.do(id, "", store.Disowned{Entry: 1, Person: w.people["marco"]})
		})
		w.start()
		pass(48 * time.Hour)
		if p := w.get(id).Plan(0); p.State != store.Approved {
			t.Errorf("it is %s", p.State)
		}
	})
}

// proposedThen does something to a surveyed case while no executor runs.
func (w *world) proposedThen(do func(store.CaseID)) store.CaseID {
	w.t.Helper()
	w.start()
	id := w.proposed("jane")
	w.stop()
	do(id)
	return id
}

// Held between the read and the act, it does not act.
func TestHoldBetweenReadAndActHoldsTheAct(t *testing.T) {
	bubble(t, func(w *world) {
		var id store.CaseID
		armed := false
		w.mem.OnDone = func(op string) {
			if op == "vpn/lock.Check jane" && armed {
				armed = false
				w.do(id, "", store.Disowned{Entry: 1, Person: w.people["marco"]})
			}
		}
		w.start()
		id = w.proposed("jane")
		armed = true
		w.approve(id)
		pass(time.Hour)
		if n := w.calls("vpn/lock.Do jane"); n != 0 {
			t.Errorf("it acted %d times", n)
		}
		// What had begun before is finished.
		for _, s := range w.get(id).Plan(0).Steps {
			if s.State == store.Running {
				t.Errorf("%s is under way for ever", s.ID)
			}
		}
	})
}
