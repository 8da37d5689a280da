package commands

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// config shows what was last changed in the configuration, and takes a second
// person's word about what it makes weaker.
func (c *Commands) config(ctx context.Context, r *request) (bot.Reply, error) {
	if asked, ok := strings.CutPrefix(r.Object, store.Installation+":"); ok {
		return c.configSecond(ctx, r, asked)
	}
	if !store.Permitted(store.VerbConfig, claimed(r.actor)) {
		return bot.Reply{}, &store.Refused{Code: store.NotYours, Text: "Only HR, IT, security, the auditors and administrators can read the configuration."}
	}
	st, err := c.Store.State()
	if err != nil {
		return bot.Reply{}, err
	}
	if st.Config.Entry == 0 {
		return said("No configuration is in the log.")
	}
	m := c.View.Config(st.Config, false, store.Apart(claimed(r.actor), nil))
	if !store.Permitted(store.VerbSecond, claimed(r.actor)) { // the auditors read it
		m.Parts = slices.DeleteFunc(m.Parts, func(p bot.Part) bool { _, ok := p.(bot.Buttons); return ok })
	}
	return bot.Reply{Message: &m}, nil
}

func (c *Commands) configSecond(ctx context.Context, r *request, asked string) (bot.Reply, error) {
	entry, no, _ := strings.Cut(asked, ":")
	n, err := strconv.ParseUint(entry, 10, 64)
	if err != nil {
		return said("I don't know this request. /offboard help shows what you can do.")
	}
	if _, err := c.Store.Append(ctx, store.Installation, r.actor, store.Seconded{Entry: n, Agree: no == ""}); err != nil {
		return bot.Reply{}, err
	}
	if no != "" {
		return said("What is weaker does not count. The administrators see that you did not agree.")
	}
	return said("It counts now. I begin again with it, which takes a few seconds.")
}
