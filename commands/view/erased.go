package view

import (
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// Erased is what stands in the place of everything that was said about a case
// whose person was erased.
func (v View) Erased(c store.Case) bot.Message {
	title := fmt.Sprintf("Erased after retention: %s", c.ID)
	m := bot.Message{Summary: title, Parts: []bot.Part{bot.Heading{Text: title}, bot.Prose{Text: bot.T("Names, accounts and reasons can't be read any more by anybody. Who did what and when stays in the record, without names.")}}}
	if c.Erased != nil {
		m.Parts = append(m.Parts, bot.Facts{
			{Label: "Opened", Value: bot.T(c.Opened.In(v.Zone).Format("2 January 2006"))},
			{Label: "Closed", Value: bot.T(c.Closed.In(v.Zone).Format("2 January 2006"))},
			{Label: "Erased", Value: bot.T(c.Erased.At.In(v.Zone).Format("2 January 2006"))},
		})
	}
	return m
}
