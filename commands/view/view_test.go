package view_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/commands/view"
	"offboard/store"
)

var (
	planStates = []store.PlanState{store.Surveying, store.Proposed, store.Asked, store.Declined, store.Approved, store.Begun, store.Over}
	stepStates = []store.StepState{
		store.Waiting, store.Running, store.FailedAgain, store.NeedsPerson, store.Accepted,
		store.Proven, store.Nothing, store.Confirmed, store.Skipped, store.Halted,
	}
	whys  = []store.Why{store.Unreachable, store.Refuses, store.Unproven, store.Works}
	modes = []store.Mode{store.Now, store.At, store.Press}
)

// messages are all messages of a case.
func messages(v view.View, c store.Case) map[string]bot.Message {
	out := map[string]bot.Message{
		"survey": v.Survey(c), "question": v.Approval(c, "P-3"), "not asked": v.Approval(c, "P-9"), "card": v.Card(c), "detail": v.Detail(c),
		"approval card": v.ApprovalCard(c), "silent": v.Silent(c, "P-3", monday, v.Name("P-4")), "newer": v.Newer(c),
		"settled": v.Settled(c), "remind": v.Remind(c), "late": v.Late(c, "P-1"), "row": {Summary: "row", Parts: []bot.Part{bot.Checklist{Rows: []bot.Row{v.Row(c)}}}},
	}
	d := &store.Doubt{Entry: 1 << 60, Since: monday, Machine: monday.AddDate(250, 0, 0)}
	out["clock"] = view.Clock(store.Time{Now: monday, Machine: d.Machine, Doubt: true}, d, c.Zone())
	out["clock is right"] = view.Clock(store.Time{Now: monday, Machine: monday}, nil, c.Zone())
	out["doubted"] = view.Doubted(*d, c.Zone())
	if c.Plan(0).Kind == store.Leave { // of no other plan is anybody told so
		out["coming"], out["changed"], out["not coming"] = v.Coming(c), v.Changed(c, view.Announcement{At: monday}), v.NotComing(c)
		out["returning"] = v.Returning(c, monday)
	}
	out["withheld"], out["lifted"], out["ended"] = v.Withheld(c, c.Asker()), v.Lifted(c), v.Ended(c)
	for _, x := range c.Pending {
		out["second"] = v.Second(c, x, true)
	}
	if c.Plan(0).Kind.Opens() { // nobody approves another plan in the approver's place, and nothing in it goes to somebody
		waits := c // of whom somebody approved in their place
		waits.Plans = slices.Clone(c.Plans)
		waits.Plans[0].HeirsAsked, waits.Plans[0].Defaulted = monday, &store.Delegation{To: "P-5", At: monday}
		out["heirs"], out["heirs again"], out["heirs, silent"] = v.Heirs(waits, "P-3", monday, "P-3"), v.RemindHeirs(waits, "P-3", monday, ""), v.SilentHeirs(waits, monday, "P-5")
		out["heirs, settled"], out["heirs by default"] = v.HeirsSettled(waits, "P-3"), v.Defaulted(waits, "")
		for _, does := range []store.Standing{{}, {Asks: true}, {Decides: true, Gets: true}} {
			does.From, does.To = "P-3", "P-4"
			out[fmt.Sprintf("stands in %+v", does)], out[fmt.Sprintf("stands in, to them %+v", does)] = v.Replaced(c, does, "P-2"), v.Replaced(c, does, "P-4")
		}
	}
	out["goes on"] = v.GoesOnWith(c)
	for i, s := range c.Plan(0).Steps {
		if s.Manual != nil {
			out["lapsed "+string(s.ID)] = v.Lapsed(c, s)
		}
		out["need "+string(s.ID)] = v.Need(c, s)
		if i >= 12 { // all sorts were there
			continue
		}
		if s.Calls {
			out["alarm "+string(s.ID)] = v.Alarm(c, s, false, 15*time.Minute)
			out["alarm of somebody "+string(s.ID)] = v.Alarm(c, s, true, 15*time.Minute)
			out["alarm once "+string(s.ID)] = v.Alarm(c, s, false, 0)
		}
	}
	var list []view.Waiting
	for i, s := range c.Plan(0).Steps {
		list = append(list, view.Waiting{Step: s, Since: monday, Due: i%2 == 0})
	}
	if len(list) > 0 {
		out["waits"] = v.Waits(c, store.IT, list)
		out["undone"], out["undone security"] = v.Undone(c, store.IT, list, store.Security), v.Undone(c, store.Security, list, store.HR)
	}
	if c.State == store.CaseClosed {
		out["closing"] = v.Closing(c, "offboard/log\n7\nhash\n\n— name signature\n", true, true)
	}
	for _, h := range view.Heirs(c) {
		out["heir"] = v.Heir(c, h)
	}
	out["config"], out["old config"] = v.Config(store.Configuration{Entry: 7, By: v.Name("P-1"), Wanted: sealed}, false, true), v.Config(store.Configuration{Entry: 6}, true, false)
	out["agreed"], out["not agreed"] = v.Config(store.Configuration{Entry: 7, Second: "P-1"}, false, true), v.Config(store.Configuration{Entry: 7, Not: "P-1"}, false, true)
	return out
}

