package commands

import (
	"context"
	"errors"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// commentField is the field of what somebody says who was not content.
const commentField = "comment"

// feedback keeps how a case went, in the eyes of who asked for it or approved
// it. "Badly" is kept before its form is open, so that closing the form loses
// nothing.
func (c *Commands) feedback(ctx context.Context, r *request) (bot.Reply, error) {
	if c.NoFeedback {
		return said("Nobody is asked here how it went. /offboard note %s keeps a remark.", r.c.ID)
	}
	rating, comment := store.Rating(r.obj.Detail), strings.TrimSpace(r.Values[commentField])
	if r.obj.Detail == "" {
		rating, comment = rated(r.arg)
	}
	body := store.Rated{Rating: rating}
	if comment != "" {
		private, err := sealed(commentField, comment)
		if err != nil {
			return bot.Reply{}, err
		}
		body.Comment = private
	}
	before, _ := r.c.RatedBy(r.actor.Person)
	if r.Form && comment == "" && before.Rating == rating {
		return said("%s", c.View.Thanks(r.c, rating))
	}
	_, err := c.append(ctx, r, body)
	asks := r.obj.Detail == string(store.Poor) && !r.Form
	if refused, ok := errors.AsType[*store.Refused](err); ok && asks && refused.Code == store.Already {
		err = nil // they come back to say why
	}
	switch {
	case err != nil:
		return bot.Reply{}, field(commentField, err)
	case asks:
		return bot.Reply{Form: &bot.Form{
			Verb: string(store.VerbFeedback), Object: r.obj.String(), Title: "What went badly?", Submit: "Send it",
			Intro:  bot.T("It is noted that " + string(r.c.ID) + " went badly. Say why if you like: it stays in the record, which security and auditors can read."),
			Fields: []bot.Field{{Name: commentField, Label: "What went badly", Kind: bot.Paragraph}},
		}}, nil
	}
	return said("%s", c.View.Thanks(r.c, rating))
}

// rated reads what somebody typed: how it went, and why.
func rated(text string) (store.Rating, string) {
	word, why, _ := strings.Cut(text, " ")
	word = strings.ToLower(strings.TrimRight(word, ".,:;!"))
	for rating, words := range map[store.Rating][]string{
		store.Good: {string(store.Good), "well"}, store.Fair: {string(store.Fair), "so-so", "ok"}, store.Poor: {string(store.Poor), "bad", "badly"},
	} {
		if slices.Contains(words, word) {
			return rating, strings.TrimSpace(why)
		}
	}
	return "", ""
}
