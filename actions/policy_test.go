package actions_test

import (
	"context"
	"slices"
	"testing"

	"offboard/actions"
	"offboard/store"
)

// What a rule leaves out is neither read nor planned, and the survey says so.
func TestSurveyLeavesOutWhatTheRulesDo(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Tasks = []actions.Task{{Name: "laptop", Words: "Take back the laptop", Owner: store.IT}, {Name: "badge", Words: "Switch off the badge", Owner: store.Security}}
		w.cfg.Left = func(p actions.Person, kind string) map[string]string {
			if p.Login != "jane" || kind != "resignation" {
				t.Errorf("asked about %s, %s", p.Login, kind)
			}
			return map[string]string{"vpn": "remote", "dir/lock": "design", "dir/owner": "design", "tasks/badge": "remote"}
		}
		w.start()
		id := w.proposed("jane")
		want := []store.StepID{"dir/groups/1", "dir/groups/2", "dir/password/1", "dir/password/2", "tasks/laptop/1"}
		if got := stepIDs(w.get(id).Plan(0)); !slices.Equal(got, want) {
			t.Errorf("steps\n%q, want\n%q", got, want)
		}
		if n := w.calls("vpn/"); n != 0 {
			t.Errorf("%d calls at a system that is left out", n)
		}
		if after := w.step(id, "dir/password/1").After; len(after) != 0 {
			t.Errorf("a step waits for one that is left out: %q", after)
		}
		w.has(w.texts(id, w.surveyed(id, "dir").Notes), "The rule design leaves this out: lock the account")
		notes := w.texts(id, w.surveyed(id, actions.Tasks).Notes)
		w.has(notes, "VPN is left alone: the rule remote says so.")
		w.has(notes, `Nobody is given the task "Switch off the badge": the rule remote says so.`)
		if s := w.surveyed(id, "vpn"); !s.Searched.IsZero() || len(s.Unread) != 0 {
			t.Errorf("it says that it looked at the VPN: %+v", s)
		}
	})
}

// An account that a system needs is told with its plan, and takes one more
// approval, before anybody is asked.
func TestSurveyTellsWhoIsNeeded(t *testing.T) {
	bubble(t, func(w *world) {
		dir := w.cfg.Systems[0]
		dir.Actions = slices.Clone(dir.Actions)
		dir.Actions[0].Action = needing{dir.Actions[0].Action, "dir-adm-jane"}
		w.systems(dir, w.cfg.Systems[1])
		w.start()
		id := w.proposed("jane")
		needed := 0
		for _, s := range w.get(id).Plan(0).Steps {
			if s.Needed.IsZero() {
				continue
			}
			needed++
			if text := w.text(id, s.Needed); text != "the last administrator" || w.text(id, s.Login) != "adm-jane" {
				t.Errorf("%s is about %s, needed as %q", s.ID, w.text(id, s.Login), text)
			}
		}
		if needed != 1 || !slices.Equal(w.get(id).Ruling.Also, []store.Role{store.Security}) {
			t.Errorf("%d steps are about it, approved too by %v", needed, w.get(id).Ruling.Also)
		}
		w.has(w.texts(id, w.surveyed(id, "dir").Notes), "adm-jane is the last administrator. That needs one more approval")
	})
}

// needing is an action whose system needs one of the accounts.
type needing struct {
	actions.Action
	account string
}

func (n needing) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	f, err := n.Action.Check(ctx, t)
	f.Needed = map[string]string{n.account: "the last administrator"}
	return f, err
}