// sound fails for every message that some platform would refuse.
func sound(t *testing.T, v view.View, c store.Case) {
	t.Helper()
	for name, m := range messages(v, c) {
		if err := m.Check(); err != nil {
			t.Errorf("%s of a plan %s: %v", name, c.Plan(0).State, err)
		}
	}
}

// A case of 120 steps with 25 things to give is within all limits, in every
// state.
func TestManySteps(t *testing.T) {
	for _, plan := range planStates {
		for _, st := range stepStates {
			var steps []store.Step
			for n := range 120 {
				steps = append(steps, step(n, st))
			}
			var items []store.Item
			for n := range 25 {
				items = append(items, store.Item{ID: fmt.Sprint(n + 1), Heir: true})
			}
			steps[1].Items = items
			c := caseIn(plan, store.At, steps...)
			sound(t, newView("a name of ordinary length"), c)
		}
	}
}

// Every state of a step and of a plan is said in words.
func TestEveryStateIsWorded(t *testing.T) {
	v := newView("Jane Doe")
	for _, plan := range planStates {
		for _, mode := range modes {
			c := caseIn(plan, mode, step(0, store.Waiting), step(1, store.Proven))
			sound(t, v, c)
			for _, kind := range []string{"resignation", "death", "unknown"} {
				c.Terms.Kind = kind
				sound(t, v, c)
			}
			sound(t, v, caseIn(plan, mode)) // nothing was found
		}
	}
	said := map[string]store.StepState{}
	for _, st := range stepStates {
		for n := range 84 { // all sorts of steps
			s := step(n, st)
			s.Left = 0
			c := caseIn(store.Begun, store.Now, s)
			text := bottest.Render(v.Detail(c))
			if !strings.Contains(text, "Leave all groups") || strings.Contains(text, ": .") || strings.Contains(text, "  .") {
				t.Errorf("step %d, %s, reads\n%s", n, st, text)
			}
			for name, m := range messages(v, c) {
				for _, p := range m.Parts {
					list, _ := p.(bot.Checklist)
					for _, r := range list.Rows {
						if name == "detail" && strings.TrimSpace(r.Detail.String()) == "" {
							t.Errorf("step %d, %s, has no words in %s", n, st, name)
						}
					}
				}
			}
			if n != 0 {
				continue
			}
			if other, ok := said[text]; ok {
				t.Errorf("%s and %s read alike:\n%s", st, other, text)
			}
			said[text] = st
		}
	}
	for _, o := range []store.Outcome{store.Done, store.AccessLeft, store.Cancelled} {
		c := caseIn(store.Over, store.Now, step(0, store.Halted))
		c.Outcome = o
		sound(t, v, c)
	}
}

