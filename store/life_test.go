package store

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A clean case, from the draft to its end.
func TestLifeOfACase(t *testing.T) {
	o := newOffice(t)
	c := o.begun()
	id := string(c.ID)
	c = o.attempt(c.ID, "dir/lock/1")
	if got := c.Plan(1).Step("dir/lock/1").State; got != Proven {
		t.Fatalf("lock is %s", got)
	}
	if a, _ := c.Plan(1).Step("dir/owner/1").Answer("2"); a.Heir != o.people["marco"] {
		t.Errorf("the default heir is %s, want the manager", a.Heir)
	}
	o.attempt(c.ID, "dir/owner/1")
	c = o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("serial 4711")})
	if c.State != CaseClosed || c.Outcome != Done {
		t.Errorf("the case is %s (%s), want closed (done)", c.State, c.Outcome)
	}
	if open, err := o.OpenCases(); err != nil || len(open) != 0 {
		t.Errorf("open cases: %v, %v", open, err)
	}
	o.do(id, "ivan", Noted{Text: Seal("found a second charger")}) // a note is always possible
}

// How the cut-off comes about: when the plan is due, and who makes it so.
func TestCutOffModes(t *testing.T) {
	at := func(d time.Duration) CutOff { return CutOff{Mode: At, At: time.Now().UTC().Add(d)} }
	for _, tt := range []struct {
		name string
		cut  func() CutOff
		wait time.Duration // between asking and approving
		then func(o *office, id string) time.Time
	}{
		{"now", func() CutOff { return CutOff{Mode: Now} }, time.Hour, func(*office, string) time.Time { return time.Now() }},
		{"at a time", func() CutOff { return at(5 * time.Hour) }, time.Hour, func(*office, string) time.Time { return time.Now().Add(4 * time.Hour) }},
		// Approved too late counts from the approval: the bot was never late.
		{"at a time that had passed", func() CutOff { return at(time.Hour) }, 3 * time.Hour, func(*office, string) time.Time { return time.Now() }},
		{"press", func() CutOff { return CutOff{Mode: Press} }, time.Hour, func(o *office, id string) time.Time {
			time.Sleep(48 * time.Hour)
			o.do(id, "ivan", Pressed{Plan: 1})
			return time.Now()
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t)
				terms := o.terms()
				terms.CutOff = tt.cut()
				c := o.do(NewCase, "hanna", Drafted{Person: o.people["jane"], Terms: terms, Systems: []string{"dir"}})
				id := string(c.ID)
				c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps()})
				c = o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
				if terms.CutOff.Mode == At && !c.NextDue().Equal(terms.CutOff.At) {
					t.Errorf("asked, it is looked at again at %s", c.NextDue())
				}
				time.Sleep(tt.wait)
				c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
				if terms.CutOff.Mode == Press && !c.NextDue().IsZero() {
					t.Errorf("armed, it is due at %s", c.NextDue())
				}
				want := tt.then(o, id)
				c, err := o.Case(c.ID)
				if err != nil || !c.Plan(1).Due.Equal(want) {
					t.Fatalf("it is due at %s, want %s (%v)", c.Plan(1).Due, want, err)
				}
				if d := time.Until(want); d > 0 {
					time.Sleep(d - time.Microsecond)
					if _, err := o.Append(t.Context(), id, Bot("test"), Started{Plan: 1}); refusal(t, err) == nil {
						t.Error("it began before its time")
					}
					time.Sleep(time.Microsecond)
				}
				ids, _, err := o.Due(time.Time{}, time.Now())
				if err != nil || !slices.Equal(ids, []CaseID{c.ID}) {
					t.Errorf("due are %v, %v", ids, err)
				}
				o.bot(id, Started{Plan: 1})
			})
		})
	}
}

// A press belongs to the time for which it was made.
func TestRescheduleForgetsThePress(t *testing.T) {
	o := newOffice(t)
	c := o.approvedAt(CutOff{Mode: Press})
	id := string(c.ID)
	o.do(id, "ivan", Pressed{Plan: 1})
	c = o.do(id, "hanna", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}}})
	c = o.do(id, "sasha", Seconded{Entry: c.Seq, Agree: true})
	if p := c.Plan(1); !p.Due.IsZero() || !p.Press.IsZero() {
		t.Errorf("it is due at %s by a press of %s", p.Due, p.Press)
	}
	o.do(id, "ivan", Pressed{Plan: 1})
}

