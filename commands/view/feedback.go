package view

import (
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// Asks reports whether somebody is asked at the end of a case how it went:
// those of whom the rules take it, and never of a kind that is worded with care,
// such as a death.
func (v View) Asks(c store.Case, p store.PersonID) bool {
	return c.Plan(0).No == 1 && c.Rater(p) != "" && !v.Kind(c.Terms.Kind).Neutral
}

// feedback asks how it went, where the closing message is read anyway.
func (v View) feedback(c store.Case) []bot.Part {
	button := func(label string, r store.Rating) bot.Button {
		return bot.Button{Label: label, Verb: string(store.VerbFeedback), Object: object(c, string(r))}
	}
	return []bot.Part{
		bot.Prose{Text: bot.T("How did this go? One press is enough, and nobody reminds you.")},
		bot.Buttons{button("Well", store.Good), button("So-so", store.Fair), button("Badly…", store.Poor)},
	}
}

// Thanks is the answer to whoever has said how it went.
func (v View) Thanks(c store.Case, r store.Rating) string {
	return fmt.Sprintf("Thank you, noted: %s went %s. You can change it until %s: press another button, or type /offboard feedback %s and good, fair or poor.",
		c.ID, r.Words(), c.FeedbackUntil().In(c.Zone()).Format("Mon 2 January 2006"), c.ID)
}
