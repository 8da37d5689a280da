package store

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

var weekly = Schedule{First: time.Hour, Second: 24 * time.Hour, Every: 7 * 24 * time.Hour, For: 30 * 24 * time.Hour}

// cameBack is what the watch finds of the lock that left took.
func (o *office) cameBack(id string, items ...string) Case {
	o.t.Helper()
	return o.bot(id, returned(items...))
}

func returned(items ...string) Returned {
	r := CameAgain{Step: "dir/lock/1", Held: Seal("[]")}
	for _, i := range items {
		r.Items = append(r.Items, Item{ID: i})
	}
	return Returned{Plan: 1, Steps: []CameAgain{r}}
}

func (o *office) retake(items ...StepID) Planned {
	return Planned{Kind: Retake, Of: 1, Only: items, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: o.people["marco"]}
}

// botRefused appends as a loop and must be refused.
func (o *office) botRefused(subject string, body Body) Code {
	o.t.Helper()
	_, err := o.Append(o.t.Context(), subject, Bot("test"), body)
	r := refusal(o.t, err)
	if r == nil {
		o.t.Fatalf("%T %+v was not refused", body, body)
	}
	return r.Code
}

// A case falls due an hour, a day and then each week after its last step, each
// time once, until the end of its retention.
func TestRechecksFollowTheSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		_, id := o.left()
		begin := o.Now()
		var at []time.Duration
		var last time.Time
		for o.Now().Before(begin.Add(60 * 24 * time.Hour)) {
			due, next, err := o.Rechecks(weekly, last, o.Now())
			if err != nil || len(due) > 1 {
				t.Fatalf("due are %v, %v", due, err)
			}
			for _, d := range due {
				if d.Case != CaseID(id) {
					t.Errorf("%s is due", d.Case)
				}
				at = append(at, d.At.Sub(begin))
			}
			last = o.Now()
			if next.IsZero() {
				next = last.Add(24 * time.Hour)
			}
			time.Sleep(next.Sub(last))
		}
		day := 24 * time.Hour
		if want := []time.Duration{time.Hour, day, 8 * day, 15 * day, 22 * day, 29 * day}; !slices.Equal(at, want) {
			t.Errorf("it fell due after %v, want %v", at, want)
		}
		// Whoever has slept for all of it looks once.
		due, _, err := o.Rechecks(weekly, begin, o.Now())
		if err != nil || len(due) != 1 || due[0].At.Sub(begin) != time.Hour {
			t.Errorf("after all that time due are %v, %v", due, err)
		}
		// A pass in the future was made by a wrong clock.
		if _, next, err := o.Rechecks(weekly, o.Now().Add(day), begin.Add(2*day)); err != nil || next.Sub(begin) != 8*day {
			t.Errorf("next is %s, %v", next.Sub(begin), err)
		}
	})
}

// A case with a retention of its own is watched for so long.
func TestRechecksLastAsLongAsTheRetention(t *testing.T) {
	for retention, want := range map[time.Duration]int{0: 6, 10 * 24 * time.Hour: 3, 50 * 24 * time.Hour: 9} {
		synctest.Test(t, func(t *testing.T) {
			opt := testOptions(t.TempDir())
			opt.Policy = func(Card, Terms) Ruling { return Ruling{Retention: retention} }
			o := openOffice(t, opt)
			o.left()
			n, last := 0, o.Now()
			for range 100 {
				time.Sleep(24 * time.Hour)
				due, _, err := o.Rechecks(weekly, last, o.Now())
				if err != nil {
					t.Fatal(err)
				}
				n += len(due)
				last = o.Now()
			}
			// The first two fall into the same day.
			if n != want-1 {
				t.Errorf("kept for %s, it fell due on %d days, want %d", retention, n, want-1)
			}
		})
	}
}

