package commands_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/bot/bottest"
	"offboard/bot/discord/discordtest"
)

// What stands on the buttons that open a page of a form.
var opening = []string{"Continue", "Correct it", "Open the form"}

// fills fills in a form, page after page, and then says whom it means where the
// bot asks.
func (s *discordStage) fills(_ context.Context, m member, st bottest.Step) error {
	left := slices.Clone(st.Fields)
	for page := 0; ; page++ {
		v, open := s.Modal(m.account)
		if !open {
			ok, err := s.turns(m, page > 0 && len(left) == 0)
			if err != nil {
				return err
			}
			if !ok && len(left) == 0 {
				return s.means(m, st)
			}
			if !ok {
				return fmt.Errorf("%s has no form open with a field %q", m.name, left[0].Label)
			}
			continue
		}
		var here []bottest.Entry
		here, left = onPage(v, left)
		if err := s.send(m, v, here); err != nil {
			return err
		}
	}
}

// turns opens the next page, if the newest answer has a button for it. With
// only, one that has to be corrected is left for the script.
func (s *discordStage) turns(m member, only bool) (bool, error) {
	labels := opening
	if only {
		labels = opening[:1]
	}
	for _, p := range s.papers(m) {
		if msg, ok := p.on.(discordtest.Message); !ok || msg.Only != m.account {
			continue
		}
		for _, l := range labels {
			c, ok := p.within(bottest.Step{Text: l}, false)
			if !ok {
				continue
			}
			s.teller.Did(fmt.Sprintf("%s clicks  [%s]", m.name, c.label))
			surface, _ := p.on.(discordtest.Surface)
			d, err := s.Click(m.account, surface, c.id)
			if err := s.did(d, err); err != nil {
				return false, err
			}
			err = answered(d)
			s.look()
			return err == nil, err
		}
		return false, nil
	}
	return false, nil
}

// onPage divides what is to be filled in: what this page asks for, and the rest.
func onPage(v discordtest.Modal, fields []bottest.Entry) (here, left []bottest.Entry) {
	for _, f := range fields {
		if entry(v, f.Label) == nil {
			left = append(left, f)
		} else {
			here = append(here, f)
		}
	}
	return here, left
}

// entry is the component of a field.
func entry(v discordtest.Modal, label string) map[string]any {
	for _, c := range v.Components {
		in, ok := c["component"].(map[string]any)
		name, _ := c["label"].(string)
		if ok && (strings.EqualFold(name, label) || in["custom_id"] == label) {
			return in
		}
	}
	return nil
}

// send fills in and submits a page.
func (s *discordStage) send(m member, v discordtest.Modal, fields []bottest.Entry) error {
	values := map[string]string{}
	var lines []string
	for _, f := range fields {
		in := entry(v, f.Label)
		id, _ := in["custom_id"].(string)
		value := f.Value
		if typeOf(in) == stringType {
			var err error
			if value, err = choice(choicesOf(in), value); err != nil {
				return fmt.Errorf("field %q: %w", f.Label, err)
			}
		}
		values[id] = value
		lines = append(lines, f.Label+": "+f.Value)
	}
	s.teller.Did(fmt.Sprintf("%s fills in  %q", m.name, v.Title), lines...)
	d, err := s.Submit(m.account, values)
	if err := s.did(d, err); err != nil {
		return err
	}
	if answered(d) == nil {
		s.look()
	}
	return nil
}

// means chooses whom the script means from those whom the bot has found, if that
// is clear.
func (s *discordStage) means(m member, st bottest.Step) error {
	for range st.Fields {
		p := s.papers(m)
		if len(p) == 0 {
			return nil
		}
		msg, _ := p[0].on.(discordtest.Message)
		for _, f := range st.Fields {
			c, ok := p[0].within(bottest.Step{Text: f.Label}, true)
			if msg.Only != m.account || !ok {
				continue
			}
			value, err := choice(c.options, f.Value)
			if err != nil {
				return nil // the script says whom
			}
			s.teller.Did(fmt.Sprintf("%s chooses  [%s]: %s", m.name, c.label, f.Value))
			d, err := s.Select(m.account, msg, c.id, value)
			if err := s.did(d, err); err != nil {
				return err
			}
			if answered(d) == nil {
				s.look()
			}
		}
	}
	return nil
}
