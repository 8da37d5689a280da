package slack

import (
	"context"
	"fmt"
	"strings"
	"sync"
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
	return s.edits.do(ctx, at.ID, func() error {
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

// edits keeps the edits of one message in order and apart.
type edits struct {
	every time.Duration
	mu    sync.Mutex
	of    map[string]*edited
}

// edited is a message that is being edited, or was a moment ago.
type edited struct {
	turn  chan struct{} // holds one token: whoever has it edits
	asked int           // the number of the last edit
	users int           // how many edits wait or go on
	until time.Time     // not before
}

func newEdits() *edits { return &edits{every: editEvery, of: map[string]*edited{}} }

// do edits when it is this one's turn. If a newer one has been asked for by
// then it does nothing: that one has the final state.
func (e *edits) do(ctx context.Context, id string, edit func() error) error {
	e.mu.Lock()
	m := e.of[id]
	if m == nil {
		m = &edited{turn: make(chan struct{}, 1)}
		m.turn <- struct{}{}
		e.of[id] = m
	}
	m.asked++
	m.users++
	mine := m.asked
	e.mu.Unlock()
	defer e.leave(id, m)

	select {
	case <-m.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { m.turn <- struct{}{} }()
	if err := pause(ctx, time.Until(m.until)); err != nil {
		return err
	}
	e.mu.Lock()
	newer := m.asked > mine
	e.mu.Unlock()
	if newer {
		return nil
	}
	err := edit()
	m.until = time.Now().Add(e.every)
	return err
}

// leave forgets a message a while after its last edit.
func (e *edits) leave(id string, m *edited) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m.users--
	time.AfterFunc(e.every, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if m.users == 0 && e.of[id] == m && !time.Now().Before(m.until) {
			delete(e.of, id)
		}
	})
}
