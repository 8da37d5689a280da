package store

import (
	"testing"
	"time"
)

// Faults that show only where two features meet.

// Who needs further approvals to leave is asked about by role after the list was
// approved, and the case can be corrected when one of them declines.
func TestBatchOfSomebodyWithFurtherApprovals(t *testing.T) {
	o := ruledOffice(t, Ruling{Also: []Role{Security}})
	id, cases := o.ready(2)
	scope := o.whole(id).Scope
	o.do(string(id), "hanna", Sent{Scope: scope, To: o.people["marco"]})
	o.do(string(id), "marco", Decided{Scope: scope, Approve: true})
	for _, c := range cases {
		if err := o.cover(id, c); err != nil {
			t.Fatal(err)
		}
	}
	c, err := o.Case(cases[0])
	if err != nil || len(c.Waits()) != 1 || !c.Waits()[0].For(o.people["sasha"], []Role{Security}) {
		t.Fatalf("it waits for %+v (%v)", c.Waits(), err)
	}
	_ = o.refused(string(c.ID), "hanna", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	if c = o.approve(c, "sasha"); c.Plan(1).State != Approved {
		t.Errorf("the plan is %s", c.Plan(1).State)
	}
	c, err = o.Case(cases[1])
	if err != nil {
		t.Fatal(err)
	}
	c = o.do(string(c.ID), "sasha", Decided{Plan: 1, Scope: c.Plan(1).Scope, Reason: Seal("not this one")})
	if w := c.Waits(); len(w) != 1 || w[0].Verb != VerbSubmit {
		t.Fatalf("declined, it waits for %+v", w)
	}
	o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
}

// What a list has taken is given back case by case.
func TestUndoOfACaseOfABatch(t *testing.T) {
	o := newOffice(t)
	id, cases := o.ready(1)
	scope := o.whole(id).Scope
	o.do(string(id), "hanna", Sent{Scope: scope, To: o.people["marco"]})
	o.do(string(id), "marco", Decided{Scope: scope, Approve: true})
	if err := o.cover(id, cases[0]); err != nil {
		t.Fatal(err)
	}
	of := string(cases[0])
	o.bot(of, Started{Plan: 1})
	o.do(of, "hanna", Stopped{Plan: 1, Reason: Seal("she stays")})
	o.do(of, "hanna", Planned{Kind: Restore, Of: 1, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: o.people["marco"], Reason: Seal("she stays")})
	c := o.bot(of, Surveyed{Plan: 2, System: "dir", Steps: []StepPlan{{ID: "dir/lock/back/1", System: "dir", Items: []Item{{ID: "1"}}}}})
	if w := c.Waits(); len(w) != 1 || w[0].Verb != VerbSubmit {
		t.Errorf("it waits for %+v", w)
	}
	c = o.do(of, "hanna", Submitted{Plan: 2, Scope: c.Plan(2).Scope})
	o.approve(c, "marco")
}

// An emergency leaves its list: else nobody could ratify it. Only security may
// do that, because a list lifts the breaker for what is approved with it.
func TestEmergencyOfACaseOfABatch(t *testing.T) {
	o := newOffice(t)
	id, cases := o.ready(2)
	before := o.whole(id)
	if r := o.refused(string(cases[0]), "helge", Rushed{Plan: 1, Reason: Seal("now")}); r.Code != NotNow {
		t.Errorf("HR, around the breaker: %s", r)
	}
	c := o.do(string(cases[0]), "sasha", Rushed{Plan: 1, Reason: Seal("they copy the customer list")})
	if now := o.whole(id); now.Cases != 1 || now.Scope == before.Scope {
		t.Errorf("the list has %+v", now)
	}
	if c = o.approve(c, "marco"); c.Plan(1).Unratified() {
		t.Error("it can't be ratified")
	}
}

// What was approved was no emergency: whoever approved it, or makes it one, has
// not said that it was right to lock out first.
func TestEmergencyVoidsApprovals(t *testing.T) {
	for _, first := range []string{"marco", "sasha"} {
		o := ruledOffice(t, Ruling{Also: []Role{Security}})
		c := o.approve(o.asked(), first)
		c = o.do(string(c.ID), "sasha", Rushed{Plan: 1, Reason: Seal("now")})
		if got := c.Outstanding(); len(got) != 2 {
			t.Errorf("after the approval of %s only %v are asked whether it was right", first, got)
		}
	}
}

// After an emergency is ratified nobody is asked any more who gets what, so what
// somebody was to get who leaves goes to whoever stands in.
func TestHeirOfARatifiedEmergency(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	id := string(c.ID)
	o.do(id, "marco", Answered{Plan: 1, Answers: []Answer{{Choice: Give, Heir: o.people["tom"]}}})
	c = o.do(id, "sasha", Rushed{Plan: 1, Reason: Seal("now")})
	o.approve(c, "marco")
	o.parts("tom", CutOff{Mode: Now}, false)
	c = o.bot(id, Replaced{Plan: 1, From: o.people["tom"], To: o.people["marco"]})
	if s := c.Plan(1).Step("dir/owner/1"); !c.Plan(1).Ready(s) {
		t.Errorf("it waits for an answer that nobody is asked for: %+v", s.Answers)
	}
}

// Who locks somebody out and stops it before anybody has said that it was right
// has not done what was approved.
func TestStoppedBeforeItWasRatified(t *testing.T) {
	o := newOffice(t)
	c := o.do(NewCase, "hanna", o.emergency())
	id := string(c.ID)
	for _, system := range []string{"dir", "crm"} {
		o.bot(id, Surveyed{Plan: 1, System: system, Steps: locks(system)[:1]})
		o.attempt(c.ID, StepID(system+"/lock/1"))
	}
	c = o.do(id, "hanna", Stopped{Plan: 1, Reason: Seal("done")})
	if c.State != CaseClosed || c.Outcome != Unratified {
		t.Errorf("it is %s, %s", c.State, c.Outcome)
	}
	c = o.do(id, "hanna", Planned{Kind: Restore, Of: 1, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: o.people["marco"], Reason: Seal("back")})
	if c.State != CaseOpen {
		t.Errorf("to undo it: %s", c.State)
	}
}

// "What was not done yet is left as it is": an emergency that was not right locks
// nothing more, and what is back is not taken again.
func TestEmergencyThatWasNotRight(t *testing.T) {
	o := newOffice(t)
	c := o.do(NewCase, "sasha", o.emergency())
	id := string(c.ID)
	for _, system := range []string{"dir", "crm"} {
		all := locks(system)
		all = append(all, StepPlan{ID: StepID(system + "/sessions/1"), System: system, LockOut: true, Items: []Item{{ID: "1"}}})
		all[0].Account = Seal("a")
		o.bot(id, Surveyed{Plan: 1, System: system, Steps: all})
	}
	c = o.attempt(c.ID, "dir/lock/1")
	c = o.bot(id, Attempted{Plan: 1, Step: "crm/lock/1", Found: Seal("[]")})
	running := c.Plan(1).Step("crm/lock/1").Entry
	c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Reason: Seal("she was on a train")})
	for _, s := range c.Plan(1).Steps {
		if c.Plan(1).Ready(s) && s.State != Running {
			t.Errorf("%s is still done", s.ID)
		}
	}
	c = o.bot(id, Failed{Plan: 1, Step: "crm/lock/1", Entry: running, Why: Unreachable, After: time.Minute})
	if c.State != CaseClosed || c.Outcome != Unratified {
		t.Errorf("it is %s, %s", c.State, c.Outcome)
	}
	if c.Watches(1, "dir/lock/1") {
		t.Error("it is watched, so it would be taken again")
	}
}