// Whatever names, labels, notes and errors say, the messages can be sent.
func FuzzTexts(f *testing.F) {
	for _, s := range []string{
		"", " ", "Jane Doe", "\u202egnp.exe\x00", "line\nbreak\r\n", "<!channel> *x* @here", "\xff\xfe", strings.Repeat("ä", 10000), "\u2066\u2069", "\t", "P-1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := newView(text)
		for n, plan := range planStates {
			var steps []store.Step
			for i, st := range stepStates {
				steps = append(steps, step(i+n, st))
			}
			sound(t, v, caseIn(plan, modes[n%len(modes)], steps...))
		}
		c := caseIn(store.Over, store.Now, step(1, store.Proven), step(5, store.Proven))
		sound(t, v, c)
		one := v.Name("P-1") // as package people hands out cards
		card := store.Card{ID: "x", Name: one, Login: "jane", Title: one, Department: one, Location: one, Mail: one, Accounts: []string{text}}
		m := bot.Message{Summary: "search", Parts: []bot.Part{view.Identity(card, one)}}
		if err := m.Check(); err != nil {
			t.Error(err)
		}
	})
}

// The leaver's zone and its offset stand beside every time.
func TestMoment(t *testing.T) {
	zone, err := time.LoadLocation("America/Toronto")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := view.Moment(monday, zone).String(), "Mon 23 November 2026, 04:00 (America/Toronto, UTC-05:00)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// After a death no message says that somebody leaves.
func TestNeutral(t *testing.T) {
	v := newView("Jane Doe")
	for _, plan := range planStates {
		c := caseIn(plan, store.At, step(0, store.Waiting), step(1, store.Proven), step(6, store.Waiting))
		c.Terms.Kind = "death"
		for name, m := range messages(v, c) {
			for _, word := range []string{"leaves", "leaving", "leaver", "Leaver"} {
				if text := m.Summary + bottest.Render(m); strings.Contains(text, word) {
					t.Errorf("%s of a plan %s says %q:\n%s", name, plan, word, text)
				}
			}
		}
	}
}

// Nothing that is read of an undo says that something is taken, or that somebody
// leaves.
func TestUndoNeverTakes(t *testing.T) {
	v := newView("Jane Doe")
	for _, plan := range planStates {
		for _, outcome := range []store.Outcome{store.Restored, store.PartRestored, store.Done} {
			for _, begun := range []bool{true, false} {
				c := caseIn(plan, store.At, step(3, store.Waiting), step(3, store.Proven), step(6, store.Nothing))
				p := &c.Plans[0]
				p.Kind, p.By = store.Restore, "P-2"
				if c.State == store.CaseClosed {
					c.Outcome = outcome
				}
				if !begun {
					p.Begun = time.Time{}
				}
				for name, m := range messages(v, c) {
					text := strings.ToLower(m.Summary + bottest.Render(m))
					for _, word := range []string{"leaves", "access ends", "access of", "cut off", "cut-off", "taken away", "takes away", "no access", "who gets what", "/offboard amend", "nothing was held", "lock-out"} {
						if strings.Contains(text, word) {
							t.Errorf("%s of an undo that is %s says %q:\n%s", name, plan, word, text)
						}
					}
				}
			}
		}
	}
}

// Nothing that is read of a plan that deletes says that somebody leaves, or that
// something could be given back.
func TestDestroyIsForGood(t *testing.T) {
	v := newView("Jane Doe")
	for _, plan := range planStates {
		c := caseIn(plan, store.At, step(3, store.Waiting), step(3, store.Proven), step(6, store.Nothing))
		c.Ruling.Retention = 90 * 24 * time.Hour
		c.Plans[0].Kind = store.Destroy
		for name, m := range messages(v, c) {
			text := strings.ToLower(m.Summary + bottest.Render(m))
			for _, word := range []string{"jane doe leaves", "access ends", "access of", "cut-off", "taken away", "takes away", "no access", "/offboard amend", "nothing was held"} {
				if strings.Contains(text, word) {
					t.Errorf("%s of a plan that deletes and is %s says %q:\n%s", name, plan, word, text)
				}
			}
		}
		if plan == store.Asked {
			text := bottest.Render(v.Approval(c, c.Plans[0].Approvers[0]))
			for _, want := range []string{"retention of 90 days is over", "Nothing of it can be given back", "Delete for good"} {
				if !strings.Contains(text, want) {
					t.Errorf("the question does not say %q:\n%s", want, text)
				}
			}
		}
	}
}

// A late start is said on the card, in its thread and at the end, with its
// cause where that is known; a minute is not late.
func TestLateStart(t *testing.T) {
	v := newView("Jane Doe")
	for _, tt := range []struct {
		late time.Duration
		why  store.Delay
		want string
	}{
		{59 * time.Second, store.ByOutage, ""},
		{3 * time.Hour, "", "3 hours late"},
		{time.Hour, store.ByOutage, "1 hour late: I was not running when it was due"},
		{time.Hour, store.ByPause, "1 hour late: I was paused when it was due"},
		{50 * time.Hour, store.ByClock, "2 days late: the clock of my machine was in doubt when it was due"},
	} {
		for _, plan := range []store.PlanState{store.Begun, store.Over} {
			c := caseIn(plan, store.At, step(0, store.Proven))
			p := &c.Plans[0]
			p.Begun, p.Delay = p.Due.Add(tt.late), tt.why
			all := map[string]bot.Message{"card": v.Card(c), "detail": v.Detail(c)}
			if plan == store.Over {
				all["closing"] = v.Closing(c, "", true, true)
			}
			for name, m := range all {
				text := strings.Join(strings.Fields(bottest.Render(m)), " ")
				if tt.want == "" && strings.Contains(text, "late") || !strings.Contains(text, tt.want) {
					t.Errorf("%s of a plan %s, late by %s (%s), reads\n%s", name, plan, tt.late, tt.why, text)
				}
			}
		}
	}
}

// What is withheld says why and what ends it, whatever it was before.
func TestWithheld(t *testing.T) {
	v := newView("Jane Doe")
	for _, st := range []store.StepState{store.Waiting, store.Running, store.FailedAgain} {
		s := step(0, st)
		s.Withheld = true
		c := caseIn(store.Begun, store.Now, s, step(1, store.Proven))
		sound(t, v, c)
		for name, m := range map[string]bot.Message{"card": v.Card(c), "detail": v.Detail(c)} {
			if text := bottest.Render(m); !strings.Contains(text, "the clock of my machine is in doubt") || !strings.Contains(text, "/offboard clock") {
				t.Errorf("%s, %s, reads\n%s", st, name, text)
			}
		}
	}
}

// Who may know of a case from the channel for approvals alone learns no reason
// there, and nothing of what was decided but by whom.
func TestApprovalCardHasNoReason(t *testing.T) {
	for _, plan := range planStates {
		s := step(1, store.Waiting)
		s.Login = store.Private{}
		c := caseIn(plan, store.At, s)
		c.Notes, c.Pending, c.Plans[0].Surveys = nil, nil, nil
		v := newView("Jane Doe")
		v.Book = reasons{book{text: "Jane Doe"}}
		if text := bottest.Render(v.ApprovalCard(c)); strings.Contains(text, "THE REASON") {
			t.Errorf("of a plan %s it reads\n%s", plan, text)
		}
	}
}

// Who must approve too, and why, stands before the button that submits.
func TestMoreApprovals(t *testing.T) {
	c := caseIn(store.Proposed, store.Now, step(0, store.Waiting), step(6, store.Waiting))
	text := bottest.Render(newView("a member of the board").Survey(c))
	for _, want := range []string{
		"More people must approve", "One person of HR, beside a member", "One person of security, beside", "is protected by the rule board: a member of the board.",
		"Company directory: a member of the board is a member of the board.",
	} {
		if at := strings.Index(text, want); at < 0 || at > strings.Index(text, "[Submit]") {
			t.Errorf("%q is not before the button:\n%s", want, text)
		}
	}
	if strings.Count(text, "Company directory: ") != 1 {
		t.Errorf("the same is said twice:\n%s", text)
	}
	c.Ruling = store.Ruling{}
	if text := bottest.Render(newView("a member of the board").Survey(c)); strings.Contains(text, "More people") {
		t.Errorf("nobody else has to approve:\n%s", text)
	}
}
