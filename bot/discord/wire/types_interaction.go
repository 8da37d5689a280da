package wire

// Interaction is something that somebody did (interactions/receiving-and-responding).
// Token is a secret for 15 minutes: whoever has it can answer.
type Interaction struct {
	ID             string          `json:"id"`
	ApplicationID  string          `json:"application_id"`
	Type           InteractionType `json:"type"`
	Data           Data            `json:"data,omitzero"`
	GuildID        string          `json:"guild_id,omitempty"` // empty in a direct message
	Channel        *Channel        `json:"channel,omitempty"`  // partial
	ChannelID      string          `json:"channel_id,omitempty"`
	Member         *Member         `json:"member,omitempty"` // in a guild
	User           *User           `json:"user,omitempty"`   // in a direct message
	Token          string          `json:"token"`
	Message        *Message        `json:"message,omitempty"` // whose component it was
	AppPermissions Permissions     `json:"app_permissions,omitempty"`
	Context        *Context        `json:"context,omitempty"`
}

// UnmarshalJSON is lenient.
func (i *Interaction) UnmarshalJSON(b []byte) error {
	type plain Interaction
	return lenient(b, (*plain)(i))
}

// By is who did it; without an id if Discord does not say.
func (i Interaction) By() User {
	switch {
	case i.Member != nil && i.Member.User != nil:
		return *i.Member.User
	case i.User != nil:
		return *i.User
	}
	return User{}
}

// InteractionType is the kind of an interaction.
type InteractionType int

// The kinds of interactions.
const (
	Ping         InteractionType = 1
	Typed        InteractionType = 2 // a command
	Pressed      InteractionType = 3 // a component of a message
	Autocomplete InteractionType = 4 // an option is being typed
	Submitted    InteractionType = 5 // a modal
)

// Data is what was done, of all kinds of interactions.
type Data struct {
	ID       string      `json:"id,omitempty"`   // of the command
	Name     string      `json:"name,omitempty"` // of the command
	Type     CommandType `json:"type,omitempty"` // of the command
	Options  []Given     `json:"options,omitempty"`
	TargetID string      `json:"target_id,omitempty"` // of a command in a context menu
	Resolved Resolved    `json:"resolved,omitzero"`

	CustomID      string        `json:"custom_id,omitempty"`      // of a component or a modal
	ComponentType ComponentType `json:"component_type,omitempty"` // of a component
	Values        []string      `json:"values,omitempty"`         // of a select
	Components    []Component   `json:"components,omitempty"`     // of a modal, in their Labels
}

// UnmarshalJSON is lenient.
func (d *Data) UnmarshalJSON(b []byte) error {
	type plain Data
	return lenient(b, (*plain)(d))
}

// Given is an option of a command as it was typed; or a subcommand, or a group
// of them, with its options.
type Given struct {
	Name    string     `json:"name"`
	Type    OptionType `json:"type"`
	Value   string     `json:"value,omitempty"` // this program has options of text and users only
	Focused bool       `json:"focused,omitempty"`
	Options []Given    `json:"options,omitempty"`
}

// UnmarshalJSON is lenient.
func (g *Given) UnmarshalJSON(b []byte) error {
	type plain Given
	return lenient(b, (*plain)(g))
}

// Resolved are the objects whose ids stand in the data.
type Resolved struct {
	Users   map[string]User   `json:"users,omitempty"`
	Members map[string]Member `json:"members,omitempty"`
}

// Response answers an interaction, within three seconds.
type Response struct {
	Type ResponseType `json:"type"`
	Data any          `json:"data,omitempty"` // a MessageBody, a Modal or Choices
}

// ResponseType is the kind of an answer.
type ResponseType int

// The kinds of answers.
const (
	Pong         ResponseType = 1
	Say          ResponseType = 4
	SayLater     ResponseType = 5 // "is thinking"; of the flags only Ephemeral is taken
	UpdateLater  ResponseType = 6 // nothing happens yet
	UpdateNow    ResponseType = 7 // the message of the component
	OfferChoices ResponseType = 8
	OpenModal    ResponseType = 9 // not to a modal, and not after another answer
)

// Choices answer an Autocomplete: at most 25.
type Choices struct {
	Choices []CommandChoice `json:"choices"`
}

// Modal is a form (components/using-modal-components): of one to five
// components.
type Modal struct {
	CustomID   string      `json:"custom_id"` // 1 to 100 characters
	Title      string      `json:"title"`     // 1 to 45 characters
	Components []Component `json:"components"`
}
