package discord

import (
	"fmt"

	"offboard/bot/discord/wire"
)

// need is a permission that an action takes.
type need struct {
	bit    wire.Permissions
	title  string // as Server Settings, Roles has it
	action string
}

// undoRemove is what makes an invite for who comes back.
const undoRemove = "the undo of remove"

// needs are the permissions for what is configured.
func (c Config) needs() []need {
	out := []need{
		{wire.ManageRoles, "Manage Roles", "roles"},
		{wire.ModerateMembers, "Timeout Members", "timeout"},
		{wire.ManageGuild, "Manage Server", "invites"},
		{wire.ManageWebhooks, "Manage Webhooks", "webhooks"},
	}
	if c.After == Kick {
		out = append(out, need{wire.KickMembers, "Kick, Approve, and Reject Members", "remove"})
	}
	if c.After == Ban {
		out = append(out, need{wire.BanMembers, "Ban Members", "remove"})
	}
	if c.After != None {
		out = append(out, need{wire.CreateInstantInvite, "Create Invite", undoRemove})
	}
	return out
}

// need is the one of an action.
func (c Config) need(action string) need {
	for _, n := range c.needs() {
		if n.action == action {
			return n
		}
	}
	return need{}
}

// lacks says that the bot lacks what an action takes, or is empty.
func (g *guild) lacks(action string) string {
	n := g.cfg.need(action)
	if g.may.Has(n.bit) {
		return ""
	}
	return fmt.Sprintf("the bot lacks the permission %s: switch it on for its role %s (Server Settings, Roles)", n.title, g.top.Name)
}
