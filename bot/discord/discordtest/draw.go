package discordtest

import (
	"strings"
	"time"

	"offboard/bot/bottest"
)

// pen draws as Discord's client does for one reader, in plain text: markup has
// its effect and disappears, so that text which was not escaped does not look
// as it was written. d.mu is held while it draws.
type pen struct {
	d    *Discord
	user string // the reader
	zone *time.Location
}

func (d *Discord) pen(user string) pen {
	p := pen{d: d, user: user, zone: time.UTC}
	if u := d.user(user); u != nil {
		p.zone = bottest.Zone(u.TZ)
	}
	return p
}

// message shows the text, embeds and components.
func (p pen) message(m *Message) string {
	var lines []string
	if m.Flags&Loading != 0 {
		lines = append(lines, "Offboard is thinking...")
	}
	if m.Text != "" {
		lines = append(lines, p.markdown(m.Text))
	}
	for _, e := range m.Embeds {
		lines = append(lines, p.embed(e)...)
	}
	for _, c := range m.Components {
		lines = append(lines, p.component(c, nil)...)
	}
	for _, f := range m.Files {
		lines = append(lines, "[file "+f.Name+"]")
	}
	if !m.edited.IsZero() {
		lines = append(lines, "(edited)")
	}
	if m.Only != "" {
		lines = append(lines, "(Only you can see this)")
	}
	if t := p.d.channel(m.ID); t != nil && t.thread() {
		line := "↳ " + t.Name
		if t.Archived {
			line += " (archived)"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (p pen) embed(e object) []string {
	var lines []string
	author, _ := e["author"].(object)
	footer, _ := e["footer"].(object)
	for _, part := range []any{author["name"], e["title"], e["description"]} {
		if text(part) != "" {
			lines = append(lines, p.markdown(text(part)))
		}
	}
	for _, f := range objects(e["fields"]) {
		lines = append(lines, p.markdown(text(f["name"])), p.markdown(text(f["value"])))
	}
	if text(footer["text"]) != "" {
		lines = append(lines, text(footer["text"]))
	}
	return lines
}

// component draws one component; in a modal with what has been entered.
func (p pen) component(c object, m *modal) []string {
	switch kind := number(c["type"]); kind {
	case typeTextDisplay:
		return []string{p.markdown(text(c["content"]))}
	case typeRow:
		var parts []string
		for _, e := range objects(c["components"]) {
			parts = append(parts, p.element(e, m))
		}
		return []string{strings.Join(parts, " ")}
	case typeSection:
		var lines []string
		for _, e := range objects(c["components"]) {
			lines = append(lines, p.component(e, m)...)
		}
		if e, ok := c["accessory"].(object); ok {
			lines = append(lines, p.element(e, m))
		}
		return lines
	case typeSeparator:
		if c["divider"] == false {
			return []string{""}
		}
		return []string{"---"}
	case typeContainer:
		var lines []string
		for _, e := range objects(c["components"]) {
			for _, line := range p.component(e, m) {
				for part := range strings.SplitSeq(line, "\n") {
					lines = append(lines, strings.TrimRight("| "+part, " "))
				}
			}
		}
		return lines
	case typeLabel:
		return p.label(c, m)
	default:
		return []string{p.element(c, m)}
	}
}
