package discord

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"offboard/bot/bottest"
	"offboard/bot/discord/wire"
)

// keys are those that Discord knows of a component (components/reference): its
// schema lets any other pass, and Discord ignores it without a word.
var keys = map[wire.ComponentType][]string{
	wire.ActionRow:    {"components"},
	wire.Button:       {"custom_id", "style", "label", "disabled", "url"},
	wire.StringSelect: {"custom_id", "placeholder", "min_values", "max_values", "required", "options"},
	wire.TextInput:    {"custom_id", "style", "value", "placeholder", "required", "min_length", "max_length"},
	wire.TextDisplay:  {"content"},
	wire.Separator:    {"divider", "spacing"},
	wire.Container:    {"accent_color", "components"},
	wire.Label:        {"label", "description", "component"},
}

// within fails what is longer than Discord takes, is empty where Discord wants
// something, has an id twice, or has a key that Discord does not know.
func within(t testing.TB, list []wire.Component) {
	t.Helper()
	seen := map[string]bool{}
	length := func(c wire.Component, what, s string, least, most int) {
		if n := utf8.RuneCountInString(s); n < least || n > most {
			t.Errorf("%s of a component %d has %d characters, %d to %d", what, c.Type, n, least, most)
		}
	}
	wire.All(list, func(c wire.Component) {
		o, _ := generic(t, c).(map[string]any)
		for key := range o {
			if key != "type" && key != "id" && !slices.Contains(keys[c.Type], key) {
				t.Errorf("a component %d has no %s", c.Type, key)
			}
		}
		switch c.Type {
		case wire.Button, wire.StringSelect, wire.TextInput:
			length(c, "custom_id", c.CustomID, 1, 100)
			if strings.TrimSpace(c.CustomID) != c.CustomID || seen[c.CustomID] {
				t.Errorf("custom_id %q is there twice, or may be cut", c.CustomID)
			}
			seen[c.CustomID] = true
		default:
		}
		least, most := 1, 1
		switch c.Type {
		case wire.Button:
			length(c, "label", c.Label, 1, 80)
		case wire.Label:
			length(c, "label", c.Label, 1, 45)
			length(c, "description", c.Description, 0, 100)
		case wire.TextDisplay:
			length(c, "content", strings.TrimSpace(c.Content), 1, 4000)
		case wire.TextInput:
			limit := 4000
			if c.MaxLength != nil {
				limit = *c.MaxLength
			}
			length(c, "value", c.Value, 0, limit)
			length(c, "placeholder", c.Placeholder, 0, 100)
		case wire.StringSelect:
			length(c, "placeholder", c.Placeholder, 0, 150)
			if n := len(c.Options); n < 1 || n > 25 {
				t.Errorf("%d options", n)
			}
			if c.MinValues != nil && *c.MinValues == 0 && c.Required != nil && *c.Required {
				t.Error("none may be chosen, and one must be")
			}
			for _, o := range c.Options {
				length(c, "option", o.Label, 1, 100)
				length(c, "value", o.Value, 1, 100)
				length(c, "hint", o.Description, 0, 100)
			}
		case wire.ActionRow:
			if len(c.Components) > 0 && c.Components[0].Type == wire.Button {
				most = 5
			}
			fallthrough
		case wire.Container:
			if c.Type == wire.Container {
				most = 39
			}
			if n := len(c.Components); n < least || n > most {
				t.Errorf("a component %d has %d in it, %d to %d", c.Type, n, least, most)
			}
		default:
		}
	})
}

// fitsMessage fails a body that Discord would refuse as a message.
func fitsMessage(t testing.TB, b wire.MessageBody) {
	t.Helper()
	components, text, size := 0, 0, 0
	wire.All(b.Components, func(c wire.Component) {
		components++
		text += utf8.RuneCountInString(c.Content)
		size += len(c.Content) + 12
	})
	if b.Flags&wire.ComponentsV2 == 0 {
		if len(b.Components) > 5 || utf8.RuneCountInString(b.Content) > 2000 || b.Content == "" {
			t.Errorf("%d rows, %d characters", len(b.Components), utf8.RuneCountInString(b.Content))
		}
	} else if b.Content != "" || components < 1 || components > 40 || text > 4000 || size > 10_170 {
		t.Errorf("%d components, %d characters, %d bytes, content %q", components, text, size, b.Content)
	}
	within(t, b.Components)
	conforms(t, aPost, b)
	conforms(t, anEdit, b)
}

func fitsModal(t testing.TB, m wire.Modal) {
	t.Helper()
	if n := len(m.Components); n < 1 || n > 5 {
		t.Errorf("%d components", n)
	}
	if n := utf8.RuneCountInString(m.Title); n < 1 || n > 45 {
		t.Errorf("title of %d", n)
	}
	within(t, m.Components)
	conforms(t, aModal, wire.Response{Type: wire.OpenModal, Data: m})
}

// The linter of these tests is right about what is wrong.
func TestWithin(t *testing.T) {
	long := strings.Repeat("x", 101)
	b := wire.Component{Type: wire.Button, CustomID: "a", Label: "b", Style: wire.Primary}
	for what, c := range map[string]wire.Component{
		"a long id":     {Type: wire.Button, CustomID: long, Label: "b"},
		"no label":      {Type: wire.Button, CustomID: "a"},
		"twice":         {Type: wire.ActionRow, Components: []wire.Component{b, b}},
		"an empty row":  {Type: wire.ActionRow},
		"an empty text": {Type: wire.TextDisplay, Content: " "},
		"another key":   {Type: wire.TextDisplay, Content: "x", Label: "y"},
		"no options":    {Type: wire.StringSelect, CustomID: "a"},
		"two menus":     {Type: wire.ActionRow, Components: []wire.Component{{Type: wire.StringSelect, CustomID: "a", Options: []wire.Choice{{Label: "x", Value: "x"}}}, b}},
	} {
		r := &bottest.Recorder{TB: t}
		within(r, []wire.Component{c})
		if r.Errors() == 0 {
			t.Errorf("nothing is said about: %s", what)
		}
	}
}
