package bottest

import (
	"fmt"
	"strings"
	"time"

	"offboard/bot"
)

// Width is how wide transcripts and renderings are, in characters.
const Width = 96

// maxRows and maxOptions are how much of a list is drawn. What is hidden is
// counted.
const (
	maxRows    = 50
	maxOptions = 8
)

var symbols = map[bot.Mark]string{
	bot.Proven: "✔", bot.Running: "…", bot.Open: "○", bot.Amber: "~",
	bot.Failed: "✖", bot.Skipped: "–", bot.Nothing: "·", bot.Info: "ℹ",
}

// Legend explains the marks of a checklist. A transcript begins its first
// checklist with it.
const Legend = "✔ proven   … running   ○ open   ~ accepted, not proven   ✖ failed or needs a person   – skipped   · nothing   ℹ to know"

// Render is a message as plain text. Moments are shown as their plain text.
func Render(m bot.Message) string {
	return join(renderer{width: Width}.message(m))
}

// renderer draws for one reader, or for those of a channel.
type renderer struct {
	width int                   // 0 does not wrap
	zone  *time.Location        // of the reader; nil shows the plain text of a moment
	name  func(bot.User) string // "" if unknown; may be nil
}

// line is one line of a drawing. A title is shown again above what changed
// under it.
type line struct {
	text  string
	title bool
}

func join(lines []line) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.text
	}
	return strings.Join(out, "\n")
}

func (r renderer) message(m bot.Message) []line {
	if len(m.Parts) == 0 {
		return r.wrap("", m.Summary)
	}
	var out []line
	for i, p := range m.Linked("").Parts {
		l, isList := p.(bot.Checklist)
		_, isHeading := p.(bot.Heading)
		if i > 0 && (isHeading || isList && l.Title != "") {
			out = append(out, line{})
		}
		out = append(out, r.part(p)...)
	}
	return out
}

func (r renderer) part(p bot.Part) []line {
	switch p := p.(type) {
	case bot.Heading:
		return r.wrap("■ ", p.Text)
	case bot.Prose:
		return r.wrap("", r.text(p.Text))
	case bot.Fine:
		return r.wrap("  ", r.text(p.Text))
	case bot.Facts:
		return r.facts(p)
	case bot.Checklist:
		return r.checklist(p)
	case bot.Buttons:
		var labels []string
		for _, b := range p {
			labels = append(labels, "["+buttonLabel(b)+"]")
		}
		return r.wrap("", strings.Join(labels, "  "))
	case bot.Menu:
		return r.wrap("", r.options(p.Label, p.Options))
	}
	return []line{{text: fmt.Sprintf("(a part of type %T)", p)}}
}

// buttonLabel ends in "…" when a question follows.
func buttonLabel(b bot.Button) string {
	if b.Confirm != nil {
		return strings.TrimSuffix(b.Label, "…") + "…"
	}
	return b.Label
}

func (r renderer) options(label string, options []bot.Option) string {
	var list []string
	for i, o := range options {
		if i == maxOptions {
			list = append(list, fmt.Sprintf("… and %d more", len(options)-i))
			break
		}
		list = append(list, optionLabel(o))
	}
	return "⟨" + label + " ▾ " + strings.Join(list, " | ") + "⟩"
}

func optionLabel(o bot.Option) string {
	if o.Hint == "" {
		return o.Label
	}
	return o.Label + " (" + o.Hint + ")"
}

func (r renderer) facts(facts bot.Facts) []line {
	column := 0
	for _, f := range facts {
		column = max(column, min(length(f.Label), 24))
	}
	var out []line
	for _, f := range facts {
		out = append(out, r.wrap(pad(f.Label, column)+"  ", r.text(f.Value))...)
	}
	return out
}

func (r renderer) checklist(c bot.Checklist) []line {
	var out []line
	if c.Title != "" {
		out = r.wrap("", c.Title)
		out[0].title = true
	}
	rows, hidden := c.Fold(maxRows)
	if hidden > 0 {
		out = append(out, r.wrap("", c.Counts())...)
	}
	for _, row := range rows {
		out = append(out, r.wrap(symbols[row.Mark]+" ", r.text(row.Text))...)
		if len(row.Detail) > 0 {
			out = append(out, r.wrap("    ", r.text(row.Detail))...)
		}
	}
	if hidden > 0 {
		out = append(out, r.wrap("", fmt.Sprintf("… and %d more", hidden))...)
	}
	return out
}

func (r renderer) text(t bot.Text) string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(r.span(s))
	}
	return b.String()
}

func (r renderer) span(s bot.Span) string {
	switch {
	case s.User != nil:
		return "@" + r.user(s)
	case s.URL != "" && (s.Plain == "" || s.Plain == s.URL):
		return s.URL
	case s.URL != "":
		return s.Plain + " (" + s.URL + ")"
	case !s.Time.IsZero() && r.zone != nil:
		return s.Time.In(r.zone).Format("Mon 2 Jan 2006 15:04 MST")
	}
	return s.Plain
}

func (r renderer) user(s bot.Span) string {
	if r.name != nil {
		if name := r.name(*s.User); name != "" {
			return name
		}
	}
	for _, name := range []string{s.User.Name, strings.TrimPrefix(s.Plain, "@")} {
		if name != "" {
			return name
		}
	}
	return s.User.ID
}

// wrap lays text out behind a prefix; later lines are indented by its width.
func (r renderer) wrap(prefix, text string) []line {
	var out []line
	for _, s := range wrap(prefix+text, r.width, strings.Repeat(" ", length(prefix))) {
		out = append(out, line{text: s})
	}
	return out
}

// label names a message in few words.
func label(m bot.Message) string {
	for _, p := range m.Parts {
		if h, ok := p.(bot.Heading); ok {
			return cut(h.Text, 48)
		}
	}
	return cut(m.Summary, 48)
}
