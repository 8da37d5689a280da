package wire

// Command is an application command (interactions/application-commands), as it
// is registered and as it is read back.
type Command struct {
	ID          string      `json:"id,omitempty"` // only read
	Type        CommandType `json:"type"`
	Name        string      `json:"name"`                  // 1 to 32; in lower case for one that is typed
	Description string      `json:"description,omitempty"` // 1 to 100 characters; none in a context menu
	Options     []Option    `json:"options,omitempty"`     // at most 25
	// DefaultMemberPermissions is what a member needs to be offered the command,
	// until an administrator of the guild changes it; nil is nothing. It is no
	// authorisation.
	DefaultMemberPermissions *Permissions      `json:"default_member_permissions"`
	Contexts                 []Context         `json:"contexts,omitempty"`
	IntegrationTypes         []IntegrationType `json:"integration_types,omitempty"`
}

// CommandType is how a command is used.
type CommandType int

// The kinds of commands.
const (
	ChatInput   CommandType = 1 // typed
	UserContext CommandType = 2 // in the menu of a user
)

// Context is where a command can be used.
type Context int

// The contexts.
const (
	InGuild Context = 0
	InBotDM Context = 1
)

// IntegrationType is where an app is installed.
type IntegrationType int

// GuildInstall is an app that a guild has.
const GuildInstall IntegrationType = 0

// Option is something typed after a command, a subcommand, or a group of them.
type Option struct {
	Type         OptionType      `json:"type"`
	Name         string          `json:"name"`               // 1 to 32
	Description  string          `json:"description"`        // 1 to 100 characters
	Required     bool            `json:"required,omitempty"` // these come first
	Autocomplete bool            `json:"autocomplete,omitempty"`
	Choices      []CommandChoice `json:"choices,omitempty"`
	Options      []Option        `json:"options,omitempty"`
}

// OptionType is the kind of an option.
type OptionType int

// The kinds of options that this program registers.
const (
	Subcommand      OptionType = 1
	SubcommandGroup OptionType = 2
	StringOption    OptionType = 3
	UserOption      OptionType = 6
)

// CommandChoice is something that an option offers: 100 characters each.
type CommandChoice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
