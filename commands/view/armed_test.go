package view_test

import (
	"strings"
	"testing"
	"time"

	"offboard/bot/bottest"
	"offboard/commands/view"
	"offboard/store"
)

// Before anybody presses, the card and the requester's message say how the
// systems were last found; a message that stands says when, an answer how long
// ago.
func TestReached(t *testing.T) {
	for _, tt := range []struct {
		name    string
		reached view.Reached
		when    view.When
		want    string
	}{
		{"not yet", view.Reached{}, view.When{Now: monday}, "I am looking whether every system answers."},
		{"all, standing", view.Reached{At: monday, Systems: 2}, view.When{Now: monday.Add(5 * time.Minute)}, "Ready, checked Mon 23 November 2026, 09:00 (Europe/Lisbon, UTC+00:00); 2 systems answered."},
		{"all, asked", view.Reached{At: monday, Systems: 1}, view.When{Now: monday.Add(5 * time.Minute), Exact: true}, "Ready, checked 5 minutes ago; 1 system answered."},
		{"just now", view.Reached{At: monday, Systems: 1}, view.When{Now: monday.Add(59 * time.Second), Exact: true}, "Ready, checked just now; 1 system answered."},
		{"one is silent", view.Reached{At: monday, Systems: 2, Silent: []string{"dir"}}, view.When{Now: monday.Add(5 * time.Minute), Exact: true}, "Ready, checked 5 minutes ago; 1 system did not answer: Company directory."},
		{
			"both kinds",
			view.Reached{At: monday, Systems: 4, Silent: []string{"dir", "vpn"}, Unread: []string{"crm"}},
			view.When{Now: monday.Add(61 * time.Second), Exact: true},
			"Ready, checked a minute ago; 2 systems did not answer: Company directory and vpn; 1 system could not be read: crm.",
		},
	} {
		v := newView("Jane Doe")
		v.Reached, v.When = tt.reached, tt.when
		for _, plan := range planStates {
			for _, mode := range modes {
				c := caseIn(plan, mode)
				sound(t, v, c)
				for name, m := range map[string]string{"card": bottest.Render(v.Card(c)), "survey": bottest.Render(v.Survey(c))} {
					got := strings.Contains(strings.Join(strings.Fields(m), " "), tt.want)
					if armed := plan == store.Approved && mode == store.Press; got != armed || view.Armed(c) != armed {
						t.Errorf("%s, the %s of a plan %s, %s, reads\n%s", tt.name, name, plan, mode, m)
					}
				}
			}
		}
	}
}

// How long the lock-out took counts from the press, or from when it was due, to
// the last read that proves it; not from when the bot began.
func TestMeasured(t *testing.T) {
	lock := func(n int, after time.Duration, state store.StepState) store.Step {
		s := step(4*n, state) // a lock-out
		s.Manual, s.Left, s.Calls = nil, 0, false
		s.Ended = monday.Add(after)
		return s
	}
	other := func(after time.Duration, state store.StepState) store.Step {
		s := step(2, state)
		s.Manual, s.Left, s.Ended = nil, 0, monday.Add(after)
		return s
	}
	manual := step(6, store.Waiting)
	both := []store.Step{lock(0, 900*time.Millisecond, store.Proven), lock(1, 4200*time.Millisecond, store.Proven)}
	for _, tt := range []struct {
		name   string
		press  bool
		steps  []store.Step
		card   string // what follows "Locked out "; empty: nothing is said
		ending string // in the closing message
	}{
		{"all proven", true, append(both, other(2*time.Minute, store.Proven), manual), "4.2 seconds after the press; everything proven after 2 minutes.", "4.2 seconds after the press; everything proven after 2 minutes"},
		{"the rest is open", true, append(both, other(0, store.Waiting)), "4.2 seconds after the press.", ""},
		{"the rest was left out", true, append(both, other(time.Hour, store.Skipped)), "4.2 seconds after the press.", "4.2 seconds after the press"},
		{"by the clock", false, both, "4.2 seconds after the cut-off; everything proven after 4.2 seconds.", "4.2 seconds after the cut-off; everything proven after 4.2 seconds"},
		{"a lock-out is open", true, append(both, lock(2, 0, store.FailedAgain)), "", ""},
		{"a lock-out was accepted", true, append(both, lock(2, 0, store.Accepted)), "", ""},
		{"a lock-out was confirmed", true, append(both, lock(2, time.Hour, store.Confirmed)), "1 hour after the press, 1 confirmed by a person, not by a read.", "1 hour after the press, 1 confirmed by a person, not by a read"},
		{"a lock-out was left out", true, append(both, lock(2, time.Hour, store.Skipped)), "", "1 lock-out was not done"},
		{"nothing to lock", true, []store.Step{other(time.Second, store.Proven)}, "", "none was needed"},
	} {
		v := newView("Jane Doe")
		for _, plan := range []store.PlanState{store.Begun, store.Over} {
			mode := store.At
			if tt.press {
				mode = store.Press
			}
			c := caseIn(plan, mode, tt.steps...)
			p := &c.Plans[0]
			p.Begun = monday.Add(100 * time.Millisecond) // late, which counts
			if tt.press {
				p.Press = monday
			}
			text := strings.Join(strings.Fields(bottest.Render(v.Card(c))), " ")
			if got := strings.Contains(text, "Locked out"); got != (tt.card != "") || !strings.Contains(text, tt.card) {
				t.Errorf("%s: the card of a plan %s reads\n%s", tt.name, plan, text)
			}
			if plan == store.Over && tt.ending != "" {
				if text = strings.Join(strings.Fields(bottest.Render(v.Closing(c, "", false, false))), " "); !strings.Contains(text, "Last lock-out "+tt.ending+" All done") {
					t.Errorf("%s: the closing message reads\n%s", tt.name, text)
				}
			}
		}
	}
}
