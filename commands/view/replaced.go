package view

import (
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// standsIn tells an approver for whom they are asked.
func (v View) standsIn(c store.Case, reader store.PersonID) []bot.Part {
	for _, r := range c.Plan(0).Replaced {
		if r.To == reader {
			return []bot.Part{bot.Prose{Text: bot.T(fmt.Sprintf("You are asked in place of %s, who %s.", v.Name(r.From), v.leaves(c)))}}
		}
	}
	return nil
}

// leaves says that somebody leaves, in words that fit the case.
func (v View) leaves(c store.Case) string {
	if v.Kind(c.Terms.Kind).Neutral {
		return "will not be there any more"
	}
	return "is leaving too"
}

// Replaced tells the requester, the approver, and who stands in for them, that
// somebody leaves who was to ask for it, to decide or to get something.
func (v View) Replaced(c store.Case, r store.Standing, reader store.PersonID) bot.Message {
	p, who := c.Plan(0), v.Name(r.To)
	theirs := []string{"asks for it now", "decides", "gets what they were to get"}
	if reader == r.To {
		who, theirs = "you", []string{"ask for it now", "decide", "get what they were to get"}
	}
	var does []string
	for i, yes := range []bool{r.Asks, r.Decides && p.Decision == nil, r.Gets} {
		if yes {
			does = append(does, theirs[i])
		}
	}
	if len(does) == 0 {
		does = []string{theirs[1]} // about what may be found later
	}
	text := fmt.Sprintf("%s, about %s: %s %s, so %s %s.", c.ID, v.Name(c.Person), v.Name(r.From), v.leaves(c), who, names(does))
	if reader == r.To && r.Asks && (p.State == store.Proposed || p.State == store.Declined) {
		text += " It waits for you: submit it, change it or discard it."
	}
	if r.Gets && p.Decision == nil {
		chooses := v.approvers(p)
		if slices.Contains(p.Approvers, reader) {
			chooses = "You"
		}
		text += fmt.Sprintf(" %s can choose anew who gets what.", chooses)
	}
	return v.nudge(c, bot.Clean(v.Name(r.From)+" "+v.leaves(c), bot.MaxHeading), text)
}

// GoesOnWith is what is left of the message of whoever asked for a case and leaves.
func (v View) GoesOnWith(c store.Case) bot.Message {
	text := fmt.Sprintf("%s is with %s now. You need not do anything more.", c.ID, v.Name(c.Asker()))
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}
