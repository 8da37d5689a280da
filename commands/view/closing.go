package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Closing is the last message of a case: who asked, who approved, what was
// taken and from where, who got what, how long it took, what remains, and the
// checkpoint of the log that proves it. undo: it has the button to undo it, for a
// reader who may. ask: it asks how it went.
func (v View) Closing(c store.Case, checkpoint string, undo, ask bool) bot.Message {
	p := c.Plan(0)
	m := bot.Message{Summary: v.ended(c)}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	add(bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.B(v.ended(c))})
	facts := bot.Facts{{Label: "Asked for by", Value: bot.T(v.Name(c.Asker()))}}
	if p.Kind == store.Destroy {
		facts[0] = bot.Fact{Label: "Why", Value: bot.T(retention(c))}
	}
	if p.Kind == store.Retake {
		facts[0] = bot.Fact{Label: "Why", Value: bot.T("it was there again")}
	}
	if p.Decision != nil {
		facts = append(facts, bot.Fact{Label: "Approved by", Value: bot.T(v.approvedBy(p))})
	}
	if !p.Begun.IsZero() {
		began := Moment(p.Begun, c.Zone())
		if text := delayed(p); text != "" {
			began = bot.Join(began, bot.T(", "+text))
		}
		facts = append(facts, bot.Fact{Label: "Began", Value: began})
		if p.Kind == store.Leave || p.Kind == store.Retake {
			facts = append(facts, bot.Fact{Label: "Last lock-out", Value: bot.T(lockedOut(p))})
		}
		facts = append(facts, bot.Fact{Label: "All done", Value: bot.T("after " + length(c.Closed.Sub(p.Begun)))})
	}
	add(append(facts, v.holds(c)...))
	for _, g := range v.groups(p) {
		add(bot.Checklist{Title: g.title, Rows: v.grouped(c, g)})
	}
	add(v.handover(c)...)
	add(v.notBack(c)...)
	add(v.remains(c)...)
	add(v.back(c)...)
	if undo {
		add(v.undo(c)...)
	}
	if ask {
		add(v.feedback(c)...)
	}
	if checkpoint != "" {
		add(bot.Fine{Text: bot.T("Checkpoint of the audit log. Keep this message: it proves later that nothing before it was changed.\n" + checkpoint)})
	}
	return m
}

// Unsigned stands where a checkpoint would: the key that signs lives elsewhere and
// can't be asked. Nobody waits for it to learn that a case is over.
func (v View) Unsigned() bot.Part {
	return bot.Fine{Text: bot.T("There is no checkpoint of the audit log here: the key that signs it does not answer. The next one proves what has happened until now, too.")}
}

// grouped words the steps of one system while they are done and after: a row
// for each action that goes the same way on all its accounts, and one for each
// step that needs a word of its own.
func (v View) grouped(c store.Case, g group) []bot.Row {
	var rows []bot.Row
	for _, same := range alike(g.steps) {
		same = notable(same)
		s := same[0]
		if s.Manual != nil || slices.ContainsFunc(same, func(x store.Step) bool { return x.State != s.State || !smooth(x) }) {
			for _, x := range same {
				row := v.live(c, x)
				if items := v.held(c, []store.Step{x}); items != "" && x.Manual == nil {
					row.Detail = bot.Join(row.Detail, bot.T(" · "+items))
				}
				rows = append(rows, row)
			}
			continue
		}
		row := v.live(c, s)
		row.Text = bot.T(s.Words + v.on(c, same))
		if items := v.held(c, same); items != "" {
			row.Detail = bot.Join(row.Detail, bot.T(" · "+items))
		}
		rows = append(rows, row)
	}
	return rows
}

// notable leaves out the accounts on which there was nothing to do, where there
// was something on another.
func notable(same []store.Step) []store.Step {
	out := slices.DeleteFunc(slices.Clone(same), func(s store.Step) bool { return s.State == store.Nothing && smooth(s) })
	if len(out) == 0 {
		return same
	}
	return out
}

// smooth reports whether there is nothing to tell of a step but its state.
func smooth(s store.Step) bool {
	switch s.State {
	case store.Waiting, store.Running, store.Proven, store.Nothing, store.Halted:
		return !s.Withheld && s.Tries <= 1 && s.Left == 0 && !s.Unanswered()
	case store.FailedAgain, store.NeedsPerson, store.Accepted, store.Confirmed, store.Skipped:
	}
	return false
}

