package bot

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// toType is what texts say is to be typed: the command, and often a verb.
var toType = regexp.MustCompile(`/offboard\b( [a-z]+\b)?`)

// Typing says what is typed for a verb on a platform where the command has
// another name, or the verb stands in a group: "/offboard pause" there. The
// verb is empty where a text names the command alone.
type Typing func(verb string) string

// In is a text with what is to be typed as it is typed there.
func (t Typing) In(s string) string {
	return toType.ReplaceAllStringFunc(s, func(found string) string {
		_, verb, _ := strings.Cut(found, " ")
		return t(verb)
	})
}

// Message is m with what is to be typed as it is typed there.
func (t Typing) Message(m Message) Message {
	m.Summary = t.In(m.Summary)
	m.Parts = slices.Clone(m.Parts)
	for i, p := range m.Parts {
		switch p := p.(type) {
		case Prose:
			m.Parts[i] = Prose{t.text(p.Text)}
		case Fine:
			m.Parts[i] = Fine{t.text(p.Text)}
		case Facts:
			p = slices.Clone(p)
			for n := range p {
				p[n] = Fact{t.In(p[n].Label), t.text(p[n].Value)}
			}
			m.Parts[i] = p
		case Checklist:
			p.Rows = slices.Clone(p.Rows)
			for n := range p.Rows {
				p.Rows[n].Text, p.Rows[n].Detail = t.text(p.Rows[n].Text), t.text(p.Rows[n].Detail)
			}
			m.Parts[i] = p
		}
	}
	return m
}

// Handler is h with answers that say what is typed there.
func (t Typing) Handler(h Handler) Handler {
	return func(ctx context.Context, i Interaction) Reply { return t.reply(h(ctx, i)) }
}

func (t Typing) reply(r Reply) Reply {
	if r.Message != nil {
		m := t.Message(*r.Message)
		r.Message = &m
	}
	if r.Form != nil {
		f := *r.Form
		f.Intro = t.text(f.Intro)
		r.Form = &f
	}
	r.Errors = maps.Clone(r.Errors)
	for field, wrong := range r.Errors {
		r.Errors[field] = t.In(wrong)
	}
	if then := r.Then; then != nil {
		r.Then = func(ctx context.Context) Reply { return t.reply(then(ctx)) }
	}
	return r
}

func (t Typing) text(text Text) Text {
	text = slices.Clone(text)
	for i := range text {
		text[i].Plain = t.In(text[i].Plain)
	}
	return text
}
