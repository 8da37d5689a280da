package slacktest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Refused are problems that Slack's client finds itself, by block_id: nothing
// reaches the app.
type Refused map[string]string

func (r Refused) Error() string {
	return fmt.Sprintf("the form cannot be sent: %v", map[string]string(r))
}

// Modal is the modal that a person has on top, if one is open.
func (s *Slack) Modal(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stack := s.stack(user)
	if len(stack) == 0 {
		return View{}, false
	}
	return stack[len(stack)-1].copy(), true
}

// Home is a person's Home tab, if the app has published one.
func (s *Slack) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.homes[user]
	if v == nil {
		return View{}, false
	}
	return v.copy(), true
}

// Submit fills in the modal that the person has on top and sends it. Values
// are by block_id, as Select takes them; what is left out stays as it is. What
// the app answered is in the Errors of the Modal, once the delivery is over.
func (s *Slack) Submit(user string, values map[string]string) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.acting(user)
	if err != nil {
		return nil, err
	}
	stack := s.stack(user)
	if len(stack) == 0 {
		return nil, fmt.Errorf("%s has no modal open", u.Name)
	}
	v := stack[len(stack)-1]
	for _, block := range slices.Sorted(maps.Keys(values)) {
		if err := v.fill(block, values[block]); err != nil {
			return nil, fmt.Errorf("block %q: %w", block, err)
		}
	}
	if wrong := v.complete(); len(wrong) > 0 {
		return nil, Refused(wrong)
	}
	v.Errors = nil
	payload := s.common("view_submission", u)
	maps.Copy(payload, object{"view": s.viewJSON(v), "trigger_id": s.trigger(user, v.ID), "response_urls": []any{}})
	d := &Delivery{Type: interactive, accepts: true, user: user, Payload: payload}
	d.effect = func(answer object) { s.submitted(v, answer) }
	d.failed = func(error) {
		v.Errors = map[string]string{"": "We had some trouble connecting. Try again?"}
		s.warn(user, v.Title)
	}
	return s.deliver(d), nil
}

func (v *view) fill(block, input string) error {
	for _, b := range v.Blocks {
		e, ok := b["element"].(map[string]any)
		if !ok || text(b["block_id"]) != block {
			continue
		}
		action := text(e["action_id"])
		offered := v.options[action]
		if o, ok := v.state[block][action]["selected_option"].(map[string]any); ok {
			offered = append(slices.Clone(offered), o) // what is chosen can stay
		}
		state, err := choose(e, input, offered)
		if err == nil {
			v.enter(block, action, state)
		}
		return err
	}
	return errors.New("the modal has no such field")
}

// submitted does what the ack of a view_submission says; s.mu is held.
func (s *Slack) submitted(v *view, answer object) {
	switch action := text(answer["response_action"]); action {
	case "":
		v.closed = true
	case "clear":
		for _, o := range s.stack(v.User) {
			o.closed = true
		}
	case "errors":
		s.rejected(v, answer)
	case "update", "push":
		n, err := s.view("response_action "+action, answer["view"], surfaceModal)
		if err != nil {
			v.Errors = map[string]string{"": "We had some trouble connecting. Try again?"}
			return
		}
		if action == "push" {
			if len(s.stack(v.User)) >= maxStack {
				s.problem("response_action push: there are %d views already", maxStack)
				return
			}
			s.show(n, v.User, v)
			return
		}
		v.become(n)
		s.hashed(v)
	default:
		s.problem("response_action %q: there is no such action", action)
	}
	s.signal.Notify()
}

// rejected shows problems below fields. Only input blocks can have them.
func (s *Slack) rejected(v *view, answer object) {
	v.Errors = map[string]string{}
	said, _ := answer["errors"].(map[string]any)
	for block, problem := range said {
		known := slices.ContainsFunc(v.Blocks, func(b map[string]any) bool {
			return text(b["block_id"]) == block && text(b["type"]) == "input"
		})
		if !known || text(problem) == "" {
			s.problem("response_action errors: %q is not the block_id of an input block, or has no text", block)
		}
		v.Errors[block] = text(problem)
	}
	if len(said) == 0 {
		s.problem("response_action errors: no errors are given")
	}
}

// Close is a person who cancels the modal on top, or with all the whole stack.
// The app hears of it where a view has notify_on_close: a Delivery each.
func (s *Slack) Close(user string, all bool) ([]*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.acting(user)
	if err != nil {
		return nil, err
	}
	stack := s.stack(user)
	if len(stack) == 0 {
		return nil, fmt.Errorf("%s has no modal open", u.Name)
	}
	top := stack[len(stack)-1]
	cleared := all || top.clear
	if !cleared {
		stack = stack[len(stack)-1:]
	}
	var out []*Delivery
	for _, v := range slices.Backward(stack) {
		v.closed = true
		if !v.notify {
			continue
		}
		payload := s.common("view_closed", u)
		maps.Copy(payload, object{"view": s.viewJSON(v), "is_cleared": cleared})
		out = append(out, s.deliver(&Delivery{Type: interactive, user: user, Payload: payload}))
	}
	s.signal.Notify()
	return out, nil
}
