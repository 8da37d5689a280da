package store

import (
	"slices"
	"testing"
)

// parts has somebody's own case approved, for a time or for now; bo decides.
func (o *office) parts(name string, cut CutOff, confidential bool) Case {
	o.t.Helper()
	t := o.terms()
	t.CutOff, t.Manager, t.Confidential = cut, o.people["bo"], confidential
	c := o.do(NewCase, "helge", Drafted{Person: o.people[name], Terms: t, Systems: []string{"dir"}})
	c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
	c = o.do(string(c.ID), "helge", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	return o.do(string(c.ID), "bo", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
}

// An approver who leaves is replaced, once, by somebody who may decide and does
// not leave; what was to be theirs goes to whoever stands in for them.
func TestApproverWhoLeavesIsReplaced(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	id := string(c.ID)
	move := func(from, to string) *Refused {
		t.Helper()
		_, err := o.Append(t.Context(), id, Bot("keeper"), Replaced{Plan: 1, From: o.people[from], To: o.people[to]})
		return refusal(t, err)
	}
	if move("marco", "priya") == nil {
		t.Error("somebody was replaced who stays")
	}
	o.do(id, "marco", Answered{Plan: 1, Answers: []Answer{{Step: "dir/owner/1", Item: "1", Choice: Give, Heir: o.people["marco"]}}})
	o.parts("marco", future, false)
	o.parts("tom", future, false)
	for _, to := range []string{"marco", "tom", "hanna", "jane"} {
		if move("marco", to) == nil {
			t.Errorf("%s stands in", to)
		}
	}
	_ = o.refused(id, "hanna", Replaced{Plan: 1, From: o.people["marco"], To: o.people["priya"]})
	if r := move("marco", "priya"); r != nil {
		t.Fatal(r)
	}
	if move("marco", "priya") == nil {
		t.Error("replaced twice")
	}
	c, _ = o.Case(c.ID)
	p := c.Plan(1)
	if !slices.Equal(p.Approvers, []PersonID{o.people["priya"]}) || c.Heir() != o.people["priya"] || len(p.Step("dir/owner/1").Answers) != 0 {
		t.Fatalf("%+v", p)
	}
	if r := o.refused(id, "marco", Decided{Plan: 1, Scope: p.Scope, Approve: true}); r.Code != NoSuchCase(c.ID).Code {
		t.Errorf("who was replaced decides: %+v", r)
	}
	c = o.approve(c, "priya")
	if a, ok := c.Plan(1).Step("dir/owner/1").Answer("2"); !ok || a.Heir != o.people["priya"] {
		t.Errorf("%+v", c.Plan(1).Step("dir/owner/1").Answers)
	}
}

// After the approval nobody is asked any more: what somebody was to get who
// leaves goes to whoever stands in, unless they have got it.
func TestHeirWhoLeavesIsReplaced(t *testing.T) {
	o := newOffice(t)
	c := o.asked()
	id := string(c.ID)
	o.do(id, "marco", Answered{Plan: 1, Answers: []Answer{{Choice: Give, Heir: o.people["tom"]}}})
	c = o.approve(c, "marco")
	if !slices.Contains(c.DependsOn(), o.people["tom"]) {
		t.Fatalf("%v", c.DependsOn())
	}
	o.parts("tom", CutOff{Mode: Now}, false)
	c = o.bot(id, Replaced{Plan: 1, From: o.people["tom"], To: o.people["marco"]})
	for _, a := range c.Plan(1).Step("dir/owner/1").Answers {
		if a.Heir != o.people["marco"] {
			t.Errorf("%+v", a)
		}
	}
	o.bot(id, Started{Plan: 1})
	o.attempt(c.ID, "dir/lock/1")
	c = o.attempt(c.ID, "dir/owner/1")
	if on := c.DependsOn(); len(on) != 0 {
		t.Errorf("it is handed over, and depends on %v", on)
	}
}

// Of a confidential case nobody is told before its cut-off.
func TestSecretLeaverIsReplacedAfterTheCutOff(t *testing.T) {
	o := newOffice(t)
	id := string(o.asked().ID)
	secret := o.parts("marco", future, true)
	leaves := func(want bool) {
		t.Helper()
		if got, err := o.Leaves(o.people["marco"]); got != want || err != nil {
			t.Errorf("leaves: %v, want %v (%v)", got, want, err)
		}
		_, err := o.Append(t.Context(), id, Bot("keeper"), Replaced{Plan: 1, From: o.people["marco"], To: o.people["priya"]})
		if (refusal(t, err) == nil) != want {
			t.Errorf("replaced: %v, want %v", err, want)
		}
	}
	leaves(false)
	o.do(string(secret.ID), "helge", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Now}}})
	o.bot(string(secret.ID), Started{Plan: 1})
	leaves(true)
}

