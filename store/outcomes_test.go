package store

import (
	"testing"
	"testing/synctest"
	"time"
)

// How a case ends.
func TestOutcomes(t *testing.T) {
	reason := Seal("r")
	agreed := func(o *office, c Case, ch Change, first string) Case {
		c = o.do(string(c.ID), first, Requested{Change: ch})
		return o.do(string(c.ID), "sasha", Seconded{Entry: c.Seq, Agree: true})
	}
	// phased is a case under way with one step, of that phase.
	phased := func(o *office, phase string) Case {
		return o.only(StepPlan{ID: "dir/group/1", System: "dir", Action: "group", Phase: phase, Items: []Item{{ID: "1"}}, Held: Seal("[]")})
	}
	skipped := func(o *office, c Case) Case {
		if c.Plan(1).Step("dir/group/1").Manual == nil {
			o.bot(string(c.ID), Failed{Plan: 1, Step: "dir/group/1", Why: Refuses, Message: Seal("no")})
		}
		c = o.do(string(c.ID), "ivan", Requested{Change: Change{Verb: VerbSkip, Plan: 1, Step: "dir/group/1", Reason: reason}})
		return c
	}
	rest := func(o *office, c Case) Case {
		o.attempt(c.ID, "dir/owner/1")
		return o.do(string(c.ID), "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: reason})
	}
	for _, tt := range []struct {
		name string
		end  func(o *office) Case
		want Outcome
	}{
		{"all proven", func(o *office) Case {
			c := o.begun()
			o.attempt(c.ID, "dir/lock/1")
			return rest(o, c)
		}, Done},
		{"a lock-out skipped", func(o *office) Case {
			c := failedStep(o)
			agreed(o, c, Change{Verb: VerbSkip, Plan: 1, Step: "dir/lock/1", Reason: reason}, "ivan")
			return rest(o, c)
		}, AccessLeft},
		{"a step of the cut-off skipped", func(o *office) Case { return skipped(o, phased(o, "cut-off")) }, AccessLeft},
		{"a step of the cut-off proven", func(o *office) Case {
			c := phased(o, "cut-off")
			return o.attempt(c.ID, "dir/group/1")
		}, Done},
		{"a step of the cut-off stopped", func(o *office) Case {
			c := phased(o, "cut-off")
			return o.do(string(c.ID), "hanna", Stopped{Plan: 1, Reason: reason})
		}, AccessLeft},
		{"a task of the cut-off skipped", func(o *office) Case {
			return skipped(o, o.only(StepPlan{ID: "dir/group/1", System: "dir", Phase: "cut-off", Manual: &Manual{Owner: IT}}))
		}, AccessLeft},
		{"a step of a later phase skipped", func(o *office) Case { return skipped(o, phased(o, "handover")) }, Done},
		{"a step of a later phase stopped", func(o *office) Case {
			c := phased(o, "handover")
			return o.do(string(c.ID), "hanna", Stopped{Plan: 1, Reason: reason})
		}, Done},
		{"a step of the cut-off, asked and stopped", func(o *office) Case {
			c := o.onlyAsked(StepPlan{ID: "dir/group/1", System: "dir", Action: "group", Phase: "cut-off"})
			return o.do(string(c.ID), "hanna", Stopped{Plan: 1, Reason: reason})
		}, Cancelled},
		{"a step of the cut-off, approved and stopped by one person", func(o *office) Case {
			c := o.onlyAsked(StepPlan{ID: "dir/group/1", System: "dir", Action: "group", Phase: "cut-off"})
			o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
			return o.do(string(c.ID), "hanna", Stopped{Plan: 1, Reason: reason})
		}, AccessLeft},
		{"another step skipped", func(o *office) Case {
			c := o.begun()
			o.attempt(c.ID, "dir/lock/1")
			o.bot(string(c.ID), Failed{Plan: 1, Step: "dir/owner/1", Why: Refuses, Message: Seal("no")})
			o.do(string(c.ID), "ivan", Requested{Change: Change{Verb: VerbSkip, Plan: 1, Step: "dir/owner/1", Reason: reason}})
			return o.do(string(c.ID), "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: reason})
		}, Done},
		{"stopped before the lock-out", func(o *office) Case {
			c := o.begun()
			return o.do(string(c.ID), "hanna", Stopped{Plan: 1, Reason: reason})
		}, AccessLeft},
		{"stopped after the lock-out", func(o *office) Case {
			c := o.begun()
			o.attempt(c.ID, "dir/lock/1")
			return o.do(string(c.ID), "hanna", Stopped{Plan: 1, Reason: reason})
		}, Done},
		{"stopped while it runs, and it is proven", func(o *office) Case {
			c := attempted(o)
			entry := c.Seq
			if c = o.do(string(c.ID), "ivan", Stopped{Plan: 1}); c.State == CaseClosed || c.Plan(1).Step("dir/owner/1").State != Halted {
				o.t.Error("what runs did not go on, or what waits did")
			}
			return o.bot(string(c.ID), Finished{Plan: 1, Step: "dir/lock/1", Entry: entry})
		}, Done},
		{"stopped while it runs, and it fails", func(o *office) Case {
			c := attempted(o)
			entry := c.Seq
			o.do(string(c.ID), "ivan", Stopped{Plan: 1})
			return o.bot(string(c.ID), Failed{Plan: 1, Step: "dir/lock/1", Entry: entry, Why: Unreachable, After: time.Hour})
		}, AccessLeft},
		// A cancel would have needed a second person, so this must show.
		{"approved, and stopped by one person", func(o *office) Case {
			return o.do(string(o.approvedLater().ID), "ivan", Stopped{Plan: 1})
		}, AccessLeft},
		{"asked, and stopped", func(o *office) Case { return o.do(string(o.asked().ID), "ivan", Stopped{Plan: 1}) }, Cancelled},
		{"approved, and cancelled by two", func(o *office) Case {
			return agreed(o, o.approvedLater(), Change{Verb: VerbCancel, Plan: 1}, "hanna")
		}, Cancelled},
		{"cancelled", cancelled, Cancelled},
		{"there was nothing", func(o *office) Case {
			c := o.draft("hanna")
			c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Searched: Seal("uid=jane")})
			o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
			return o.begun2(c)
		}, Done},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.end(newOffice(t))
			if c.State != CaseClosed || c.Outcome != tt.want || c.Closed.IsZero() || !c.NextDue().IsZero() || len(c.Waits()) != 0 {
				t.Errorf("the case is %s (%s), due %s, waits %v; want closed (%s)", c.State, c.Outcome, c.NextDue(), c.Waits(), tt.want)
			}
			if passed := c.CutOffPassed(time.Now()); passed != !c.Plan(1).Begun.IsZero() || passed != c.Summary().CutOffPassed(time.Now()) {
				t.Errorf("the access has ended: %v", passed)
			}
		})
	}
}

