package discord

import (
	"regexp"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

// focus is an argument that somebody is typing.
type focus struct {
	verb string
	arg  bot.Arg
	text string // so far
}

// typed is what was typed: the verb and, one after the other in the verb's own
// order, its arguments. While it is being typed, focused is where.
func typed(verbs []bot.Verb, d wire.Data) (verb, text string, focused *focus) {
	if d.Type == wire.UserContext {
		return contextVerb, "@" + d.TargetID, nil
	}
	if len(d.Options) == 0 {
		return "", "", nil // not registered by this program
	}
	sub := d.Options[0]
	if sub.Type == wire.SubcommandGroup && len(sub.Options) > 0 {
		sub = sub.Options[0]
	}
	i := slices.IndexFunc(verbs, func(v bot.Verb) bool { return v.Name == sub.Name })
	if i < 0 {
		return sub.Name, "", nil // of an older version: the handler says what there is
	}
	var words []string
	for _, a := range verbs[i].Args {
		given := slices.IndexFunc(sub.Options, func(g wire.Given) bool { return g.Name == a.Name })
		if given < 0 {
			continue
		}
		g := sub.Options[given]
		if g.Focused {
			focused = &focus{verb: sub.Name, arg: a, text: strings.TrimSpace(mention.ReplaceAllString(g.Value, "@$1"))}
		}
		value := strings.TrimSpace(mention.ReplaceAllString(g.Value, "@$1"))
		if a.Kind == bot.AccountArg && g.Type == wire.UserOption {
			value = "@" + g.Value
		}
		if value != "" {
			words = append(words, value)
		}
	}
	return sub.Name, strings.Join(words, " "), focused
}

// mention is how a mention stands in what was typed (reference, message
// formatting).
var mention = regexp.MustCompile(`<@!?([0-9]{1,20})>`)

// suggestions answer while somebody types. What they choose is sent as the
// option's value.
func suggestions(list []bot.Option) wire.Choices {
	out := wire.Choices{Choices: []wire.CommandChoice{}} // null is refused
	for _, o := range list[:min(len(list), maxOptions)] {
		name := o.Label
		if o.Hint != "" {
			name += " — " + o.Hint
		}
		out.Choices = append(out.Choices, wire.CommandChoice{Name: adapter.Shorten(name, maxDescription), Value: o.Value})
	}
	return out
}

// typing is what is typed for a verb here; see bot.Typing.
func typing(command string, verbs []bot.Verb, verb string) string {
	what := "/" + command
	if i := slices.IndexFunc(verbs, func(v bot.Verb) bool { return v.Name == verb }); i >= 0 && verbs[i].Group != "" {
		what += " " + verbs[i].Group
	}
	if verb != "" {
		what += " " + verb
	}
	return what
}
