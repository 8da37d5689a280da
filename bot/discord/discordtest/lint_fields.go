package discordtest

import (
	"slices"
	"unicode/utf8"
)

// menu checks a select menu.
func (l *linter) menu(at string, c object, modal bool) {
	l.long(at+".placeholder", c["placeholder"], 0, maxPlaceholder)
	least, most := l.amounts(at, c, 25)
	kind := number(c["type"])
	if modal && c["disabled"] != nil && truth(c["disabled"]) {
		l.add(at+".disabled", "COMPONENT_DISABLED_IN_MODAL", "A component in a modal cannot be disabled.")
	}
	if !modal && c["required"] != nil {
		l.problem("%s.required: Discord ignores it in messages", at)
	}
	if kind != typeString {
		if n := len(objects(c["default_values"])); n > 0 && (n < least || n > most) {
			l.add(at+".default_values", "SELECT_COMPONENT_INVALID_DEFAULT_VALUES", "The number of default values must be between %d and %d.", least, most)
		}
		return
	}
	options := objects(c["options"])
	l.amount(at+".options", len(options), 1, maxOptions)
	if most > len(options) && c["max_values"] != nil {
		l.add(at+".max_values", "SELECT_COMPONENT_MAX_VALUES_TOO_HIGH", "max_values is %d and there are %d options.", most, len(options))
	}
	l.options(at, options, most)
}

// amounts are min_values and max_values.
func (l *linter) amounts(at string, c object, limit int) (least, most int) {
	least, most = 1, 1
	l.within(at+".min_values", c["min_values"], 0, limit)
	l.within(at+".max_values", c["max_values"], 1, limit)
	if c["min_values"] != nil {
		least = number(c["min_values"])
	}
	if c["max_values"] != nil {
		most = number(c["max_values"])
	}
	if least > most {
		l.add(at+".min_values", "SELECT_COMPONENT_MIN_VALUES_TOO_HIGH", "min_values is above max_values.")
	}
	return least, most
}

// options checks the options of a menu, radio group or checkbox group.
func (l *linter) options(at string, options []object, most int) {
	seen := map[string]bool{}
	chosen := 0
	for i, o := range options {
		here := place(at+".options", i)
		l.keys(here+".", o, []string{"label", "value", "description", "emoji", "default"})
		l.long(here+".label", o["label"], 1, 100)
		l.long(here+".value", o["value"], 1, 100)
		l.long(here+".description", o["description"], 0, 100)
		if v := text(o["value"]); seen[v] {
			l.add(here+".value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen[text(o["value"])] = true
		if truth(o["default"]) {
			chosen++
		}
	}
	if chosen > most {
		l.add(at+".options", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "%d options are default, at most %d can be chosen.", chosen, most)
	}
}

// choices checks a radio group or a checkbox group.
func (l *linter) choices(at string, c object) {
	options := objects(c["options"])
	if number(c["type"]) == typeRadio {
		l.amount(at+".options", len(options), 2, 10)
		l.options(at, options, 1)
		return
	}
	l.amount(at+".options", len(options), 1, 10)
	l.within(at+".min_values", c["min_values"], 0, 10)
	l.within(at+".max_values", c["max_values"], 1, 10)
	if v, ok := c["min_values"].(float64); ok && v == 0 && c["required"] != false {
		l.add(at+".min_values", "COMPONENT_REQUIRED_MIN_VALUES", "min_values is 0, and required is not false.")
	}
	most := len(options)
	if c["max_values"] != nil {
		most = number(c["max_values"])
	}
	l.options(at, options, most)
}

// input checks a text input.
func (l *linter) input(at string, c object) {
	if c["style"] == nil {
		l.add(at+".style", "BASE_TYPE_REQUIRED", "This field is required")
	}
	l.within(at+".style", c["style"], 1, 2)
	l.within(at+".min_length", c["min_length"], 0, maxText)
	l.within(at+".max_length", c["max_length"], 1, maxText)
	l.long(at+".placeholder", c["placeholder"], 0, 100)
	l.long(at+".value", c["value"], 0, maxText)
	if c["label"] != nil {
		l.long(at+".label", c["label"], 1, maxTitle)
	}
	n := utf8.RuneCountInString(text(c["value"]))
	if c["max_length"] != nil && n > number(c["max_length"]) {
		l.add(at+".value", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", number(c["max_length"]))
	}
	if c["min_length"] != nil && c["max_length"] != nil && number(c["min_length"]) > number(c["max_length"]) {
		l.add(at+".min_length", "TEXT_INPUT_MIN_LENGTH_TOO_HIGH", "min_length is above max_length.")
	}
}

// label checks a label and the field in it.
func (l *linter) label(at string, c object) {
	l.long(at+".label", c["label"], 1, maxTitle)
	if c["description"] != nil {
		l.long(at+".description", c["description"], 1, 100)
	}
	inside, ok := c["component"].(object)
	if !ok {
		l.add(at+".component", "BASE_TYPE_REQUIRED", "This field is required")
		return
	}
	if number(inside["type"]) == typeTextInput && inside["label"] != nil {
		l.add(at+".component.label", "TEXT_INPUT_LABEL_IN_LABEL", "The label of a text input in a Label is that of the Label.")
	}
	l.component(at+".component", inside, inLabel, true)
}

// The keys that Discord knows, of each object that an app sends.
var (
	messageKeys = []string{
		"content", "nonce", "tts", "embeds", "allowed_mentions", "message_reference", "components", "sticker_ids", "files", "payload_json", "attachments", "flags",
		"enforce_nonce", "poll", "shared_client_theme", "thread_name", "applied_tags", "username", "avatar_url",
	}
	embedKeys = []string{"type", "url", "title", "color", "timestamp", "description", "author", "image", "thumbnail", "footer", "fields", "provider", "video"}
)

var keysOf = map[int][]string{
	typeRow:         {"components"},
	typeButton:      {"custom_id", "style", "label", "disabled", "url", "sku_id", "emoji"},
	typeString:      {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required", "options"},
	typeTextInput:   {"custom_id", "style", "label", "value", "placeholder", "required", "min_length", "max_length"},
	typeUser:        {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required", "default_values"},
	typeRole:        {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required", "default_values"},
	typeMentionable: {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required", "default_values"},
	typeChannel:     {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required", "default_values", "channel_types"},
	typeSection:     {"components", "accessory"},
	typeTextDisplay: {"content"},
	typeThumbnail:   {"description", "spoiler", "media"},
	typeGallery:     {"items"},
	typeFile:        {"spoiler", "file"},
	typeSeparator:   {"spacing", "divider"},
	typeContainer:   {"accent_color", "components", "spoiler"},
	typeLabel:       {"label", "description", "component"},
	typeFileUpload:  {"custom_id", "min_values", "max_values", "required"},
	typeRadio:       {"custom_id", "options", "required"},
	typeCheckboxes:  {"custom_id", "options", "min_values", "max_values", "required"},
	typeCheckbox:    {"custom_id", "default"},
}

func componentKeys(kind int) []string {
	return slices.Concat([]string{"type", "id"}, keysOf[kind])
}
