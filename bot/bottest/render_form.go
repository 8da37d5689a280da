package bottest

import (
	"strings"

	"offboard/bot"
)

// RenderForm is a form as plain text. A star marks what must be filled in.
func RenderForm(f bot.Form) string {
	return join(renderer{width: Width}.form(f))
}

func (r renderer) form(f bot.Form) []line {
	out := []line{{text: "┌ " + f.Title}}
	if len(f.Intro) > 0 {
		out = append(out, r.boxed("", r.text(f.Intro))...)
	}
	column := 0
	for _, fd := range f.Fields {
		column = max(column, length(fieldLabel(fd)))
	}
	for _, fd := range f.Fields {
		out = append(out, r.boxed(pad(fieldLabel(fd), column)+"  ", r.value(fd))...)
		if fd.Hint != "" {
			out = append(out, r.boxed(strings.Repeat(" ", column+2), fd.Hint)...)
		}
	}
	return append(out, line{text: "└ [" + f.Submit + "]"})
}

// boxed is wrap with the side of the box on every line.
func (r renderer) boxed(prefix, text string) []line {
	inner := r
	if r.width > 0 {
		inner.width = r.width - 2
	}
	lines := inner.wrap(prefix, text)
	for i := range lines {
		lines[i].text = strings.TrimRight("│ "+lines[i].text, " ")
	}
	return lines
}

func fieldLabel(f bot.Field) string {
	if f.Required {
		return f.Label + " *"
	}
	return f.Label
}

// value is a field as it stands in the form: what can be chosen behind "▾",
// what is to be typed between "‹" and "›".
func (r renderer) value(f bot.Field) string {
	if f.Kind == bot.Choice {
		return r.options(shownValue(f), f.Options)
	}
	shown := shownValue(f)
	if shown == "" {
		shown = map[bot.FieldKind]string{
			bot.Line: "text", bot.Paragraph: "text, several lines",
			bot.DateField: "date", bot.TimeField: "time", bot.PersonField: "search a person",
		}[f.Kind] + "?"
	}
	shown = "‹" + shown + "›"
	if len(f.Options) > 0 {
		shown += " " + r.options("suggested", f.Options)
	}
	return shown
}

// shownValue is the value of a field as a person reads it.
func shownValue(f bot.Field) string {
	for _, o := range f.Options {
		if o.Value == f.Value && f.Value != "" {
			return o.Label
		}
	}
	return f.Value
}
