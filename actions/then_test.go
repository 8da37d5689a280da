package actions_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"offboard/actions"
	"offboard/store"
)

// secretive is an action whose items all have a secret that their owner knows.
type secretive struct{ actions.Action }

func (s secretive) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	f, err := s.Action.Check(ctx, t)
	for i := range f.Items {
		f.Items[i].Then = true
	}
	return f, err
}

// A task about each thing whose secret the leaver knows is planned with it, also about
// one that was found at the cut-off only; the approver is asked what no system shows;
// and no read ends either.
func TestWhatALeaverLeavesBehind(t *testing.T) {
	bubble(t, func(w *world) {
		dir := w.mem.System("dir", "Company directory", "lock", "owner")
		owner := &dir.Actions[slices.IndexFunc(dir.Actions, func(s actions.Spec) bool { return s.Name == "owner" })]
		owner.Then, owner.Action = &actions.Task{Words: "Rotate the secret"}, secretive{owner.Action}
		w.systems(dir)
		w.cfg.Questions.Ask = []store.Question{{ID: "jobs", Ask: "Jobs?", Task: "Give the jobs a new owner"}}
		w.start()
		id := w.proposed("jane")
		for _, step := range []store.StepID{"then/dir/owner/1/1", "then/dir/owner/1/2"} {
			if s := w.step(id, step); s.Words != "Rotate the secret" || s.Manual.Owner != store.IT || s.Manual.Due == 0 {
				t.Errorf("%+v", s.StepPlan)
			}
		}
		if s := w.step(id, "tasks/questions/1"); s.Manual.Owner != store.Approver || !s.Asks() {
			t.Errorf("%+v", s.StepPlan)
		}
		w.mem.Own("dir", "late", "jane")
		w.approve(id)
		w.ends(id, "dir/owner/1", store.Proven)
		late := w.step(id, "then/dir/owner/1/3")
		held, err := w.Befores(w.get(id), late)
		if err != nil || !slices.ContainsFunc(held, func(h store.Held) bool { return h.ID == late.Items[0].ID && strings.Contains(h.Label, "late") }) {
			t.Errorf("it names %+v, %v", held, err)
		}
		w.do(id, "marco", store.Replied{Plan: 1, Replies: []store.Reply{{Question: "jobs", Text: store.Seal("the export")}}})
		for _, step := range []store.StepID{"then/dir/owner/1/1", "then/dir/owner/1/2", "then/dir/owner/1/3", "said/jobs/1"} {
			if s := w.step(id, step); s.State != store.Waiting {
				t.Errorf("%s is %s, and nobody has done it", step, s.State)
			}
			w.do(id, "ivan", store.ConfirmedBy{Plan: 1, Step: step, Note: store.Seal("done")})
		}
		if c := w.closed(id); c.Outcome != store.Done {
			t.Errorf("it ends as %s", c.Outcome)
		}
		// An undo gives tasks back to who did them, and no question.
		p := w.undo(id, 1)
		if p.Step("tasks/by-hand/1").Words != "Undo by hand: Give the jobs a new owner" || slices.ContainsFunc(p.Steps, func(s store.Step) bool { return s.Asks() || s.Manual != nil && s.Manual.Owner == store.Approver }) {
			t.Errorf("the undo has %+v", p.Steps)
		}
	})
}
