package watch_test

import (
	"slices"
	"testing"
	"time"

	"offboard/actions/actionstest"
	"offboard/store"
)

// Access that came back is asked about, and taken again when somebody has
// approved that; then it is watched on.
func TestRetake(t *testing.T) {
	bubble(t, func(w *world) {
		id := w.left("jane")
		w.mem.Join("dir", "design", "jane")
		w.mem.Unlock("vpn", "adm-jane")
		pass(2 * time.Hour)
		c := w.get(id)
		p := c.Plan(0)
		if p.Kind != store.Retake || p.State != store.Asked || !slices.Equal(p.Approvers, []store.PersonID{w.people["marco"]}) || len(p.Steps) != 2 {
			t.Fatalf("the plan is a %s, %s, with %d steps, asked of %v", p.Kind, p.State, len(p.Steps), p.Approvers)
		}
		if len(w.mem.Members("dir", "design")) != 3 {
			t.Error("it was taken without asking")
		}
		w.approve(id, p.No)
		w.until("over", func() bool { return w.get(id).State == store.CaseClosed })
		c = w.get(id)
		if !w.mem.Locked("vpn", "adm-jane") || slices.Contains(w.mem.Members("dir", "design"), "jane") || c.Outcome != store.Done {
			t.Errorf("it was not taken; the case is %s", c.Outcome)
		}
		if before, err := w.Befores(c, c.Plan(2).Steps[0]); err != nil || len(before) != 1 {
			t.Errorf("an undo would give back %v (%v)", before, err)
		}
		w.mem.Join("dir", "design", "jane")
		pass(day)
		if c = w.get(id); len(c.Returns) != 3 || c.Plan(0).No != 3 {
			t.Errorf("the same once more: %d returns, %d plans", len(c.Returns), len(c.Plans))
		}
	})
}

// What a change of role took and came back is found, although its person is here;
// what the new role has given since is not.
func TestRetakeOfAMove(t *testing.T) {
	bubble(t, func(w *world) {
		id := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["jane"], Systems: []string{"dir"}, Terms: store.Terms{
			Kind: store.MoveKind, LastDay: "2000-01-31", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: w.people["marco"],
			Move: &store.RoleChange{From: "designer", To: "engineer", Loses: store.SealJSON([]store.Loss{{System: "dir", Named: []string{"design"}}})},
		}}).ID
		w.approve(id, 1)
		w.until("closed", func() bool { return w.get(id).State == store.CaseClosed })
		w.mem.Join("dir", "engineering", "jane")
		pass(2 * time.Hour)
		if c := w.get(id); len(c.Returns) != 0 {
			t.Errorf("what the new role has given came back: %+v", c.Returns)
		}
		w.mem.Join("dir", "design", "jane")
		pass(day)
		p := w.get(id).Plan(0)
		if p.Kind != store.Retake || p.State != store.Asked || len(p.Steps) != 1 {
			t.Fatalf("the plan is a %s, %s, with %d steps", p.Kind, p.State, len(p.Steps))
		}
		w.approve(id, p.No)
		w.until("over", func() bool { return w.get(id).State == store.CaseClosed })
		if slices.Contains(w.mem.Members("dir", "design"), "jane") || !slices.Contains(w.mem.Members("dir", "engineering"), "jane") {
			t.Errorf("it left\n%s", w.mem.Snapshot())
		}
	})
}

// What came back and was left stays, and what comes back beside it is taken
// without it.
func TestADeclinedRetakeIsLeftAlone(t *testing.T) {
	bubble(t, func(w *world) {
		id := w.left("jane")
		w.mem.Join("dir", "design", "jane")
		pass(2 * time.Hour)
		p := w.get(id).Plan(0)
		w.do(id, "marco", store.Decided{Plan: p.No, Scope: p.Scope, Reason: store.Seal("she helps out")})
		pass(10 * day)
		if c := w.get(id); len(c.Plans) != 2 || c.State != store.CaseClosed || c.Outcome != store.AccessLeft {
			t.Errorf("declined, there are %d plans, and the case is %s (%s)", len(c.Plans), c.State, c.Outcome)
		}
		w.mem.Join("dir", "staff", "jane")
		pass(7 * day)
		w.approve(id, 3)
		w.until("over", func() bool { return w.get(id).State == store.CaseClosed })
		if !slices.Contains(w.mem.Members("dir", "design"), "jane") || slices.Contains(w.mem.Members("dir", "staff"), "jane") {
			t.Errorf("design %v, staff %v", w.mem.Members("dir", "design"), w.mem.Members("dir", "staff"))
		}
	})
}

