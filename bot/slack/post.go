package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"offboard/bot"
)

// goneCodes are Slack's words for a place or message that the bot can't reach
// any more: somebody has to do something before it can.
var goneCodes = []string{
	"channel_not_found", "not_in_channel", "is_archived", "is_inactive", "thread_not_found", "message_not_found", "cant_update_message", "edit_window_closed",
	"user_not_found", "user_disabled", "users_not_found", "cannot_dm_bot", "user_not_visible", "messages_tab_disabled", "restricted_action", "restricted_action_read_only_channel",
}

// tooMuch are its words for blocks that it does not take, whatever the
// documented limits say. The message then goes without them.
var tooMuch = []string{"msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "msg_too_long"}

// Post sends a new message. A key that has been posted is not posted again,
// also after a restart, if the message says that it may have been: then it is
// looked for. While that can't be done, the error says to try later.
func (s *Slack) Post(ctx context.Context, at bot.Place, m bot.Message, key string) (bot.Ref, error) {
	if err := m.Check(); err != nil {
		return bot.Ref{}, fmt.Errorf("post: %w", err)
	}
	if len(key) > bot.MaxKey {
		return bot.Ref{}, fmt.Errorf("post: key %q is %d bytes, at most %d", key, len(key), bot.MaxKey)
	}
	channel, err := s.rooms.of(ctx, at)
	if err != nil {
		return bot.Ref{}, err
	}
	once := strings.Join([]string{key, channel, at.Thread}, " ")
	if id, ok := s.keys.get(once); ok && key != "" {
		return bot.Ref{Place: at, ID: id}, nil
	}
	if m.Again {
		if id, err := s.find(ctx, channel, at.Thread, key); err != nil || id != "" {
			return bot.Ref{Place: at, ID: id}, err
		}
	}
	if at.Kind == bot.Direct {
		m.Notify = nil // a direct message notifies by itself
	} else {
		m = addressed(m)
	}
	id, err := s.send(ctx, channel, at.Thread, m, key)
	if unclear(err) && ctx.Err() == nil {
		// It may stand there. A second one would ask a second time.
		found, missed := s.find(ctx, channel, at.Thread, key)
		if missed != nil {
			return bot.Ref{}, fmt.Errorf("it is not known whether the message was posted: %w", errors.Join(err, missed))
		}
		if id, err = found, nil; id == "" {
			id, err = s.send(ctx, channel, at.Thread, m, key)
		}
	}
	if err != nil {
		return bot.Ref{}, gone(err)
	}
	s.keys.put(once, id)
	return bot.Ref{Place: at, ID: id}, nil
}

// gone marks what no retry mends.
func gone(err error) error {
	if is(err, goneCodes...) {
		return fmt.Errorf("%w: %w", bot.ErrGone, err)
	}
	return err
}

// send posts a message and returns its id. Blocks that Slack does not take are
// left out: a plain message with what to type is better than none.
func (s *Slack) send(ctx context.Context, channel, thread string, m bot.Message, key string) (string, error) {
	blocks, text := rendered(m, key)
	var ts string
	post := func(blocks []api.Block, text string) error {
		return s.call(ctx, "chat.postMessage", channel, func(ctx context.Context) (err error) {
			_, ts, err = s.api.PostMessageContext(ctx, channel, posting(thread, m, blocks, text)...)
			return err
		})
	}
	err := post(blocks, text)
	if is(err, tooMuch...) {
		s.cfg.Log.Error().Err(err).Int("blocks", len(blocks)).Msg("slack: blocks are refused; posted without most of them")
		err = post(short(m, key))
	}
	if err != nil {
		return "", err
	}
	return channel + "/" + ts, nil
}

func posting(thread string, m bot.Message, blocks []api.Block, text string) []api.MsgOption {
	opts := []api.MsgOption{
		api.MsgOptionBlocks(blocks...), api.MsgOptionText(text, false), api.MsgOptionDisableLinkUnfurl(), api.MsgOptionDisableMediaUnfurl(),
		api.MsgOptionDisableMarkdown(), // of the text, which is literal
	}
	if _, ts, ok := strings.Cut(thread, "/"); ok {
		opts = append(opts, api.MsgOptionTS(ts))
	}
	if m.About != "" { // any app in the channel can read it
		opts = append(opts, api.MsgOptionMetadata(api.SlackMetadata{EventType: "offboard", EventPayload: map[string]any{"case": m.About}}))
	}
	return opts
}

// short is a message by its summary and what can be pressed, for when Slack
// refuses all of it.
func short(m bot.Message, key string) ([]api.Block, string) {
	s := bot.Message{Summary: m.Summary, Notify: m.Notify, Parts: []bot.Part{bot.Prose{Text: bot.T(m.Summary)}}}
	for _, p := range m.Parts {
		if b, ok := p.(bot.Buttons); ok {
			s.Parts = append(s.Parts, b)
		}
	}
	return rendered(s, key)
}

// blockKey is the block_id of a message's first block.
func blockKey(key string) string { return "key:" + key }

// find looks for a message of the bot by its key: among the last two hundred
// of the place, for what was posted and then broke. It needs the scopes
// im:history, channels:history and groups:history, and reads nothing else.
func (s *Slack) find(ctx context.Context, channel, thread, key string) (id string, err error) {
	var found []api.Message
	method := "conversations.history"
	_, ts, inThread := strings.Cut(thread, "/")
	if inThread {
		method = "conversations.replies"
	}
	err = s.again(ctx, method, "", func(ctx context.Context) error {
		if inThread {
			var err error
			found, _, _, err = s.api.GetConversationRepliesContext(ctx, &api.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts, Limit: 200})
			return err
		}
		res, err := s.api.GetConversationHistoryContext(ctx, &api.GetConversationHistoryParameters{ChannelID: channel, Limit: 200})
		if err == nil {
			found = res.Messages
		}
		return err
	})
	if err != nil {
		return "", gone(err)
	}
	for _, m := range found {
		if m.BotID == s.self().botID && len(m.Blocks.BlockSet) > 0 && m.Blocks.BlockSet[0].ID() == blockKey(key) {
			return channel + "/" + m.Timestamp, nil
		}
	}
	return "", nil
}

