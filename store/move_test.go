package store

import (
	"testing"
	"time"
)

// moves are terms of a change of role.
func (o *office) moves() Terms {
	t := o.terms()
	t.Kind, t.Move = MoveKind, &RoleChange{From: "designer", To: "engineer", Loses: SealJSON([]Loss{{System: "dir", Named: []string{"Design"}}})}
	return t
}

func movesWith(edit func(o *office, t *Terms)) func(o *office, _ Case) Body {
	return func(o *office, _ Case) Body {
		t := o.moves()
		edit(o, &t)
		return Drafted{Person: o.people[o.leaver], Terms: t, Systems: []string{"dir"}}
	}
}

// moved is a change of role that has run to its end.
func (o *office) moved() Case {
	o.t.Helper()
	c := o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: o.moves(), Systems: []string{"dir"}})
	id := string(c.ID)
	c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps()[:1]})
	o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	o.bot(id, Started{Plan: 1})
	return o.attempt(c.ID, "dir/lock/1")
}

// came is that what a change of role took is there again.
func came() Returned {
	return Returned{Plan: 1, Steps: []CameAgain{{Step: "dir/lock/1", Items: []Item{{ID: "9"}}, Held: Seal("[]")}}}
}

// Who changes roles stays: they approve, they can leave and be locked out, nothing
// of theirs is deleted, and IT knows of it once it runs, also where it is confidential.
func TestMoveIsNoDeparture(t *testing.T) {
	o := newOffice(t)
	o.leaver = "bo"
	secret := o.moves()
	secret.Confidential = true
	c := o.do(NewCase, "hanna", Drafted{Person: o.people["bo"], Terms: secret, Systems: []string{"dir"}})
	id := string(c.ID)
	c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps()[:1]})
	o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	if c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true}); c.Visible(o.people["ivan"], []Role{IT}) {
		t.Error("IT knows of it before it runs")
	}
	if c = o.bot(id, Started{Plan: 1}); !c.Visible(o.people["ivan"], []Role{IT}) || c.Visible(o.people["bo"], []Role{HR}) {
		t.Error("IT does not know of what it has to see to, or bo does")
	}
	if open, err := o.MoveOf(o.people["bo"]); open != c.ID || err != nil {
		t.Errorf("open is %q (%v)", open, err)
	}
	c = o.attempt(c.ID, "dir/lock/1")
	gone, err := o.Gone(o.people["bo"])
	leaves, err2 := o.Leaves(o.people["bo"])
	open, err3 := o.OpenOf(o.people["bo"])
	if _, due := c.DestroyDue(); gone || leaves || open != "" || due || c.Watched() || c.CutOffPassed(future.At) || err != nil || err2 != nil || err3 != nil {
		t.Errorf("gone %v, leaves %v, open %q, deleted %v (%v, %v, %v)", gone, leaves, open, due, err, err2, err3)
	}
	o.leaver = "jane" // bo approves, whatever happened to their role
	terms := o.terms()
	terms.Manager = o.people["bo"]
	o.do(NewCase, "hanna", Drafted{Person: o.people["jane"], Terms: terms, Systems: []string{"dir"}})
	o.leaver = "bo" // and leaves, by an emergency too
	o.do(NewCase, "hanna", o.emergency())
	if r := o.refused(id, "hanna", o.undo()); r.Code != Already {
		t.Errorf("while they leave nothing is given back: %v", r)
	}
	if _, err := o.Append(t.Context(), id, Bot("watch"), came()); refusal(t, err) == nil {
		t.Error("what a leaver has is the matter of their departure")
	}
}

// Of two changes of role the newer one counts: what it gave back is not found to
// have come back to the older one, until it is undone.
func TestNewerMoveCounts(t *testing.T) {
	o := newOffice(t)
	one := o.moved()
	o.bot(string(one.ID), came()) // nothing is in the way
	two := o.moved()
	if _, err := o.Append(t.Context(), string(one.ID), Bot("watch"), Returned{Plan: 1, Steps: []CameAgain{{Step: "dir/lock/1", Items: []Item{{ID: "10"}}, Held: Seal("[]")}}}); refusal(t, err) == nil {
		t.Error("the older one is watched on")
	}
	if r := o.refused(string(one.ID), "helge", o.undo()); r.Code != Already {
		t.Errorf("the older one is undone first: %v", r)
	}
	draft := o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: o.moves(), Systems: []string{"dir"}})
	if r := o.refused(string(two.ID), "helge", o.undo()); r == nil {
		t.Error("it is undone while another one is open")
	}
	o.do(string(draft.ID), "hanna", Requested{Change: Change{Verb: VerbCancel, Plan: 1}})
	o.do(string(two.ID), "helge", o.undo())
	c := o.bot(string(two.ID), Surveyed{Plan: 2, System: "dir", Steps: back()})
	c = o.do(string(two.ID), "helge", Submitted{Plan: 2, Scope: c.Plan(2).Scope})
	o.approve(c, "marco")
	o.gives(o.bot(string(two.ID), Started{Plan: 2}), "dir/lock/1")
	if err := o.Check(); err != nil {
		t.Error(err)
	}
	o.do(string(one.ID), "helge", o.undo()) // the older one is in force again
}

