package keeper

import (
	"context"
	"fmt"

	"offboard/store"
)

// returned are the messages about access that came back: IT is told at once,
// also of a case that is closed.
func (b *board) returned(ctx context.Context) []wanted {
	var out []wanted
	for _, r := range b.c.Returns {
		w := wanted{name: fmt.Sprintf("returned/%d", r.Entry), only: !r.Open(), make: still(b.k.cfg.View.Returned(b.c, r))}
		if r.Open() {
			w.at, w.notify = b.call(ctx, false, store.IT)
		}
		out = append(out, w)
	}
	return out
}
