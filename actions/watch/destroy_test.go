package watch_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// retaining has what is left in the directory deleted after a time.
func (w *world) retaining(d time.Duration) {
	w.t.Helper()
	w.halt()
	w.opt.Policy = func(store.Card, store.Terms) store.Ruling { return store.Ruling{Retention: d} }
	w.sys[0] = w.mem.System("dir", "Company directory", "lock", "password", "groups", "delete")
	w.again()
}

// again ends the program and starts it.
func (w *world) again() {
	w.t.Helper()
	w.halt()
	if err := w.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
	w.start()
}

// proposed is the plan that deletes; the zero Plan if there is none.
func (w *world) proposed(id store.CaseID) store.Plan {
	if p := w.get(id).Plan(0); p.Kind == store.Destroy {
		return p
	}
	return store.Plan{}
}

func TestDestroyWhenTheRetentionIsOver(t *testing.T) {
	bubble(t, func(w *world) {
		w.retaining(6 * day)
		id := w.left("jane")
		pass(3 * day)
		w.again()
		pass(2 * day)
		if w.proposed(id).No != 0 {
			t.Fatal("the retention is not over")
		}
		for _, op := range w.mem.Calls() {
			if slices.Contains([]string{"dir/delete.Check jane", "dir/delete.Do jane"}, op) {
				t.Errorf("a leave calls %s", op)
			}
		}
		w.halt()
		time.Sleep(3 * day) // the machine was off
		w.start()
		pass(2 * time.Minute)
		p := w.proposed(id)
		if p.State != store.Asked || len(p.Steps) != 2 || !slices.Equal(p.Approvers, []store.PersonID{w.people["marco"]}) {
			t.Fatalf("the plan is %s, with %d steps, asked of %v", p.State, len(p.Steps), p.Approvers)
		}
		pass(2 * day)
		if w.mem.Deleted("dir", "jane") || len(w.get(id).Plans) != 2 {
			t.Error("it was deleted without asking, or asked for again")
		}
		w.approve(id, p.No)
		w.until("over", func() bool { return w.get(id).State == store.CaseClosed })
		if c := w.get(id); c.Outcome != store.Done || c.Plan(2).Steps[0].State != store.Proven {
			t.Errorf("the case is %s, the step %s", c.Outcome, c.Plan(2).Steps[0].State)
		}
		if !w.mem.Deleted("dir", "jane") || !w.mem.Deleted("dir", "adm-jane") || w.mem.Deleted("dir", "bo") || w.mem.Deleted("vpn", "jane") {
			t.Error("not exactly her accounts were deleted")
		}
		pass(8 * day)
		if c := w.get(id); len(c.Plans) != 2 || len(c.Returns) != 0 {
			t.Errorf("there are %d plans and %d returns", len(c.Plans), len(c.Returns))
		}
	})
}

// A declined plan deletes nothing, for ever.
func TestDeclinedItStays(t *testing.T) {
	bubble(t, func(w *world) {
		w.retaining(6 * day)
		id := w.left("jane")
		pass(7 * day)
		p := w.proposed(id)
		w.do(id, "marco", store.Decided{Plan: p.No, Scope: p.Scope, Reason: store.Seal("a pension case")})
		pass(8 * day)
		if c := w.get(id); len(c.Plans) != 2 || c.State != store.CaseClosed || w.mem.Deleted("dir", "jane") {
			t.Errorf("there are %d plans, and the case is %s", len(c.Plans), c.State)
		}
	})
}

