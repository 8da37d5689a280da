package discordtest

import (
	"slices"
	"time"
)

// Flags of messages.
const (
	SuppressEmbeds        = 1 << 2
	Ephemeral             = 1 << 6
	Loading               = 1 << 7 // "is thinking..."
	SuppressNotifications = 1 << 12
	ComponentsV2          = 1 << 15
	hasThread             = 1 << 5
)

// Message is a message as it is now. It is a copy: what changes later does not
// show in it, so that a person can click on an old one.
type Message struct {
	ID      string
	Channel string // of a message in a thread, the thread
	Author  string // a user id
	Only    string // the one reader of an ephemeral message
	Reply   string // the message that it answers
	Gone    bool   // deleted, or an ephemeral message after a reload
	Edits   int
	At      time.Time
	Content
	Earlier []Content // what it said before, oldest first

	kind   int
	nonce  any
	edited time.Time
	olds   []time.Time // edits when it was older than an hour
	by     *interaction
	mentions
}

// Content is what a message says.
type Content struct {
	Text       string
	Components []map[string]any
	Embeds     []map[string]any
	Files      []File
	Flags      int
}

func (c Content) v2() bool { return c.Flags&ComponentsV2 != 0 }

// add puts a new message into a channel and notifies; d.mu is held.
func (d *Discord) add(c *channel, m Message) *Message {
	m.Channel, m.At = c.ID, time.Now()
	if m.ID == "" {
		m.ID = d.id()
	}
	if c.thread() && c.Archived && !c.Locked && m.Only == "" {
		c.Archived, c.archived = false, time.Now() // a message un-archives a thread
	}
	kept := &m
	d.mention(c, kept)
	c.messages = append(c.messages, kept)
	d.order = append(d.order, order{message: kept})
	d.announce(c, kept)
	d.signal.Notify()
	return kept
}

// edit replaces what a message says, and notifies nobody; d.mu is held.
func (d *Discord) edit(m *Message, to Content) {
	m.Earlier = append(m.Earlier, m.Content)
	m.Content = to
	m.Edits++
	m.edited = time.Now()
	d.mention(d.channel(m.Channel), m)
	d.signal.Notify()
}

// message finds what is still there; d.mu is held.
func (c *channel) message(id string) *Message {
	for _, m := range c.messages {
		if m.ID == id && !m.Gone {
			return m
		}
	}
	return nil
}

// RemoveMessage deletes a message, as a person with the right to does it.
func (d *Discord) RemoveMessage(channel, id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.channel(channel); c != nil {
		if m := c.message(id); m != nil {
			m.Gone = true
		}
	}
	d.signal.Notify()
}

// Messages lists what is in a channel, ephemeral messages too, in the order in
// which it came. A thread is a channel of its own.
func (d *Discord) Messages(channel string) []Message {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.channel(channel)
	if c == nil {
		return nil
	}
	var out []Message
	for _, m := range c.messages {
		if !m.Gone {
			out = append(out, m.copy())
		}
	}
	return out
}

// Threads lists the threads of a channel, archived ones too.
func (d *Discord) Threads(channel string) []Channel {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Channel
	for _, c := range d.channels {
		if c.thread() && c.Parent == channel {
			t := c.Channel
			t.Members = slices.Clone(c.Members)
			out = append(out, t)
		}
	}
	return out
}

func (m *Message) copy() Message {
	c := *m
	c.Earlier = slices.Clone(m.Earlier)
	return c
}