// A card of a plan that has changed approves nothing: every change of what is
// approved changes the hash.
func TestOldCardsApproveNothing(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	id := string(c.ID)
	seen := []string{c.Plan(1).Scope}
	fresh := func(what string, c Case) {
		t.Helper()
		if s := c.Plan(1).Scope; s == "" || slices.Contains(seen, s) {
			t.Fatalf("%s leaves the scope %q", what, s)
		}
		seen = append(seen, c.Plan(1).Scope)
		for _, old := range seen[:len(seen)-1] {
			_, err := o.Append(t.Context(), id, o.actor("marco"), Decided{Plan: 1, Scope: old, Approve: true})
			if r := refusal(t, err); r == nil {
				t.Fatalf("%s: a card from before it approved the plan", what)
			}
		}
	}
	c = o.do(id, "hanna", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}}})
	fresh("a reschedule", c)
	c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Reason: Seal("wrong day")})
	fresh("a refusal", c)
	if c.Plan(1).Declined == nil || c.Plan(1).Declined.By != o.people["marco"] {
		t.Error("nobody declined it")
	}
	c = o.do(id, "hanna", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Now}}})
	fresh("a reschedule of a declined plan", c)
	c = o.do(id, "hanna", Amended{Terms: o.terms()})
	if p := c.Plan(1); p.State != Surveying || len(p.Steps) != 0 || p.Scope != "" {
		t.Errorf("amended, it is %s with %d steps", p.State, len(p.Steps))
	}
	c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps()})
	fresh("an amendment", c)
	c = o.do(id, "hanna", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}}})
	fresh("a reschedule of a proposed plan", c)
	if r := o.refused(id, "hanna", Submitted{Plan: 1, Scope: seen[len(seen)-2]}); r.Code != Stale {
		t.Errorf("submitted by an old card: %s", r)
	}
	c = o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	if c.Plan(1).State != Approved || c.Submitted.IsZero() || !c.Submitted.Before(c.Plan(1).Asked) {
		t.Errorf("it is %s; first submitted %s, asked %s", c.Plan(1).State, c.Submitted, c.Plan(1).Asked)
	}
}

// "Not me, ask ..." moves the decision and nothing else.
func TestDelegate(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	id, scope := string(c.ID), c.Plan(1).Scope
	c = o.do(id, "marco", Delegated{Plan: 1, To: o.people["bo"]})
	if c.Plan(1).Scope != scope || c.Plan(1).Delegated[0].From != o.people["marco"] {
		t.Errorf("delegated: %+v", c.Plan(1).Delegated)
	}
	yes := Decided{Plan: 1, Scope: scope, Approve: true}
	if r := o.refused(id, "marco", yes); r.Code != NotYours {
		t.Errorf("who gave it away still decides: %s", r)
	}
	o.do(id, "bo", Delegated{Plan: 1, To: o.people["priya"]}) // a chain
	if r := o.refused(id, "bo", yes); r.Code != NotYours {
		t.Errorf("who passed it on still decides: %s", r)
	}
	c = o.do(id, "priya", yes)
	if a, _ := c.Plan(1).Step("dir/owner/1").Answer("1"); c.Plan(1).Decision.By != o.people["priya"] || a.Heir != o.people["marco"] {
		t.Errorf("decided by %s, and the heir is %s", c.Plan(1).Decision.By, a.Heir)
	}
}

// What was found counts: nothing held, more of the same (drift), and what was
// not taken because nobody approved it.
func TestDrift(t *testing.T) {
	o := newOffice(t)
	c := o.begun()
	id := string(c.ID)
	drift := Attempted{Plan: 1, Step: "dir/lock/1", Items: []Item{{ID: "2"}}, Found: SealJSON([]Held{{ID: "1", Ref: "a"}, {ID: "2", Ref: "b", Before: "new"}}), Left: 3}
	o.bot(id, drift)
	c = o.bot(id, drift) // killed, and tried again: it is the same item
	s := c.Plan(1).Step("dir/lock/1")
	if s.Left != 3 || len(s.Items) != 2 || len(s.Befores) != 2 || s.Tries != 2 {
		t.Errorf("drift: %+v", s)
	}
	held, err := o.Befores(c, s)
	if err != nil || len(held) != 2 || held[1].Before != "new" {
		t.Errorf("an undo gives back %+v, %v", held, err)
	}
	o.bot(id, Finished{Plan: 1, Step: "dir/lock/1", Entry: c.Seq})
	c = o.bot(id, Finished{Plan: 1, Step: "dir/owner/1"})
	if got := c.Plan(1).Step("dir/owner/1").State; got != Nothing {
		t.Errorf("nothing was held, and it is %s", got)
	}
}

// A form that was opened before the case was surveyed again gives nothing to
// anybody: the numbers in it may be those of other things by now.
func TestOldFormsAnswerNothing(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	id := string(c.ID)
	form := Answered{Plan: 1, Rev: c.Plan(1).Rev, Answers: []Answer{{Step: "dir/owner/1", Item: "1", Choice: Give, Heir: o.people["bo"]}}}
	again := steps()
	again[1].Items = []Item{{ID: "1", Heir: true}} // what was 2 is 1 now
	changes := []func(){
		func() { c = o.do(id, "hanna", Amended{Terms: o.terms()}) },
		func() { c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: again}) },
		func() { c = o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope}) },
	}
	for i, change := range changes {
		change()
		if r := o.refused(id, "marco", form); r.Code != Stale {
			t.Errorf("after change %d: %s", i, r)
		}
	}
	if _, ok := c.Plan(1).Step("dir/owner/1").Answer("1"); ok {
		t.Error("it is answered")
	}
	form.Rev = c.Plan(1).Rev
	c = o.do(id, "marco", form)
	if a, ok := c.Plan(1).Step("dir/owner/1").Answer("1"); !ok || a.Heir != o.people["bo"] {
		t.Errorf("answered: %+v", a)
	}
	// Approved and under way, nothing is surveyed again, and the form stays good.
	o.begun2(c)
	o.do(id, "marco", form)
}
