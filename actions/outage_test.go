package actions_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

func TestDeadSystemIsTriedForEverAndDelaysNothingElse(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.approve(id)
		pass(time.Minute)
		for _, s := range w.get(id).Plan(0).Steps {
			if s.System == "dir" && !right(s) {
				t.Errorf("%s is %s", s.ID, s.State)
			}
		}
		pass(7 * 24 * time.Hour)
		if fails, _ := w.failures(id, "vpn/lock/1"); len(fails) < 100 {
			t.Fatalf("%d tries in a week", len(fails))
		}
		all, at := bodies[store.Failed](w, id)
		for _, f := range all {
			if f.Why != store.Unreachable || f.After == 0 {
				t.Fatalf("%s: %s, again after %s", f.Step, f.Why, f.After)
			}
		}
		if n := len(at); at[n-1].Sub(at[n-2]) < 10*time.Minute || at[10].Sub(at[0]) > time.Hour {
			t.Errorf("the waits do not grow: %s for the first 10, then %s", at[10].Sub(at[0]), at[n-1].Sub(at[n-2]))
		}
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = false })
		back := time.Now()
		w.closed(id)
		if took := time.Since(back); took > 21*time.Minute {
			t.Errorf("%s after it came back", took)
		}
		w.gone("jane", "adm-jane")
	})
}

func TestDeadSystemIsAskedByOneAtATime(t *testing.T) {
	bubble(t, func(w *world) {
		var now, most atomic.Int32
		dead := false
		w.systems(odd(func(actx context.Context, tg actions.Target) (actions.Finding, error) {
			if !dead {
				a := actions.Account{ID: "odd-" + tg.Person.Login, Login: tg.Person.Login}
				return actions.Finding{Accounts: []actions.Account{a}}, nil
			}
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(time.Second)
			return actions.Finding{}, actions.Again(errFull)
		}))
		w.start()
		var ids []store.CaseID
		for _, p := range []string{"jane", "bo", "priya", "ivan"} {
			ids = append(ids, w.proposed(p))
		}
		dead = true
		for _, id := range ids {
			w.approve(id)
		}
		pass(time.Hour)
		before := 0
		for _, id := range ids {
			fails, _ := w.failures(id, "odd/lock/1")
			if len(fails) == 0 {
				t.Errorf("%s does not say why it waits", id)
			}
			before += len(fails)
		}
		most.Store(0)
		pass(24 * time.Hour)
		after := 0
		for _, id := range ids {
			fails, _ := w.failures(id, "odd/lock/1")
			after += len(fails)
		}
		if most.Load() != 1 {
			t.Errorf("%d calls at the same time", most.Load())
		}
		if n := after - before; n < 100 || n > 24*6+1 {
			t.Errorf("%d tries in a day, want one each 10 minutes for all cases together", n)
		}
	})
}

// One asks a dead system for all; people are called for the lock-outs of each,
// once, and not for what lasts no longer than the attempts of a step.
func TestEachLockOutThatADeadSystemKeepsBackCallsPeople(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		var ids []store.CaseID
		for _, p := range []string{"jane", "bo", "priya", "ivan"} {
			ids = append(ids, w.proposed(p))
		}
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		for _, id := range ids {
			w.approve(id)
		}
		calls := func(when string, want bool) {
			t.Helper()
			for _, id := range ids {
				for _, s := range w.get(id).Plan(0).Steps {
					if s.Calls != (want && s.LockOut && s.System == "vpn") {
						t.Errorf("%s: %s of %s is %s, and calls people: %t", when, s.ID, id, s.State, s.Calls)
					}
				}
			}
		}
		pass(5 * time.Second)
		calls("after seconds", false)
		pass(time.Hour)
		calls("after an hour", true)
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = false })
		for _, id := range ids {
			w.closed(id)
		}
		calls("when all is done", false)
	})
}

func TestNewCaseSaysAtOnceThatItsSystemIsDown(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Again = 48 * time.Hour // a survey asks a dead system too, and this is about steps
		w.start()
		id, other := w.proposed("jane"), w.proposed("bo")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.approve(id)
		pass(24 * time.Hour)
		n := w.calls("vpn/")
		w.approve(other)
		pass(time.Second)
		s := w.step(other, "vpn/lock/1")
		if s.State != store.FailedAgain || w.calls("vpn/") != n {
			t.Errorf("the step is %s, after %d calls", s.State, w.calls("vpn/")-n)
		}
		if m := w.text(other, s.Message); !strings.Contains(m, "has not answered for 2") || !strings.Contains(m, "connection refused") || strings.Contains(m, "jane") {
			t.Errorf("it says %q", m)
		}
	})
}

