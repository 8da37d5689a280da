package store

import (
	"slices"
	"testing"
)

// left is a case that is over: the account is locked, and one thing handed over.
func (o *office) left() (Case, string) {
	o.t.Helper()
	c := o.begun()
	o.attempt(c.ID, "dir/lock/1")
	o.attempt(c.ID, "dir/owner/1")
	return o.do(string(c.ID), "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")}), string(c.ID)
}

func (o *office) undo() Planned {
	return Planned{Kind: Restore, Of: 1, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: o.people["marco"], Reason: Seal("it was the wrong Jane")}
}

func back() []StepPlan {
	return []StepPlan{{ID: "dir/lock/1", System: "dir", Action: "lock", Words: "Unlock the account", Items: []Item{{ID: "1"}}, Account: Seal("a"), Held: Seal("[]")}}
}

// What was taken is given back by a plan of its own, with an approval of its
// own; until it is over the person has no access, and no role.
func TestRestoreIsAPlanOfItsOwn(t *testing.T) {
	o := newOffice(t)
	c, id := o.left()
	gone := func(want bool) {
		t.Helper()
		if got, err := o.Gone(c.Person); got != want || err != nil {
			t.Errorf("gone is %v, want %v (%v)", got, want, err)
		}
	}
	gone(true)
	c = o.do(id, "helge", o.undo())
	if c.State != CaseOpen || c.Plan(0).Kind != Restore || c.Asker() != o.people["helge"] {
		t.Fatalf("the case is %s, its plan a %s of %s", c.State, c.Plan(0).Kind, c.Asker())
	}
	if rows, err := o.OpenCases(); err != nil || len(rows) != 1 {
		t.Errorf("open are %v, %v", rows, err)
	}
	_ = o.refused(id, "hanna", o.undo()) // twice at once
	c = o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: back()})
	c = o.do(id, "helge", Submitted{Plan: 2, Scope: c.Plan(2).Scope})
	_ = o.refused(id, "helge", Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true})
	c = o.do(id, "marco", Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true})
	o.bot(id, Started{Plan: 2})
	gone(true)
	c = o.bot(id, Attempted{Plan: 2, Step: "dir/lock/1", Found: Seal("[]")})
	c = o.bot(id, Finished{Plan: 2, Step: "dir/lock/1", Entry: c.Seq})
	if c.State != CaseClosed || c.Outcome != Restored {
		t.Errorf("the case is %s, %s", c.State, c.Outcome)
	}
	gone(false)
	if got := c.Plan(1).Step("dir/lock/1"); got.State != Proven {
		t.Errorf("the history was changed: %s", got.State)
	}
}

func TestFurtherPlansThatAreRefused(t *testing.T) {
	o := newOffice(t)
	c := o.begun()
	id := string(c.ID)
	refused := func(what string, code Code, p Planned) {
		t.Helper()
		if r := o.refused(id, "hanna", p); r.Code != code {
			t.Errorf("%s: %s (%s)", what, r.Code, r.Text)
		}
	}
	refused("while it runs", NotNow, o.undo())
	o.do(id, "ivan", Stopped{Plan: 1})
	p := o.undo()
	p.Kind = Destroy
	refused("a person's destroy", NotYours, p)
	p = o.undo()
	p.Of = 2
	refused("of a plan that is not there", Malformed, p)
	p = o.undo()
	p.Only = []StepID{"dir/never/1"}
	refused("of a step that is not there", Stale, p)
	p = o.undo()
	p.Approver = c.Person
	refused("approved by the leaver", WhoIsIt, p)
	p.Approver = o.people["hanna"]
	refused("approved by who asks", WhoIsIt, p)
	p.Approver = o.people["bo"]
	o.do(id, "hanna", p)
}

// What the bot proposed makes room for what a person asks for, until it has
// begun.
func TestUndoSupersedesWhatTheBotProposed(t *testing.T) {
	o := retaining(t, 1)
	_, id := o.left()
	destroy := o.destroy()
	o.bot(id, destroy)
	c := o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: back()})
	if c.Plan(2).State != Asked {
		t.Fatalf("what the bot proposes is %s", c.Plan(2).State)
	}
	if _, err := o.Append(t.Context(), id, Bot("test"), destroy); refusal(t, err) == nil {
		t.Error("it was proposed twice")
	}
	old := c.Plan(2).Scope
	c = o.do(id, "hanna", o.undo())
	if p := c.Plan(2); p.State != Over || p.Stopped == nil || c.Plan(0).No != 3 {
		t.Errorf("the plan before is %s", p.State)
	}
	_ = o.refused(id, "marco", Decided{Plan: 2, Scope: old, Approve: true})
}

