package discordtest

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// Limits of components; the README says where they come from.
const (
	maxComponents  = 40 // in a message with IS_COMPONENTS_V2, nested ones too
	maxRows        = 5  // in a message without it
	maxText        = 4000
	maxCustomID    = 100
	maxLabel       = 80
	maxButtonURL   = 512
	maxPlaceholder = 150
	maxOptions     = 25
	maxModal       = 5
	maxTitle       = 45
)

func place(at string, i int) string { return at + "." + strconv.Itoa(i) }

// where a component can stand.
var (
	inMessage   = []int{typeRow, typeSection, typeTextDisplay, typeGallery, typeFile, typeSeparator, typeContainer}
	inContainer = []int{typeRow, typeSection, typeTextDisplay, typeGallery, typeFile, typeSeparator}
	inModal     = []int{typeLabel, typeTextDisplay, typeRow}
	inLabel     = []int{typeString, typeTextInput, typeUser, typeRole, typeMentionable, typeChannel, typeFileUpload, typeRadio, typeCheckboxes, typeCheckbox}
)

func (l *linter) begin() {
	l.ids, l.numbers, l.count, l.chars = map[string]string{}, map[int]bool{}, 0, 0
}

// message checks the components of a message.
func (l *linter) message(at string, components []object, v2 bool) {
	l.begin()
	if !v2 && len(components) > maxRows {
		l.add(at, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxRows)
	}
	for i, c := range components {
		if v2 {
			l.component(place(at, i), c, inMessage, false)
		} else {
			l.component(place(at, i), c, []int{typeRow}, false)
		}
	}
	if v2 && l.count > maxComponents {
		l.add(at, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum number of components in a message is %d, there are %d.", maxComponents, l.count)
	}
	if l.chars > maxText {
		l.add(at, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The total displayable text size exceeds maximum size of %d, it is %d.", maxText, l.chars)
	}
}

// modal checks the data of a modal.
func (l *linter) modal(at string, data object) {
	l.begin()
	l.keys(at+".", data, []string{"custom_id", "title", "components"})
	l.long(at+".custom_id", data["custom_id"], 1, maxCustomID)
	l.long(at+".title", data["title"], 1, maxTitle)
	components := objects(data["components"])
	if len(components) < 1 || len(components) > maxModal {
		l.add(at+".components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxModal)
	}
	for i, c := range components {
		l.component(place(at+".components", i), c, inModal, true)
	}
	if l.chars > maxText {
		l.add(at+".components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The total displayable text size exceeds maximum size of %d.", maxText)
	}
}

// component checks one component and all that is in it.
func (l *linter) component(at string, c object, can []int, modal bool) {
	l.count++
	kind := number(c["type"])
	if !slices.Contains(can, kind) {
		l.add(at+".type", "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of %v, is %d.", can, kind)
		return
	}
	l.keys(at+".", c, componentKeys(kind))
	l.within(at+".id", c["id"], 0, 1<<31-1)
	if n := number(c["id"]); n != 0 {
		if l.numbers[n] {
			l.add(at+".id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
		}
		l.numbers[n] = true
	}
	switch kind {
	case typeButton: // has its own rule
	case typeString, typeTextInput, typeUser, typeRole, typeMentionable, typeChannel, typeFileUpload, typeRadio, typeCheckboxes, typeCheckbox:
		l.customID(at, c)
	}
	switch kind {
	case typeRow:
		l.row(at, c, modal)
	case typeButton:
		l.button(at, c)
	case typeString, typeUser, typeRole, typeMentionable, typeChannel:
		l.menu(at, c, modal)
	case typeTextInput:
		l.input(at, c)
	case typeSection:
		l.section(at, c)
	case typeTextDisplay:
		l.long(at+".content", c["content"], 1, maxText)
		l.chars += utf8.RuneCountInString(text(c["content"]))
	case typeGallery:
		l.amount(at+".items", len(objects(c["items"])), 1, 10)
	case typeSeparator:
		l.within(at+".spacing", c["spacing"], 1, 2)
	case typeContainer:
		l.container(at, c)
	case typeLabel:
		l.label(at, c)
	case typeRadio, typeCheckboxes:
		l.choices(at, c)
	}
}

func (l *linter) amount(at string, n, least, most int) {
	if n < least || n > most {
		l.add(at, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length, is %d.", least, most, n)
	}
}

func (l *linter) customID(at string, c object) {
	l.long(at+".custom_id", c["custom_id"], 1, maxCustomID)
	id := text(c["custom_id"])
	if id == "" {
		return
	}
	if _, there := l.ids[id]; there {
		l.add(at+".custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	l.ids[id] = at
}

// row checks an action row: up to five buttons, or one menu; in a modal one
// text input.
func (l *linter) row(at string, c object, modal bool) {
	inside := objects(c["components"])
	l.amount(at+".components", len(inside), 1, 5)
	can := []int{typeButton, typeString, typeUser, typeRole, typeMentionable, typeChannel}
	if modal {
		can = []int{typeTextInput}
	}
	for i, e := range inside {
		if kind := number(e["type"]); kind != typeButton && len(inside) > 1 {
			l.add(at+".components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A component of type %d takes a whole row", kind)
		}
		if modal && e["label"] == nil {
			l.add(place(at+".components", i)+".label", "BASE_TYPE_REQUIRED", "This field is required")
		}
		l.component(place(at+".components", i), e, can, modal)
	}
}

func (l *linter) button(at string, c object) {
	style := number(c["style"])
	l.within(at+".style", c["style"], 1, 6)
	if c["style"] == nil {
		l.add(at+".style", "BASE_TYPE_REQUIRED", "This field is required")
	}
	l.long(at+".label", c["label"], 0, maxLabel)
	l.long(at+".url", c["url"], 0, maxButtonURL)
	switch style {
	case 5:
		if text(c["url"]) == "" {
			l.add(at+".url", "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
		}
		if c["custom_id"] != nil {
			l.add(at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
		}
	case 6:
		l.add(at+".style", "BASE_TYPE_CHOICES", "Premium buttons are for apps that sell something.")
	default:
		if c["url"] != nil {
			l.add(at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
		}
		l.customID(at, c)
	}
	if text(c["label"]) == "" && c["emoji"] == nil {
		l.add(at, "BUTTON_COMPONENT_INVALID_EMOJI_OR_LABEL", "A button must have a label or an emoji")
	}
}

func (l *linter) section(at string, c object) {
	inside := objects(c["components"])
	l.amount(at+".components", len(inside), 1, 3)
	for i, e := range inside {
		l.component(place(at+".components", i), e, []int{typeTextDisplay}, false)
	}
	accessory, ok := c["accessory"].(object)
	if !ok {
		l.add(at+".accessory", "BASE_TYPE_REQUIRED", "This field is required")
		return
	}
	l.component(at+".accessory", accessory, []int{typeButton, typeThumbnail}, false)
}

func (l *linter) container(at string, c object) {
	inside := objects(c["components"])
	if len(inside) == 0 {
		l.add(at+".components", "BASE_TYPE_REQUIRED", "This field is required")
	}
	l.within(at+".accent_color", c["accent_color"], 0, 0xFFFFFF)
	for i, e := range inside {
		l.component(place(at+".components", i), e, inContainer, false)
	}
}
