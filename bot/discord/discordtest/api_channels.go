package discordtest

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// nonced is a message that a nonce with enforce_nonce has made.
type nonced struct {
	message *Message
	at      time.Time
}

// nonceLife is the "past few minutes" in which a nonce is unique.
const nonceLife = 5 * time.Minute

// channelFor is the channel of the path, if the app may see it and has these
// permissions in it; d.mu is held.
func (c *call) channelFor(p int64) (*channel, error) {
	ch := c.channel(c.path["channel"])
	switch {
	case ch == nil:
		return nil, refuse(10003)
	case !c.may(c.BotUser, ch, ViewChannel):
		return nil, refuse(50001)
	case !c.may(c.BotUser, ch, p):
		return nil, refuse(50013)
	}
	return ch, nil
}

func (c *call) readChannel() (any, error) {
	ch, err := c.channelFor(0)
	if err != nil {
		return nil, err
	}
	return c.channelJSON(ch), nil
}

func (c *call) postMessage() (any, error) {
	ch, err := c.channelFor(0)
	if err != nil {
		return nil, err
	}
	c.validate(bodyPost)
	says, mentions, err := c.content(Content{}, SuppressEmbeds|SuppressNotifications|ComponentsV2)
	if err != nil {
		return nil, err
	}
	if err := c.sendable(ch); err != nil {
		return nil, err
	}
	m := Message{Author: c.BotUser, Content: says, nonce: c.args["nonce"], mentions: mentions}
	if ref, ok := c.args["message_reference"].(object); ok {
		if m.Reply = text(ref["message_id"]); ch.message(m.Reply) == nil {
			c.form.add("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
			return nil, c.malformed()
		}
		m.kind = 19
	}
	key := text(m.nonce) // of the author, says the documentation: not of the channel
	if truth(c.args["enforce_nonce"]) {
		if m.nonce == nil {
			c.form.add("nonce", "BASE_TYPE_REQUIRED", "This field is required")
			return nil, c.malformed()
		}
		if old, ok := c.nonces[key]; ok && time.Since(old.at) < nonceLife {
			return c.messageJSON(old.message), nil
		}
	}
	kept := c.add(ch, m)
	if truth(c.args["enforce_nonce"]) {
		c.nonces[key] = nonced{kept, time.Now()}
	}
	return c.messageJSON(kept), nil
}

// sendable says why the app cannot post in a channel, or nil; d.mu is held.
func (c *call) sendable(ch *channel) error {
	switch {
	case !ch.texts():
		return refuse(50008)
	case ch.direct():
		return c.reachable(ch)
	case ch.thread() && ch.Archived && ch.Locked && c.permissions(c.BotUser, ch)&ManageThreads == 0:
		return refuse(50083)
	case ch.thread() && ch.Locked && c.permissions(c.BotUser, ch)&ManageThreads == 0:
		return refuse(160005)
	}
	p := SendMessages
	if ch.thread() {
		p = SendMessagesInThreads
	}
	if !c.may(c.BotUser, ch, p) {
		return refuse(50013)
	}
	return nil
}

// reachable says why the person in direct messages cannot be written to.
func (c *call) reachable(ch *channel) error {
	for _, id := range ch.Members {
		if id == c.BotUser {
			continue
		}
		u := c.user(id)
		shared := slices.ContainsFunc(c.guilds, func(g *Guild) bool { return g.member(id) != nil && g.member(c.BotUser) != nil })
		switch {
		case u.NoDMs || u.Bot:
			return refuse(50007)
		case !shared:
			return refuse(50278)
		}
	}
	return nil
}

// messageFor is the message of the path; d.mu is held. Ephemeral messages are
// not there for these routes.
func (c *call) messageFor(p int64) (*channel, *Message, error) {
	ch, err := c.channelFor(p)
	if err != nil {
		return nil, nil, err
	}
	m := ch.message(c.path["message"])
	if m == nil || m.Only != "" {
		return nil, nil, refuse(10008)
	}
	return ch, m, nil
}

func (c *call) readMessage() (any, error) {
	_, m, err := c.messageFor(ReadMessageHistory)
	if err != nil {
		return nil, err
	}
	return c.messageJSON(m), nil
}

func (c *call) editMessage() (any, error) {
	ch, m, err := c.messageFor(0)
	if err != nil {
		return nil, err
	}
	if m.Author != c.BotUser {
		return nil, refuse(50005)
	}
	c.validate(bodyEdit)
	says, mentions, err := c.content(m.Content, SuppressEmbeds|ComponentsV2)
	if err != nil {
		return nil, err
	}
	if ch.thread() && ch.Archived {
		return nil, refuse(50083)
	}
	if err := c.old(m); err != nil {
		return nil, err
	}
	m.mentions = mentions
	c.edit(m, says)
	return c.messageJSON(m), nil
}

// oldAge is from when on edits of a message are counted, and the window in
// which they are; how many there may be is not documented.
const oldAge = time.Hour

func (c *call) old(m *Message) error {
	now := time.Now()
	if now.Sub(m.At) <= oldAge {
		return nil
	}
	m.olds = slices.DeleteFunc(m.olds, func(t time.Time) bool { return now.Sub(t) >= oldAge })
	if len(m.olds) >= c.cfg.OldEdits {
		return refuse(30046)
	}
	m.olds = append(m.olds, now)
	return nil
}

func (c *call) deleteMessage() (any, error) {
	ch, m, err := c.messageFor(0)
	if err != nil {
		return nil, err
	}
	if m.Author != c.BotUser && !c.may(c.BotUser, ch, ManageMessages) {
		return nil, refuse(50013)
	}
	if ch.thread() && ch.Archived {
		return nil, refuse(50083)
	}
	m.Gone = true
	return nil, nil
}

// listMessages gives the newest first. Without the permission to read the
// history there is nothing.
func (c *call) listMessages() (any, error) {
	ch, err := c.channelFor(0)
	if err != nil {
		return nil, err
	}
	limit := c.bounded("limit", 50, 1, 100)
	var list []*Message
	for _, m := range slices.Backward(ch.messages) {
		if !m.Gone && m.Only == "" {
			list = append(list, m)
		}
	}
	n := 0
	for _, key := range []string{"before", "after", "around"} {
		if c.query.Has(key) {
			n++
		}
	}
	if n > 1 {
		c.form.add("before", "BASE_TYPE_BAD", "The before, after, and around parameters are mutually exclusive.")
	}
	if err := c.malformed(); err != nil {
		return nil, err
	}
	if !c.may(c.BotUser, ch, ReadMessageHistory) {
		return []object{}, nil
	}
	switch {
	case c.query.Has("before"):
		list = slices.DeleteFunc(list, func(m *Message) bool { return !below(m.ID, c.query.Get("before")) })
	case c.query.Has("after"):
		list = slices.DeleteFunc(list, func(m *Message) bool { return !below(c.query.Get("after"), m.ID) })
		list = list[max(0, len(list)-limit):]
	case c.query.Has("around"):
		at := c.query.Get("around")
		i := slices.IndexFunc(list, func(m *Message) bool { return !below(at, m.ID) })
		if i < 0 {
			i = len(list)
		}
		from := max(0, i-limit/2)
		list = list[from:]
	}
	out := []object{}
	for _, m := range list[:min(limit, len(list))] {
		out = append(out, c.messageJSON(m))
	}
	return out, nil
}

// bounded is a number in the query.
func (c *call) bounded(key string, otherwise, least, most int) int {
	if !c.query.Has(key) {
		return otherwise
	}
	n, err := strconv.Atoi(c.query.Get(key))
	if err != nil || n < least || n > most {
		c.form.add(key, "NUMBER_TYPE_MAX", "int value should be between %d and %d.", least, most)
	}
	return n
}

// below compares snowflakes.
func below(a, b string) bool { return byID(a, b) < 0 }

func byID(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }
