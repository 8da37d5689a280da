package store

import (
	"slices"
	"testing"
)

// undone is a case that is over, and whose undo is surveyed.
func (o *office) undone(name string, only ...StepID) Case {
	o.t.Helper()
	_, id := o.left()
	b := o.undo()
	b.Only = only
	o.do(id, name, b)
	steps := back()
	steps[0].Back = []Ref{{1, "dir/lock/1"}}
	return o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: append(steps, StepPlan{
		ID: "dir/owner/1", System: "dir", Action: "owner", Words: "Give back the groups", Items: []Item{{ID: "1"}}, Account: Seal("a"), Held: Seal("[]"), Back: []Ref{{1, "dir/owner/1"}},
	})})
}

// undoing is an undo that has begun.
func (o *office) undoing(only ...StepID) Case {
	o.t.Helper()
	c := o.undone("helge", only...)
	id := string(c.ID)
	o.do(id, "helge", Submitted{Plan: 2, Scope: c.Plan(2).Scope})
	o.do(id, "marco", Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true})
	return o.bot(id, Started{Plan: 2})
}

// gives is a step of an undo that is proven.
func (o *office) gives(c Case, step StepID) Case {
	o.t.Helper()
	c = o.bot(string(c.ID), Attempted{Plan: 2, Step: step, Found: Seal("[]")})
	return o.bot(string(c.ID), Finished{Plan: 2, Step: step, Entry: c.Seq})
}

func wasLeft(o *office) Case { c, _ := o.left(); return c }

func (o *office) destroying(begun bool) Case {
	o.t.Helper()
	o.fading()
	_, id := o.left()
	o.bot(id, Planned{Kind: Destroy, Of: 1, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: o.people["marco"]})
	c := o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: []StepPlan{{ID: "dir/delete/1", System: "dir", Action: "delete", Items: []Item{{ID: "1", Irreversible: true}}, Account: Seal("a"), Held: Seal("[]")}}})
	if begun {
		o.do(id, "marco", Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true})
		c = o.bot(id, Started{Plan: 2})
	}
	return c
}

func undoWith(edit func(o *office, b *Planned)) func(*office, Case) Body {
	return func(o *office, _ Case) Body {
		b := o.undo()
		edit(o, &b)
		return b
	}
}

var (
	undoIt   = undoWith(func(*office, *Planned) {})
	restored = func(o *office) Case {
		c := o.undoing()
		o.gives(c, "dir/lock/1")
		return o.gives(c, "dir/owner/1")
	}
	back1 = is(Rehired{Reason: Seal("back from March")})
)

