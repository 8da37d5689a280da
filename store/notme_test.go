package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var (
	held = then((*office).begun, "", func(o *office, c Case) Body { return Disowned{Entry: c.Seq, Person: o.people["bo"]} })

	resumeAsked = then(held, "hanna", changing(Change{Verb: VerbResume, Plan: 1, Reason: Seal("it was them")}))
)

// frozen freezes the leaver's decisions, who has none here, and returns them.
func (o *office) frozen() string {
	o.t.Helper()
	id := string(o.people[o.leaver])
	o.bot(id, Frozen{Subject: "OFF-1", Entry: 1})
	return id
}

// iced is a state in which somebody's decisions are frozen.
func iced(state func(*office) Case, name string) func(*office) Case {
	return func(o *office) Case {
		c := state(o)
		o.bot(string(o.people[name]), Frozen{Subject: "OFF-1", Entry: 1})
		return c
	}
}

var resuming = changing(Change{Verb: VerbResume, Plan: 1, Reason: Seal("it was them")})

var notMeRules = []rule{
	{"held: begin", then((*office).approved, "", func(o *office, c Case) Body { return Disowned{Entry: c.Seq, Person: o.people["marco"]} }), "", is(Started{Plan: 1}), Suspended},
	{"held: a step", held, "", is(Attempted{Plan: 1, Step: "dir/lock/1"}), Suspended},
	{"disowned: by a person", (*office).begun, "sasha", is(Disowned{Entry: 1, Person: "P-3"}), NotYours}, // there is no way but the link
	{"disowned: twice", held, "", func(_ *office, c Case) Body { return Disowned{Entry: c.Holds[0].Entry} }, Already},
	{"resume: not held", (*office).begun, "hanna", resuming, Already},
	{"resume: no reason", held, "hanna", changing(Change{Verb: VerbResume, Plan: 1}), Malformed},
	{"resume: asked already", resumeAsked, "sasha", resuming, Already},
	{"resume: by whom it is about", then((*office).begun, "", func(o *office, c Case) Body { return Disowned{Entry: c.Seq, Person: o.people["hanna"]} }), "hanna", resuming, NotYours},
	{
		"resume: agreed by whom it is about", then(then((*office).begun, "", func(o *office, c Case) Body { return Disowned{Entry: c.Seq, Person: o.people["ivan"]} }), "hanna", resuming), "ivan",
		func(_ *office, c Case) Body { return Seconded{Entry: c.Seq, Agree: true} }, NotYours,
	},
	{"resume: agreed by the same role", resumeAsked, "helge", func(_ *office, c Case) Body { return Seconded{Entry: c.Seq, Agree: true} }, NotYours},
	{"frozen: start", iced(nothing, "hanna"), "hanna", termsWith(func(*office, *Terms) {}), NotYours},
	{"frozen: approve", iced((*office).asked, "marco"), "marco", decided(true), NotYours},
	{"frozen: stop", iced((*office).begun, "ivan"), "ivan", is(Stopped{Plan: 1}), NotYours},
	{"frozen: note", iced((*office).begun, "ivan"), "ivan", is(Noted{Text: Seal("n")}), NotYours},
	{"frozen: not their case", iced((*office).asked, "tom"), "tom", decided(true), NotYours}, // reads as if there were no case
	{"frozen: agree to what they asked for", iced(skipAsked, "ivan"), "sasha", func(_ *office, c Case) Body { return Seconded{Entry: c.Seq, Agree: true} }, NotNow},
}

// steady takes out what depends on the clock.
func steady(text string) string {
	before, rest, ok := strings.Cut(text, "since ")
	_, after, ok2 := strings.Cut(rest, "(UTC)")
	if !ok || !ok2 {
		return text
	}
	return before + "since <time>" + after
}

// disown opens the link about an entry.
func (o *office) disown(seq uint64) error {
	o.t.Helper()
	e, err := o.Event(seq)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.Disown(o.t.Context(), o.DisownToken(e))
}

