package view

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"offboard/bot"
	"offboard/store"
)

// Card is IT's live checklist: one message per case, edited in place. What
// needs somebody comes first, what is done is folded into counts.
func (v View) Card(c store.Case) bot.Message {
	p := c.Plan(0)
	m := bot.Message{Summary: bot.Clean(v.verdict(c), bot.MaxSummary)}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	add(bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.B(m.Summary)}, v.facts(c, false))
	if text := delayed(p); text != "" {
		add(bot.Fine{Text: bot.T("It began " + text + ".")})
	}
	if text := measured(p); text != "" {
		add(bot.Prose{Text: bot.T("Locked out " + text + ".")})
	}
	add(v.hold(c)...)
	add(v.letGo(c)...)
	if p.State == store.Approved {
		add(v.reached(c)...)
		add(v.since(c)...)
		add(v.early(c)...)
		add(v.ready(c), bot.Fine{Text: bot.T("HR or security can set another time or cancel it" + v.presses(c) + ".")})
		add(v.pending(c)...)
		return m
	}
	now, buttons, waiting := v.urgent(c)
	if len(now) > 0 {
		add(bot.Checklist{Title: "To look at", Rows: now})
	}
	for _, b := range first(buttons, 4) {
		add(b)
	}
	add(v.pending(c)...)
	if text := counts(p); text != "" || waiting > 0 {
		if waiting > 0 {
			text = strings.TrimPrefix(text+", "+fmt.Sprintf("%d under way", waiting), ", ")
		}
		if text += "."; !p.Begun.IsZero() { // there is none before
			text += " The thread has every step."
		}
		add(bot.Fine{Text: bot.T(text)})
	}
	if p.State == store.Begun {
		add(bot.Buttons{
			{Label: "Note…", Verb: string(store.VerbNote), Object: object(c, "")},
			{
				Label: "Stop", Verb: string(store.VerbStop), Object: object(c, ""), Style: bot.Danger,
				Confirm: &bot.Confirm{Title: "Stop " + string(c.ID) + "?", Text: "What is not done yet is not done. What is done stays done.", Yes: "Stop it"},
			},
		})
	}
	if v.Kind(c.Terms.Kind).Returns {
		add(v.undo(c)...)
	}
	if p.State == store.Over {
		add(v.notBack(c)...)
	}
	return m
}

func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }

// counts says how the steps that have ended ended.
func counts(p store.Plan) string {
	n := map[store.StepState]int{}
	for _, s := range p.Steps {
		n[s.State]++
	}
	var out []string
	for _, st := range []store.StepState{store.Proven, store.Confirmed, store.Nothing, store.Skipped, store.Halted} {
		if n[st] > 0 {
			out = append(out, fmt.Sprintf("%d %s", n[st], st))
		}
	}
	return strings.Join(out, ", ")
}

// stepButtons are what a person can do about a step that needs one.
func (v View) stepButtons(c store.Case, s store.Step) bot.Buttons {
	obj := object(c, string(s.ID))
	label := func(verb string) string { return bot.Clean(verb+": "+v.short(c, s), bot.MaxLabel) }
	switch {
	case s.State.Ended(), s.Drift, s.Asks():
		return nil
	case s.Manual != nil && s.Manual.First:
		return bot.Buttons{{Label: "Confirm who it is", Verb: string(store.VerbConfirm), Object: obj, Style: bot.Primary}}
	case s.Manual != nil:
		return append(bot.Buttons{{Label: label("Confirm"), Verb: string(store.VerbConfirm), Object: obj, Style: bot.Primary}}, leaves(c, s)...)
	case s.State == store.Accepted:
		return append(bot.Buttons{
			{Label: label("Confirm"), Verb: string(store.VerbConfirm), Object: obj, Style: bot.Primary},
			{Label: label("Retry"), Verb: string(store.VerbRetry), Object: obj},
		}, leaves(c, s)...)
	case s.State == store.NeedsPerson, s.Calls:
		var out bot.Buttons
		if s.Calls && s.Taker == "" {
			out = append(out, v.take(c, s))
		}
		if s.State != store.Running {
			out = append(
				out,
				bot.Button{Label: label("Retry"), Verb: string(store.VerbRetry), Object: obj, Style: bot.Primary},
				bot.Button{Label: label("Skip"), Verb: string(store.VerbSkip), Object: obj, Style: bot.Danger},
			)
		}
		return out
	}
	return nil
}

