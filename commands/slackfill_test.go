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
			var list []map[string]any
			if list, err = s.Suggest(ctx, m.account, v, id, value); err == nil {
				var found []option
				for _, o := range list {
					found = append(found, optionOf(o))
				}
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
