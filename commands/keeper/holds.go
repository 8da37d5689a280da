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
		tell := func(name string, at []bot.Place, may bool) {
			open[name] = true
			out = append(out, wanted{name: name, at: at, make: still(v.OnHold(c, h, may))})
		}
		direct := func(who ...store.PersonID) (at []bot.Place) {
			for _, id := range who {
				if id != h.Person {
					at = append(at, b.direct(id)...)
				}
			}
			return at
		}
		at := direct(c.Asker())
		// Also before IT gets a card: security is among those who read there,
		// and must not have to look for this. Of a draft nobody else was told.
		if c.State == store.CaseOpen {
			at = append(slices.Clone(b.rooms(ctx)), at...)
			tell(fmt.Sprintf("hold/%d/asked", h.Entry), direct(c.Plan(0).Approvers...), false)
		}
		tell(fmt.Sprintf("hold/%d", h.Entry), at, true)
	}
	for _, name := range b.over("hold/", open) {
		out = append(out, wanted{name: name, only: true, make: still(v.Settled(c))})
	}
	return out
}
