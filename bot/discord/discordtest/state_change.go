package discordtest

import (
	"slices"
	"time"
)

// User is an account as it is now, with its membership in Discord.GuildID; the
// zero User if there is none.
func (d *Discord) User(id string) User {
	d.mu.Lock()
	defer d.mu.Unlock()
	u := d.user(id)
	if u == nil {
		return User{}
	}
	out := *u
	out.Nick, out.Roles, out.Stranger = "", nil, true
	if m := d.guild(d.GuildID).member(id); m != nil {
		out.Nick, out.Roles, out.Stranger = m.nick, slices.Clone(m.roles), false
	}
	return out
}

// Change changes an account: its names, zone, and NoDMs.
func (d *Discord) Change(id string, change func(u *User)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if u := d.user(id); u != nil {
		change(u)
	}
	d.signal.Notify()
}

// GiveRole gives a role to a member of its server, as a person with the right
// to does it.
func (d *Discord) GiveRole(user, role string) {
	d.alterMember(d.guildOf(role), user, func(m *member) {
		if !m.has(role) {
			m.roles = append(m.roles, role)
		}
	})
}

// TakeRole takes a role from a member.
func (d *Discord) TakeRole(user, role string) {
	d.alterMember(d.guildOf(role), user, func(m *member) { m.roles = without(m.roles, is(role)) })
}

// Timeout is a moderator who gives a member of Discord.GuildID a timeout.
func (d *Discord) Timeout(user string, until time.Time) {
	d.alterMember(d.GuildID, user, func(m *member) { m.timeout = until })
}

// Leave takes a member, or the app by BotUser, out of a server.
func (d *Discord) Leave(guild, user string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.leave(d.guild(guild), user)
}

func (d *Discord) leave(g *Guild, user string) {
	g.members = without(g.members, func(m *member) bool { return m.user == user })
	for _, c := range d.channels {
		if c.GuildID == g.ID && c.thread() {
			c.Members = without(c.Members, is(user))
		}
	}
	d.signal.Notify()
}

func (d *Discord) guildOf(role string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r := d.role(role); r != nil {
		return r.GuildID
	}
	return ""
}

func (d *Discord) alterMember(guild, user string, change func(m *member)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g := d.guild(guild); g != nil {
		if m := g.member(user); m != nil {
			change(m)
		}
	}
	d.signal.Notify()
}

// ChangeRole changes a role: its permissions, name and position.
func (d *Discord) ChangeRole(id string, change func(r *Role)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r := d.role(id); r != nil {
		change(r)
	}
	d.signal.Notify()
}

// ChangeChannel changes a channel: its name and overwrites, and whether a
// thread is archived or locked.
func (d *Discord) ChangeChannel(id string, change func(c *Channel)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.channel(id); c != nil {
		was := c.Archived
		change(&c.Channel)
		if c.Archived != was {
			c.archived = time.Now()
		}
	}
	d.signal.Notify()
}

// Channel is a channel as it is now; the zero Channel if there is none.
func (d *Discord) Channel(id string) Channel {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.channel(id); c != nil {
		out := c.Channel
		out.Members, out.Overwrites = slices.Clone(c.Members), slices.Clone(c.Overwrites)
		return out
	}
	return Channel{}
}

// RemoveRole deletes a role.
func (d *Discord) RemoveRole(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, g := range d.guilds {
		g.roles = without(g.roles, func(r *Role) bool { return r.ID == id })
		for _, m := range g.members {
			m.roles = without(m.roles, is(id))
		}
	}
	d.signal.Notify()
}

// RemoveChannel deletes a channel with all that is in it.
func (d *Discord) RemoveChannel(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.channels = without(d.channels, func(c *channel) bool { return c.ID == id || c.Parent == id && c.thread() })
	d.signal.Notify()
}

// DirectChannel is the id of the direct messages of the app and a person.
func (d *Discord) DirectChannel(user string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.directWith(user).ID
}

// directWith finds or opens direct messages; d.mu is held.
func (d *Discord) directWith(user string) *channel {
	for _, c := range d.channels {
		if c.direct() && c.has(user) {
			return c
		}
	}
	c := &channel{Channel: Channel{ID: d.id(), Type: DirectMessage, Members: []string{user, d.BotUser}}, at: time.Now()}
	d.channels = append(d.channels, c)
	return c
}

func (d *Discord) user(id string) *User {
	for _, u := range d.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

func (d *Discord) guild(id string) *Guild {
	for _, g := range d.guilds {
		if g.ID == id {
			return g
		}
	}
	return nil
}

func (d *Discord) channel(id string) *channel {
	for _, c := range d.channels {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func (d *Discord) role(id string) *Role {
	for _, g := range d.guilds {
		if r := g.role(id); r != nil {
			return r
		}
	}
	return nil
}

func (g *Guild) role(id string) *Role {
	for _, r := range g.roles {
		if r.ID == id {
			return r
		}
	}
	return nil
}

func (g *Guild) member(user string) *member {
	for _, m := range g.members {
		if m.user == user {
			return m
		}
	}
	return nil
}