// Without asking only what can be given back, and only while the directory says
// that the person has gone.
func TestRetakeWithoutAsking(t *testing.T) {
	bubble(t, func(w *world) {
		id := w.left("jane")
		w.cfg.Unasked = true
		w.start()
		w.mem.Join("dir", "design", "jane")
		pass(2 * time.Hour)
		if c := w.get(id); c.State != store.CaseClosed || c.Outcome != store.Done || slices.Contains(w.mem.Members("dir", "design"), "jane") {
			t.Fatalf("the case is %s (%s), the group %v", c.State, c.Outcome, w.mem.Members("dir", "design"))
		}
		back := staff[0]
		w.mem.SetPerson(back) // a joiner process
		w.mem.Unlock("dir", "jane")
		pass(8 * day)
		if c := w.get(id); len(c.Plans) != 2 || len(c.Returns) != 2 || !c.Returns[1].Here || w.mem.Locked("dir", "jane") {
			t.Errorf("somebody who is here again has %d plans and %d returns", len(c.Plans), len(c.Returns))
		}
	})
}

// While the directory does not answer nobody knows whether the person is here.
func TestNobodyKnowsWhoIsHere(t *testing.T) {
	bubble(t, func(w *world) {
		id := w.left("jane")
		w.mem.Join("dir", "design", "jane")
		w.mem.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = true })
		pass(2 * time.Hour)
		if out, _ := w.passes("dir"); len(w.get(id).Returns) != 0 || len(out) != 1 || len(out[0].Unread) != 1 || out[0].Back != 0 {
			t.Errorf("%+v", out)
		}
		w.mem.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = false })
		pass(2 * time.Hour)
		if len(w.get(id).Returns) != 1 {
			t.Error("it is forgotten")
		}
	})
}

// What was left out in the plan is read too, and counted apart.
func TestWhatWasLeftOutIsCounted(t *testing.T) {
	bubble(t, func(w *world) {
		id := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["bo"], Systems: []string{"dir"}, Terms: store.Terms{
			Kind: "resignation", LastDay: "2000-01-31", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: w.people["marco"],
		}}).ID
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Refuse = true })
		w.approve(id, 1)
		w.until("failed", func() bool { return w.get(id).Plan(1).Step("dir/groups/1").State == store.NeedsPerson })
		w.do(id, "hanna", store.Stopped{Plan: 1})
		w.until("closed", func() bool { return w.get(id).State == store.CaseClosed })
		pass(2 * time.Hour)
		out, _ := w.passes("dir")
		if len(out) != 1 || out[0].Left != 3 || out[0].Back != 0 || out[0].Clean != 0 {
			t.Errorf("%+v", out)
		}
	})
}

