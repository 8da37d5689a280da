package actions_test

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

// needs is the directory of the tests, in which one action needs others.
func (w *world) needs(action string, others ...string) actions.System {
	dir := w.mem.System("dir", "Company directory", "lock", "groups", "owner", "wipe")
	i := slices.IndexFunc(dir.Actions, func(a actions.Spec) bool { return a.Name == action })
	dir.Actions[i].Needs = others
	w.cfg.Tasks = []actions.Task{{Name: "laptop", Words: "Take back the laptop", Owner: store.IT}}
	return dir
}

// What needs a step waits for the word of a person, each account for its own; and
// the bot never does it where that is left out.
func TestNeeds(t *testing.T) {
	bubble(t, func(w *world) {
		dir := w.needs("groups", "wipe")
		dir.Actions[2].Needs = []string{"tasks/laptop"} // owner
		w.systems(dir)
		w.start()
		id := w.approved("jane")
		w.ends(id, "dir/wipe/1", store.Accepted)
		w.ends(id, "dir/wipe/2", store.Accepted)
		pass(24 * time.Hour)
		if n := w.calls("dir/groups.Do") + w.calls("dir/owner.Do"); n != 0 || w.step(id, "dir/groups/1").State != store.Waiting {
			t.Fatalf("%d calls before anybody has said that it was done", n)
		}
		w.do(id, "ivan", store.ConfirmedBy{Plan: 1, Step: "dir/wipe/1", Note: store.Seal("it is erased")})
		w.ends(id, "dir/groups/1", store.Proven)
		for _, step := range []store.StepID{"dir/wipe/2", "tasks/laptop/1"} {
			w.do(id, "ivan", store.Requested{Change: store.Change{Verb: store.VerbSkip, Plan: 1, Step: step, Reason: store.Seal("it was stolen")}})
		}
		c := w.closed(id)
		for step, without := range map[store.StepID]store.StepID{"dir/groups/2": "dir/wipe/2", "dir/owner/1": "tasks/laptop/1", "dir/owner/2": "tasks/laptop/1"} {
			if s := c.Plan(1).Step(step); s.State != store.Skipped || s.Without != without {
				t.Errorf("%s is %s, without %q", step, s.State, s.Without)
			}
		}
		if w.calls("dir/groups.Do adm-jane")+w.calls("dir/owner.Do") != 0 || w.calls("dir/groups.Do jane") == 0 || c.Outcome != store.AccessLeft {
			t.Errorf("%s: %q", c.Outcome, w.mem.Calls())
		}
	})
}

// An undo goes the other way round, and what it gives back waits for nobody's word.
func TestUndoOfWhatNeedsAnother(t *testing.T) {
	bubble(t, func(w *world) {
		w.systems(w.needs("owner", "groups"))
		w.start()
		id := w.approved("jane")
		w.until("only tasks are left", func() bool {
			return !slices.ContainsFunc(w.get(id).Plan(0).Steps, func(s store.Step) bool { return s.Manual == nil && !s.State.Ended() && s.State != store.Accepted })
		})
		for _, step := range []store.StepID{"dir/wipe/1", "dir/wipe/2", "tasks/laptop/1"} {
			w.do(id, "ivan", store.ConfirmedBy{Plan: 1, Step: step, Note: store.Seal("seen")})
		}
		w.closed(id)
		for _, s := range w.undo(id, 1).Steps {
			if len(s.Needs) > 0 || s.ID == "dir/groups/1" && !slices.Contains(s.After, "dir/owner/1") {
				t.Errorf("%s needs %q, after %q", s.ID, s.Needs, s.After)
			}
		}
		if c := w.giveBack(id); c.Outcome != store.Restored {
			t.Errorf("it is %s", c.Outcome)
		}
	})
}

// mute is an action that can't be read.
type mute struct{ actions.Action }

func (mute) Check(context.Context, actions.Target) (actions.Finding, error) {
	return actions.Finding{}, actions.Final(errors.New("no right to read"))
}

// What needs something that is not planned is not planned for the bot either: it is
// left out with it by the same rule, or left to a person if nobody knows.
func TestNeedsWhatIsNotPlanned(t *testing.T) {
	for _, tt := range []struct {
		name, needs string
		make        func(w *world, dir *actions.System)
		task        bool
		says        string
	}{
		{name: "a rule leaves the action out", needs: "wipe", make: func(w *world, _ *actions.System) {
			w.cfg.Left = func(actions.Person, string) map[string]string { return map[string]string{"dir/wipe": "remote"} }
		}, says: `Leave all groups: left out too, because it needs "Order their devices to be erased", which the rule remote leaves out.`},
		{name: "a rule leaves the task out", needs: "tasks/laptop", make: func(w *world, _ *actions.System) {
			w.cfg.Left = func(actions.Person, string) map[string]string { return map[string]string{"tasks/laptop": "remote"} }
		}, says: `Leave all groups: left out too, because it needs "Take back the laptop", which the rule remote leaves out.`},
		{name: "it can't be read", needs: "wipe", task: true, make: func(_ *world, dir *actions.System) {
			i := slices.IndexFunc(dir.Actions, func(a actions.Spec) bool { return a.Name == "wipe" })
			dir.Actions[i].Action = mute{dir.Actions[i].Action}
		}, says: "no right to read"},
		{name: "the bot only observes", needs: "wipe", task: true, make: func(w *world, _ *actions.System) { w.cfg.Observe = true }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(w *world) {
				dir := w.needs("groups", tt.needs)
				tt.make(w, &dir)
				w.systems(dir)
				w.start()
				id := w.proposed("jane")
				s := w.get(id).Plan(0).Step("dir/groups/1")
				if (s.Manual != nil) != tt.task || !tt.task && s.ID != "" || len(s.Needs) > 0 {
					t.Errorf("the step is %+v", s.StepPlan)
				}
				if s.Manual != nil && !w.cfg.Observe {
					w.has(s.Manual.Instructions, `This needs "Order their devices to be erased"`)
				}
				w.has(w.notes(id), tt.says)
			})
		})
	}
}

