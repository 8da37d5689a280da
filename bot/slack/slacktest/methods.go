package slacktest

// method is a method of the Web API. Scopes are alternatives; where they
// depend on the kind of channel, the method itself asks for more.
type method struct {
	name     string
	tier     int // 1 to 4; 0 is a special one
	kinds    []tokenKind
	scopes   []string
	required []string
	form     bool // it reads forms only: a JSON body is as good as none
	run      func(c *call) (object, error)
}

var (
	botOrUser = []tokenKind{botToken, userToken}
	anyToken  = []tokenKind{botToken, userToken, appToken}
	appOnly   = []tokenKind{appToken}
	userOnly  = []tokenKind{userToken}
	reading   = []string{"channels:read", "groups:read", "im:read", "mpim:read"}
	history   = []string{"channels:history", "groups:history", "im:history", "mpim:history"}
	posting   = []string{"chat:write"}
)

// methods are those that this fake has, with the tiers of the rate limit page and
// the scopes of each method's page.
var methods = map[string]method{
	"api.test":              {tier: 4, kinds: anyToken, run: (*call).apiTest},
	"auth.test":             {kinds: anyToken, run: (*call).authTest},
	"apps.connections.open": {tier: 1, kinds: appOnly, scopes: []string{"connections:write"}, run: (*call).connectionsOpen},
	"team.info":             {tier: 3, kinds: botOrUser, scopes: []string{"team:read"}, form: true, run: (*call).teamInfo},
	"bots.info":             {tier: 3, kinds: botOrUser, scopes: []string{"users:read"}, form: true, run: (*call).botsInfo},

	"users.info":          {tier: 4, kinds: botOrUser, scopes: []string{"users:read"}, required: []string{"user"}, form: true, run: (*call).usersInfo},
	"users.list":          {tier: 2, kinds: botOrUser, scopes: []string{"users:read"}, form: true, run: (*call).usersList},
	"users.lookupByEmail": {tier: 3, kinds: botOrUser, scopes: []string{"users:read.email"}, required: []string{"email"}, form: true, run: (*call).usersLookup},
	"users.profile.get":   {tier: 4, kinds: botOrUser, scopes: []string{"users.profile:read"}, form: true, run: (*call).usersProfile},
	"users.conversations": {tier: 2, kinds: botOrUser, scopes: reading, form: true, run: (*call).usersConversations},

	"conversations.open":    {tier: 3, kinds: botOrUser, scopes: []string{"im:write", "mpim:write", "channels:manage", "groups:write"}, run: (*call).conversationsOpen},
	"conversations.info":    {tier: 3, kinds: botOrUser, scopes: reading, required: []string{"channel"}, form: true, run: (*call).conversationsInfo},
	"conversations.members": {tier: 4, kinds: botOrUser, scopes: reading, required: []string{"channel"}, form: true, run: (*call).conversationsMembers},
	"conversations.list":    {tier: 2, kinds: botOrUser, scopes: reading, form: true, run: (*call).conversationsList},
	"conversations.join":    {tier: 3, kinds: botOrUser, scopes: []string{"channels:join"}, required: []string{"channel"}, run: (*call).conversationsJoin},
	"conversations.history": {tier: 3, kinds: botOrUser, scopes: history, required: []string{"channel"}, form: true, run: (*call).conversationsHistory},
	"conversations.replies": {tier: 3, kinds: botOrUser, scopes: history, required: []string{"channel", "ts"}, form: true, run: (*call).conversationsReplies},

	"chat.postMessage":   {kinds: botOrUser, scopes: posting, required: []string{"channel"}, run: (*call).chatPost},
	"chat.postEphemeral": {tier: 4, kinds: botOrUser, scopes: posting, required: []string{"channel", "user"}, run: (*call).chatEphemeral},
	"chat.update":        {tier: 3, kinds: botOrUser, scopes: posting, required: []string{"channel", "ts"}, run: (*call).chatUpdate},
	"chat.delete":        {tier: 3, kinds: botOrUser, scopes: posting, required: []string{"channel", "ts"}, run: (*call).chatDelete},
	"chat.getPermalink":  {kinds: botOrUser, required: []string{"channel", "message_ts"}, form: true, run: (*call).chatPermalink},

	"views.open":    {tier: 4, kinds: botOrUser, required: []string{"view"}, run: (*call).viewsOpen},
	"views.push":    {tier: 4, kinds: botOrUser, required: []string{"view"}, run: (*call).viewsPush},
	"views.update":  {tier: 4, kinds: botOrUser, required: []string{"view"}, run: (*call).viewsUpdate},
	"views.publish": {tier: 4, kinds: botOrUser, required: []string{"user_id", "view"}, run: (*call).viewsPublish},

	"usergroups.list":         {tier: 2, kinds: botOrUser, scopes: []string{"usergroups:read"}, form: true, run: (*call).groupsList},
	"usergroups.users.list":   {tier: 2, kinds: botOrUser, scopes: []string{"usergroups:read"}, required: []string{"usergroup"}, form: true, run: (*call).groupUsers},
	"usergroups.users.update": {tier: 2, kinds: botOrUser, scopes: []string{"usergroups:write"}, required: []string{"usergroup", "users"}, run: (*call).groupUpdate},

	"files.getUploadURLExternal":   {tier: 4, kinds: botOrUser, scopes: []string{"files:write"}, required: []string{"filename", "length"}, form: true, run: (*call).uploadURL},
	"files.completeUploadExternal": {tier: 4, kinds: botOrUser, scopes: []string{"files:write"}, required: []string{"files"}, run: (*call).uploadComplete},

	"admin.users.session.reset": {tier: 2, kinds: userOnly, scopes: []string{"admin.users:write"}, required: []string{"user_id"}, run: (*call).sessionReset},
}
