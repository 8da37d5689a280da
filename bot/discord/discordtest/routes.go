package discordtest

import "time"

// The routes that tests name most often, as targets of Fail and Calls.
const (
	ReadGateway    = "GET /gateway/bot"
	PutCommands    = "PUT /applications/{application}/guilds/{guild}/commands"
	Callback       = "POST /interactions/{interaction}/{token}/callback"
	FollowUp       = "POST /webhooks/{webhook}/{token}"
	ReadFollowUp   = "GET /webhooks/{webhook}/{token}/messages/{message}" // {message} is @original as well
	EditFollowUp   = "PATCH /webhooks/{webhook}/{token}/messages/{message}"
	DeleteFollowUp = "DELETE /webhooks/{webhook}/{token}/messages/{message}"
	OpenDM         = "POST /users/@me/channels"
	ReadUser       = "GET /users/{user}"
	ReadChannel    = "GET /channels/{channel}"
	EditChannel    = "PATCH /channels/{channel}"
	PostMessage    = "POST /channels/{channel}/messages"
	ListMessages   = "GET /channels/{channel}/messages"
	ReadMessage    = "GET /channels/{channel}/messages/{message}"
	EditMessage    = "PATCH /channels/{channel}/messages/{message}"
	DeleteMessage  = "DELETE /channels/{channel}/messages/{message}"
	StartThread    = "POST /channels/{channel}/messages/{message}/threads"
	ReadGuild      = "GET /guilds/{guild}"
	ListRoles      = "GET /guilds/{guild}/roles"
	ListChannels   = "GET /guilds/{guild}/channels"
	ListMembers    = "GET /guilds/{guild}/members"
	ReadMember     = "GET /guilds/{guild}/members/{user}"
)

// route is one thing that the REST API can do.
type route struct {
	name   string
	run    func(c *call) (any, error)
	rate   Rate
	open   bool // needs no bot token
	exempt bool // from rate limits
	list   bool // the body is an array
}

var routes = slicesOf(
	[]route{
		{name: "GET /gateway", run: (*call).gateway, open: true},
		{name: ReadGateway, run: (*call).gatewayBot},
		{name: "GET /users/@me", run: (*call).me},
		{name: ReadUser, run: (*call).readUser},
		{name: OpenDM, run: (*call).openDM, rate: Rate{5, 5 * time.Second}},
		{name: "GET /applications/@me", run: (*call).application},
		{name: "GET /oauth2/applications/@me", run: (*call).application},
		{name: "GET /applications/{application}/guilds/{guild}/commands", run: (*call).readCommands},
		{name: PutCommands, run: (*call).putCommands, list: true},
		{name: "GET /applications/{application}/commands", run: (*call).readCommands},
		{name: "PUT /applications/{application}/commands", run: (*call).putCommands, list: true},
	},
	[]route{
		{name: Callback, run: (*call).callback, open: true, exempt: true},
		{name: FollowUp, run: (*call).followUp, open: true, rate: Rate{5, 2 * time.Second}},
		{name: ReadFollowUp, run: (*call).readFollowUp, open: true, rate: Rate{5, 2 * time.Second}},
		{name: EditFollowUp, run: (*call).editFollowUp, open: true, rate: Rate{5, 2 * time.Second}},
		{name: DeleteFollowUp, run: (*call).deleteFollowUp, open: true, rate: Rate{5, 2 * time.Second}},
	},
	[]route{
		{name: ReadChannel, run: (*call).readChannel},
		{name: EditChannel, run: (*call).editChannel, rate: Rate{5, 15 * time.Second}},
		{name: PostMessage, run: (*call).postMessage, rate: Rate{5, 5 * time.Second}},
		{name: ListMessages, run: (*call).listMessages, rate: Rate{5, 5 * time.Second}},
		{name: ReadMessage, run: (*call).readMessage, rate: Rate{5, 5 * time.Second}},
		{name: EditMessage, run: (*call).editMessage, rate: Rate{5, 5 * time.Second}},
		{name: DeleteMessage, run: (*call).deleteMessage, rate: Rate{5, 5 * time.Second}},
		{name: StartThread, run: (*call).startThread, rate: Rate{50, 5 * time.Minute}},
		{name: "POST /channels/{channel}/threads", run: (*call).startThread, rate: Rate{50, 5 * time.Minute}},
		{name: "GET /channels/{channel}/thread-members", run: (*call).threadMembers},
		{name: "GET /channels/{channel}/thread-members/{user}", run: (*call).threadMember},
		{name: "PUT /channels/{channel}/thread-members/{user}", run: (*call).joinThread},
		{name: "DELETE /channels/{channel}/thread-members/{user}", run: (*call).leaveThread},
	},
	[]route{
		{name: ReadGuild, run: (*call).readGuild},
		{name: ListRoles, run: (*call).listRoles},
		{name: ListChannels, run: (*call).listChannels},
		{name: ListMembers, run: (*call).listMembers, rate: Rate{10, 10 * time.Second}},
		{name: ReadMember, run: (*call).readMember},
	},
	adminRoutes,
)

func slicesOf(lists ...[]route) []route {
	var out []route
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}
