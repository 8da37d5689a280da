package keeper

import (
	"context"
	"fmt"

	"offboard/store"
)

// cameBack keeps the messages about access that came back: IT is told at once,
// also of a case that is closed. They belong to no plan, so they stand among the
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
		w := wanted{name: fmt.Sprintf("returned/%d", r.Entry), only: !r.Open(), make: still(b.k.cfg.View.CameBack(b.c, r))}
		if r.Open() {
			w.at, w.notify = first.call(ctx, false, store.IT)
		}
		first.errs = append(first.errs, first.put(ctx, w))
	}
	b.errs = append(b.errs, first.errs...)
	b.early = b.early || first.early
}
