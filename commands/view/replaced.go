package view

import (
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// standsIn tells an approver for whom they are asked.
func (v View) standsIn(c store.Case, reader store.PersonID) []bot.Part {
	for _, r := range c.Plan(0).Replaced {
		if r.To == reader {
			return []bot.Part{bot.Prose{Text: bot.T(fmt.Sprintf("You are asked in place of %s, who is leaving too.", v.Name(r.From)))}}
		}
	}
	return nil
}

// Replaced tells the requester and the approver that somebody leaves who was to
// decide or to get something, and who stands in for them.
func (v View) Replaced(c store.Case, r store.Delegation) bot.Message {
	text := fmt.Sprintf("%s: %s is leaving too, so %s stands in for them: decides, where that is still needed, and gets what they were to get.", c.ID, v.Name(r.From), v.Name(r.To))
	if p := c.Plan(0); p.Decision == nil {
		text += fmt.Sprintf(" %s can choose anew who gets what.", v.approvers(p))
	}
	return v.nudge(c, bot.Clean(v.Name(r.From)+" is leaving too", bot.MaxHeading), text)
}