// The whole way: a decision is disowned, the case is held and the person
// frozen, and two others let each go on.
func TestDisownHoldsAndFreezes(t *testing.T) {
	o := newOffice(t)
	c := o.approved()
	id, marco := string(c.ID), string(o.people["marco"])
	if err := o.disown(c.Seq); err != nil {
		t.Fatal(err)
	}
	c, err := o.Case(c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if h, ok := c.Held(); !ok || h.Person != o.people["marco"] {
		t.Errorf("held: %+v, %t", h, ok)
	}
	_, err = o.Append(t.Context(), id, Bot("test"), Started{Plan: 1})
	if r := refusal(t, err); r == nil || r.Code != Suspended {
		t.Errorf("it begins: %v", r)
	}
	if r := o.refused(id, "marco", Answered{Plan: 1, Answers: []Answer{{Choice: Archive}}}); !strings.Contains(r.Text, "decisions are frozen since") {
		t.Errorf("got %v", r)
	}
	if err := o.disown(c.Holds[0].Entry); !isRefusal(err) {
		t.Errorf("the second time: %v", err)
	}
	waits := c.Waits()
	if i := slices.IndexFunc(waits, func(w Wait) bool { return w.Verb == VerbResume }); i < 0 || !waits[i].For(o.people["hanna"], []Role{HR}) || waits[i].For(o.people["marco"], []Role{HR}) {
		t.Errorf("who can go on: %+v", waits)
	}
	// Lifted by two, it begins; the person still can't decide.
	c = o.do(id, "hanna", Requested{Change: Change{Verb: VerbResume, Plan: 1, Reason: Seal("I called him")}})
	c = o.do(id, "sasha", Seconded{Entry: c.Seq, Agree: true})
	if _, ok := c.Held(); ok || c.Holds[0].By != o.people["hanna"] || c.Holds[0].Second != o.people["sasha"] {
		t.Errorf("lifted: %+v", c.Holds)
	}
	c = o.bot(id, Started{Plan: 1})
	if r := o.refused(id, "marco", Answered{Plan: 1, Rev: c.Plan(1).Rev, Answers: []Answer{{Choice: Archive}}}); !strings.Contains(r.Text, "frozen") {
		t.Errorf("got %v", r)
	}
	o.do(marco, "sasha", Requested{Change: Change{Verb: VerbUnfreeze, Reason: Seal("a new password")}})
	ask := o.Last()
	for _, who := range []string{"sasha", "marco", "tom"} {
		if r := o.refused(marco, who, Seconded{Entry: ask, Agree: true}); r.Code != NotYours {
			t.Errorf("%s agrees: %v", who, r)
		}
	}
	o.do(marco, "ada", Seconded{Entry: ask, Agree: true})
	o.do(id, "marco", Answered{Plan: 1, Rev: c.Plan(1).Rev, Answers: []Answer{{Choice: Archive}}})
	// The same link never acts again: what was looked into is looked into.
	if err := o.disown(c.Holds[0].Entry); !isRefusal(err) {
		t.Errorf("after it was lifted: %v", err)
	}
}

// What was under way is finished; nothing else begins.
func TestHeldFinishesWhatIsUnderWay(t *testing.T) {
	o := newOffice(t)
	c := attempted(o)
	id := string(c.ID)
	c = o.bot(id, Disowned{Entry: 1, Person: o.people["bo"]})
	for step, goes := range map[StepID]bool{"dir/lock/1": true, "dir/owner/1": false} {
		if got := c.Goes(c.Plan(1).Step(step)); got != goes {
			t.Errorf("%s goes: %t", step, got)
		}
	}
	c = o.bot(id, Attempted{Plan: 1, Step: "dir/lock/1", Found: Seal("[]")}) // after a kill in the middle
	c = o.bot(id, Finished{Plan: 1, Step: "dir/lock/1", Entry: c.Seq})
	if s := c.Plan(1).Step("dir/lock/1").State; s != Proven {
		t.Errorf("it is %s", s)
	}
	// Stopping works, as always.
	if c = o.do(id, "hanna", Stopped{Plan: 1}); c.State != CaseClosed {
		t.Errorf("it is %s", c.State)
	}
	if _, ok := c.Held(); ok {
		t.Error("a closed case is held")
	}
}

// What the frozen person had asked for in the case, and an earlier request to
// let it go on, are void: neither looked at what is known now.
func TestDisownVoidsWhatWasAsked(t *testing.T) {
	o := newOffice(t)
	c := then(skipAsked, "", func(o *office, _ Case) Body { return Disowned{Entry: 1, Person: o.people["bo"]} })(o)
	id := string(c.ID)
	c = o.do(id, "hanna", Requested{Change: Change{Verb: VerbResume, Plan: 1, Reason: Seal("r")}})
	if len(c.Pending) != 2 {
		t.Fatalf("pending: %+v", c.Pending)
	}
	if c = o.bot(id, Disowned{Entry: 2, Person: o.people["ivan"]}); len(c.Pending) != 0 {
		t.Errorf("pending: %+v", c.Pending)
	}
	// The same with what was asked for about the person.
	who := o.frozen()
	o.do(who, "anton", Requested{Change: Change{Verb: VerbUnfreeze, Reason: Seal("r")}})
	ask := o.Last()
	o.bot(who, Frozen{Subject: id, Entry: 2})
	if r := o.refused(who, "sasha", Seconded{Entry: ask, Agree: true}); r.Code != Already {
		t.Errorf("got %v", r)
	}
}

// Asked for about a person, it is void too, and nothing is linked.
func TestDisownedLink(t *testing.T) {
	o := newOffice(t)
	bo := string(o.people["bo"])
	a := o.Account("slack", "U1")
	o.do(bo, "ada", Requested{Change: Change{Verb: VerbLink, Account: &a}})
	ask := o.Last()
	if err := o.disown(ask); err != nil {
		t.Fatal(err)
	}
	if r := o.refused(bo, "anton", Seconded{Entry: ask, Agree: true}); r.Code != Already {
		t.Errorf("got %v", r)
	}
	if r := o.refused(bo, "ada", Requested{Change: Change{Verb: VerbLink, Account: &a}}); !strings.Contains(r.Text, "frozen") {
		t.Errorf("got %v", r)
	}
	// Letting the bot go on is a decision about the installation: its actor is frozen.
	o.do(Installation, "ivan", Paused{On: true})
	o.do(Installation, "ivan", Paused{})
	if err := o.disown(o.Last()); err != nil {
		t.Fatal(err)
	}
	if r := o.refused(Installation, "ivan", Paused{On: true}); !strings.Contains(r.Text, "frozen") {
		t.Errorf("got %v", r)
	}
}

// Only the token of exactly this entry works, for thirty days.
func TestDisownToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		c := o.approved()
		e, err := o.Event(c.Seq)
		if err != nil {
			t.Fatal(err)
		}
		token := o.DisownToken(e)
		seq, mac, _ := strings.Cut(token, ".")
		older, err := o.Event(c.Seq - 1) // Submitted, by hanna
		if err != nil {
			t.Fatal(err)
		}
		bad := []string{
			"", ".", seq, seq + ".", "." + mac, "0." + mac, "-1." + mac, "+" + token, "0" + token, token + "A", token + " ", "99." + mac, "1." + mac,
			"18446744073709551616." + mac, strings.ToUpper(token), o.DisownToken(Event{}), o.DisownToken(older), // what decides nothing has no link
		}
		for i := range len(token) {
			b := []byte(token)
			b[i] ^= 1
			bad = append(bad, string(b))
		}
		for _, b := range bad {
			if _, err := o.ByToken(b); !errors.Is(err, ErrNoLink) {
				t.Errorf("%q: %v", b, err)
			}
			if err := o.Disown(t.Context(), b); !errors.Is(err, ErrNoLink) {
				t.Errorf("%q: %v", b, err)
			}
		}
		moved := e
		moved.At = e.At.Add(time.Microsecond) // the same number in a log that was put back
		if o.DisownToken(moved) == token {
			t.Error("another entry with the same number has the same token")
		}
		time.Sleep(e.At.Add(DisownWithin).Sub(o.Now()))
		if _, err := o.ByToken(token); err != nil {
			t.Errorf("on the last moment: %v", err)
		}
		time.Sleep(time.Microsecond)
		if _, err := o.ByToken(token); !errors.Is(err, ErrNoLink) {
			t.Errorf("after it: %v", err)
		}
	})
}

