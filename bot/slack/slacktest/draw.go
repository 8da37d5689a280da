package slacktest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/bot/bottest"
)

// pen draws as Slack's client does for one reader, in plain text: markup has
// its effect and disappears, so that text which was not escaped does not look
// as it was written. s.mu is held while it draws.
type pen struct {
	s    *Slack
	zone *time.Location
}

func (s *Slack) pen(user string) pen {
	p := pen{s: s, zone: time.UTC}
	if u := s.user(user); u != nil {
		p.zone = bottest.Zone(u.TZ)
	}
	return p
}

// message shows the blocks; the text only where there are none.
func (p pen) message(m *Message) string {
	var lines []string
	if len(m.Blocks) == 0 && m.Text != "" {
		lines = append(lines, p.mrkdwn(m.Text))
	}
	for _, b := range m.Blocks {
		lines = append(lines, p.block(b, nil)...)
	}
	for _, f := range m.Files {
		lines = append(lines, strings.TrimSpace(f.Title+" [file "+f.Name+"]"))
	}
	return strings.Join(lines, "\n")
}

func (p pen) view(v *view) string {
	var lines []string
	if v.Title != "" {
		lines = append(lines, v.Title)
	}
	if e := v.Errors[""]; e != "" {
		lines = append(lines, e)
	}
	for _, b := range v.Blocks {
		lines = append(lines, p.block(b, v)...)
	}
	if slices.ContainsFunc(v.Blocks, func(b map[string]any) bool { return text(b["type"]) == "input" }) {
		lines = append(lines, "["+v.submit+"]")
	}
	return strings.Join(lines, "\n")
}

// block draws one block; in a view with what has been entered.
func (p pen) block(b map[string]any, v *view) []string {
	switch kind := text(b["type"]); kind {
	case "divider":
		return []string{"---"}
	case "section":
		lines := []string{p.text(b["text"])}
		for _, f := range objects(b["fields"]) {
			lines = append(lines, p.text(f))
		}
		if e, ok := b["accessory"].(map[string]any); ok {
			lines = append(lines, p.element(e, p.state(b, e, v)))
		}
		return filled(lines)
	case "context", "actions", "context_actions":
		var parts []string
		for _, e := range objects(b["elements"]) {
			parts = append(parts, p.element(e, p.state(b, e, v)))
		}
		return []string{strings.Join(parts, " ")}
	case "input":
		return p.input(b, v)
	case "rich_text":
		return p.rich(b)
	case "markdown":
		return []string{p.markdown(text(b["text"]))}
	case "plan":
		lines := []string{p.text(b["title"])}
		for _, t := range objects(b["tasks"]) {
			lines = append(lines, p.task(t)...)
		}
		return lines
	case "task_card":
		return p.task(b)
	case "table", "data_table":
		return p.table(b)
	case "image":
		return filled([]string{p.text(b["title"]), "[image " + text(b["alt_text"]) + "]"})
	default: // header, alert, card, container ...
		lines := []string{p.text(b["title"]), p.text(b["subtitle"]), p.text(b["body"]), p.text(b["text"])}
		for _, e := range elements(b) {
			lines = append(lines, p.element(e, nil))
		}
		for _, child := range objects(b["child_blocks"]) {
			lines = append(lines, p.block(child, v)...)
		}
		return filled(lines)
	}
}

func filled(lines []string) []string {
	return slices.DeleteFunc(lines, func(l string) bool { return l == "" })
}

func (p pen) state(b, e map[string]any, v *view) object {
	if v == nil {
		return nil
	}
	return v.state[text(b["block_id"])][text(e["action_id"])]
}

func (p pen) input(b map[string]any, v *view) []string {
	lines := []string{p.text(b["label"])}
	if truth(b["optional"]) {
		lines[0] += " (optional)"
	}
	if e, ok := b["element"].(map[string]any); ok {
		lines = append(lines, p.element(e, p.state(b, e, v)))
	}
	lines = append(lines, p.text(b["hint"]))
	if v != nil {
		lines = append(lines, v.Errors[text(b["block_id"])])
	}
	return filled(lines)
}

func (p pen) task(t map[string]any) []string {
	lines := []string{"(" + text(t["status"]) + ") " + text(t["title"])}
	for _, key := range []string{"details", "output"} {
		if o, ok := t[key].(map[string]any); ok {
			lines = append(lines, p.rich(o)...)
		}
	}
	return lines
}

func (p pen) table(b map[string]any) []string {
	var lines []string
	rows, _ := b["rows"].([]any)
	for _, r := range rows {
		var cells []string
		for _, c := range objects(r) {
			if text(c["type"]) == "rich_text" {
				cells = append(cells, strings.Join(p.rich(c), " "))
			} else {
				cells = append(cells, text(c["text"]))
			}
		}
		lines = append(lines, strings.Join(cells, " | "))
	}
	return lines
}

// element draws what can be clicked on as [label], with what is chosen.
func (p pen) element(e map[string]any, state object) string {
	kind := text(e["type"])
	switch kind {
	case "mrkdwn", "plain_text":
		return p.text(e)
	case "image":
		return "[image " + text(e["alt_text"]) + "]"
	case "overflow":
		return "[...]"
	case "radio_buttons", "checkboxes":
		var parts []string
		for _, o := range options(e) {
			parts = append(parts, "( ) "+p.text(o["text"]))
		}
		return strings.Join(append(parts, p.chosen(state)), " ")
	}
	if value := p.chosen(state); value != "" {
		return "[" + value + "]"
	}
	if value := p.chosen(firstValue(e)); value != "" {
		return "[" + value + "]"
	}
	label := p.text(e["text"])
	if label == "" {
		label = p.text(e["placeholder"])
	}
	return "[" + label + "]"
}

func (p pen) chosen(state object) string {
	switch v := state[stateKeys[text(state["type"])]].(type) {
	case nil:
		return ""
	case string:
		if u := p.s.user(v); u != nil {
			return "@" + u.RealName
		}
		return v
	case map[string]any:
		return p.text(v["text"])
	case []map[string]any:
		var parts []string
		for _, o := range v {
			parts = append(parts, p.text(o["text"]))
		}
		return strings.Join(parts, ", ")
	case []any:
		if len(v) == 0 {
			return ""
		}
		return fmt.Sprint(v...)
	case []string:
		return strings.Join(v, ", ")
	default:
		return fmt.Sprint(v)
	}
}

// text draws a text object, or a string that stands for one.
func (p pen) text(v any) string {
	o, ok := v.(map[string]any)
	if !ok {
		return text(v)
	}
	if text(o["type"]) == "mrkdwn" {
		return p.mrkdwn(text(o["text"]))
	}
	if emoji, ok := o["emoji"].(bool); ok && !emoji {
		return text(o["text"])
	}
	return emojis(text(o["text"]))
}
