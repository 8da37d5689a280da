package keeper

import (
	"fmt"
	"slices"
	"strings"

	"offboard/commands/view"
	"offboard/store"
)

// legal tells who asked and who decided that something approved waits for the
// end of a legal hold, and that it goes on when the hold is lifted. Each is a
// message of its own, because an edit notifies nobody.
func (b *board) legal() []wanted {
	c, v := b.c, b.k.cfg.View
	waits, goesOn := view.WaitsForHold(c)
	var out []wanted
	open := map[string]bool{}
	h := v.Legal(c.Person)
	if h != nil && waits {
		p := c.Plan(0)
		who := []store.PersonID{c.Asker()}
		decided := slices.Concat(p.Approvals, p.Later)
		if p.Decision != nil {
			decided = append(decided, *p.Decision)
		}
		for _, d := range decided {
			if !slices.Contains(who, d.By) {
				who = append(who, d.By)
			}
		}
		for _, id := range who {
			name := fmt.Sprintf("legal/%s/%d", id, h.At.Unix())
			open[name] = true
			out = append(out, wanted{name: name, at: b.direct(id), once: true, make: still(v.Withheld(c, id))})
		}
	}
	for _, name := range b.over("legal/", open) {
		out = append(out, wanted{name: name, only: true, make: still(v.Settled(c))})
		if h == nil && goesOn { // else it waits for another one, or was given up
			lifted := strings.Replace(name, "legal/", "lifted/", 1)
			out = append(out, wanted{name: lifted, at: b.direct(whom(name)), once: true, make: still(v.Lifted(c))})
		}
	}
	return out
}
