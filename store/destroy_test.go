package store

import (
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// retaining is an office whose policy deletes what was left after a time.
func retaining(t *testing.T, d time.Duration) *office {
	t.Helper()
	opt := testOptions(t.TempDir())
	opt.Policy = func(Card, Terms) Ruling { return Ruling{Retention: d} }
	return openOffice(t, opt)
}

func (o *office) destroy() Planned {
	return Planned{Kind: Destroy, Of: 1, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: o.people["marco"]}
}

func deletes(no int) Surveyed {
	return Surveyed{Plan: no, System: "dir", Steps: []StepPlan{
		{ID: "dir/delete/1", System: "dir", Action: "delete", Words: "Delete the account", Phase: "destroy", Loses: "the account", Items: []Item{{ID: "1", Irreversible: true}}, Account: Seal("a"), Held: Seal("[]")},
	}}
}

// never proposes as a loop, which must be refused with the code.
func (o *office) never(what, id string, code Code, b Body) {
	o.t.Helper()
	if got := o.botRefused(id, b); got != code {
		o.t.Errorf("%s: %s, want %s", what, got, code)
	}
}

// Not before the retention is over, counted from when access ended, and once.
func TestDestroyAfterTheRetention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := retaining(t, 90*24*time.Hour)
		c, id := o.left()
		begun := c.Plan(1).Begun
		time.Sleep(90*24*time.Hour - o.Now().Sub(begun) - time.Second)
		if due, next, err := o.Destroys(o.Now()); err != nil || len(due) != 0 || !next.Equal(begun.Add(90*24*time.Hour)) {
			t.Fatalf("due are %v, the next at %v (%v)", due, next, err)
		}
		o.never("too early", id, NotNow, o.destroy())
		time.Sleep(time.Second)
		if due, _, err := o.Destroys(o.Now()); err != nil || len(due) != 1 || due[0] != c.ID {
			t.Fatalf("due are %v (%v)", due, err)
		}
		for what, change := range map[string]func(*Planned){
			"of no plan":  func(p *Planned) { p.Of = 2 },
			"of one step": func(p *Planned) { p.Only = []StepID{"dir/lock/1"} },
			"later":       func(p *Planned) { p.CutOff = CutOff{Mode: Press} },
			"by nobody":   func(p *Planned) { p.Approver = "" },
			"by whose it is": func(p *Planned) {
				p.Approver = c.Person
			},
		} {
			p := o.destroy()
			change(&p)
			if _, err := o.Append(t.Context(), id, Bot("test"), p); refusal(t, err) == nil {
				t.Errorf("%s: it was taken", what)
			}
		}
		o.bot(id, o.destroy())
		c = o.bot(id, deletes(2))
		if p := c.Plan(2); p.State != Asked || c.State != CaseOpen {
			t.Fatalf("the plan is %s", p.State)
		}
		o.never("unapproved", id, Stale, Started{Plan: 2})
		_ = o.refused(id, "hanna", Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true}) // she asked for the leave
		o.do(id, "marco", Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true})
		o.bot(id, Started{Plan: 2})
		c = o.bot(id, Attempted{Plan: 2, Step: "dir/delete/1", Found: Seal("[]")})
		c = o.bot(id, Finished{Plan: 2, Step: "dir/delete/1", Entry: c.Seq})
		if c.State != CaseClosed || c.Outcome != Done || !c.CutOffPassed(o.Now()) {
			t.Errorf("the case is %s, %s", c.State, c.Outcome)
		}
		o.never("once more", id, NotNow, o.destroy())
		if r := c.Undoable(2); r == nil {
			t.Error("what was deleted can be undone")
		}
	})
}

// What is declined, or not there, stays so, and is never asked about again.
func TestDestroyIsAskedOnce(t *testing.T) {
	for _, found := range []bool{true, false} {
		o := retaining(t, 1)
		_, id := o.left()
		c := o.bot(id, o.destroy())
		s := deletes(2)
		if !found {
			s.Steps = nil
		}
		c = o.bot(id, s)
		if found {
			c = o.do(id, "marco", Decided{Plan: 2, Scope: c.Plan(2).Scope, Reason: Seal("a pension case")})
		}
		if c.State != CaseClosed || c.Outcome != Done {
			t.Errorf("found %v, the case is %s, %s", found, c.State, c.Outcome)
		}
		o.never("again", id, NotNow, o.destroy())
		if due, _, err := o.Destroys(o.Now().Add(1e6 * time.Hour)); err != nil || len(due) != 0 {
			t.Errorf("due are %v (%v)", due, err)
		}
	}
}

