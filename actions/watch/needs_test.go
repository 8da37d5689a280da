package watch_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/store"
)

// What must not be done without something else, which has not come back with it, is
// left to a person.
func TestRetakeOfWhatNeedsAnother(t *testing.T) {
	bubble(t, func(w *world) {
		w.halt()
		w.sys[0].Actions = slices.Clone(w.sys[0].Actions)
		for i, a := range w.sys[0].Actions {
			if a.Name == "groups" {
				w.sys[0].Actions[i].Needs = []string{"password"}
			}
		}
		w.again()
		id := w.left("jane")
		w.mem.Join("dir", "design", "jane")
		pass(2 * time.Hour)
		if s := w.get(id).Plan(2).Step("dir/groups/1"); s.Manual == nil || len(s.Needs) > 0 || len(s.Items) != 1 || !strings.Contains(s.Manual.Instructions, `This needs "Replace the password"`) {
			t.Errorf("it is %+v", s.StepPlan)
		}
	})
}

// purging deletes something else for good, before the account.
type purging struct {
	actions.Action
	err error
}

func (p purging) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	if p.err != nil {
		return actions.Finding{}, p.err
	}
	return p.Action.Check(ctx, t)
}

// What deletes only after something else was deleted waits for whoever does that by
// hand, and for nothing where there is nothing.
func TestDestroyNeeds(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want []store.StepID
	}{
		{nil, nil},
		{actions.Final(errors.New("no right to read")), []store.StepID{"dir/by-hand/1"}},
	} {
		bubble(t, func(w *world) {
			w.retaining(2 * day)
			all := slices.Clone(w.sys[0].Actions)
			purge := all[slices.IndexFunc(all, func(s actions.Spec) bool { return s.Name == "groups" })]
			purge.Name, purge.Words, purge.Phase, purge.Loses, purge.Action = "purge", "Purge the groups", actions.PhaseDestroy, "the groups", purging{purge.Action, tt.err}
			i := slices.IndexFunc(all, func(s actions.Spec) bool { return s.Name == "delete" })
			all[i].Needs = []string{"purge"}
			w.sys[0].Actions = append(all, purge)
			w.again()
			id := w.left("jane")
			pass(3 * day)
			if s := w.proposed(id).Step("dir/delete/1"); s.ID == "" || !slices.Equal(s.Needs, tt.want) {
				t.Errorf("%v: %q needs %q", tt.err, s.ID, s.Needs)
			}
		})
	}
}
