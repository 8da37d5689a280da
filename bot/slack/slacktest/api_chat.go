package slacktest

import (
	"strings"
	"time"
)

// place is the channel that a message goes to: a channel id, a channel name,
// or a user id, which opens direct messages.
func (c *call) place(id string) (*channel, error) {
	if u := c.user(id); u != nil {
		if u.Deactivated || u.ID == c.BotUser {
			return nil, refuse("channel_not_found")
		}
		return c.direct(u.ID), nil
	}
	ch := c.channel(id)
	for _, other := range c.channels {
		if ch == nil && other.with == "" && other.Name == strings.TrimPrefix(id, "#") {
			ch = other
		}
	}
	return ch, c.reach(ch)
}

// reach says why the token's owner cannot post in a channel.
func (c *call) reach(ch *channel) error {
	switch {
	case ch == nil || (ch.Private || ch.with != "") && !ch.has(c.tok.user):
		return refuse("channel_not_found")
	case ch.Archived:
		return refuse("is_archived")
	case !ch.has(c.tok.user) && !c.tok.may("chat:write.public"):
		return refuse("not_in_channel")
	}
	if u := c.user(ch.with); u != nil && u.Deactivated {
		return refuse("is_archived")
	}
	return nil
}

func (c *call) chatPost() (object, error) {
	ch, err := c.place(c.str("channel"))
	if err != nil {
		return nil, err
	}
	says, err := c.content(c.m.name, c.args, maxText)
	if err != nil {
		return nil, err
	}
	root := c.str("thread_ts")
	if root != "" {
		m := ch.message(root)
		if m == nil || m.Only != "" || m.ThreadTS != "" && m.ThreadTS != m.TS {
			return nil, refuse("cannot_reply_to_message")
		}
	}
	m := c.add(ch, Message{User: c.tok.user, ThreadTS: root, Content: says})
	return object{"channel": ch.ID, "ts": m.TS, "message": c.messageJSON(m, true)}, nil
}

func (c *call) chatEphemeral() (object, error) {
	ch, err := c.place(c.str("channel"))
	if err != nil {
		return nil, err
	}
	if u := c.user(c.str("user")); u == nil || !ch.has(u.ID) {
		return nil, refuse("user_not_in_channel")
	}
	says, err := c.content(c.m.name, c.args, maxText)
	if err != nil {
		return nil, err
	}
	m := c.add(ch, Message{User: c.tok.user, Only: c.str("user"), ThreadTS: c.str("thread_ts"), Content: says})
	return object{"message_ts": m.TS}, nil
}

// own is a message that the token's owner may change.
func (c *call) own(ts, notMine string) (*channel, *Message, error) {
	ch := c.channel(c.str("channel"))
	if ch == nil || (ch.Private || ch.with != "") && !ch.has(c.tok.user) {
		return nil, nil, refuse("channel_not_found")
	}
	m := ch.message(ts)
	switch {
	case m == nil || m.Only != "":
		return nil, nil, refuse("message_not_found")
	case m.User != c.tok.user:
		return nil, nil, refuse(notMine)
	}
	return ch, m, nil
}

func (c *call) chatUpdate() (object, error) {
	ch, m, err := c.own(c.str("ts"), "cant_update_message")
	if err != nil {
		return nil, err
	}
	if ch.Archived {
		return nil, refuse("is_inactive")
	}
	if w := c.cfg.EditWindow; w > 0 && time.Since(stamp(m.TS)) > w {
		return nil, refuse("edit_window_closed")
	}
	says, err := c.content(c.m.name, c.args, maxUpdateText)
	if err != nil {
		return nil, err
	}
	if _, given := c.args["metadata"]; !given {
		says.Metadata = m.Metadata
	}
	if len(says.Blocks) == 0 && len(m.Blocks) > 0 && c.args["blocks"] == nil {
		c.problem("chat.update: text without blocks removes the blocks of the message; send both")
	}
	says.Files = m.Files
	c.edit(m, says)
	return object{"channel": ch.ID, "ts": m.TS, "text": m.Text, "message": c.messageJSON(m, false)}, nil
}

func (c *call) chatDelete() (object, error) {
	ch, m, err := c.own(c.str("ts"), "cant_delete_message")
	if err != nil {
		return nil, err
	}
	m.Gone = true
	c.signal.Notify()
	return object{"channel": ch.ID, "ts": m.TS}, nil
}

func (c *call) chatPermalink() (object, error) {
	ch := c.channel(c.str("channel"))
	if ch == nil || (ch.Private || ch.with != "") && !ch.has(c.tok.user) {
		return nil, refuse("channel_not_found")
	}
	ts := c.str("message_ts")
	m := ch.message(ts)
	if m == nil || m.Only != "" {
		return nil, refuse("message_not_found")
	}
	link := "https://" + c.Domain + ".slack.com/archives/" + ch.ID + "/p" + strings.ReplaceAll(ts, ".", "")
	if m.ThreadTS != "" && m.ThreadTS != ts {
		link += "?thread_ts=" + m.ThreadTS + "&cid=" + ch.ID
	}
	return object{"channel": ch.ID, "permalink": link}, nil
}