// Where several had to approve, the one who is asked again is the approver, not
// whoever happened to be the last: else one person would be asked for two approvals.
func TestTheApproverIsAskedAgain(t *testing.T) {
	bubble(t, func(w *world) {
		w.opt.Policy = func(store.Card, store.Terms) store.Ruling {
			return store.Ruling{Also: []store.Role{store.IT}, Retention: 3 * day}
		}
		w.sys[0] = w.mem.System("dir", "Company directory", "lock", "groups", "delete")
		w.again()
		id := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["jane"], Systems: []string{"dir"}, Terms: store.Terms{
			Kind: "resignation", LastDay: "2000-01-31", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: w.people["marco"],
		}}).ID
		both := func(plan int) {
			w.approve(id, plan)
			w.do(id, "ivan", store.Decided{Plan: plan, Scope: w.get(id).Plan(plan).Scope, Approve: true})
			w.until("closed", func() bool { return w.get(id).State == store.CaseClosed })
		}
		both(1)
		jane := staff[0]
		jane.Disabled = true
		w.mem.SetPerson(jane)
		w.mem.Join("dir", "design", "jane")
		pass(2 * time.Hour)
		both(2)
		pass(3 * day)
		both(3)
		for no, kind := range []store.PlanKind{store.Leave, store.Retake, store.Destroy} {
			if p := w.get(id).Plan(no + 1); p.Kind != kind || p.ApprovedBy() != w.people["marco"] || p.Decision.By != w.people["ivan"] {
				t.Errorf("plan %d is a %s, approved by %s, last by %s", p.No, p.Kind, p.ApprovedBy(), p.Decision.By)
			}
		}
	})
}

// Somebody leaves while their change of role waits for its day: both run to their
// end, and when the departure is undone, what the old role gave is asked about again.
func TestLeaveDuringAMove(t *testing.T) {
	bubble(t, func(w *world) {
		move := w.do(store.NewCase, "hanna", store.Drafted{Person: w.people["jane"], Systems: []string{"dir"}, Terms: store.Terms{
			Kind: store.MoveKind, LastDay: "2000-01-31", CutOff: store.CutOff{Mode: store.At, At: time.Now().Add(3 * time.Hour)}, Zone: "UTC", Manager: w.people["marco"],
			Move: &store.RoleChange{From: "designer", To: "engineer", Loses: store.SealJSON([]store.Loss{{System: "dir", Named: []string{"design"}}})},
		}}).ID
		w.approve(move, 1)
		leave := w.left("jane")
		w.until("closed", func() bool { return w.get(move).State == store.CaseClosed })
		if s := w.get(move).Plan(1).Step("dir/groups/1"); s.State != store.Nothing || w.get(move).Outcome != store.Done {
			t.Errorf("%s, it is %s", w.get(move).Outcome, s.State)
		}
		pass(3 * day)
		if c := w.get(move); len(c.Plans) != 1 || len(c.Returns) != 0 {
			t.Errorf("while they are gone: %+v", c.Returns)
		}
		w.do(leave, "helge", store.Planned{Kind: store.Restore, Of: 1, Systems: []string{"dir", "vpn", "tasks"}, CutOff: store.CutOff{Mode: store.Now}, Approver: w.people["marco"], Reason: store.Seal("stays")})
		w.until("surveyed", func() bool { return w.get(leave).Plan(0).State == store.Proposed })
		p := w.get(leave).Plan(0)
		w.do(leave, "helge", store.Submitted{Plan: 2, Scope: p.Scope})
		w.do(leave, "marco", store.Decided{Plan: 2, Scope: p.Scope, Approve: true})
		w.until("restored", func() bool {
			for _, s := range w.get(leave).Plan(0).Steps {
				if c := w.get(leave); s.Manual != nil && !s.State.Ended() && c.Plan(0).State == store.Begun {
					w.do(leave, "ivan", store.ConfirmedBy{Plan: 2, Step: s.ID, Note: store.Seal("done")})
				}
			}
			return w.get(leave).State == store.CaseClosed
		})
		if !slices.Contains(w.mem.Members("dir", "design"), "jane") {
			t.Fatalf("it was not given back: %s", w.get(leave).Outcome)
		}
		pass(8 * day)
		c := w.get(move)
		if p := c.Plan(0); p.Kind != store.Retake || p.State != store.Asked || len(c.Returns) != 1 {
			t.Errorf("it is %s, %s: %+v", p.Kind, p.State, c.Returns)
		}
		pass(20 * day)
		if c := w.get(leave); len(c.Returns) != 0 || len(c.Plans) != 2 {
			t.Errorf("the departure takes it again: %+v", c.Returns)
		}
	})
}
