package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A rule is one refusal: who does what in which state. The text that they get
// is in testdata/refusals.txt, with names for numbers.
type rule struct {
	name  string
	state func(o *office) Case
	who   string // "" is the bot
	body  func(o *office, c Case) Body
	code  Code
}

var rules = []rule{
	// Opening a case.
	{"start: the bot", nothing, "", termsWith(func(*office, *Terms) {}), NotYours},
	{"start: no role", nothing, "tom", termsWith(func(*office, *Terms) {}), NotYours},
	{"start: oneself", nothing, "hanna", func(o *office, _ Case) Body {
		return Drafted{Person: o.people["hanna"], Terms: o.terms(), Systems: []string{"dir"}}
	}, WhoIsIt},
	{"start: somebody unknown", nothing, "hanna", func(o *office, _ Case) Body {
		return Drafted{Person: "P-4711", Terms: o.terms(), Systems: []string{"dir"}}
	}, WhoIsIt}, // a tampered id
	{"start: protected", nothing, "hanna", func(o *office, _ Case) Body {
		return Drafted{Person: o.people["breakglass"], Terms: o.terms(), Systems: []string{"dir"}}
	}, WhoIsIt},
	{"start: open already", (*office).asked, "helge", termsWith(func(*office, *Terms) {}), Already},
	{"start: nothing to look at", nothing, "hanna", func(o *office, _ Case) Body {
		return Drafted{Person: o.people[o.leaver], Terms: o.terms()}
	}, Malformed}, // a case without systems would be "done" without doing anything
	{"start: unknown zone", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.Zone = "Europe/Lissabon" }), Malformed},
	{"start: no zone", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.Zone = "" }), Malformed},
	{"start: no kind", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.Kind = "" }), Malformed},
	{"start: no last day", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.LastDay = "" }), Malformed},
	{"start: a name as a day", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.LastDay = "Jane" }), Malformed}, // days stand in the log in the clear
	{"start: an end that is no day", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.End = "2026-13-01" }), Malformed},
	{"start: ends before the last day", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.End = "2026-11-29" }), Malformed},
	{"start: no approver", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.Manager = "" }), Malformed},
	{"start: the leaver approves", nothing, "hanna", termsWith(func(o *office, t *Terms) { t.Manager = o.people[o.leaver] }), WhoIsIt},
	{"start: the requester approves", nothing, "hanna", termsWith(func(o *office, t *Terms) { t.Manager = o.people["hanna"] }), WhoIsIt},
	{"start: an unknown approver", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.Manager = "P-4711" }), WhoIsIt},
	{"start: the approver leaves", helperLeaves(nothing, "bo", false), "hanna", termsWith(func(o *office, t *Terms) { t.Manager = o.people["bo"] }), WhoIsIt},
	{"start: the approver leaves in secret", helperLeaves(nothing, "tom", true), "hanna", termsWith(func(o *office, t *Terms) { t.Manager = o.people["tom"] }), WhoIsIt},
	{"start: no cut-off", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.CutOff = CutOff{} }), Malformed},
	{"start: cut-off in the past", nothing, "hanna", termsWith(func(_ *office, t *Terms) {
		t.CutOff = CutOff{Mode: At, At: time.Date(2020, 1, 2, 15, 0, 0, 0, time.UTC)}
	}), Malformed},

	// Submitting and amending.
	{"submit: still surveying", func(o *office) Case { return o.draft("hanna") }, "hanna", is(Submitted{Plan: 1}), NotNow},
	{"submit: twice", (*office).asked, "hanna", func(_ *office, c Case) Body { return Submitted{Plan: 1, Scope: c.Plan(1).Scope} }, Already},
	{"submit: an old card", func(o *office) Case { return o.proposed("hanna") }, "hanna", is(Submitted{Plan: 1, Scope: "9f3ac1d2"}), Stale},
	{"submit: another plan", func(o *office) Case { return o.proposed("hanna") }, "hanna", func(_ *office, c Case) Body { return Submitted{Plan: 2, Scope: c.Plan(1).Scope} }, Stale},
	{"amend: approved", (*office).approved, "hanna", func(o *office, _ Case) Body { return Amended{Terms: o.terms()} }, NotNow},
	{"amend: the requester as approver", (*office).asked, "helge", func(o *office, _ Case) Body {
		t := o.terms()
		t.Manager = o.people["hanna"]
		return Amended{Terms: t}
	}, WhoIsIt},
	{"amend: oneself as approver", (*office).asked, "helge", func(o *office, _ Case) Body {
		t := o.terms()
		t.Manager = o.people["helge"]
		return Amended{Terms: t}
	}, WhoIsIt},
	{"amend: who amended before as approver", then((*office).asked, "helge", func(o *office, _ Case) Body { return Amended{Terms: o.terms()} }), "hanna", func(o *office, _ Case) Body {
		t := o.terms()
		t.Manager = o.people["helge"]
		return Amended{Terms: t}
	}, WhoIsIt},
	{"closed: anything", cancelled, "hanna", is(Stopped{Plan: 1}), NotNow},

	// Deciding.
	{"approve: by the leaver", (*office).asked, "leaver", decided(true), NotYours}, // reads as if there were no case
	{"approve: somebody else's", (*office).asked, "bo", decided(true), NotYours},
	{"approve: HR instead", (*office).asked, "helge", decided(true), NotYours},
	{"approve: not submitted", func(o *office) Case { return o.proposed("hanna") }, "marco", decided(true), NotYours}, // reads as if there were no case
	{"approve: amended, not surveyed again", amended, "marco", decided(true), NotNow},
	{"approve: amended, not submitted again", surveyed, "marco", decided(true), NotNow},
	{"approve: twice", (*office).approved, "marco", decided(true), Already},
	{"approve: declined", declinedCase, "marco", decided(true), Already},
	{"approve: an old scope", (*office).asked, "marco", is(Decided{Plan: 1, Scope: "9f3ac1d2", Approve: true}), Stale},
	{"approve: another plan", (*office).asked, "marco", func(_ *office, c Case) Body { return Decided{Plan: 2, Scope: c.Plan(1).Scope, Approve: true} }, Stale},
	{"approve: before it is known who it is", (*office).identify, "marco", decided(true), NotNow},
	{"approve: the heir by default leaves", func(o *office) Case {
		c := then((*office).asked, "marco", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["anton"]} })(o)
		return helperLeaves(func(*office) Case { return c }, "marco", false)(o)
	}, "anton", decided(true), WhoIsIt},
	{"decline: no reason", (*office).asked, "marco", func(_ *office, c Case) Body { return Decided{Plan: 1, Scope: c.Plan(1).Scope} }, Malformed},
	{"delegate: nobody", (*office).asked, "marco", is(Delegated{Plan: 1}), Malformed},
	{"delegate: the leaver", (*office).asked, "marco", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people[o.leaver]} }, WhoIsIt},
	{"delegate: the requester", (*office).asked, "marco", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["hanna"]} }, WhoIsIt},
	{
		"delegate: who set the time", then((*office).asked, "helge", changing(Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}})), "marco",
		func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["helge"]} }, WhoIsIt,
	},
	{"delegate: oneself", (*office).asked, "marco", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["marco"]} }, WhoIsIt},
	{"delegate: somebody unknown", (*office).asked, "marco", is(Delegated{Plan: 1, To: "P-4711"}), WhoIsIt},
	{"delegate: leaves", helperLeaves((*office).asked, "bo", false), "marco", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["bo"]} }, WhoIsIt}, // it is a draft, and marco has no role that sees those
	{"delegate: leaves, as security knows", helperLeaves(then((*office).asked, "marco", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["sasha"]} }), "bo", false), "sasha", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["bo"]} }, WhoIsIt},
	{"delegate: leaves in secret, as security knows", helperLeaves(then((*office).asked, "marco", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["sasha"]} }), "tom", true), "sasha", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["tom"]} }, WhoIsIt},
	{"delegate: leaves in secret", helperLeaves((*office).asked, "tom", true), "marco", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["tom"]} }, WhoIsIt},
	{"delegate: another plan", (*office).asked, "marco", func(o *office, _ Case) Body { return Delegated{Plan: 2, To: o.people["anton"]} }, Stale},

	// Who gets what.
	{"questions: none are asked", (*office).asked, "marco", is(Replied{Plan: 1, Replies: []Reply{{Question: "jobs", None: true}}}), NotNow},
	{"questions: nobody is asked yet", func(o *office) Case { c := o.curious(); return o.do(string(c.ID), "hanna", Amended{Terms: o.terms()}) }, "marco", is(Replied{Plan: 1, Replies: []Reply{{Question: "jobs", None: true}}}), NotNow},
	{"questions: no answer", (*office).curious, "marco", is(Replied{Plan: 1}), Malformed},
	{"questions: neither none nor a text", (*office).curious, "marco", is(Replied{Plan: 1, Replies: []Reply{{Question: "jobs"}}}), Malformed},
	{"questions: none, and a text", (*office).curious, "marco", is(Replied{Plan: 1, Replies: []Reply{{Question: "jobs", None: true, Text: Seal("t")}}}), Malformed},
	{"questions: one that is not asked", (*office).curious, "marco", is(Replied{Plan: 1, Replies: []Reply{{Question: "cars", None: true}}}), Stale},
	{"questions: one twice", (*office).curious, "marco", is(Replied{Plan: 1, Replies: []Reply{{Question: "jobs", None: true}, {Question: "jobs", None: true}}}), Stale},
	{"questions: another plan", (*office).curious, "marco", is(Replied{Plan: 2, Replies: []Reply{{Question: "jobs", None: true}}}), Stale},
	{"questions: who asks for it", (*office).curious, "hanna", is(Replied{Plan: 1, Replies: []Reply{{Question: "jobs", None: true}}}), NotYours},
	{"questions: confirmed", func(o *office) Case { return o.bot(string(o.approve(o.curious(), "marco").ID), Started{Plan: 1}) }, "ivan", is(ConfirmedBy{Plan: 1, Step: "tasks/questions/1", Note: Seal("t")}), NotNow},
	{"survey: asks twice", func(o *office) Case { return o.draft("hanna") }, "", is(Surveyed{Plan: 1, System: "dir", Steps: []StepPlan{asks("a"), asks("b")}}), Malformed},
	{"answer: none", (*office).asked, "marco", is(Answered{Plan: 1}), Malformed},
	{"answer: another plan", (*office).asked, "marco", is(Answered{Plan: 2, Answers: []Answer{{Choice: Archive}}}), Stale},
	{"answer: a draft", func(o *office) Case { return o.proposed("hanna") }, "marco", answering(Answer{Choice: Archive}), NotYours}, // reads as if there were no case
	{"answer: an old form", surveyed, "marco", is(Answered{Plan: 1, Answers: []Answer{{Step: "dir/owner/1", Item: "1", Choice: Archive}}}), Stale},
	{"answer: an old form, for all", surveyed, "marco", is(Answered{Plan: 1, Answers: []Answer{{Choice: Archive}}}), Stale},
	{"answer: an old form with nothing in it", surveyed, "marco", is(Answered{Plan: 1}), Stale},
	{"answer: a form that is not there yet", (*office).asked, "marco", is(Answered{Plan: 1, Rev: 1, Answers: []Answer{{Choice: Archive}}}), Stale},
	{"answer: declined since", declinedCase, "marco", is(Answered{Plan: 1, Answers: []Answer{{Choice: Archive}}}), Stale},
	{"answer: before the survey", amended, "marco", answering(Answer{Choice: Archive}), NotNow},
	{"answer: nothing to give", func(o *office) Case {
		c := o.draft("hanna")
		c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()[:1]})
		return o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	}, "marco", answering(Answer{Choice: Archive}), NotNow},
	{"answer: an unknown step", (*office).asked, "marco", answering(Answer{Step: "dir/nope/1", Choice: Archive}), Stale},
	{"answer: an unknown item", (*office).asked, "marco", answering(Answer{Step: "dir/owner/1", Item: "9", Choice: Archive}), Stale},
	{"answer: an item without its step", (*office).asked, "marco", answering(Answer{Item: "1", Choice: Archive}), Stale},
	{"answer: a step that asks nothing", (*office).asked, "marco", answering(Answer{Step: "dir/lock/1", Item: "1", Choice: Archive}), Stale},
	{"answer: on its way", handing, "marco", answering(Answer{Step: "dir/owner/1", Item: "1", Choice: Archive}), NotNow},
	{"answer: all on their way", handing, "marco", answering(Answer{Choice: Archive}), NotNow},
	{"answer: the system works on it", then(handing, "", func(_ *office, c Case) Body {
		return Failed{Plan: 1, Step: "dir/owner/1", Entry: c.Seq, Why: Works, After: time.Hour}
	}), "marco", answering(Answer{Step: "dir/owner/1", Choice: Archive}), NotNow},
	{"answer: no heir", (*office).asked, "marco", answering(Answer{Choice: Give}), Malformed},
	{"answer: the leaver", (*office).asked, "marco", func(o *office, _ Case) Body {
		return Answered{Plan: 1, Answers: []Answer{{Choice: Give, Heir: o.people[o.leaver]}}}
	}, WhoIsIt},
	{"answer: an heir leaves", helperLeaves((*office).asked, "bo", false), "marco", func(o *office, _ Case) Body {
		return Answered{Plan: 1, Answers: []Answer{{Choice: Give, Heir: o.people["bo"]}}}
	}, WhoIsIt},
	{"answer: an heir leaves in secret", helperLeaves((*office).asked, "tom", true), "marco", func(o *office, _ Case) Body {
		return Answered{Plan: 1, Answers: []Answer{{Choice: Give, Heir: o.people["tom"]}}}
	}, WhoIsIt},
	{"answer: keep without a day", (*office).asked, "marco", answering(Answer{Choice: Keep, Reason: Seal("r")}), Malformed},
	{"answer: keep without a reason", (*office).asked, "marco", answering(Answer{Choice: Keep, Until: "2096-01-01"}), Malformed},
	{"answer: keep until a day that has passed", (*office).asked, "marco", answering(Answer{Choice: Keep, Until: "2020-01-01", Reason: Seal("r")}), Malformed},
	{"answer: no choice", (*office).asked, "marco", answering(Answer{}), Malformed},

	// The press and the time.
	{"press: has a time", (*office).approvedLater, "ivan", is(Pressed{Plan: 1}), NotNow},
	{"press: not approved", (*office).asked, "ivan", is(Pressed{Plan: 1}), NotNow},
	{"press: twice", then(func(o *office) Case { return o.approvedAt(CutOff{Mode: Press}) }, "ivan", is(Pressed{Plan: 1})), "ivan", is(Pressed{Plan: 1}), Already},
	{"press: running", (*office).begun, "ivan", is(Pressed{Plan: 1}), Already},
	{"press: another plan", func(o *office) Case { return o.approvedAt(CutOff{Mode: Press}) }, "ivan", is(Pressed{Plan: 2}), Stale},
	{"reschedule: begun", (*office).begun, "hanna", changing(Change{Verb: VerbReschedule, Plan: 1, CutOff: future}), NotNow},
	{"reschedule: into the past", (*office).approvedLater, "hanna", changing(Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: At, At: time.Unix(1, 0)}}), Malformed},
	{"reschedule: by who must approve", func(o *office) Case {
		return then((*office).asked, "marco", func(o *office, _ Case) Body { return Delegated{Plan: 1, To: o.people["sasha"]} })(o)
	}, "sasha", changing(Change{Verb: VerbReschedule, Plan: 1, CutOff: future}), NotYours}, // they would approve their own time
	{"reschedule: asked already", postponed, "helge", changing(Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}}), Already},
	{"reschedule: another plan", (*office).asked, "hanna", changing(Change{Verb: VerbReschedule, Plan: 2, CutOff: future}), Stale},
	{"cancel: begun", (*office).begun, "hanna", changing(Change{Verb: VerbCancel, Plan: 1}), NotNow},
	{"change: not a change", (*office).begun, "ivan", changing(Change{Verb: VerbRetry, Plan: 1}), Malformed},
	{"change: help is for everybody and changes nothing", (*office).begun, "ivan", changing(Change{Verb: VerbHelp, Plan: 1}), Malformed},
	{"stop: another plan", (*office).begun, "ivan", is(Stopped{Plan: 2}), Stale},
	{"stop: twice", then(attempted, "ivan", is(Stopped{Plan: 1})), "ivan", is(Stopped{Plan: 1}), Already},

	// Steps.
	{"skip: unknown", (*office).begun, "ivan", changing(Change{Verb: VerbSkip, Plan: 1, Step: "dir/nope/1", Reason: Seal("r")}), NotNow},
	{"skip: under way", attempted, "ivan", changing(Change{Verb: VerbSkip, Plan: 1, Step: "dir/lock/1", Reason: Seal("r")}), NotNow},
	{"skip: not approved", (*office).asked, "ivan", skipping("dir/owner/1"), NotNow},
	{"skip: a lock-out that is not approved", (*office).asked, "ivan", skipping("dir/lock/1"), NotNow},
	{"skip: a task that is not approved", (*office).asked, "ivan", skipping("tasks/laptop/1"), NotNow},
	{"skip: who it is, before the approval", (*office).identify, "sasha", skipping("tasks/who/1"), NotNow}, // else the approval would not wait for it
	{"skip: approved, not begun", (*office).approvedLater, "ivan", skipping("dir/owner/1"), NotNow},
	{"skip: a task before the cut-off", (*office).approvedLater, "ivan", skipping("tasks/laptop/1"), NotNow},
	{"skip: not tried yet", (*office).begun, "ivan", skipping("dir/owner/1"), NotNow},
	{"skip: a lock-out that is not tried yet", (*office).begun, "ivan", skipping("dir/lock/1"), NotNow},
	{"skip: to be tried again", retried, "ivan", skipping("dir/lock/1"), NotNow},
	{"skip: a task that is done", then((*office).begun, "ivan", is(ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("n")})), "ivan", skipping("tasks/laptop/1"), NotNow},
	{"skip: no reason", failedStep, "ivan", changing(Change{Verb: VerbSkip, Plan: 1, Step: "dir/lock/1"}), Malformed},
	{"retry: has not failed", (*office).begun, "ivan", is(Retried{Plan: 1, Step: "dir/lock/1"}), NotNow},
	{"retry: under way", attempted, "ivan", is(Retried{Plan: 1, Step: "dir/lock/1"}), NotNow},
	{"retry: a task of a person", (*office).begun, "ivan", is(Retried{Plan: 1, Step: "tasks/laptop/1"}), NotNow},
	{"retry: unknown", (*office).begun, "ivan", is(Retried{Plan: 1, Step: "dir/nope/1"}), NotNow},
	{"retry: another plan", failedStep, "ivan", is(Retried{Plan: 2, Step: "dir/lock/1"}), Stale},
	{"take: unknown", failedStep, "ivan", is(Taken{Plan: 1, Step: "dir/nope/1"}), Stale},
	{"take: another plan", failedStep, "ivan", is(Taken{Plan: 2, Step: "dir/lock/1"}), Stale},
	{"take: has not failed", (*office).begun, "ivan", is(Taken{Plan: 1, Step: "dir/lock/1"}), NotNow},
	{"take: tried again soon", failedAgain, "ivan", is(Taken{Plan: 1, Step: "dir/lock/1"}), NotNow},
	{"take: no lock-out", failedOwner, "ivan", is(Taken{Plan: 1, Step: "dir/owner/1"}), NotNow},
	{"take: a task of a person", (*office).begun, "ivan", is(Taken{Plan: 1, Step: "tasks/laptop/1"}), NotNow},
	{"take: tried again by somebody", retried, "ivan", is(Taken{Plan: 1, Step: "dir/lock/1"}), NotNow},
	{"take: settled", func(o *office) Case { return o.attempt(o.begun().ID, "dir/lock/1") }, "ivan", is(Taken{Plan: 1, Step: "dir/lock/1"}), Already},
	{"take: twice", taken, "ivan", is(Taken{Plan: 1, Step: "dir/lock/1"}), Already},
	{"take: somebody else has it", taken, "sasha", is(Taken{Plan: 1, Step: "dir/lock/1"}), Already},
	{"take: HR", failedStep, "hanna", is(Taken{Plan: 1, Step: "dir/lock/1"}), NotYours},
	{"confirm: unknown", (*office).begun, "ivan", is(ConfirmedBy{Plan: 1, Step: "dir/nope/1", Note: Seal("n")}), Stale},
	{"confirm: another plan", (*office).begun, "ivan", is(ConfirmedBy{Plan: 2, Step: "tasks/laptop/1", Note: Seal("n")}), Stale},
	{"confirm: twice", then((*office).begun, "ivan", is(ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("n")})), "ivan", is(ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("n")}), Already},
	{"confirm: the bot proves it", (*office).begun, "ivan", is(ConfirmedBy{Plan: 1, Step: "dir/lock/1", Note: Seal("n")}), NotNow},
	{"confirm: before the cut-off", (*office).asked, "ivan", is(ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("n")}), NotNow},
	{"confirm: no note", (*office).begun, "ivan", is(ConfirmedBy{Plan: 1, Step: "tasks/laptop/1"}), Malformed},
	{"confirm: a task of another role", (*office).begun, "hanna", is(ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("n")}), NotYours},
	{"confirm: accepted is for IT", accepted, "hanna", is(ConfirmedBy{Plan: 1, Step: "dir/lock/1", Note: Seal("n")}), NotYours},
	{"note: empty", (*office).begun, "ivan", is(Noted{}), Malformed},

	// Second persons.
	{"second: nothing there", (*office).begun, "hanna", is(Seconded{Entry: 3, Agree: true}), Already},
	{"second: oneself", skipAsked, "ivan", func(_ *office, c Case) Body { return Seconded{Entry: c.Seq, Agree: true} }, NotYours},
	{"second: the same role", skipAsked, "ines", func(_ *office, c Case) Body { return Seconded{Entry: c.Seq, Agree: true} }, NotYours},
	{"second: no role", skipAsked, "tom", func(_ *office, c Case) Body { return Seconded{Entry: c.Seq, Agree: true} }, NotYours},
	{"second: the case moved on", then(then((*office).approved, "hanna", changing(Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}})), "", is(Started{Plan: 1})), "sasha", func(_ *office, c Case) Body {
		return Seconded{Entry: c.Pending[0].Entry, Agree: true}
	}, NotNow}, // it has begun since

	{"second: tried again since", then(skipAsked, "ines", is(Retried{Plan: 1, Step: "dir/lock/1"})), "sasha", func(_ *office, c Case) Body {
		return Seconded{Entry: c.Pending[0].Entry, Agree: true}
	}, NotNow}, // it is not stuck any more
	{"second: it worked since", func(o *office) Case {
		c := then(skipAsked, "ines", is(Retried{Plan: 1, Step: "dir/lock/1"}))(o)
		return o.attempt(c.ID, "dir/lock/1")
	}, "sasha", func(_ *office, c Case) Body { return Seconded{Entry: c.Pending[0].Entry, Agree: true} }, NotNow},

	// What the loops report.
	{"bot: a person reports", (*office).begun, "ivan", is(Started{Plan: 1}), NotYours},
	{"bot: nobody asked the bot", (*office).asked, "", decided(true), NotYours},
	{"survey: twice", (*office).asked, "", is(Surveyed{Plan: 1, System: "dir"}), Stale},
	{"survey: an unknown system", func(o *office) Case { return o.draft("hanna") }, "", is(Surveyed{Plan: 1, System: "crm"}), Stale},
	{"survey: another plan", func(o *office) Case { return o.draft("hanna") }, "", is(Surveyed{Plan: 2, System: "dir"}), Stale},
	{"survey: a step without an id", func(o *office) Case { return o.draft("hanna") }, "", is(Surveyed{Plan: 1, System: "dir", Steps: []StepPlan{{}}}), Malformed},
	{"survey: one id twice", func(o *office) Case { return o.draft("hanna") }, "", is(Surveyed{Plan: 1, System: "dir", Steps: []StepPlan{{ID: "a"}, {ID: "a"}}}), Malformed},
	{"survey: an id too long for a button", func(o *office) Case { return o.draft("hanna") }, "", is(Surveyed{Plan: 1, System: "dir", Steps: []StepPlan{{ID: StepID(strings.Repeat("a", 61))}}}), Malformed},
	{"started: not approved", (*office).asked, "", is(Started{Plan: 1}), Stale},
	{"started: not due", (*office).approvedLater, "", is(Started{Plan: 1}), Stale},
	{"started: not pressed", func(o *office) Case { return o.approvedAt(CutOff{Mode: Press}) }, "", is(Started{Plan: 1}), Stale},
	{"started: twice", (*office).begun, "", is(Started{Plan: 1}), Stale},
	{"started: another plan", (*office).approved, "", is(Started{Plan: 2}), Stale},
	{"attempted: not begun", (*office).approved, "", is(Attempted{Plan: 1, Step: "dir/lock/1"}), Stale},
	{"attempted: unknown", (*office).begun, "", is(Attempted{Plan: 1, Step: "dir/nope/1"}), Stale},
	{"attempted: a task of a person", (*office).begun, "", is(Attempted{Plan: 1, Step: "tasks/laptop/1"}), Stale},
	{"attempted: another plan", (*office).begun, "", is(Attempted{Plan: 2, Step: "dir/lock/1"}), Stale},
	{"attempted: needs a person", failedStep, "", is(Attempted{Plan: 1, Step: "dir/lock/1"}), Stale},
	{"attempted: too early", then((*office).begun, "", is(Failed{Plan: 1, Step: "dir/lock/1", Why: Unreachable, After: time.Hour})), "", is(Attempted{Plan: 1, Step: "dir/lock/1"}), Stale},
	{"attempted: stopped", then(attempted, "ivan", is(Stopped{Plan: 1})), "", is(Attempted{Plan: 1, Step: "dir/lock/1"}), Stale},
	{"finished: of an older attempt", then(attempted, "", is(Attempted{Plan: 1, Step: "dir/lock/1"})), "", func(_ *office, c Case) Body {
		return Finished{Plan: 1, Step: "dir/lock/1", Entry: c.Seq - 1}
	}, Stale},
	{"finished: hides an attempt", attempted, "", is(Finished{Plan: 1, Step: "dir/lock/1"}), Stale},
	{"finished: twice", then(attempted, "", func(_ *office, c Case) Body { return Finished{Plan: 1, Step: "dir/lock/1", Entry: c.Seq} }), "", func(_ *office, c Case) Body {
		return Finished{Plan: 1, Step: "dir/lock/1", Entry: c.Seq - 1}
	}, Stale},
	{"finished: a task of a person", (*office).begun, "", is(Finished{Plan: 1, Step: "tasks/laptop/1"}), Stale},
	{"finished: another plan", (*office).begun, "", is(Finished{Plan: 2, Step: "dir/lock/1"}), Stale},
	{"finished: before it began", (*office).approved, "", is(Finished{Plan: 1, Step: "dir/lock/1"}), Stale},
	{"finished: after a retry", then(retried, "ivan", is(Noted{Text: Seal("n")})), "", func(_ *office, c Case) Body {
		return Finished{Plan: 1, Step: "dir/lock/1", Entry: c.Seq - 1}
	}, Stale},
	{"failed: of no attempt", (*office).begun, "", is(Failed{Plan: 1, Step: "dir/lock/1", Entry: 3}), Stale},
	{"failed: hides an attempt", attempted, "", is(Failed{Plan: 1, Step: "dir/lock/1"}), Stale},
}

