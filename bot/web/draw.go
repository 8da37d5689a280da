package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/bot"
)

// drawer turns parts into what the templates show one reader.
type drawer struct {
	me     *person
	person func(id string) *person
}

func (c *Chat) drawer(me *person) drawer { return drawer{me, c.person} }

// partView is a part; which field counts is said by Kind.
type partView struct {
	Kind    string
	Heading string
	Text    []spanView
	Facts   []factView
	List    *listView
	Buttons []buttonView
	Menu    *menuView
}

// spanView is a run of text with at most one meaning.
type spanView struct {
	Text, URL, ISO    string
	Mention, Me, Bold bool
}

type factView struct {
	Label string
	Text  []spanView
}

// listView is a checklist. Rows are those to see first; All is behind a fold.
type listView struct {
	ID, Title, Counts string
	Rows, All         []rowView
}

type rowView struct {
	Mark, Word   string
	Text, Detail []spanView
}

type buttonView struct {
	Person, Message, Label, Do, Style, ID string
	Confirm                               *bot.Confirm
}

type menuView struct {
	Person, Message, Label, Do, Field, ID string
	Options                               []bot.Option
}

// maxRows is how many rows of a checklist are shown at once.
const maxRows = 40

func (d drawer) part(p bot.Part, message, id string) partView {
	v := partView{Kind: kind(p)}
	switch p := p.(type) {
	case bot.Heading:
		v.Heading = p.Text
	case bot.Prose:
		v.Text = d.text(p.Text)
	case bot.Fine:
		v.Text = d.text(p.Text)
	case bot.Facts:
		for _, f := range p {
			v.Facts = append(v.Facts, factView{f.Label, d.text(f.Value)})
		}
	case bot.Checklist:
		v.List = d.checklist(p, id)
	case bot.Buttons:
		for i, b := range p {
			v.Buttons = append(v.Buttons, buttonView{
				Person: d.me.ID, Message: message, Label: b.Label, Do: b.Verb + ":" + b.Object, Style: string(b.Style),
				ID: fmt.Sprintf("%s-%d", id, i), Confirm: b.Confirm,
			})
		}
	case bot.Menu:
		v.Menu = &menuView{
			Person: d.me.ID, Message: message, Label: p.Label, Do: p.Verb + ":" + p.Object, Field: p.Field, ID: id, Options: p.Options,
		}
	}
	return v
}

func (d drawer) checklist(l bot.Checklist, id string) *listView {
	shown, hidden := l.Fold(maxRows)
	v := &listView{ID: id, Title: l.Title, Rows: d.rows(shown)}
	if hidden > 0 {
		v.Counts, v.All = l.Counts(), d.rows(l.Rows)
	}
	return v
}

func (d drawer) rows(rows []bot.Row) []rowView {
	var out []rowView
	for _, r := range rows {
		out = append(out, rowView{Mark: string(r.Mark), Word: r.Mark.Word(), Text: d.text(r.Text), Detail: d.text(r.Detail)})
	}
	return out
}

func (d drawer) text(t bot.Text) []spanView {
	var out []spanView
	for _, s := range t {
		v := spanView{Text: s.Plain, URL: s.URL, Bold: s.Bold}
		if s.User != nil {
			v.Mention, v.Me = true, s.User.Platform == name && s.User.ID == d.me.ID
			if p := d.person(s.User.ID); p != nil && s.User.Platform == name {
				v.Text = p.Name
			}
			v.Text = "@" + strings.TrimPrefix(v.Text, "@")
		}
		if !s.Time.IsZero() {
			v.Text, v.ISO = s.Time.In(d.me.zone).Format("Mon 2 Jan 2006 15:04 MST"), s.Time.UTC().Format(time.RFC3339)
		}
		out = append(out, v)
	}
	return out
}

// formView is an open form with its problems.
type formView struct {
	ID, Person, Title, Submit string
	Intro                     []spanView
	Problem                   string // about no field in particular
	Fields                    []fieldView
}

type fieldView struct {
	ID, Name, Label, Hint, Kind, Value, Error string
	Required                                  bool
	Options                                   []optionView
}

type optionView struct {
	Value, Label, Hint string
	Chosen             bool
}

func (d drawer) form(f *openForm) *formView {
	v := &formView{ID: f.ID, Person: d.me.ID, Title: f.Form.Title, Submit: f.Form.Submit, Intro: d.text(f.Form.Intro)}
	for i, fd := range f.Form.Fields {
		field := fieldView{
			ID: fmt.Sprintf("%s-%d", f.ID, i), Name: fd.Name, Label: fd.Label, Hint: fd.Hint, Kind: string(fd.Kind),
			Value: f.shown(fd), Error: f.Errors[fd.Name], Required: fd.Required,
		}
		for _, o := range fd.Options {
			ov := optionView{Value: o.Value, Label: o.Label, Hint: o.Hint, Chosen: o.Value == field.Value}
			if fd.Kind == bot.PersonField {
				ov.Value = suggestion(fd, o)
			}
			field.Options = append(field.Options, ov)
		}
		v.Fields = append(v.Fields, field)
	}
	var loose []string
	for name, text := range f.Errors {
		if !slices.ContainsFunc(f.Form.Fields, func(fd bot.Field) bool { return fd.Name == name }) {
			loose = append(loose, text)
		}
	}
	slices.Sort(loose)
	v.Problem = strings.Join(loose, " ")
	return v
}

// sectionView is a section of the panel.
type sectionView struct {
	Section
	ID string
}

func sections(list []Section) []sectionView {
	var out []sectionView
	for i, s := range list {
		out = append(out, sectionView{s, fmt.Sprintf("s%d", i)})
	}
	return out
}