// What came back is said once, becomes one plan, and is settled by it.
func TestWhatCameBackBecomesARetake(t *testing.T) {
	o := newOffice(t)
	_, id := o.left()
	if code := o.botRefused(id, o.retake("dir/lock/1")); code != Stale {
		t.Errorf("a retake of nothing: %s", code)
	}
	if code := o.botRefused(id, Returned{Plan: 1, Steps: []CameAgain{{Step: "dir/owner/1", Items: []Item{{ID: "1"}}}}}); code != Stale {
		t.Errorf("of a step without an account: %s", code)
	}
	if r := o.refused(id, "ivan", returned("1")); r.Code != NotYours {
		t.Errorf("said by a person: %s", r)
	}
	c := o.cameBack(id, "1")
	if code := o.botRefused(id, returned("1")); code != Already {
		t.Errorf("said twice: %s", code)
	}
	if plan, steps := c.Unplanned(); plan != 1 || !slices.Equal(steps, []StepID{"dir/lock/1"}) {
		t.Errorf("to be proposed are %v of plan %d", steps, plan)
	}
	c = o.bot(id, o.retake("dir/lock/1"))
	if plan, _ := c.Unplanned(); plan != 0 || c.State != CaseOpen {
		t.Error("it is proposed again")
	}
	c = o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: back()})
	c = o.do(id, "marco", Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true})
	o.bot(id, Started{Plan: 2})
	c = o.bot(id, Attempted{Plan: 2, Step: "dir/lock/1", Found: Seal("[]")})
	c = o.bot(id, Finished{Plan: 2, Step: "dir/lock/1", Entry: c.Seq})
	if r := c.Returns[0]; c.State != CaseClosed || c.Outcome != Done || r.Open() || r.Kept {
		t.Errorf("the case is %s (%s), what came back %+v", c.State, c.Outcome, r)
	}
	if c = o.cameBack(id, "1"); len(c.Returns) != 2 { // the same again is news
		t.Error("it came back once more, and nobody says so")
	}
}

// What somebody has decided to leave stays, shows, and is not proposed again.
func TestADeclinedRetakeStays(t *testing.T) {
	o := newOffice(t)
	_, id := o.left()
	o.cameBack(id, "1")
	o.bot(id, o.retake("dir/lock/1"))
	c := o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: back()})
	c = o.do(id, "marco", Decided{Plan: 2, Scope: c.Plan(2).Scope, Reason: Seal("she helps out")})
	if c.State != CaseClosed || c.Plan(2).State != Over || c.Outcome != AccessLeft || !c.Kept(1, "dir/lock/1", "1") {
		t.Errorf("declined, the case is %s (%s)", c.State, c.Outcome)
	}
	if code := o.botRefused(id, returned("1")); code != Already {
		t.Errorf("found again: %s", code)
	}
	if code := o.botRefused(id, o.retake("dir/lock/1")); code != Stale {
		t.Errorf("proposed again: %s", code)
	}
	c = o.cameBack(id, "2") // something else is news
	if _, steps := c.Unplanned(); len(steps) != 1 {
		t.Error("what else came back is not proposed")
	}
}

// What a person asks for takes the place of what the bot proposed; nothing of it
// is lost.
func TestAnUndoTakesThePlaceOfARetake(t *testing.T) {
	o := newOffice(t)
	_, id := o.left()
	o.cameBack(id, "1")
	o.bot(id, o.retake("dir/lock/1"))
	o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: back()})
	c := o.do(id, "hanna", o.undo())
	if !c.Returns[0].Open() || c.Returns[0].Retake != 0 {
		t.Errorf("what came back is %+v", c.Returns[0])
	}
	if !c.Watches(1, "dir/lock/1") {
		t.Error("an undo that nobody has approved ends the watch")
	}
	given := back()
	given[0].Back = []Ref{{1, "dir/lock/1"}}
	c = o.bot(id, Surveyed{Plan: 3, System: "dir", Steps: given})
	o.do(id, "hanna", Submitted{Plan: 3, Scope: c.Plan(3).Scope})
	o.do(id, "marco", Decided{Plan: 3, Scope: c.Plan(3).Scope, Approve: true})
	c = o.bot(id, Started{Plan: 3})
	if c.Watches(1, "dir/lock/1") {
		t.Error("what is given back is watched")
	}
	if code := o.botRefused(id, returned("2")); code != Stale {
		t.Errorf("what is given back is found to come back: %s", code)
	}
	c = o.do(id, "hanna", Stopped{Plan: 3})
	if !c.Watches(1, "dir/lock/1") {
		t.Error("what was not given back after all is not watched")
	}
	if plan, _ := c.Unplanned(); plan != 1 {
		t.Error("what had come back before is forgotten")
	}
}