// What a rule leaves out goes with all that needs it, by way of others too,
// whichever stands first.
func TestNeedsInAChain(t *testing.T) {
	bubble(t, func(w *world) {
		dir := w.needs("groups", "owner")
		dir.Actions[2].Needs = []string{"wipe"} // owner
		w.cfg.Left = func(actions.Person, string) map[string]string { return map[string]string{"dir/wipe": "remote"} }
		w.systems(dir)
		w.start()
		id := w.proposed("jane")
		for _, s := range w.get(id).Plan(0).Steps {
			if s.System == "dir" && s.Action != "lock" {
				t.Errorf("it has the step %+v", s.StepPlan)
			}
		}
		for _, words := range []string{"Leave all groups: left out too", "Hand over the groups they own: left out too"} {
			w.has(w.notes(id), words)
		}
	})
}

// An account that is found later needs what is done about that account.
func TestNeedsOfANewAccount(t *testing.T) {
	bubble(t, func(w *world) {
		w.systems(w.needs("groups", "wipe"))
		w.start()
		at := w.at(100 * time.Hour)
		id := w.approved("jane")
		w.mem.OpenAccount("dir", "a-jane", "id-jane")
		w.mem.Join("dir", "design", "a-jane")
		pass(time.Until(at) - 20*time.Minute)
		if s := w.step(id, "dir/groups/3"); !s.Drift || !slices.Equal(s.Needs, []store.StepID{"dir/wipe/3"}) || w.text(id, s.Login) != "a-jane" {
			t.Errorf("%s of %s needs %q", s.ID, w.text(id, s.Login), s.Needs)
		}
	})
}

func TestCheckOrder(t *testing.T) {
	spec := func(name string, change func(s *actions.Spec)) actions.Spec {
		s := actions.Spec{Name: name, Phase: actions.PhaseAfter}
		change(&s)
		return s
	}
	is := func(*actions.Spec) {}
	needs := func(names ...string) func(s *actions.Spec) { return func(s *actions.Spec) { s.Needs = names } }
	after := func(names ...string) func(s *actions.Spec) { return func(s *actions.Spec) { s.After = names } }
	undone := func(names ...string) func(s *actions.Spec) { return func(s *actions.Spec) { s.UndoAfter = names } }
	for _, tt := range []struct {
		name    string
		a, b, c func(s *actions.Spec)
		want    string
	}{
		{"nothing", is, is, is, ""},
		{"a chain", is, needs("a"), after("b"), ""},
		{"a task", needs("tasks/laptop"), is, is, ""},
		{"nobody", needs("d"), is, is, `actions[0].needs: there is no other action "d" in this system`},
		{"itself", is, needs("b"), is, `actions[1].needs: there is no other action "b"`},
		{"a lock-out", is, is, func(s *actions.Spec) { s.LockOut, s.Needs = true, []string{"a"} }, "actions[2].needs: a lock-out waits for nothing"},
		{"both", is, func(s *actions.Spec) { s.After, s.Needs = []string{"a"}, []string{"a"} }, is, `actions[1].needs: "a" is in after too`},
		{"a circle of both", needs("c"), after("a"), after("b"), "actions: after and needs: a, b, c wait for each other"},
		{"a circle of the undo", is, needs("a"), undone("a"), ""},
		{"a circle of the undo, with the reverse", is, func(s *actions.Spec) { s.Needs, s.UndoAfter = []string{"a"}, []string{"a"} }, is, "actions: undo_after: a, b wait for each other"},
		{"deleted long before", needs("b"), func(s *actions.Spec) { s.Phase = actions.PhaseDestroy }, is, `actions[0].needs: "b" is not done at the same time`},
		{"a task, for what deletes", func(s *actions.Spec) { s.Phase, s.Needs = actions.PhaseDestroy, []string{"tasks/laptop"} }, is, is, `"tasks/laptop" is not done at the same time`},
	} {
		err := actions.CheckOrder([]actions.Spec{spec("a", tt.a), spec("b", tt.b), spec("c", tt.c)})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// What the configuration makes no use of could never be done.
func TestCheckNeeds(t *testing.T) {
	check := func(needs ...string) error {
		return actions.CheckNeeds([]actions.Spec{{Name: "a"}, {Name: "b", Needs: needs}}, []string{"laptop"})
	}
	if err := check("a", "tasks/laptop"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"c": "the action b needs c: name that one too", "tasks/badge": `the action b needs the task "badge"`} {
		if err := check("a", name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
