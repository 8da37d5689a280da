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
	Position    int    // 0 puts it above all others but that of the app
	Managed     bool   // of an app or a subscription: cannot be given or taken
	Mentionable bool   // everybody may mention it; else MENTION_EVERYONE is needed
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

// AddRole adds a role. Unless it has a Position it is below that of the app and
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
			if o.BotID != d.BotUser {
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
