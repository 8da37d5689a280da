package discordtest

import "strconv"

// Types of components.
const (
	typeRow         = 1
	typeButton      = 2
	typeString      = 3
	typeTextInput   = 4
	typeUser        = 5
	typeRole        = 6
	typeMentionable = 7
	typeChannel     = 8
	typeSection     = 9
	typeTextDisplay = 10
	typeThumbnail   = 11
	typeGallery     = 12
	typeFile        = 13
	typeSeparator   = 14
	typeContainer   = 17
	typeLabel       = 18
	typeFileUpload  = 19
	typeRadio       = 21
	typeCheckboxes  = 22
	typeCheckbox    = 23
)

// walk visits components and all that is in them, in the order in which they
// are drawn, with the place of each as in an errors object.
func walk(components []map[string]any, visit func(c object, at string)) {
	walkAt("components", components, visit)
}

func walkAt(at string, components []map[string]any, visit func(c object, at string)) {
	for i, c := range components {
		here := at + "." + strconv.Itoa(i)
		visit(c, here)
		walkAt(here+".components", objects(c["components"]), visit)
		for _, key := range []string{"accessory", "component"} {
			if o, ok := c[key].(object); ok {
				visit(o, here+"."+key)
			}
		}
	}
}

func selects(kind int) bool {
	return kind == typeString || kind == typeUser || kind == typeRole || kind == typeMentionable || kind == typeChannel
}

// filled gives components what was left out, as Discord does: ids by their
// order, around those that are there, and defaults.
func filled(components []map[string]any) {
	taken := map[int]bool{}
	walk(components, func(c object, _ string) { taken[number(c["id"])] = true })
	next := 1
	walk(components, func(c object, _ string) {
		for key, v := range defaults[number(c["type"])] {
			if _, given := c[key]; !given {
				c[key] = v
			}
		}
		if number(c["id"]) != 0 {
			return
		}
		for taken[next] {
			next++
		}
		taken[next] = true
		c["id"] = float64(next)
	})
}

// defaults of components, by type.
var defaults = map[int]object{
	typeContainer:   {"accent_color": nil, "spoiler": false},
	typeSeparator:   {"spacing": 1.0, "divider": true},
	typeString:      {"min_values": 1.0, "max_values": 1.0},
	typeUser:        {"min_values": 1.0, "max_values": 1.0},
	typeRole:        {"min_values": 1.0, "max_values": 1.0},
	typeMentionable: {"min_values": 1.0, "max_values": 1.0},
	typeChannel:     {"min_values": 1.0, "max_values": 1.0},
	typeThumbnail:   {"description": nil, "spoiler": false},
	typeFile:        {"name": "file", "size": 0.0, "spoiler": false},
}

// Label is what stands on a component: the label of a button, or the
// placeholder of a menu.
func Label(c map[string]any) string {
	if l := text(c["label"]); l != "" {
		return l
	}
	return text(c["placeholder"])
}