// Nothing is deleted of somebody who did not leave, or came back.
func TestDestroyIsNotFor(t *testing.T) {
	t.Run("whom the policy keeps", func(t *testing.T) {
		o := newOffice(t)
		_, id := o.left()
		o.never("", id, NotNow, o.destroy())
	})
	t.Run("who left half", func(t *testing.T) {
		o := retaining(t, 1)
		id := string(o.begun().ID)
		o.never("while it runs", id, NotNow, o.destroy())
		o.do(id, "ivan", Stopped{Plan: 1})
		o.never("stopped", id, NotNow, o.destroy())
	})
	t.Run("who was hired again", func(t *testing.T) {
		o := retaining(t, 1)
		_, id := o.left()
		o.bot(id, o.destroy())
		c := o.bot(id, deletes(2))
		o.do(id, "hanna", Rehired{Reason: Seal("she is back")})
		_ = o.refused(id, "marco", Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true})
		o.never("again", id, NotNow, o.destroy())
	})
	t.Run("who was given everything back", func(t *testing.T) {
		o := retaining(t, 1)
		_, id := o.left()
		o.bot(id, o.destroy())
		o.bot(id, deletes(2))
		o.do(id, "helge", o.undo())
		c := o.bot(id, Surveyed{Plan: 3, System: "dir", Steps: back()})
		o.do(id, "helge", Submitted{Plan: 3, Scope: c.Plan(3).Scope})
		o.do(id, "marco", Decided{Plan: 3, Scope: c.Plan(3).Scope, Approve: true})
		o.bot(id, Started{Plan: 3})
		c = o.bot(id, Attempted{Plan: 3, Step: "dir/lock/1", Found: Seal("[]")})
		o.bot(id, Finished{Plan: 3, Step: "dir/lock/1", Entry: c.Seq})
		o.never("again", id, NotNow, o.destroy())
	})
	t.Run("who has another case", func(t *testing.T) {
		o := retaining(t, 1)
		_, id := o.left()
		o.draft("hanna")
		o.never("", id, Already, o.destroy())
	})
}

// What gave way to an undo that came to nothing is asked about again.
func TestDestroyGivesWay(t *testing.T) {
	o := retaining(t, 1)
	_, id := o.left()
	o.bot(id, o.destroy())
	o.bot(id, deletes(2))
	o.do(id, "helge", o.undo())
	o.bot(id, Surveyed{Plan: 3, System: "dir", Steps: back()})
	o.never("beside the undo", id, Already, o.destroy())
	o.do(id, "helge", Requested{Change: Change{Verb: VerbCancel, Plan: 3, Reason: Seal("the right Jane after all")}})
	o.bot(id, o.destroy())
}

// Whatever is tried in whatever order: nothing of a plan that deletes is done
// before a person has approved it, nor under a legal hold, nor of who came back;
// and it is asked for once.
func TestNothingIsDestroyedUnasked(t *testing.T) {
	o := retaining(t, 1)
	names := []string{"hanna", "helge", "marco", "ivan", "sasha", "bo"}
	deleted := 0
	rapid.Check(t, func(rt *rapid.T) {
		o.another()
		c, id := o.left()
		if rapid.Bool().Draw(rt, "approved") { // so that most runs get as far as to delete
			o.bot(id, o.destroy())
			c = o.bot(id, deletes(2))
			c = o.do(id, "marco", Decided{Plan: 2, Scope: c.Plan(0).Scope, Approve: true})
		}
		var held bool
		for range rapid.IntRange(5, 40).Draw(rt, "events") {
			actor := o.actor(names[rapid.IntRange(0, len(names)-1).Draw(rt, "who")])
			p := c.Plan(0)
			subject := id
			var b Body
			byBot := false
			on := rapid.Bool().Draw(rt, "on")
			switch rapid.IntRange(0, 13).Draw(rt, "body") {
			case 0, 1:
				b, byBot = o.destroy(), true
			case 2:
				b = o.undo()
			case 3, 4:
				b, byBot = deletes(p.No), true
			case 5, 6:
				b, actor = Decided{Plan: p.No, Scope: p.Scope, Approve: on, Reason: Seal("why")}, o.actor("marco")
			case 7, 8:
				b, byBot = Started{Plan: p.No}, true
			case 9, 10:
				b, byBot = Attempted{Plan: p.No, Step: "dir/delete/1", Found: Seal("[]")}, true
			case 11:
				b, byBot = Finished{Plan: p.No, Step: "dir/delete/1", Entry: p.Step("dir/delete/1").Entry}, true
			case 12:
				b, subject = LegallyHeld{On: on, Reason: Seal("why")}, string(c.Person)
			case 13:
				b = []Body{Rehired{Reason: Seal("why")}, Stopped{Plan: p.No, Reason: Seal("why")}, Delegated{Plan: p.No, To: o.people["bo"]}}[rapid.IntRange(0, 2).Draw(rt, "end")]
			}
			if byBot {
				actor = Bot("test")
			}
			next, err := o.Append(t.Context(), subject, actor, b)
			if err != nil {
				if !isRefusal(err) {
					rt.Fatal(err)
				}
				continue
			}
			if x, ok := b.(LegallyHeld); ok {
				held = x.On
				continue
			}
			if x, ok := b.(Attempted); ok && next.Plan(x.Plan).Kind == Destroy {
				deleted++
				if d := next.Plan(x.Plan).Decision; d == nil || d.By == "" || d.By == next.Requester || held || next.Rehired != nil {
					rt.Fatalf("deleted: decision %v, legal hold %v, hired again %v", d, held, next.Rehired)
				}
			}
			c = next
			asked := 0
			for _, p := range c.Plans {
				if p.Kind == Destroy && !c.gaveWay(p) {
					asked++
				}
			}
			if asked > 1 {
				rt.Fatalf("it was asked for %d times", asked)
			}
		}
	})
	if deleted == 0 {
		t.Error("nothing was ever deleted, so this shows nothing")
	}
}
