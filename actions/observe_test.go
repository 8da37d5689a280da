package actions_test

import (
	"strings"
	"testing"

	"offboard/actions"
	"offboard/store"
)

// A bot that observes looks at everything, asks the same, and writes nowhere.
func TestObserve(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Observe = true
		before := w.mem.Snapshot()
		w.start()
		id := w.approved("jane")
		p := w.get(id).Plan(0)
		for _, s := range p.Steps {
			if s.Manual == nil || s.Action != "" || len(s.After) > 0 {
				t.Errorf("%s is no task: %+v", s.ID, s.StepPlan)
			}
		}
		if s := w.step(id, "dir/lock/2"); !s.LockOut || !s.Admin {
			t.Errorf("the lock-out: %+v", s.StepPlan)
		}
		if s := w.step(id, "dir/owner/1"); len(s.Items) != 2 || !s.StepPlan.Answers {
			t.Errorf("what she owns: %+v", s.StepPlan)
		}
		w.until("begun", func() bool { return w.get(id).Plan(0).State == store.Begun })
		for _, s := range p.Steps {
			w.do(id, "ivan", store.ConfirmedBy{Plan: p.No, Step: s.ID, Note: store.Seal("done")})
		}
		if c := w.closed(id); c.Outcome != store.Done {
			t.Errorf("it ended as %q", c.Outcome)
		}
		if w.mem.Writes() != 0 || w.mem.Snapshot() != before {
			t.Errorf("%d writes", w.mem.Writes())
		}
	})
}

// Told to observe in the middle, it does no step that was planned before.
func TestObserveAfterwards(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		w.stop()
		w.cfg.Observe = true
		w.start()
		w.approve(id)
		s := w.ends(id, "dir/lock/1", store.NeedsPerson)
		if text := w.text(id, s.Message); !strings.Contains(text, "mode: observe") {
			t.Errorf("got %q", text)
		}
		if w.mem.Writes() != 0 {
			t.Errorf("%d writes", w.mem.Writes())
		}
		// A person does it, and has the bot look.
		lock := w.mem.System("dir", "Directory").Actions[0]
		target := actions.Target{Account: actions.Account{ID: "dir-jane", Login: "jane"}}
		found, err := lock.Action.Check(t.Context(), target)
		if err != nil || lock.Name != "lock" {
			t.Fatal(lock.Name, err)
		}
		target.Items = found.Items
		if _, err := lock.Action.Do(t.Context(), target); err != nil {
			t.Fatal(err)
		}
		w.do(id, "ivan", store.Retried{Plan: 1, Step: "dir/lock/1"})
		w.ends(id, "dir/lock/1", store.Nothing)
	})
}
