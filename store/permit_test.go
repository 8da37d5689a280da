package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// players hold exactly one role each; the approver has it from the case.
var players = []struct {
	role string
	name string
}{
	{"hr", "helge"}, {"approver", "marco"}, {"it", "ines"}, {"security", "sasha"}, {"auditor", "aude"}, {"admin", "ada"}, {"none", "tom"},
}

// tasks are the steps with a manual task for every role that can own one.
func tasks() []StepPlan {
	return append(
		steps(),
		StepPlan{ID: "tasks/hr/1", System: "tasks", Words: "Send the papers", Manual: &Manual{Owner: HR}},
		StepPlan{ID: "tasks/security/1", System: "tasks", Words: "Take back the badge", Manual: &Manual{Owner: Security}},
	)
}

// a row is a verb that goes through Append, on a case in which it is valid.
type row struct {
	verb  string
	ready func(o *office) Case
	body  func(o *office, c Case, role string) Body
}

func rows() []row {
	on := func(b Body) func(*office, Case, string) Body {
		return func(*office, Case, string) Body { return b }
	}
	return []row{
		{"emergency (open)", func(o *office) Case { return o.proposed("hanna") }, on(Rushed{Plan: 1, Reason: Seal("now")})},
		{"undo", func(o *office) Case { c, _ := o.left(); return c }, func(o *office, _ Case, _ string) Body {
			return Planned{Kind: Restore, Of: 1, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: o.people["bo"], Reason: Seal("it was the wrong Jane")}
		}},
		{"audit (entry)", func(o *office) Case { c, _ := o.left(); return c }, on(Viewed{What: RecordView})},
		{"status (entry)", func(o *office) Case { c, _ := o.left(); return c }, on(Viewed{What: CardView})},
		{"export", func(o *office) Case { c, _ := o.left(); return c }, on(exported())},
		{"rehire", func(o *office) Case { c, _ := o.left(); return c }, on(Rehired{Reason: Seal("they are back")})},
		{"submit", func(o *office) Case { return o.proposed("hanna") }, func(_ *office, c Case, _ string) Body { return Submitted{Plan: 1, Scope: c.Plan(1).Scope} }},
		{"amend", (*office).asked, func(o *office, _ Case, _ string) Body { return Amended{Terms: o.terms()} }},
		{"approve", (*office).asked, func(_ *office, c Case, _ string) Body {
			return Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}
		}},
		{"decline", (*office).asked, func(_ *office, c Case, _ string) Body {
			return Decided{Plan: 1, Scope: c.Plan(1).Scope, Reason: Seal("wrong day")}
		}},
		{"delegate", (*office).asked, func(o *office, _ Case, _ string) Body { return Delegated{Plan: 1, To: o.people["bo"]} }},
		{"answer", (*office).asked, func(o *office, _ Case, _ string) Body {
			return Answered{Plan: 1, Answers: []Answer{{Choice: Give, Heir: o.people["bo"]}}}
		}},
		{"answer (questions)", (*office).curious, on(Replied{Plan: 1, Replies: []Reply{{Question: "jobs", None: true}}})},
		{"press", func(o *office) Case { return o.approvedAt(CutOff{Mode: Press}) }, on(Pressed{Plan: 1})},
		{"reschedule", func(o *office) Case { return o.approvedAt(CutOff{Mode: Press}) }, on(Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Now}}})},
		{"cancel", func(o *office) Case { return o.proposed("hanna") }, on(Requested{Change: Change{Verb: VerbCancel, Plan: 1}})},
		{"stop", (*office).begun, on(Stopped{Plan: 1})},
		{"retry", failedStep, on(Retried{Plan: 1, Step: "dir/lock/1"})},
		{"take", failedStep, on(Taken{Plan: 1, Step: "dir/lock/1"})},
		{"skip", failedOwner, on(Requested{Change: Change{Verb: VerbSkip, Plan: 1, Step: "dir/owner/1", Reason: Seal("gone")}})},
		{"skip (a lock-out)", failedStep, on(Requested{Change: Change{Verb: VerbSkip, Plan: 1, Step: "dir/lock/1", Reason: Seal("gone")}})},
		{"skip (a task)", (*office).begun, on(Requested{Change: Change{Verb: VerbSkip, Plan: 1, Step: "tasks/laptop/1", Reason: Seal("gone")}})},
		{"second", func(o *office) Case {
			c := failedStep(o)
			return o.do(string(c.ID), "ivan", Requested{Change: Change{Verb: VerbSkip, Plan: 1, Step: "dir/lock/1", Reason: Seal("no")}})
		}, func(_ *office, c Case, _ string) Body { return Seconded{Entry: c.Seq, Agree: true} }},
		{"second (HR asked)", func(o *office) Case {
			c := o.approvedAt(CutOff{Mode: Press})
			return o.do(string(c.ID), "hanna", Requested{Change: Change{Verb: VerbCancel, Plan: 1}})
		}, func(_ *office, c Case, _ string) Body { return Seconded{Entry: c.Seq, Agree: true} }},
		{"confirm (own task)", func(o *office) Case {
			c := o.draft("hanna")
			c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: tasks()})
			o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
			o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
			return o.bot(string(c.ID), Started{Plan: 1})
		}, func(_ *office, _ Case, role string) Body {
			step, ok := map[string]StepID{"hr": "tasks/hr/1", "security": "tasks/security/1"}[role]
			if !ok {
				step = "tasks/laptop/1"
			}
			return ConfirmedBy{Plan: 1, Step: step, Note: Seal("4711")}
		}},
		{"note", (*office).begun, on(Noted{Text: Seal("a note")})},
		{"resume", held, on(Requested{Change: Change{Verb: VerbResume, Plan: 1, Reason: Seal("it was me")}})},
		{"second (resume)", resumeAsked, func(_ *office, c Case, _ string) Body { return Seconded{Entry: c.Seq, Agree: true} }},
	}
}

