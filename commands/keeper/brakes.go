package keeper

import (
	"context"
	"fmt"

	"offboard/store"
)

// brakes tell security and the administrators what the breaker has stopped. A
// brake that was lifted keeps its message as long as it is news.
func (b *board) brakes(ctx context.Context, st store.State) []wanted {
	v := b.k.cfg.View
	var out []wanted
	open := map[string]bool{}
	for _, x := range st.Brakes {
		name := fmt.Sprintf("brake/%d", x.Entry)
		open[name] = true
		if !x.Stops() {
			out = append(out, wanted{name: name, only: true, make: still(v.Unstopped(x))})
			continue
		}
		roles := []store.Role{store.Security}
		if !x.Hidden {
			roles = append(roles, store.Admin)
		}
		out = append(out, wanted{name: name, at: b.holders(ctx, roles...), make: still(v.Brake(x, st.Pending))})
	}
	for _, old := range b.over("brake/", open) { // it was lifted, and has tripped again since
		out = append(out, wanted{name: old, only: true, make: still(v.StoppedAgain())})
	}
	return out
}
