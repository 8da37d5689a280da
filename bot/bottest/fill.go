package bottest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"offboard/bot"
)

var errNoOption = errors.New("no such option")

// Fill fills in the form that the person has open and sends it. The keys of
// values are labels or names of fields; other fields stay as they are. A
// choice is named by its label. A person is named by a part of an option, an
// identity line say, or else is text to search for. Like a platform, Fill
// refuses what is not a date or misses what is required. When the bot answers
// with problems, the form stays open as it was filled in.
func (c *Chat) Fill(user string, values map[string]string) (bot.Reply, error) {
	c.mu.Lock()
	p, err := c.who(user)
	if err != nil {
		return c.cannot(err)
	}
	if p.form == nil {
		return c.cannot(fmt.Errorf("%s has no form open", p.Name))
	}
	form := *p.form
	form.Fields = slices.Clone(form.Fields)
	if err := enter(&form, values); err != nil {
		return c.cannot(fmt.Errorf("form %q: %w", form.Title, err))
	}
	sent := map[string]string{}
	act := entry{head: fmt.Sprintf("%s fills in  %q", p.Name, form.Title)}
	r := renderer{width: Width - indent - length(gutter)}
	var facts bot.Facts
	for _, f := range form.Fields {
		sent[f.Name] = f.Value
		if f.Value != "" {
			facts = append(facts, bot.Fact{Label: f.Label, Value: bot.T(shownValue(f))})
		}
	}
	act.lines = append(quote(r.facts(facts)), gutter+"→ ["+form.Submit+"]")
	open := p.form
	p.form = nil
	if c.handler == nil {
		p.form = open
	}
	return c.deliver(delivery{
		Interaction: bot.Interaction{
			User: p.User, Place: c.direct(p), Verb: form.Verb, Object: form.Object, Values: sent, Form: true,
		},
		form: &form,
	}, act)
}

// Dismiss closes the form that the person has open. The bot hears nothing.
func (c *Chat) Dismiss(user string) error {
	defer c.signal.Notify()
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.who(user)
	if err != nil {
		return err
	}
	if p.form == nil {
		return fmt.Errorf("%s has no form open", p.Name)
	}
	c.record(entry{act: true, head: fmt.Sprintf("%s closes  %q", p.Name, p.form.Title)})
	p.form = nil
	return nil
}

func enter(form *bot.Form, values map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(form.Fields, func(f bot.Field) bool {
			return f.Name == key || strings.EqualFold(f.Label, key)
		})
		if i < 0 {
			return fmt.Errorf("it has no field %q", key)
		}
		value, err := accept(form.Fields[i], values[key])
		if err != nil {
			return fmt.Errorf("field %q: %w", form.Fields[i].Label, err)
		}
		form.Fields[i].Value = value
	}
	for _, f := range form.Fields {
		if f.Required && f.Value == "" {
			return fmt.Errorf("field %q has to be filled in", f.Label)
		}
	}
	return nil
}

// accept turns what a person enters into the value of the field.
func accept(f bot.Field, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	switch f.Kind {
	case bot.Choice:
		o, err := pick(f.Options, text)
		return o.Value, err
	case bot.PersonField:
		o, err := pick(f.Options, text)
		if errors.Is(err, errNoOption) {
			return text, nil
		}
		return o.Value, err
	case bot.DateField:
		_, err := time.Parse(time.DateOnly, text)
		return text, err
	case bot.TimeField:
		_, err := time.Parse("15:04", text)
		return text, err
	case bot.Line:
		if strings.Contains(text, "\n") {
			return "", errors.New("it takes one line")
		}
	case bot.Paragraph:
	}
	return text, nil
}
