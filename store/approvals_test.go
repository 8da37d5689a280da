package store

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// ruledOffice is an office whose policy rules the same for everybody.
func ruledOffice(t *testing.T, r Ruling) *office {
	t.Helper()
	opt := testOptions(t.TempDir())
	opt.Policy = func(Card, Terms) Ruling { return r }
	return openOffice(t, opt)
}

func (o *office) approve(c Case, name string) Case {
	o.t.Helper()
	return o.do(string(c.ID), name, Decided{Plan: c.Plan(0).No, Scope: c.Plan(0).Scope, Approve: true})
}

// All approve, each once and in any order; only the last one counts for the
// plan, and who has approved is in the record with their role.
func TestSeveralApprovals(t *testing.T) {
	for _, order := range [][]string{{"marco", "sasha", "helge"}, {"helge", "marco", "sasha"}, {"sasha", "helge", "marco"}} {
		o := ruledOffice(t, Ruling{Also: []Role{HR, Security}})
		c := o.asked()
		for i, name := range order {
			if got := c.Outstanding(); len(got) != 3-i || c.Plan(1).State != Asked {
				t.Fatalf("after %d approvals %v are outstanding, the plan is %s", i, got, c.Plan(1).State)
			}
			c = o.approve(c, name)
			if i < 2 {
				again := Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}
				if r := o.refused(string(c.ID), name, again); r.Code != Already {
					t.Errorf("%s approves twice: %+v", name, r)
				}
				again.Approve, again.Reason = false, Seal("no")
				if r := o.refused(string(c.ID), name, again); r.Code != Already {
					t.Errorf("%s approves, then declines: %+v", name, r)
				}
			}
		}
		p := c.Plan(1)
		if p.State != Approved || p.Decision.By != o.people[order[2]] || len(p.Approvals) != 2 || len(p.Given) != 0 {
			t.Fatalf("%+v", p)
		}
		for i, d := range append(slices.Clone(p.Approvals), *p.Decision) {
			want := map[string]Role{"marco": Approver, "sasha": Security, "helge": HR}[order[i]]
			if d.By != o.people[order[i]] || d.Seat() != want || d.At.IsZero() {
				t.Errorf("approval %d is %+v, want %s by %s", i, d, want, order[i])
			}
		}
	}
}

// Where several persons of a role are needed, that many different ones approve,
// and each of them reads how many are missing.
func TestSeveralOfOneRole(t *testing.T) {
	o := ruledOffice(t, Ruling{Also: []Role{Security, Security}})
	o.people["sam"], o.claims["sam"] = o.meet("sam"), []Claim{{Role: Security}, {Role: HR}}
	o.people["sol"], o.claims["sol"] = o.meet("sol"), []Claim{{Role: Security}}
	c := o.approve(o.asked(), "sam")
	id := string(c.ID)
	yes := Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}
	if r := o.refused(id, "sam", yes); r.Code != Already || o.named(r.Text) != "You have approved OFF-x already. <marco> and security are still asked." {
		t.Errorf("one person twice: %s", o.named(r.Text))
	}
	if r := o.refused(id, "ivan", yes); o.named(r.Text) != "Only <marco> and 2 people of security can do this for OFF-x. Nothing was changed." {
		t.Errorf("IT: %s", o.named(r.Text))
	}
	if c = o.approve(c, "marco"); c.Plan(1).State != Asked || !slices.Equal(c.Outstanding(), []Role{Security}) || !slices.Equal(c.Summary().Asked, []Role{Security}) {
		t.Fatalf("after one of two the plan is %s, and %v are outstanding", c.Plan(1).State, c.Outstanding())
	}
	if c = o.approve(c, "sasha"); c.Plan(1).State != Approved || len(c.Plan(1).Approvals) != 2 {
		t.Fatalf("%+v", c.Plan(1))
	}
	if r := o.refused(id, "sol", yes); r.Code != Already {
		t.Errorf("a third one: %+v", r)
	}
	if got := (Ruling{Also: []Role{HR, HR}}).approvedBy(Security).Also; !slices.Equal(got, []Role{HR, HR, Security}) {
		t.Errorf("with an account that is needed: %v", got)
	}
}

