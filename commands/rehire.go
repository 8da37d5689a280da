package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// rehire says that somebody who has left was hired again: nothing of their cases
// is watched, taken again or deleted from now on. It is said of each of their
// cases; after a kill in between it is typed again.
func (c *Commands) rehire(ctx context.Context, r *request) (bot.Reply, error) {
	if !store.Permitted(store.VerbRehire, claimed(r.actor)) {
		return bot.Reply{}, &store.Refused{Code: store.NotYours, Text: "Only HR can say that somebody was hired again. Nothing was changed."}
	}
	typed, why := r.arg, ""
	if r.Form {
		typed, why = strings.TrimSpace(r.Values["person"]), strings.TrimSpace(r.Values["reason"])
	}
	if typed == "" {
		return bot.Reply{Form: &bot.Form{
			Verb: string(store.VerbRehire), Object: nothing, Title: "Hired again", Submit: "They are back",
			Intro: bot.T("Nothing of what was taken from them is watched, taken again or deleted any more, and their roles count again. It gives nothing back by itself."),
			Fields: []bot.Field{
				{Name: "person", Label: "Who was hired again?", Kind: bot.PersonField, Required: true},
				{Name: "reason", Label: "Why?", Hint: "It stays in the record", Kind: bot.Paragraph, Required: true},
			},
		}}, nil
	}
	gone, err := c.Store.GonePersons()
	if err != nil {
		return bot.Reply{}, err
	}
	id, card, rest := c.meant(gone, typed)
	for _, p := range gone { // chosen from what was offered
		if _, known, err := c.Store.Person(p.ID); err == nil && known.ID == typed {
			id, card, rest = p.ID, known, ""
		}
	}
	if !r.Form {
		why = rest
	}
	switch {
	case id == "" || id == r.actor.Person:
		return said("I know nobody like that who has left, so nothing was changed. Type the name, the login or the mail address that they had, and why, like this: /offboard rehire jane she is back from 1 March")
	case why == "":
		return said("Type also why, like this: /offboard rehire %s back from 1 March", card.Login)
	}
	return c.rehired(ctx, r, id, card, why)
}

func (c *Commands) rehired(ctx context.Context, r *request, id store.PersonID, card store.Card, why string) (bot.Reply, error) {
	reason, err := sealed("reason", why)
	if err != nil {
		return bot.Reply{}, err
	}
	rows, err := c.Store.CasesOf(id)
	if err != nil {
		return bot.Reply{}, err
	}
	configured, err := c.People.Roles(r.actor, id)
	if err != nil {
		return bot.Reply{}, err
	}
	last := store.CaseID("")
	for _, row := range rows {
		if !row.Begun {
			continue
		}
		actor := r.actor
		actor.Once += "/" + string(row.ID)
		_, err := c.Store.Append(ctx, string(row.ID), actor, store.Rehired{Reason: reason})
		if refused, ok := errors.AsType[*store.Refused](err); ok && refused.Code == store.Already {
			continue
		}
		if err != nil {
			return bot.Reply{}, err
		}
		if row.Visible(r.actor.Person, configured) {
			last = row.ID
		}
	}
	text := fmt.Sprintf("%s is back: nothing is watched, taken again or deleted any more, and their roles count again. Nothing was given back by this.", card.Name)
	if last == "" {
		return said("%s", text)
	}
	return show(text, bot.Prose{Text: bot.T(text + fmt.Sprintf(" What can still be given back of %s is an undo.", last))},
		bot.Buttons{{Label: "Undo…", Verb: string(store.VerbUndo), Object: store.Object{Case: last, Plan: 1}.String()}})
}
