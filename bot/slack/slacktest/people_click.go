package slacktest

import (
	"context"
	"fmt"
	"maps"
	"strings"
)

// Surface is what has something to click on: a Message or a View.
type Surface interface {
	blocks() []map[string]any
}

func (m Message) blocks() []map[string]any { return m.Blocks }
func (v View) blocks() []map[string]any    { return v.Blocks }

// find is the element of that name, and its block. A name is the block_id of a
// field, an action_id, or the label on the element. An action_id is unique only
// within its block: of several elements none is found.
func find(on Surface, name string) (block, element map[string]any) {
	for _, same := range []func(b, e map[string]any) bool{
		func(b, _ map[string]any) bool { return text(b["type"]) == "input" && text(b["block_id"]) == name },
		func(_, e map[string]any) bool { return text(e["action_id"]) == name },
		func(_, e map[string]any) bool { return Label(e) == name },
	} {
		n := 0
		for _, b := range on.blocks() {
			for _, e := range elements(b) {
				if same(b, e) {
					block, element = b, e
					n++
				}
			}
		}
		if n == 1 {
			return block, element
		}
	}
	return nil, nil
}

// Label is what stands on an element: the text of a button, the placeholder of
// a menu.
func Label(e map[string]any) string {
	if t := textOf(e["text"]); t != "" {
		return t
	}
	return textOf(e["placeholder"])
}

// Click presses a button, by its action_id or label, and says yes to its
// question. An old copy of a message can be clicked on as long as the message
// is there.
func (s *Slack) Click(user string, on Surface, action string) (*Delivery, error) {
	return s.act(user, on, action, func(_ *view, _, e map[string]any) (object, error) {
		if kind := text(e["type"]); kind != "button" && kind != "icon_button" {
			return nil, fmt.Errorf("%q is a %s", action, kind)
		}
		done := object{"text": e["text"]}
		if v := text(e["value"]); v != "" {
			done["value"] = v
		}
		if v := text(e["style"]); v != "" {
			done["style"] = v
		}
		return done, nil
	})
}

// Select chooses in a menu, overflow menu, radio buttons, checkboxes or
// picker: the value or the label of an option, an id, a date or a time.
func (s *Slack) Select(user string, on Surface, action, input string) (*Delivery, error) {
	return s.act(user, on, action, func(v *view, b, e map[string]any) (object, error) {
		if text(e["type"]) == "overflow" {
			o, err := pick(options(e), input)
			return object{"selected_option": o}, err
		}
		var offered []map[string]any
		if v != nil {
			offered = v.options[text(e["action_id"])]
		}
		chosen, err := choose(e, input, offered)
		if err == nil && v != nil {
			v.enter(text(b["block_id"]), text(e["action_id"]), chosen)
		}
		return chosen, err
	})
}

func (v *view) enter(block, action string, state object) {
	if v.state[block] == nil {
		v.state[block] = map[string]object{}
	}
	v.state[block][action] = state
}

// act sends block_actions for one element; fill says what the person did to it.
func (s *Slack) act(user string, on Surface, action string, fill func(v *view, b, e map[string]any) (object, error)) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.acting(user)
	if err != nil {
		return nil, err
	}
	b, e := find(on, action)
	if e == nil {
		return nil, fmt.Errorf("there is nothing, or there are several things, with the block_id, action_id or label %q", action)
	}
	payload := s.common("block_actions", u)
	v, err := s.where(payload, u, on)
	if err != nil {
		return nil, err
	}
	done, err := fill(v, b, e)
	if err != nil {
		return nil, err
	}
	if v != nil {
		payload["view"] = s.viewJSON(v) // with what was just entered
		if text(b["type"]) == "input" && !truth(b["dispatch_action"]) {
			return nil, fmt.Errorf("%q is a field of a form: Submit it", action)
		}
	}
	payload["trigger_id"] = s.trigger(user, viewID(v))
	one := object{"type": e["type"], "action_id": e["action_id"], "block_id": b["block_id"], "action_ts": s.ts()}
	maps.Copy(one, done)
	payload["actions"] = []object{one}
	return s.deliver(&Delivery{Type: interactive, user: user, Payload: payload, failed: func(error) { s.warn(user, action) }}), nil
}

