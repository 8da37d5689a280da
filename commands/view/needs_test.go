package view_test

import (
	"strings"
	"testing"

	"offboard/bot/bottest"
	"offboard/store"
)

// What needs another step says which one, and what that one still lacks.
func TestNeedsAreWorded(t *testing.T) {
	v := newView("Jane Doe")
	needed := func(state store.StepState, change func(s *store.Step)) store.Step {
		s := store.Step{StepPlan: store.StepPlan{ID: "dir/received/1", System: "dir", Words: "Take it back"}, State: state}
		if change != nil {
			change(&s)
		}
		return s
	}
	task := func(s *store.Step) { s.Manual = &store.Manual{Owner: store.IT} }
	elsewhere := func(s *store.Step) { s.ID = "dir/else/1" }
	for _, tt := range []struct {
		of    store.Step
		state store.StepState
		says  []string
	}{
		{needed(store.Waiting, nil), store.Waiting, []string{`waits for "Take it back" to be done`}},
		{needed(store.Accepted, nil), store.Waiting, []string{`waits for "Take it back" to be confirmed`, `"Check it in" must wait for that`}},
		{needed(store.Waiting, task), store.Waiting, []string{`waits for "Take it back" to be confirmed`, `for IT to confirm; "Check it in" must wait for that`}},
		{needed(store.Waiting, elsewhere), store.Waiting, []string{"waits for what is still looked for"}},
		{needed(store.Skipped, nil), store.Skipped, []string{`left out: "Take it back" was not done, and this must not be done without it`}},
		{needed(store.Proven, func(s *store.Step) { s.Left = 1 }), store.Skipped, []string{`left out: "Take it back" was not all done`}},
		{needed(store.Skipped, elsewhere), store.Skipped, []string{"left out: it needs something that is not a part of this"}},
	} {
		s := store.Step{StepPlan: store.StepPlan{ID: "dir/check-in/1", System: "dir", Words: "Check it in", Needs: []store.StepID{"dir/received/1"}}, State: tt.state}
		if tt.state == store.Skipped {
			s.Without = "dir/received/1"
		}
		c := caseIn(store.Begun, store.Now, tt.of, s)
		sound(t, v, c)
		text := strings.Join(strings.Fields(bottest.Render(v.Detail(c))), " ")
		asked := bottest.Render(v.Approval(caseIn(store.Asked, store.Now, tt.of, s), "P-3"))
		if says := strings.Contains(asked, `only once this is done: "Take it back"`); says != (tt.of.ID == "dir/received/1") {
			t.Errorf("it is asked:\n%s", asked)
		}
		for _, want := range tt.says {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not said:\n%s", want, text)
			}
		}
	}
}
