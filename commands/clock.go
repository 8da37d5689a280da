package commands

import (
	"context"
	"strconv"
	"strings"
	"time"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// clock shows how the clock stands. The button says that the machine's is
// right, as it was when it was shown.
func (c *Commands) clock(ctx context.Context, r *request) (bot.Reply, error) {
	if !store.Permitted(store.VerbClock, claimed(r.actor)) {
		return said("The clock is for IT, security and administrators.")
	}
	state, err := c.Store.State()
	if err != nil {
		return bot.Reply{}, err
	}
	if r.Object == "" || r.Object == nothing {
		m := view.Clock(c.Store.Time(), state.Doubt, c.View.Zone)
		return bot.Reply{Message: &m}, nil
	}
	about, ahead, _ := strings.Cut(r.Object, ":")
	entry, errEntry := strconv.ParseUint(about, 10, 64)
	seconds, errAhead := strconv.ParseInt(ahead, 10, 64)
	if errEntry != nil || errAhead != nil {
		return said("I don't know this request. /offboard clock shows how the clock stands.")
	}
	b := store.Trusted{Entry: entry, Ahead: time.Duration(seconds) * time.Second}
	if _, err := c.Store.Append(ctx, store.Installation, r.actor, b); err != nil {
		return bot.Reply{}, err
	}
	return said("Thank you. I go by this clock now: it is %s. What waited for it goes on.", view.Moment(c.Store.Now(), c.View.Zone))
}