// A crash at any boundary leaves both or neither.
func TestDisownIsOneCommit(t *testing.T) {
	for _, at := range []string{"before", "after"} {
		t.Run(at, func(t *testing.T) {
			opt := testOptions(t.TempDir())
			var fail string
			opt.Fault = func(where string) error {
				if where == fail {
					return errors.New("killed")
				}
				return nil
			}
			o := openOffice(t, opt)
			c := o.approved()
			fail = at
			if err := o.disown(c.Seq); err == nil {
				t.Fatal("it did not fail")
			}
			fail = ""
			person, _, err := o.Person(o.people["marco"])
			if err != nil {
				t.Fatal(err)
			}
			c2, err := o.Case(c.ID)
			if err != nil {
				t.Fatal(err)
			}
			if _, held := c2.Held(); held != (person.Frozen != nil) || held != (at == "after") {
				t.Errorf("held %t, frozen %v", held, person.Frozen)
			}
			if err := o.disown(c.Seq); err != nil && !isRefusal(err) {
				t.Errorf("again: %v", err)
			}
			if c2, err = o.Case(c.ID); err != nil || len(c2.Holds) != 1 {
				t.Errorf("in the end: %+v, %v", c2.Holds, err)
			}
		})
	}
}

// If one of the two can't be recorded, neither is, and others in the same
// commit are.
func TestDisownBothOrNeither(t *testing.T) {
	o := newOffice(t)
	c := o.approved()
	r := &request{
		subject: string(o.people["marco"]), actor: Bot("mail"), body: Frozen{Subject: string(c.ID), Entry: c.Seq},
		then: &request{subject: "OFF-99", actor: Bot("mail"), body: Disowned{Entry: c.Seq}},
	}
	before := o.Last()
	if err := o.send(t.Context(), r).err; !errors.Is(err, ErrNotSaved) || isRefusal(err) {
		t.Errorf("got %v", err)
	}
	if p, _, err := o.Person(o.people["marco"]); err != nil || p.Frozen != nil || o.Last() != before {
		t.Errorf("frozen %v, %v", p.Frozen, err)
	}
}

