package store

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// clocked is an office with clocks that can be wrong.
func clocked(t *testing.T) (*office, *clocks) {
	t.Helper()
	k := newClocks()
	opt := testOptions(t.TempDir())
	opt.Clock = k.clock()
	return openOffice(t, opt), k
}

// wiping is a case in which a lock-out and something that can't be given back
// are ready.
func (o *office) wiping(cut CutOff) Case {
	o.t.Helper()
	o.another()
	terms := o.terms()
	terms.CutOff = cut
	id := string(o.do(NewCase, "hanna", Drafted{Person: o.people[o.leaver], Terms: terms, Systems: []string{"dir"}}).ID)
	c := o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: []StepPlan{
		{ID: "dir/lock/1", System: "dir", Action: "lock", Words: "Lock the account", LockOut: true, Items: []Item{{ID: "1"}}, Account: Seal("a"), Held: Seal("[]")},
		{ID: "dir/wipe/1", System: "dir", Action: "wipe", Words: "Erase the devices", Items: []Item{{ID: "1", Irreversible: true}}, Held: Seal("[]")},
		{ID: "dir/password/1", System: "dir", Action: "password", Words: "Replace the password", Loses: "the old one", Items: []Item{{ID: "1"}}, Held: Seal("[]")},
	}})
	o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	return o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
}

// doubted puts the clock in doubt by so much, as KeepTime does.
func (o *office) doubted(k *clocks, wrong time.Duration) uint64 {
	o.t.Helper()
	k.set(wrong)
	o.bot(Installation, Doubted{Machine: k.wall})
	return o.Last()
}

func (o *office) tries(c Case, b Body) *Refused {
	o.t.Helper()
	_, err := o.Append(o.t.Context(), string(c.ID), Bot("test"), b)
	return refusal(o.t, err)
}

// In doubt, a lock-out goes on and what can't be given back is refused, from
// the first reading on and until a person has said what time it is.
func TestDoubtHoldsWhatCannotBeGivenBack(t *testing.T) {
	o, k := clocked(t)
	c := o.wiping(CutOff{Mode: Now})
	o.bot(string(c.ID), Started{Plan: 1})
	if r := o.tries(c, Withheld{Plan: 1, Step: "dir/wipe/1"}); r == nil {
		t.Error("a step was withheld without a doubt")
	}
	k.set(10 * year) // and nobody has noticed it
	for _, step := range []StepID{"dir/wipe/1", "dir/password/1"} {
		if r := o.tries(c, Attempted{Plan: 1, Step: step, Found: Seal("[]")}); r == nil || r.Code != Doubtful {
			t.Errorf("%s was tried: %v", step, r)
		}
	}
	c = o.attempt(c.ID, "dir/lock/1")
	if at := c.Last; at.After(k.real) {
		t.Errorf("an entry has the time %s, and it is %s", at, k.real)
	}
	if r := o.tries(c, Withheld{Plan: 1, Step: "dir/lock/1"}); r == nil {
		t.Error("a lock-out was withheld")
	}
	c = o.bot(string(c.ID), Withheld{Plan: 1, Step: "dir/wipe/1"})
	if r := o.tries(c, Withheld{Plan: 1, Step: "dir/wipe/1"}); r == nil {
		t.Error("it was withheld twice")
	}
	waits := c.Waits()
	if len(waits) != 1 || waits[0].Verb != VerbClock || !waits[0].For(o.people["ada"], []Role{Admin}) || waits[0].For(o.people["hanna"], []Role{HR}) {
		t.Errorf("it waits for %+v", waits)
	}
	entry := o.doubted(k, 10*year)
	ahead := o.Time().Ahead()
	if r := o.refused(Installation, "hanna", Trusted{Entry: entry, Ahead: ahead}); r.Code != NotYours {
		t.Errorf("HR sets the clock: %v", r)
	}
	k.set(20 * year)
	if r := o.refused(Installation, "ivan", Trusted{Entry: entry, Ahead: ahead}); r.Code != Stale {
		t.Errorf("the clock was set after the question: %v", r)
	}
	k.set(10 * year)
	o.do(Installation, "ivan", Trusted{Entry: entry, Ahead: ahead})
	if r := o.tries(c, Attempted{Plan: 1, Step: "dir/wipe/1", Found: Seal("[]")}); r != nil {
		t.Errorf("after a person's word: %v", r)
	}
	o.again(k) // what was trusted outlives a kill
	if o.Time().Doubt {
		t.Error("in doubt again after a restart")
	}
	if c, err := o.Case(c.ID); err != nil || c.Plan(1).Step("dir/wipe/1").Withheld || !c.Last.Equal(k.wall) {
		t.Errorf("%+v, %v", c.Plan(1).Step("dir/wipe/1"), err)
	}
	if r := o.refused(Installation, "ivan", Trusted{Entry: entry}); r.Code != Already {
		t.Errorf("said twice: %v", r)
	}
	entry = o.doubted(k, 0)
	if r := o.refused(Installation, "ivan", Trusted{Entry: entry - 2, Ahead: -10 * year}); r.Code != Stale {
		t.Errorf("an old question: %v", r)
	}
	if _, err := o.Append(t.Context(), Installation, Bot("test"), Trusted{Entry: entry, Ahead: -10 * year}); refusal(t, err) == nil {
		t.Error("the bot itself ended a doubt that there is")
	}
	if _, err := o.Append(t.Context(), Installation, Operator("root"), Trusted{Entry: entry, Ahead: -10 * year}); refusal(t, err) == nil {
		t.Error("somebody at the command line ended a doubt")
	}
	o.leave("ivan", "begun")
	if r := o.refused(Installation, "ivan", Trusted{Entry: entry, Ahead: -10 * year}); r.Text != AccessEnded().Text {
		t.Errorf("somebody who has left: %v", r)
	}
}

