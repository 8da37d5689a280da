package commands

import (
	"context"
	"fmt"
	"slices"

	"offboard/store"
)

// looked are the systems that are surveyed for somebody.
func (c *Commands) looked(leaver store.Card, kind string) []string {
	left := c.Left(leaver, kind)
	return slices.DeleteFunc(slices.Clone(c.Systems), func(s string) bool { return left[s] != "" })
}

// leaver is the card of a case's leaver, read again: the rules go by what is
// true now. While the directory does not answer they go by what is known.
func (c *Commands) leaver(ctx context.Context, cs store.Case) (store.Card, error) {
	_, known, err := c.Store.Person(cs.Person)
	if err != nil || cs.ByHand {
		return known, err
	}
	card, err := c.People.Card(ctx, known.ID)
	if err != nil {
		return known, nil
	}
	_, err = c.People.Meet(ctx, card)
	return card, err
}

// ruled says at once what the policy adds to the terms that somebody chose.
func (c *Commands) ruled(cs store.Case, asked store.Terms) string {
	out := ""
	if len(cs.Ruling.Also) > 0 {
		out += fmt.Sprintf(" More people than %s must approve it; the message says who and why, before you submit it.", c.People.Name(cs.Terms.Manager))
	}
	if cs.Terms.Confidential && !asked.Confidential {
		out += " It is confidential: a rule of the company says so."
	}
	return out
}