// Decides lists what is told by mail.
func TestDecides(t *testing.T) {
	by := Actor{Person: "P-1", Via: "slack"}
	for _, tt := range []struct {
		body Body
		want bool
	}{
		{Decided{Approve: true}, true},
		{Decided{}, false}, // a refusal takes nothing away
		{Delegated{}, true},
		{Answered{}, true},
		{Pressed{}, true},
		{Requested{}, true},
		{Stopped{}, true},
		{ConfirmedBy{}, true},
		{Seconded{Agree: true}, true},
		{Seconded{}, false},
		{Paused{}, true}, // a brake is taken off
		{Paused{On: true}, false},
		{Trusted{}, true}, // what can't be given back begins
		{Drafted{}, false},
		{Submitted{}, false},
		{Amended{}, false}, // nothing before somebody approves
		{Retried{}, false},
		{Taken{}, false}, // others are called again after hours
		{Noted{}, false},
	} {
		if got := (Event{Actor: by, Body: tt.body}).Decides(); got != tt.want {
			t.Errorf("%+v: %t", tt.body, got)
		}
		if (Event{Actor: Bot("executor"), Body: tt.body}).Decides() {
			t.Errorf("%+v by the bot", tt.body)
		}
	}
}

// Tokens are parsed from what anybody sends.
func FuzzByToken(f *testing.F) {
	f.Add("1.AAAA")
	f.Add("18446744073709551615.")
	opt := testOptions(f.TempDir())
	s, err := Open(opt)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := s.ByToken(token); !errors.Is(err, ErrNoLink) {
			t.Errorf("%q: %v", token, err)
		}
	})
}
