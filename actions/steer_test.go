package actions_test

import (
	"testing"
	"time"

	"offboard/actions/actionstest"
	"offboard/store"
)

func TestPausedBotTouchesNothingAndGoesOnAfter(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id, surveyed := w.proposed("jane"), w.proposed("bo")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.approve(id)
		pass(24 * time.Hour) // its steps wait before a closed gate
		w.do(store.Installation, "ivan", store.Paused{On: true})
		pass(time.Second)
		calls := len(w.mem.Calls())
		w.approve(surveyed)
		draft := w.draft("priya")
		w.do(id, "ivan", store.Retried{Plan: 1, Step: "vpn/lock/1"})
		pass(48 * time.Hour)
		w.start() // a restart is not the end of a pause
		pass(48 * time.Hour)
		if n := len(w.mem.Calls()) - calls; n != 0 {
			t.Errorf("%d calls while it was paused: %q", n, w.mem.Calls()[calls:])
		}
		if p := w.get(surveyed).Plan(0); p.State != store.Approved {
			t.Errorf("the other case is %s", p.State)
		}
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = false })
		w.do(store.Installation, "ivan", store.Paused{On: false})
		pass(time.Minute)
		if s := w.get(surveyed).State; s != store.CaseClosed {
			t.Errorf("the case that waited is %s", s)
		}
		if s := w.get(draft).Plan(0).State; s != store.Proposed {
			t.Errorf("the draft is %s", s)
		}
		w.closed(id)
	})
}

func TestPauseBetweenReadAndActHoldsTheAct(t *testing.T) {
	bubble(t, func(w *world) {
		armed, paused := false, false
		w.mem.OnDone = func(op string) {
			if op == "vpn/lock.Check jane" && armed && !paused {
				paused = true
				w.do(store.Installation, "ivan", store.Paused{On: true})
			}
		}
		w.start()
		id := w.proposed("jane")
		armed = true
		w.approve(id)
		pass(time.Hour)
		if !paused || w.calls("vpn/lock.Do jane") != 0 {
			t.Errorf("paused %t, and did it %d times", paused, w.calls("vpn/lock.Do jane"))
		}
		n := len(w.mem.Calls())
		pass(time.Hour)
		if m := len(w.mem.Calls()); m != n {
			t.Errorf("%d calls while it was paused", m-n)
		}
		w.do(store.Installation, "ivan", store.Paused{On: false})
		w.closed(id)
	})
}

func TestStoppedPlanEndsWhatRunsAndBeginsNothing(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Latency = time.Minute })
		w.approve(id)
		w.until("the lock is under way", func() bool { return w.step(id, "dir/lock/1").State == store.Running })
		w.do(id, "ivan", store.Stopped{Plan: 1, Reason: store.Seal("wrong person")})
		pass(time.Second)
		done := w.calls("dir/password.Do") + w.calls("vpn/lock.Do")
		c := w.closed(id)
		pass(48 * time.Hour)
		if s := c.Plan(0).Step("dir/lock/1"); s.State != store.Proven {
			t.Errorf("what ran is %s", s.State)
		}
		for _, step := range []store.StepID{"dir/password/1", "vpn/lock/1"} {
			if s := c.Plan(0).Step(step); s.State != store.Halted {
				t.Errorf("%s is %s", step, s.State)
			}
		}
		if n := w.calls("dir/password.Do") + w.calls("vpn/lock.Do"); n != done || c.Outcome != store.AccessLeft {
			t.Errorf("%d more acts; the case ended as %s", n-done, c.Outcome)
		}
	})
}

func TestStepThatRanWhenItWasStoppedAndKilledIsReadAndNotDoneAgain(t *testing.T) {
	for _, done := range []bool{true, false} {
		bubble(t, func(w *world) {
			w.systems(w.mem.System("vpn", "VPN", "lock"))
			w.start()
			id := w.proposed("jane")
			w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Latency = time.Minute; f.Ignore = !done })
			w.approve(id)
			w.until("it is being done", func() bool { return w.calls("vpn/lock.Do jane") == 1 })
			if done {
				pass(time.Minute + time.Second)
			}
			w.stop()
			if s := w.step(id, "vpn/lock/1").State; s != store.Running {
				t.Fatalf("it is %s", s)
			}
			w.do(id, "ivan", store.Stopped{Plan: 1, Reason: store.Seal("wrong person")})
			n := w.calls("vpn/lock.Do jane")
			w.start()
			c := w.closed(id)
			want := map[bool]store.StepState{true: store.Proven, false: store.Halted}[done]
			if s := c.Plan(0).Step("vpn/lock/1"); s.State != want || w.calls("vpn/lock.Do jane") != n {
				t.Errorf("done %t: it is %s, and was done %d more times", done, s.State, w.calls("vpn/lock.Do jane")-n)
			}
		})
	}
}

func TestEndOfTheProgramWaitsForNobody(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id, other := w.proposed("jane"), w.proposed("bo")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Hang = true })
		w.approve(id)
		w.approve(other)
		pass(time.Hour + time.Second)
		before := time.Now()
		w.stop() // and synctest tells of every goroutine that is left
		if took := time.Since(before); took > 0 {
			t.Errorf("it took %s to stop", took)
		}
	})
}
