package view

import (
	"fmt"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Away reports whether a case keeps somebody without access who is to come back.
func (v View) Away(c store.Case) bool {
	return c.State == store.CaseClosed && c.Watched() && v.Kind(c.Terms.Kind).Returns
}

// Until is the day on which somebody who is away is to come back; zero where none
// is set.
func Until(c store.Case) time.Time {
	if c.Terms.End == "" {
		return time.Time{}
	}
	t, _ := store.WishOf(c.Terms.End, "00:00").In(c.Zone())
	return t
}

// until says until when somebody has no access.
func (v View) until(c store.Case) string {
	name := inner(v.Kind(c.Terms.Kind).Title)
	if c.Terms.End == "" {
		return "until the " + name + " is ended; no day is set for that"
	}
	return "until the " + name + " is ended, which is due on " + Day(c.Terms.End)
}

// Returning reminds HR that somebody is to come back soon, or was to: nothing comes
// back by itself.
func (v View) Returning(c store.Case, now time.Time) bot.Message {
	name, kind := v.Name(c.Person), inner(v.Kind(c.Terms.Kind).Title)
	text := fmt.Sprintf("The %s of %s (%s) ends on %s.", kind, name, c.ID, Day(c.Terms.End))
	if !now.Before(Until(c)) {
		text = fmt.Sprintf("The %s of %s (%s) was to end on %s, and %s still has no access.", kind, name, c.ID, Day(c.Terms.End), name)
	}
	m := bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: v.title(c)},
		bot.Prose{Text: bot.Join(bot.B(text), bot.T(fmt.Sprintf(" Nothing comes back by itself. If %s comes back, press \"%s…\": what was taken is given back after an approval, at a time that you choose. If not, open a leave: /offboard start, and the name.", name, v.Undoing(c))))},
	}}
	return bot.Message{Summary: m.Summary, Parts: append(append(m.Parts, v.undo(c)...), bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}})}
}

// Overdue says that somebody was to come back by now.
func (v View) Overdue(c store.Case) string {
	return fmt.Sprintf("%s: the %s of %s was to end on %s. End it, or make it a leave", c.ID, inner(v.Kind(c.Terms.Kind).Title), v.Name(c.Person), Day(c.Terms.End))
}
