package keeper

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// installation is the subject of what concerns everybody, in the place of a
// case: its messages are kept true in the same way.
const installation = store.CaseID(store.Installation)

// news is how long after a change somebody who newly holds a role is told.
const news = 7 * 24 * time.Hour

// showInstallation brings the messages to administrators up to date.
func (k *Keeper) showInstallation(ctx context.Context) error {
	now := k.cfg.Store.Now()
	st, err := k.cfg.Store.State()
	if err != nil {
		return err
	}
	posts, err := k.cfg.Store.Posts(installation)
	if err != nil {
		return err
	}
	b := &board{k: k, c: store.Case{ID: installation}, posts: posts, now: now}
	configs, err := b.configs(ctx)
	b.errs = append(b.errs, err)
	sweeps, err := b.sweeps(ctx, st)
	b.errs = append(b.errs, err)
	for _, w := range slices.Concat(configs, b.doubts(ctx, st.Doubt), b.unwitnessed(ctx), b.brakes(ctx, st), sweeps) {
		b.errs = append(b.errs, b.put(ctx, w))
	}
	return b.result()
}

// configs are the messages about the configuration: one for each change that
// says something, to the administrators, and to HR and security where they may
// have to agree. One that was replaced keeps its text: two changes in a row
// must not hide the first.
func (b *board) configs(ctx context.Context) ([]wanted, error) {
	all, err := b.k.cfg.Store.Configurations(ctx)
	if err != nil {
		return nil, err
	}
	var out []wanted
	open := map[string]bool{}
	for i, c := range all {
		name := fmt.Sprintf("config/%d", c.Entry)
		if c.Void != nil { // who must agree again is asked by a new message
			name = fmt.Sprintf("config/%d-%d", c.Entry, c.Void.Entry)
		}
		f := b.k.cfg.View.ConfigFile(c)
		last := i == len(all)-1
		waits := last && !c.Wanted.IsZero()
		told := waits || b.now.Sub(c.At) < news
		if len(f.Changed)+len(f.Weaker) == 0 || !told && !b.posted(name) && !b.posted(name+"/read") {
			continue
		}
		open[name] = true
		roles := []store.Role{store.Admin}
		if len(f.Weaker) > 0 {
			roles = append(roles, store.HR, store.Security)
		}
		// Who can't agree gets no button.
		w, other := wanted{name: name, make: still(b.k.cfg.View.Config(c, !last, true))}, wanted{name: name + "/read", make: still(b.k.cfg.View.Config(c, !last, false))}
		open[other.name] = true
		if told {
			other.at = b.holders(ctx, roles...)
		}
		if waits {
			w.at = b.apartFrom(ctx)
			other.at = slices.DeleteFunc(other.at, func(at bot.Place) bool { return slices.Contains(w.at, at) })
		}
		out = append(out, w, other)
		for _, old := range b.over(fmt.Sprintf("config/%d-", c.Entry), open) { // of an agreement before the last one
			out = append(out, wanted{name: old, only: true, make: still(b.k.cfg.View.Config(c, true, false))})
		}
		for _, first := range []string{fmt.Sprintf("config/%d", c.Entry), fmt.Sprintf("config/%d/read", c.Entry)} {
			if !open[first] && b.posted(first) {
				out = append(out, wanted{name: first, only: true, make: still(b.k.cfg.View.Config(c, true, false))})
			}
		}
	}
	return out, nil
}

// apartFrom is where those are written to who may agree to a weaker configuration:
// by what they hold over anybody, as the rule has it.
func (b *board) apartFrom(ctx context.Context) []bot.Place {
	power := b.holders(ctx, store.IT, store.Admin)
	return slices.DeleteFunc(b.holders(ctx, store.HR, store.Security), func(at bot.Place) bool { return slices.Contains(power, at) })
}

// doubts ask those who can say what time it is.
func (b *board) doubts(ctx context.Context, d *store.Doubt) []wanted {
	var out []wanted
	open := map[string]bool{}
	if d != nil {
		name := fmt.Sprintf("doubt/%d", d.Entry)
		open[name] = true
		out = append(out, wanted{name: name, at: b.holders(ctx, store.IT, store.Security, store.Admin), make: still(view.Doubted(*d, b.k.cfg.View.Zone))})
	}
	for _, old := range b.over("doubt/", open) {
		out = append(out, wanted{name: old, only: true, make: still(view.Undoubted())})
	}
	return out
}

// unwitnessed tells IT and security of places that get no checkpoints: once, however
// long that lasts and however often the bot begins anew meanwhile.
func (b *board) unwitnessed(ctx context.Context) []wanted {
	if b.k.cfg.Unwitnessed == nil {
		return nil
	}
	var out []wanted
	open := map[string]bool{}
	late, known := b.k.cfg.Unwitnessed()
	for _, u := range late {
		name := fmt.Sprintf("place/%d/%s", u.Entries, u.Place)
		open[name] = true
		out = append(out, wanted{name: name, at: b.holders(ctx, store.IT, store.Security), make: still(view.PlaceDown(u, b.k.cfg.View.Zone))})
	}
	if !known { // what stands there may still be true
		return out
	}
	for _, old := range b.over("place/", open) {
		out = append(out, wanted{name: old, only: true, make: still(view.PlaceUp())})
	}
	return out
}

// holders is where those who hold one of the roles are written to.
func (b *board) holders(ctx context.Context, roles ...store.Role) []bot.Place {
	var out []bot.Place
	for _, at := range b.held(ctx, roles...) {
		out = append(out, at...)
	}
	return out
}

// held are those who hold one of the roles, and where each is written to. Whom the
// directory does not name now is written to later. Whose decisions are frozen
// is not: they could do nothing, and their account may be somebody else's.
func (b *board) held(ctx context.Context, roles ...store.Role) iter.Seq2[store.PersonID, []bot.Place] {
	ids, err := b.k.cfg.People.Holders(ctx, "", roles...)
	if err != nil {
		b.errs = append(b.errs, fmt.Errorf("read who holds a role: %w", err))
	}
	ids = slices.DeleteFunc(ids, func(id store.PersonID) bool {
		p, _, err := b.k.cfg.Store.Person(id)
		if err != nil {
			b.errs = append(b.errs, err)
		}
		return err != nil || p.Frozen != nil || len(b.direct(id)) == 0
	})
	if len(ids) == 0 && err == nil {
		b.k.cfg.Log.Warn().Msg("nobody who administers the bot can be written to: see offboard check")
	}
	return func(yield func(store.PersonID, []bot.Place) bool) {
		for _, id := range ids {
			if !yield(id, b.direct(id)) {
				return
			}
		}
	}
}
