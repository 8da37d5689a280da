package discordtest

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// typed reads what a person types: the command, the subcommands, and what comes
// after them. d.mu is held.
func (d *Discord) typed(u *User, c *channel, typed string) (cmd *command, path []string, leaf object, rest string, err error) {
	said, ok := strings.CutPrefix(typed, "/")
	if !ok {
		return nil, nil, nil, "", fmt.Errorf("%q does not begin with a /", typed)
	}
	name, rest, _ := strings.Cut(said, " ")
	if cmd, err = d.usable(u, c, chatInput, name); err != nil {
		return nil, nil, nil, "", err
	}
	leaf = cmd.object
	for {
		options := objects(leaf["options"])
		if len(options) == 0 || number(options[0]["type"]) > subCommandGroup {
			return cmd, path, leaf, strings.TrimSpace(rest), nil
		}
		word, after, _ := strings.Cut(strings.TrimSpace(rest), " ")
		next := optionNamed(leaf, word)
		if next == nil {
			return nil, nil, nil, "", fmt.Errorf("/%s has no subcommand %q", strings.Join(append([]string{name}, path...), " "), word)
		}
		path, leaf, rest = append(path, word), next, after
	}
}

func optionNamed(leaf object, name string) object {
	for _, o := range objects(leaf["options"]) {
		if text(o["name"]) == name {
			return o
		}
	}
	return nil
}

var optionName = regexp.MustCompile(`(?:^|\s)([-_'\p{L}\p{N}]{1,32}):`)

// spoken are the options in a typed text: a value reaches to the next name of
// an option.
func spoken(leaf object, rest string) map[string]any {
	out := map[string]any{}
	var name string
	from := 0
	for _, at := range optionName.FindAllStringSubmatchIndex(rest, -1) {
		next := rest[at[2]:at[3]]
		if optionNamed(leaf, next) == nil {
			continue
		}
		if name != "" {
			out[name] = strings.TrimSpace(rest[from:at[0]])
		}
		name, from = next, at[1]
	}
	switch {
	case name != "":
		out[name] = strings.TrimSpace(rest[from:])
	case rest != "":
		out[""] = rest // no option: the client does not send it
	}
	return out
}

// fillOptions checks values as Discord's client does, and turns them into the
// options of an interaction. With focused somebody is still typing it.
func (d *Discord) fillOptions(c *channel, leaf object, values map[string]any, focused string) (filled []object, resolved object, err error) {
	r := d.resolver(c)
	for name := range values {
		if optionNamed(leaf, name) == nil {
			return nil, nil, fmt.Errorf("there is no option %q: %v", name, values[name])
		}
	}
	for _, o := range objects(leaf["options"]) {
		name := text(o["name"])
		v, given := values[name]
		if !given {
			if truth(o["required"]) && focused == "" {
				return nil, nil, fmt.Errorf("the option %q is required", name)
			}
			continue
		}
		one := object{"name": name, "type": number(o["type"])}
		if name == focused {
			one["value"], one["focused"] = text(v), true
		} else if one["value"], err = d.option(r, o, v); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		filled = append(filled, one)
	}
	return filled, r.json(), nil
}

// option is a value for an option of some type.
func (d *Discord) option(r *resolver, o object, v any) (any, error) {
	said := fmt.Sprint(v)
	kind := number(o["type"])
	if choices := objects(o["choices"]); len(choices) > 0 {
		for _, choice := range choices {
			if text(choice["name"]) == said || text(choice["value"]) == said {
				return choice["value"], nil
			}
		}
		return nil, fmt.Errorf("%q is not one of the choices", said)
	}
	switch kind {
	case optionString:
		n := utf8.RuneCountInString(said)
		if n == 0 || n < number(o["min_length"]) || o["max_length"] != nil && n > number(o["max_length"]) || n > 6000 {
			return nil, fmt.Errorf("%d characters are too few or too many", n)
		}
		return said, nil
	case optionBoolean:
		return strconv.ParseBool(strings.ToLower(said))
	case optionInteger, optionNumber:
		return d.figure(o, kind, said)
	}
	id := d.named(r.c, said)
	ok := kind == optionUser && r.user(id) || kind == optionRole && r.role(id) || kind == optionChannel && r.channel(id) ||
		kind == optionMentionable && (r.user(id) || r.role(id))
	if !ok {
		return nil, fmt.Errorf("%q is nobody and nothing here", said)
	}
	return id, nil
}

func (d *Discord) figure(o object, kind int, said string) (any, error) {
	n, err := strconv.ParseFloat(said, 64)
	least, hasLeast := o["min_value"].(float64)
	most, hasMost := o["max_value"].(float64)
	switch {
	case err != nil:
		return nil, err
	case kind == optionInteger && n != float64(int64(n)):
		return nil, errors.New("not a whole number")
	case hasLeast && n < least, hasMost && n > most:
		return nil, fmt.Errorf("%v is too low or too high", n)
	}
	return n, nil
}
