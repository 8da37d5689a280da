package discordtest

import (
	"slices"
	"strings"
	"time"
)

// User is an account. AddUser fills in what is empty.
type User struct {
	ID         string
	Name       string // the username: "ann.lee"
	GlobalName string // the name that is shown: "Ann Lee"
	TZ         string // "Europe/Oslo"; empty is UTC
	Locale     string // empty is en-US
	Bot        bool
	NoDMs      bool // takes no direct messages: 50007

	// Of its membership in Discord.GuildID; AddMember is for other servers.
	Nick     string
	Roles    []string
	Stranger bool // is not in the server
}

// Guild is a server. AddGuild fills in what is empty.
type Guild struct {
	ID      string
	Name    string
	Owner   string // a user id; empty makes one
	BotRole string // the managed role of the app, if it is in this server
	NoApp   bool   // the app is not in this server

	roles    []*Role
	members  []*member
	bans     []Ban
	invites  []*Invite
	webhooks []*Webhook
	audit    []AuditEntry
	bots     map[string]string // the managed role of each bot
}

// Role is a role of a server. AddRole fills in what is empty. The id of
// @everyone is that of the server.
type Role struct {
	ID          string
	GuildID     string
	Name        string
	Permissions int64
	Position    int    // 0 puts it above all others but those of apps
	Managed     bool   // of an app or a subscription: cannot be given or taken
	BotID       string // the app that it is for
}

// member is an account in a server.
type member struct {
	user    string
	nick    string
	roles   []string
	joined  time.Time
	timeout time.Time // communication_disabled_until
}

func (m *member) has(role string) bool { return slices.Contains(m.roles, role) }

// ChannelType is what a channel is.
type ChannelType int

// The types of channels that this fake has.
const (
	TextChannel   ChannelType = 0
	DirectMessage ChannelType = 1
	VoiceChannel  ChannelType = 2
	Category      ChannelType = 4
	PublicThread  ChannelType = 11
	PrivateThread ChannelType = 12
)

// Overwrite changes the permissions of a role, or of a member, in a channel.
type Overwrite struct {
	ID          string // of a role, @everyone being the id of the server, or of a user
	Member      bool   // ID is a user
	Allow, Deny int64
}

// Channel is a channel, direct messages or a thread. AddChannel fills in what
// is empty.
type Channel struct {
	ID         string
	GuildID    string
	Name       string
	Type       ChannelType
	Parent     string // the channel that a thread is in
	Overwrites []Overwrite

	// Private denies @everyone to view it, and allows Members: users, or roles.
	// Of a thread and of direct messages, Members are the users in it.
	Private bool
	Members []string

	Archived, Locked bool   // of a thread
	Owner            string // who made a thread
	AutoArchive      int    // of a thread, in minutes
}

type channel struct {
	Channel
	at       time.Time
	archived time.Time // when it was last archived or taken out
	messages []*Message
}

func (c *channel) direct() bool         { return c.Type == DirectMessage }
func (c *channel) thread() bool         { return c.Type == PublicThread || c.Type == PrivateThread }
func (c *channel) texts() bool          { return c.Type != Category }
func (c *channel) has(user string) bool { return slices.Contains(c.Members, user) }

// AddGuild adds a server.
func (d *Discord) AddGuild(g Guild) Guild {
	d.mu.Lock()
	if g.ID == "" {
		g.ID = d.id()
	}
	owner := g.Owner
	if owner == "" {
		u := &User{ID: d.id(), Name: "olga.owner", GlobalName: "Olga Owner"}
		d.users, owner = append(d.users, u), u.ID
	}
	g.Owner, g.bots = owner, map[string]string{}
	g.roles = []*Role{{ID: g.ID, GuildID: g.ID, Name: "@everyone", Permissions: everyonePermissions}}
	d.guilds = append(d.guilds, &g)
	d.mu.Unlock()
	d.AddMember(g.ID, owner)
	if !g.NoApp {
		d.AddMember(g.ID, d.BotUser)
		d.mu.Lock()
		defer d.mu.Unlock()
		g.BotRole = d.guild(g.ID).bots[d.BotUser]
		d.guild(g.ID).BotRole = g.BotRole
		d.role(g.BotRole).Permissions = d.cfg.Permissions
	}
	return g
}

// AddUser adds an account, and makes it a member of Discord.GuildID unless it
// is a Stranger.
func (d *Discord) AddUser(u User) User {
	d.mu.Lock()
	if u.ID == "" {
		u.ID = d.id()
	}
	if u.Name == "" {
		u.Name = strings.ReplaceAll(strings.ToLower(u.GlobalName), " ", ".")
	}
	if u.Locale == "" {
		u.Locale = "en-US"
	}
	kept := u
	d.users = append(d.users, &kept)
	d.mu.Unlock()
	if !u.Stranger {
		d.AddMember(d.GuildID, u.ID, u.Roles...)
		d.alterMember(d.GuildID, u.ID, func(m *member) { m.nick = u.Nick })
	}
	return u
}

// AddMember makes an account a member of a server. A bot gets a role of its
// own, which is managed and has no permissions.
func (d *Discord) AddMember(guild, user string, roles ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g, u := d.guild(guild), d.user(user)
	m := &member{user: user, roles: slices.Clone(roles), joined: time.Now()}
	if u.Bot {
		r := d.addRole(g, Role{Name: u.GlobalName, Managed: true, BotID: user})
		m.roles, g.bots[user] = append(m.roles, r.ID), r.ID
	}
	g.members = append(without(g.members, func(o *member) bool { return o.user == user }), m)
	d.signal.Notify()
}

// AddRole adds a role. Unless it has a Position it is below those of apps and
// above all others.
func (d *Discord) AddRole(r Role) Role {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.GuildID == "" {
		r.GuildID = d.GuildID
	}
	return *d.addRole(d.guild(r.GuildID), r)
}

func (d *Discord) addRole(g *Guild, r Role) *Role {
	r.GuildID = g.ID
	if r.ID == "" {
		r.ID = d.id()
	}
	if r.Position == 0 {
		r.Position = 1
		for _, o := range g.roles {
			if !o.Managed || r.Managed {
				r.Position = max(r.Position, o.Position+1)
			}
		}
		for _, o := range g.roles {
			if o.Position >= r.Position {
				o.Position++
			}
		}
	}
	g.roles = append(g.roles, &r)
	d.signal.Notify()
	return &r
}

// AddChannel adds a channel, or with a Type and a Parent a thread.
func (d *Discord) AddChannel(c Channel) Channel {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.ID == "" {
		c.ID = d.id()
	}
	if c.GuildID == "" {
		c.GuildID = d.GuildID
	}
	c.Name = strings.TrimPrefix(c.Name, "#")
	c.Members, c.Overwrites = slices.Clone(c.Members), slices.Clone(c.Overwrites)
	g := d.guild(c.GuildID)
	n := &channel{Channel: c, at: time.Now()}
	if c.Private && !n.thread() {
		n.Overwrites = append(n.Overwrites, Overwrite{ID: g.ID, Deny: ViewChannel})
		for _, id := range c.Members {
			n.Overwrites = append(n.Overwrites, Overwrite{ID: id, Member: g.role(id) == nil, Allow: ViewChannel | SendMessages})
		}
		n.Members = nil
	}
	d.channels = append(d.channels, n)
	d.signal.Notify()
	return n.Channel
}

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
