package slack

import (
	"fmt"
	"strconv"
	"strings"

	api "github.com/slack-go/slack"

	"offboard/bot"
	"offboard/bot/adapter"
)

// actionID names what a button or menu does. It is "verb:object", because a
// verb has no colon and an object may. A menu begins with a colon, which a
// verb cannot, and says how many bytes its field has: ":verb:5:field:object".
// It has at most bot.MaxID and five bytes; Slack takes 255.
func actionID(verb, object, field string) string {
	if field == "" {
		return verb + ":" + object
	}
	return fmt.Sprintf(":%s:%d:%s:%s", verb, len(field), field, object)
}

// parseAction reads what actionID has written. For anything else, e.g. the
// field of a form, the verb is empty.
func parseAction(actionID string) (verb, object, field string) {
	rest, isMenu := strings.CutPrefix(actionID, ":")
	verb, rest, ok := strings.Cut(rest, ":")
	if !ok || verb == "" {
		return "", "", ""
	}
	if !isMenu {
		return verb, rest, ""
	}
	length, rest, _ := strings.Cut(rest, ":")
	n, err := strconv.Atoi(length)
	if err != nil || n < 1 || n >= len(rest) || rest[n] != ':' || strconv.Itoa(n) != length {
		return "", "", ""
	}
	return verb, rest[n+1:], rest[:n]
}

func buttons(list bot.Buttons, f adapter.Fit) []api.BlockElement {
	var out []api.BlockElement
	for _, b := range list {
		e := api.NewButtonBlockElement(actionID(b.Verb, b.Object, ""), b.Object, plain(b.Label))
		switch b.Style {
		case bot.Primary:
			e.Style = api.StylePrimary
		case bot.Danger:
			e.Style = api.StyleDanger
		case bot.Plain:
		}
		if q := b.Confirm; q != nil {
			most := 300 // which is all of it
			if f.Option < bot.MaxOption {
				most = min(f.Option*3, 100)
			}
			e.Confirm = api.NewConfirmationBlockObject(plain(adapter.Shorten(q.Title, most)), plain(adapter.Shorten(q.Text, most)), plain(q.Yes), plain("Cancel"))
			e.Confirm.Style = e.Style
		}
		out = append(out, e)
	}
	return out
}

func menu(m bot.Menu, f adapter.Fit) []api.BlockElement {
	e := api.NewOptionsSelectBlockElement(api.OptTypeStatic, plain(m.Label), actionID(m.Verb, m.Object, m.Field))
	for _, o := range m.Options {
		if f.Option < bot.MaxOption {
			o.Hint, o.Label = "", adapter.Shorten(o.Label, f.Option)
		}
		e.Options = append(e.Options, option(o))
	}
	return []api.BlockElement{e}
}

func option(o bot.Option) *api.OptionBlockObject {
	out := api.NewOptionBlockObject(o.Value, plain(o.Label), nil)
	if o.Hint != "" {
		out.Description = plain(o.Hint)
	}
	return out
}