// An account without which a system has nobody left is not locked on the word of
// HR alone, whoever's it is.
func TestEmergencyOfSomebodyWhoIsNeeded(t *testing.T) {
	for by, at := range map[string]bool{"hanna": false, "sasha": true} {
		o := newOffice(t)
		c := o.do(NewCase, by, o.emergency())
		steps := locks("dir")[:1]
		steps[0].Needed = Seal("the last administrator")
		c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps})
		if got := c.Plan(1).Ready(c.Plan(1).Steps[0]); got != at {
			t.Errorf("%s: it goes at once: %v", by, got)
		}
	}
}

// What came back and was given back since is no business of anybody any more.
func TestUndoSettlesWhatCameBack(t *testing.T) {
	o := newOffice(t)
	_, id := o.left()
	o.cameBack(id, "1")
	o.do(id, "hanna", o.undo())
	given := back()
	given[0].Back = []Ref{{1, "dir/lock/1"}}
	c := o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: given[:1]})
	o.do(id, "hanna", Submitted{Plan: 2, Scope: c.Plan(2).Scope})
	o.do(id, "marco", Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true})
	o.bot(id, Started{Plan: 2})
	c = o.bot(id, Attempted{Plan: 2, Step: given[0].ID, Found: Seal("[]")})
	c = o.bot(id, Finished{Plan: 2, Step: given[0].ID, Entry: c.Plan(2).Steps[0].Entry, Evidence: Seal("a read shows it")})
	if c.State != CaseClosed || c.Outcome != Restored || c.Returns[0].Open() {
		t.Errorf("it is %s, %s, and what came back is %+v", c.State, c.Outcome, c.Returns)
	}
}

