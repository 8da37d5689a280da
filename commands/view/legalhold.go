package view

import (
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// holder says whose legal hold it is and since when: "security, since ...".
func (v View) holder(c store.Case, h store.LegalHold) string {
	return h.Words() + ", since " + Moment(h.At, c.Zone()).String()
}

// legallyHeld says what a step that can't be given back waits for.
func (v View) legallyHeld(c store.Case) bot.Text {
	h := v.Legal(c.Person)
	if h == nil {
		return bot.T("the legal hold on " + v.Name(c.Person) + " is lifted: this goes on now")
	}
	return bot.T(fmt.Sprintf("waits, because there is a legal hold on %s (%s) and this can't be given back. Only %s can lift it: /offboard hold. Then this goes on by itself.",
		v.Name(c.Person), v.holder(c, *h), h.Words()))
}

// HeldBack says that a deletion waits for the end of a legal hold, and who can
// end it; empty where nothing of that is so.
func (v View) HeldBack(c store.Case) string {
	h := v.Legal(c.Person)
	if h == nil || c.Plan(0).Kind != store.Destroy {
		return ""
	}
	return fmt.Sprintf("There is a legal hold on %s (%s), so nothing is deleted before it is lifted. Only %s can do that: /offboard hold.", v.Name(c.Person), v.holder(c, *h), h.Words())
}

// underHold are the steps that a legal hold keeps, or has kept, from being done.
// What was given up since is none of them.
func underHold(p store.Plan) []store.Step {
	return slices.DeleteFunc(slices.Clone(p.Steps), func(s store.Step) bool {
		return !s.Legal || s.State == store.Skipped || s.State == store.Halted
	})
}

// waitForHold are those that still wait.
func waitForHold(p store.Plan) []store.Step {
	return slices.DeleteFunc(underHold(p), func(s store.Step) bool { return !s.Withheld })
}

// WaitForHold names what is done at once when the legal hold is lifted; empty for
// nothing.
func (v View) WaitForHold(c store.Case) string {
	var list []string
	for _, s := range waitForHold(c.Plan(0)) {
		list = append(list, v.Taken(c, s))
	}
	return few(list, 3)
}

// WaitsForHold reports whether something of the case waits for the end of a legal
// hold, and whether it goes on, or has gone on, once that is lifted.
func WaitsForHold(c store.Case) (waits, goesOn bool) {
	return len(waitForHold(c.Plan(0))) > 0, len(underHold(c.Plan(0))) > 0
}

// Withheld tells who asked and who decided that something waits for the end of a
// legal hold: it is approved, so they believe that it is done.
func (v View) Withheld(c store.Case, reader store.PersonID) bot.Message {
	h := v.Legal(c.Person)
	if h == nil {
		return v.Settled(c)
	}
	stop := "HR, IT or security can give it up"
	if reader == c.Asker() {
		stop = "To give it up"
	}
	text := fmt.Sprintf("%s waits: there is a legal hold on %s.", c.ID, v.Name(c.Person))
	return v.aboutHold(c, text, fmt.Sprintf(" What stands below is approved, and is not done before %s lifts the hold (it is there since %s). Then it is done at once, and I tell you. %s: /offboard stop %s.",
		h.Words(), Moment(h.At, c.Zone()), stop, c.ID))
}

// Lifted tells them that it goes on.
func (v View) Lifted(c store.Case) bot.Message {
	text := fmt.Sprintf("The legal hold on %s is lifted: %s goes on.", v.Name(c.Person), c.ID)
	return v.aboutHold(c, text, " What stands below has waited for that, and is done now. It can't be given back. I tell you when it is proven.")
}

func (v View) aboutHold(c store.Case, text, more string) bot.Message {
	list := bot.Checklist{}
	for _, s := range underHold(c.Plan(0)) {
		list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(v.Taken(c, s))})
	}
	parts := []bot.Part{bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.Join(bot.B(text), bot.T(more))}}
	if len(list.Rows) > 0 {
		parts = append(parts, list)
	}
	parts = append(parts, bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}})
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: parts}
}
