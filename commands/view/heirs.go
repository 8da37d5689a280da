package view

import (
	"fmt"
	"time"

	"offboard/bot"
	"offboard/store"
)

// otherwise says to whom goes what nobody is named for, and when.
func (v View) otherwise(c store.Case, by time.Time, to store.PersonID) string {
	if to == "" {
		return "Nothing is handed over before that."
	}
	return fmt.Sprintf("If nobody has by %s, it goes to %s.", Moment(by, v.Zone), v.Name(to))
}

// Heirs asks an approver who gets what, where somebody else has approved in their
// place; and once it has lasted until then, that it goes to an heir, who may be
// empty.
func (v View) Heirs(c store.Case, by time.Time, to store.PersonID) bot.Message {
	text := fmt.Sprintf("%s, about %s, was approved in your place. Please choose who gets what. %s Only handing it over waits for that.", c.ID, v.Name(c.Person), v.otherwise(c, by, to))
	m := bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.T(text)}}}
	m.Parts = append(m.Parts, v.handover(c)...)
	m.Parts = append(m.Parts, bot.Buttons{{Label: "Choose who gets what…", Verb: string(store.VerbAnswer), Object: object(c, ""), Style: bot.Primary}}, bot.Fine{Text: bot.T("Or type: /offboard answer " + string(c.ID))})
	return m
}

// HeirsSettled is what is left of that question.
func (v View) HeirsSettled(c store.Case) bot.Message {
	text := fmt.Sprintf("%s: who gets what is settled.", c.ID)
	if d := c.Plan(0).Defaulted; d != nil {
		text = fmt.Sprintf("%s: nobody had chosen in time who gets what, so it goes to %s.", c.ID, v.Name(d.To))
	}
	if v.open(c) && !c.Plan(0).HeirsOpen() {
		text += fmt.Sprintf(" You can change it until it is handed over: /offboard answer %s.", c.ID)
	}
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// SilentHeirs tells HR that nobody has said who gets what.
func (v View) SilentHeirs(c store.Case, by time.Time, to store.PersonID) bot.Message {
	p := c.Plan(0)
	text := fmt.Sprintf("%s was asked who gets what of %s in %s, on %s, and has not answered. %s Only handing it over waits for that. Please talk to them.", v.approvers(p), v.Name(c.Person), c.ID, Moment(p.HeirsAsked, v.Zone), v.otherwise(c, by, to))
	return v.nudge(c, string(c.ID)+" waits for an answer", text)
}

// Defaulted says that nobody has answered in time, and who gets what was open.
func (v View) Defaulted(c store.Case) bot.Message {
	p := c.Plan(0)
	text := fmt.Sprintf("%s, about %s: nobody has said in time who gets what, so what was open goes to %s.", c.ID, v.Name(c.Person), v.Name(p.Defaulted.To))
	if v.open(c) {
		text += fmt.Sprintf(" %s can change it until it is handed over: /offboard answer %s.", v.approvers(p), c.ID)
	}
	return v.nudge(c, string(c.ID)+": who gets what", text, v.handover(c)...)
}

// Lapsed says that a case goes on without a task that nobody has confirmed.
func (v View) Lapsed(c store.Case, s store.Step) bot.Message {
	text := fmt.Sprintf("%s, about %s: nobody has confirmed \"%s\" (%s), so the case goes on without it, as is configured. It will not end as done. When it is done after all, note it: /offboard note %s.",
		c.ID, v.Name(c.Person), bot.Clean(v.words(c, s), 150), s.Manual.Owner.Words(), c.ID)
	return v.nudge(c, string(c.ID)+" goes on without a task", text)
}

// undone names the tasks that nobody has confirmed, where nothing else was left;
// empty where something was.
func (v View) undone(c store.Case) string {
	var list []string
	for _, s := range c.Plan(1).Steps {
		switch {
		case s.Lapsed:
			list = append(list, "\""+bot.Clean(v.words(c, s), 100)+"\"")
		case (s.State == store.Skipped || s.State == store.Halted) && (s.LockOut || s.Phase == "cut-off"):
			return ""
		}
	}
	if len(list) == 0 {
		return ""
	}
	return bot.Clean(names(list), 300)
}
