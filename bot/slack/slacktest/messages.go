package slacktest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Message is a message as it is now. It is a copy: what changes later does not
// show in it, so that a person can click on an old one.
type Message struct {
	Channel  string
	TS       string
	ThreadTS string // the message that its thread hangs on; empty outside of threads
	User     string // who wrote it
	Only     string // the one reader of an ephemeral message
	Gone     bool   // deleted, or replaced by an ephemeral message's response URL
	Edits    int
	Content
	Earlier []Content // what it said before, oldest first
}

// Content is what a message says.
type Content struct {
	Text     string
	Blocks   []map[string]any
	Metadata map[string]any
	Files    []*File
}

// content reads and checks what an app wants to say; s.mu is held.
func (s *Slack) content(method string, args map[string]any, most int) (Content, error) {
	c := Content{Text: text(args["text"])}
	markdown := text(args["markdown_text"])
	given, err := decode(args["blocks"], &c.Blocks)
	if err != nil {
		s.problem("%s: blocks are not an array of objects: %v", method, err)
		return c, refuse("invalid_blocks_format")
	}
	var attachments []any
	if _, err := decode(args["attachments"], &attachments); err != nil {
		return c, refuse("invalid_attachments")
	}
	switch {
	case markdown != "" && (c.Text != "" || given):
		return c, refuse("markdown_text_conflict")
	case markdown != "":
		c.Blocks = []map[string]any{{"type": "markdown", "text": markdown}}
	case len(attachments) > 100:
		s.problem("%s: %d attachments, at most 100", method, len(attachments))
		return c, refuse("too_many_attachments")
	case len(attachments) > 0:
		s.problem("%s: this fake shows no attachments", method)
	case c.Text == "" && len(c.Blocks) == 0:
		return c, refuse("no_text")
	}
	if n := utf8.RuneCountInString(c.Text); n > most {
		if most < maxText {
			s.problem("%s: text is %d characters, at most %d", method, n, most)
			return c, refuse("msg_too_long")
		}
		s.problem("%s: text of %d characters is truncated after %d", method, n, most)
		c.Text = string([]rune(c.Text)[:most])
	}
	if truth(args["link_names"]) || text(args["parse"]) == "full" {
		c.Text = s.linkNames(c.Text)
	}
	if faults := s.checkBlocks(c.Blocks, surfaceMessage); len(faults) > 0 {
		s.problem("%s: %s", method, strings.Join(faults, "; "))
		return c, refuse("invalid_blocks", faults...)
	}
	if size := blockSize(c.Blocks); size > maxBlockChars {
		s.problem("%s: the blocks are %d characters of JSON, at most %d", method, size, maxBlockChars)
		return c, refuse("msg_blocks_too_long")
	}
	s.name(c.Blocks)
	return c, s.metadata(method, args, &c)
}

// linkNames is what link_names and parse=full do: a typed name becomes a
// mention.
func (s *Slack) linkNames(in string) string {
	for _, u := range s.users {
		in = strings.ReplaceAll(in, "@"+u.Name, "<@"+u.ID+">")
	}
	return in
}

func (s *Slack) metadata(method string, args map[string]any, c *Content) error {
	given, err := decode(args["metadata"], &c.Metadata)
	if err != nil {
		return refuse("invalid_metadata_format")
	}
	if !given || len(c.Metadata) == 0 {
		return nil
	}
	_, payload := c.Metadata["event_payload"].(map[string]any)
	if text(c.Metadata["event_type"]) == "" || !payload {
		s.problem("%s: metadata needs an event_type and an event_payload", method)
		return refuse("invalid_metadata_schema")
	}
	return nil
}

// name gives the ids that were left out, as Slack does.
func (s *Slack) name(blocks []map[string]any) {
	for _, b := range blocks {
		if text(b["block_id"]) == "" {
			b["block_id"] = s.id("b")
		}
		for _, e := range elements(b) {
			if text(e["action_id"]) == "" {
				e["action_id"] = s.id("a")
			}
		}
	}
}

// blockSize is the size of blocks for msg_blocks_too_long. Slack's own formula
// is not known; characters of compact JSON come near to what was measured.
func blockSize(blocks []map[string]any) int {
	if len(blocks) == 0 {
		return 0
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(blocks)
	return utf8.RuneCountInString(b.String())
}

// add puts a new message into a channel and notifies; s.mu is held.
func (s *Slack) add(ch *channel, m Message) *Message {
	m.Channel = ch.ID
	if m.TS == "" {
		m.TS = s.ts()
	}
	ch.messages = append(ch.messages, &m)
	s.order = append(s.order, order{message: &m})
	if m.Only == "" {
		s.announce(ch, &m)
	}
	s.signal.Notify()
	return &m
}

// edit replaces what a message says, and notifies nobody; s.mu is held.
func (s *Slack) edit(m *Message, c Content) {
	m.Earlier = append(m.Earlier, m.Content)
	m.Content = c
	m.Edits++
	s.signal.Notify()
}

// message finds what is still there; s.mu is held.
func (c *channel) message(ts string) *Message {
	for _, m := range c.messages {
		if m.TS == ts && !m.Gone {
			return m
		}
	}
	return nil
}

// RemoveMessage deletes a message, as a person with the right to does it.
func (s *Slack) RemoveMessage(at, ts string) {
	s.alter(at, func(c *channel) {
		if m := c.message(ts); m != nil {
			m.Gone = true
		}
	})
}

// Messages lists what is in a channel or its threads, ephemeral ones too, in
// the order in which it came.
func (s *Slack) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channel(channel)
	if ch == nil {
		return nil
	}
	var out []Message
	for _, m := range ch.messages {
		if !m.Gone {
			out = append(out, m.copy())
		}
	}
	return out
}

func (m *Message) copy() Message {
	c := *m
	c.Earlier = slices.Clone(m.Earlier)
	return c
}

// messageJSON is a message as methods and payloads show it.
func (s *Slack) messageJSON(m *Message, metadata bool) object {
	out := object{"type": "message", "user": m.User, "ts": m.TS, "text": m.Text, "team": s.TeamID}
	if m.User == s.BotUser {
		maps.Copy(out, object{"bot_id": s.BotID, "app_id": s.AppID, "bot_profile": object{
			"id": s.BotID, "app_id": s.AppID, "name": "Offboard", "deleted": false, "updated": 1449272004, "team_id": s.TeamID, "icons": object{},
		}})
	}
	if len(m.Blocks) > 0 {
		out["blocks"] = m.Blocks
	}
	if m.ThreadTS != "" {
		out["thread_ts"] = m.ThreadTS
	}
	if m.Edits > 0 && len(m.Blocks) == 0 {
		out["edited"] = object{"user": m.User, "ts": m.TS}
	}
	if metadata && len(m.Metadata) > 0 {
		out["metadata"] = m.Metadata
	}
	if len(m.Files) > 0 {
		var files []object
		for _, f := range m.Files {
			files = append(files, f.json())
		}
		out["files"] = files
	}
	return out
}