// A machine that comes back with a clock ten years ahead writes entries of that
// time. Once the clock is right the log goes back, and nothing waits for years.
func TestWrongYearsLockNothingOut(t *testing.T) {
	o, k := clocked(t)
	later := o.wiping(CutOff{Mode: At, At: k.real.Add(5 * year)})
	k.off(time.Hour)
	k.set(10 * year)
	o.again(k)
	entry := o.doubted(k, 10*year)
	asked := o.wiping(CutOff{Mode: Now})
	failed := o.wiping(CutOff{Mode: Now})
	o.bot(string(failed.ID), Started{Plan: 1})
	failed = o.bot(string(failed.ID), Failed{Plan: 1, Step: "dir/lock/1", Why: Unreachable, After: time.Minute, Message: Seal("m")})
	if failed.Last.Before(k.real.Add(9 * year)) {
		t.Fatalf("the entries have the time %s", failed.Last)
	}
	k.set(0)
	if o.Time().Doubt {
		t.Fatal("the clock came back, and it is in doubt")
	}
	o.bot(Installation, Trusted{Entry: entry})
	if r := o.tries(later, Started{Plan: 1}); r == nil {
		t.Error("what is due in five years has begun")
	}
	k.pass(2 * time.Minute)
	if r := o.tries(asked, Started{Plan: 1}); r != nil {
		t.Errorf("a lock-out that was due at once: %v", r)
	}
	if r := o.tries(failed, Attempted{Plan: 1, Step: "dir/lock/1", Found: Seal("[]")}); r != nil {
		t.Errorf("a retry of a minute: %v", r)
	}
	if got, err := o.Case(asked.ID); err != nil || !got.Last.Equal(k.real) {
		t.Errorf("its last entry is of %s, it is %s, %v", got.Last, k.real, err)
	}
	// A loop that looked in the wrong years is told of what comes now.
	if due, next, err := o.Due(k.real.Add(10*year), k.real); err != nil || len(due) != 0 || !next.Equal(later.Plan(1).Due) {
		t.Errorf("due %v, next %s, %v", due, next, err)
	}
	// Cases that were opened in the wrong years are not those of the last hour.
	o.another()
	c := o.draft("hanna")
	events, err := o.Events(t.Context(), string(c.ID))
	if err != nil || events[0].Facts.Starts != 0 {
		t.Errorf("%d cases within the hour, %v", events[0].Facts.Starts, err)
	}
}

// A machine on which two cases go on, without a disk: what Append makes of the
// clocks and the rules.
type machine struct {
	*clocks
	keeper *timekeeper
	last   time.Time
	cases  []Case
}

// tries does a body, if the rules allow it.
func (m *machine) tries(i int, b Body) error {
	r := m.keeper.read()
	e := Event{At: notBefore(m.last, r.now), Actor: Bot("test"), Subject: string(m.cases[i].ID), Facts: Facts{Doubt: r.doubt}, Body: b, Seq: m.cases[i].Seq + 1}
	if err := m.cases[i].Allows(e); err != nil {
		return err
	}
	m.cases[i], m.last = m.cases[i].Apply(e), e.At
	return nil
}

