package slacktest

import (
	"maps"
	"slices"
	"strings"
)

// readable is the channel of an id, if the token's owner can know of it, with
// the scope that its kind needs: verb is "read" or "history".
func (c *call) readable(id, verb string) (*channel, error) {
	ch := c.channel(id)
	if ch == nil || (ch.Private || ch.with != "") && !ch.has(c.tok.user) {
		return nil, refuse("channel_not_found")
	}
	if scope := ch.family() + ":" + verb; !c.tok.may(scope) {
		return nil, c.missing(c.m.name, c.tok, scope)
	}
	return ch, nil
}

// family is how scopes name the kind of a channel.
func (c *channel) family() string {
	switch {
	case c.with != "":
		return "im"
	case c.Private:
		return "groups"
	}
	return "channels"
}

func (c *channel) json(me string) object {
	out := object{"id": c.ID, "created": epoch(c.created), "is_archived": c.Archived, "is_org_shared": false}
	if c.with != "" {
		out["is_im"], out["user"], out["is_open"], out["priority"] = true, c.with, true, 0
		return out
	}
	maps.Copy(out, object{
		"name": c.Name, "name_normalized": c.Name, "is_channel": !c.Private, "is_group": c.Private, "is_im": false,
		"is_mpim": false, "is_private": c.Private, "is_general": false, "is_shared": c.External, "is_ext_shared": c.External,
		"is_member": c.has(me), "num_members": len(c.Members), "topic": object{"value": "", "creator": "", "last_set": 0},
		"purpose": object{"value": "", "creator": "", "last_set": 0}, "previous_names": []string{},
	})
	return out
}

func (c *call) conversationsOpen() (object, error) {
	if id := c.str("channel"); id != "" {
		ch := c.channel(id)
		if ch == nil || ch.with == "" {
			return nil, refuse("channel_not_found")
		}
		return object{"no_op": true, "already_open": true, "channel": object{"id": ch.ID}}, nil
	}
	users := list(c.str("users"))
	switch {
	case len(users) == 0:
		return nil, refuse("users_list_not_supplied")
	case len(users) > 8:
		return nil, refuse("too_many_users")
	case len(users) > 1:
		c.problem("conversations.open: this fake has no direct messages of several people")
		return nil, refuse("invalid_user_combination")
	case !c.tok.may("im:write"):
		return nil, c.missing(c.m.name, c.tok, "im:write")
	}
	u := c.user(users[0])
	switch {
	case u == nil:
		return nil, refuse("user_not_found")
	case u.Deactivated:
		return nil, refuse("user_disabled")
	case u.Kind == Bot:
		return nil, refuse("invalid_user_combination")
	}
	ch := c.direct(u.ID)
	if c.flag("return_im") {
		return object{"channel": ch.json(c.tok.user)}, nil
	}
	return object{"channel": object{"id": ch.ID}}, nil
}

func (c *call) conversationsInfo() (object, error) {
	ch, err := c.readable(c.str("channel"), "read")
	if err != nil {
		return nil, err
	}
	return object{"channel": ch.json(c.tok.user)}, nil
}

func (c *call) conversationsMembers() (object, error) {
	ch, err := c.readable(c.str("channel"), "read")
	if err != nil {
		return nil, err
	}
	members, cursor, err := page(c, ch.Members)
	if err != nil {
		return nil, err
	}
	return object{"members": members, "response_metadata": object{"next_cursor": cursor}}, nil
}

func (c *call) conversationsList() (object, error) {
	return c.listed(func(ch *channel) bool { return !ch.Private && ch.with == "" || ch.has(c.tok.user) })
}

func (c *call) usersConversations() (object, error) {
	user := c.str("user")
	if user == "" {
		user = c.tok.user
	}
	return c.listed(func(ch *channel) bool {
		return ch.has(user) && (!ch.Private && ch.with == "" || ch.has(c.tok.user))
	})
}

// kinds are the types argument's names for families.
var kinds = map[string]string{"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}

func (c *call) listed(in func(*channel) bool) (object, error) {
	types := list(c.str("types"))
	if len(types) == 0 {
		types = []string{"public_channel"}
	}
	var families []string
	for _, t := range types {
		family, ok := kinds[t]
		if !ok {
			return nil, refuse("invalid_types")
		}
		if !c.tok.may(family + ":read") {
			return nil, c.missing(c.m.name, c.tok, family+":read")
		}
		families = append(families, family)
	}
	var all []object
	for _, ch := range c.channels {
		if slices.Contains(families, ch.family()) && in(ch) && (!ch.Archived || !c.flag("exclude_archived")) {
			all = append(all, ch.json(c.tok.user))
		}
	}
	some, cursor, err := page(c, all)
	if err != nil {
		return nil, err
	}
	return object{"channels": some, "response_metadata": object{"next_cursor": cursor}}, nil
}

func (c *call) conversationsJoin() (object, error) {
	ch := c.channel(c.str("channel"))
	switch {
	case ch == nil || ch.Private && !ch.has(c.tok.user):
		return nil, refuse("channel_not_found")
	case ch.Private || ch.with != "":
		return nil, refuse("method_not_supported_for_channel_type")
	case ch.Archived:
		return nil, refuse("is_archived")
	}
	if !ch.has(c.tok.user) {
		ch.Members = append(ch.Members, c.tok.user)
	}
	return object{"channel": ch.json(c.tok.user)}, nil
}

func (c *call) conversationsHistory() (object, error) {
	return c.messagesOf(func(m *Message) bool { return m.ThreadTS == "" || m.ThreadTS == m.TS }, true)
}

func (c *call) conversationsReplies() (object, error) {
	root := c.str("ts")
	return c.messagesOf(func(m *Message) bool { return m.TS == root || m.ThreadTS == root }, false)
}

func (c *call) messagesOf(in func(*Message) bool, newestFirst bool) (object, error) {
	ch, err := c.readable(c.str("channel"), "history")
	if err != nil {
		return nil, err
	}
	if !ch.has(c.tok.user) {
		return nil, refuse("not_in_channel")
	}
	var all []object
	for _, m := range ch.messages {
		if m.Only == "" && !m.Gone && in(m) && m.TS > c.str("oldest") && (c.str("latest") == "" || strings.Compare(m.TS, c.str("latest")) < 0) {
			all = append(all, c.messageJSON(m, c.flag("include_all_metadata")))
		}
	}
	if len(all) == 0 && !newestFirst {
		return nil, refuse("thread_not_found")
	}
	if newestFirst {
		slices.Reverse(all)
	}
	some, cursor, err := page(c, all)
	if err != nil {
		return nil, err
	}
	return object{"messages": some, "has_more": cursor != "", "response_metadata": object{"next_cursor": cursor}}, nil
}