// Who may not give which approval, and what they read.
func TestWhoGivesWhichApproval(t *testing.T) {
	o := ruledOffice(t, Ruling{Also: []Role{HR, Security}})
	c := o.asked()
	id := string(c.ID)
	yes := Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}
	for name, want := range map[string]string{
		"hanna": "You asked for OFF-x, so somebody else must decide about it.",
		"ivan":  "Only <marco>, somebody of HR and somebody of security can do this for OFF-x. Nothing was changed.",
	} {
		if r := o.refused(id, name, yes); r.Code != NotYours || o.named(r.Text) != want {
			t.Errorf("%s: %s", name, o.named(r.Text))
		}
	}
	_ = o.refused(id, o.leaver, yes)
	for _, b := range []Body{Delegated{Plan: 1, To: o.people["bo"]}, Answered{Plan: 1, Answers: []Answer{{Choice: Give, Heir: o.people["bo"]}}}} {
		if r := o.refused(id, "sasha", b); r.Code != NotYours {
			t.Errorf("security: %T: %+v", b, r)
		}
	}
	o.claims["sam"] = []Claim{{Role: Security}}
	o.people["sam"] = o.meet("sam")
	c = o.approve(c, "sasha")
	if r := o.refused(id, "sam", yes); r.Code != Already || o.named(r.Text) != "OFF-x was approved already by <sasha>, so nothing more is needed from you. <marco> and HR are still asked." {
		t.Errorf("a second one of security: %s", o.named(r.Text))
	}
	// Who has approved for a role can't be made the approver too.
	if r := o.refused(id, "marco", Delegated{Plan: 1, To: o.people["sasha"]}); r.Code != WhoIsIt {
		t.Errorf("delegated to who has approved: %+v", r)
	}
	// Who holds two roles gives one approval.
	o.claims["helge"] = []Claim{{Role: HR}, {Role: Security}}
	c = o.approve(c, "helge")
	c = o.approve(c, "marco")
	if c.Plan(1).State != Approved {
		t.Errorf("the plan is %s", c.Plan(1).State)
	}
	// A restore takes nothing away, and needs its approver only.
	o.bot(id, Started{Plan: 1})
	o.attempt(c.ID, "dir/lock/1")
	o.attempt(c.ID, "dir/owner/1")
	o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")})
	o.do(id, "hanna", o.undo())
	c = o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: back()})
	c = o.do(id, "hanna", Submitted{Plan: 2, Scope: c.Plan(2).Scope})
	if c = o.approve(c, "marco"); c.Plan(2).State != Approved {
		t.Errorf("the restore is %s", c.Plan(2).State)
	}
}

// A refusal by any of them declines it, and what was approved before is void.
func TestAnyRefusalDeclines(t *testing.T) {
	o := ruledOffice(t, Ruling{Also: []Role{Security}})
	c := o.approve(o.asked(), "marco")
	id := string(c.ID)
	c = o.do(id, "sasha", Decided{Plan: 1, Scope: c.Plan(1).Scope, Reason: Seal("not this account")})
	if p := c.Plan(1); p.State != Declined || p.Declined.By != o.people["sasha"] || len(p.Given) != 0 {
		t.Fatalf("%+v", p)
	}
	c = o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	if got := c.Outstanding(); !slices.Equal(got, []Role{Approver, Security}) {
		t.Errorf("submitted again, %v are outstanding", got)
	}
}

