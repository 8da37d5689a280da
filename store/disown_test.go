package store

import (
	"testing"
	"testing/synctest"
	"time"
)

// agreed has somebody agree to what waits in the configuration, and returns the
// entry.
func (o *office) agreed(who string) uint64 {
	o.t.Helper()
	o.do(Installation, who, Seconded{Entry: o.state().Config.Entry, Agree: true})
	return o.Last()
}

// disowned opens the link about an entry, which must work.
func (o *office) disowned(seq uint64) {
	o.t.Helper()
	if err := o.disown(seq); err != nil {
		o.t.Fatal(err)
	}
	if err := o.Check(); err != nil {
		o.t.Error(err)
	}
}

// The rules from before a disowned agreement count again, the weaker ones wait,
// and somebody else can agree to them; only the one in whose name it was can't.
func TestDisownedAgreement(t *testing.T) {
	o := newOffice(t)
	strict, wide := Seal("strict"), Seal("wide")
	o.configured(Configured{File: Seal("1"), Rules: strict, Wanted: wide})
	entry := o.state().Config.Entry
	said := o.agreed("sasha")
	if c := o.state().Config; c.Rules.commit != wide.commit || c.Rev != said {
		t.Fatalf("agreed: %+v", c)
	}
	o.disowned(said)
	c := o.state().Config
	if c.Rules.commit != strict.commit || c.Wanted.commit != wide.commit || c.Second != "" || c.Entry != entry || c.Redo || c.Rev <= said {
		t.Errorf("disowned: %+v", c)
	}
	if c.Void == nil || c.Void.Person != o.people["sasha"] {
		t.Errorf("whose it was: %+v", c.Void)
	}
	_ = o.refused(Installation, "sasha", Seconded{Entry: entry, Agree: true})
	o.agreed("hanna")
	if c := o.state().Config; c.Rules.commit != wide.commit || c.Second != o.people["hanna"] || !c.Wanted.IsZero() {
		t.Errorf("agreed by another: %+v", c)
	}
}

// A file that was changed afterwards does not keep what was agreed to, and a
// later agreement rests on the earlier one. What is in force then is for
// whoever knows the rules to say.
func TestDisownedAgreementToAnOlderFile(t *testing.T) {
	o := newOffice(t)
	strict, wide, wider := Seal("strict"), Seal("wide"), Seal("wider")
	o.configured(Configured{File: Seal("1"), Rules: strict, Wanted: wide})
	first := o.agreed("sasha")
	o.configured(Configured{File: Seal("2"), Rules: wide, Wanted: wider})
	second := o.agreed("hanna")
	o.configured(Configured{File: Seal("3"), Rules: wider})
	o.disowned(first)
	if c := o.state().Config; c.Rules.commit != strict.commit || c.Wanted.commit != wider.commit || !c.Redo || len(c.Agreements) != 0 {
		t.Fatalf("disowned: %+v", c)
	}
	o.configured(Configured{File: Seal("3"), Rules: strict, Wanted: wider})
	if c := o.state().Config; c.Redo || c.Void != nil {
		t.Errorf("recorded anew: %+v", c)
	}
	// It rested on the first one, so there is nothing left to take back.
	o.disowned(second)
	if c := o.state().Config; c.Rules.commit != strict.commit || c.Redo {
		t.Errorf("the second one too: %+v", c)
	}
}

// Of two agreements only the later one is disowned: the earlier one counts.
func TestDisownedLaterAgreement(t *testing.T) {
	o := newOffice(t)
	strict, wide, wider := Seal("strict"), Seal("wide"), Seal("wider")
	o.configured(Configured{File: Seal("1"), Rules: strict, Wanted: wide})
	o.agreed("sasha")
	o.configured(Configured{File: Seal("2"), Rules: wide, Wanted: wider})
	o.disowned(o.agreed("hanna"))
	if c := o.state().Config; c.Rules.commit != wide.commit || c.Wanted.commit != wider.commit || len(c.Agreements) != 1 || c.Redo {
		t.Errorf("disowned: %+v", c)
	}
}

// What no link reports any more is not kept.
func TestAgreementsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.configured(Configured{File: Seal("1"), Rules: Seal("strict"), Wanted: Seal("wide")})
		o.agreed("sasha")
		for _, kept := range []int{1, 0} {
			time.Sleep(DisownWithin / 2)
			o.configured(Configured{File: Seal("2"), Rules: Seal("wide")})
			if c := o.state().Config; len(c.Agreements) != kept {
				t.Errorf("%d agreements, want %d", len(c.Agreements), kept)
			}
			time.Sleep(time.Minute)
		}
	})
}