// While the directory says that the person is here, and while they have a later
// case, nobody proposes anything.
func TestNoRetakeOfSomebodyWhoIsHere(t *testing.T) {
	o := newOffice(t)
	_, id := o.left()
	b := returned("1")
	b.Here = true
	c := o.bot(id, b)
	if plan, _ := c.Unplanned(); plan != 0 || len(c.Returns) != 1 {
		t.Error("what came back to somebody who is here is proposed, or nobody says it")
	}
	o.draft("hanna")
	if code := o.botRefused(id, returned("2")); code != Stale {
		t.Errorf("with a later case: %s", code)
	}
}

// By itself the bot takes again only what it could give back, and only while
// the plan waits for a decision.
func TestUnasked(t *testing.T) {
	for name, change := range map[string]func(*StepPlan){"reversible": nil, "irreversible": func(s *StepPlan) { s.Items[0].Irreversible = true }, "loses": func(s *StepPlan) { s.Loses = "x" }} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			_, id := o.left()
			o.cameBack(id, "1")
			c := o.bot(id, o.retake("dir/lock/1"))
			o.botRefused(id, Unasked{Plan: 2, Scope: c.Plan(2).Scope})
			steps := back()
			if change != nil {
				change(&steps[0])
			}
			c = o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: steps})
			o.botRefused(id, Unasked{Plan: 2, Scope: "9f3ac1d2"})
			_ = o.refused(id, "marco", Unasked{Plan: 2, Scope: c.Plan(2).Scope})
			yes := Unasked{Plan: 2, Scope: c.Plan(2).Scope}
			if change != nil {
				o.botRefused(id, yes)
				return
			}
			if c = o.bot(id, yes); c.Plan(2).State != Approved || c.Plan(2).Due.IsZero() {
				t.Errorf("the plan is %s", c.Plan(2).State)
			}
			o.botRefused(id, yes)
		})
	}
	o := newOffice(t)
	c := o.asked()
	o.botRefused(string(c.ID), Unasked{Plan: 1, Scope: c.Plan(1).Scope}) // of a leave, never
}

// What has gone again before anybody was asked leaves nothing to ask.
func TestARetakeOfNothingIsOver(t *testing.T) {
	o := newOffice(t)
	_, id := o.left()
	o.cameBack(id, "1")
	o.bot(id, o.retake("dir/lock/1"))
	c := o.bot(id, Surveyed{Plan: 2, System: "dir"})
	if r := c.Returns[0]; c.State != CaseClosed || c.Outcome != Done || r.Open() || r.Kept {
		t.Errorf("the case is %s (%s), what came back %+v", c.State, c.Outcome, r)
	}
}

// A pass goes on where the last one ended.
func TestPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		pass := func(from, to time.Time) Rechecked {
			return Rechecked{Cases: 1, Systems: []Reread{{System: "dir", From: from, To: to, Clean: 3}}}
		}
		first := o.Now()
		o.bot(Installation, pass(time.Time{}, first))
		time.Sleep(time.Hour)
		for name, b := range map[string]Rechecked{
			"done twice": pass(time.Time{}, o.Now()), "with a gap": pass(first.Add(time.Minute), o.Now()), "into the future": pass(first, o.Now().Add(time.Hour)),
			"backwards": pass(first, first.Add(-time.Minute)), "of nothing": {}, "of no system": {Systems: []Reread{{From: first, To: o.Now()}}},
			"unread without end": {Systems: []Reread{{System: "dir", From: first, To: o.Now(), Unread: make([]Unread, MaxUnread+1)}}},
		} {
			if _, err := o.Append(t.Context(), Installation, Bot("test"), b); refusal(t, err) == nil {
				t.Errorf("a pass %s is taken", name)
			}
		}
		_ = o.refused(Installation, "ivan", pass(first, o.Now()))
		o.bot(Installation, Rechecked{Systems: []Reread{{System: "dir", From: first, To: first, Silent: true, Unread: []Unread{{"OFF-1", 1, "dir/lock/1"}}}, {System: "vpn", To: o.Now()}}})
		st, err := o.State()
		if err != nil || len(st.Passes) != 2 || !st.Passes["dir"].To.Equal(first) || !st.Passes["dir"].Silent || len(st.Passes["dir"].Unread) != 1 {
			t.Errorf("%+v, %v", st.Passes, err)
		}
	})
}
