package store

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// Answers are per item, per step, or for all; what is kept or archived becomes
// a task, and changing one's mind takes it back.
func TestAnswers(t *testing.T) {
	o := newOffice(t)
	c := o.draft("hanna")
	id := string(c.ID)
	more := StepPlan{ID: "crm/owner/1", System: "crm", Action: "owner", Answers: true, Items: []Item{{ID: "1", Heir: true}, {ID: "2"}}, Held: Seal("[]")}
	c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: append(steps(), more)})
	c = o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	answer := func(a ...Answer) {
		t.Helper()
		c = o.do(id, "marco", Answered{Plan: 1, Rev: c.Plan(1).Rev, Answers: a})
	}
	bo, tom := o.people["bo"], o.people["tom"]
	expect := func(when string, items map[string]Answer, kept ...StepID) {
		t.Helper()
		for _, s := range c.Plan(1).Steps {
			for _, it := range s.Items {
				if s.Manual != nil {
					continue
				}
				got, ok := s.Answer(it.ID)
				want, wanted := items[string(s.ID)+"#"+it.ID]
				if ok != wanted || got.Choice != want.Choice || got.Heir != want.Heir {
					t.Errorf("%s: %s#%s is %+v, want %+v", when, s.ID, it.ID, got, want)
				}
				if s.Takes(it.ID) != (!wanted || want.Choice == Give) {
					t.Errorf("%s: %s#%s is taken: %v", when, s.ID, it.ID, s.Takes(it.ID))
				}
			}
		}
		var tasks []StepID
		for _, s := range c.Plan(1).Steps {
			if s.System != "tasks" && s.Manual != nil {
				tasks = append(tasks, s.ID)
			}
		}
		slices.Sort(tasks)
		if !slices.Equal(tasks, kept) {
			t.Errorf("%s: the tasks are %v, want %v", when, tasks, kept)
		}
	}
	give := func(p PersonID) Answer { return Answer{Choice: Give, Heir: p} }
	keep := Answer{Choice: Keep, Until: "2096-01-01", Reason: Seal("a trial")}

	answer(Answer{Step: "dir/owner/1", Item: "2", Choice: Give, Heir: bo})
	expect("one item", map[string]Answer{"dir/owner/1#2": give(bo)})
	answer(Answer{Step: "dir/owner/1", Choice: Give, Heir: tom})
	expect("a step", map[string]Answer{"dir/owner/1#1": give(tom), "dir/owner/1#2": give(tom)})
	answer(keep)
	expect("keep all", map[string]Answer{"dir/owner/1#1": keep, "dir/owner/1#2": keep, "crm/owner/1#1": keep},
		"kept/crm/owner/1/1", "kept/dir/owner/1/1", "kept/dir/owner/1/2")
	if m := c.Plan(1).Step("kept/dir/owner/1/1").Manual; m == nil || m.Owner != IT || m.Until != "2096-01-01" || m.Detail.IsZero() {
		t.Errorf("the task is %+v", m)
	}
	answer(Answer{Step: "dir/owner/1", Item: "1", Choice: Archive}, Answer{Step: "dir/owner/1", Item: "2", Choice: Give, Heir: bo})
	expect("two at once", map[string]Answer{"dir/owner/1#1": {Choice: Archive}, "dir/owner/1#2": give(bo), "crm/owner/1#1": keep},
		"kept/crm/owner/1/1", "kept/dir/owner/1/1")
	answer(give(tom))
	all := map[string]Answer{"dir/owner/1#1": give(tom), "dir/owner/1#2": give(tom), "crm/owner/1#1": give(tom)}
	expect("give all", all)

	// Under way, an item is not answered any more; the others still are.
	o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	o.bot(id, Started{Plan: 1})
	o.bot(id, Attempted{Plan: 1, Step: "dir/owner/1", Found: Seal("[]")})
	answer(Answer{Choice: Archive})
	all["crm/owner/1#1"] = Answer{Choice: Archive}
	expect("under way", all, "kept/crm/owner/1/1")

	if r := o.refused(id, "marco", Answered{Plan: 1, Rev: c.Plan(1).Rev + 1, Answers: []Answer{give(tom)}}); r.Code != Stale {
		t.Errorf("of a form that never was: %s", r)
	}

	// A task that is done is not taken back.
	c = o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "kept/crm/owner/1/1", Note: Seal("on tape 7")})
	if r := o.refused(id, "marco", Answered{Plan: 1, Answers: []Answer{give(tom)}}); r.Code != NotNow {
		t.Errorf("after it was archived: %s", r)
	}
}

