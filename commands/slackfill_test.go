package commands_test

import (
	"context"
	"fmt"
	"strings"

	"offboard/bot/bottest"
	"offboard/bot/slack/slacktest"
)

// fills fills in the modal on top, and sends it. Who is meant is searched for
// as in Slack: typed, and then chosen from what the bot offers.
func (s *slackStage) fills(ctx context.Context, m member, st bottest.Step) error {
	v, ok := s.Modal(m.account)
	if !ok {
		return fmt.Errorf("%s has no form open", m.name)
	}
	values := map[string]string{}
	var lines []string
	for _, f := range st.Fields {
		block, e := field(v, f.Label)
		if e == nil {
			return fmt.Errorf("the form %q has no field %q", v.Title, f.Label)
		}
		id, _ := block["block_id"].(string)
		value := f.Value
		var err error
		switch e["type"] {
		case "external_select":
			var found []map[string]any
			if found, err = s.Suggest(ctx, m.account, v, id, value); err == nil {
				lines = append(lines, fmt.Sprintf("%s: types %q, is offered %s", wordsOf(block["label"]), value, offered(found)))
				value, err = choice(found, value)
			}
		case "static_select":
			value, err = choice(optionsOf(e), value)
			lines = append(lines, wordsOf(block["label"])+": "+f.Value)
		default:
			lines = append(lines, wordsOf(block["label"])+": "+value)
		}
		if err != nil {
			return fmt.Errorf("field %q: %w", f.Label, err)
		}
		values[id] = value
	}
	s.teller.Did(fmt.Sprintf("%s fills in  %q", m.name, v.Title), lines...)
	return s.did(s.Submit(m.account, values))
}

func field(v slacktest.View, label string) (block, element map[string]any) {
	for _, b := range v.Blocks {
		e, ok := b["element"].(map[string]any)
		if ok && (strings.EqualFold(wordsOf(b["label"]), label) || b["block_id"] == label) {
			return b, e
		}
	}
	return nil, nil
}

func offered(options []map[string]any) string {
	var out []string
	for _, o := range options {
		out = append(out, wordsOf(o["text"])+" ("+wordsOf(o["description"])+")")
	}
	return fmt.Sprintf("%d: %s", len(out), strings.Join(out, ", "))
}

// choice is the value of the one option that shows the text, or has it as its
// value or whole label.
func choice(options []map[string]any, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	var exact, part []string
	for _, o := range options {
		value, _ := o["value"].(string)
		shown := wordsOf(o["text"]) + " " + wordsOf(o["description"])
		if value == text || strings.EqualFold(wordsOf(o["text"]), text) {
			exact = append(exact, value)
		}
		if strings.Contains(strings.ToLower(shown), strings.ToLower(text)) {
			part = append(part, value)
		}
	}
	for _, found := range [][]string{exact, part} {
		if len(found) == 1 {
			return found[0], nil
		}
	}
	return "", fmt.Errorf("%d options have %q", len(part), text)
}
