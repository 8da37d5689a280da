package store

import (
	"time"
)

func is(b Body) func(*office, Case) Body { return func(*office, Case) Body { return b } }

func termsWith(edit func(*office, *Terms)) func(*office, Case) Body {
	return func(o *office, _ Case) Body {
		t := o.terms()
		edit(o, &t)
		return Drafted{Person: o.people[o.leaver], Terms: t, Systems: []string{"dir"}}
	}
}

func nothing(*office) Case { return Case{} }

// decided is a decision about the scope as it is.
func decided(approve bool) func(*office, Case) Body {
	return func(_ *office, c Case) Body {
		return Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: approve, Reason: Seal("because")}
	}
}

// answering is an answer to the form as it is.
func answering(a Answer) func(*office, Case) Body {
	return func(_ *office, c Case) Body { return Answered{Plan: 1, Rev: c.Plan(1).Rev, Answers: []Answer{a}} }
}

func skipping(id StepID) func(*office, Case) Body {
	return changing(Change{Verb: VerbSkip, Plan: 1, Step: id, Reason: Seal("r")})
}

func changing(ch Change) func(*office, Case) Body { return is(Requested{Change: ch}) }

// then is a state with one more event in it.
func then(state func(*office) Case, who string, body func(*office, Case) Body) func(*office) Case {
	return func(o *office) Case {
		c := state(o)
		if who == "" {
			return o.bot(string(c.ID), body(o, c))
		}
		return o.do(string(c.ID), who, body(o, c))
	}
}

// helperLeaves is a state in which bo has an open case of their own.
func helperLeaves(state func(*office) Case, who string, confidential bool) func(*office) Case {
	return func(o *office) Case {
		c := state(o)
		t := o.terms()
		t.Manager, t.Confidential = o.people["priya"], confidential
		o.claims["secret-hr"], o.people["secret-hr"] = []Claim{{Role: HR}}, o.meet("secret-hr")
		if r, err := o.Append(o.t.Context(), NewCase, o.actor("secret-hr"), Drafted{Person: o.people[who], Terms: t, Systems: []string{"dir"}}); err != nil {
			o.t.Fatal(r, err)
		}
		return c
	}
}

var (
	failedStep  = then((*office).begun, "", is(Failed{Plan: 1, Step: "dir/lock/1", Why: Refuses, Message: Seal("no")}))
	failedOwner = then((*office).begun, "", is(Failed{Plan: 1, Step: "dir/owner/1", Why: Refuses, Message: Seal("no")}))
	failedAgain = then((*office).begun, "", is(Failed{Plan: 1, Step: "dir/lock/1", Why: Unreachable, After: time.Hour, Message: Seal("no answer")}))
	taken       = then(failedStep, "ivan", is(Taken{Plan: 1, Step: "dir/lock/1"}))
	retried     = then(failedStep, "ivan", is(Retried{Plan: 1, Step: "dir/lock/1"}))
	amended     = then((*office).asked, "hanna", func(o *office, _ Case) Body { return Amended{Terms: o.terms()} })
	surveyed    = then(amended, "", is(Surveyed{Plan: 1, System: "dir", Steps: steps()}))
	attempted   = then((*office).begun, "", is(Attempted{Plan: 1, Step: "dir/lock/1", Found: Seal("[]")}))
	accepted    = then(attempted, "", func(_ *office, c Case) Body {
		return Finished{Plan: 1, Step: "dir/lock/1", Entry: c.Seq, Accepted: true}
	})
	declinedCase = then((*office).asked, "marco", decided(false))
	skipAsked    = then(failedStep, "ivan", changing(Change{Verb: VerbSkip, Plan: 1, Step: "dir/lock/1", Reason: Seal("r")}))
	postponed    = then((*office).approvedLater, "hanna", changing(Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}}))
	cancelled    = then(func(o *office) Case { return o.proposed("hanna") }, "hanna", changing(Change{Verb: VerbCancel, Plan: 1}))
	handing      = then((*office).begun, "", is(Attempted{Plan: 1, Step: "dir/owner/1", Found: Seal("[]")}))
	future       = CutOff{Mode: At, At: time.Date(2096, 11, 30, 17, 0, 0, 0, time.UTC)}
)

func (o *office) approvedLater() Case { o.t.Helper(); return o.approvedAt(future) }

// identify has a task that must be confirmed before anybody approves.
func (o *office) identify() Case {
	o.t.Helper()
	d := o.draft("hanna")
	d = o.bot(string(d.ID), Surveyed{Plan: 1, System: "dir", Steps: append(steps(), StepPlan{
		ID: "tasks/who/1", System: "tasks", Words: "Say who it is", Manual: &Manual{Owner: Security, First: true},
	})})
	return o.do(string(d.ID), "hanna", Submitted{Plan: 1, Scope: d.Plan(1).Scope})
}