// Answers gate the steps that need them, and what must end first gates others;
// nothing else waits.
func TestReady(t *testing.T) {
	o := newOffice(t)
	c := o.draft("hanna")
	id := string(c.ID)
	plan := append(steps(), StepPlan{ID: "dir/delete/1", System: "dir", Action: "delete", After: []StepID{"dir/owner/1"}})
	c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: plan})
	o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	ready := func() (out []StepID) {
		for _, s := range c.Plan(1).Steps {
			if c.Plan(1).Ready(s) {
				out = append(out, s.ID)
			}
		}
		return out
	}
	c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	if got := ready(); got != nil {
		t.Errorf("before it begins: %v", got)
	}
	c = o.bot(id, Started{Plan: 1})
	if got := ready(); !slices.Equal(got, []StepID{"dir/lock/1", "dir/owner/1"}) {
		t.Errorf("begun: %v", got)
	}
	p := c.Plan(1)
	s := p.Step("dir/owner/1")
	s.Answers = nil
	if p.Ready(s) || !s.Unanswered() {
		t.Error("a step that nobody answered is ready")
	}
	c = o.attempt(c.ID, "dir/owner/1")
	if got := ready(); !slices.Equal(got, []StepID{"dir/lock/1", "dir/delete/1"}) {
		t.Errorf("handed over: %v", got)
	}
}

// A step fails, is tried again by itself or by a person, and ends.
func TestRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		c := o.begun()
		id, step := string(c.ID), StepID("dir/lock/1")
		attempt := func() Case { t.Helper(); return o.bot(id, Attempted{Plan: 1, Step: step, Found: Seal("[]")}) }
		c = attempt()
		c = o.bot(id, Failed{Plan: 1, Step: step, Entry: c.Seq, Why: Unreachable, After: time.Minute, Message: Seal("timeout")})
		s := c.Plan(1).Step(step)
		if s.State != FailedAgain || !c.NextDue().Equal(time.Now().Add(time.Minute)) || s.Attempts != 1 {
			t.Fatalf("failed: %s, due %s", s.State, c.NextDue())
		}
		time.Sleep(time.Minute)
		c = attempt()
		c = o.bot(id, Failed{Plan: 1, Step: step, Entry: c.Seq, Why: Unproven, Message: Seal("no change")})
		if s = c.Plan(1).Step(step); s.State != NeedsPerson || !s.Stuck() || c.Summary().Stuck != 1 {
			t.Fatalf("it needs a person: %s", s.State)
		}
		c = o.do(id, "ivan", Retried{Plan: 1, Step: step})
		if s = c.Plan(1).Step(step); s.State != Waiting || s.Attempts != 0 || s.Tries != 2 || s.RetriedAt != c.Seq {
			t.Fatalf("retried: %+v", s)
		}
		c = attempt()
		c = o.bot(id, Finished{Plan: 1, Step: step, Entry: c.Seq, Accepted: true})
		if s = c.Plan(1).Step(step); s.State != Accepted || s.Why != "" || !s.Message.IsZero() {
			t.Fatalf("accepted: %s, and the failure before it: %q", s.State, s.Why)
		}
		c = o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: step, Note: Seal("seen in the console")})
		if s = c.Plan(1).Step(step); s.State != Confirmed || s.By != o.people["ivan"] || len(s.Befores) != 3 || !s.First.Before(s.Ended) {
			t.Errorf("confirmed: %+v", s)
		}
		c = o.bot(id, Failed{Plan: 1, Step: "dir/owner/1", Why: Unreachable, Message: Seal("timeout")}) // the read before the attempt
		if s = c.Plan(1).Step("dir/owner/1"); s.Attempts != 1 || s.Tries != 0 || s.State != NeedsPerson {
			t.Errorf("a failed read: %+v", s)
		}
		c = o.do(id, "ivan", Retried{Plan: 1, Step: "dir/owner/1"})
		if r := o.tries(c, Failed{Plan: 1, Step: "dir/owner/1", Why: Unreachable, Message: Seal("timeout")}); r == nil || r.Code != Stale {
			t.Errorf("a read that began before somebody asked for another try: %v", r)
		}
		if s = c.Plan(1).Step("dir/owner/1"); s.Why != Unreachable || s.Message.IsZero() {
			t.Errorf("until it ends, what failed stays to be read: %+v", s)
		}
		// What has ended says nothing of the failure before it.
		c = o.attempt(c.ID, "dir/owner/1")
		if s = c.Plan(1).Step("dir/owner/1"); s.State != Proven || s.Why != "" || !s.Message.IsZero() || s.Evidence.IsZero() {
			t.Errorf("proven: %+v", s)
		}
	})
}

// Only what has failed is left out, and what a person has to do.
func TestSkip(t *testing.T) {
	for name, tt := range map[string]struct {
		state func(*office) Case
		step  StepID
	}{
		"needs a person":      {failedOwner, "dir/owner/1"},
		"will be tried again": {then((*office).begun, "", is(Failed{Plan: 1, Step: "dir/owner/1", Why: Unreachable, After: time.Hour})), "dir/owner/1"},
		"taken, not proven": {then(handing, "", func(_ *office, c Case) Body {
			return Finished{Plan: 1, Step: "dir/owner/1", Entry: c.Seq, Accepted: true}
		}), "dir/owner/1"},
		"a task": {(*office).begun, "tasks/laptop/1"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			c := tt.state(o)
			c = o.do(string(c.ID), "ivan", skipping(tt.step)(o, c).(Requested))
			if s := c.Plan(1).Step(tt.step); s.State != Skipped || s.By != o.people["ivan"] || s.Note.IsZero() || s.Ended.IsZero() {
				t.Errorf("skipped: %+v", s)
			}
		})
	}
}
