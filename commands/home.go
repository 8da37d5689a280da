package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// asked are the verbs that a platform uses by itself.
var asked = map[string]func(*Commands, context.Context, *request) (bot.Reply, error){
	bot.Search: (*Commands).suggest,
	bot.Cases:  (*Commands).suggestCase,
	bot.Home:   (*Commands).home,
}

// suggest answers what somebody types into a search for a person.
func (c *Commands) suggest(ctx context.Context, r *request) (bot.Reply, error) {
	const most = 20
	if may, err := c.searches(r); err != nil || !may {
		return bot.Reply{}, err
	}
	found, err := c.People.Search(ctx, bot.Clean(r.arg, 200), most)
	if err != nil {
		c.Log.Warn().Err(err).Msg("search the directory")
		return bot.Reply{}, nil // a list cannot say more
	}
	var out []bot.Option
	for _, p := range found {
		if !p.Disabled && len(p.ID) <= bot.MaxOption {
			out = append(out, bot.Option{Value: p.ID, Label: bot.Clean(p.Name, bot.MaxOption), Hint: bot.Clean(p.Line(), bot.MaxOption)})
		}
	}
	return bot.Reply{Options: out}, nil
}

// searches reports whether somebody may look people up for the verb in the
// object of a search: they hold a role that may use it, or have in a case.
// Nobody else reads the directory here.
func (c *Commands) searches(r *request) (bool, error) {
	v := store.Verb(r.Object)
	if store.Permitted(v, claimed(r.actor)) {
		return true, nil
	}
	items, err := c.overview(r)
	for _, it := range items {
		configured, err := c.People.Roles(r.actor, it.cs.Person)
		if err != nil {
			return false, err
		}
		if store.Permitted(v, it.cs.RolesOf(r.actor.Person, configured)) {
			return true, nil
		}
	}
	return false, err
}

// suggestCase answers what somebody types where a verb wants a case: the cases
// that they see and may do that with, those that wait for them first.
func (c *Commands) suggestCase(_ context.Context, r *request) (bot.Reply, error) {
	items, err := c.overview(r)
	if err != nil {
		return bot.Reply{}, err
	}
	slices.SortStableFunc(items, func(a, b item) int { return min(len(b.waits), 1) - min(len(a.waits), 1) })
	var out []bot.Option
	for _, it := range items {
		row := c.View.Row(it.cs)
		configured, err := c.People.Roles(r.actor, it.cs.Person)
		if err != nil {
			return bot.Reply{}, err
		}
		may := store.Permitted(store.Verb(r.Object), it.cs.RolesOf(r.actor.Person, configured))
		if may && len(out) < bot.MaxOptions && strings.Contains(strings.ToLower(row.Text.String()), strings.ToLower(r.arg)) {
			out = append(out, bot.Option{
				Value: string(it.cs.ID), Label: bot.Clean(row.Text.String(), bot.MaxOption), Hint: bot.Clean(row.Detail.String(), bot.MaxOption),
			})
		}
	}
	return bot.Reply{Options: out}, nil
}

// home is everything that is somebody's own: what waits for them, what they
// have asked for, and the open cases that they may see. Each can be looked at
// from there, with the buttons of its messages.
func (c *Commands) home(_ context.Context, r *request) (bot.Reply, error) {
	const cases, listed = 10, 20
	items, err := c.overview(r)
	if err != nil {
		return bot.Reply{}, err
	}
	summary, queue, err := c.queue(r, items, cases)
	if err != nil {
		return bot.Reply{}, err
	}
	mine, others := bot.Checklist{Title: "What you have asked for"}, bot.Checklist{Title: "Open cases that you can see"}
	menu := bot.Menu{Label: "Look at another case", Verb: string(store.VerbStatus), Object: nothing, Field: caseField}
	for _, it := range items {
		list := &others
		if it.mine {
			list = &mine
		}
		switch {
		case len(it.waits) > 0 || it.calls || len(list.Rows) > listed:
		case len(list.Rows) == listed:
			list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T("and more: type /offboard list")})
		default:
			row := c.row(it)
			list.Rows = append(list.Rows, row)
			if len(menu.Options) < bot.MaxOptions {
				menu.Options = append(menu.Options, bot.Option{Value: string(it.cs.ID), Label: bot.Clean(row.Text.String(), bot.MaxOption)})
			}
		}
	}
	parts := append(c.paused(), bot.Heading{Text: summary})
	parts = append(parts, queue...)
	for _, list := range []bot.Checklist{mine, others} {
		if len(list.Rows) > 0 {
			parts = append(parts, list)
		}
	}
	away, err := c.away(r)
	if err != nil {
		return bot.Reply{}, err
	}
	parts = append(parts, away...)
	if len(menu.Options) > 0 {
		parts = append(parts, menu)
	}
	buttons := bot.Buttons{}
	for _, b := range []bot.Button{
		{Label: "Start…", Verb: string(store.VerbStart), Object: nothing, Style: bot.Primary},
		{Label: "What I can do", Verb: string(store.VerbHelp), Object: nothing},
	} {
		if store.Permitted(store.Verb(b.Verb), claimed(r.actor)) {
			buttons = append(buttons, b)
		}
	}
	parts = append(parts, buttons, bot.Fine{Text: bot.T(fmt.Sprintf("As of %s. Look at a case with /offboard status OFF-42.", c.Store.Now().In(c.View.Zone).Format("2 January 2006, 15:04 MST")))})
	return show(summary, parts...)
}
