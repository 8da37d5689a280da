package bottest

import (
	"slices"
	"strings"

	"offboard/bot"
)

// Sent is a message that was posted, or an answer that one person got.
type Sent struct {
	Ref      bot.Ref
	Key      string
	Only     bot.User      // the one reader of an answer; zero for a posted message
	Versions []bot.Message // the last one is what it says now
}

// Sent lists everything that is still there, in the order it was posted.
func (c *Chat) Sent() []Sent {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Sent
	for _, m := range c.messages {
		if m.gone {
			continue
		}
		s := Sent{Ref: m.ref, Key: m.key, Versions: slices.Clone(m.versions)}
		if p, err := c.who(m.to); m.to != "" && err == nil {
			s.Only = p.User
		}
		out = append(out, s)
	}
	return out
}

// Notified lists the posts that a person was notified of.
func (c *Chat) Notified(user string) ([]bot.Ref, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.who(user)
	if err != nil {
		return nil, err
	}
	return slices.Clone(p.notified), nil
}

// Sees is everything a person has before them: their channels, direct
// messages and answers in the order they came, and the form that is open.
// Lines are not wrapped.
func (c *Chat) Sees(user string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.who(user)
	if err != nil {
		return "", err
	}
	var out []string
	for _, m := range c.visible(p) {
		out = append(out, join(c.view(m.ref.Place, m.to, 0).message(m.now())))
	}
	if p.form != nil {
		out = append(out, join(c.view(c.direct(p), p.ID, 0).form(*p.form)))
	}
	return strings.Join(out, "\n\n"), nil
}

// Shows is everything that stands in a channel and its threads, not wrapped.
func (c *Chat) Shows(channel string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, m := range c.messages {
		if at := m.ref.Place; !m.gone && m.to == "" && at.Kind == bot.Channel && at.ID == strings.TrimPrefix(channel, "#") {
			out = append(out, join(c.view(at, "", 0).message(m.now())))
		}
	}
	return strings.Join(out, "\n\n")
}

// Answer is what the last interaction of a person was answered with: message,
// form and problems, not wrapped.
func (c *Chat) Answer(user string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.who(user)
	if err != nil {
		return "", err
	}
	return p.answer, nil
}

// Contains reports whether text is in what somebody sees. White space counts
// as one space, so that neither columns nor line breaks matter.
func Contains(seen, text string) bool {
	return strings.Contains(strings.Join(strings.Fields(seen), " "), strings.Join(strings.Fields(text), " "))
}

// visible lists what a person can see; c.mu is held.
func (c *Chat) visible(p *person) []*message {
	var out []*message
	for _, m := range c.messages {
		at := m.ref.Place
		mine := at.Kind == bot.Direct && at.ID == p.ID || at.Kind == bot.Channel && slices.Contains(c.channels[at.ID], p.ID)
		if m.to != "" {
			mine = m.to == p.ID
		}
		if mine && !m.gone {
			out = append(out, m)
		}
	}
	return out
}

// view is how something is drawn for its readers; c.mu is held.
func (c *Chat) view(at bot.Place, only string, width int) renderer {
	r := renderer{width: width, zone: c.Zone, name: c.mention}
	if at.Kind == bot.Direct {
		only = at.ID
	}
	if only == "" {
		return r
	}
	r.zone = nil
	for _, p := range c.people {
		if p.ID == only {
			r.zone = p.zone
		}
	}
	return r
}

func (c *Chat) mention(u bot.User) string {
	for _, p := range c.people {
		if p.ID == u.ID {
			return p.Name
		}
	}
	return ""
}
