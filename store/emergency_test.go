package store

import (
	"slices"
	"testing"
)

func (o *office) emergency() Drafted {
	t := o.terms()
	t.Reason = Seal("they copy the customer list")
	return Drafted{Person: o.people[o.leaver], Terms: t, Systems: []string{"dir", "crm"}, Emergency: true}
}

func locks(system string) []StepPlan {
	return []StepPlan{
		{ID: StepID(system + "/lock/1"), System: system, Words: "Lock the account", LockOut: true, Items: []Item{{ID: "1"}}},
		{ID: StepID(system + "/wipe/1"), System: system, Words: "Delete the account", LockOut: true, Items: []Item{{ID: "1", Irreversible: true}}},
		{ID: StepID(system + "/groups/1"), System: system, Words: "Remove from groups", Phase: phaseCutOff, Items: []Item{{ID: "1"}}},
	}
}

func states(p Plan) map[StepID]bool {
	out := map[StepID]bool{}
	for _, s := range p.Steps {
		out[s.ID] = p.Ready(s)
	}
	return out
}

// One person locks out, system by system as it is looked at; nothing else goes
// before somebody else has approved it.
func TestEmergencyLocksOutFirst(t *testing.T) {
	o := newOffice(t)
	c := o.do(NewCase, "sasha", o.emergency())
	id := string(c.ID)
	if c.State != CaseOpen || c.Plan(1).State != Begun || len(c.Plan(1).Unsurveyed()) != 2 {
		t.Fatalf("it is %s, its plan %s, to look at %v", c.State, c.Plan(1).State, c.Plan(1).Unsurveyed())
	}
	if gone, err := o.Gone(c.Person); !gone || err != nil {
		t.Errorf("their roles count on (%v)", err)
	}
	c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: locks("dir")})
	if r := states(c.Plan(1)); !r["dir/lock/1"] || r["dir/wipe/1"] || r["dir/groups/1"] {
		t.Errorf("what goes at once is %v", r)
	}
	if slices.ContainsFunc(c.Waits(), func(w Wait) bool { return w.Verb == VerbApprove }) {
		t.Error("the approver is asked before all is known")
	}
	o.attempt(c.ID, "dir/lock/1")
	c = o.bot(id, Surveyed{Plan: 1, System: "crm", Steps: locks("crm")})
	if !slices.ContainsFunc(c.Waits(), func(w Wait) bool { return w.Verb == VerbApprove && w.Person == o.people["marco"] }) {
		t.Error("nobody is asked whether it was right")
	}
	o.attempt(c.ID, "crm/lock/1")
	_ = o.refused(id, "sasha", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	for _, step := range []StepID{"dir/wipe/1", "dir/groups/1", "crm/wipe/1", "crm/groups/1"} {
		c = o.attempt(c.ID, step)
	}
	if c.State != CaseClosed || c.Outcome != Done {
		t.Errorf("it is %s, %s", c.State, c.Outcome)
	}
}

// An emergency in which nothing else is found still waits to be ratified.
func TestEmergencyWaitsToBeRatified(t *testing.T) {
	for _, approve := range []bool{true, false} {
		o := newOffice(t)
		e := o.emergency()
		e.Systems = []string{"dir"}
		c := o.do(NewCase, "hanna", e)
		id := string(c.ID)
		c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: locks("dir")[:1]})
		c = o.attempt(c.ID, "dir/lock/1")
		if c.State != CaseOpen || !c.Plan(1).Unratified() {
			t.Fatalf("it is %s", c.State)
		}
		c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: approve, Reason: Seal("she was on a train")})
		if want := map[bool]Outcome{true: Done, false: Unratified}[approve]; c.State != CaseClosed || c.Outcome != want || len(c.Plan(1).Later) != 1 {
			t.Errorf("ratified %v, it is %s", approve, c.State)
		}
	}
}

// What was asked for in the ordinary way becomes an emergency in one step.
func TestOpenCaseBecomesAnEmergency(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	id, old := string(c.ID), c.Plan(1).Scope
	_ = o.refused(id, "marco", Rushed{Plan: 1, Reason: Seal("now")})
	_ = o.refused(id, "sasha", Rushed{Plan: 1})
	c = o.do(id, "sasha", Rushed{Plan: 1, Reason: Seal("they copy the customer list")})
	if r := states(c.Plan(1)); !r["dir/lock/1"] || r["dir/owner/1"] || !c.Plan(1).Unratified() {
		t.Errorf("what goes at once is %v", r)
	}
	_ = o.refused(id, "helge", Rushed{Plan: 1, Reason: Seal("again")})
	if r := o.refused(id, "marco", Decided{Plan: 1, Scope: old, Approve: true}); r.Code != Stale {
		t.Error(r)
	}
	o.attempt(c.ID, "dir/lock/1")
	c = o.do(id, "ivan", Stopped{Plan: 1, Reason: Seal("it was not her")})
	if c.State != CaseClosed || c.Outcome != Unratified {
		t.Errorf("stopped, it is %s, %s", c.State, c.Outcome)
	}
}

func TestEmergenciesThatAreRefused(t *testing.T) {
	opt := testOptions(t.TempDir())
	opt.Policy = func(c Card, _ Terms) Ruling {
		switch c.Login {
		case "breakglass":
			return Ruling{Refused: true}
		case "priya":
			return Ruling{Also: []Role{Security}}
		}
		return Ruling{}
	}
	o := openOffice(t, opt)
	refused := func(what, by string, d Drafted, code Code) string {
		t.Helper()
		r := o.refused(NewCase, by, d)
		if r.Code != code {
			t.Errorf("%s: %s (%s)", what, r.Code, r.Text)
		}
		return r.Text
	}
	e := o.emergency()
	refused("by IT", "ivan", e, NotYours)
	e.Terms.Reason = Private{}
	refused("without a reason", "hanna", e, Malformed)
	e = o.emergency()
	e.Terms.CutOff = CutOff{Mode: Press}
	refused("later", "hanna", e, Malformed)
	e = o.emergency()
	e.ByHand = true
	refused("somebody unknown", "hanna", e, WhoIsIt)
	e = o.emergency()
	e.Person = o.people["breakglass"]
	protected := refused("a break-glass account", "hanna", e, WhoIsIt)
	e.Person = o.people["priya"]
	if r := refused("an executive, by HR", "hanna", e, WhoIsIt); r != protected {
		t.Errorf("%q tells more than %q", r, protected)
	}
	o.do(NewCase, "sasha", e)
}
