package discord

import (
	"slices"
	"strings"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

// density is how parts become components.
type density int

const (
	loose    density = iota // a text for each part, and lines between what does not belong together
	tight                   // texts that follow each other are one
	gathered                // one text, then everything to press
)

// piece is a part as Discord has it, before it is known which component it
// stands in: a text, or what stands in one row.
type piece struct {
	text  string
	title bool
	list  bool // a checklist
	press []wire.Component
}

func assemble(list []piece, d density) []wire.Component {
	if d == gathered {
		pressed := func(p piece) bool { return p.press != nil }
		var last []piece
		for _, p := range list {
			if pressed(p) {
				last = append(last, p)
			}
		}
		list = append(slices.DeleteFunc(list, pressed), last...)
	}
	var out []wire.Component
	for i, p := range list {
		if d == loose && i > 0 && apart(list[i-1], p) {
			out = append(out, wire.Component{Type: wire.Separator})
		}
		n := len(out) - 1
		switch {
		case p.press == nil && d != loose && n >= 0 && out[n].Type == wire.TextDisplay:
			between := "\n\n"
			if list[i-1].title {
				between = "\n" // a heading has room below it
			}
			out[n].Content += between + p.text
		case p.press == nil:
			out = append(out, wire.Component{Type: wire.TextDisplay, Content: p.text})
		case d == gathered && n >= 0 && beside(out[n], p.press):
			out[n].Components = append(out[n].Components, p.press...)
		default:
			out = append(out, wire.Component{Type: wire.ActionRow, Components: p.press})
		}
	}
	return out
}

// apart reports whether a line stands between two parts: around a run of
// checklists, and before a new heading.
func apart(a, b piece) bool { return b.title || a.list != b.list && b.press == nil && a.press == nil }

// beside reports whether there is room for more buttons in a row. Loose, a row
// stays a row: its buttons are about one thing.
func beside(row wire.Component, more []wire.Component) bool {
	return row.Type == wire.ActionRow && row.Components[0].Type == wire.Button && more[0].Type == wire.Button && len(row.Components)+len(more) <= bot.MaxRow
}

// pieces are the parts in their order.
func pieces(m bot.Message, parts []bot.Part, f adapter.Fit) []piece {
	var out []piece
	level := "## " // "# " would be larger than anything that people write
	for _, p := range parts {
		w := writer{notify: m.Notify}
		switch p := p.(type) {
		case bot.Heading:
			// Signs at the end of a heading are not shown, unless they are in bold.
			w.Say(adapter.Line(p.Text), strings.HasSuffix(p.Text, "#"))
			out = append(out, piece{text: level + w.String(), title: true})
			level = "### "
		case bot.Fine:
			adapter.Text(&w, p.Text, f.Text)
			out = append(out, piece{text: small(w.String())})
		case bot.Prose:
			adapter.Text(&w, p.Text, f.Text)
			out = append(out, piece{text: w.String()})
		case bot.Facts:
			adapter.Facts(&w, p, f)
			out = append(out, piece{text: w.String()})
		case bot.Checklist:
			adapter.Checklist(&w, p, f)
			out = append(out, piece{text: w.String(), list: true})
		case bot.Buttons:
			out = append(out, piece{press: buttons(p)})
		case bot.Menu:
			out = append(out, piece{press: []wire.Component{menu(p, f)}})
		}
	}
	return out
}

// small is text in small print, line by line.
func small(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.TrimSpace(l) != "" {
			lines[i] = "-# " + l
		}
	}
	return strings.Join(lines, "\n")
}

// Colours of the line beside a card. What they say stands in its words as well.
var (
	red    = 0xED4245
	yellow = 0xFEE75C
	blue   = 0x5865F2
	green  = 0x57F287
)

// accent is the colour of the most urgent row, and green only where all that was
// work is proven.
func accent(parts []bot.Part) *int {
	has := map[bot.Mark]bool{}
	for _, p := range parts {
		if l, ok := p.(bot.Checklist); ok {
			for _, r := range l.Rows {
				has[r.Mark] = true
			}
		}
	}
	switch {
	case has[bot.Failed]:
		return &red
	case has[bot.Amber]:
		return &yellow
	case has[bot.Running] || has[bot.Open]:
		return &blue
	case has[bot.Proven] && !has[bot.Skipped]:
		return &green
	}
	return nil
}