var undoRules = []rule{
	{"undo: the bot", wasLeft, "", undoIt, Malformed},
	{"undo: nothing taken", (*office).asked, "hanna", undoIt, NotNow},
	{"undo: it runs", (*office).begun, "hanna", undoIt, NotNow},
	{"undo: no reason", wasLeft, "hanna", undoWith(func(_ *office, b *Planned) { b.Reason = Private{} }), Malformed},
	{"undo: no approver", wasLeft, "hanna", undoWith(func(_ *office, b *Planned) { b.Approver = "" }), Malformed},
	{"undo: approved by oneself", wasLeft, "hanna", undoWith(func(o *office, b *Planned) { b.Approver = o.people["hanna"] }), WhoIsIt},
	{"undo: approved by whom it is about", wasLeft, "hanna", undoWith(func(o *office, b *Planned) { b.Approver = o.people["leaver"] }), WhoIsIt},
	{"undo: at a time that has passed", wasLeft, "hanna", undoWith(func(_ *office, b *Planned) { b.CutOff = CutOff{Mode: At, At: future.At.AddDate(-90, 0, 0)} }), Malformed},
	{"undo: asked already", func(o *office) Case { return o.undone("helge") }, "hanna", undoIt, Already},
	{"undo: it is being undone", func(o *office) Case { return o.undoing() }, "hanna", undoIt, Already},
	{"undo: it is being deleted", func(o *office) Case { return o.destroying(true) }, "hanna", undoIt, NotNow},
	{"undo: of what was deleted", func(o *office) Case {
		c := o.destroying(true)
		return o.do(string(c.ID), "ivan", Stopped{Plan: 2})
	}, "hanna", undoWith(func(_ *office, b *Planned) { b.Of = 2 }), NotNow},
	{"undo: of an undo", restored, "hanna", undoWith(func(_ *office, b *Planned) { b.Of = 2 }), NotNow},
	{"undo: all is given back", restored, "hanna", undoIt, Already},
	{"undo: by the approver", wasLeft, "marco", undoIt, NotYours},
	{"undo: submitted by another", func(o *office) Case { return o.undone("helge") }, "marco", func(_ *office, c Case) Body { return Submitted{Plan: 2, Scope: c.Plan(2).Scope} }, NotYours},
	{"undo: amended", func(o *office) Case { return o.undone("helge") }, "helge", func(o *office, _ Case) Body { return Amended{Terms: o.terms()} }, NotNow},
	{"undo: nothing to give back", func(o *office) Case {
		_, id := o.left()
		o.do(id, "helge", o.undo())
		return o.bot(id, Surveyed{Plan: 2, System: "dir"})
	}, "helge", func(_ *office, c Case) Body { return Submitted{Plan: 2, Scope: c.Plan(2).Scope} }, NotNow},
	{"rehire: IT", wasLeft, "ivan", back1, NotYours},
	{"rehire: the bot", wasLeft, "", back1, NotYours},
	{"rehire: oneself", wasLeft, "leaver", back1, NotYours},
	{"rehire: no reason", wasLeft, "hanna", is(Rehired{}), Malformed},
	{"rehire: nobody has left", (*office).asked, "hanna", back1, NotNow},
	{"rehire: it runs", (*office).begun, "hanna", back1, NotNow},
	{"rehire: it is being undone", func(o *office) Case { return o.undoing() }, "hanna", back1, NotNow},
	{"rehire: it runs, in secret", func(o *office) Case {
		o.claims["secret-hr"], o.people["secret-hr"] = []Claim{{Role: HR}}, o.meet("secret-hr")
		c := o.do(NewCase, "secret-hr", Drafted{Person: o.people[o.leaver], Terms: Terms{
			Kind: "k", LastDay: "2026-11-30", CutOff: CutOff{Mode: Now}, Zone: "Europe/Lisbon", Manager: o.people["marco"], Confidential: true,
		}, Systems: []string{"dir"}})
		c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
		o.do(string(c.ID), "secret-hr", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
		o.do(string(c.ID), "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
		return o.bot(string(c.ID), Started{Plan: 1})
	}, "hanna", back1, NotNow},
	{"rehire: it is being deleted", func(o *office) Case { return o.destroying(true) }, "hanna", back1, NotNow},
	{"rehire: twice", then(wasLeft, "hanna", back1), "hanna", back1, Already},
	{"rehire: they are back", restored, "hanna", back1, NotNow},
	{"rehire: the bot proposes more", then(wasLeft, "hanna", back1), "", func(o *office, _ Case) Body {
		return Planned{Kind: Retake, Of: 1, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: o.people["marco"]}
	}, NotNow},
}

// What is given back by single steps, or stopped half-way, leaves the person
// out; only what ran to its end as a whole brings them back.
func TestWhoIsBack(t *testing.T) {
	o := newOffice(t)
	for _, tt := range []struct {
		name  string
		play  func() Case
		want  Outcome
		back  bool
		given []StepID
	}{
		{"whole", func() Case { return restored(o) }, Restored, true, []StepID{"dir/lock/1", "dir/owner/1", "dir/password/1"}},
		{"one step", func() Case { c := o.undoing("dir/owner/1"); o.gives(c, "dir/lock/1"); return o.gives(c, "dir/owner/1") }, PartRestored, false, []StepID{"dir/lock/1", "dir/owner/1"}},
		{"stopped", func() Case {
			c := o.undoing()
			o.gives(c, "dir/owner/1")
			return o.do(string(c.ID), "ivan", Stopped{Plan: 2})
		}, PartRestored, false, []StepID{"dir/owner/1"}},
		{"stopped at once", func() Case { return o.do(string(o.undoing().ID), "ivan", Stopped{Plan: 2}) }, Done, false, nil},
		{"given up", func() Case {
			return o.do(string(o.undone("helge").ID), "helge", Requested{Change: Change{Verb: VerbCancel, Plan: 2}})
		}, Done, false, nil},
		{"left out", func() Case {
			c := o.undoing()
			o.gives(c, "dir/lock/1")
			o.bot(string(c.ID), Failed{Plan: 2, Step: "dir/owner/1", Why: Refuses, Message: Seal("no")})
			return o.do(string(c.ID), "ivan", Requested{Change: Change{Verb: VerbSkip, Plan: 2, Step: "dir/owner/1", Reason: Seal("gone")}})
		}, Restored, true, []StepID{"dir/lock/1", "dir/owner/1", "dir/password/1"}},
	} {
		o.another()
		c := tt.play()
		gone, err := o.Gone(c.Person)
		if c.State != CaseClosed || c.Outcome != tt.want || gone == tt.back || err != nil || c.Watched() == tt.back {
			t.Errorf("%s: %s, %s, gone %v", tt.name, c.State, c.Outcome, gone)
		}
		for _, id := range []StepID{"dir/lock/1", "dir/owner/1", "dir/password/1"} {
			if got := c.GivenBack(1, id); got != slices.Contains(tt.given, id) {
				t.Errorf("%s: %s is given back: %v", tt.name, id, got)
			}
		}
		if c.GivenBack(2, "dir/lock/1") {
			t.Errorf("%s: what is taken later counts as given back", tt.name)
		}
		if again := c.Undoable(1) == nil; again == (tt.name == "whole") {
			t.Errorf("%s: it can be undone again: %v", tt.name, again)
		}
	}
}

// A person who has another case now, or whose access another one has taken away
// since, is not given back what an earlier one took; who may not know of that
// case gets the neutral text.
func TestUndoBesideAnotherCase(t *testing.T) {
	for _, secret := range []bool{false, true} {
		o := newOffice(t)
		c := func() Case { // one that can still be undone
			c := o.undoing()
			o.gives(c, "dir/owner/1")
			return o.do(string(c.ID), "ivan", Stopped{Plan: 2})
		}()
		terms := o.terms()
		terms.Confidential = secret
		o.claims["secret-hr"], o.people["secret-hr"] = []Claim{{Role: HR}}, o.meet("secret-hr")
		other := o.do(NewCase, "secret-hr", Drafted{Person: c.Person, Terms: terms, Systems: []string{"dir"}})
		r := o.refused(string(c.ID), "hanna", o.undo())
		if want := map[bool]Code{false: Already, true: WhoIsIt}[secret]; r.Code != want || secret != (r.Text == neutral) {
			t.Errorf("secret %v: %s", secret, r)
		}
		// Over, it took the access away last.
		id := string(other.ID)
		other = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps()[:1]})
		o.do(id, "secret-hr", Submitted{Plan: 1, Scope: other.Plan(1).Scope})
		o.do(id, "marco", Decided{Plan: 1, Scope: other.Plan(1).Scope, Approve: true})
		o.bot(id, Started{Plan: 1})
		if other = o.do(id, "ivan", Stopped{Plan: 1}); other.State != CaseClosed {
			t.Fatalf("the other case is %s", other.State)
		}
		if r := o.refused(string(c.ID), "hanna", o.undo()); r.Code == "" {
			t.Errorf("secret %v: %s", secret, r)
		}
	}
}

