package store

import (
	"testing"
	"testing/synctest"
	"time"
)

// A task that is due before the cut-off can be done from the approval on, and
// counts as late from its own time.
func TestATaskBeforeTheCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		at := o.Now().Add(72 * time.Hour).Truncate(time.Second)
		terms := o.terms()
		terms.CutOff = CutOff{Mode: At, At: at}
		id := string(o.do(NewCase, "hanna", Drafted{Person: o.people["jane"], Terms: terms, Systems: []string{"dir"}}).ID)
		s := steps()
		s = append(s, StepPlan{ID: "tasks/before/1", System: "tasks", Words: "Write it down", Manual: &Manual{Owner: IT, Due: -48 * time.Hour}})
		s = append(s, StepPlan{ID: "tasks/long/1", System: "tasks", Words: "Plan it", Manual: &Manual{Owner: IT, Due: -240 * time.Hour}})
		c := o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: s})
		c = o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
		done := func(step StepID) ConfirmedBy { return ConfirmedBy{Plan: 1, Step: step, Note: Seal("here")} }
		if r := o.refused(id, "ivan", done("tasks/before/1")); r.Code != NotNow {
			t.Errorf("before the approval: %s", r)
		}
		c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
		p := c.Plan(1)
		if due := p.TaskDue(p.Step("tasks/before/1")); !due.Equal(at.Add(-48 * time.Hour)) {
			t.Errorf("it is due %s", due)
		}
		if due := p.TaskDue(p.Step("tasks/long/1")); !due.Equal(p.Decision.At) {
			t.Errorf("it was due before anybody had approved: %s", due)
		}
		if due := p.TaskDue(p.Step("tasks/laptop/1")); !due.IsZero() {
			t.Errorf("what is due afterwards is due %s", due)
		}
		waits := 0
		for _, w := range c.Waits() {
			if w.Verb == VerbConfirm && w.For(o.people["ivan"], []Role{IT}) {
				waits++
			}
		}
		if waits != 2 {
			t.Errorf("%d tasks wait for IT", waits)
		}
		_ = o.refused(id, "ivan", done("tasks/laptop/1"))
		_ = o.refused(id, "sasha", done("tasks/before/1"))
		o.do(id, "ivan", done("tasks/before/1"))
		time.Sleep(time.Until(at))
		c = o.bot(id, Started{Plan: 1})
		if s := c.Plan(1).Step("tasks/before/1"); s.State != Confirmed {
			t.Errorf("the cut-off has made it %s", s.State)
		}
		o.do(id, "ivan", done("tasks/long/1"))
	})
}
