package discordtest

import (
	"slices"
	"strings"
)

func (p pen) modal(m *modal) string {
	lines := []string{m.title}
	for _, c := range m.components {
		lines = append(lines, p.component(c, m)...)
	}
	if m.trouble != "" {
		lines = append(lines, m.trouble)
	}
	return strings.Join(append(lines, "[Cancel] [Submit]"), "\n")
}

// label draws a field of a modal with what stands above and below it.
func (p pen) label(c object, m *modal) []string {
	in, _ := c["component"].(object)
	head := text(c["label"])
	if in["required"] == false {
		head += " (optional)"
	}
	lines := []string{head}
	if about := text(c["description"]); about != "" {
		lines = append(lines, about)
	}
	return append(lines, p.element(in, m))
}

// element draws what can be clicked on as [label], with what is chosen; what is
// disabled is in brackets of its own.
func (p pen) element(c object, m *modal) string {
	var entered any
	if m != nil {
		entered = m.values[text(c["custom_id"])]
	}
	out := ""
	switch kind := number(c["type"]); kind {
	case typeButton:
		emoji, _ := c["emoji"].(object)
		out = "[" + strings.TrimSpace(text(emoji["name"])+" "+text(c["label"])) + "]"
		if number(c["style"]) == 5 {
			out = strings.TrimSuffix(out, "]") + " ↗]"
		}
	case typeTextInput:
		shown := text(entered)
		if shown == "" {
			shown = text(c["placeholder"])
		}
		out = "[" + shown + "]"
		if l := text(c["label"]); l != "" {
			out = l + "\n" + out
		}
	case typeCheckbox:
		out = "[ ]"
		if entered == true {
			out = "[x]"
		}
	case typeRadio, typeCheckboxes:
		out = p.group(c, kind, entered)
	case typeThumbnail:
		out = "[image " + text(c["description"]) + "]"
	case typeGallery:
		out = "[images]"
	case typeFile:
		out = "[file]"
	default:
		out = "[" + p.menu(c, entered) + " ▾]"
	}
	if truth(c["disabled"]) {
		out = "(" + out + ")"
	}
	return out
}

// group draws radio buttons and checkboxes, each with its description.
func (p pen) group(c object, kind int, entered any) string {
	chosen, _ := entered.([]string)
	if one := text(entered); one != "" {
		chosen = []string{one}
	}
	off, on := "( )", "(o)"
	if kind == typeCheckboxes {
		off, on = "[ ]", "[x]"
	}
	var lines []string
	for _, o := range objects(c["options"]) {
		mark := off
		if slices.Contains(chosen, text(o["value"])) {
			mark = on
		}
		line := mark + " " + text(o["label"])
		if about := text(o["description"]); about != "" {
			line += " - " + about
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// menu is what a closed menu shows: what is chosen, or its placeholder.
func (p pen) menu(c object, entered any) string {
	chosen, ok := entered.([]string)
	if !ok {
		chosen, _ = preset(c).([]string)
	}
	var out []string
	for _, v := range chosen {
		shown := ""
		for _, o := range objects(c["options"]) {
			if text(o["value"]) == v {
				shown = text(o["label"])
			}
		}
		switch {
		case shown != "":
		case p.d.user(v) != nil:
			shown = "@" + p.name(v)
		case p.d.role(v) != nil:
			shown = "@" + p.roleName(v)
		case p.d.channel(v) != nil:
			shown = "#" + p.channelName(v)
		}
		out = append(out, shown)
	}
	if len(out) > 0 {
		return strings.Join(out, ", ")
	}
	if hint := text(c["placeholder"]); hint != "" {
		return hint
	}
	return "Make a selection"
}