// What changes what is decided about makes the approvals void that were given,
// whoever changed it.
func TestChangeVoidsApprovals(t *testing.T) {
	for name, change := range map[string]func(o *office, id string) Case{
		"another time": func(o *office, id string) Case {
			return o.do(id, "hanna", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}}})
		},
		"found before the decision": func(o *office, id string) Case {
			return o.bot(id, Drifted{Plan: 1, System: "dir", Steps: []StepPlan{{ID: "dir/lock/2", System: "dir", LockOut: true}}})
		},
		"other terms": func(o *office, id string) Case {
			o.do(id, "hanna", Amended{Terms: o.terms()})
			c := o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps()})
			return o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := ruledOffice(t, Ruling{Also: []Role{Security}})
			c := o.approve(o.asked(), "marco")
			old := Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}
			c = change(o, string(c.ID))
			if r := o.refused(string(c.ID), "sasha", old); r.Code != Stale {
				t.Errorf("an old card approves: %+v", r)
			}
			if p := c.Plan(1); len(p.Given) != 0 || len(p.Void) != 1 || p.Void[0].By != o.people["marco"] {
				t.Errorf("given %+v, void %+v", p.Given, p.Void)
			}
			if c = o.approve(o.approve(c, "sasha"), "marco"); c.Plan(1).State != Approved || c.Plan(1).Void != nil {
				t.Errorf("%+v", c.Plan(1))
			}
		})
	}
}

// What is found after the approval needs all approvals again, for exactly that.
func TestDriftNeedsAllApprovals(t *testing.T) {
	o := ruledOffice(t, Ruling{Also: []Role{Security}})
	c := o.approve(o.approve(o.asked(), "marco"), "sasha")
	id := string(c.ID)
	c = o.bot(id, Drifted{Plan: 1, System: "dir", Steps: []StepPlan{{ID: "dir/lock/2", System: "dir", LockOut: true}}})
	o.bot(id, Started{Plan: 1})
	attempt := Attempted{Plan: 1, Step: "dir/lock/2", Found: Seal("[]")}
	for _, name := range []string{"sasha", "marco"} {
		if _, err := o.Append(t.Context(), id, Bot("test"), attempt); refusal(t, err) == nil {
			t.Fatalf("it is done before %s has approved it", name)
		}
		c = o.approve(c, name)
	}
	o.bot(id, attempt)
	if p := c.Plan(1); len(p.Later) != 2 || len(p.Given) != 0 || len(p.Approvals) != 1 {
		t.Errorf("%+v", p)
	}
}

// Those who are asked by a role know of a confidential case while they are
// asked, and who has decided knows it after that.
func TestFurtherApproversSee(t *testing.T) {
	o := ruledOffice(t, Ruling{Also: []Role{HR}, Confidential: true})
	c := o.asked()
	sees := func(c Case, name string) bool {
		t.Helper()
		a, b := c.Visible(o.people[name], []Role{HR}), c.Summary().Visible(o.people[name], []Role{HR})
		if a != b {
			t.Fatalf("%s: the case says %v, its row %v", name, a, b)
		}
		return a
	}
	o.people["hugo"] = o.meet("hugo")
	o.another()
	if d := o.proposed("hanna"); sees(d, "helge") {
		t.Error("HR sees a draft of a confidential case")
	}
	if !sees(c, "helge") || !sees(c, "hugo") {
		t.Error("HR is asked and does not see it")
	}
	if c = o.approve(c, "helge"); !sees(c, "helge") || sees(c, "hugo") {
		t.Error("helge has approved; hugo is not asked any more")
	}
	if c = o.approve(c, "marco"); !sees(c, "helge") {
		t.Error("who has approved does not see it")
	}
	// Who has declined still sees what, whatever becomes of it.
	o.another()
	c = o.asked()
	id := string(c.ID)
	c = o.do(id, "helge", Decided{Plan: 1, Scope: c.Plan(1).Scope, Reason: Seal("not now")})
	if !sees(c, "helge") || sees(c, "hugo") || !Permitted(VerbStatus, c.RolesOf(o.people["helge"], nil)) {
		t.Error("declined")
	}
	c = o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Reason: Seal("nor I")})
	other := o.terms()
	other.Manager = o.people["bo"]
	c = o.do(id, "hanna", Amended{Terms: other})
	for _, name := range []string{"helge", "marco"} {
		if !sees(c, name) {
			t.Errorf("%s has declined an earlier state of it and does not see it", name)
		}
	}
	if !sees(c, "bo") || sees(c, "hugo") {
		t.Error("amended")
	}
}

