package discordtest

import (
	"slices"
	"strconv"
	"time"
)

func userJSON(u *User) object {
	global := any(nil)
	if u.GlobalName != "" {
		global = u.GlobalName
	}
	out := object{
		"id": u.ID, "username": u.Name, "global_name": global, "discriminator": "0", "avatar": nil, "public_flags": 0, "flags": 0,
		"avatar_decoration_data": nil, "primary_guild": nil, "clan": nil, "collectibles": nil, "display_name_styles": nil,
	}
	if u.Bot {
		out["bot"], out["discriminator"] = true, "0042"
	}
	return out
}

// memberJSON is a member as interactions have it, with permissions, and
// without a user unless with says so; d.mu is held.
func (d *Discord) memberJSON(m *member, with bool) object {
	nick, until := any(nil), any(nil)
	if m.nick != "" {
		nick = m.nick
	}
	if time.Now().Before(m.timeout) {
		until = stamp(m.timeout)
	}
	out := object{
		"roles": append([]string{}, m.roles...), "nick": nick, "avatar": nil, "banner": nil, "joined_at": stamp(m.joined), "premium_since": nil,
		"pending": false, "flags": 0, "communication_disabled_until": until, "unusual_dm_activity_until": nil, "collectibles": nil,
	}
	if with {
		out["user"], out["mute"], out["deaf"] = userJSON(d.user(m.user)), false, false
	}
	return out
}

func roleJSON(r *Role) object {
	out := object{
		"id": r.ID, "name": r.Name, "description": nil, "permissions": strconv.FormatInt(r.Permissions, 10), "position": r.Position, "color": 0,
		"colors": object{"primary_color": 0, "secondary_color": nil, "tertiary_color": nil}, "hoist": false, "managed": r.Managed, "mentionable": r.Mentionable,
		"icon": nil, "unicode_emoji": nil, "flags": 0,
	}
	if r.BotID != "" {
		out["tags"] = object{"bot_id": r.BotID}
	}
	return out
}

func guildJSON(g *Guild) object {
	var roles []object
	for _, r := range g.roles {
		roles = append(roles, roleJSON(r))
	}
	return object{
		"id": g.ID, "name": g.Name, "owner_id": g.Owner, "roles": roles, "icon": nil, "description": nil, "splash": nil, "discovery_splash": nil,
		"home_header": nil, "banner": nil, "features": []any{}, "emojis": []any{}, "stickers": []any{}, "afk_timeout": 300, "afk_channel_id": nil,
		"system_channel_id": nil, "system_channel_flags": 0, "verification_level": 1, "default_message_notifications": 1, "explicit_content_filter": 0,
		"mfa_level": 0, "nsfw_level": 0, "nsfw": false, "premium_tier": 0, "premium_subscription_count": 0, "premium_progress_bar_enabled": false,
		"preferred_locale": "en-US", "region": "deprecated", "widget_enabled": false, "widget_channel_id": nil, "rules_channel_id": nil,
		"public_updates_channel_id": nil, "safety_alerts_channel_id": nil, "application_id": nil, "vanity_url_code": nil, "max_presences": nil,
		"incidents_data": nil, "max_members": 250000, "max_video_channel_users": 25, "max_stage_video_channel_users": 50,
	}
}

// guildCreate is a server as the gateway gives it; d.mu is held.
func (d *Discord) guildCreate(g *Guild) object {
	var channels, threads []object
	for _, c := range d.channels {
		switch {
		case c.GuildID != g.ID:
		case !c.thread():
			channels = append(channels, d.channelJSON(c))
		case !c.Archived && d.may(d.BotUser, c, ViewChannel):
			threads = append(threads, d.channelJSON(c))
		}
	}
	me := g.member(d.BotUser)
	return merged(guildJSON(g), object{
		"joined_at": stamp(me.joined), "large": false, "unavailable": false, "member_count": len(g.members), "members": []object{d.memberJSON(me, true)},
		"channels": channels, "threads": threads, "presences": []any{}, "voice_states": []any{}, "stage_instances": []any{}, "guild_scheduled_events": []any{}, "soundboard_sounds": []any{},
	})
}