// What was found later is not asked about any more once the plan is stopped, also
// while a step of it still runs.
func TestStoppedPlanAsksForNothing(t *testing.T) {
	o := newOffice(t)
	c := o.begun()
	id := string(c.ID)
	c = o.bot(id, Attempted{Plan: 1, Step: "dir/lock/1", Found: Seal("[]")})
	o.bot(id, Drifted{Plan: 1, System: "dir", Steps: []StepPlan{{ID: "dir/lock/2", System: "dir", LockOut: true, Items: []Item{{ID: "1"}}}}})
	c = o.do(id, "ivan", Stopped{Plan: 1, Reason: Seal("the wrong Jane")})
	if got := c.Outstanding(); len(got) > 0 {
		t.Errorf("%v are asked", got)
	}
	_ = o.refused(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
}

// After an emergency was not right nothing that is found while its last step ends
// is locked.
func TestNothingIsFoundAfterItWasNotRight(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	id := string(c.ID)
	o.do(id, "sasha", Rushed{Plan: 1, Reason: Seal("now")})
	c = o.bot(id, Attempted{Plan: 1, Step: "dir/lock/1", Found: Seal("[]")})
	c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Reason: Seal("she was on a train")})
	if at := c.SurveyAgain(time.Hour); c.Plan(1).State != Begun || !at.IsZero() {
		t.Errorf("it is %s, and looked at again at %s", c.Plan(1).State, at)
	}
	o.botRefused(id, Drifted{Plan: 1, System: "dir", Steps: []StepPlan{{ID: "dir/lock/2", System: "dir", LockOut: true, Items: []Item{{ID: "1"}}}}})
}

// Whom the policy protects by further approvals loses nothing again unasked.
func TestUnaskedAsksForFurtherApprovals(t *testing.T) {
	o := ruledOffice(t, Ruling{Also: []Role{Security}})
	c := o.asked()
	id := string(c.ID)
	c = o.approve(o.approve(c, "marco"), "sasha")
	o.bot(id, Started{Plan: 1})
	o.attempt(c.ID, "dir/lock/1")
	o.attempt(c.ID, "dir/owner/1")
	o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")})
	o.cameBack(id, "1")
	o.bot(id, o.retake("dir/lock/1"))
	c = o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: steps()[:1]})
	if code := o.botRefused(id, Unasked{Plan: 2, Scope: c.Plan(2).Scope}); code != NotYours {
		t.Error(code)
	}
}

// Who opened the case never says that the emergency that somebody else made of it
// was right: not by a role, and not in the place of the approver.
func TestRequesterDoesNotRatify(t *testing.T) {
	o := ruledOffice(t, Ruling{Also: []Role{HR}})
	c := o.asked()
	id := string(c.ID)
	c = o.do(id, "sasha", Rushed{Plan: 1, Reason: Seal("now")})
	_ = o.refused(id, "hanna", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	_ = o.refused(id, "marco", Delegated{Plan: 1, To: o.people["hanna"]})
	if c.Eligible(o.people["hanna"]) {
		t.Error("she is asked")
	}
	c = o.approve(o.approve(c, "marco"), "helge")
	if c.Plan(1).Unratified() {
		t.Error("it is not ratified")
	}
}
