package commands

import (
	"context"
	"strings"

	"offboard/bot"
	"offboard/store"
	"offboard/store/audit/figures"
)

// report counts what happened in a period, in the cases that the person may see:
// so nobody learns of a case by a number.
func (c *Commands) report(_ context.Context, r *request) (bot.Reply, error) {
	if !store.Permitted(store.VerbReport, claimed(r.actor)) {
		return said("Figures are for HR, IT, security and the auditors.")
	}
	if _, _, err := figures.ParsePeriod(r.arg, c.Store.Now(), c.View.Zone); err != nil {
		text := err.Error()
		return bot.Reply{}, refuse("%s%s.", strings.ToUpper(text[:1]), text[1:])
	}
	sees := func(row store.Summary) (bool, error) {
		configured, err := c.People.Roles(r.actor, row.Person)
		return err == nil && row.Visible(r.actor.Person, configured), err
	}
	return c.long(r, c.View.Counting, func(ctx context.Context, tell progress) (bot.Reply, error) {
		got, err := c.Figures.Read(ctx, figures.Query{Period: r.arg, Zone: c.View.Zone, Scope: figures.Seen, Sees: sees}, func(done, total int) { tell("cases", done, total) })
		if err != nil {
			return bot.Reply{}, err
		}
		return bot.Reply{Message: told(got)}, nil
	}), nil
}

// told is the short form of a report: the five figures that matter, and what needs
// attention.
func told(r figures.Report) *bot.Message {
	verdict, _ := r.Verdict()
	parts := []bot.Part{bot.Heading{Text: r.Headline()}, bot.Prose{Text: bot.T(verdict)}}
	var facts bot.Facts
	for _, f := range r.Headlines() {
		value := f.Value + " (before: " + f.Before + ")"
		if f.More != "" {
			value += " · " + f.More
		}
		facts = append(facts, bot.Fact{Label: f.Label, Value: bot.T(value)})
	}
	parts = append(parts, facts)
	for _, a := range r.Attention() {
		parts = append(parts, bot.Prose{Text: bot.B(a)})
	}
	parts = append(parts, bot.Fine{Text: bot.T(r.Scope.Words() + " Before: " + r.Before.Days() + ". Whoever runs the server can make the page with charts, and with how it is counted: offboard report --html FILE.")})
	return &bot.Message{Summary: bot.Clean(r.Headline()+": "+verdict, bot.MaxSummary), Parts: parts}
}
