package commands_test

import (
	"fmt"
	"slices"
	"testing/synctest"

	"offboard/bot/bottest"
	"offboard/bot/slack/slacktest"
)

// leaves closes what hides the rest of Slack.
func (s *slackStage) leaves(m member) error {
	s.athome[m.account] = false
	if v, ok := s.Modal(m.account); ok {
		s.teller.Did(fmt.Sprintf("%s closes  %q", m.name, v.Title))
		_, _ = s.Close(m.account, true)
	}
	if _, open := s.Modal(m.account); open {
		return fmt.Errorf("a modal is in the way of %s", m.name)
	}
	return nil
}

func (s *slackStage) closes(m member) error {
	_, err := s.Close(m.account, false)
	return err
}

func (s *slackStage) types(m member, st bottest.Step) error {
	if err := s.leaves(m); err != nil {
		return err
	}
	where, channel := "", ""
	if st.Place != "" {
		where, channel = " in #"+st.Place, s.room.ID
	}
	s.teller.Did(m.name + " types" + where + "  " + st.Text)
	return s.did(s.Slash(m.account, channel, st.Text))
}

// press presses a button, and answers the question that Slack asks before.
func (s *slackStage) press(m member, on paper, c control, how string, st bottest.Step) error {
	surface, _ := on.on.(slacktest.Surface)
	var lines []string
	question, asks := s.element(surface, c.id)["confirm"].(map[string]any)
	if st.Answer != "" && !asks {
		return fmt.Errorf("[%s] asks nothing", st.Text)
	}
	if asks {
		lines = append(lines, "? "+wordsOf(question["title"]), "  "+wordsOf(question["text"]))
		if st.Answer == "cancels" {
			s.teller.Did(fmt.Sprintf("%s clicks  [%s]", m.name, c.label), append(lines, "→ [Cancel]")...)
			return nil
		}
		lines = append(lines, "→ ["+wordsOf(question["confirm"])+"]")
	}
	s.teller.Did(fmt.Sprintf("%s %s  [%s]", m.name, how, c.label), lines...)
	err := s.did(s.Click(m.account, surface, c.id))
	if err == nil && st.Twice {
		synctest.Wait() // else either click may be answered first
		s.teller.Did(fmt.Sprintf("%s clicks again  [%s]", m.name, c.label))
		err = s.did(s.Click(m.account, surface, c.id))
	}
	return err
}

func (s *slackStage) choose(m member, on paper, c control, value string) error {
	surface, _ := on.on.(slacktest.Surface)
	return s.did(s.Select(m.account, surface, c.label, value))
}

// papers are what lies on top, the Home tab if they look at it, and the
// messages, the newest first.
func (s *slackStage) papers(m member) []paper {
	var top, home, messages []paper
	modal, open := s.Modal(m.account)
	for _, x := range slices.Backward(s.Screen(m.account)) {
		switch v := x.View; {
		case v == nil:
			p := paper{on: *x.Message, message: true, pieces: s.pieces(m, x.Message.Blocks)}
			for _, c := range x.Message.Earlier {
				before := *x.Message
				before.Content = c
				p.was = append(p.was, paper{on: before, message: true, pieces: s.pieces(m, c.Blocks)})
			}
			messages = append(messages, p)
		case v.Home && s.athome[m.account]:
			home = append(home, paper{on: *v, pieces: s.pieces(m, v.Blocks)})
		case open && v.ID == modal.ID:
			top = append(top, paper{on: *v, pieces: s.pieces(m, v.Blocks)})
		}
	}
	return slices.Concat(top, home, messages)
}

func (s *slackStage) pieces(m member, blocks []map[string]any) []piece {
	var out []piece
	for _, b := range blocks {
		p := piece{text: s.Draw(m.account, slacktest.Content{Blocks: []map[string]any{b}})}
		for _, e := range elements(b) {
			id, _ := e["action_id"].(string)
			switch e["type"] {
			case "button":
				p.controls = append(p.controls, control{id: id, label: slacktest.Label(e)})
			case "static_select":
				p.controls = append(p.controls, control{id: id, label: slacktest.Label(e), menu: true, options: optionsOf(e)})
			}
		}
		out = append(out, p)
	}
	return out
}

// element is what has an action_id.
func (s *slackStage) element(on slacktest.Surface, id string) map[string]any {
	var blocks []map[string]any
	switch on := on.(type) {
	case slacktest.Message:
		blocks = on.Blocks
	case slacktest.View:
		blocks = on.Blocks
	}
	for _, b := range blocks {
		for _, e := range elements(b) {
			if e["action_id"] == id {
				return e
			}
		}
	}
	return nil
}

func optionsOf(e map[string]any) []option {
	list, _ := e["options"].([]any)
	var out []option
	for _, v := range list {
		o, _ := v.(map[string]any)
		out = append(out, optionOf(o))
	}
	return out
}

func optionOf(o map[string]any) option {
	value, _ := o["value"].(string)
	return option{value, wordsOf(o["text"]), wordsOf(o["description"])}
}

func wordsOf(v any) string {
	o, _ := v.(map[string]any)
	t, _ := o["text"].(string)
	return t
}
