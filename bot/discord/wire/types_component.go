package wire

// Component is a component of any kind, in a message or a modal
// (components/reference). Which fields a kind has is said there.
type Component struct {
	Type ComponentType `json:"type"`
	ID   int           `json:"id,omitempty"` // 31 bits, unique in the message; Discord counts up where it is 0

	// What can be pressed, chosen from or filled in.
	CustomID    string      `json:"custom_id,omitempty"` // 1 to 100 characters, unique in the message
	Label       string      `json:"label,omitempty"`     // of a button 80 characters, of a Label 45
	Style       Style       `json:"style,omitempty"`
	URL         string      `json:"url,omitempty"` // of a link button, 512 characters
	Disabled    bool        `json:"disabled,omitempty"`
	Options     []Choice    `json:"options,omitempty"` // 1 to 25
	Placeholder string      `json:"placeholder,omitempty"`
	MinValues   *int        `json:"min_values,omitempty"` // nil is 1
	MaxValues   *int        `json:"max_values,omitempty"` // nil is 1
	Required    *bool       `json:"required,omitempty"`   // in a modal; nil is true
	MinLength   *int        `json:"min_length,omitempty"`
	MaxLength   *int        `json:"max_length,omitempty"`
	Value       string      `json:"value,omitempty"` // of a text input, at first and as it was sent
	Values      []string    `json:"values,omitempty"`
	Description string      `json:"description,omitempty"` // of a Label, 100 characters
	Component   *Component  `json:"component,omitempty"`   // of a Label
	Accessory   *Component  `json:"accessory,omitempty"`   // of a Section
	Components  []Component `json:"components,omitempty"`  // of rows, sections and containers

	// What is only shown.
	Content     string `json:"content,omitempty"` // of a text display, 1 to 4000 characters of markdown
	AccentColor *int   `json:"accent_color,omitempty"`
	Divider     *bool  `json:"divider,omitempty"` // nil is true
	Spacing     int    `json:"spacing,omitempty"` // 1 small, 2 large
}

// UnmarshalJSON is lenient: of a kind that is not known yet, and whose fields
// may be anything, at least the type is there.
func (c *Component) UnmarshalJSON(b []byte) error {
	type plain Component
	return lenient(b, (*plain)(c))
}

// All calls f with every component of a list and all that is inside them.
func All(list []Component, f func(Component)) {
	for _, c := range list {
		f(c)
		if c.Component != nil {
			All([]Component{*c.Component}, f)
		}
		if c.Accessory != nil {
			All([]Component{*c.Accessory}, f)
		}
		All(c.Components, f)
	}
}

// ComponentType is the kind of a component (components/reference).
type ComponentType int

// The kinds of components. There are others, and there will be more.
const (
	ActionRow    ComponentType = 1 // five buttons, or one select
	Button       ComponentType = 2
	StringSelect ComponentType = 3
	TextInput    ComponentType = 4
	UserSelect   ComponentType = 5
	Section      ComponentType = 9
	TextDisplay  ComponentType = 10
	Separator    ComponentType = 14
	Container    ComponentType = 17
	Label        ComponentType = 18 // in a modal, around one field
)

// Style is how a button or a text input looks.
type Style int

// The styles of buttons, and of text inputs.
const (
	Primary   Style = 1
	Secondary Style = 2
	Success   Style = 3
	Danger    Style = 4
	Link      Style = 5

	Short     Style = 1 // one line
	Paragraph Style = 2
)

// Choice is one option of a select: 100 characters each.
type Choice struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Default     bool   `json:"default,omitempty"`
}