// warn is the sign that a click had no answer; s.mu is held.
func (s *Slack) warn(user, action string) {
	s.warnings = append(s.warnings, Warning{User: user, What: action})
	s.signal.Notify()
}

func viewID(v *view) string {
	if v == nil {
		return ""
	}
	return v.ID
}

// where puts into a payload what was clicked on; s.mu is held.
func (s *Slack) where(payload object, u *User, on Surface) (*view, error) {
	switch on := on.(type) {
	case Message:
		ch := s.channel(on.Channel)
		if ch == nil || !ch.has(u.ID) || on.Only != "" && on.Only != u.ID {
			return nil, fmt.Errorf("%s does not see this message", u.Name)
		}
		m := ch.message(on.TS)
		if m == nil {
			return nil, fmt.Errorf("the message %s is gone", on.TS)
		}
		container := object{"type": "message", "message_ts": m.TS, "channel_id": ch.ID, "is_ephemeral": m.Only != ""}
		if m.ThreadTS != "" {
			container["thread_ts"] = m.ThreadTS
		}
		thread := ""
		if m.ThreadTS != m.TS {
			thread = m.ThreadTS
		}
		maps.Copy(payload, object{
			"container": container, "channel": object{"id": ch.ID, "name": ch.payloadName()}, "state": object{"values": object{}},
			"response_url": s.hook(hook{channel: ch.ID, user: u.ID, source: m, thread: thread}),
		})
		if m.Only == "" {
			payload["message"] = s.messageJSON(m, false)
		}
	case View:
		for _, v := range s.views {
			if v.ID == on.ID && v.User == u.ID && !v.closed {
				maps.Copy(payload, object{"container": object{"type": "view", "view_id": v.ID}, "view": s.viewJSON(v)})
				return v, nil
			}
		}
		return nil, fmt.Errorf("%s does not have this view open", u.Name)
	}
	return nil, nil
}

// Suggest types into an external select and returns the options that the app
// offers; the person can choose from them.
func (s *Slack) Suggest(ctx context.Context, user string, on Surface, action, typed string) ([]map[string]any, error) {
	d, err := s.suggest(user, on, action, typed)
	if err == nil {
		err = d.Wait(ctx)
	}
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return options(d.acks[0].Payload), nil
}

func (s *Slack) suggest(user string, on Surface, action, typed string) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.acting(user)
	if err != nil {
		return nil, err
	}
	b, e := find(on, action)
	if e == nil || !strings.HasSuffix(text(e["type"]), "external_select") {
		return nil, fmt.Errorf("there is no external select %q, or there are several", action)
	}
	if least, ok := e["min_query_length"].(float64); ok && len([]rune(typed)) < int(least) {
		return nil, fmt.Errorf("Slack asks only from %d characters on", int(least))
	}
	payload := s.common("block_suggestion", u)
	v, err := s.where(payload, u, on)
	if err != nil {
		return nil, err
	}
	delete(payload, "response_url")
	maps.Copy(payload, object{"action_id": e["action_id"], "block_id": b["block_id"], "value": typed})
	d := &Delivery{Type: interactive, accepts: true, user: user, Payload: payload, failed: func(error) { s.warn(user, action) }}
	d.effect = func(answer object) {
		l := &linter{}
		l.walk("", answer, "")
		l.choice("", "external_select", answer)
		if len(l.faults) > 0 {
			s.problem("options for %s: %s", action, strings.Join(l.faults, "; "))
		}
		if v != nil {
			if v.options == nil {
				v.options = map[string][]map[string]any{}
			}
			v.options[text(e["action_id"])] = options(answer)
		}
	}
	return s.deliver(d), nil
}
