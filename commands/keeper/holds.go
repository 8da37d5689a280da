package keeper

import (
	"context"
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// holds say that a case is held, by a message of its own. Whoever the decision
// was made by is not told in it: their chat account may be somebody else's.
func (b *board) holds(ctx context.Context) []wanted {
	c, v := b.c, b.k.cfg.View
	var out []wanted
	open := map[string]bool{}
	if h, held := c.Held(); held {
		name := fmt.Sprintf("hold/%d", h.Entry)
		open[name] = true
		var at []bot.Place
		if b.open() {
			at = slices.Clone(b.rooms(ctx))
		}
		for _, id := range append([]store.PersonID{c.Requester}, c.Plan(0).Approvers...) {
			if id != h.Person {
				at = append(at, b.direct(id)...)
			}
		}
		out = append(out, wanted{name: name, at: at, make: still(v.OnHold(c, h))})
	}
	for _, name := range b.over("hold/", open) {
		out = append(out, wanted{name: name, only: true, make: still(v.Settled(c))})
	}
	return out
}
