package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/bot/discord/wire"
)

// guild is the server and the bot's place in it, read at the start of every call.
type guild struct {
	*Client
	guildObject
	bot    wire.User
	mine   member
	top    role             // the bot's highest
	may    wire.Permissions // the bot's in the server
	reason string           // for the server's audit log
}

// guildObject is a server as GET /guilds shows it
// (https://docs.discord.com/developers/resources/guild#guild-object).
type guildObject struct {
	Name    string `json:"name"`
	Owner   string `json:"owner_id"`
	Roles   []role `json:"roles"`
	Greets  string `json:"system_channel_id"` // where Discord greets who joins; may be empty
	Rules   string `json:"rules_channel_id"`  // may be empty
	TwoFold int    `json:"mfa_level"`         // 1: moderators need two-factor authentication
}

// role is a role with what tells whose it is.
type role struct {
	wire.Role
	Tags struct {
		Boost json.RawMessage `json:"premium_subscriber"` // there, and null, on the role of boosters
	} `json:"tags"`
}

// member is an account in the server.
type member struct {
	wire.Member
	Joined string `json:"joined_at"`
}

// with reads the server and runs fn. Every error that leaves this package has
// passed through here, so it has a class and names the attempt.
func (c *Client) with(ctx context.Context, attempt, key string, fn func(g *guild) error) error {
	g, err := c.guild(ctx)
	if err == nil {
		g.reason = reason(key)
		err = fn(g)
	}
	return classify(attempt, err)
}

// reason is what the audit log says: the case, and nothing about it. Everybody
// with View Audit Log reads it.
func reason(key string) string {
	id, _, _ := strings.Cut(key, ":")
	return strings.TrimSpace("Offboard " + id)
}

func (c *Client) guild(ctx context.Context) (*guild, error) {
	g := &guild{Client: c}
	if err := g.read(ctx, "users/@me", &g.bot); err != nil {
		return nil, err
	}
	if err := g.read(ctx, g.path(""), &g.guildObject); err != nil {
		return nil, err
	}
	if err := g.read(ctx, g.path("/members/%s", g.bot.ID), &g.mine); err != nil {
		return nil, err
	}
	for _, r := range g.rolesOf(&g.mine) {
		if r.Position >= g.top.Position {
			g.top = r
		}
	}
	g.may = g.permissions(&g.mine)
	return g, nil
}

func (g *guild) path(format string, args ...any) string {
	return "guilds/" + g.cfg.Guild + fmt.Sprintf(format, args...)
}

func (c *Client) read(ctx context.Context, path string, out any) error {
	return c.api.Do(ctx, http.MethodGet, path, nil, out, wire.Once())
}

// send changes something, with the case in the audit log.
func (g *guild) send(ctx context.Context, method, path string, body, out any) error {
	return g.api.Do(ctx, method, path, body, out, wire.Once(), wire.Reason(g.reason))
}

// write is send for what takes a permission in the server: where Discord says
// that the bot may not, the error names it.
func (g *guild) write(ctx context.Context, action, method, path string, body, out any) error {
	err := g.send(ctx, method, path, body, out)
	if wire.Is(err, wire.MissingPermissions, wire.MissingAccess) {
		return actions.Final(fmt.Errorf("the bot may not do that in Discord. It takes the permission %s, and the bot's role %s above all roles of the member (Server Settings, Roles) (%w)", g.cfg.need(action).title, g.top.Name, err))
	}
	return err
}

// rolesOf are the roles that a member holds, highest first, without @everyone.
func (g *guild) rolesOf(m *member) []role {
	var out []role
	for _, r := range g.Roles {
		if r.ID != g.cfg.Guild && slices.Contains(m.Roles, r.ID) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b role) int {
		if a.Position != b.Position {
			return b.Position - a.Position
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

// permissions are what a member may do in the server, by all roles together
// (https://docs.discord.com/developers/topics/permissions). The owner may
// everything without any.
func (g *guild) permissions(m *member) wire.Permissions {
	var p wire.Permissions
	for _, r := range g.Roles {
		if r.ID == g.cfg.Guild || slices.Contains(m.Roles, r.ID) {
			p |= r.Permissions
		}
	}
	return p
}

// above reports whether a role is not below the bot's highest. Such a role
// can't be given or taken by the bot, and whoever holds one can't be kicked,
// banned or timed out by it
// (https://docs.discord.com/developers/topics/permissions#permission-hierarchy).
func (g *guild) above(r role) bool { return r.Position >= g.top.Position }

// account is a Discord user and, where they are in the server, their membership.
type account struct {
	wire.User
	member *member // nil: not in the server
}

// account reads an account by its id; nil if Discord has none.
func (g *guild) account(ctx context.Context, id string) (*account, error) {
	if !wire.Snowflake(id) {
		return nil, nil
	}
	var m member
	err := g.read(ctx, g.path("/members/%s", id), &m)
	switch {
	case wire.Is(err, wire.UnknownMember, wire.UnknownUser):
		return g.user(ctx, id)
	case err != nil:
		return nil, err
	case m.User == nil || m.User.ID != id:
		return nil, errors.New("the answer is about another member")
	}
	return &account{User: *m.User, member: &m}, nil
}

func (g *guild) user(ctx context.Context, id string) (*account, error) {
	var u wire.User
	err := g.read(ctx, "users/"+id, &u)
	switch {
	case wire.Is(err, wire.UnknownUser):
		return nil, nil
	case err != nil:
		return nil, err
	case u.ID != id:
		return nil, errors.New("the answer is about another account")
	}
	return &account{User: u}, nil
}

// channels are those of the server, with their names.
func (g *guild) channels(ctx context.Context) ([]wire.Channel, error) {
	var out []wire.Channel
	err := g.read(ctx, g.path("/channels"), &out)
	return out, err
}

// channelName is "#name" of the channel with this id.
func channelName(all []wire.Channel, id string) string {
	i := slices.IndexFunc(all, func(c wire.Channel) bool { return c.ID == id })
	if i < 0 || all[i].Name == "" {
		return "a channel"
	}
	return "#" + all[i].Name
}
