package store

import (
	"slices"
	"strings"
	"testing"
)

// submitted is a list of so many people that hanna has submitted to marco.
func (o *office) submitted(n int) (BatchID, []CaseID) {
	o.t.Helper()
	id, cases := o.ready(n)
	o.do(string(id), "hanna", Sent{Scope: o.whole(id).Scope, To: o.people["marco"]})
	return id, cases
}

func (o *office) loopRefused(id BatchID, body Body) bool {
	o.t.Helper()
	_, err := o.Append(o.t.Context(), string(id), Bot("test"), body)
	return refusal(o.t, err) != nil
}

// An approver of a list who leaves is replaced, by somebody who stays, does not
// ask for it and is not on it.
func TestListApproverWhoLeaves(t *testing.T) {
	o := newOffice(t)
	id, cases := o.submitted(2)
	leaver, err := o.Case(cases[0])
	if err != nil {
		t.Fatal(err)
	}
	to := func(p PersonID) Replaced { return Replaced{From: o.people["marco"], To: p} }
	if !o.loopRefused(id, to(o.people["tom"])) {
		t.Error("somebody was replaced who stays")
	}
	o.parts("marco", CutOff{Mode: Now}, false)
	for _, p := range []PersonID{"", o.people["marco"], o.people["hanna"], leaver.Person} {
		if !o.loopRefused(id, to(p)) {
			t.Errorf("%q stands in", p)
		}
	}
	_ = o.refused(string(id), "hanna", to(o.people["tom"]))
	o.bot(string(id), to(o.people["tom"]))
	if !o.loopRefused(id, to(o.people["tom"])) {
		t.Error("replaced twice")
	}
	scope := o.whole(id).Scope
	_ = o.refused(string(id), "marco", Decided{Scope: scope, Approve: true})
	o.do(string(id), "tom", Decided{Scope: scope, Approve: true})
	if err := o.cover(id, cases[0]); err != nil {
		t.Error(err)
	}
}

// Others may decide in place of a silent approver only where the policy says so
// of each person on the list, and never who asks for it.
func TestListFallsBack(t *testing.T) {
	for _, tt := range []struct {
		name string
		lock func(n int) bool // of the n-th person
		want bool
	}{
		{"of each", func(int) bool { return true }, true},
		{"of one of two", func(n int) bool { return n == 0 }, false},
		{"of nobody", func(int) bool { return false }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt := testOptions(t.TempDir())
			n := 0
			opt.Policy = func(Card, Terms) Ruling {
				defer func() { n++ }()
				return Ruling{Missing: map[bool]Missing{true: MissingLock, false: MissingHold}[tt.lock(n)]}
			}
			o := openOffice(t, opt)
			id, cases := o.submitted(2)
			fell := FellBack{To: []PersonID{o.people["helge"], o.people["sasha"]}}
			if got := !o.loopRefused(id, FellBack{To: []PersonID{o.people["hanna"]}}); got {
				t.Error("who asks for it may decide")
			}
			if got := !o.loopRefused(id, fell); got != tt.want {
				t.Fatalf("it falls back: %v", got)
			}
			if !tt.want {
				_ = o.refused(string(id), "helge", Decided{Scope: o.whole(id).Scope, Approve: true})
				return
			}
			if !o.loopRefused(id, fell) {
				t.Error("it falls back twice")
			}
			b, err := o.Batch(id)
			if err != nil || len(b.Waits(o.whole(id))) != 3 {
				t.Fatal(b.Waits(o.whole(id)), err)
			}
			o.do(string(id), "helge", Decided{Scope: o.whole(id).Scope, Approve: true})
			if r := o.refused(string(id), "marco", Decided{Scope: o.whole(id).Scope, Approve: true}); r.Code != Already {
				t.Errorf("%v", r)
			}
			if err := o.cover(id, cases[1]); err != nil {
				t.Error(err)
			}
		})
	}
}

