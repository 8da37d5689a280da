package keeper

import (
	"context"
	"fmt"
	"strings"
	"time"

	"offboard/store"
)

// Announce says who is told of a leave before access ends, so that they can
// prepare.
type Announce struct {
	Roles  []store.Role
	Before time.Duration // the cut-off
}

// coming tells of an approved leave those who prepare for it: each once for each
// time that is set, and never of a confidential one, nor the one who leaves. What
// was told and is not true any more is corrected where it stands.
func (b *board) coming(ctx context.Context) []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	var out []wanted
	open := map[string]bool{}
	_, held := c.Held()
	if p.Kind == store.Leave && p.State == store.Approved && p.CutOff.Mode == store.At && !c.Terms.Confidential && !held && b.now.Before(p.Due) {
		at := p.Due.Add(-b.k.cfg.Announce.Before)
		if at.After(b.now) {
			b.k.wake(c.ID, at)
		}
		told := map[store.PersonID]bool{c.Person: true}
		for _, role := range b.k.cfg.Announce.Roles {
			if at.After(b.now) {
				break
			}
			ids, err := b.k.cfg.People.Holders(ctx, c.Person, role)
			if err != nil {
				b.errs = append(b.errs, fmt.Errorf("read who is %s: %w", role, err))
			}
			for _, id := range ids {
				name := fmt.Sprintf("coming/%s/%d", id, p.Due.Unix())
				open[name] = true
				if !told[id] {
					told[id] = true
					out = append(out, wanted{name: name, at: b.direct(id), once: true, make: still(v.Coming(c))})
				}
			}
		}
	}
	for _, name := range b.over("coming/", open) {
		if !held && !strings.HasSuffix(name, fmt.Sprintf("/%d", p.Due.Unix())) || p.Begun.IsZero() && p.State == store.Over {
			out = append(out, wanted{name: name, only: true, make: still(v.NotComing(c))})
		}
	}
	return out
}
