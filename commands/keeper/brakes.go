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
		of := fmt.Sprintf("brake/%d/", x.Entry)
		if !x.Stops() {
			for _, name := range b.over(of, open) {
				open[name] = true
				out = append(out, wanted{name: name, only: true, make: still(v.Unstopped(x))})
			}
			if b.now.Sub(x.Lifted) < news {
				out = append(out, wanted{name: fmt.Sprintf("unstopped/%d/%d", x.Entry, x.Agreed), at: b.direct(x.By), once: true, make: still(v.GoOn())})
			}
			continue
		}
		roles := []store.Role{store.Security}
		if !x.Hidden {
			roles = append(roles, store.Admin)
		}
		for id, at := range b.held(ctx, roles...) {
			name := of + string(id)
			open[name] = true
			out = append(out, wanted{name: name, at: at, make: still(v.Brake(x, st.Pending, id, true))})
		}
		for _, name := range b.over(of, open) { // to somebody who does not hold the role any more
			open[name] = true
			out = append(out, wanted{name: name, only: true, make: still(v.Brake(x, st.Pending, store.PersonID(name[len(of):]), false))})
		}
	}
	for _, old := range b.over("brake/", open) { // it was lifted, and has tripped again since
		out = append(out, wanted{name: old, only: true, make: still(v.StoppedAgain())})
	}
	return out
}