// Who asks for a list and leaves: somebody else of HR takes it over, with its
// drafts, and neither of the two decides about it.
func TestListOwnerWhoLeaves(t *testing.T) {
	o := newOffice(t)
	o.claims["marco"] = []Claim{{Role: HR}}
	id, cases := o.ready(2)
	orphaned := Orphaned{From: o.people["hanna"]}
	if !o.loopRefused(id, orphaned) {
		t.Error("who asks for it stays")
	}
	if r := o.refused(string(id), "helge", Adopted{}); r.Code != NotYours {
		t.Errorf("a list that nobody was told of: %v", r)
	}
	o.parts("hanna", CutOff{Mode: Now}, false)
	o.bot(string(id), orphaned)
	if !o.loopRefused(id, orphaned) {
		t.Error("twice")
	}
	_ = o.refused(string(id), "ivan", Adopted{})
	_ = o.refused(string(id), "hanna", Adopted{})
	_ = o.refused(string(id), "hanna", Dropped{})
	o.do(string(id), "helge", Adopted{})
	if r := o.refused(string(id), "helge", Adopted{}); r.Code != Already {
		t.Errorf("%v", r)
	}
	passed := Inherited{From: o.people["hanna"], To: o.people["helge"]}
	c := o.bot(string(cases[0]), passed)
	if c.Requester != o.people["helge"] || !slices.Contains(c.Changers, o.people["hanna"]) {
		t.Errorf("%s asks for it, and %v have", c.Requester, c.Changers)
	}
	for c, body := range map[CaseID]Body{cases[0]: passed, cases[1]: Inherited{From: o.people["hanna"], To: o.people["marco"]}} {
		if _, err := o.Append(t.Context(), string(c), Bot("test"), body); refusal(t, err) == nil {
			t.Errorf("%s: %+v", c, body)
		}
	}
	if r := o.refused(string(id), "helge", Sent{Scope: o.whole(id).Scope, To: o.people["hanna"]}); !strings.Contains(r.Text, "asked for this before you") {
		t.Errorf("%s", r)
	}
	o.do(string(id), "helge", Sent{Scope: o.whole(id).Scope, To: o.people["marco"]})
	if r := o.refused(string(id), "marco", Adopted{}); !strings.Contains(r.Text, "You decide about") {
		t.Errorf("%s", r)
	}
	// Once somebody was asked, a colleague may take it over from who is away.
	o.do(string(id), "sasha", Adopted{})
	_ = o.refused(string(id), "helge", Sent{Scope: o.whole(id).Scope, To: o.people["tom"]})
	o.do(string(id), "marco", Decided{Scope: o.whole(id).Scope, Approve: true})
	if r := o.refused(string(id), "helge", Adopted{}); r.Code != Already {
		t.Errorf("%v", r)
	}
	if err := o.cover(id, cases[1]); err != nil {
		t.Error(err)
	}
}

// A list with a confidential case is for nobody else, also once somebody was
// asked; nor is any list for who is on it.
func TestListIsSeen(t *testing.T) {
	o := newOffice(t)
	for _, confidential := range []bool{false, true} {
		rows := o.rows(2)
		rows[1].Person, rows[1].Confidential = o.people["tom"], confidential
		id := o.list("hanna", rows)
		for row := range rows {
			c, err := o.open(id, row, "hanna")
			if err != nil {
				t.Fatal(err)
			}
			o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
		}
		sees := func(name string, roles ...Role) bool {
			b, err := o.Batch(id)
			if err != nil {
				t.Fatal(err)
			}
			return b.Visible(o.people[name], roles)
		}
		if sees("helge", HR) || sees("marco", HR) || !sees("hanna", HR) {
			t.Error("others see it before somebody is asked")
		}
		o.do(string(id), "hanna", Sent{Scope: o.whole(id).Scope, To: o.people["marco"]})
		if sees("helge", HR) == confidential || sees("ivan", IT) || !sees("marco") || sees("tom", HR) {
			t.Errorf("confidential %v: helge %v, ivan %v, marco %v, tom %v", confidential, sees("helge", HR), sees("ivan", IT), sees("marco"), sees("tom", HR))
		}
		o.do(string(id), "hanna", Dropped{})
		for row := range rows {
			cases, err := o.BatchCases(id)
			if err != nil {
				t.Fatal(err)
			}
			if err := o.cover(id, cases[row].ID); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Who takes over a list and takes out of it a case that they were to approve must
// name somebody else: nobody else could decide about it.
func TestListIsTakenOverByAnApprover(t *testing.T) {
	o := newOffice(t)
	o.claims["marco"] = []Claim{{Role: HR}} // whom the rows name as the manager
	id, cases := o.ready(1)
	o.do(string(id), "hanna", Sent{Scope: o.whole(id).Scope, To: o.people["tom"]})
	o.do(string(id), "marco", Adopted{})
	o.bot(string(cases[0]), Inherited{From: o.people["hanna"], To: o.people["marco"]})
	c := o.do(string(cases[0]), "marco", Parted{})
	if r := o.refused(string(c.ID), "marco", Submitted{Plan: 1, Scope: c.Plan(1).Scope}); r.Code != WhoIsIt {
		t.Errorf("%v", r)
	}
	terms := c.Terms
	terms.Manager = o.people["tom"]
	c = o.do(string(c.ID), "marco", Amended{Terms: terms})
	c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
	o.do(string(c.ID), "marco", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	if c = o.approve(c, "tom"); c.Plan(1).State != Approved {
		t.Errorf("%+v", c.Plan(1))
	}
}
