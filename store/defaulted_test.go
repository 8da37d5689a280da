package store

import (
	"testing"
	"testing/synctest"
	"time"
)

// lasting is a case whose approver may be stood in for, with a task that lapses a
// day after it was due.
func (o *office) lasting() Case {
	o.t.Helper()
	c := o.draft("hanna")
	c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: append(steps(), StepPlan{
		ID: "tasks/badge/1", System: "tasks", Words: "Take back the badge", Manual: &Manual{Owner: IT, Due: time.Nanosecond, Lapse: time.Nanosecond},
	})})
	return o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
}

// Whoever approves in place of the approver was not asked who gets what. Then it is
// asked of the approver, holds up what hands something over and nothing else, and
// after the configured time goes to whom the bot names, once; what is not handed
// over yet can still be changed.
func TestHeirsNobodyNamed(t *testing.T) {
	o := ruledOffice(t, Ruling{Missing: MissingLock})
	c := o.asked()
	id := string(c.ID)
	give := func(to string) *Refused {
		t.Helper()
		_, err := o.Append(t.Context(), id, Bot("keeper"), Defaulted{Plan: 1, To: o.people[to]})
		return refusal(t, err)
	}
	if give("priya") == nil {
		t.Error("before the approval")
	}
	o.do(id, "marco", Answered{Plan: 1, Answers: []Answer{{Step: "dir/owner/1", Item: "1", Choice: Give, Heir: o.people["tom"]}}})
	o.bot(id, FellBack{Plan: 1, To: []PersonID{o.people["helge"]}})
	c = o.approve(c, "helge")
	c = o.bot(id, Started{Plan: 1})
	p := c.Plan(1)
	if p.HeirsAsked.IsZero() || !p.HeirsOpen() || p.Ready(p.Step("dir/owner/1")) || !p.Ready(p.Step("dir/lock/1")) {
		t.Fatalf("%+v", p)
	}
	waits := func() (out []PersonID) {
		c, _ := o.Case(c.ID)
		for _, w := range c.Waits() {
			if w.Verb == VerbAnswer {
				out = append(out, w.Person)
			}
		}
		return out
	}
	if got := waits(); len(got) != 1 || got[0] != o.people["marco"] {
		t.Errorf("%v are asked", got)
	}
	_ = o.refused(id, "hanna", Defaulted{Plan: 1, To: o.people["priya"]})
	o.parts("anton", CutOff{Mode: Now}, false)
	for _, to := range []string{"jane", "anton"} {
		if give(to) == nil {
			t.Errorf("%s gets it", to)
		}
	}
	if r := give("priya"); r != nil {
		t.Fatal(r)
	}
	if give("marco") == nil {
		t.Error("twice")
	}
	c, _ = o.Case(c.ID)
	p = c.Plan(1)
	one, _ := p.Step("dir/owner/1").Answer("1")
	two, _ := p.Step("dir/owner/1").Answer("2")
	if one.Heir != o.people["tom"] || two.Heir != o.people["priya"] || p.HeirsOpen() || !p.Ready(p.Step("dir/owner/1")) || len(waits()) != 0 || p.Defaulted == nil {
		t.Errorf("%+v", p)
	}
	c = o.do(id, "marco", Answered{Plan: 1, Rev: p.Rev, Answers: []Answer{{Step: "dir/owner/1", Item: "2", Choice: Give, Heir: o.people["marco"]}}})
	if two, _ = c.Plan(1).Step("dir/owner/1").Answer("2"); two.Heir != o.people["marco"] {
		t.Errorf("the approver can't change it any more: %+v", two)
	}
	// An approver who approves has seen it, also if somebody else could have.
	o.another()
	c = o.asked()
	o.bot(string(c.ID), FellBack{Plan: 1, To: []PersonID{o.people["helge"]}})
	if c = o.approve(c, "marco"); !c.Plan(1).HeirsAsked.IsZero() || c.Plan(1).Step("dir/owner/1").Unanswered() {
		t.Errorf("%+v", c.Plan(1))
	}
	// An approver who leaves is asked no more, and an heir who leaves holds up no
	// approval in their place.
	o.another()
	c = o.asked()
	id = string(c.ID)
	o.bot(id, FellBack{Plan: 1, To: []PersonID{o.people["helge"]}})
	o.parts("marco", CutOff{Mode: Now}, false)
	c = o.approve(c, "helge")
	if c = o.bot(id, Replaced{Plan: 1, From: o.people["marco"], To: o.people["priya"]}); len(c.Waits()) == 0 || c.Waits()[0].Person != o.people["priya"] || !c.Plan(1).HeirsAsked.Equal(c.Last) {
		t.Errorf("%+v", c.Waits())
	}
}

// A task lapses at its time and no sooner, only once, only where the configuration
// says so; and the case does not end as done.
func TestTaskLapses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		c := o.draft("hanna")
		id := string(c.ID)
		task := func(name string, m Manual) StepPlan {
			m.Owner = IT
			return StepPlan{ID: StepID("tasks/" + name + "/1"), System: "tasks", Words: name, Manual: &m}
		}
		c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: []StepPlan{
			task("badge", Manual{Due: time.Hour, Lapse: 24 * time.Hour}), task("laptop", Manual{Due: time.Hour}), task("desk", Manual{Lapse: time.Hour}), task("key", Manual{Due: time.Hour, Lapse: 24 * time.Hour}),
		}})
		o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
		lapse := func(name string) *Refused {
			t.Helper()
			_, err := o.Append(t.Context(), id, Bot("keeper"), Lapsed{Plan: 1, Step: StepID("tasks/" + name + "/1")})
			return refusal(t, err)
		}
		o.approve(c, "marco")
		if lapse("badge") == nil {
			t.Error("before it has begun")
		}
		c = o.bot(id, Started{Plan: 1})
		if at := c.Plan(1).Lapses(c.Plan(1).Step("tasks/badge/1")); !at.Equal(c.Plan(1).Begun.Add(25 * time.Hour)) {
			t.Errorf("it lapses at %s", at)
		}
		time.Sleep(25*time.Hour - time.Second)
		if lapse("badge") == nil {
			t.Error("a second early")
		}
		time.Sleep(time.Second)
		_ = o.refused(id, "ivan", Lapsed{Plan: 1, Step: "tasks/badge/1"})
		o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/key/1", Note: Seal("in the safe")})
		if r := lapse("badge"); r != nil {
			t.Fatal(r)
		}
		for _, name := range []string{"badge", "key", "laptop", "desk", "chair"} {
			if lapse(name) == nil {
				t.Errorf("%s lapsed", name)
			}
		}
		o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")})
		c = o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/desk/1", Note: Seal("empty")})
		if s := c.Plan(1).Step("tasks/badge/1"); c.Outcome != AccessLeft || !s.Lapsed || s.State != Skipped || s.By != "" {
			t.Errorf("%s, %+v", c.Outcome, s)
		}
	})
}
