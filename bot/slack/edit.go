package slack

import (
	"context"
	"fmt"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"offboard/bot"
)

// editEvery is how often a message may change (Slack's guide for agents:
// at most once in three seconds).
const editEvery = 3 * time.Second

// Edit replaces a message. Edits of one message go one after another, at least
// editEvery apart; of those that wait only the last is sent.
func (s *Slack) Edit(ctx context.Context, at bot.Ref, m bot.Message) error {
	if err := m.Check(); err != nil {
		return fmt.Errorf("edit: %w", err)
	}
	channel, ts, ok := strings.Cut(at.ID, "/")
	if !ok {
		return fmt.Errorf("edit %s: %w", at.ID, bot.ErrGone)
	}
	m = s.typing.Message(m)
	m.Notify = nil // an edit notifies nobody, and must not look as if it did
	m, err := s.linked(ctx, m)
	if err != nil {
		return err
	}
	return s.edits.Do(ctx, at.ID, func() error {
		err := s.fitting(m, "", func(blocks []api.Block, text string) error {
			return s.again(ctx, "chat.update", channel, func(ctx context.Context) error {
				_, _, _, err := s.api.UpdateMessageContext(ctx, channel, ts, posting("", m, blocks, text)...)
				return err
			})
		})
		switch {
		case !is(err, "edit_window_closed"): // by the workspace's policy
			return gone(err)
		case !m.Hides:
			return fmt.Errorf("edit %s: %w", at.ID, bot.ErrOld)
		}
		return gone(s.again(ctx, "chat.delete", channel, func(ctx context.Context) error {
			_, _, err := s.api.DeleteMessageContext(ctx, channel, ts)
			return err
		}))
	})
}
