package discordtest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of commands.
const (
	maxChatInput   = 100
	maxUserCommand = 15
	maxCommand     = 8000 // characters of all names, descriptions and values
)

// commandName is what the documentation says of the names of chat input
// commands and of options.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

var (
	commandKeys = []string{
		"name", "name_localizations", "description", "description_localizations", "options", "default_member_permissions", "dm_permission", "contexts",
		"integration_types", "handler", "type", "id", "nsfw", "default_permission",
	}
	optionKeys = []string{
		"type", "name", "name_localizations", "description", "description_localizations", "required", "choices", "options", "channel_types", "min_value", "max_value",
		"min_length", "max_length", "autocomplete",
	}
)

// lintCommands checks the commands of a bulk overwrite.
func (c *call) lintCommands(list []object) {
	l := c.linter()
	seen := map[string]bool{}
	counts := map[int]int{}
	for i, o := range list {
		at := place("", i)[1:]
		c.validateAt(at+".", bodyCommand, o)
		kind := (&command{object: o}).kind()
		counts[kind]++
		if key := text(o["name"]) + " " + text(kind); seen[key] {
			l.add(at+".name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		} else {
			seen[key] = true
		}
		l.command(at, o, kind)
	}
	for kind, most := range map[int]int{chatInput: maxChatInput, userCommand: maxUserCommand, 3: maxUserCommand} {
		if counts[kind] > most {
			l.add("", "APPLICATION_COMMANDS_TOO_MANY", "%d commands of type %d, at most %d.", counts[kind], kind, most)
		}
	}
}

func (l *linter) command(at string, o object, kind int) {
	l.keys(at+".", o, commandKeys)
	name := text(o["name"])
	if kind == chatInput {
		l.commandName(at+".name", name)
		l.long(at+".description", o["description"], 1, 100)
	} else {
		l.long(at+".name", o["name"], 1, 32)
		if text(o["description"]) != "" || len(objects(o["options"])) > 0 {
			l.add(at+".description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID", "Context menu commands cannot have description or options")
		}
	}
	if v := o["default_member_permissions"]; v != nil {
		bits, isText := v.(string)
		if _, err := strconv.ParseUint(bits, 10, 64); err != nil || !isText {
			l.add(at+".default_member_permissions", "PERMISSIONS_INVALID", "Permissions are a number as a text, and not %v.", v)
		}
	}
	l.commandOptions(at, o, 0)
	if n := weight(o); n > maxCommand {
		l.add(at, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d): %d", maxCommand, n)
	}
}

func (l *linter) commandName(at, name string) {
	if !commandName.MatchString(name) || strings.ToLower(name) != name {
		l.add(at, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid: %q", name)
	}
}

// weight is how much of the 8000 characters a command takes: its name,
// description and values, and those of its options and choices.
func weight(o object) int {
	n := 0
	for _, key := range []string{"name", "description", "value"} {
		n += utf8.RuneCountInString(text(o[key]))
	}
	for _, key := range []string{"options", "choices"} {
		for _, e := range objects(o[key]) {
			n += weight(e)
		}
	}
	return n
}

// commandOptions checks the options of a command, or of a subcommand.
func (l *linter) commandOptions(at string, o object, depth int) {
	options := objects(o["options"])
	l.amount(at+".options", len(options), 0, 25)
	seen := map[string]bool{}
	optional := false
	for i, e := range options {
		here := place(at+".options", i)
		kind := number(e["type"])
		l.keys(here+".", e, optionKeys)
		l.commandName(here+".name", text(e["name"]))
		l.long(here+".description", e["description"], 1, 100)
		if seen[text(e["name"])] {
			l.add(here+".name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option names must be unique")
		}
		seen[text(e["name"])] = true
		if (kind <= subCommandGroup) != (number(options[0]["type"]) <= subCommandGroup) {
			l.add(here+".type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
		}
		switch kind {
		case subCommand, subCommandGroup:
			if depth > 1 || depth == 1 && (kind == subCommandGroup || number(o["type"]) == subCommand) {
				l.add(here+".type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A group holds subcommands, and a subcommand holds options.")
			}
			if kind == subCommandGroup && slices.ContainsFunc(objects(e["options"]), func(in object) bool { return number(in["type"]) != subCommand }) {
				l.add(here+".options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A group holds subcommands only.")
			}
			l.commandOptions(here, e, depth+1)
		default:
			if truth(e["required"]) && optional {
				l.add(here+".required", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
			}
			optional = optional || !truth(e["required"])
			l.commandOption(here, e, kind)
		}
	}
}

// commandOption checks an option that has a value.
func (l *linter) commandOption(at string, o object, kind int) {
	choices := objects(o["choices"])
	l.amount(at+".choices", len(choices), 0, maxChoices)
	figures := kind == optionInteger || kind == optionNumber
	if !figures && kind != optionString && (len(choices) > 0 || truth(o["autocomplete"])) {
		l.add(at+".choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "Only texts and numbers have choices or autocomplete.")
	}
	if len(choices) > 0 && truth(o["autocomplete"]) {
		l.add(at+".autocomplete", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES", "An option with choices cannot have autocomplete.")
	}
	if !figures && (o["min_value"] != nil || o["max_value"] != nil) || kind != optionString && (o["min_length"] != nil || o["max_length"] != nil) {
		l.add(at, "APPLICATION_COMMAND_OPTIONS_LIMITS_INVALID", "min_value and max_value are for numbers, min_length and max_length for texts.")
	}
	seen := map[string]bool{}
	for i, choice := range choices {
		here := place(at+".choices", i)
		l.keys(here+".", choice, []string{"name", "name_localizations", "value"})
		l.long(here+".name", choice["name"], 1, 100)
		l.value(here+".value", choice["value"], kind)
		if seen[text(choice["name"])] {
			l.add(here+".name", "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice names must be unique")
		}
		seen[text(choice["name"])] = true
	}
}

// value checks the value of a choice: of the type of its option.
func (l *linter) value(at string, v any, kind int) {
	if kind == optionString {
		l.long(at, v, 1, 100)
		return
	}
	n, ok := v.(float64)
	if !ok || kind == optionInteger && n != float64(int64(n)) {
		l.add(at, "NUMBER_TYPE_COERCE", "Value \"%v\" is not a number of the option's type.", v)
	}
}