func TestStepBehindADeadSystemDoesNotHideTheNextTime(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Timeout = 1000 * time.Hour
		w.start()
		id := w.proposed("jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Later, f.LaterFor = 1, 5*time.Hour })
		w.approve(id)
		var late store.StepID
		w.until("one is later", func() bool {
			for _, s := range w.get(id).Plan(0).Steps {
				if s.Why == store.Works {
					late = s.ID
				}
			}
			return late != ""
		})
		again := w.step(id, late).Again
		// From now on nothing happens at the VPN that would wake anybody.
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down, f.Latency = false, 100*time.Hour })
		w.ends(id, late, store.Proven)
		if d := w.step(id, late).Ended.Sub(again); d > time.Second {
			t.Errorf("done %s after its time", d)
		}
	})
}

func TestRetryGoesBeforeAClosedGate(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		w.approve(id)
		pass(24 * time.Hour)
		var waits store.StepID // since its time came, a minute ago or longer
		w.until("a step waits before the gate", func() bool {
			for _, s := range w.get(id).Plan(0).Steps {
				if s.State == store.FailedAgain && len(s.Items) > 0 && time.Since(s.Again) > time.Minute {
					waits = s.ID
				}
			}
			return waits != ""
		})
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = false })
		w.do(id, "ivan", store.Retried{Plan: 1, Step: waits})
		pass(time.Millisecond)
		if s := w.step(id, waits); s.State != store.Proven {
			t.Errorf("%s is %s, although a person has asked for it now", waits, s.State)
		}
	})
}

func TestRetryDuringAnAttemptIsNotLost(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down, f.Latency = true, time.Minute })
		w.approve(id)
		w.until("the waits are long", func() bool { return w.step(id, "vpn/lock/1").Attempts > 8 })
		n := w.calls("vpn/lock.Check jane")
		w.until("an attempt is under way", func() bool { return w.calls("vpn/lock.Check jane") > n })
		w.do(id, "ivan", store.Retried{Plan: 1, Step: "vpn/lock/1"})
		// The call under way fails, and no other does.
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down, f.DownCalls, f.Latency = false, 1, 0 })
		pass(time.Minute)
		if s := w.step(id, "vpn/lock/1"); s.State != store.Proven {
			t.Errorf("%s a minute after the retry", s.State)
		}
	})
}

func TestSystemThatNeverAnswersIsUnreachable(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Hang = true })
		w.approve(id)
		s := w.ends(id, "vpn/lock/1", store.FailedAgain)
		if s.Why != store.Unreachable {
			t.Errorf("it is %s", s.Why)
		}
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Hang = false })
		w.closed(id)
	})
}

func TestLimitOfASystemIsRespected(t *testing.T) {
	bubble(t, func(w *world) {
		var now, most atomic.Int32
		var systems []actions.System
		vpn := w.mem.System("vpn", "VPN", "lock")
		vpn.Limit = 2
		inner := vpn.Actions[0].Action
		vpn.Actions[0].Action = fakeAction{
			check: func(ctx context.Context, tg actions.Target) (actions.Finding, error) {
				most.Store(max(most.Load(), now.Add(1)))
				defer now.Add(-1)
				return inner.Check(ctx, tg)
			},
			do: func(ctx context.Context, tg actions.Target) (actions.Evidence, error) {
				most.Store(max(most.Load(), now.Add(1)))
				defer now.Add(-1)
				return inner.Do(ctx, tg)
			},
		}
		w.systems(append(systems, vpn)...)
		w.start()
		ids := []store.CaseID{w.proposed("jane"), w.proposed("bo"), w.proposed("priya")}
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Latency = time.Second })
		most.Store(0)
		for _, id := range ids {
			w.approve(id)
		}
		for _, id := range ids {
			w.closed(id)
		}
		if most.Load() != 2 {
			t.Errorf("%d calls at the same time, want 2", most.Load())
		}
	})
}
