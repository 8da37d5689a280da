package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"

	api "github.com/slack-go/slack"

	"offboard/bot"
	"offboard/bot/adapter"
)

// goneCodes are Slack's words for a place or message that the bot can't reach
// any more: somebody has to do something before it can.
var goneCodes = []string{
	"channel_not_found", "not_in_channel", "is_archived", "is_inactive", "thread_not_found", "cannot_reply_to_message", "message_not_found", "cant_update_message",
	"user_not_found", "user_disabled", "users_not_found", "cannot_dm_bot", "user_not_visible", "messages_tab_disabled", "restricted_action", "restricted_action_read_only_channel",
}

// tooMuch are its words for blocks that it does not take, whatever the
// documented limits say. The message then goes without them.
var tooMuch = []string{"msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "msg_too_long"}

// Post sends a new message. A key that has been posted is not posted again. If
// it may have been, in this run or before a restart (bot.Message.Again), it is
// looked for first; while that can't be done, and whenever an answer of Slack's
// was lost, the error says to try later.
func (s *Slack) Post(ctx context.Context, at bot.Place, m bot.Message, key string) (bot.Ref, error) {
	if err := m.Check(); err != nil {
		return bot.Ref{}, fmt.Errorf("post: %w", err)
	}
	m = s.typing.Message(m)
	if key == "" || len(key) > bot.MaxKey {
		return bot.Ref{}, fmt.Errorf("post: key %q is %d bytes, it has to have 1 to %d", key, len(key), bot.MaxKey)
	}
	channel, err := s.rooms.of(ctx, at)
	if err != nil {
		return bot.Ref{}, err
	}
	if m, err = s.linked(ctx, m); err != nil {
		return bot.Ref{}, err
	}
	once := strings.Join([]string{key, channel, at.Thread}, " ")
	id, tried := s.keys.Get(once)
	if id == "" && (tried || m.Again) {
		if id, err = s.find(ctx, channel, at.Thread, key); err != nil {
			return bot.Ref{}, err
		}
	}
	if id == "" {
		if at.Kind == bot.Direct {
			m.Notify = nil // a direct message notifies by itself
		} else {
			m = addressed(m)
		}
		id, err = s.send(ctx, channel, at.Thread, m, key)
	}
	if unclear(err) {
		// It may stand there, or get there yet: another one would ask a second
		// time. If it is not found now, the caller tries later.
		s.keys.Put(once, "")
		found, missed := s.find(ctx, channel, at.Thread, key)
		if found == "" {
			return bot.Ref{}, fmt.Errorf("it is not known whether the message was posted: %w", errors.Join(err, missed))
		}
		id, err = found, nil
	}
	if err != nil {
		return bot.Ref{}, gone(err)
	}
	s.keys.Put(once, id)
	return bot.Ref{Place: at, ID: id}, nil
}

// linked is m with a link to the message that it replaces.
func (s *Slack) linked(ctx context.Context, m bot.Message) (bot.Message, error) {
	if m.Replaces == "" {
		return m, nil
	}
	who, err := s.self(ctx)
	channel, ts, _ := strings.Cut(m.Replaces, "/")
	return m.Linked(who.url + "archives/" + channel + "/p" + strings.ReplaceAll(ts, ".", "")), err
}

// gone marks what no retry mends.
func gone(err error) error {
	if is(err, goneCodes...) {
		return fmt.Errorf("%w: %w", bot.ErrGone, err)
	}
	return err
}

// send posts a message and returns its id.
func (s *Slack) send(ctx context.Context, channel, thread string, m bot.Message, key string) (string, error) {
	var ts string
	err := s.fitting(m, key, func(blocks []api.Block, text string) error {
		return s.call(ctx, "chat.postMessage", channel, func(ctx context.Context) (err error) {
			_, ts, err = s.api.PostMessageContext(ctx, channel, posting(thread, m, blocks, text)...)
			return err
		})
	})
	if err != nil {
		return "", err
	}
	return channel + "/" + ts, nil
}

// fitting sends a message, and less of it while Slack does not take its
// blocks: a plain message with what to type is better than none.
func (s *Slack) fitting(m bot.Message, key string, send func(blocks []api.Block, text string) error) error {
	var err error
	for _, m := range adapter.Shorter("Slack", s.cfg.Command, m) {
		blocks, text := rendered(m, key)
		if err = send(blocks, text); !is(err, tooMuch...) {
			return err
		}
		s.cfg.Log.Error().Err(err).Int("blocks", len(blocks)).Msg("slack: blocks are refused; sent with less of them")
	}
	return err
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
