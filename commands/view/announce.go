package view

import (
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// Coming tells those who prepare for it that somebody's access ends soon.
func (v View) Coming(c store.Case) bot.Message {
	text := fmt.Sprintf("%s %s.", v.named(v.wording(c).begins, c), v.cutOff(c))
	m := bot.Message{Summary: bot.Clean(string(c.ID)+": "+text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: v.title(c)},
		bot.Prose{Text: bot.Join(bot.B(text), bot.T(" It is approved. If something has to be ready by then, now is the time; the bot does the rest by itself."))},
		v.facts(c, false),
	}}
	m.Parts = append(m.Parts, bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}})
	return m
}

// NotComing replaces what Coming said, where that is not true any more.
func (v View) NotComing(c store.Case) bot.Message {
	text := fmt.Sprintf("%s: the time that stood here has changed. /offboard status %s shows the new one.", c.ID, c.ID)
	if p := c.Plan(0); p.State == store.Over && p.Begun.IsZero() {
		text = fmt.Sprintf("%s was given up: access of %s does not end. There is nothing to prepare.", c.ID, v.Name(c.Person))
	}
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// early lists the tasks that are to be done before access ends.
func (v View) early(c store.Case) []bot.Part {
	list := bot.Checklist{Title: "To do before access ends"}
	var buttons []bot.Part
	for _, s := range c.Plan(0).Steps {
		if !s.Early() || s.State.Ended() {
			continue
		}
		row := v.live(c, s)
		row.Text = bot.T(v.system(s.System) + ": " + row.Text.String())
		list.Rows = append(list.Rows, row)
		if b := v.stepButtons(c, s); len(b) > 0 && len(buttons) < 4 {
			buttons = append(buttons, b)
		}
	}
	if len(list.Rows) == 0 {
		return nil
	}
	return append([]bot.Part{list}, buttons...)
}
