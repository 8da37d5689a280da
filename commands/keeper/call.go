package keeper

import (
	"context"
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// call is where those who hold one of the roles are asked, and who of them is
// notified there: in the channel of IT those who read it. The others are
// written to directly if everybody is called, or if nobody of the role reads
// there.
//
// While the directory does not answer, which may be the very thing that has
// failed, nobody knows who holds a role. Then who reads the channel is called,
// and if nobody does, the requester.
func (b *board) call(ctx context.Context, everybody bool, roles ...store.Role) (at []bot.Place, notify []bot.User) {
	at = slices.Clone(b.rooms(ctx))
	told := map[store.PersonID]bool{}
	for _, r := range b.channels(ctx) {
		for _, u := range r.readers {
			switch {
			case u.holds(roles) && (r.open || u.sees):
				told[u.person] = true
			case !u.unsure || !everybody:
				continue
			}
			if r.open {
				notify = append(notify, u.User)
			}
		}
	}
	if !everybody && (len(told) > 0 || b.blind) {
		return at, notify
	}
	for _, id := range b.holding(ctx, roles...) {
		if !told[id] {
			at = append(at, b.direct(id)...)
			told[id] = true
		}
	}
	if everybody && len(told) == 0 && len(notify) == 0 {
		at = append(at, b.direct(b.c.Asker())...)
	}
	return at, notify
}

// holds reports whether a reader has one of the roles.
func (r reader) holds(roles []store.Role) bool {
	return slices.ContainsFunc(r.roles, func(x store.Role) bool { return slices.Contains(roles, x) })
}

// holding are those who hold one of the roles over the leaver and may know of
// the case. Whom the directory does not name now is asked later.
func (b *board) holding(ctx context.Context, roles ...store.Role) []store.PersonID {
	var out []store.PersonID
	for _, r := range roles {
		ids, err := b.k.cfg.People.Holders(ctx, b.c.Person, r)
		if err != nil {
			b.errs = append(b.errs, fmt.Errorf("read who is %s: %w", r, err))
		}
		for _, id := range ids {
			if b.c.Visible(id, []store.Role{r}) && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}
