package actions_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// at sets the cut-off of the cases to come.
func (w *world) at(d time.Duration) time.Time {
	at := time.Now().Add(d)
	w.terms.CutOff = store.CutOff{Mode: store.At, At: at}
	return at
}

// A new account that came between the survey and the cut-off is found half an
// hour before. What was approved goes on without it; it is done once it is
// approved too.
func TestSurveyIsRepeatedBeforeTheCutOff(t *testing.T) {
	for name, approve := range map[string]bool{"approved": true, "left": false} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				w.start()
				at := w.at(100 * time.Hour)
				id := w.approved("jane")
				w.mem.OpenAccount("vpn", "jane2", "id-jane")
				w.mem.Join("vpn", "design", "jane") // more of the same asks nobody
				pass(time.Until(at) - 31*time.Minute)
				if d, _ := bodies[store.Drifted](w, id); len(d) > 0 {
					t.Fatal("it was looked at too early")
				}
				pass(2 * time.Minute)
				again, when := bodies[store.Resurveyed](w, id)
				if len(again) != 1 || !when[0].Equal(at.Add(-30*time.Minute)) || !again[0].For.Equal(at) || !slices.Equal(again[0].Systems, []string{"dir", "vpn"}) || len(again[0].Unread) > 0 {
					t.Fatalf("%+v at %s", again, when)
				}
				p := w.get(id).Plan(0)
				var found []store.StepID
				for _, s := range p.Steps {
					if s.Drift {
						found = append(found, s.ID)
					}
				}
				if !slices.Equal(found, []store.StepID{"vpn/lock/3", "vpn/groups/3"}) {
					t.Fatalf("found since: %v", found)
				}
				pass(time.Until(at) + time.Minute)
				if !w.mem.Locked("vpn", "jane") || w.mem.Locked("vpn", "jane2") || slices.Contains(w.mem.Members("vpn", "design"), "jane") {
					t.Error("the lock-out that was approved waited, or what was not approved was done")
				}
				w.do(id, "marco", store.Decided{Plan: 1, Scope: p.Scope, Approve: approve, Reason: store.Seal("it is a test account")})
				pass(time.Minute)
				c := w.closed(id)
				if w.mem.Locked("vpn", "jane2") != approve || c.Outcome == store.Done != approve {
					t.Errorf("the case is %s", c.Outcome)
				}
				if again, _ := bodies[store.Resurveyed](w, id); len(again) != 1 {
					t.Errorf("it was repeated %d times", len(again))
				}
			})
		})
	}
}

// What can't be read then is said then, and no task is made of it.
func TestRepeatedSurveySaysWhatItCannotRead(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		at := w.at(10 * time.Hour)
		id := w.approved("jane")
		steps := len(w.get(id).Plan(0).Steps)
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		pass(time.Until(at) - time.Minute)
		p := w.get(id).Plan(0)
		if len(p.Steps) != steps {
			t.Errorf("%d steps came of it", len(p.Steps)-steps)
		}
		w.has(w.texts(id, p.Unread), "VPN (lock the account): vpn/lock.Check jane: connection refused")
	})
}

// An armed plan is surveyed again each hour, for after the press it is too late.
func TestArmedPlanIsSurveyedAgainEachHour(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		id := w.approved("jane")
		pass(30 * time.Minute)
		w.mem.OpenAccount("vpn", "jane2", "id-jane")
		pass(5 * time.Hour)
		again, when := bodies[store.Resurveyed](w, id)
		if len(again) != 5 {
			t.Fatalf("%d times", len(again))
		}
		for i := range when[1:] {
			if d := when[i+1].Sub(when[i]); d < time.Hour || d > time.Hour+time.Minute {
				t.Errorf("after %s", d)
			}
		}
		if d, _ := bodies[store.Drifted](w, id); len(d) != 1 {
			t.Errorf("it was found %d times", len(d))
		}
		w.do(id, "ivan", store.Pressed{Plan: 1})
		pass(5 * time.Hour)
		if again, _ := bodies[store.Resurveyed](w, id); len(again) != 5 {
			t.Errorf("%d times after the press", len(again))
		}
	})
}

// Where an approval came days after the survey, or the program did not run, it
// is repeated as soon as the plan runs, and holds nothing up.
func TestOldSurveyIsRepeatedWhenThePlanBegins(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		pass(72 * time.Hour)
		w.mem.OpenAccount("vpn", "jane2", "id-jane")
		w.approve(id)
		pass(time.Minute)
		if s := w.step(id, "vpn/lock/3"); !s.Drift || !w.mem.Locked("vpn", "jane") {
			t.Errorf("%+v", s)
		}
		fresh := w.approved("bo")
		w.closed(fresh)
		if again, _ := bodies[store.Resurveyed](w, fresh); len(again) != 0 {
			t.Error("it was surveyed a minute before, and again")
		}
	})
}

// badges is an action whose items can't be given back.
type badges struct {
	mu   sync.Mutex
	held []string
}

func (k *badges) Check(_ context.Context, t actions.Target) (actions.Finding, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := actions.Finding{Accounts: []actions.Account{{ID: "k-1", Login: "jane"}}, Searched: "keys"}
	for _, id := range k.held {
		f.Items = append(f.Items, actions.Item{ID: id, Account: "k-1", Label: "key " + id, Irreversible: id != "group"})
	}
	return f, nil
}

func (k *badges) Do(_ context.Context, t actions.Target) (actions.Evidence, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held = slices.DeleteFunc(k.held, func(id string) bool {
		return slices.ContainsFunc(t.Items, func(i actions.Item) bool { return i.ID == id })
	})
	return actions.Evidence{Text: "deleted"}, nil
}

