package discordtest

import "time"

// Permissions, as bits.
const (
	CreateInvite          int64 = 1 << 0
	KickMembers           int64 = 1 << 1
	BanMembers            int64 = 1 << 2
	Administrator         int64 = 1 << 3
	ManageChannels        int64 = 1 << 4
	ManageGuild           int64 = 1 << 5
	AddReactions          int64 = 1 << 6
	ViewAuditLog          int64 = 1 << 7
	ViewChannel           int64 = 1 << 10
	SendMessages          int64 = 1 << 11
	SendTTSMessages       int64 = 1 << 12
	ManageMessages        int64 = 1 << 13
	EmbedLinks            int64 = 1 << 14
	AttachFiles           int64 = 1 << 15
	ReadMessageHistory    int64 = 1 << 16
	MentionEveryone       int64 = 1 << 17
	ManageNicknames       int64 = 1 << 27
	ManageRoles           int64 = 1 << 28
	ManageWebhooks        int64 = 1 << 29
	UseCommands           int64 = 1 << 31
	ManageThreads         int64 = 1 << 34
	CreatePublicThreads   int64 = 1 << 35
	CreatePrivateThreads  int64 = 1 << 36
	SendMessagesInThreads int64 = 1 << 38
	ModerateMembers       int64 = 1 << 40

	allPermissions int64 = 1<<53 - 1
)

// everyonePermissions are those of @everyone in a new server, as far as they
// matter here.
const everyonePermissions = CreateInvite | AddReactions | ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadMessageHistory | UseCommands |
	CreatePublicThreads | CreatePrivateThreads | SendMessagesInThreads

// Permissions are what a user may do in a channel, as bits.
func (d *Discord) Permissions(user, channel string) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.channel(channel); c != nil {
		return d.permissions(user, c)
	}
	return 0
}

// base is what a member may do in a server before the overwrites of a channel;
// d.mu is held.
func (g *Guild) base(m *member) int64 {
	if m.user == g.Owner {
		return allPermissions
	}
	var p int64
	for _, r := range g.roles {
		if r.ID == g.ID || m.has(r.ID) {
			p |= r.Permissions
		}
	}
	if p&Administrator != 0 {
		return allPermissions
	}
	return p
}

// permissions are what a user may do in a channel, by the steps that the page
// "Permissions" gives; a thread has those of its parent. d.mu is held.
func (d *Discord) permissions(user string, c *channel) int64 {
	if c.direct() {
		if c.has(user) {
			return ViewChannel | SendMessages | ReadMessageHistory | AddReactions | AttachFiles | EmbedLinks | UseCommands
		}
		return 0
	}
	if c.thread() {
		if c = d.channel(c.Parent); c == nil {
			return 0
		}
	}
	g := d.guild(c.GuildID)
	m := g.member(user)
	if m == nil {
		return 0
	}
	p := g.base(m)
	if p == allPermissions {
		return p
	}
	var allow, deny, mine, notMine int64
	for _, o := range c.Overwrites {
		switch {
		case o.ID == g.ID:
			p = p&^o.Deny | o.Allow
		case o.Member && o.ID == user:
			mine, notMine = o.Allow, o.Deny
		case !o.Member && m.has(o.ID):
			allow |= o.Allow
			deny |= o.Deny
		}
	}
	p = p&^deny | allow
	p = p&^notMine | mine
	return implied(p, m)
}

// implied takes away what other permissions, or a timeout, deny implicitly.
func implied(p int64, m *member) int64 {
	if time.Now().Before(m.timeout) {
		p &= ViewChannel | ReadMessageHistory
	}
	if p&SendMessages == 0 {
		p &^= MentionEveryone | SendTTSMessages | AttachFiles | EmbedLinks
	}
	if p&ViewChannel == 0 {
		return 0
	}
	return p
}

// may says whether a user has all of these permissions in a channel, for a
// private thread also whether it is theirs to see; d.mu is held.
func (d *Discord) may(user string, c *channel, p int64) bool {
	have := d.permissions(user, c)
	if c.Type == PrivateThread && !c.has(user) && have&ManageThreads == 0 {
		return false
	}
	return have&p == p
}

// top is the position of a member's highest role.
func (g *Guild) top(m *member) int {
	highest := 0
	for _, r := range g.roles {
		if m.has(r.ID) {
			highest = max(highest, r.Position)
		}
	}
	return highest
}

// above says whether a member is above another in the hierarchy of roles: only
// then may it kick, ban or change them. Nobody is above the owner.
func (g *Guild) above(m, other *member) bool {
	switch {
	case other.user == g.Owner:
		return false
	case m.user == g.Owner:
		return true
	}
	return g.top(m) > g.top(other)
}
