package view

import (
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// drifted are the steps that were found after the plan was approved and wait
// for an approval of their own.
func drifted(p store.Plan) store.Plan {
	var steps []store.Step
	for _, s := range p.Steps {
		if s.Drift {
			steps = append(steps, s)
		}
	}
	p.Steps = steps
	return p
}

// since says what was found after the approval, and who decides about it; empty
// if nothing waits.
func (v View) since(c store.Case) []bot.Part {
	p := drifted(c.Plan(0))
	if len(p.Steps) == 0 || p.Emergency { // of an emergency the approver reads all that waits

		return nil
	}
	parts := []bot.Part{bot.Prose{Text: bot.T(fmt.Sprintf("Found since it was approved: %s. %s. All else goes on without it.", store.Count(len(p.Steps), "step", "steps"), upper(v.Asking(c))))}}
	return append(parts, v.foundSince(c, p)...)
}

func (v View) foundSince(c store.Case, p store.Plan) []bot.Part {
	var parts []bot.Part
	for _, g := range v.groups(p) {
		list := bot.Checklist{Title: g.title, Rows: v.accounts(c, g)}
		list.Rows = append(list.Rows, v.planned(c, g)...)
		parts = append(parts, list)
	}
	return parts
}

// Drift asks for the approval of exactly what was found since a plan was
// approved.
func (v View) Drift(c store.Case, reader store.PersonID) bot.Message {
	p := c.Plan(0)
	late := drifted(p)
	if p.Unratified() && c.Eligible(reader) && len(c.Outstanding()) > 0 {
		return v.Ratify(c, reader)
	}
	m := bot.Message{Parts: []bot.Part{bot.Heading{Text: v.title(c)}}}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	if len(late.Steps) == 0 || !c.Eligible(reader) {
		return v.Settled(c)
	}
	m.Summary = fmt.Sprintf("%s: more of %s was found since it was approved. Please approve it or leave it.", c.ID, v.Name(c.Person))
	add(bot.Prose{Text: bot.T(fmt.Sprintf("I looked again at what %s has, and found this since it was approved. Shall it be taken too? What is approved goes on as it is.", v.Name(c.Person)))})
	if len(c.Outstanding()) > 1 || len(p.Given) > 0 {
		add(bot.Prose{Text: bot.T(upper(v.Asking(c)) + ". All of them must approve.")})
	}
	add(voided(p, reader)...)
	add(v.foundSince(c, late)...)
	text := "What was found since is taken too."
	if n := lost(late); n > 0 {
		text += " " + store.Count(n, "thing can't", "things can't") + " be given back."
	}
	add(bot.Buttons{
		{
			Label: "Approve", Verb: string(store.VerbApprove), Object: object(c, p.Scope), Style: bot.Primary,
			Confirm: &bot.Confirm{Title: bot.Clean("Approve more of "+v.title(c)+"?", 100), Text: bot.Clean(text, 300), Yes: "Yes, approve"},
		},
		{Label: "Leave it…", Verb: string(store.VerbDecline), Object: object(c, p.Scope), Style: bot.Danger},
	}, typed(store.VerbApprove, c))
	add(v.hold(c)...)
	return m
}

// Gave replaces the question to somebody who has approved while others are still
// asked.
func (v View) Gave(c store.Case) bot.Message {
	text := fmt.Sprintf("%s: %s. You need not do anything more.", c.ID, v.Asking(c))
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// Unread tells that systems could not be read when the survey was repeated
// before the cut-off.
func (v View) Unread(c store.Case) bot.Message {
	p := c.Plan(0)
	var rows []bot.Row
	for _, u := range p.Unread {
		rows = append(rows, bot.Row{Mark: bot.Failed, Text: bot.T(bot.Clean(v.Text(string(c.ID), u), 400))})
	}
	text := fmt.Sprintf("%s: not everything of %s could be read when I looked again. What is approved is done all the same, as soon as the systems answer; but an account that is new there would not be seen. Please see to it that they answer.", c.ID, v.Name(c.Person))
	if p.State == store.Approved && p.CutOff.Mode == store.At {
		text += " Access ends " + v.cutOff(c).String() + "."
	}
	return v.nudge(c, "I can't read everything", text, bot.Checklist{Rows: rows})
}
