package keeper

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// drifts ask those who approve about what was found since: by a message of its
// own each time something is found, because an edit notifies nobody.
func (b *board) drifts(ctx context.Context) []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	var out []wanted
	open := map[string]bool{}
	blind := false
	if p.State != store.Asked {
		for _, role := range c.Outstanding() {
			ids := p.Approvers
			switch {
			case role != store.Approver:
				ids = b.deciding(ctx, role)
				blind = blind || b.unsure(ctx, role)
			case p.Fallback != nil:
				ids = slices.Concat(ids, p.Fallback.To)
			}
			for _, id := range ids {
				name := fmt.Sprintf("drift/%s/%d", id, p.Rev)
				if open[name] || !c.Eligible(id) {
					continue
				}
				open[name] = true
				out = append(out, wanted{name: name, at: b.direct(id), make: still(v.Drift(c, id))})
			}
		}
	}
	for _, name := range b.over("drift/", open) {
		if blind && strings.HasSuffix(name, fmt.Sprint("/", p.Rev)) {
			continue // whether they are still asked is not known now
		}
		m := v.Settled(c)
		if id := whom(name); c.Outcome == store.Unratified && slices.Contains(p.Approvers, id) {
			m = v.Ended(c) // they were asked, and read why they are not any more
		} else if strings.HasSuffix(name, fmt.Sprint("/", p.Rev)) && slices.ContainsFunc(p.Given, func(d store.Decision) bool { return d.By == id }) {
			m = v.Gave(c) // it is not settled: others are still asked
		}
		out = append(out, wanted{name: name, only: true, make: still(m)})
	}
	return append(out, b.unread(ctx)...)
}

// unread tells IT what could not be read when the survey was repeated; of a
// confidential case before its cut-off the requester alone.
func (b *board) unread(ctx context.Context) []wanted {
	c, p := b.c, b.c.Plan(0)
	if len(p.Unread) == 0 || p.State != store.Approved && p.State != store.Begun {
		return nil
	}
	at, notify := b.direct(c.Asker()), []bot.User(nil)
	if b.open() {
		at, notify = b.call(ctx, false, store.IT)
	}
	return []wanted{{name: fmt.Sprintf("unread/%d", p.Looked.Unix()), at: at, notify: notify, once: true, make: still(b.k.cfg.View.Unread(c))}}
}