// lockedOut is how long the person could still sign in, or that they may still.
func lockedOut(p store.Plan) string {
	left := 0
	for _, s := range p.Steps {
		if s.LockOut && (s.State == store.Skipped || s.State == store.Halted) {
			left++
		}
	}
	switch text := measured(p); {
	case left > 0:
		return store.Count(left, "lock-out was", "lock-outs were") + " not done"
	case text != "":
		return text
	}
	return "none was needed"
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (v View) remains(c store.Case) []bot.Part {
	p := c.Plan(0)
	var rows []bot.Row
	for _, s := range p.Steps {
		switch {
		case s.Asks():
			rows = append(rows, v.untold(c)...)
		case s.State == store.Skipped || s.State == store.Halted:
			rows = append(rows, bot.Row{Mark: bot.Skipped, Text: bot.T(v.system(s.System) + ": " + v.Words(c, s)), Detail: bot.T(notDone(p, s))})
		case s.Left > 0:
			rows = append(rows, bot.Row{Mark: bot.Failed, Text: bot.T(v.system(s.System) + ": " + v.Words(c, s)), Detail: bot.T(store.Count(s.Left, "new item", "new items") + " left")})
		}
	}
	if len(rows) == 0 {
		return []bot.Part{bot.Prose{Text: bot.T("Nothing remains to be done.")}}
	}
	return []bot.Part{bot.Checklist{Title: "What remains", Rows: rows}}
}

// Heir tells somebody what they have got.
func (v View) Heir(c store.Case, heir store.PersonID) bot.Message {
	var rows []bot.Row
	for _, s := range c.Plan(0).Steps {
		if !s.StepPlan.Answers || s.State != store.Proven {
			continue
		}
		for _, h := range v.Held(c, s) {
			if a, ok := s.Answer(h.ID); ok && a.Choice == store.Give && a.Heir == heir {
				rows = append(rows, bot.Row{Mark: bot.Proven, Text: bot.T(v.system(s.System) + ": " + bot.Clean(h.Label, 150))})
			}
		}
	}
	text := fmt.Sprintf("You have taken over %s from %s.", store.Count(len(rows), "thing", "things"), v.Name(c.Person))
	return bot.Message{Summary: text, Parts: []bot.Part{
		bot.Heading{Text: "You have taken something over"},
		bot.Prose{Text: bot.T(text + " It is yours now; you need not do anything to get it. If it should be somebody else's, tell IT.")},
		bot.Checklist{Rows: rows},
	}}
}

// Heirs lists who gets something, once everything that is handed over has
// ended, so that each is told once.
func Heirs(c store.Case) []store.PersonID {
	var out []store.PersonID
	seen := map[store.PersonID]bool{}
	for _, s := range c.Plan(0).Steps {
		if !s.StepPlan.Answers {
			continue
		}
		if !s.State.Ended() {
			return nil
		}
		for _, a := range s.Answers {
			if a.Choice == store.Give && s.State == store.Proven && !seen[a.Heir] {
				seen[a.Heir] = true
				out = append(out, a.Heir)
			}
		}
	}
	return out
}

// Row is a case in one line, for lists.
func (v View) Row(c store.Case) bot.Row {
	row := bot.Row{Mark: bot.Open, Text: bot.T(v.title(c)), Detail: bot.T(strings.TrimPrefix(v.verdict(c), string(c.ID)+": "))}
	switch {
	case slices.ContainsFunc(c.Returns, store.Return.Open):
		row.Mark = bot.Failed
	case c.State == store.CaseClosed && (c.Outcome == store.Done || c.Outcome == store.Restored):
		row.Mark = bot.Proven
	case c.State == store.CaseClosed && c.Outcome == store.PartRestored:
		row.Mark = bot.Amber
	case c.State == store.CaseClosed && (c.Outcome == store.AccessLeft || c.Outcome == store.Unratified), c.Summary().Stuck > 0:
		row.Mark = bot.Failed
	case c.State == store.CaseClosed:
		row.Mark = bot.Skipped
	case c.Plan(0).State == store.Begun:
		row.Mark = bot.Running
	}
	return row
}

// notDone says why a step was not done, where nobody has decided that.
func notDone(p store.Plan, s store.Step) string {
	switch {
	case s.Lapsed:
		return "was not confirmed in time"
	case s.Without != "":
		return notDecided(p, s)
	}
	return "was not done"
}