// What speaks against it now holds it up until it does not any more.
func TestDestroyWaits(t *testing.T) {
	t.Run("for the end of a legal hold", func(t *testing.T) {
		bubble(t, func(w *world) {
			w.retaining(6 * day)
			id := w.left("jane")
			jane := store.CaseID(w.people["jane"])
			w.do(jane, "hanna", store.LegallyHeld{On: true, Reason: store.Seal("a lawsuit")})
			pass(8 * day)
			if w.proposed(id).No != 0 {
				t.Fatal("it was proposed under a legal hold")
			}
			w.do(jane, "hanna", store.LegallyHeld{Reason: store.Seal("settled")})
			pass(2 * time.Hour)
			p := w.proposed(id)
			w.do(jane, "hanna", store.LegallyHeld{On: true, Reason: store.Seal("an appeal")})
			w.approve(id, p.No)
			pass(day)
			if s := w.get(id).Plan(2).Steps[0]; !s.Withheld || !s.Legal || w.mem.Deleted("dir", "jane") {
				t.Fatalf("approved, and the hold came back: the step is %s", s.State)
			}
			w.do(jane, "hanna", store.LegallyHeld{Reason: store.Seal("settled")})
			w.until("over", func() bool { return w.get(id).State == store.CaseClosed })
		})
	})
	t.Run("while the directory says that she is here", func(t *testing.T) {
		bubble(t, func(w *world) {
			w.retaining(6 * day)
			id := w.left("jane")
			w.mem.SetPerson(staff[0])
			pass(8 * day)
			if w.proposed(id).No != 0 {
				t.Fatal("it was proposed about somebody who is here")
			}
		})
	})
	t.Run("while nobody knows whether she is", func(t *testing.T) {
		bubble(t, func(w *world) {
			w.retaining(6 * day)
			id := w.left("jane")
			pass(5 * day)
			w.mem.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = true })
			pass(2 * day)
			if w.proposed(id).No != 0 {
				t.Fatal("it was proposed")
			}
			w.mem.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = false })
			pass(2 * time.Hour)
			if w.proposed(id).No == 0 {
				t.Error("it is forgotten")
			}
		})
	})
}

// When who approved the leave is gone, HR is asked: not who asked for the leave.
func TestDestroyIsAskedOfHRWhenTheApproverIsGone(t *testing.T) {
	bubble(t, func(w *world) {
		w.retaining(6 * day)
		id := w.left("jane")
		marco := w.do(store.NewCase, "helge", store.Drafted{Person: w.people["marco"], Systems: []string{"vpn"}, Terms: store.Terms{
			Kind: "resignation", LastDay: "2000-01-31", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: w.people["tom"],
		}}).ID
		w.until("surveyed", func() bool { return w.get(marco).Plan(1).State == store.Proposed })
		w.do(marco, "helge", store.Submitted{Plan: 1, Scope: w.get(marco).Plan(1).Scope})
		w.do(marco, "tom", store.Decided{Plan: 1, Scope: w.get(marco).Plan(1).Scope, Approve: true})
		pass(7 * day)
		if p := w.proposed(id); !slices.Equal(p.Approvers, []store.PersonID{w.people["helge"]}) {
			t.Errorf("asked are %v", p.Approvers)
		}
	})
}

// An account that was left, or given back, is none of what is deleted.
func TestWhatStaysIsNotDeleted(t *testing.T) {
	bubble(t, func(w *world) {
		w.retaining(6 * day)
		id := w.left("jane")
		w.do(id, "helge", store.Planned{Kind: store.Restore, Of: 1, Only: []store.StepID{"dir/lock/1"}, Systems: []string{"dir"}, CutOff: store.CutOff{Mode: store.Now}, Approver: w.people["marco"], Reason: store.Seal("a shared mailbox")})
		w.until("surveyed", func() bool { return w.get(id).Plan(2).State == store.Proposed })
		w.do(id, "helge", store.Submitted{Plan: 2, Scope: w.get(id).Plan(2).Scope})
		w.do(id, "marco", store.Decided{Plan: 2, Scope: w.get(id).Plan(2).Scope, Approve: true})
		w.until("given back", func() bool { return w.get(id).State == store.CaseClosed })
		pass(7 * day)
		p := w.proposed(id)
		if len(p.Steps) != 1 {
			t.Fatalf("%d accounts would be deleted", len(p.Steps))
		}
		var a actions.Account
		if err := w.RevealJSON(string(id), p.Steps[0].Account, &a); err != nil || a.Login != "adm-jane" {
			t.Errorf("%s would be deleted, want adm-jane (%v)", a.Login, err)
		}
	})
}