// onlyAsked is a submitted case with one step.
func (o *office) onlyAsked(s StepPlan) Case {
	o.t.Helper()
	c := o.draft("hanna")
	c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: []StepPlan{s}})
	return o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
}

// only is a case under way with one step.
func (o *office) only(s StepPlan) Case {
	o.t.Helper()
	return o.begun2(o.onlyAsked(s))
}

// A time counts once somebody has approved it; an unapproved case takes
// nobody's roles, however late it is. What is late is said of the case.
func TestUnapprovedTimeTakesNoRoles(t *testing.T) {
	at := func() CutOff { return CutOff{Mode: At, At: time.Now().UTC().Add(time.Hour)} }
	mode := func(m Mode) func() CutOff { return func() CutOff { return CutOff{Mode: m} } }
	ask := func(o *office, c Case) Case {
		c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
		return o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	}
	decide := func(o *office, c Case, approve bool) Case {
		return o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: approve, Reason: Seal("r")})
	}
	same := func(_ *office, c Case) Case { return c }
	for _, tt := range []struct {
		name         string
		cut          func() CutOff
		state, later func(o *office, c Case) Case // before the time, and at it
		passed, late bool
	}{
		{"a draft", at, same, same, false, false},
		{"asked", at, ask, same, false, true},
		{"declined", at, func(o *office, c Case) Case { return decide(o, ask(o, c), false) }, same, false, false},
		{"amended", at, func(o *office, c Case) Case {
			terms := c.Terms
			return o.do(string(ask(o, c).ID), "hanna", Amended{Terms: terms})
		}, same, false, false},
		{"approved", at, func(o *office, c Case) Case { return decide(o, ask(o, c), true) }, same, true, false},
		{"approved too late", at, ask, func(o *office, c Case) Case { return decide(o, c, true) }, true, false},
		{"approved and begun", at, func(o *office, c Case) Case { return decide(o, ask(o, c), true) }, func(o *office, c Case) Case {
			return o.bot(string(c.ID), Started{Plan: 1})
		}, true, false},
		{"approved and cancelled", at, func(o *office, c Case) Case {
			c = decide(o, ask(o, c), true)
			c = o.do(string(c.ID), "hanna", Requested{Change: Change{Verb: VerbCancel, Plan: 1}})
			return o.do(string(c.ID), "aide", Seconded{Entry: c.Seq, Agree: true})
		}, same, false, false},
		{"asked for now", mode(Now), ask, same, false, false},
		{"asked for a press", mode(Press), ask, same, false, false},
		{"approved for a press", mode(Press), func(o *office, c Case) Case { return decide(o, ask(o, c), true) }, same, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t)
				o.another()
				other := o.begun()
				o.people["aide"], o.claims["aide"] = o.meet("aide"), []Claim{{Role: Security}}
				terms := o.terms()
				terms.CutOff = tt.cut()
				c := o.do(NewCase, "hanna", Drafted{Person: o.people["sasha"], Terms: terms, Systems: []string{"dir"}})
				time.Sleep(time.Minute)
				check := func(when string, passed, late bool) {
					t.Helper()
					now := time.Now()
					if c.CutOffPassed(now) != passed || c.Summary().CutOffPassed(now) != passed || c.Late(now) != late {
						t.Errorf("%s: passed %v, %v in the row; late %v", when, c.CutOffPassed(now), c.Summary().CutOffPassed(now), c.Late(now))
					}
					_, err := o.Append(t.Context(), string(other.ID), o.actor("sasha"), Noted{Text: Seal("n")})
					if r := refusal(t, err); (r != nil) != passed || r != nil && r.Text != AccessEnded().Text {
						t.Errorf("%s: they work, and it is %v", when, r)
					}
				}
				c = tt.state(o, c)
				check("before", false, false)
				time.Sleep(59*time.Minute - time.Microsecond)
				check("just before", false, false)
				time.Sleep(time.Microsecond)
				c = tt.later(o, c)
				check("at the time", tt.passed, tt.late)
				time.Sleep(time.Hour)
				check("after it", tt.passed, tt.late)
			})
		})
	}
}
