package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

const (
	// fresh is how long what Discord says of a member is believed for a click.
	fresh = time.Minute
	// stale is how long it is believed to say who somebody is in a direct message.
	stale = time.Hour
	// strange is how long it is believed that somebody is no member: somebody else
	// who presses on and on must not use up what Discord allows for members.
	strange = 15 * time.Second
	// vouching is how long somebody waits until Discord has said who they are.
	vouching = 10 * time.Second
	// memberPage is how many members are read at a time (docs, List Guild Members).
	memberPage = 1000
)

// users knows the accounts.
type users struct {
	d *Discord

	mu   sync.Mutex
	seen map[string]known

	reading turn // held while the server is read
	guild   wire.Guild
	members []wire.Member
	asked   time.Time // when the roles were read
	listed  time.Time // when the members were
}

// known is an account, as Discord described it.
type known struct {
	user   bot.User
	not    string // why it may do nothing; empty if it may
	absent error  // Discord has said that it is no member
	at     time.Time
}

func newUsers(d *Discord) *users { return &users{d: d, seen: map[string]known{}, reading: newTurn()} }

const (
	foreign   = "Only members of the company's server can do this."
	elsewhere = "Offboard does not work on this server. Please use it on the company's server."
	notHuman  = "Only people can do this, not apps."
	unproven  = "I cannot tell now whether you are still on the company's server, so nothing was changed. Please try again in a minute, or do it on the server."
)

// vouch is an account that may ask for something: a human member of the
// server. For any other it says what that person reads. On the server Discord
// has said so with the interaction; in direct messages it is asked.
func (u *users) vouch(ctx context.Context, i wire.Interaction) (user bot.User, not string) {
	by := i.By()
	switch {
	case by.Bot || by.System:
		return bot.User{}, notHuman
	case i.GuildID != "" && i.GuildID != u.d.cfg.Guild:
		return bot.User{}, elsewhere
	case i.GuildID != "" && i.Member != nil:
		k := describe(*i.Member)
		return k.user, k.not
	}
	ctx, cancel := context.WithTimeout(ctx, vouching)
	defer cancel()
	k, err := u.get(ctx, by.ID, fresh)
	switch {
	case wire.Is(err, wire.UnknownMember, wire.UnknownUser):
		return bot.User{}, foreign
	case err != nil:
		u.d.cfg.Log.Warn().Err(err).Msg("discord: read a member")
		return bot.User{}, unproven
	}
	return k.user, k.not
}

// get reads a member, or answers from what was read less than age ago.
func (u *users) get(ctx context.Context, id string, age time.Duration) (known, error) {
	u.mu.Lock()
	k, ok := u.seen[id]
	u.mu.Unlock()
	switch {
	case ok && k.absent != nil && time.Since(k.at) < strange:
		return known{}, k.absent
	case ok && k.absent == nil && time.Since(k.at) < age:
		return k, nil
	}
	var m wire.Member
	err := u.d.rest.Do(ctx, http.MethodGet, "guilds/"+u.d.cfg.Guild+"/members/"+id, nil, &m)
	switch {
	case wire.Is(err, wire.UnknownMember, wire.UnknownUser):
		k = known{absent: err, at: time.Now()}
	case err != nil:
		return known{}, err
	default:
		k = describe(m)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.seen) > 10000 { // what is dropped is read again
		clear(u.seen)
	}
	u.seen[id] = k
	return k, k.absent
}

func describe(m wire.Member) known {
	k := known{at: time.Now()}
	if m.User == nil {
		k.not = foreign
		return k
	}
	k.user = bot.User{Platform: name, ID: m.User.ID, Name: cmp.Or(m.Nick, m.User.Shown())}
	switch {
	case m.User.Bot || m.User.System:
		k.not = notHuman
	case m.Pending:
		k.not = "Please accept the rules of this server first."
	}
	k.user.Outside = k.not != ""
	return k
}

// server is the server with its roles, as of less than a minute ago.
func (u *users) server(ctx context.Context) (wire.Guild, error) {
	if err := u.reading.take(ctx); err != nil {
		return wire.Guild{}, err
	}
	defer u.reading.give()
	if time.Since(u.asked) < fresh && u.guild.ID != "" {
		return u.guild, nil
	}
	var g wire.Guild
	if err := u.d.rest.Do(ctx, http.MethodGet, "guilds/"+u.d.cfg.Guild, nil, &g); err != nil {
		return g, err
	}
	u.guild, u.asked = g, time.Now()
	return g, nil
}

// all are the members of the server, as of less than a minute ago: each is
// somebody, or else it is not known who reads.
func (u *users) all(ctx context.Context) ([]wire.Member, error) {
	if err := u.reading.take(ctx); err != nil {
		return nil, err
	}
	defer u.reading.give()
	if time.Since(u.listed) < fresh && u.members != nil {
		return u.members, nil
	}
	var list []wire.Member
	for after := "0"; ; {
		var m []wire.Member
		err := u.d.rest.Do(ctx, http.MethodGet, "guilds/"+u.d.cfg.Guild+"/members?limit="+strconv.Itoa(memberPage)+"&after="+after, nil, &m)
		if wire.Status(err) == http.StatusForbidden {
			return nil, fmt.Errorf("the members of the server cannot be read: switch on the Server Members Intent, under Bot in the app's settings: %w", err)
		}
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(m, func(m wire.Member) bool { return m.User == nil || m.User.ID == "" }) {
			return nil, errors.New("Discord lists a member of the server without saying who it is, so it is not known who reads the channel")
		}
		list = append(list, m...)
		if len(m) < memberPage {
			break
		}
		after = m[len(m)-1].User.ID
	}
	u.members, u.listed = list, time.Now()
	return list, nil
}