// What somebody holds who was hired again has not come back to an earlier change of
// role, and that gives nothing back either: they may have their old role.
func TestMoveBeforeTheyLeft(t *testing.T) {
	o := newOffice(t)
	id := string(o.moved().ID)
	left, _ := o.left()
	o.do(string(left.ID), "hanna", Rehired{Reason: Seal("back")})
	if _, err := o.Append(t.Context(), id, Bot("watch"), came()); refusal(t, err) == nil {
		t.Error("what they were given anew has come back")
	}
	if r := o.refused(id, "helge", o.undo()); r.Code != Already {
		t.Errorf("it is undone: %v", r)
	}
	o.moved() // and they change roles again
}

// What came back of a change of role can be taken again, and a press waits as in a leave.
func TestMoveIsTakenAgain(t *testing.T) {
	o := newOffice(t)
	c := o.moved()
	c = o.bot(string(c.ID), came())
	plan, only := c.Unplanned()
	c = o.bot(string(c.ID), Planned{Kind: Retake, Of: plan, Only: only, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: o.people["marco"]})
	c = o.bot(string(c.ID), Surveyed{Plan: 2, System: "dir", Steps: steps()[:1]})
	o.approve(c, "marco")
	o.bot(string(c.ID), Started{Plan: 2})
	e := o.bot(string(c.ID), Attempted{Plan: 2, Step: "dir/lock/1", Found: Seal("[]")}).Plan(2).Step("dir/lock/1").Entry
	if c = o.bot(string(c.ID), Finished{Plan: 2, Step: "dir/lock/1", Entry: e, Evidence: Seal("a read")}); c.Outcome != Done || len(c.Returns) != 1 || c.Returns[0].Open() {
		t.Errorf("it ends as %s: %+v", c.Outcome, c.Returns)
	}
	if since, ok := c.WatchedSince(); !ok || time.Since(since) > time.Hour {
		t.Errorf("it is watched since %s", since)
	}
}

// moving is a state in which a change of role is a draft.
func moving(o *office) Case {
	return o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: o.moves(), Systems: []string{"dir"}})
}

// secretly is one in which the leaver leaves, and only those who asked for it know.
func secretly(o *office) Case {
	t := o.terms()
	t.Confidential = true
	o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: t, Systems: []string{"dir"}})
	return Case{}
}

// moveRules are the refusals of a change of role; see TestRefusals.
var moveRules = []rule{
	{"move: twice", moving, "helge", movesWith(func(*office, *Terms) {}), Already},
	{"move: who leaves", (*office).asked, "helge", movesWith(func(*office, *Terms) {}), Already},
	{"move: who has left", func(o *office) Case { c, _ := o.left(); return c }, "helge", movesWith(func(*office, *Terms) {}), Already},
	{"move: who leaves in secret", secretly, "helge", movesWith(func(*office, *Terms) {}), WhoIsIt},
	{"move: protected", nothing, "hanna", func(o *office, _ Case) Body {
		return Drafted{Person: o.people["breakglass"], Terms: o.moves(), Systems: []string{"dir"}}
	}, WhoIsIt},
	{"move: no role for it", nothing, "ivan", movesWith(func(*office, *Terms) {}), NotYours},
	{"move: the person approves", nothing, "hanna", movesWith(func(o *office, t *Terms) { t.Manager = o.people[o.leaver] }), WhoIsIt},
	{"move: no old role", nothing, "hanna", movesWith(func(_ *office, t *Terms) { t.Move.From = "" }), Malformed},
	{"move: no new role", nothing, "hanna", movesWith(func(_ *office, t *Terms) { t.Move.To = "" }), Malformed},
	{"move: the same role", nothing, "hanna", movesWith(func(_ *office, t *Terms) { t.Move.To = t.Move.From }), Malformed},
	{"move: nothing is stated", nothing, "hanna", movesWith(func(_ *office, t *Terms) { t.Move.Loses = Private{} }), Malformed},
	{"move: no first day", nothing, "hanna", movesWith(func(_ *office, t *Terms) { t.LastDay = "" }), Malformed},
	{"move: an end of employment", nothing, "hanna", movesWith(func(_ *office, t *Terms) { t.End = "2026-12-31" }), Malformed},
	{"move: as a kind of departure", nothing, "hanna", movesWith(func(_ *office, t *Terms) { t.Kind = "resignation" }), Malformed},
	{"move: a departure as one", nothing, "hanna", termsWith(func(_ *office, t *Terms) { t.Kind = MoveKind }), Malformed},
	{"move: as an emergency", nothing, "hanna", func(o *office, _ Case) Body {
		e := o.emergency()
		e.Terms.Kind, e.Terms.Move = MoveKind, o.moves().Move
		return e
	}, Malformed},
	{"move: entered by hand", nothing, "hanna", func(o *office, _ Case) Body {
		return Drafted{Person: o.people[o.leaver], ByHand: true, Terms: o.moves(), Systems: []string{"dir"}}
	}, WhoIsIt},
	{"move: brought forward", moving, "hanna", is(Rushed{Plan: 1, Reason: Seal("now")}), NotNow},
	{"move: made a departure", moving, "hanna", func(o *office, _ Case) Body { return Amended{Terms: o.terms()} }, Malformed},
	{"move: nothing found", func(o *office) Case {
		c := moving(o)
		return o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir"})
	}, "hanna", func(_ *office, c Case) Body { return Submitted{Plan: 1, Scope: c.Plan(1).Scope} }, NotNow},
	{"move: deleted for good", func(o *office) Case { return o.moved() }, "", func(o *office, _ Case) Body {
		return Planned{Kind: Destroy, Of: 1, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: o.people["marco"]}
	}, NotNow},
	{"move: hired again", func(o *office) Case { return o.moved() }, "hanna", is(Rehired{Reason: Seal("no")}), NotNow},
}
