package discord

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

// What Discord takes of commands (interactions/application-commands).
const (
	maxOptions     = 25 // at each level, and offered to somebody who types
	maxDescription = 100
	maxCommand     = 8000 // characters of a command's names, descriptions and values
)

const (
	// contextName is the command in the menu of a user, and contextVerb what it
	// does, with that user as its argument.
	contextName = "Offboard"
	contextVerb = "start"
)

// commandName is what can be typed (naming; a subset).
var commandName = regexp.MustCompile(`^[a-z0-9_-]{1,32}$`)

// commands are the verbs as Discord registers them: one command, a subcommand
// for each verb, a group of them for each group of verbs; and one in the menu of
// a user.
//
// They are registered globally: only then can they be typed in the bot's direct
// messages too. An older version of them is refused and reloaded by Discord
// itself, so nobody waits. The platform refuses what comes from another guild.
//
// Nobody is kept from being offered them: anybody may be somebody's manager, who
// has nothing but a card that says what to type. Who may do what is decided when
// it is done. An administrator of the guild can still hide them.
func commands(name string, verbs []bot.Verb) ([]wire.Command, error) {
	if !commandName.MatchString(name) {
		return nil, fmt.Errorf("%q cannot be a slash command: use up to 32 of a-z, 0-9, - and _", name)
	}
	typed := wire.Command{
		Type: wire.ChatInput, Name: name, Description: "Take people out of the company's systems when they leave",
		Contexts: []wire.Context{wire.InGuild, wire.InBotDM}, IntegrationTypes: []wire.IntegrationType{wire.GuildInstall},
	}
	for _, v := range verbs {
		sub := wire.Option{Type: wire.Subcommand, Name: v.Name, Description: v.Words}
		for _, required := range []bool{true, false} { // in this order; typed puts them back into theirs
			for _, a := range v.Args {
				if a.Required == required {
					sub.Options = append(sub.Options, option(a))
				}
			}
		}
		if v.Group == "" {
			typed.Options = append(typed.Options, sub)
			continue
		}
		i := slices.IndexFunc(typed.Options, func(o wire.Option) bool { return o.Type == wire.SubcommandGroup && o.Name == v.Group })
		if i < 0 {
			i = len(typed.Options)
			typed.Options = append(typed.Options, wire.Option{Type: wire.SubcommandGroup, Name: v.Group, Description: aboutGroup(v.Group)})
		}
		typed.Options[i].Options = append(typed.Options[i].Options, sub)
	}
	out := []wire.Command{typed}
	if slices.ContainsFunc(verbs, func(v bot.Verb) bool { return v.Name == contextVerb }) {
		out = append(out, wire.Command{
			Type: wire.UserContext, Name: contextName, Contexts: []wire.Context{wire.InGuild}, IntegrationTypes: typed.IntegrationTypes,
		})
	}
	return out, registrable(typed)
}

func option(a bot.Arg) wire.Option {
	o := wire.Option{Type: wire.StringOption, Name: a.Name, Description: a.Hint, Required: a.Required}
	switch a.Kind {
	case bot.PersonArg, bot.CaseArg:
		o.Autocomplete = true
	case bot.AccountArg:
		o.Type = wire.UserOption
	case bot.TextArg:
	}
	return o
}

// registrable says what Discord would refuse of a command.
func registrable(c wire.Command) error {
	var errs []error
	total := 0
	var look func(above, name, description string, options []wire.Option)
	look = func(above, name, description string, options []wire.Option) {
		path := strings.TrimSpace(above + " " + name)
		total += utf8.RuneCountInString(name) + utf8.RuneCountInString(description)
		if !commandName.MatchString(name) {
			errs = append(errs, fmt.Errorf("%s: the name is not made of a-z, 0-9, - and _", path))
		}
		if n := utf8.RuneCountInString(description); n < 1 || n > maxDescription {
			errs = append(errs, fmt.Errorf("%s: %d characters of description, 1 to %d", path, n, maxDescription))
		}
		if len(options) > maxOptions {
			errs = append(errs, fmt.Errorf("%s: %d options, at most %d", path, len(options), maxOptions))
		}
		seen := map[string]bool{}
		for _, o := range options {
			if seen[o.Name] {
				errs = append(errs, fmt.Errorf("%s: two options are named %q", path, o.Name))
			}
			seen[o.Name] = true
			look(path, o.Name, o.Description, o.Options)
		}
	}
	look("", c.Name, c.Description, c.Options)
	if total > maxCommand {
		errs = append(errs, fmt.Errorf("%s: %d characters in all, at most %d", c.Name, total, maxCommand))
	}
	return errors.Join(errs...)
}

// differ reports whether the registered commands are others than the wanted
// ones. What Discord adds to them does not count.
func differ(wanted, registered []wire.Command) bool {
	if len(wanted) != len(registered) {
		return true
	}
	for _, w := range wanted {
		if !slices.ContainsFunc(registered, func(r wire.Command) bool { return alike(w, r) }) {
			return true
		}
	}
	return false
}

func alike(w, r wire.Command) bool {
	return w.Type == max(r.Type, wire.ChatInput) && w.Name == r.Name && w.Description == r.Description &&
		r.DefaultMemberPermissions == nil && slices.EqualFunc(w.Options, r.Options, sameOption) &&
		sameSet(w.Contexts, r.Contexts) && sameSet(w.IntegrationTypes, r.IntegrationTypes)
}

func sameOption(a, b wire.Option) bool {
	return a.Type == b.Type && a.Name == b.Name && a.Description == b.Description && a.Required == b.Required && a.Autocomplete == b.Autocomplete &&
		slices.Equal(a.Choices, b.Choices) && slices.EqualFunc(a.Options, b.Options, sameOption)
}

func sameSet[T ~int](a, b []T) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// aboutGroup is what people read of a group of verbs.
func aboutGroup(group string) string {
	if group == "people" {
		return "More about people who leave or come back"
	}
	return "About the " + group + " itself"
}