// channelJSON is a channel as methods show it; d.mu is held.
func (d *Discord) channelJSON(c *channel) object {
	out := object{"id": c.ID, "type": int(c.Type), "flags": 0, "last_message_id": nil}
	for _, m := range slices.Backward(c.messages) {
		if m.Only == "" {
			out["last_message_id"] = m.ID
			break
		}
	}
	if c.direct() {
		var recipients []object
		for _, id := range c.Members {
			if id != d.BotUser {
				recipients = append(recipients, userJSON(d.user(id)))
			}
		}
		out["recipients"] = recipients
		return out
	}
	out["guild_id"], out["name"], out["parent_id"], out["rate_limit_per_user"] = c.GuildID, c.Name, nil, 0
	if c.Parent != "" {
		out["parent_id"] = c.Parent
	}
	if c.thread() {
		meta := object{
			"archived": c.Archived, "archive_timestamp": stamp(c.archived), "auto_archive_duration": c.AutoArchive, "locked": c.Locked, "create_timestamp": stamp(c.at),
		}
		if c.Type == PrivateThread {
			meta["invitable"] = true
		}
		return merged(out, object{"owner_id": c.Owner, "thread_metadata": meta, "message_count": len(c.messages), "member_count": len(c.Members), "total_message_sent": len(c.messages)})
	}
	overwrites := []object{}
	for _, o := range c.Overwrites {
		kind := 0
		if o.Member {
			kind = 1
		}
		overwrites = append(overwrites, object{"id": o.ID, "type": kind, "allow": strconv.FormatInt(o.Allow, 10), "deny": strconv.FormatInt(o.Deny, 10)})
	}
	return merged(out, object{"permission_overwrites": overwrites, "position": 0, "topic": nil, "nsfw": false})
}

// messageJSON is a message as methods and interactions show it; d.mu is held.
func (d *Discord) messageJSON(m *Message) object {
	edited, nonce := any(nil), any(nil)
	if !m.edited.IsZero() {
		edited = stamp(m.edited)
	}
	if m.nonce != nil {
		nonce = m.nonce
	}
	author := d.user(m.Author)
	out := object{
		"id": m.ID, "channel_id": m.Channel, "author": userJSON(author), "content": m.Text, "timestamp": stamp(m.At), "edited_timestamp": edited, "tts": false,
		"mention_everyone": m.everyone, "mentions": []object{}, "mention_roles": append([]string{}, m.roles...), "attachments": d.attachments(m), "embeds": append([]object{}, m.Embeds...),
		"components": append([]object{}, m.Components...), "pinned": false, "type": m.kind, "flags": m.Flags,
	}
	if nonce != nil {
		out["nonce"] = nonce
	}
	if !d.readable(m) {
		out["content"], out["embeds"], out["components"] = "", []any{}, []any{}
	}
	var mentions []object
	for _, id := range m.users {
		if u := d.user(id); u != nil {
			mentions = append(mentions, userJSON(u))
		}
	}
	if mentions != nil {
		out["mentions"] = mentions
	}
	if author.Bot {
		out["application_id"] = m.Author
	}
	if m.by != nil {
		out["webhook_id"] = d.AppID
		out["interaction_metadata"] = object{"id": m.by.id, "type": m.by.kind, "user": userJSON(d.user(m.by.user)), "authorizing_integration_owners": d.owners(m.by)}
	}
	if m.Reply != "" {
		out["message_reference"] = object{"type": 0, "message_id": m.Reply, "channel_id": m.Channel}
	}
	if c := d.channel(m.ID); c != nil && c.thread() {
		out["thread"] = d.channelJSON(c)
	}
	return out
}

// readable says whether the app is shown what a message says: without the
// Message Content Intent only its own ones, those that mention it, and those in
// direct messages.
func (d *Discord) readable(m *Message) bool {
	c := d.channel(m.Channel)
	return d.cfg.MessagesIntent || m.Author == d.BotUser || c == nil || c.direct() || slices.Contains(m.users, d.BotUser)
}