// Whatever a wall clock does while the machine runs, nothing that can't be given
// back begins while it is wrong, nothing scheduled begins early, and every
// lock-out begins on time.
func TestWallClockAtRandom(t *testing.T) {
	o, first := clocked(t)
	due := first.real.Add(30 * time.Hour)
	cases := []Case{o.wiping(CutOff{Mode: Now}), o.wiping(CutOff{Mode: At, At: due})}
	rapid.Check(t, func(rt *rapid.T) {
		k := newClocks()
		m := &machine{clocks: k, keeper: &timekeeper{clock: k.clock()}, cases: slices.Clone(cases)}
		m.keeper.open(seen{}, time.Time{})
		start, wrong := k.real, time.Duration(0)
		for range rapid.IntRange(1, 60).Draw(rt, "moves") {
			switch rapid.IntRange(0, 3).Draw(rt, "move") {
			case 0:
				wrong = rapid.SampledFrom([]time.Duration{0, 0, time.Minute, -time.Minute, 10 * time.Minute, time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour, 10 * year, -10 * year}).Draw(rt, "wrong")
				k.set(wrong)
			case 1:
				k.pass(time.Duration(rapid.IntRange(1, 24*60).Draw(rt, "minutes")) * time.Minute)
			case 2: // the process is killed and started again
				rec := m.keeper.keep()
				m.keeper = &timekeeper{clock: k.clock()}
				m.keeper.open(rec, m.last)
			case 3:
				k.pass(time.Second)
			}
			slack := tolerance * (1 + k.real.Sub(start)/day)
			for i, from := range []time.Time{start, due} {
				_ = m.tries(i, Started{Plan: 1}) // refused before its time, and after it has begun
				begun := m.cases[i].Plan(1).State == Begun
				switch {
				case begun && k.real.Before(from.Add(-slack)):
					rt.Fatalf("it began at %s, due is %s", k.real, from)
				case !begun && k.real.After(from.Add(slack)):
					rt.Fatalf("it has not begun at %s, due is %s, wrong by %s", k.real, from, wrong)
				case !begun:
					continue
				}
				if err := m.tries(i, Attempted{Plan: 1, Step: "dir/lock/1", Found: Seal("[]")}); err != nil {
					rt.Fatalf("the lock-out waits: %v", err)
				}
				err := m.tries(i, Attempted{Plan: 1, Step: "dir/wipe/1", Found: Seal("[]")})
				switch {
				case err == nil && wrong.Abs() > slack:
					rt.Fatalf("wrong by %s, and it is wiped", wrong)
				case err != nil && wrong == 0:
					rt.Fatalf("the clock is right, and %v", err)
				}
				if m.last.Sub(k.real).Abs() > slack {
					rt.Fatalf("an entry has the time %s at %s", m.last, k.real)
				}
			}
		}
	})
}

// While the clock is in doubt, the bot paused or a case held, nothing follows from the time that
// nobody could take back: no task lapses, nobody gets what nobody was named for,
// and nothing counts as swept for. It follows when that is over.
func TestNothingLapsesInDoubt(t *testing.T) {
	o, k := clocked(t)
	o.leaver = "lasting"
	o.people[o.leaver] = o.meet(o.leaver)
	c := o.lasting()
	o.bot(string(c.ID), FellBack{Plan: 1, To: []PersonID{o.people["helge"]}})
	c = o.approve(c, "helge")
	c = o.bot(string(c.ID), Started{Plan: 1})
	bodies := []Body{Lapsed{Plan: 1, Step: "tasks/badge/1"}, Defaulted{Plan: 1, To: o.people["priya"]}}
	sweep := Swept{Due: c.Plan(1).Begun, Systems: []SweptSystem{{System: "dir"}}}
	refused := func(code Code) {
		t.Helper()
		for _, b := range bodies {
			if r := o.tries(c, b); r == nil || r.Code != code {
				t.Errorf("%T: %v", b, r)
			}
		}
	}
	k.pass(time.Second)
	o.doubted(k, 10*year)
	refused(Doubtful)
	if _, err := o.Append(t.Context(), Installation, Bot("watch"), sweep); refusal(t, err) == nil {
		t.Error("it was swept")
	}
	k.set(0)
	o.do(Installation, "ivan", Paused{On: true})
	refused(Suspended)
	o.do(Installation, "ivan", Paused{})
	o.disowned(c.Seq - 1) // the approval
	refused(Suspended)
	c = o.do(string(c.ID), "sasha", Requested{Change: Change{Verb: VerbResume, Plan: 1, Reason: Seal("it was them")}})
	o.do(string(c.ID), "hanna", Seconded{Entry: c.Pending[0].Entry, Agree: true})
	for _, b := range bodies {
		if r := o.tries(c, b); r != nil {
			t.Errorf("%T: %v", b, r)
		}
	}
	if _, err := o.Append(t.Context(), Installation, Bot("watch"), sweep); err != nil {
		t.Error(err)
	}
}
