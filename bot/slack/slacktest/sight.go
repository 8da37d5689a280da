package slacktest

import (
	"slices"
	"strings"
)

// order is everything there has been to see, in the order in which it came:
// one of the two is set.
type order struct {
	message *Message
	view    *view
}

// Sight is one thing that a person has before them: a message, an open modal,
// or the Home tab.
type Sight struct {
	Message *Message
	View    *View
	Text    string // as Slack's client draws it
}

// Warning is a click that the app did not acknowledge: Slack shows a small
// sign next to it, and nothing else.
type Warning struct {
	User string
	What string // the action_id or label, or the title of the modal
}

// Warnings lists the clicks without an answer.
func (s *Slack) Warnings() []Warning {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.warnings)
}

// Screen is what a person can see in all places, in the order in which it
// came; the Home tab is last.
func (s *Slack) Screen(user string) []Sight {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pen(user)
	var out []Sight
	for _, o := range s.order {
		switch {
		case o.message != nil && s.sees(user, o.message):
			m := o.message.copy()
			out = append(out, Sight{Message: &m, Text: p.message(o.message)})
		case o.view != nil && o.view.User == user && !o.view.closed:
			v := o.view.copy()
			out = append(out, Sight{View: &v, Text: p.view(o.view)})
		}
	}
	if h := s.homes[user]; h != nil {
		v := h.copy()
		out = append(out, Sight{View: &v, Text: p.view(h)})
	}
	return out
}

// Sees is the Screen of a person as text.
func (s *Slack) Sees(user string) string {
	var out []string
	for _, e := range s.Screen(user) {
		out = append(out, e.Text)
	}
	return strings.Join(out, "\n\n")
}

// Draw is a message as a person's client shows it, or would have shown an
// earlier Content of it.
func (s *Slack) Draw(user string, c Content) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pen(user).message(&Message{Content: c})
}

// sees says whether a message is on a person's screen; s.mu is held.
func (s *Slack) sees(user string, m *Message) bool {
	ch := s.channel(m.Channel)
	return ch != nil && ch.has(user) && !m.Gone && (m.Only == "" || m.Only == user)
}

// On finds the newest thing on a person's screen that has an element with that
// action_id or label.
func (s *Slack) On(user, action string) (Surface, bool) {
	for _, e := range slices.Backward(s.Screen(user)) {
		if e.Message != nil {
			if _, found := find(*e.Message, action); found != nil {
				return *e.Message, true
			}
		}
		if e.View != nil {
			if _, found := find(*e.View, action); found != nil {
				return *e.View, true
			}
		}
	}
	return nil, false
}
