package keeper

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// room is a channel, as it is for one case.
type room struct {
	at      bot.Place
	open    bool // everybody who reads there may know of the case
	readers []reader
}

// reader is somebody who reads a channel.
type reader struct {
	bot.User
	person store.PersonID
	roles  []store.Role // over the leaver
	sees   bool         // may know of the case
	unsure bool         // nobody can tell now
}

// channels are the places where IT watches. Who reads there is asked at each
// visit: people join channels. What cannot be asked now is asked again later,
// and nothing is posted there meanwhile.
func (b *board) channels(ctx context.Context) []room {
	if !b.asked {
		b.asked = true
		b.watch, b.blind = b.look(ctx, "the channel of IT", func(r Room) bot.Place { return r.IT })
	}
	return b.watch
}

// rooms are where IT is written to: in the channel if everybody who reads there
// may know of the case, else each of those who may directly.
func (b *board) rooms(ctx context.Context) []bot.Place {
	var out []bot.Place
	for _, r := range b.channels(ctx) {
		if r.open {
			out = append(out, r.at)
			continue
		}
		for _, u := range r.readers {
			if u.sees {
				out = append(out, bot.Place{Platform: u.Platform, Kind: bot.Direct, ID: u.ID})
			}
		}
	}
	return out
}

// approvals are the channels where approvals are asked for too, as far as
// everybody who reads there may know of the case.
func (b *board) approvals(ctx context.Context) []bot.Place {
	if !b.askedToo {
		b.askedToo = true
		b.approving, b.blindToo = b.look(ctx, "the channel for approvals", func(r Room) bot.Place { return r.Approvals })
	}
	var out []bot.Place
	for _, r := range b.approving {
		if r.open {
			out = append(out, r.at)
		}
	}
	return out
}

// look reads who is in channels; blind says that it is not known of all now.
func (b *board) look(ctx context.Context, what string, place func(Room) bot.Place) (out []room, blind bool) {
	for _, r := range b.k.cfg.Rooms {
		at := place(r)
		if at.ID == "" {
			continue
		}
		found, err := b.room(ctx, r.Platform, at)
		switch {
		case errors.Is(err, bot.ErrGone): // somebody must configure another one
			b.k.cfg.Log.Error().Str("case", string(b.c.ID)).Str("platform", r.Platform.Name()).Err(err).Msg(what + " is gone")
			continue
		case err != nil:
			b.errs, blind = append(b.errs, fmt.Errorf("read who is in %s: %w", what, err)), true
			continue
		}
		out = append(out, found)
	}
	return out, blind
}

// room reads who is in a channel. Whoever is there may know that somebody
// leaves, unless the case is confidential or they are the one.
func (b *board) room(ctx context.Context, platform bot.Platform, at bot.Place) (room, error) {
	quick, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	members, err := platform.Members(quick, at)
	if err != nil {
		return room{}, err
	}
	r := room{at: at, open: len(members) > 0}
	for _, u := range members {
		if u.ID == bot.Everybody { // the leaver too
			r.open = false
			continue
		}
		var person store.PersonID
		var roles []store.Role
		var err error
		if !u.Outside {
			person, roles, err = b.k.cfg.People.Behind(ctx, u, b.c.Person)
		}
		x := reader{User: u, person: person, roles: roles, unsure: err != nil, sees: err == nil && b.c.Visible(person, roles)}
		switch {
		case x.sees:
		case b.leaver(u):
			r.open = false
		case !b.c.Terms.Confidential:
		case err != nil:
			return room{}, err
		default:
			r.open = false
		}
		r.readers = append(r.readers, x)
	}
	return r, nil
}

func (b *board) leaver(u bot.User) bool {
	accounts := b.k.cfg.People.Accounts(b.c.Person, u.Platform)
	return slices.ContainsFunc(accounts, func(a bot.User) bool { return a.ID == u.ID })
}