func (k *badges) add(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held = append([]string{id}, k.held...)
}

func (k *badges) left() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.held)
}

// A new thing of a known step that can't be given back is a step of its own,
// after that one; it takes that thing and nothing else.
func TestNewIrreversibleItemIsAStepOfItsOwn(t *testing.T) {
	for name, tt := range map[string]struct {
		approve bool
		left    []string
	}{"approved": {true, nil}, "left": {false, []string{"new"}}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				k := &badges{held: []string{"old", "group"}}
				w.systems(append(w.cfg.Systems, actions.System{Name: "keys", Title: "Keys", Actions: []actions.Spec{
					{Name: "keys", Words: "Delete the keys", Phase: actions.PhaseCutOff, Proof: actions.ProofRead, Action: k},
				}})...)
				w.start()
				at := w.at(10 * time.Hour)
				id := w.approved("jane")
				k.add("new")
				pass(time.Until(at) - time.Minute)
				s := w.step(id, "keys/keys/1+2")
				if !s.Drift || s.More != "keys/keys/1" || !slices.Contains(s.After, store.StepID("keys/keys/1")) || len(s.Items) != 1 || !s.Items[0].Irreversible || w.held(id, s.ID)[0].Label != "key new" {
					t.Fatalf("%+v", s)
				}
				pass(2 * time.Minute)
				if left := k.left(); !slices.Equal(left, []string{"new"}) {
					t.Fatalf("%v are left", left)
				}
				if s := w.step(id, "keys/keys/1"); s.State != store.Proven || s.Left != 0 {
					t.Errorf("%s, left %d: %s", s.State, s.Left, w.text(id, s.Evidence))
				}
				k.add("newest") // came later still: nobody has seen it, so it stays
				w.do(id, "marco", store.Decided{Plan: 1, Scope: w.get(id).Plan(0).Scope, Approve: tt.approve, Reason: store.Seal("not that one")})
				w.closed(id)
				if left := k.left(); !slices.Equal(left, append([]string{"newest"}, tt.left...)) {
					t.Errorf("%v are left", left)
				}
			})
		})
	}
}

// Killed at any boundary, the repeated survey ends the same: each new thing is
// asked about once, and it is said once that it was looked for.
func TestRepeatedSurveyKilledAnywhere(t *testing.T) {
	play := func(t *testing.T, k *killer) (steps []store.StepID, drifted, again int) {
		t.Helper()
		bubble(t, func(w *world) {
			w.start()
			at := w.at(10 * time.Hour)
			w.approved("jane")
			w.mem.OpenAccount("vpn", "jane2", "id-jane")
			w.mem.OpenAccount("dir", "jane2", "id-jane")
			w.stop()
			k.attach(w)
			w.start()
			for time.Now().Before(at.Add(-time.Minute)) {
				pass(time.Minute)
				if k.dead.Load() {
					k.revive()
				}
			}
			k.at = ""
			d, _ := bodies[store.Drifted](w, "OFF-1")
			r, _ := bodies[store.Resurveyed](w, "OFF-1")
			steps, drifted, again = stepIDs(w.get("OFF-1").Plan(0)), len(d), len(r)
		})
		return steps, drifted, again
	}
	want, drifted, again := play(t, &killer{})
	if drifted != 2 || again != 1 {
		t.Fatalf("undisturbed: found %d times, said %d times", drifted, again)
	}
	for _, at := range []boundary{beforeCommit, afterCommit, beforeCall, afterCall} {
		for n := int64(1); ; n++ {
			k := &killer{at: at, k: n}
			steps, drifted, again := play(t, k)
			if k.fired.Load() == 0 {
				if n < 3 {
					t.Errorf("%s: %d boundaries are too few", at, n-1)
				}
				break
			}
			if !slices.Equal(steps, want) || drifted != 2 || again != 1 {
				t.Errorf("killed at %s %d: %v, found %d times, said %d times", at, n, steps, drifted, again)
			}
		}
	}
}

// An heir who has become a leaver gets nothing, also if the plan is pressed
// before anybody has moved it; the lock-out does not wait for that.
func TestNothingGoesToAnHeirWhoLeaves(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		w.terms.CutOff = store.CutOff{Mode: store.Press}
		id := w.proposed("jane")
		p := w.get(id).Plan(0)
		w.do(id, "hanna", store.Submitted{Plan: 1, Scope: p.Scope})
		w.do(id, "marco", store.Answered{Plan: 1, Rev: p.Rev, Answers: []store.Answer{{Choice: store.Give, Heir: w.people["bo"]}}})
		w.do(id, "marco", store.Decided{Plan: 1, Scope: p.Scope, Approve: true})
		w.terms.CutOff = store.CutOff{Mode: store.Now}
		w.closed(w.approved("bo"))
		w.do(id, "ivan", store.Pressed{Plan: 1})
		pass(time.Minute)
		s := w.step(id, "dir/owner/1")
		if !w.mem.Locked("dir", "jane") || s.State.Ended() || slices.Contains(w.mem.Owners("dir", "design"), "bo") {
			t.Fatalf("%s; design is owned by %v", s.State, w.mem.Owners("dir", "design"))
		}
		w.has(w.text(id, s.Message), "Bo Nilsen, who should get owner of design, leaves too")
		w.do(id, "", store.Replaced{Plan: 1, From: w.people["bo"], To: w.people["priya"]})
		w.closed(id)
		if got := w.mem.Owners("dir", "design"); !slices.Equal(got, []string{"priya"}) {
			t.Errorf("design is owned by %v", got)
		}
	})
}