var (
	numbers = regexp.MustCompile(`\b(P|OFF)-[0-9]+`)
	counted = regexp.MustCompile(`entry [0-9]+`)
)

// named puts names for numbers, so that a text does not depend on what was
// tested before it.
func (o *office) named(text string) string {
	text = numbers.ReplaceAllStringFunc(text, func(id string) string {
		if strings.HasPrefix(id, "OFF-") {
			return "OFF-x"
		}
		if PersonID(id) == o.people[o.leaver] {
			return "<leaver>"
		}
		for name, p := range o.people {
			if p == PersonID(id) && !strings.HasPrefix(name, "leaver") {
				return "<" + name + ">"
			}
		}
		return id
	})
	return counted.ReplaceAllString(text, "entry n")
}

// Every refusal, with its code and the text that a person gets. None leaves an
// entry.
func TestRefusals(t *testing.T) {
	var out strings.Builder
	for _, r := range slices.Concat(rules, notMeRules, undoRules, moveRules, feedbackRules) {
		t.Run(r.name, func(t *testing.T) {
			o := newOffice(t)
			o.another()
			o.people["leaver"] = o.people[o.leaver]
			c := r.state(o)
			body := r.body(o, c)
			subject := string(c.ID)
			if _, opens := body.(Drafted); c.ID == "" || opens {
				subject = NewCase
			}
			actor := o.actor(r.who)
			if r.who == "" {
				actor = Bot("test")
			}
			before := o.Last()
			_, err := o.Append(t.Context(), subject, actor, body)
			got := refusal(t, err)
			if got == nil {
				t.Fatal("it was not refused")
			}
			if got.Code != r.code {
				t.Errorf("the code is %q, want %q: %s", got.Code, r.code, got)
			}
			if o.Last() != before {
				t.Errorf("a refusal left %d entries", o.Last()-before)
			}
			delete(o.people, "leaver")
			field := ""
			if got.Field != "" {
				field = " [" + got.Field + "]"
			}
			fmt.Fprintf(&out, "%s: %s%s\n    %s\n", r.name, got.Code, field, steady(o.named(got.Text)))
		})
	}
	golden(t, "refusals.txt", out.String())
}