// short names a step on a button. Tasks that follow from one step have the same
// words, so the thing says which one it is.
func (v View) short(c store.Case, s store.Step) string {
	if s.Manual != nil && s.Manual.Of != "" {
		if list := labels(s, v.Held(c, s)); len(list) == 1 {
			name, _, _ := strings.Cut(list[0], " (")
			return name
		}
	}
	return inner(s.Words)
}

// inner begins words with a small letter, for the middle of a phrase.
func inner(words string) string {
	r, n := utf8.DecodeRuneInString(words)
	return string(unicode.ToLower(r)) + words[n:]
}

// Settled replaces a message that has nothing to ask any more.
func (v View) Settled(c store.Case) bot.Message {
	text := fmt.Sprintf("%s: this is settled.", c.ID)
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// Ended replaces the question to somebody who was asked until the case was over.
func (v View) Ended(c store.Case) bot.Message {
	text := v.ended(c)
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text + " You need not do anything more.")}}}
}

// GoneOn replaces a message about an earlier plan of the case.
func (v View) GoneOn(c store.Case) bot.Message {
	text := fmt.Sprintf("%s has gone on since: a newer message tells how. /offboard status %s shows how it stands.", c.ID, c.ID)
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// Hidden replaces a message in a channel where somebody reads who may not know
// of the case.
func (v View) Hidden(c store.Case) bot.Message {
	text := fmt.Sprintf("%s is not shown here any more. Whoever works on it is written to directly.", c.ID)
	if c.ID == store.Installation {
		text = "This is not shown here any more. Whoever may know of it is written to directly."
	}
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// Detail is every step, in the thread below the card.
func (v View) Detail(c store.Case) bot.Message {
	m := bot.Message{Summary: fmt.Sprintf("%s: all steps.", c.ID)}
	if text := delayed(c.Plan(0)); text != "" {
		m.Parts = append(m.Parts, bot.Prose{Text: bot.T("It began " + text + ".")})
	}
	m.Parts = append(m.Parts, v.whole(c)...)
	for _, g := range v.groups(c.Plan(0)) {
		m.Parts = append(m.Parts, bot.Checklist{Title: g.title, Rows: v.grouped(c, g)})
	}
	for _, n := range c.Notes {
		m.Parts = append(m.Parts, bot.Fine{Text: bot.Join(bot.T("Note by " + v.Name(n.By) + ": " + bot.Clean(v.Text(string(c.ID), n.Text), 600)))})
	}
	if len(m.Parts) == 0 {
		text := "There is nothing to do."
		if len(c.Plan(0).Unsurveyed()) > 0 {
			text = "I am still looking. What is found stands here as soon as a system has answered."
		}
		m.Parts = []bot.Part{bot.Prose{Text: bot.T(text)}}
	}
	return m
}

// Need says that a step cannot go on without a person.
func (v View) Need(c store.Case, s store.Step) bot.Message {
	row := v.live(c, s)
	row.Text = bot.T(v.system(s.System) + ": " + row.Text.String())
	m := bot.Message{Summary: fmt.Sprintf("%s needs somebody: %s.", c.ID, row.Text)}
	m.Summary = bot.Clean(m.Summary, 300)
	m.Parts = []bot.Part{bot.Heading{Text: v.title(c)}, bot.Checklist{Rows: []bot.Row{row}}}
	if b := v.stepButtons(c, s); len(b) > 0 {
		m.Parts = append(m.Parts, b)
	}
	return m
}
