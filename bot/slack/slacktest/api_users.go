package slacktest

import (
	"encoding/base64"
	"maps"
	"strconv"
	"strings"
	"time"

	"offboard/bot/bottest"
)

// userJSON is an account as users.info has it; the address only with its scope.
func (s *Slack) userJSON(u *User, email bool) object {
	zone := bottest.Zone(u.TZ)
	label, offset := time.Now().In(zone).Zone()
	out := object{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "deleted": u.Deactivated, "color": "9f69e7",
		"is_bot": u.Kind == Bot, "is_app_user": false, "updated": 1502138686,
		"profile": s.profileJSON(u, email),
	}
	if u.Kind == Foreign {
		out["is_stranger"] = true
	}
	if !u.Deactivated {
		maps.Copy(out, object{
			"real_name": u.RealName, "tz": zone.String(), "tz_label": label, "tz_offset": offset,
			"is_admin": u.Admin || u.Owner, "is_owner": u.Owner, "is_primary_owner": u.Owner,
			"is_restricted": u.Kind == Guest || u.Kind == SingleGuest, "is_ultra_restricted": u.Kind == SingleGuest,
			"is_email_confirmed": true, "who_can_share_contact_card": "EVERYONE",
		})
	}
	return out
}

func (s *Slack) profileJSON(u *User, email bool) object {
	first, last, _ := strings.Cut(u.RealName, " ")
	p := object{
		"title": u.Title, "phone": "", "skype": "", "real_name": u.RealName, "real_name_normalized": u.RealName,
		"display_name": u.Name, "display_name_normalized": u.Name, "first_name": first, "last_name": last,
		"status_text": "", "status_emoji": "", "status_expiration": 0, "avatar_hash": "ge3b51ca72de",
		"image_24": "https://example.com/24.png", "image_192": "https://example.com/192.png",
	}
	if u.Kind == Bot {
		p["bot_id"], p["api_app_id"] = s.BotID, s.AppID
	}
	if email && u.Kind != Bot && u.Kind != Foreign {
		p["email"] = u.Email
	}
	return p
}

func (c *call) usersInfo() (object, error) {
	u := c.user(c.str("user"))
	if u == nil {
		return nil, refuse("user_not_found")
	}
	return object{"user": c.userJSON(u, c.tok.may("users:read.email"))}, nil
}

func (c *call) usersList() (object, error) {
	var members []any
	for _, u := range c.users {
		members = append(members, c.userJSON(u, c.tok.may("users:read.email")))
	}
	page, cursor, err := page(c, members)
	if err != nil {
		return nil, err
	}
	return object{"members": page, "cache_ts": epoch(time.Now()), "response_metadata": object{"next_cursor": cursor}}, nil
}

// usersLookup does not find deactivated accounts, and no bots.
func (c *call) usersLookup() (object, error) {
	for _, u := range c.users {
		if strings.EqualFold(u.Email, c.str("email")) && u.Kind != Bot && u.Kind != Foreign && !u.Deactivated {
			return object{"user": c.userJSON(u, true)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

// usersProfile is the one method that shows custom fields.
func (c *call) usersProfile() (object, error) {
	id := c.str("user")
	if id == "" {
		id = c.tok.user
	}
	u := c.user(id)
	if u == nil {
		return nil, refuse("user_not_found")
	}
	fields := object{}
	for id, f := range u.Fields {
		field := object{"value": f.Value, "alt": ""}
		if c.flag("include_labels") {
			field["label"] = f.Label
		}
		fields[id] = field
	}
	p := c.profileJSON(u, c.tok.may("users:read.email"))
	p["fields"] = fields
	return object{"profile": p}, nil
}

// page cuts a list at limit and says where it goes on. Slack's cursors are
// opaque; that these are base64 of a place is nobody's business.
func page[T any](c *call, all []T) ([]T, string, error) {
	limit := c.cfg.Page
	if l := c.str("limit"); l != "" {
		n, err := strconv.Atoi(l)
		if err != nil || n < 0 || n > 1000 {
			return nil, "", refuse("invalid_limit")
		}
		if n > 0 {
			limit = min(limit, n)
		}
	}
	from := 0
	if cursor := c.str("cursor"); cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		at, found := strings.CutPrefix(string(raw), "next:")
		n, bad := strconv.Atoi(at)
		if err != nil || !found || bad != nil || n > len(all) {
			return nil, "", refuse("invalid_cursor")
		}
		from = n
	}
	to := min(len(all), from+limit)
	if to == len(all) {
		return all[from:], "", nil
	}
	return all[from:to], base64.StdEncoding.EncodeToString([]byte("next:" + strconv.Itoa(to))), nil
}