// Rehired, a person holds their roles again, what the bot has proposed is given
// up, and nothing is given back; an undo is still possible, and a new leave is
// like any other.
func TestRehired(t *testing.T) {
	o := newOffice(t)
	c := o.destroying(false)
	id := string(c.ID)
	scope := c.Plan(2).Scope
	c = o.do(id, "hanna", Rehired{Reason: Seal("back from March")})
	gone, err := o.Gone(c.Person)
	if gone || err != nil || c.State != CaseClosed || c.Plan(2).State != Over || c.Watched() || !c.GivenBack(1, "dir/lock/1") || c.Outcome != Done {
		t.Errorf("gone %v, the case is %s, %s, its proposal %s", gone, c.State, c.Outcome, c.Plan(2).State)
	}
	_ = o.refused(id, "marco", Decided{Plan: 2, Scope: scope, Approve: true})
	if persons, err := o.GonePersons(); err != nil || len(persons) != 0 {
		t.Errorf("gone are %v, %v", persons, err)
	}
	if rows, err := o.CasesOf(c.Person); err != nil || len(rows) != 1 || rows[0].ID != c.ID {
		t.Errorf("their cases are %v, %v", rows, err)
	}
	if c = o.do(id, "hanna", o.undo()); c.Plan(0).Kind != Restore {
		t.Errorf("the undo is a %s", c.Plan(0).Kind)
	}
	o.do(id, "hanna", Requested{Change: Change{Verb: VerbCancel, Plan: 3}})
	// They leave again.
	next := o.do(NewCase, "hanna", Drafted{Person: c.Person, Terms: o.terms(), Systems: []string{"dir"}})
	n := string(next.ID)
	next = o.bot(n, Surveyed{Plan: 1, System: "dir", Steps: steps()[:1]})
	o.do(n, "hanna", Submitted{Plan: 1, Scope: next.Plan(1).Scope})
	o.do(n, "marco", Decided{Plan: 1, Scope: next.Plan(1).Scope, Approve: true})
	o.bot(n, Started{Plan: 1})
	if gone, err := o.Gone(c.Person); !gone || err != nil {
		t.Errorf("they have left again, and are there (%v)", err)
	}
}
