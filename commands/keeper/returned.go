package keeper

import (
	"context"
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// cameBack keeps the messages about access that came back: IT is told at once,
// also of a case that is closed, and whoever asked for it and those whom the
// configuration names each directly. They belong to no plan, so they stand among the
// posts of the first one.
func (b *board) cameBack(ctx context.Context) {
	if len(b.c.Returns) == 0 {
		return
	}
	first := *b
	if b.plan != "" {
		first.plan = ""
		first.posts, first.older = split(b.older, "")
	}
	first.errs = nil
	for i, r := range b.c.Returns {
		if i > 0 && b.c.Returns[i-1].Entry == r.Entry {
			continue // said with it
		}
		m := still(b.k.cfg.View.CameBack(b.c, r))
		w := wanted{name: fmt.Sprintf("returned/%d", r.Entry), only: !r.Open(), make: m}
		if r.Open() {
			w.at, w.notify = first.call(ctx, false, store.IT)
			ids := first.holding(ctx, b.k.cfg.Returns...)
			switch leaves, err := b.k.cfg.Store.Leaves(b.c.Opener()); {
			case err != nil:
				first.errs = append(first.errs, err)
			case !leaves: // else it is no longer for them
				ids = append(ids, b.c.Opener())
			}
			for _, id := range ids {
				for _, at := range first.direct(id) {
					if !slices.Contains(w.at, at) && !slices.ContainsFunc(w.notify, func(u bot.User) bool { return u.Platform == at.Platform && u.ID == at.ID }) {
						w.at = append(w.at, at)
					}
				}
			}
		}
		first.errs = append(first.errs, first.put(ctx, w))
	}
	b.errs = append(b.errs, first.errs...)
	b.early = b.early || first.early
}
