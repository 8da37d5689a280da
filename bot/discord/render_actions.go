package discord

import (
	"strings"
	"unicode/utf8"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

// buttonID names what a button does: "verb:object", or "verb object" where the
// person is asked first; a verb has neither colon nor space. It is as long as
// bot.MaxID allows, which is what Discord takes.
func buttonID(verb, object string, asks bool) string {
	if asks {
		return verb + " " + object
	}
	return verb + ":" + object
}

// lengths are characters from which on one says how many bytes something has.
const lengths = 'Ā'

// menuID names what a menu does: the verb, a colon, one character for the length
// of the field, the field and the object. Discord counts characters.
func menuID(verb, object, field string) string {
	return verb + ":" + string(rune(lengths+len(field))) + field + object
}

// parseID reads what buttonID and menuID have written, by the kind of the
// component that it is the id of. For anything else the verb is empty.
func parseID(id string, kind wire.ComponentType) (verb, object, field string) {
	if real, ok := asking(id); ok {
		id = real
	}
	verb, rest, ok := strings.Cut(id, ":")
	if !ok || verb == "" {
		return "", "", ""
	}
	if kind == wire.Button {
		return verb, rest, ""
	}
	r, size := utf8.DecodeRuneInString(rest)
	n := int(r - lengths)
	if rest = rest[size:]; n < 1 || n >= len(rest) {
		return "", "", ""
	}
	return verb, rest[n:], rest[:n]
}

// asking reports whether a person is to be asked before what the button does,
// which is done under the real id. What to ask is known by confirms.
func asking(customID string) (real string, ok bool) {
	i := strings.IndexAny(customID, ": ")
	if i < 1 || customID[i] != ' ' {
		return "", false
	}
	return buttonID(customID[:i], customID[i+1:], false), true
}

var styles = map[bot.Style]wire.Style{bot.Plain: wire.Secondary, bot.Primary: wire.Primary, bot.Danger: wire.Danger}

func buttons(list bot.Buttons) []wire.Component {
	var out []wire.Component
	for _, b := range list {
		out = append(out, wire.Component{Type: wire.Button, CustomID: buttonID(b.Verb, b.Object, b.Confirm != nil), Label: b.Label, Style: styles[b.Style]})
	}
	return out
}

func menu(m bot.Menu, f adapter.Fit) wire.Component {
	c := wire.Component{Type: wire.StringSelect, CustomID: menuID(m.Verb, m.Object, m.Field), Placeholder: m.Label}
	for _, o := range m.Options {
		if f.Option < bot.MaxOption {
			o.Hint, o.Label = "", adapter.Shorten(o.Label, f.Option)
		}
		c.Options = append(c.Options, wire.Choice{Label: o.Label, Value: o.Value, Description: o.Hint})
	}
	return c
}