// Whoever was said to end a pause did not: it goes on, in the name of whoever
// asked for it. What somebody else decided since stays.
func TestDisownedPauseOff(t *testing.T) {
	o := newOffice(t)
	why := Seal("odd results")
	o.do(Installation, "sasha", Paused{On: true, Reason: why})
	o.do(Installation, "ivan", Paused{})
	off := o.Last()
	o.disowned(off)
	if st := o.state(); !st.Paused || st.By != o.people["sasha"] || st.Reason.commit != why.commit {
		t.Errorf("it goes on: %+v", st)
	}
	o.do(Installation, "sasha", Paused{})
	o.do(Installation, "ada", Paused{On: true})
	o.do(Installation, "ada", Paused{})
	last := o.Last()
	o.do(Installation, "ada", Paused{On: true})
	o.do(Installation, "sasha", Paused{})
	o.disowned(last)
	if st := o.state(); st.Paused {
		t.Error("what sasha decided since does not count")
	}
}

// An account that was linked on a disowned word is nobody's, whoever's word it
// was, and can be linked again.
func TestDisownedLinkIsTakenOff(t *testing.T) {
	for _, which := range []string{"asked", "agreed"} {
		t.Run(which, func(t *testing.T) {
			o := newOffice(t)
			bo, tom := string(o.people["bo"]), string(o.people["tom"])
			a := o.Account("slack", "U1")
			o.bot(bo, Linked{Account: o.Account("slack", "U2"), How: ByAttribute})
			o.do(bo, "ada", Requested{Change: Change{Verb: VerbLink, Account: &a}})
			asked := o.Last()
			o.do(bo, "hanna", Seconded{Entry: asked, Agree: true})
			seq := map[string]uint64{"asked": asked, "agreed": o.Last()}[which]
			o.disowned(seq)
			if p, _, err := o.Owner("slack", "U1"); err != nil || p != "" {
				t.Errorf("it is %s's, %v", p, err)
			}
			if p, _, err := o.Owner("slack", "U2"); err != nil || p != o.people["bo"] {
				t.Errorf("the other one is %s's, %v", p, err)
			}
			b := o.Account("slack", "U1")
			o.do(tom, "anton", Requested{Change: Change{Verb: VerbLink, Account: &b}})
			o.do(tom, "helge", Seconded{Entry: o.Last(), Agree: true})
			if p, _, err := o.Owner("slack", "U1"); err != nil || p != o.people["tom"] {
				t.Errorf("linked again it is %s's, %v", p, err)
			}
		})
	}
}

// Whoever lifted a freeze did not: it is there again.
func TestDisownedUnfreeze(t *testing.T) {
	for _, which := range []string{"asked", "agreed"} {
		t.Run(which, func(t *testing.T) {
			o := newOffice(t)
			bo := string(o.people["bo"])
			o.bot(bo, Frozen{Subject: "OFF-1", Entry: 1})
			o.do(bo, "ada", Requested{Change: Change{Verb: VerbUnfreeze, Reason: Seal("it was him")}})
			asked := o.Last()
			o.do(bo, "sasha", Seconded{Entry: asked, Agree: true})
			agreed := o.Last()
			p, _, err := o.Person(o.people["bo"])
			if err != nil || p.Frozen != nil || p.Thawed == nil || p.Thawed.By != o.people["ada"] || p.Thawed.Second != o.people["sasha"] {
				t.Fatalf("lifted: %+v, %v", p, err)
			}
			o.disowned(map[string]uint64{"asked": asked, "agreed": agreed}[which])
			if p, _, err = o.Person(o.people["bo"]); err != nil || p.Frozen == nil || p.Frozen.Why[0].Entry != 1 {
				t.Errorf("it is not there: %+v, %v", p, err)
			}
		})
	}
}

// The list of who is frozen follows them.
func TestFrozenPersons(t *testing.T) {
	o := newOffice(t)
	want := func(names ...string) {
		t.Helper()
		got, err := o.FrozenPersons()
		if err != nil || len(got) != len(names) {
			t.Fatalf("%+v, %v", got, err)
		}
		for i, name := range names {
			if got[i].ID != o.people[name] {
				t.Errorf("%d: %s, want %s", i, got[i].ID, name)
			}
		}
	}
	want()
	o.bot(string(o.people["tom"]), Frozen{Subject: "OFF-1", Entry: 1})
	o.bot(string(o.people["bo"]), Frozen{Subject: "OFF-1", Entry: 2})
	o.bot(string(o.people["tom"]), Frozen{Subject: Installation, Entry: 3})
	want("tom", "bo")
	if p, _, err := o.Person(o.people["tom"]); err != nil || len(p.Frozen.Why) != 2 {
		t.Errorf("%+v, %v", p.Frozen, err)
	}
	o.do(string(o.people["tom"]), "ada", Requested{Change: Change{Verb: VerbUnfreeze, Reason: Seal("it was him")}})
	o.do(string(o.people["tom"]), "sasha", Seconded{Entry: o.Last(), Agree: true})
	want("bo")
}

// Nobody but the link disowns what is about the installation.
func TestDisownedIsForTheLink(t *testing.T) {
	o := newOffice(t)
	_ = o.refused(Installation, "sasha", Disowned{Entry: 1})
	if _, err := o.Append(t.Context(), Installation, Operator("root"), Disowned{Entry: 1}); !isRefusal(err) {
		t.Errorf("an operator: %v", err)
	}
}
