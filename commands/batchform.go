package commands

import (
	"context"
	"fmt"
	"strings"

	"offboard/bot"
	"offboard/commands/batch"
	"offboard/store"
)

// batchForm asks for a list.
func (c *Commands) batchForm() *bot.Form {
	var kinds []bot.Option
	for _, k := range c.View.Kinds {
		kinds = append(kinds, bot.Option{Value: k.ID, Label: k.Title})
	}
	return &bot.Form{
		Verb: string(store.VerbBatch), Object: "new", Title: "A list of leavers", Submit: "Look them up",
		Intro: bot.T("A draft is opened for each of them. Nothing else happens before one person has approved the whole list."),
		Fields: []bot.Field{
			{Name: "people", Label: "Who leaves", Hint: "One login or mail address a line; or a table with a header, as CSV", Kind: bot.Paragraph, Required: true},
			{Name: "kind", Label: "Kind", Kind: bot.Choice, Options: kinds, Required: true},
			{Name: "last day", Label: "Last day of work", Kind: bot.DateField, Required: true},
			{Name: "cut-off", Label: "Access ends, for all of them", Hint: bot.Clean(fmt.Sprintf("now, or like 2026-11-30 17:00 in %s", c.View.Zone), bot.MaxHint), Kind: bot.Line, Required: true},
			{Name: "zone", Label: "Time zone", Hint: "Of those for whom the directory does not say it", Kind: bot.Line, Value: c.View.Zone.String()},
			{Name: "reason", Label: "Reason", Hint: "Only those who work on the cases see it", Kind: bot.Paragraph},
		},
	}
}

// newBatch makes a list from the form. Looking people up takes longer than an
// answer may: it is the second one.
func (c *Commands) newBatch(ctx context.Context, r *request) bot.Reply {
	text := strings.TrimSpace(r.Values["people"])
	if first, _, _ := strings.Cut(text, "\n"); !strings.ContainsAny(first, ",;\t") && !strings.EqualFold(strings.TrimSpace(first), "person") {
		text = "person\n" + text
	}
	def := batch.Line{Kind: r.Values["kind"], LastDay: strings.TrimSpace(r.Values["last day"]), CutOff: strings.TrimSpace(r.Values["cut-off"]), Zone: strings.TrimSpace(r.Values["zone"]), Reason: strings.TrimSpace(r.Values["reason"])}
	out, problems, err := c.reader().Read(ctx, []byte(text), def, func(int64, int64) {})
	switch {
	case err != nil:
		return c.failed(r.Interaction, err)
	case len(problems) > 0:
		return wrongList(problems)
	}
	id, err := c.Store.List(ctx, r.actor, out.CutOff, out.Rows)
	if err != nil {
		return c.failed(r.Interaction, err)
	}
	return say(fmt.Sprintf("%s is there, with %d people. I open a draft for each of them; you get a direct message with it. Nothing was changed, and nobody else was told.", id, len(out.Rows)))
}

// reader reads lists as the configuration has kinds and zone.
func (c *Commands) reader() batch.Reader {
	kinds := map[string]bool{}
	for _, k := range c.View.Kinds {
		kinds[k.ID] = k.Confidential
	}
	return batch.Reader{Store: c.Store, People: c.People, Kinds: kinds, Zone: c.View.Zone}
}

// wrongList says all that is wrong with a list.
func wrongList(problems []batch.Problem) bot.Reply {
	const most = 20
	list := bot.Checklist{}
	for _, p := range problems[:min(len(problems), most)] {
		list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(bot.Clean(p.String(), 300))})
	}
	if more := len(problems) - most; more > 0 {
		list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(fmt.Sprintf("and %d more", more))})
	}
	const text = "Nothing was opened: something is wrong with the list. Please correct it and send it again."
	return bot.Reply{Message: &bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}, list}}}
}
