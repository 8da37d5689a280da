package slacktest

import (
	"fmt"
	"slices"
	"time"
)

// eventScopes are what an app needs to be sent an event. An event that is not
// here is always sent.
var eventScopes = map[string]string{
	"message.im": "im:history", "message.channels": "channels:history", "message.groups": "groups:history",
	"app_mention": "app_mentions:read", "user_change": "users:read", "team_join": "users:read",
}

// Event sends an event to the app, whatever it is.
func (s *Slack) Event(event map[string]any) *Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.event(event)
}

// event sends an event; s.mu is held.
func (s *Slack) event(event object) *Delivery {
	if event["event_ts"] == nil {
		event["event_ts"] = s.ts()
	}
	return s.deliver(&Delivery{Type: eventsAPI, Payload: object{
		"token": "verification-token", "team_id": s.TeamID, "api_app_id": s.AppID, "event": event, "type": "event_callback",
		"event_id": s.id("Ev"), "event_time": time.Now().Unix(), "is_ext_shared_channel": false,
		"authorizations": []object{{"enterprise_id": nil, "team_id": s.TeamID, "user_id": s.BotUser, "is_bot": true, "is_enterprise_install": false}},
		"event_context":  "4-" + text(event["type"]),
	}})
}

func (s *Slack) subscribed(event string) bool {
	scope := eventScopes[event]
	return scope == "" || slices.Contains(s.cfg.Scopes, scope)
}

// changed tells the app of an account that changed, if there is a socket to
// tell it on; s.mu is held.
func (s *Slack) changed(u *User) {
	if s.subscribed("user_change") && len(s.conns) > 0 {
		s.event(object{"type": "user_change", "user": s.userJSON(u, slices.Contains(s.cfg.Scopes, "users:read.email")), "cache_ts": time.Now().Unix()})
	}
}

// DM is a person who writes to the app.
func (s *Slack) DM(user, says string) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.user(user); u == nil || u.Deactivated {
		return nil, fmt.Errorf("%s cannot write here", user)
	}
	return s.says(s.direct(user), user, says, "message.im")
}

// Say is a person who writes in a channel. The app hears of it only if it may
// read the channel's history.
func (s *Slack) Say(user, channel, says string) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channel(channel)
	if ch == nil || !ch.has(user) || ch.Archived {
		return nil, fmt.Errorf("%s cannot write in %s", user, channel)
	}
	return s.says(ch, user, says, "message."+ch.family())
}

// says returns a nil Delivery where the app is not told.
func (s *Slack) says(ch *channel, user, says, event string) (*Delivery, error) {
	m := s.add(ch, Message{User: user, Content: Content{Text: escape(says)}})
	if !s.subscribed(event) || !ch.has(s.BotUser) {
		return nil, nil
	}
	return s.event(object{
		"client_msg_id": s.id("c"), "type": "message", "text": m.Text, "user": user, "ts": m.TS, "team": s.TeamID, "channel": ch.ID,
		"event_ts": m.TS, "channel_type": map[string]string{"im": "im", "channels": "channel", "groups": "group"}[ch.family()],
		"blocks": []object{{"type": "rich_text", "block_id": s.id("b"), "elements": []object{
			{"type": "rich_text_section", "elements": []object{{"type": "text", "text": says}}},
		}}},
	}), nil
}

// OpenHome is a person who opens the app's Home tab.
func (s *Slack) OpenHome(user string) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cfg.NoHome || s.user(user) == nil {
		return nil, fmt.Errorf("%s has no Home tab of this app", user)
	}
	event := object{"type": "app_home_opened", "user": user, "channel": s.direct(user).ID, "tab": "home"}
	if v := s.homes[user]; v != nil {
		event["view"] = s.viewJSON(v)
	}
	return s.event(event), nil
}