// The fallback decides in place of the approver, of nobody else, and only where
// the policy says so.
func TestFallback(t *testing.T) {
	o := ruledOffice(t, Ruling{Missing: MissingLock, Also: []Role{Security}})
	c := o.asked()
	id := string(c.ID)
	bot := func(b Body) error { _, err := o.Append(t.Context(), id, Bot("watch"), b); return err }
	for name, to := range map[string][]PersonID{"nobody": nil, "the leaver": {c.Person}, "who asks": {o.people["hanna"]}, "the approver": {o.people["marco"]}} {
		if refusal(t, bot(FellBack{Plan: 1, To: to})) == nil {
			t.Errorf("%s may decide", name)
		}
	}
	_ = o.refused(id, "helge", FellBack{Plan: 1, To: []PersonID{o.people["helge"]}})
	c = o.bot(id, FellBack{Plan: 1, To: []PersonID{o.people["helge"], o.people["sasha"]}})
	if refusal(t, bot(FellBack{Plan: 1, To: []PersonID{o.people["bo"]}})) == nil {
		t.Error("it falls back twice for one cut-off")
	}
	if r := o.refused(id, "helge", Answered{Plan: 1, Answers: []Answer{{Choice: Give, Heir: o.people["bo"]}}}); r.Code != NotYours {
		t.Errorf("the fallback says who gets what: %+v", r)
	}
	c = o.approve(c, "sasha") // of security first: that is what nobody else may give
	if got := c.Outstanding(); !slices.Equal(got, []Role{Approver}) {
		t.Fatalf("%v are outstanding", got)
	}
	c = o.approve(c, "helge")
	if p := c.Plan(1); p.State != Approved || p.Decision.By != o.people["helge"] || p.Decision.Seat() != Approver {
		t.Errorf("%+v", p)
	}
	if r := o.refused(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}); r.Code != Already {
		t.Errorf("the approver decides too: %+v", r)
	}
	// Another time is another cut-off.
	o.another()
	c = o.asked()
	id = string(c.ID)
	o.bot(id, FellBack{Plan: 1, To: []PersonID{o.people["helge"]}})
	c = o.do(id, "hanna", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}}})
	if r := o.refused(id, "helge", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}); r.Code != NotYours {
		t.Errorf("the fallback for the time before decides: %+v", r)
	}
	o.bot(id, FellBack{Plan: 1, To: []PersonID{o.people["helge"]}})
	// Where nothing is ruled nobody decides in another's place.
	held := ruledOffice(t, Ruling{})
	c = held.asked()
	if _, err := held.Append(t.Context(), string(c.ID), Bot("watch"), FellBack{Plan: 1, To: []PersonID{held.people["helge"]}}); refusal(t, err) == nil {
		t.Error("it falls back although nobody has said so")
	}
}

