package discordtest

// The routes of administration, as targets of Fail and Calls.
const (
	EditMember    = "PATCH /guilds/{guild}/members/{user}"
	RemoveMember  = "DELETE /guilds/{guild}/members/{user}"
	GiveRole      = "PUT /guilds/{guild}/members/{user}/roles/{role}"
	TakeRole      = "DELETE /guilds/{guild}/members/{user}/roles/{role}"
	ListBans      = "GET /guilds/{guild}/bans"
	ReadBan       = "GET /guilds/{guild}/bans/{user}"
	PutBan        = "PUT /guilds/{guild}/bans/{user}"
	DeleteBan     = "DELETE /guilds/{guild}/bans/{user}"
	ListInvites   = "GET /guilds/{guild}/invites"
	PostInvite    = "POST /channels/{channel}/invites"
	ReadInvite    = "GET /invites/{code}"
	DeleteInvite  = "DELETE /invites/{code}"
	ListWebhooks  = "GET /guilds/{guild}/webhooks"
	PostWebhook   = "POST /channels/{channel}/webhooks"
	ReadWebhook   = "GET /webhooks/{webhook}"
	DeleteWebhook = "DELETE /webhooks/{webhook}"
	PutOverwrite  = "PUT /channels/{channel}/permissions/{overwrite}"
	TakeOverwrite = "DELETE /channels/{channel}/permissions/{overwrite}"
	ReadAuditLog  = "GET /guilds/{guild}/audit-logs"
)

var adminRoutes = []route{
	{name: EditMember, run: (*call).editMember},
	{name: RemoveMember, run: (*call).kick},
	{name: GiveRole, run: (*call).giveRole},
	{name: TakeRole, run: (*call).takeRole},
	{name: ListBans, run: (*call).listBans},
	{name: ReadBan, run: (*call).readBan},
	{name: PutBan, run: (*call).putBan},
	{name: DeleteBan, run: (*call).deleteBan},
	{name: ListInvites, run: (*call).listInvites},
	{name: PostInvite, run: (*call).postInvite},
	{name: ReadInvite, run: (*call).readInvite},
	{name: DeleteInvite, run: (*call).deleteInvite},
	{name: ListWebhooks, run: (*call).listWebhooks},
	{name: "GET /channels/{channel}/webhooks", run: (*call).listChannelWebhooks},
	{name: PostWebhook, run: (*call).postWebhook},
	{name: ReadWebhook, run: (*call).readWebhook},
	{name: DeleteWebhook, run: (*call).deleteWebhook},
	{name: PutOverwrite, run: (*call).putOverwrite},
	{name: TakeOverwrite, run: (*call).deleteOverwrite},
	{name: ReadAuditLog, run: (*call).readAudit},
	{name: ListIntegrations, run: (*call).listIntegrations},
}
