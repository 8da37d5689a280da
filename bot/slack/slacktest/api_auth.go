package slacktest

import (
	"slices"
	"time"
)

func (c *call) apiTest() (object, error) {
	if e := c.str("error"); e != "" {
		return object{"args": c.args}, refuse(e)
	}
	return object{"args": c.args}, nil
}

func (c *call) authTest() (object, error) {
	if c.tok.kind == appToken {
		return object{"app_name": "Offboard", "app_id": c.AppID}, nil
	}
	u := c.user(c.tok.user)
	out := object{
		"url": "https://" + c.Domain + ".slack.com/", "team": c.TeamName, "user": u.Name,
		"team_id": c.TeamID, "user_id": u.ID, "is_enterprise_install": false,
	}
	if c.tok.kind == botToken {
		out["bot_id"] = c.BotID
	}
	return out, nil
}

func (c *call) connectionsOpen() (object, error) {
	ticket := c.id("W")
	c.tickets[ticket] = true
	return object{"url": "ws" + c.URL()[len("http"):] + "/link/?ticket=" + ticket + "&app_id=" + c.AppID}, nil
}

func (c *call) teamInfo() (object, error) {
	return object{"team": object{
		"id": c.TeamID, "name": c.TeamName, "url": "https://" + c.Domain + ".slack.com/",
		"domain": c.Domain, "email_domain": "", "icon": object{"image_default": true},
	}}, nil
}

func (c *call) botsInfo() (object, error) {
	if b := c.str("bot"); b != "" && b != c.BotID {
		return nil, refuse("bot_not_found")
	}
	return object{"bot": object{
		"id": c.BotID, "deleted": false, "name": "Offboard", "updated": 1449272004,
		"app_id": c.AppID, "user_id": c.BotUser, "icons": object{},
	}}, nil
}

// sessionReset signs a person out everywhere.
func (c *call) sessionReset() (object, error) {
	u := c.user(c.str("user_id"))
	switch {
	case u == nil:
		return nil, refuse("user_not_found")
	case u.Kind == Bot:
		return nil, refuse("cannot_reset_bot")
	case u.Owner && c.tok.user != u.ID:
		return nil, refuse("cannot_reset_primary_owner")
	}
	c.resets = append(c.resets, u.ID)
	return nil, nil
}

// Resets lists the users whose sessions were reset, in order.
func (s *Slack) Resets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.resets)
}

func epoch(t time.Time) int64 { return t.Unix() }
