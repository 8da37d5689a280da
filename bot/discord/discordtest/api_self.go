package discordtest

import (
	"strconv"
	"time"
)

func (c *call) gateway() (any, error) { return object{"url": c.gatewayURL()}, nil }

func (c *call) gatewayBot() (any, error) {
	reset := time.Duration(0)
	if len(c.identified) > 0 {
		reset = max(0, 24*time.Hour-time.Since(c.identified[0]))
	}
	return object{"url": c.gatewayURL(), "shards": 1, "session_start_limit": object{
		"total": sessionsPerDay, "remaining": max(0, sessionsPerDay-len(c.identified)), "reset_after": reset.Milliseconds(), "max_concurrency": 1,
	}}, nil
}

func (c *call) openDM() (any, error) {
	if c.validate(bodyOpenDM); !c.form.empty() {
		return nil, c.malformed()
	}
	id := text(c.args["recipient_id"])
	if u := c.user(id); u == nil || id == c.BotUser {
		return nil, refuse(50033)
	}
	return c.channelJSON(c.directWith(id)), nil
}

func (c *call) me() (any, error) {
	return merged(userJSON(c.user(c.BotUser)), object{"verified": true, "mfa_enabled": true, "email": nil, "flags": 0, "locale": "en-US", "bio": "", "banner": nil}), nil
}

func (c *call) readUser() (any, error) {
	u := c.user(c.path["user"])
	if u == nil {
		return nil, refuse(10013)
	}
	return merged(userJSON(u), object{"banner": nil, "accent_color": nil}), nil
}

// flags are those of the app: which privileged intents are on, for an app that
// is in few servers.
func (d *Discord) flags() int {
	f := 1 << 23 // APPLICATION_COMMAND_BADGE
	if d.cfg.PresenceIntent {
		f |= 1 << 13
	}
	if d.cfg.MembersIntent {
		f |= 1 << 15
	}
	if d.cfg.MessagesIntent {
		f |= 1 << 19
	}
	return f
}

func (c *call) application() (any, error) {
	owner := userJSON(c.user(c.OwnerID))
	return object{
		"id": c.AppID, "name": "Offboard", "icon": nil, "description": "", "summary": "", "type": nil, "bot": userJSON(c.user(c.BotUser)), "bot_public": false,
		"bot_require_code_grant": false, "integration_types_config": object{"0": object{}}, "verify_key": "0000000000000000000000000000000000000000000000000000000000000000",
		"flags": c.flags(), "hook": true, "owner": owner, "team": nil, "redirect_uris": []any{}, "interactions_endpoint_url": nil, "role_connections_verification_url": nil,
		"approximate_guild_count": len(c.guilds), "flags_new": strconv.Itoa(c.flags()), "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
		"explicit_content_filter": 0, "eligible_oauth2_scopes": []any{}, "is_verified": false, "is_discoverable": false, "is_monetized": false, "tags": []any{},
	}, nil
}
