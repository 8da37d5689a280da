package discord

import (
	"fmt"
	"net/url"

	"offboard/bot/discord/wire"
)

// What the bot needs in the server (topics/permissions, and the page of each
// call).
const (
	chatting = wire.ViewChannel | // the channels that it posts in
		wire.SendMessages | // cards, and edits of them
		wire.CreatePublicThreads | // the thread below a card
		wire.SendMessagesInThreads | // what goes into it
		wire.ReadMessageHistory // whether a post whose answer was lost is there; without it a channel looks empty
	// MANAGE_THREADS is not among them: who made a thread may archive and rename
	// it, and opening it again takes no permission while nobody has locked it.

	removing = wire.ManageRoles | // take roles away; only those below its own
		wire.ModerateMembers | // time out at the cut-off
		wire.KickMembers |
		wire.BanMembers | // and see whether somebody is banned, and lift it
		wire.ManageGuild | // read who has made which invite, and delete them
		wire.ManageWebhooks | // read who has made which webhook
		wire.CreateInstantInvite // undo: invite somebody back
)

// Permissions are those that the bot needs to chat, and with admin to take
// people out of the server itself.
func Permissions(admin bool) wire.Permissions {
	if admin {
		return chatting | removing
	}
	return chatting
}

// Invite is the link by which an administrator adds the app to a server, with
// exactly the permissions that it needs. A server where it is already asks for
// those that are missing.
func Invite(appID string, admin bool) (string, error) {
	if !wire.Snowflake(appID) {
		return "", fmt.Errorf("%q is no application id: copy it from General Information in the app's settings, where it is a number of 17 to 20 digits", appID)
	}
	q := url.Values{
		"client_id": {appID}, "scope": {"bot applications.commands"}, "permissions": {Permissions(admin).String()},
		"integration_type": {fmt.Sprint(int(wire.GuildInstall))},
	}
	return "https://discord.com/oauth2/authorize?" + q.Encode(), nil
}
