package view

import (
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// also says who must approve beside the approver, and why, before anything is
// submitted. It is empty where nobody else has to.
func (v View) also(c store.Case) []bot.Part {
	if len(c.Ruling.Also) == 0 {
		return nil
	}
	list := bot.Checklist{Title: "More people must approve"}
	add := func(text string) {
		list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(bot.Clean(text, 400))})
	}
	for _, s := range store.Tally(c.Ruling.Also) {
		who := "One person of " + s.Role.Words()
		if s.Count > 1 {
			who = upper(s.Words())
		}
		add(who + ", beside " + v.approver(c) + ".")
	}
	for _, rule := range c.Ruling.Rules {
		if why := v.Why[rule]; why != "" {
			add(fmt.Sprintf("%s is protected by the rule %s: %s.", v.Name(c.Person), rule, why))
		}
	}
	said := map[string]bool{}
	for _, s := range c.Plan(0).Steps {
		if text := v.Text(string(c.ID), s.Needed); text != "" && !said[s.System+text] {
			said[s.System+text] = true
			add(fmt.Sprintf("%s: %s is %s.", v.system(s.System), v.Text(string(c.ID), s.Login), text))
		}
	}
	return []bot.Part{list}
}
