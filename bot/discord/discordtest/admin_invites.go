package discordtest

import (
	"fmt"
	"slices"
	"time"
)

// Invite is an invite of a server.
type Invite struct {
	Code    string
	GuildID string
	Channel string
	Inviter string // a user id; "" is of a server's own address
	At      time.Time
	MaxAge  time.Duration // 0 is for ever
	MaxUses int           // 0 is without end
	Uses    int
}

// AddInvite adds an invite that a person has made. It fills in what is empty.
func (d *Discord) AddInvite(i Invite) Invite {
	d.mu.Lock()
	defer d.mu.Unlock()
	return *d.addInvite(i)
}

func (d *Discord) addInvite(i Invite) *Invite {
	d.count++
	if i.Code == "" {
		i.Code = fmt.Sprintf("inv%05d", d.count)
	}
	if i.GuildID == "" {
		i.GuildID = d.GuildID
		if c := d.channel(i.Channel); c != nil {
			i.GuildID = c.GuildID
		}
	}
	if i.At.IsZero() {
		i.At = time.Now()
	}
	g := d.guild(i.GuildID)
	g.invites = append(g.invites, &i)
	d.signal.Notify()
	return &i
}

// Invites lists the invites of a server that still work.
func (d *Discord) Invites(guild string) []Invite {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Invite
	if g := d.guild(guild); g != nil {
		for _, i := range g.live() {
			out = append(out, *i)
		}
	}
	return out
}

func (g *Guild) live() []*Invite {
	return slices.DeleteFunc(slices.Clone(g.invites), func(i *Invite) bool { return i.MaxAge > 0 && time.Since(i.At) >= i.MaxAge })
}

// inviteJSON is an invite, with its metadata for those who may see it.
func (c *call) inviteJSON(i *Invite, metadata bool) object {
	g := c.guild(i.GuildID)
	out := object{
		"type": 0, "code": i.Code, "guild": object{"id": g.ID, "name": g.Name, "icon": nil, "splash": nil, "banner": nil, "description": nil, "features": []any{}, "verification_level": 1, "vanity_url_code": nil, "nsfw_level": 0, "nsfw": false, "premium_subscription_count": 0},
		"guild_id": g.ID, "channel": nil, "expires_at": nil, "flags": 0,
	}
	if ch := c.channel(i.Channel); ch != nil {
		out["channel"] = object{"id": ch.ID, "name": ch.Name, "type": int(ch.Type)}
	}
	if i.MaxAge > 0 {
		out["expires_at"] = stamp(i.At.Add(i.MaxAge))
	}
	if u := c.user(i.Inviter); u != nil {
		out["inviter"] = userJSON(u)
	}
	if metadata {
		return merged(out, object{"uses": i.Uses, "max_uses": i.MaxUses, "max_age": int(i.MaxAge.Seconds()), "temporary": false, "created_at": stamp(i.At)})
	}
	return out
}

// listInvites needs MANAGE_GUILD, or VIEW_AUDIT_LOG for invites without
// metadata.
func (c *call) listInvites() (any, error) {
	g, me, err := c.guildFor()
	if err != nil {
		return nil, err
	}
	have := g.base(me)
	if have&(ManageGuild|ViewAuditLog) == 0 {
		return nil, refuse(50013)
	}
	out := []object{}
	for _, i := range g.live() {
		out = append(out, c.inviteJSON(i, have&ManageGuild != 0))
	}
	return out, nil
}

func (c *call) inviteFor() (*Guild, *Invite, error) {
	for _, g := range c.guilds {
		for _, i := range g.live() {
			if i.Code == c.path["code"] {
				return g, i, nil
			}
		}
	}
	return nil, nil, refuse(10006)
}

func (c *call) readInvite() (any, error) {
	_, i, err := c.inviteFor()
	if err != nil {
		return nil, err
	}
	return c.inviteJSON(i, false), nil
}

// deleteInvite needs MANAGE_CHANNELS in the channel, or MANAGE_GUILD.
func (c *call) deleteInvite() (any, error) {
	g, i, err := c.inviteFor()
	if err != nil {
		return nil, err
	}
	me := g.member(c.BotUser)
	if me == nil {
		return nil, refuse(50001)
	}
	ch := c.channel(i.Channel)
	if g.base(me)&ManageGuild == 0 && (ch == nil || !c.may(c.BotUser, ch, ManageChannels)) {
		return nil, refuse(50013)
	}
	g.invites = without(g.invites, func(o *Invite) bool { return o == i })
	c.log(g, 42, "")
	return c.inviteJSON(i, false), nil
}

// postInvite makes an invite that lasts a day unless max_age says otherwise.
func (c *call) postInvite() (any, error) {
	ch, err := c.channelFor(CreateInvite)
	if err != nil {
		return nil, err
	}
	if ch.direct() || ch.thread() {
		return nil, refuse(50024)
	}
	l := c.linter()
	l.keys("", c.args, []string{"max_age", "max_uses", "temporary", "unique", "target_type", "target_user_id", "target_application_id", "role_ids"})
	l.within("max_age", c.args["max_age"], 0, 604800)
	l.within("max_uses", c.args["max_uses"], 0, 100)
	if err := c.malformed(); err != nil {
		return nil, err
	}
	age := 24 * time.Hour
	if c.args["max_age"] != nil {
		age = time.Duration(number(c.args["max_age"])) * time.Second
	}
	i := c.addInvite(Invite{GuildID: ch.GuildID, Channel: ch.ID, Inviter: c.BotUser, MaxAge: age, MaxUses: number(c.args["max_uses"])})
	c.log(c.guild(ch.GuildID), 40, "")
	return c.inviteJSON(i, true), nil
}
