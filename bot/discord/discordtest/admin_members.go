package discordtest

import "time"

var adminRoutes = []route{}

type ban struct {
	user, reason string
}

// Invite is an invite of a server.
type Invite struct {
	Code    string
	GuildID string
	Channel string
	Inviter string
	At      time.Time
}

// Webhook is a webhook of a channel.
type Webhook struct {
	ID      string
	GuildID string
	Channel string
	Name    string
	Creator string
}

// AuditEntry is an entry of a server's audit log.
type AuditEntry struct {
	ID     string
	Actor  string
	Action int
	Target string
	Reason string
	At     time.Time
}