// Whoever asked for what a case now says never decides about it, even if they
// had become its approver.
func TestWhoAskedNeverDecides(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	c = o.do(string(c.ID), "helge", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}}})
	for name, refused := range map[string]bool{"hanna": true, "helge": true, "bo": false} {
		c.Plans[0].Approvers = []PersonID{o.people[name]}
		e := Event{Subject: string(c.ID), Actor: o.actor(name), Body: Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}}
		if got := refusal(t, c.Allows(e)); (got != nil) != refused {
			t.Errorf("%s decides: %v", name, got)
		}
	}
}

// Paused, the bot begins nothing, and takes the results of what is under way.
func TestPausedBeginsNothing(t *testing.T) {
	o := newOffice(t)
	c := attempted(o)
	o.another()
	other := o.approved()
	o.do(Installation, "ivan", Paused{On: true, Reason: Seal("the directory is being moved")})
	for _, e := range []struct {
		subject CaseID
		body    Body
	}{{other.ID, Started{Plan: 1}}, {c.ID, Attempted{Plan: 1, Step: "dir/owner/1"}}} {
		_, err := o.Append(t.Context(), string(e.subject), Bot("test"), e.body)
		if r := refusal(t, err); r == nil || r.Code != Suspended {
			t.Errorf("%T while paused: %v", e.body, err)
		}
	}
	o.bot(string(c.ID), Finished{Plan: 1, Step: "dir/lock/1", Entry: c.Seq})
	if r := o.refused(Installation, "sasha", Paused{On: true}); r.Code != Already || o.named(r.Text) != "The bot is paused already, by <ivan>. /offboard pause off lets it go on." {
		t.Errorf("paused twice: %+v", r)
	}
	if st, err := o.State(); err != nil || !st.Paused || st.By != o.people["ivan"] {
		t.Errorf("the state is %+v, %v", st, err)
	}
	o.do(Installation, "sasha", Paused{})
	if r := o.refused(Installation, "sasha", Paused{}); r.Code != Already {
		t.Errorf("resumed twice: %+v", r)
	}
	o.bot(string(other.ID), Started{Plan: 1})
	if _, err := o.Append(t.Context(), Installation, o.actor("ivan"), Noted{Text: Seal("n")}); err == nil {
		t.Error("a note about the installation was kept")
	}
}