// Edit replaces a message. Edits of one message are at least editEvery apart;
// one that waits is sent in the end.
func (s *Slack) Edit(ctx context.Context, at bot.Ref, m bot.Message) error {
	if err := m.Check(); err != nil {
		return fmt.Errorf("edit: %w", err)
	}
	channel, ts, ok := strings.Cut(at.ID, "/")
	if !ok {
		return fmt.Errorf("edit %s: %w", at.ID, bot.ErrGone)
	}
	if err := s.edits.wait(ctx, at.ID); err != nil {
		return err
	}
	m.Notify = nil // an edit notifies nobody, and must not look as if it did
	edit := func(blocks []api.Block, text string) error {
		return s.again(ctx, "chat.update", channel, func(ctx context.Context) error {
			_, _, _, err := s.api.UpdateMessageContext(ctx, channel, ts, posting("", m, blocks, text)...)
			return err
		})
	}
	err := edit(rendered(m, ""))
	if is(err, tooMuch...) {
		s.cfg.Log.Error().Err(err).Msg("slack: blocks are refused; edited without most of them")
		err = edit(short(m, ""))
	}
	return gone(err)
}

// editEvery is how often a message may change (Slack's guide for agents:
// at most once in three seconds).
const editEvery = 3 * time.Second

// edits keeps the edits of one message apart.
type edits struct {
	every time.Duration
	mu    sync.Mutex
	next  map[string]time.Time
}

func newEdits() *edits { return &edits{every: editEvery, next: map[string]time.Time{}} }

func (e *edits) wait(ctx context.Context, id string) error {
	e.mu.Lock()
	now := time.Now()
	at := e.next[id]
	if at.Before(now) {
		at = now
	}
	e.next[id] = at.Add(e.every)
	if len(e.next) > 10000 {
		for id, t := range e.next {
			if t.Before(now) {
				delete(e.next, id)
			}
		}
	}
	e.mu.Unlock()
	return pause(ctx, at.Sub(now))
}
