package view

import (
	"fmt"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Alarm calls people for a lock-out that has failed. had says that somebody sees
// to it; every is how often people are called until somebody does, 0 for once.
func (v View) Alarm(c store.Case, s store.Step, had bool, every time.Duration) bot.Message {
	row := v.live(c, s)
	row.Text = bot.T(v.system(s.System) + ": " + row.Text.String())
	m := bot.Message{Summary: bot.Clean(fmt.Sprintf("%s: a lock-out has failed: %s.", c.ID, row.Text), bot.MaxSummary)}
	buttons, fine := v.stepButtons(c, s), "Or type: /offboard take "+string(c.ID)
	text := "A lock-out has failed: the account can still be used."
	switch {
	case had:
		text, fine = v.Name(s.Taker)+" sees to the lock-out that has failed.", fmt.Sprintf("If it is still open after %s, I call again.", length(store.TakenFor))
	case s.Taker != "":
		text = fmt.Sprintf("%s took it on %s ago, and the account can still be used.", v.Name(s.Taker), length(store.TakenFor))
		buttons = append(bot.Buttons{v.take(c, s)}, buttons...)
	}
	if !had && every > 0 {
		fine = fmt.Sprintf("I call again every %s until somebody has it. ", length(every)) + fine
	}
	m.Parts = []bot.Part{bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.B(text)}, bot.Checklist{Rows: []bot.Row{row}}}
	if len(buttons) > 0 {
		m.Parts = append(m.Parts, buttons)
	}
	m.Parts = append(m.Parts, bot.Fine{Text: bot.T(fine)})
	return m
}

// take is the button of whoever sees to a lock-out.
func (v View) take(c store.Case, s store.Step) bot.Button {
	return bot.Button{Label: bot.Clean("I have it: "+inner(s.Words), bot.MaxLabel), Verb: string(store.VerbTake), Object: object(c, string(s.ID)), Style: bot.Primary}
}

// has says who sees to a step, and since when.
func (v View) has(s store.Step) bot.Text {
	if s.Taker == "" {
		return nil
	}
	since := bot.Span{Plain: s.TakenAt.In(v.Zone).Format("15:04 (MST)"), Time: s.TakenAt}
	return bot.Join(bot.T(" "+v.Name(s.Taker)+" has it since "), bot.Text{since}, bot.T("."))
}

// Newer replaces a call when there is a later one.
func (v View) Newer(c store.Case) bot.Message {
	text := fmt.Sprintf("%s: a newer message asks for this.", c.ID)
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}
