package actions_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// lags has a second server of the directory hold for so long what was taken.
func (w *world) lags(by, most time.Duration) {
	w.mem.Fault("dir", func(f *actionstest.Faults) { f.Lags, f.LagsMost = by, most })
}

// A step is green when the other server shows it too; meanwhile what comes after
// it goes on, nothing is done twice, and the log is not filled.
func TestAnotherServerLagsAndCatchesUp(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		w.lags(2*time.Hour, 4*time.Hour)
		w.approve(id)
		pass(time.Minute)
		lock, password := w.step(id, "dir/lock/1"), w.step(id, "dir/password/1")
		if lock.State != store.FailedAgain || lock.Why != store.Works || !lock.Spreads || !strings.Contains(w.text(id, lock.Message), "does not show it yet") {
			t.Errorf("the lock is %s, %s: %q", lock.State, lock.Why, w.text(id, lock.Message))
		}
		if !password.Spreads || password.Tries != 1 {
			t.Errorf("the password waits for the other server to lock: it is %s", password.State)
		}
		writes := w.mem.Writes()
		pass(2*time.Hour - 2*time.Minute)
		if s := w.step(id, "dir/lock/1"); s.State.Ended() {
			t.Errorf("before it shows, the lock is %s", s.State)
		}
		s := w.ends(id, "dir/lock/1", store.Proven)
		if fails, _ := w.failures(id, s.ID); s.Tries != 1 || len(fails) > 12 || w.mem.Writes() != writes {
			t.Errorf("%d tries, %d entries, %d more writes", s.Tries, len(fails), w.mem.Writes()-writes)
		}
		w.closed(id)
	})
}

// What never arrives calls a person, who is told what to do; and once it has
// arrived, their Retry ends it.
func TestAnotherServerNeverCatchesUp(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		w.lags(100*time.Hour, 4*time.Hour)
		w.approve(id)
		s := w.ends(id, "dir/lock/1", store.NeedsPerson)
		if !s.Calls || !s.Spreads || !strings.Contains(w.text(id, s.Message), "force the replication") || time.Since(s.First) > 9*time.Hour {
			t.Errorf("after %s: %q, and people are called: %t", time.Since(s.First), w.text(id, s.Message), s.Calls)
		}
		if p := w.ends(id, "dir/password/1", store.NeedsPerson); p.Tries != 1 {
			t.Error("what comes after it was held up")
		}
		w.do(id, "ivan", store.Retried{Plan: 1, Step: s.ID})
		pass(time.Minute)
		if s = w.step(id, s.ID); s.State != store.NeedsPerson {
			t.Errorf("tried again too early, it is %s", s.State)
		}
		w.lags(0, 0)
		for _, s := range w.get(id).Plan(0).Steps {
			if s.State == store.NeedsPerson {
				w.do(id, "ivan", store.Retried{Plan: 1, Step: s.ID})
			}
		}
		w.closed(id)
		w.gone("jane", "adm-jane")
	})
}

// What somebody else has taken just before is not over either, and how long the
// other server takes is counted from the first look.
func TestAnotherServerLagsBehindSomebodyElse(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		byHand := actions.Target{Account: actions.Account{ID: "dir-jane", Login: "by hand"}, Items: []actions.Item{{ID: "sign-in"}}}
		if _, err := w.cfg.Systems[0].Actions[0].Action.Do(t.Context(), byHand); err != nil {
			t.Fatal(err)
		}
		w.lags(time.Hour, 4*time.Hour)
		w.approve(id)
		pass(50 * time.Minute)
		if s := w.step(id, "dir/lock/1"); s.State != store.FailedAgain || s.First.IsZero() || slices.Contains(w.mem.Calls(), "dir/lock.Do jane") {
			t.Errorf("it is %s since %s", s.State, s.First)
		}
		w.ends(id, "dir/lock/1", store.Proven)
	})
}

// An undo does not wait: what is given back late harms nobody.
func TestAnUndoDoesNotWaitForOtherServers(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id, before := w.left("jane")
		w.undo(id, 1)
		w.lags(100*time.Hour, 0)
		w.giveBack(id)
		if now := w.mem.Snapshot(); strings.ReplaceAll(now, "wiped=1", "wiped=0") != before {
			t.Errorf("after the undo:\n%s", now)
		}
	})
}

// A kill at any boundary between the lock and the other server's taking it: it is
// never green too early, and ends as if nothing had happened.
func TestKillWhileAnotherServerLags(t *testing.T) {
	for _, at := range []boundary{beforeCommit, afterCommit, beforeCall, afterCall} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel()
			for k := int64(1); ; k++ {
				kill := &killer{at: at, k: k}
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t)
					w.systems(w.mem.System("dir", "Company directory", "lock"))
					w.start()
					id := w.approvedBefore("bo")
					w.lags(3*time.Minute, time.Hour)
					synctest.Wait()
					kill.attach(w)
					begun := time.Now()
					for w.get(id).State != store.CaseClosed {
						if time.Since(begun) > time.Hour {
							t.Fatalf("killed %s %d, it does not end", at, k)
						}
						if p := w.get(id).Plan(0); p.State == store.Asked {
							_, _ = w.try(id, "marco", store.Decided{Plan: 1, Scope: p.Scope, Approve: true})
						}
						pass(time.Second)
						if kill.dead.Load() {
							kill.revive()
						}
						for _, s := range w.get(id).Plan(0).Steps {
							if s.State == store.Proven && time.Since(s.First) < 3*time.Minute {
								t.Fatalf("killed %s %d, %s is green before the other server shows it", at, k, s.ID)
							}
						}
					}
					if !w.mem.Locked("dir", "bo") {
						t.Errorf("killed %s %d, he can sign in", at, k)
					}
					kill.at = ""
				})
				if kill.fired.Load() == 0 {
					if t.Logf("%d boundaries", k-1); k < 8 {
						t.Error("these are too few")
					}
					return
				}
			}
		})
	}
}

// approvedBefore is a case that lacks nothing but the approval.
func (w *world) approvedBefore(leaver string) store.CaseID {
	w.t.Helper()
	id := w.proposed(leaver)
	w.do(id, "hanna", store.Submitted{Plan: 1, Scope: w.get(id).Plan(0).Scope})
	return id
}
