package view

import (
	"fmt"
	"slices"
	"time"

	"offboard/bot"
	"offboard/store"
)

// otherwise says to whom goes what nobody is named for, and when.
func (v View) otherwise(by time.Time, to, reader store.PersonID) string {
	if to == "" {
		return "Nothing is handed over before that."
	}
	return fmt.Sprintf("If nobody has by %s, it goes to %s.", Moment(by, v.Zone), v.you(to, reader))
}

// Heirs asks an approver who gets what, where somebody else has approved in their
// place, and says to whom it goes after a time; that may be empty.
func (v View) Heirs(c store.Case, reader store.PersonID, by time.Time, to store.PersonID) bot.Message {
	text := fmt.Sprintf("%s, about %s, was approved %sin your place. Please choose who gets what. %s Only handing it over waits for that.", c.ID, v.Name(c.Person), v.standing(c.Plan(0)), v.otherwise(by, to, reader))
	m := bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.T(text)}}}
	m.Parts = append(append(m.Parts, v.handover(c)...), v.known(c)...)
	buttons := append(bot.Buttons{{Label: "Choose who gets what…", Verb: string(store.VerbAnswer), Object: object(c, ""), Style: bot.Primary}}, v.tell(c)...)
	m.Parts = append(m.Parts, buttons, bot.Fine{Text: bot.T("Or type: /offboard answer " + string(c.ID))})
	return m
}

// RemindHeirs asks again who gets what.
func (v View) RemindHeirs(c store.Case, reader store.PersonID, by time.Time, to store.PersonID) bot.Message {
	text := fmt.Sprintf("%s, about %s, still waits for you to choose who gets what. %s Only handing it over waits for that. Type /offboard answer %s.", c.ID, v.Name(c.Person), v.otherwise(by, to, reader), c.ID)
	return v.nudge(c, string(c.ID)+" waits for an answer", text)
}

// standing names who approved in place of the approver, where that is one person.
func (v View) standing(p store.Plan) string {
	for _, d := range append(slices.Clone(p.Approvals), decision(p)...) {
		if d.Seat() == store.Approver {
			return "by " + v.Name(d.By) + " "
		}
	}
	return ""
}

// HeirsSettled is what is left of that question.
func (v View) HeirsSettled(c store.Case, reader store.PersonID) bot.Message {
	text := fmt.Sprintf("%s: who gets what is settled.", c.ID)
	if d := c.Plan(0).Defaulted; d != nil {
		text = fmt.Sprintf("%s: nobody had chosen in time who gets what, so it goes to %s.", c.ID, v.you(d.To, reader))
	}
	text += v.changeable(c, reader)
	m := bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
	m.Parts = append(m.Parts, v.known(c)...)
	if b := v.tell(c); len(b) > 0 {
		m.Parts = append(m.Parts, bot.Buttons(b))
	}
	return m
}

// changeable says who can still change who gets what; empty once it is being
// handed over, since that is a matter of seconds.
func (v View) changeable(c store.Case, reader store.PersonID) string {
	p := c.Plan(0)
	if p.State != store.Approved || p.HeirsOpen() || !v.open(c) {
		return ""
	}
	who := v.approvers(p)
	if slices.Contains(p.Approvers, reader) {
		who = "You"
	}
	return fmt.Sprintf(" %s can change it until it is handed over: /offboard answer %s.", who, c.ID)
}

// you is how somebody is named to a reader.
func (v View) you(id, reader store.PersonID) string {
	if id == reader {
		return "you"
	}
	return v.Name(id)
}

// SilentHeirs tells HR that nobody has said who gets what.
func (v View) SilentHeirs(c store.Case, by time.Time, to store.PersonID) bot.Message {
	p := c.Plan(0)
	text := fmt.Sprintf("%s was asked who gets what of %s, in %s, on %s, and has not answered. %s Only handing it over waits for that. Please talk to them.", v.approvers(p), v.Name(c.Person), c.ID, Moment(p.HeirsAsked, v.Zone), v.otherwise(by, to, ""))
	return v.nudge(c, string(c.ID)+" waits for an answer", text)
}

// Defaulted says that nobody has answered in time, and who gets what was open. The
// reader is empty where everybody of IT reads it.
func (v View) Defaulted(c store.Case, reader store.PersonID) bot.Message {
	text := fmt.Sprintf("%s, about %s: nobody has said in time who gets what, so what was open goes to %s.%s", c.ID, v.Name(c.Person), v.you(c.Plan(0).Defaulted.To, reader), v.changeable(c, reader))
	return v.nudge(c, string(c.ID)+": who gets what", text, v.handover(c)...)
}

// Lapsed says that a case goes on without a task that nobody has confirmed.
func (v View) Lapsed(c store.Case, s store.Step) bot.Message {
	text := fmt.Sprintf("%s, about %s: nobody has confirmed \"%s\" (%s), so the case goes on without it, as is configured. It will not end as done. When it is done after all, note it: /offboard note %s.",
		c.ID, v.Name(c.Person), bot.Clean(v.Words(c, s), 150), s.Manual.Owner.Words(), c.ID)
	return v.nudge(c, string(c.ID)+" goes on without a task", text)
}

// undone names the tasks that nobody has confirmed, where nothing else was left;
// empty where something was.
func (v View) undone(c store.Case) string {
	var list []string
	for _, s := range c.Plan(1).Steps {
		switch {
		case s.Asks():
		case s.Lapsed:
			list = append(list, "\""+bot.Clean(v.Words(c, s), 100)+"\"")
		case (s.State == store.Skipped || s.State == store.Halted) && (s.LockOut || s.Phase == "cut-off"):
			return ""
		}
	}
	if len(list) == 0 {
		return ""
	}
	return bot.Clean(names(list), 300)
}
