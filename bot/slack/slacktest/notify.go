package slacktest

import (
	"regexp"
	"slices"
)

// Notification is a person who was notified of a message. Edits, ephemeral
// messages and modals notify nobody.
type Notification struct {
	User    string
	Channel string
	TS      string
	Text    string // what the notification says: the top-level text
	Via     Via
}

// Via is why somebody was notified.
type Via string

// The reasons for a notification.
const (
	ViaDirect    Via = "direct message"
	ViaMention   Via = "mention"
	ViaGroup     Via = "mention of a user group"
	ViaBroadcast Via = "channel, here or everyone"
	ViaThread    Via = "thread" // somebody who wrote in it, or was mentioned in it
)

var (
	mentionUser  = regexp.MustCompile(`<@([UW][A-Z0-9]+)(?:\|[^>]*)?>`)
	mentionGroup = regexp.MustCompile(`<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>`)
	mentionAll   = regexp.MustCompile(`<!(?:channel|here|everyone)(?:\|[^>]*)?>`)
)

// Notified lists the notifications of a person, or all with "".
func (s *Slack) Notified(user string) []Notification {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Notification
	for _, n := range s.notes {
		if user == "" || n.User == user {
			out = append(out, n)
		}
	}
	return out
}

// announce notifies of a new message; s.mu is held.
func (s *Slack) announce(ch *channel, m *Message) {
	told := map[string]bool{m.User: true, s.BotUser: true}
	tell := func(user string, via Via) {
		if told[user] || !ch.has(user) {
			return
		}
		told[user] = true
		s.notes = append(s.notes, Notification{User: user, Channel: ch.ID, TS: m.TS, Text: m.Text, Via: via})
	}
	if ch.with != "" {
		tell(ch.with, ViaDirect)
		return
	}
	for _, p := range s.pings(m) {
		for _, user := range p.users {
			tell(user, p.via)
		}
		if p.via == ViaBroadcast {
			for _, user := range ch.Members {
				tell(user, p.via)
			}
		}
	}
	if m.ThreadTS == "" {
		return
	}
	for _, o := range ch.messages {
		if o == m || o.Only != "" || o.TS != m.ThreadTS && o.ThreadTS != m.ThreadTS {
			continue
		}
		tell(o.User, ViaThread)
		for _, p := range s.pings(o) {
			for _, user := range p.users {
				tell(user, ViaThread)
			}
		}
	}
}

type ping struct {
	users []string
	via   Via
}

// pings are the mentions in a message: in its blocks and in its text, since
// what a mention in the text does beside blocks is not documented.
func (s *Slack) pings(m *Message) []ping {
	out := s.pingsIn(m.Text)
	for _, b := range m.Blocks {
		out = append(out, s.pingsOf(b)...)
	}
	return out
}

func (s *Slack) pingsIn(mrkdwn string) []ping {
	var out []ping
	for _, found := range mentionUser.FindAllStringSubmatch(mrkdwn, -1) {
		out = append(out, ping{[]string{found[1]}, ViaMention})
	}
	for _, found := range mentionGroup.FindAllStringSubmatch(mrkdwn, -1) {
		if g := s.group(found[1]); g != nil {
			out = append(out, ping{slices.Clone(g.Users), ViaGroup})
		}
	}
	if mentionAll.MatchString(mrkdwn) {
		out = append(out, ping{via: ViaBroadcast})
	}
	return out
}

// pingsOf looks for mentions in a block and all that is in it.
func (s *Slack) pingsOf(v any) []ping {
	var out []ping
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			out = append(out, s.pingsOf(e)...)
		}
	case map[string]any:
		switch text(v["type"]) {
		case "mrkdwn", "markdown":
			return s.pingsIn(text(v["text"]))
		case "user":
			return []ping{{[]string{text(v["user_id"])}, ViaMention}}
		case "usergroup":
			if g := s.group(text(v["usergroup_id"])); g != nil {
				return []ping{{slices.Clone(g.Users), ViaGroup}}
			}
		case "broadcast":
			return []ping{{via: ViaBroadcast}}
		}
		for _, e := range v {
			out = append(out, s.pingsOf(e)...)
		}
	}
	return out
}