// Who asks and leaves before it has begun is replaced by somebody who decides
// nothing in it: the draft, or what was declined, comes back to them. They see it
// although it is confidential, and who left never decides about it.
func TestRequesterWhoLeavesIsReplaced(t *testing.T) {
	for name, make := range map[string]func(o *office) Case{
		"proposed": func(o *office) Case { return o.proposed("hanna") },
		"declined": func(o *office) Case {
			c := o.asked()
			return o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Reason: Seal("the day is wrong")})
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := ruledOffice(t, Ruling{Confidential: true})
			c := make(o)
			id := string(c.ID)
			move := func(to string) *Refused {
				t.Helper()
				_, err := o.Append(t.Context(), id, Bot("keeper"), Replaced{Plan: 1, From: o.people["hanna"], To: o.people[to]})
				return refusal(t, err)
			}
			if move("helge") == nil {
				t.Error("somebody was replaced who stays")
			}
			mine := o.parts("hanna", CutOff{Mode: Now}, false)
			o.bot(string(mine.ID), Started{Plan: 1}) // their case is a secret until then
			for _, to := range []string{"hanna", "jane", "marco"} {
				if move(to) == nil {
					t.Errorf("%s asks for it now", to)
				}
			}
			if r := move("sasha"); r != nil {
				t.Fatal(r)
			}
			if move("helge") == nil {
				t.Error("replaced twice")
			}
			c, _ = o.Case(c.ID)
			if c.Asker() != o.people["sasha"] || c.Requester != o.people["hanna"] || c.Waits()[0].Person != o.people["sasha"] {
				t.Errorf("asked for by %s, waits %+v", c.Asker(), c.Waits())
			}
			if !c.Visible(o.people["sasha"], nil) || !c.Summary().Visible(o.people["sasha"], nil) {
				t.Error("who asks for it now does not see it")
			}
			c = o.do(id, "sasha", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
			if c.Eligible(o.people["sasha"]) || c.Eligible(o.people["hanna"]) {
				t.Error("who asks may decide")
			}
			if c = o.approve(c, "marco"); c.Plan(1).State != Approved {
				t.Errorf("%+v", c.Plan(1))
			}
		})
	}
}

// Who was asked in place of the approver and leaves: whoever is said to decide now
// can, and nobody is asked twice.
func TestFallbackWhoLeavesIsReplaced(t *testing.T) {
	for to, want := range map[string][]string{"tom": {"sasha", "tom"}, "sasha": {"sasha"}, "marco": {"sasha"}} {
		o := ruledOffice(t, Ruling{Missing: MissingLock})
		c := o.asked()
		id := string(c.ID)
		o.bot(id, FellBack{Plan: 1, To: []PersonID{o.people["sasha"], o.people["ines"]}})
		o.parts("ines", CutOff{Mode: Now}, false)
		c = o.bot(id, Replaced{Plan: 1, From: o.people["ines"], To: o.people[to]})
		var got []PersonID
		for _, name := range want {
			got = append(got, o.people[name])
		}
		if p := c.Plan(1); !slices.Equal(p.Fallback.To, got) || !p.Replaced[0].Decides {
			t.Errorf("%s stands in, and %v are asked", to, p.Fallback.To)
		}
		if c = o.approve(c, to); c.Plan(1).State != Approved {
			t.Errorf("%s decides, and it is %s", to, c.Plan(1).State)
		}
	}
}

// An approver who has approved and leaves while others are still asked has said who
// gets what: nobody is asked that again, and who stands in gets what was theirs.
func TestApproverLeavesBeforeTheOthersApprove(t *testing.T) {
	o := newOffice(t)
	o.leaver = "guarded"
	o.people[o.leaver] = o.meet(o.leaver)
	c := o.approve(o.asked(), "marco")
	o.parts("marco", CutOff{Mode: Now}, false)
	c = o.bot(string(c.ID), Replaced{Plan: 1, From: o.people["marco"], To: o.people["priya"]})
	if r := o.refused(string(c.ID), "priya", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}); r.Code != Already {
		t.Errorf("%v", r)
	}
	o.approve(c, "ivan")
	c = o.approve(c, "sasha")
	p := c.Plan(1)
	if a, _ := p.Step("dir/owner/1").Answer("1"); !p.HeirsAsked.IsZero() || a.Heir != o.people["priya"] || p.ApprovedBy() != o.people["marco"] {
		t.Errorf("asked since %s; %+v, approved by %s", p.HeirsAsked, a, p.ApprovedBy())
	}
}