// Every cell of the permission table, asked of Append on a case in a state in
// which the verb is valid for whoever has the role.
func TestPermissionTable(t *testing.T) {
	o, k := clocked(t)
	var out strings.Builder
	line := func(verb string, cell func(role, name string) bool) {
		fmt.Fprintf(&out, "%-20s", verb)
		for _, p := range players {
			mark := "-"
			if cell(p.role, p.name) {
				mark = "yes"
			}
			fmt.Fprintf(&out, " %-8s", mark)
		}
		out.WriteString("\n")
	}
	allowed := func(subject, name string, body Body) bool {
		before := o.Last()
		_, err := o.Append(t.Context(), subject, o.actor(name), body)
		r := refusal(t, err)
		if r != nil && r.Code != NotYours {
			t.Errorf("%s %T is refused for another reason than the role: %s", name, body, r)
		}
		if (o.Last() == before) != (r != nil) {
			t.Errorf("%s %T: refused %v, and the log went from %d to %d", name, body, r, before, o.Last())
		}
		return r == nil
	}
	fmt.Fprintf(&out, "%-20s", "")
	for _, p := range players {
		fmt.Fprintf(&out, " %-8s", p.role)
	}
	out.WriteString("\n")

	line("start", func(role, name string) bool {
		o.another()
		terms := o.terms()
		if name == "marco" { // who approves can't also ask, so somebody else is named
			terms.Manager = o.people["bo"]
		}
		return allowed(NewCase, name, Drafted{Person: o.people[o.leaver], Terms: terms, Systems: []string{"dir"}})
	})
	line("move", func(_, name string) bool {
		o.another()
		terms := o.moves()
		if name == "marco" {
			terms.Manager = o.people["bo"]
		}
		return allowed(NewCase, name, Drafted{Person: o.people[o.leaver], Terms: terms, Systems: []string{"dir"}})
	})
	line("hold", func(_, name string) bool {
		o.another()
		return allowed(string(o.people[o.leaver]), name, LegallyHeld{On: true, Reason: Seal("a lawsuit")})
	})
	erasable := func() string {
		o.another()
		c, _ := o.left()
		return string(c.Person)
	}
	line("erase", func(_, name string) bool {
		return allowed(erasable(), name, Requested{Change: Change{Verb: VerbErase}})
	})
	line("second (erase)", func(_, name string) bool {
		who := erasable()
		o.do(who, "hanna", Requested{Change: Change{Verb: VerbErase}})
		return allowed(who, name, Seconded{Entry: o.Last(), Agree: true})
	})
	line("emergency", func(_, name string) bool {
		o.another()
		e := o.emergency()
		if name == "marco" {
			e.Terms.Manager = o.people["bo"]
		}
		return allowed(NewCase, name, e)
	})
	for _, r := range rows() {
		line(r.verb, func(role, name string) bool {
			o.another()
			c := r.ready(o)
			return allowed(string(c.ID), name, r.body(o, c, role))
		})
	}
	line("feedback", func(role, name string) bool { // of a case that they asked for or approved, if they can
		o.another()
		o.people["asker"], o.claims["asker"] = o.people["hanna"], o.claims["hanna"]
		if Permitted(VerbFeedback, o.roles(name)) {
			o.people["hanna"], o.claims["hanna"] = o.people[name], o.claims[name]
		}
		c, _ := o.left()
		o.people["hanna"], o.claims["hanna"] = o.people["asker"], o.claims["asker"]
		return allowed(string(c.ID), name, Rated{Rating: Good})
	})
	account := func(name string) *Account { a := o.Account("slack", "U-"+name+o.leaver); return &a }
	line("link", func(_, name string) bool {
		o.another()
		return allowed(string(o.people[o.leaver]), name, Requested{Change: Change{Verb: VerbLink, Account: account(name)}})
	})
	line("second (link)", func(_, name string) bool {
		o.another()
		who := string(o.people[o.leaver])
		o.do(who, "anton", Requested{Change: Change{Verb: VerbLink, Account: account(name)}})
		return allowed(who, name, Seconded{Entry: o.Last(), Agree: true})
	})
	line("unfreeze", func(_, name string) bool {
		o.another()
		return allowed(o.frozen(), name, Requested{Change: Change{Verb: VerbUnfreeze, Reason: Seal("it was them")}})
	})
	line("second (unfreeze)", func(_, name string) bool {
		o.another()
		who := o.frozen()
		o.do(who, "anton", Requested{Change: Change{Verb: VerbUnfreeze, Reason: Seal("it was them")}})
		return allowed(who, name, Seconded{Entry: o.Last(), Agree: true})
	})
	line("batch", func(_, name string) bool {
		_, err := o.List(t.Context(), o.actor(name), CutOff{Mode: Now}, o.rows(1))
		return refusal(t, err) == nil
	})
	brake := func() Brake {
		o.another()
		o.bot(Installation, Tripped{Source: o.leaver, By: o.people["hanna"]})
		return o.stoppedBy(o.Last())
	}
	line("breaker", func(_, name string) bool { return allowed(Installation, name, lift(brake())) })
	line("second (breaker)", func(_, name string) bool {
		return allowed(Installation, name, Seconded{Entry: o.asksLift("anton", brake()), Agree: true})
	})
	stray := func() SystemAccount { return o.SystemAccount("dir", fmt.Sprint("stray", o.Last()), "stray") }
	line("known", func(_, name string) bool {
		return allowed(Installation, name, Explained{Account: stray(), Until: "2026-12-01", Reason: Seal("the backup")})
	})
	line("known (whose it is)", func(_, name string) bool {
		o.another()
		return allowed(string(o.people[o.leaver]), name, Owned{Account: stray()})
	})
	line("pause", func(_, name string) bool {
		ok := allowed(Installation, name, Paused{On: true})
		if ok {
			o.do(Installation, "ivan", Paused{})
		}
		return ok
	})
	line("second (config)", func(_, name string) bool {
		o.configured(Configured{File: Seal("f"), Rules: Seal("r"), Wanted: Seal("w")})
		return allowed(Installation, name, Seconded{Entry: o.Last(), Agree: true})
	})
	doubt := o.doubted(k, time.Hour)
	line("clock", func(_, name string) bool {
		ok := allowed(Installation, name, Trusted{Entry: doubt, Ahead: time.Hour})
		if ok { // it is believed, and then set by another hour
			doubt = o.doubted(k, k.wall.Sub(k.real)+time.Hour)
		}
		return ok
	})
	// What only reads is not in the log; the table and Visible are all there is.
	for _, r := range []struct {
		line         string
		confidential bool
		draft        bool
	}{
		{"status (reads)", false, false},
		{"status confidential", true, false},
		{"status draft", false, true},
		{"status secret draft", true, true},
	} {
		o.another()
		c := o.opened(r.confidential, r.draft)
		line(r.line, func(_, name string) bool { return c.Visible(o.people[name], o.roles(name)) })
	}
	for _, v := range []Verb{VerbList, VerbAudit, VerbConfig, VerbSweep, VerbReport, VerbInbox, VerbHelp} {
		line(string(v)+" (reads)", func(_, name string) bool { return Permitted(v, o.roles(name)) })
	}
	golden(t, "permissions.txt", out.String())

	for _, v := range Verbs() {
		if !strings.Contains(out.String(), "\n"+string(v)+" ") {
			t.Errorf("%s is in no line of the matrix", v)
		}
	}
}