// What was found after the approval waits for an approval of its own, and all
// else goes on.
func TestDriftWaitsAlone(t *testing.T) {
	more := []StepPlan{{ID: "dir/lock/2", System: "dir", Action: "lock", Words: "Lock the account", LockOut: true, Items: []Item{{ID: "1"}}, Account: Seal("b"), Held: Seal("[]")}}
	for _, approve := range []bool{true, false} {
		o := newOffice(t)
		c := o.approvedAt(CutOff{Mode: Press})
		id := string(c.ID)
		c = o.bot(id, Drifted{Plan: 1, System: "dir", Steps: more})
		o.do(id, "ivan", Pressed{Plan: 1})
		c = o.bot(id, Started{Plan: 1})
		if s := c.Plan(1).Step("dir/lock/2"); !s.Drift || c.Plan(1).Ready(s) || !c.Plan(1).Ready(c.Plan(1).Step("dir/lock/1")) {
			t.Fatal("what was found later goes on, or what was approved does not")
		}
		if !slices.ContainsFunc(c.Waits(), func(w Wait) bool { return w.Verb == VerbApprove && w.Person == o.people["marco"] }) {
			t.Error("nobody is asked")
		}
		_ = o.refused(id, "ivan", Requested{Change: Change{Verb: VerbSkip, Plan: 1, Step: "dir/lock/2", Reason: Seal("no")}})
		scope := c.Plan(1).Scope
		c = o.do(id, "marco", Decided{Plan: 1, Scope: scope, Approve: approve, Reason: Seal("it is a colleague's")})
		_ = o.refused(id, "marco", Decided{Plan: 1, Scope: scope, Approve: approve, Reason: Seal("again")})
		s := c.Plan(1).Step("dir/lock/2")
		if approve != c.Plan(1).Ready(s) || approve == (s.State == Skipped) || len(c.Plan(1).Later) != 1 {
			t.Errorf("approved %v, it is %s", approve, s.State)
		}
		if approve {
			continue
		}
		o.attempt(c.ID, "dir/lock/1")
		o.attempt(c.ID, "dir/owner/1")
		if c = o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")}); c.Outcome != AccessLeft {
			t.Errorf("a lock-out that was declined ends as %s", c.Outcome)
		}
	}
}

// Before the decision, what is found is part of it: a card from before approves
// nothing.
func TestDriftBeforeTheDecisionVoidsOldCards(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	id, old := string(c.ID), c.Plan(1).Scope
	more := back()
	more[0].ID = "dir/lock/2"
	c = o.bot(id, Drifted{Plan: 1, System: "dir", Steps: more})
	if r := o.refused(id, "marco", Decided{Plan: 1, Scope: old, Approve: true}); r.Code != Stale {
		t.Errorf("%s", r)
	}
	c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	if s := c.Plan(1).Step("dir/lock/2"); s.ID == "" || s.Drift {
		t.Error("it is not part of what was approved")
	}
}

// An account that a system needs asks for one approval more, also where only the
// repeated survey finds it.
func TestWhatIsNeededIsApprovedTwiceAlsoLater(t *testing.T) {
	o := newOffice(t)
	id := string(o.begun().ID)
	c := o.bot(id, Drifted{Plan: 1, System: "dir", Steps: []StepPlan{{ID: "dir/lock/2", System: "dir", LockOut: true, Items: []Item{{ID: "1"}}, Needed: Seal("the last administrator")}}})
	scope := c.Plan(1).Scope
	c = o.do(id, "marco", Decided{Plan: 1, Scope: scope, Approve: true})
	if !slices.Equal(c.Outstanding(), []Role{Security}) || c.Goes(c.Plan(1).Step("dir/lock/2")) {
		t.Fatalf("still asked are %v", c.Outstanding())
	}
	if c = o.do(id, "sasha", Decided{Plan: 1, Scope: scope, Approve: true}); !c.Goes(c.Plan(1).Step("dir/lock/2")) {
		t.Error("both have approved, and it does not go")
	}
}

// What is new when a step is tried is taken with it, but nothing that can't be
// given back, or that somebody would have to say who gets it.
func TestAnAttemptTakesNothingNewThatIsFinal(t *testing.T) {
	o := newOffice(t)
	id := string(o.begun().ID)
	for _, i := range []Item{{ID: "7", Irreversible: true}, {ID: "7", Heir: true}} {
		_, err := o.Append(t.Context(), id, Bot("test"), Attempted{Plan: 1, Step: "dir/lock/1", Items: []Item{i}, Found: Seal("[]")})
		if r := refusal(t, err); r == nil || r.Code != Malformed {
			t.Errorf("%+v was taken: %v", i, r)
		}
	}
	o.bot(id, Attempted{Plan: 1, Step: "dir/lock/1", Items: []Item{{ID: "7"}}, Found: Seal("[]")})
}
