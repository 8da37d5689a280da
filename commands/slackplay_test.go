package commands_test

import (
	"errors"
	"fmt"
	"slices"
	"testing/synctest"

	"offboard/bot/bottest"
	"offboard/bot/slack/slacktest"
)

// leave closes what hides the rest of Slack.
func (s *slackStage) leave(m member) {
	s.athome[m.account] = false
	if v, ok := s.Modal(m.account); ok {
		s.teller.Did(fmt.Sprintf("%s closes  %q", m.name, v.Title))
		_, _ = s.Close(m.account, true)
	}
}

func (s *slackStage) closes(m member) error {
	_, err := s.Close(m.account, false)
	return err
}

func (s *slackStage) types(m member, st bottest.Step) error {
	s.leave(m)
	where, channel := "", ""
	if st.Place != "" {
		where, channel = " in #"+st.Place, s.room.ID
	}
	s.teller.Did(m.name + " types" + where + "  " + st.Text)
	return s.did(s.Slash(m.account, channel, st.Text))
}

func (s *slackStage) clicks(m member, st bottest.Step) error {
	on, e, err := s.button(m, st)
	if err != nil {
		return err
	}
	if msg, ok := on.(slacktest.Message); ok {
		s.leave(m)
		if _, gone := s.Modal(m.account); gone {
			return errors.New("a modal is in the way of " + msg.TS)
		}
	}
	how := "clicks"
	if st.Back > 0 {
		how = "clicks the old"
	}
	var lines []string
	question, asks := e["confirm"].(map[string]any)
	if st.Answer != "" && !asks {
		return fmt.Errorf("[%s] asks nothing", st.Text)
	}
	if asks {
		lines = append(lines, "? "+wordsOf(question["title"]), "  "+wordsOf(question["text"]))
		if st.Answer == "cancels" {
			s.teller.Did(fmt.Sprintf("%s clicks  [%s]", m.name, slacktest.Label(e)), append(lines, "→ [Cancel]")...)
			return nil
		}
		lines = append(lines, "→ ["+wordsOf(question["confirm"])+"]")
	}
	s.teller.Did(fmt.Sprintf("%s %s  [%s]", m.name, how, slacktest.Label(e)), lines...)
	id, _ := e["action_id"].(string)
	err = s.did(s.Click(m.account, on, id))
	if err == nil && st.Twice {
		synctest.Wait() // else either click may be answered first
		s.teller.Did(fmt.Sprintf("%s clicks again  [%s]", m.name, slacktest.Label(e)))
		err = s.did(s.Click(m.account, on, id))
	}
	return err
}

// chooses takes an option of a menu, which is drawn as its label.
func (s *slackStage) chooses(m member, st bottest.Step) error {
	on, ok := s.On(m.account, st.Text)
	if !ok {
		return fmt.Errorf("%s sees no menu %q", m.name, st.Text)
	}
	if v, ok := on.(slacktest.View); !ok || !v.Home {
		s.leave(m)
	}
	for _, b := range surface(on) {
		for _, e := range elements(b) {
			if slacktest.Label(e) != st.Text {
				continue
			}
			value, err := choice(optionsOf(e), st.Option)
			if err != nil {
				return err
			}
			s.teller.Did(fmt.Sprintf("%s chooses  [%s]: %s", m.name, st.Text, st.Option))
			return s.did(s.Select(m.account, on, st.Text, value))
		}
	}
	return fmt.Errorf("there is no menu %q", st.Text)
}

func surface(on slacktest.Surface) []map[string]any {
	switch on := on.(type) {
	case slacktest.Message:
		return on.Blocks
	case slacktest.View:
		return on.Blocks
	}
	return nil
}

func optionsOf(e map[string]any) []map[string]any {
	list, _ := e["options"].([]any)
	var out []map[string]any
	for _, o := range list {
		option, _ := o.(map[string]any)
		out = append(out, option)
	}
	return out
}

func wordsOf(v any) string {
	o, _ := v.(map[string]any)
	t, _ := o["text"].(string)
	return t
}

// button finds what a person means: in what lies on top, on the Home tab if
// they look at it, else in the newest message.
func (s *slackStage) button(m member, st bottest.Step) (slacktest.Surface, map[string]any, error) {
	screen := s.Screen(m.account)
	slices.Reverse(screen)
	top, open := s.Modal(m.account)
	slices.SortStableFunc(screen, func(a, b slacktest.Sight) int { return rank(a, top.ID) - rank(b, top.ID) })
	for _, sight := range screen {
		v, msg := sight.View, sight.Message
		switch {
		case v != nil && v.Home && !s.athome[m.account], v != nil && !v.Home && (!open || v.ID != top.ID):
		case v != nil:
			if e := s.within(m, v.Blocks, st); e != nil {
				return *v, e, nil
			}
		case st.Back > 0:
			if on, e := s.old(m, *msg, st); e != nil {
				return on, e, nil
			}
		default:
			if e := s.within(m, msg.Blocks, st); e != nil {
				return *msg, e, nil
			}
		}
	}
	return nil, nil, fmt.Errorf("%s sees no button %q on %q", m.name, st.Text, st.On)
}

func rank(s slacktest.Sight, top string) int {
	switch {
	case s.View != nil && s.View.ID == top:
		return 0
	case s.View != nil:
		return 1
	}
	return 2
}

// old finds a button that an earlier text of a message had and that is gone.
func (s *slackStage) old(m member, msg slacktest.Message, st bottest.Step) (slacktest.Surface, map[string]any) {
	now := map[any]bool{}
	for _, b := range msg.Blocks {
		for _, e := range elements(b) {
			now[e["action_id"]] = true
		}
	}
	back := st.Back
	for _, c := range slices.Backward(msg.Earlier) {
		e := s.within(m, c.Blocks, st)
		if e == nil || now[e["action_id"]] {
			continue
		}
		now[e["action_id"]] = true
		if back--; back == 0 {
			msg.Content = c
			return msg, e
		}
	}
	return nil, nil
}

// within finds the button of that label, the first one after the text that is
// named, if the text is there at all.
func (s *slackStage) within(m member, blocks []map[string]any, st bottest.Step) map[string]any {
	draw := func(blocks ...map[string]any) string { return s.Draw(m.account, slacktest.Content{Blocks: blocks}) }
	if st.On != "" && !bottest.Contains(draw(blocks...), st.On) {
		return nil
	}
	from := 0
	if st.On != "" {
		from = max(0, slices.IndexFunc(blocks, func(b map[string]any) bool { return bottest.Contains(draw(b), st.On) }))
	}
	for _, b := range append(slices.Clone(blocks[from:]), blocks[:from]...) {
		for _, e := range elements(b) {
			if e["type"] == "button" && same(slacktest.Label(e), st.Text) {
				return e
			}
		}
	}
	return nil
}