// Nor is one of which somebody has decided that what came back stays.
func TestWhatCameBackAndStaysIsNotDeleted(t *testing.T) {
	bubble(t, func(w *world) {
		w.retaining(30 * day)
		id := w.left("jane")
		w.mem.Join("dir", "design", "jane")
		pass(2 * time.Hour)
		p := w.get(id).Plan(0)
		w.do(id, "marco", store.Decided{Plan: p.No, Scope: p.Scope, Reason: store.Seal("she helps out")})
		pass(31 * day)
		if p := w.proposed(id); p.No == 0 || len(p.Steps) != 1 { // that of adm-jane
			t.Errorf("%d accounts would be deleted", len(p.Steps))
		}
	})
}

// A system that can't be read, or an account that is gone already: a person
// looks at the first, and of the second nothing is asked.
func TestDestroySurvey(t *testing.T) {
	bubble(t, func(w *world) {
		w.retaining(6 * day)
		jane, bo := w.left("jane"), w.left("bo")
		pass(5 * day)
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Unread = "jane" })
		pass(2 * day)
		p := w.proposed(jane)
		if len(p.Steps) != 2 || len(p.Surveys[0].Unread) != 1 || !slices.ContainsFunc(p.Steps, func(s store.Step) bool { return s.Manual != nil }) {
			t.Errorf("%d steps, %d unread", len(p.Steps), len(p.Surveys[0].Unread))
		}
		if w.proposed(bo).No == 0 {
			t.Error("nothing is asked about bo")
		}
	})
}

// A kill at any boundary between the end of the retention and the proof: it is
// asked once, and deleted once approved.
func TestKillWhileDeleting(t *testing.T) {
	for _, at := range []string{"before", "after", "call", "done"} {
		t.Run(at, func(t *testing.T) {
			for k := int64(1); ; k++ {
				fired := false
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t)
					w.retaining(50 * time.Minute)
					id := w.left("bo")
					pass(48 * time.Minute)
					dead := w.killAt(at, k)
					for range 12 {
						pass(time.Minute)
						if p := w.proposed(id); p.State == store.Asked && !dead.Load() {
							_, _ = w.Append(t.Context(), string(id), store.Actor{Person: w.people["marco"], Via: "test"}, store.Decided{Plan: p.No, Scope: p.Scope, Approve: true}) // or killed
						}
						if dead.Load() {
							fired = true
							w.halt()
							if err := w.Close(); err != nil {
								t.Fatal(err)
							}
							dead.Store(false)
							w.open()
							w.start()
						}
					}
					w.fault.Store(nil)
					w.called.Store(nil)
					c := w.get(id)
					if len(c.Plans) != 2 || c.State != store.CaseClosed || c.Outcome != store.Done || !w.mem.Deleted("dir", "bo") {
						t.Errorf("killed %s %d: %d plans, the case is %s (%s)", at, k, len(c.Plans), c.State, c.Outcome)
					}
				})
				if !fired {
					if k < 4 {
						t.Errorf("only %d boundaries", k-1)
					}
					return
				}
			}
		})
	}
}

// An account that left with somebody by somebody's word, which was taken back since,
// is neither watched nor deleted.
func TestUnlinkedAccountIsLeftAlone(t *testing.T) {
	bubble(t, func(w *world) {
		w.retaining(6 * day)
		w.mem.Stray("dir", "scanner")
		owned := store.Owned{Account: w.SystemAccount("dir", "dir-scanner", "scanner")}
		w.do(store.CaseID(w.people["jane"]), "ivan", owned)
		id := w.left("jane")
		if !w.mem.Locked("dir", "scanner") {
			t.Fatal("it did not leave")
		}
		owned.Off = true
		w.do(store.CaseID(w.people["jane"]), "ivan", owned)
		w.mem.Unlock("dir", "scanner") // who uses it has it again
		pass(7 * day)
		p := w.proposed(id)
		if p.No == 0 || len(w.get(id).Returns) > 0 {
			t.Fatalf("plan %d, came back: %+v", p.No, w.get(id).Returns)
		}
		w.approve(id, p.No)
		pass(day)
		if w.mem.Deleted("dir", "scanner") || !w.mem.Deleted("dir", "jane") {
			t.Errorf("deleted: scanner %v, jane %v", w.mem.Deleted("dir", "scanner"), w.mem.Deleted("dir", "jane"))
		}
	})
}
