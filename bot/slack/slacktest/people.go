package slacktest

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// person is a user in interaction payloads; s.mu is held.
func (s *Slack) person(u *User) object {
	return object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID}
}

// common is what every interaction payload has; s.mu is held.
func (s *Slack) common(kind string, u *User) object {
	return object{
		"type": kind, "token": "verification-token", "team": object{"id": s.TeamID, "domain": s.Domain}, "user": s.person(u),
		"api_app_id": s.AppID, "enterprise": nil, "is_enterprise_install": false,
	}
}

// acting is an account that can do something here; s.mu is held.
func (s *Slack) acting(id string) (*User, error) {
	u := s.user(id)
	if u == nil || u.Deactivated || u.Kind == Bot {
		return nil, fmt.Errorf("%q cannot act: no such person, or deactivated", id)
	}
	return u, nil
}

// Slash is a person who types a command in a channel or, with "", in the
// direct messages with the app. Commands cannot be typed in a thread.
func (s *Slack) Slash(user, channel, typed string) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.acting(user)
	if err != nil {
		return nil, err
	}
	ch := s.channel(channel)
	if channel == "" {
		ch = s.direct(user)
	}
	if ch == nil || !ch.has(user) {
		return nil, fmt.Errorf("%s is not in %s", u.Name, channel)
	}
	command, rest, _ := strings.Cut(typed, " ")
	if !slices.Contains(s.cfg.Commands, command) {
		return nil, fmt.Errorf("%s is not a valid command", command)
	}
	if !s.cfg.RawCommands {
		rest = s.escaped(rest)
	}
	d := &Delivery{Type: slashCommands, accepts: true, user: user, Payload: object{
		"token": "verification-token", "team_id": s.TeamID, "team_domain": s.Domain, "channel_id": ch.ID, "channel_name": ch.payloadName(),
		"user_id": u.ID, "user_name": u.Name, "command": command, "text": rest, "api_app_id": s.AppID, "is_enterprise_install": "false",
		"response_url": s.hook(hook{channel: ch.ID, user: user}), "trigger_id": s.trigger(user, ""),
	}}
	d.effect = func(answer object) { s.answered(ch, user, answer) }
	d.failed = func(err error) {
		why := "operation_timeout"
		if errors.Is(err, ErrNoSocket) {
			why = "dispatch_failed"
		}
		s.add(ch, Message{User: Slackbot, Only: user, Content: Content{Text: fmt.Sprintf("%s failed with the error \"%s\"", command, why)}})
	}
	return s.deliver(d), nil
}

// answered shows the message in the ack of a command; s.mu is held.
func (s *Slack) answered(ch *channel, user string, answer object) {
	if len(answer) == 0 {
		return
	}
	says, err := s.content("ack of a command", answer, maxText)
	if err != nil {
		s.problem("ack of a command: %v", err)
		return
	}
	m := Message{User: s.BotUser, Only: user, Content: says}
	if text(answer["response_type"]) == "in_channel" {
		m.Only = ""
	}
	s.add(ch, m)
}

var (
	typedName = regexp.MustCompile(`(^|\s)([@#])([\w.-]+)`)
	typedURL  = regexp.MustCompile(`(^|\s)(https?://\S+)`)
)

// escape is what Slack does to everything that is typed.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// escaped is typed text as an app with should_escape gets it: names that Slack
// knows become mentions, links become links, and nothing else can look so.
func (s *Slack) escaped(in string) string {
	in = typedURL.ReplaceAllString(escape(in), "$1<$2>")
	return typedName.ReplaceAllStringFunc(in, func(found string) string {
		parts := typedName.FindStringSubmatch(found)
		for _, u := range s.users {
			if parts[2] == "@" && u.Name == parts[3] && !u.Deactivated {
				return parts[1] + "<@" + u.ID + "|" + u.Name + ">"
			}
		}
		for _, g := range s.groups {
			if parts[2] == "@" && g.Handle == parts[3] {
				return parts[1] + "<!subteam^" + g.ID + "|@" + g.Handle + ">"
			}
		}
		for _, c := range s.channels {
			if parts[2] == "#" && c.with == "" && c.Name == parts[3] {
				return parts[1] + "<#" + c.ID + "|" + c.Name + ">"
			}
		}
		return found
	})
}

// Shortcut is a person who uses a global shortcut.
func (s *Slack) Shortcut(user, callback string) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.acting(user)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(s.cfg.Shortcuts, callback) {
		return nil, fmt.Errorf("the app has no shortcut %q", callback)
	}
	payload := s.common("shortcut", u)
	maps.Copy(payload, object{"callback_id": callback, "action_ts": s.ts(), "trigger_id": s.trigger(user, "")})
	return s.deliver(&Delivery{Type: interactive, user: user, Payload: payload}), nil
}
