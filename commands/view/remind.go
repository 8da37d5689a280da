package view

import (
	"fmt"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Remind asks an approver again.
func (v View) Remind(c store.Case) bot.Message {
	text := fmt.Sprintf("%s still waits for your decision: %s asked you about %s.", c.ID, v.Name(c.Requester), v.Name(c.Person))
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{
		bot.Prose{Text: bot.T(text + " Nothing is taken away before you decide.")},
		bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}},
	}}
}

// Late says that the cut-off has passed and nobody has approved: nothing was
// taken away. It tells whoever reads it what they can do.
func (v View) Late(c store.Case, reader store.PersonID) bot.Message {
	p := c.Plan(0)
	todo := " Please approve or decline it now, or have somebody else asked."
	if reader == c.Requester {
		todo = " Please call them; or change the case so that somebody else is asked, or another time is set."
	}
	text := fmt.Sprintf("%s: access of %s was to end %s, but %s has not approved. Nothing was taken away.", c.ID, v.Name(c.Person), v.cutOff(c), v.approvers(p))
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: "The cut-off has passed"},
		bot.Prose{Text: bot.T(text + todo)},
		bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}},
	}}
}

// Waits asks those whose it is again for what a step needs. It is true for as
// long as it stands: what they can do is on the card.
func (v View) Waits(c store.Case, s store.Step, since time.Time) bot.Message {
	when := "since " + Moment(since, v.Zone).String()
	if s.Manual != nil && !s.Manual.First {
		when = "and was due " + Moment(since, v.Zone).String()
	}
	return v.nudge(c, string(c.ID)+" still waits", fmt.Sprintf("%s, about %s, still waits for %s, %s: %s.", c.ID, v.Name(c.Person), whose(s), when, v.what(c, s)))
}

// Silent tells HR that an approver does not answer. Their manager may be empty.
func (v View) Silent(c store.Case, approver store.PersonID, since time.Time, manager string) bot.Message {
	text := fmt.Sprintf("%s was asked to approve %s, about %s, on %s, and has not decided. Nothing is taken away before somebody does. Please talk to them, or name another approver: /offboard amend %s.",
		v.Name(approver), c.ID, v.Name(c.Person), Moment(since, v.Zone), c.ID)
	if manager != "" {
		text += " Their manager is " + manager + "."
	}
	return v.nudge(c, string(c.ID)+" waits for an approval", text)
}

// Undone tells the role above that a step waits for those whose it is.
func (v View) Undone(c store.Case, s store.Step, since time.Time, above store.Role) bot.Message {
	other := fmt.Sprintf("leave it out: /offboard skip %s %s", c.ID, s.ID)
	switch {
	case c.Plan(0).Begun.IsZero():
		other = fmt.Sprintf("give the case up: /offboard cancel %s", c.ID)
	case !store.Permitted(store.VerbSkip, []store.Role{above}):
		other = fmt.Sprintf("stop all that is not done yet: /offboard stop %s", c.ID)
	}
	return v.nudge(c, fmt.Sprintf("%s waits for %s", c.ID, whose(s)), fmt.Sprintf("%s, about %s, waits for %s since %s: %s. Please see to it that somebody does it, or %s.",
		c.ID, v.Name(c.Person), whose(s), Moment(since, v.Zone), v.what(c, s), other))
}

// nudge is a message that says that something waits.
func (v View) nudge(c store.Case, title, text string) bot.Message {
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: title},
		bot.Prose{Text: bot.T(text)},
		bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}},
	}}
}

// whose says who has to do what a step needs.
func whose(s store.Step) string {
	if s.Manual != nil {
		return s.Manual.Owner.Words()
	}
	return store.IT.Words()
}

func (v View) what(c store.Case, s store.Step) string {
	return bot.Clean(v.system(s.System)+": "+v.words(c, s), 300)
}
