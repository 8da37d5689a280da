package commands

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"offboard/actions"
	"offboard/bot"
	"offboard/store"
)

// sweep looks at the accounts of all systems and says which belong to nobody
// who works here. It takes as long as the systems take, so it is answered twice.
func (c *Commands) sweep(_ context.Context, r *request) (bot.Reply, error) {
	if !store.Permitted(store.VerbSweep, claimed(r.actor)) {
		return said("Looking at all accounts is for IT, security and the auditors.")
	}
	return bot.Reply{Then: func(ctx context.Context) bot.Reply {
		found, err := c.Sweep(ctx)
		if err != nil {
			return c.failed(r.Interaction, err)
		}
		m := c.swept(found)
		return bot.Reply{Message: &m}
	}}, nil
}

// mostStrays are shown in a chat: who has more of them works through a list.
const mostStrays = 20

// swept words what a sweep has found.
func (c *Commands) swept(s actions.Swept) bot.Message {
	total := 0
	for _, n := range s.Looked {
		total += n
	}
	text := fmt.Sprintf("I looked at %s. Each that can be used belongs to somebody who works here, or is on the deny list.", store.Count(total, "account", "accounts"))
	if n := len(s.Strays); n > 0 {
		text = fmt.Sprintf("I looked at %s; %d of them can be used and %s to nobody who works here.", store.Count(total, "account", "accounts"), n, map[bool]string{true: "belongs", false: "belong"}[n == 1])
	}
	m := bot.Message{Summary: text, Parts: []bot.Part{bot.Heading{Text: "All accounts"}, bot.Prose{Text: bot.T(text)}}}
	var left, nobody []bot.Row
	for _, x := range s.Strays[:min(len(s.Strays), mostStrays)] {
		row := bot.Row{Mark: bot.Failed, Text: bot.T(bot.Clean(x.System+": "+x.Login, 150)), Detail: bot.T("privileged")}
		if !x.Admin {
			row.Detail = nil
		}
		if x.Left.ID == "" {
			nobody = append(nobody, row)
			continue
		}
		row.Detail = bot.Join(bot.T(bot.Clean(x.Left.Name, 100)+". "), row.Detail)
		left = append(left, row)
	}
	if len(left) > 0 {
		m.Parts = append(m.Parts, bot.Checklist{Title: "Of somebody who has left", Rows: left},
			bot.Fine{Text: bot.T("HR or security can open a case for them: /offboard start, and the name.")})
	}
	if len(nobody) > 0 {
		m.Parts = append(m.Parts, bot.Checklist{Title: "Of nobody", Rows: nobody},
			bot.Fine{Text: bot.T("Find out who uses them, and lock them or put them on the deny list: what is there is known.")})
	}
	if n := len(s.Strays) - mostStrays; n > 0 {
		m.Parts = append(m.Parts, bot.Fine{Text: bot.T(fmt.Sprintf("There are %d more. On the server, \"offboard sweep\" lists all.", n))})
	}
	var rows []bot.Row
	for _, title := range slices.Sorted(maps.Keys(s.Unread)) {
		rows = append(rows, bot.Row{Mark: bot.Failed, Text: bot.T(bot.Clean(title, 100) + " was not read to the end"), Detail: bot.T(bot.Clean(s.Unread[title], 300))})
	}
	for _, title := range s.Unable {
		rows = append(rows, bot.Row{Mark: bot.Info, Text: bot.T(bot.Clean(title, 100) + " can't list its accounts"), Detail: bot.T("look there by hand")})
	}
	if len(rows) > 0 {
		m.Parts = append(m.Parts, bot.Checklist{Title: "Not looked at", Rows: rows})
	}
	return m
}