// Whatever is tried in whatever order, no step begins before each approval was
// given to exactly what is approved, by a person of their own.
func TestNoStepBeforeItsApprovals(t *testing.T) {
	ruling := Ruling{Also: []Role{HR, Security, Security}, Missing: MissingLock}
	o := ruledOffice(t, ruling)
	names := []string{"hanna", "helge", "marco", "ivan", "sasha", "bo", "leaver", ""}
	begun := 0
	rapid.Check(t, func(rt *rapid.T) {
		o.another()
		o.people["leaver"] = o.people[o.leaver]
		o.claims["bo"] = []Claim{{Role: HR}, {Role: Security}}
		people := []PersonID{o.people["leaver"], o.people["hanna"], o.people["helge"], o.people["marco"], o.people["bo"]}
		c := o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: o.terms(), Systems: []string{"dir"}})
		id := string(c.ID)
		c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps()})
		c = o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
		given := map[string][]PersonID{} // by scope
		for range rapid.IntRange(10, 40).Draw(rt, "events") {
			name := names[rapid.IntRange(0, len(names)-1).Draw(rt, "who")]
			body := anyBody(rt, c, people)
			switch rapid.IntRange(0, 3).Draw(rt, "get on") { // or nothing would ever begin
			case 0:
				p := c.Plan(0)
				name, body = []string{"marco", "helge", "sasha", "bo"}[rapid.IntRange(0, 3).Draw(rt, "approver")], Decided{Plan: p.No, Scope: p.Scope, Approve: true}
			case 1:
				body = Started{Plan: c.Plan(0).No}
			case 2:
				body = Attempted{Plan: c.Plan(0).No, Step: "dir/lock/1", Found: Seal("[]")}
			}
			actor := o.actor(name)
			if name == "" || isReport(body) {
				actor = Bot("test")
			}
			next, err := o.Append(t.Context(), id, actor, body)
			if err != nil {
				if !isRefusal(err) {
					rt.Fatalf("%s %T: %v", name, body, err)
				}
				continue
			}
			if b, ok := body.(Decided); ok && b.Approve {
				if c.askedFor(actor.Person) || actor.Person == c.Person {
					rt.Fatalf("%s decided", name)
				}
				if slices.Contains(given[b.Scope], actor.Person) {
					rt.Fatalf("%s decided twice about %s", name, b.Scope)
				}
				given[b.Scope] = append(given[b.Scope], actor.Person)
			}
			if p := next.Plan(0); p.State == Approved && c.Plan(0).State != Approved {
				need := len(next.Needed())
				if got := len(given[p.Scope]); got != need {
					rt.Fatalf("approved with %d approvals of %d: %s", got, need, asJSON(rt, next))
				}
			}
			if b, ok := body.(Attempted); ok {
				begun++
				p := next.Plan(0)
				first := p.Emergency && p.Step(b.Step).LockOut && !p.Step(b.Step).Irreversible()
				if s := p.Step(b.Step); s.Drift || p.Decision == nil && len(p.Later) == 0 && !first {
					rt.Fatalf("%s was tried and is not approved", b.Step)
				}
			}
			c = next
		}
	})
	if begun == 0 {
		t.Error("no step was ever tried, so nothing was shown")
	}
}

// A seat that nobody waits for is nobody's; and who waits is told by Waits.
func TestWaitsOfSeveralApprovals(t *testing.T) {
	o := ruledOffice(t, Ruling{Also: []Role{HR, Security}})
	c := o.asked()
	able := func(name string, roles ...Role) bool {
		return slices.ContainsFunc(c.Waits(), func(w Wait) bool {
			return w.Verb == VerbApprove && w.For(o.people[name], c.RolesOf(o.people[name], roles))
		})
	}
	if !able("marco") || !able("helge", HR) || !able("sasha", Security) || able("hanna", HR) || able("ivan", IT) {
		t.Errorf("%+v", c.Waits())
	}
	if c = o.approve(c, "helge"); able("helge", HR) || able("helge", HR, Security) {
		t.Error("who has approved is asked again")
	}
}

// Whoever could give two of the approvals gives one.
func TestOnePersonTakesOneSeat(t *testing.T) {
	o := ruledOffice(t, Ruling{Also: []Role{Security}})
	o.claims["bo"] = []Claim{{Role: Security}}
	terms := o.terms()
	terms.Manager = o.people["bo"]
	id := string(o.do(NewCase, "hanna", Drafted{Person: o.people["jane"], Terms: terms, Systems: []string{"dir"}}).ID)
	c := o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps()})
	yes := Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}
	o.do(id, "hanna", Submitted{Plan: 1, Scope: yes.Scope})
	o.do(id, "bo", yes)
	if r := o.refused(id, "bo", yes); r.Code != Already {
		t.Errorf("bo approves again: %+v", r)
	}
	if c = o.do(id, "sasha", yes); c.Plan(1).State != Approved {
		t.Errorf("all have approved, and the plan is %s", c.Plan(1).State)
	}
}
