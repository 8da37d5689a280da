package web

import (
	"strings"
	"time"

	"offboard/bot"
)

// fill puts what a person entered into a copy of the form, and reports what
// cannot be sent. The values of the form are as the person wrote them; those
// returned are as they are on the wire.
func (f *openForm) fill(entered func(field string) string) (filled *openForm, wire map[string]string) {
	out := *f
	out.Values, out.Errors = map[string]string{}, map[string]string{}
	wire = map[string]string{}
	for _, fd := range f.Form.Fields {
		text := strings.ReplaceAll(entered(fd.Name), "\r\n", "\n")
		value, problem := accept(fd, text)
		if problem != "" {
			out.Errors[fd.Name] = problem
		}
		out.Values[fd.Name] = text
		wire[fd.Name] = value
	}
	return &out, wire
}

// accept turns what was entered into the value of the field, or says what is
// wrong and what to do.
func accept(f bot.Field, text string) (value, problem string) {
	if f.Kind != bot.Paragraph {
		text = strings.TrimSpace(strings.ReplaceAll(text, "\n", " "))
	}
	if strings.TrimSpace(text) == "" {
		if f.Required {
			return "", "This is needed."
		}
		return "", ""
	}
	switch f.Kind {
	case bot.Choice:
		for _, o := range f.Options {
			if o.Value == text {
				return text, ""
			}
		}
		return "", "Choose one of the list."
	case bot.DateField:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return "", "Give a date, as 2026-11-30."
		}
	case bot.TimeField:
		if _, err := time.Parse("15:04", text); err != nil {
			return "", "Give a time of day, as 17:30."
		}
	case bot.PersonField:
		for _, o := range f.Options {
			if text == o.Value || strings.EqualFold(text, suggestion(f, o)) {
				return o.Value, ""
			}
		}
	case bot.Line, bot.Paragraph:
	}
	return text, ""
}

// suggestion is what stands in a person field once an option was taken. The
// identity line tells namesakes apart.
func suggestion(f bot.Field, o bot.Option) string {
	for _, other := range f.Options {
		if other.Label == o.Label && other.Value != o.Value && o.Hint != "" {
			return o.Label + " (" + o.Hint + ")"
		}
	}
	return o.Label
}

// shown is what stands in a field.
func (f *openForm) shown(fd bot.Field) string {
	if v, ok := f.Values[fd.Name]; ok {
		return v
	}
	if fd.Kind == bot.PersonField {
		for _, o := range fd.Options {
			if o.Value == fd.Value {
				return suggestion(fd, o)
			}
		}
	}
	return fd.Value
}