// roles are the configured roles of somebody over everybody.
func (o *office) roles(name string) []Role {
	var out []Role
	for _, c := range o.claims[name] {
		out = append(out, c.Role)
	}
	return out
}

// approvedAt is an approved case with another cut-off.
func (o *office) approvedAt(c CutOff) Case {
	o.t.Helper()
	terms := o.terms()
	terms.CutOff = c
	d := o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: terms, Systems: []string{"dir"}})
	id := string(d.ID)
	d = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps()})
	o.do(id, "hanna", Submitted{Plan: 1, Scope: d.Plan(1).Scope})
	return o.do(id, "marco", Decided{Plan: 1, Scope: d.Plan(1).Scope, Approve: true})
}

// Waits names exactly those whom Append then lets do it.
func TestWaitsAgreesWithAppend(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	waits := c.Waits()
	if len(waits) != 1 || waits[0].Verb != VerbApprove {
		t.Fatalf("waits are %+v", waits)
	}
	for _, p := range players {
		if got := waits[0].For(o.people[p.name], c.RolesOf(o.people[p.name], o.roles(p.name))); got != (p.name == "marco") {
			t.Errorf("%s is waited for: %v", p.name, got)
		}
	}
	c = o.begun2(c)
	i := slices.IndexFunc(c.Waits(), func(w Wait) bool { return w.Verb == VerbConfirm })
	if i < 0 || !c.Waits()[i].For(o.people["ivan"], o.roles("ivan")) || c.Waits()[i].For(o.people["helge"], o.roles("helge")) {
		t.Errorf("waits are %+v", c.Waits())
	}
	o.bot(string(c.ID), Failed{Plan: 1, Step: "dir/lock/1", Why: Refuses, Message: Seal("no")})
	c = o.do(string(c.ID), "ivan", Requested{Change: Change{Verb: VerbSkip, Plan: 1, Step: "dir/lock/1", Reason: Seal("x")}})
	w := c.Waits()[0]
	for name, want := range map[string]bool{"ivan": false, "ines": false, "hanna": true, "marco": true} {
		if got := w.For(o.people[name], c.RolesOf(o.people[name], o.roles(name))); w.Verb != VerbSecond || got != want {
			t.Errorf("%s of %s is waited for: %v", w.Verb, name, got)
		}
	}
}

// begun2 takes an asked case on until it runs.
func (o *office) begun2(c Case) Case {
	o.t.Helper()
	o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	return o.bot(string(c.ID), Started{Plan: 1})
}
