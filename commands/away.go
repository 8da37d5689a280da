package commands

import (
	"fmt"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// suspended are the cases that keep somebody out who is to come back, as far as a
// person may know of them. They are closed, so they are in no other list.
func (c *Commands) suspended(r *request) ([]store.Case, error) {
	var out []store.Case
	for _, kind := range c.View.Kinds {
		if !kind.Returns {
			continue
		}
		rows, err := c.Store.Away(kind.ID)
		if err != nil {
			return nil, err
		}
		err = c.visible(r, rows, func(_ store.Summary, cs store.Case, _ []store.Role) { out = append(out, cs) })
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// away lists them, the oldest first; nil for none.
func (c *Commands) away(r *request) ([]bot.Part, error) {
	const most = 20
	cases, err := c.suspended(r)
	if err != nil || len(cases) == 0 {
		return nil, err
	}
	list := bot.Checklist{Title: "Without access, to come back"}
	for _, cs := range cases[:min(len(cases), most)] {
		list.Rows = append(list.Rows, c.View.Row(cs))
	}
	if more := len(cases) - most; more > 0 {
		list.Rows = append(list.Rows, bot.Row{Mark: bot.Info, Text: bot.T(fmt.Sprintf("and %d more", more))})
	}
	return []bot.Part{list}, nil
}

// returns adds what was to end by now and has not been ended, for those who may
// end it.
func (c *Commands) returns(r *request, add func(text, label string, v store.Verb, object string)) error {
	if !store.Permitted(store.VerbUndo, claimed(r.actor)) {
		return nil
	}
	cases, err := c.suspended(r)
	for _, cs := range cases {
		if end := view.Until(cs); !end.IsZero() && !c.Store.Now().Before(end) {
			add(c.View.Overdue(cs), "Look at "+string(cs.ID), store.VerbStatus, string(cs.ID))
		}
	}
	return err
}
