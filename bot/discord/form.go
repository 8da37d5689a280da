package discord

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

// What a modal takes (components/reference, using-modal-components).
const (
	maxModal = 5 // components
	maxInput = 4000
)

// page is one modal of a form. Discord's holds five components and cannot open
// the next one: the adapter puts a button between them.
type page struct {
	title    string
	intro    string // markdown above the fields; takes the place of one
	fields   []bot.Field
	problems map[string]string
}

// pages divides a form, in its order and evenly, so that no page has a single
// question left over. Ten fields are two pages; with an introduction, which takes
// the place of a field, three.
func pages(f bot.Form) []page {
	intro := introduction(f.Intro)
	slots := len(f.Fields)
	if intro != "" {
		slots++
	}
	n := max(1, (slots+maxModal-1)/maxModal)
	out := make([]page, 0, n)
	left := f.Fields
	for i := range n {
		p := page{title: f.Title}
		take := slots / (n - i)
		if slots%(n-i) > 0 {
			take++
		}
		slots -= take
		if i == 0 && intro != "" {
			p.intro = intro
			take--
		}
		p.fields, left = left[:take], left[take:]
		out = append(out, p)
	}
	return out
}

// introduction is a text as markdown that fits into one component.
func introduction(t bot.Text) string {
	if strings.TrimSpace(t.String()) == "" {
		return ""
	}
	for limit := 3000; ; limit /= 2 {
		var w writer
		adapter.Text(&w, t, limit)
		if s := w.String(); utf8.RuneCountInString(s) <= maxText {
			return s
		}
	}
}

// with is the page with what is wrong in it, in place of the hints.
func (p page) with(problems map[string]string) page {
	p.problems = problems
	return p
}

// modal is the page, the no-th of so many. What it shows at first are the
// values, and the form's own for fields that are not among them.
func (p page) modal(customID string, no, of int, values map[string]string) wire.Modal {
	m := wire.Modal{CustomID: customID, Title: p.title}
	if of > 1 {
		m.Title += fmt.Sprintf(" (%d of %d)", no, of)
	}
	if p.intro != "" {
		m.Components = append(m.Components, wire.Component{Type: wire.TextDisplay, Content: p.intro})
	}
	for _, f := range p.fields {
		if v, ok := values[f.Name]; ok {
			f.Value = v
		}
		if problem := p.problems[f.Name]; problem != "" {
			f.Hint = problem
		}
		m.Components = append(m.Components, wire.Component{
			Type: wire.Label, Label: f.Label, Description: adapter.Shorten(adapter.Line(f.Hint), bot.MaxHint), Component: input(f),
		})
	}
	return m
}

// input is what is filled in. Its custom_id is the name of the field, so that
// Discord keeps what was entered when the same modal is opened again.
func input(f bot.Field) *wire.Component {
	c := &wire.Component{Type: wire.TextInput, CustomID: f.Name, Style: wire.Short, Required: new(f.Required), Value: f.Value}
	switch f.Kind {
	case bot.Choice:
		c.Type, c.Style, c.Value = wire.StringSelect, 0, ""
		if !f.Required {
			c.MinValues = new(0)
		}
		for _, o := range f.Options {
			c.Options = append(c.Options, wire.Choice{Label: o.Label, Value: o.Value, Description: o.Hint, Default: o.Value == f.Value})
		}
		return c
	case bot.DateField:
		c.Placeholder, c.MaxLength = "Year-month-day, such as 2026-11-30", new(maxMoment)
	case bot.TimeField:
		c.Placeholder, c.MaxLength = "Hours:minutes, such as 17:00", new(maxMoment)
	case bot.PersonField:
		c.Placeholder = "Type a name, a login or a mail address"
		for _, o := range f.Options {
			if o.Value == f.Value {
				c.Value = spoken(o, f.Options)
			}
		}
	case bot.Paragraph:
		c.Style = wire.Paragraph
	case bot.Line:
	}
	limit := maxInput
	if c.MaxLength != nil {
		limit = *c.MaxLength
	}
	c.Value = adapter.Shorten(c.Value, limit)
	if c.Style == wire.Short {
		c.Value = adapter.Line(c.Value)
	}
	return c
}

// maxMoment is how much is typed for a day or a time.
const maxMoment = 40

// spoken is how an option of a PersonField stands in a line of text. A modal
// cannot search, and nobody reads or types an id.
func spoken(o bot.Option, among []bot.Option) string {
	for _, other := range among {
		if other.Value != o.Value && strings.EqualFold(other.Label, o.Label) && o.Hint != "" {
			return o.Label + " — " + o.Hint
		}
	}
	return o.Label
}

// read is what was filled in on the page, empty fields too.
func (p page) read(data wire.Data) map[string]string {
	sent := map[string]wire.Component{}
	wire.All(data.Components, func(c wire.Component) { sent[c.CustomID] = c })
	out := map[string]string{}
	for _, f := range p.fields {
		c := sent[f.Name]
		v := c.Value
		switch f.Kind {
		case bot.Choice:
			v = ""
			if len(c.Values) > 0 {
				v = c.Values[0]
			}
		case bot.DateField:
			v = day(v)
		case bot.TimeField:
			v = clock(v)
		case bot.PersonField:
			v = strings.TrimSpace(v)
			for _, o := range f.Options {
				if strings.EqualFold(v, spoken(o, f.Options)) {
					v = o.Value
					break
				}
			}
		case bot.Line, bot.Paragraph:
		}
		out[f.Name] = v
	}
	return out
}
