package discord

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

const (
	// editEvery is between two edits of a message.
	editEvery = 3 * time.Second
	// oldAfter is when Discord begins to count the edits of a message (30046:
	// "edits to messages older than 1 hour"; how many it allows is nowhere said).
	oldAfter = time.Hour
	// oldEvery is between two edits of such a message that change nothing
	// which somebody could press or has to know at once.
	oldEvery = 10 * time.Minute
)

// Edit replaces a message. Edits of one message go one after another, at least
// editEvery apart; of those that wait only the last is sent. When Discord takes
// no more edits of an old message the error is bot.ErrOld; one that Hides is
// deleted instead, and is bot.ErrGone only when nobody can read it any more.
func (d *Discord) Edit(ctx context.Context, at bot.Ref, m bot.Message) error {
	if err := m.Check(); err != nil {
		return fmt.Errorf("edit: %w", err)
	}
	channel, message, ok := strings.Cut(at.ID, "/")
	if !ok {
		return fmt.Errorf("edit %s: %w", at.ID, bot.ErrGone)
	}
	m = d.typing.Message(m)
	m.Notify = nil // an edit notifies nobody, and must not look as if it did
	failed := gone
	if m.Hides {
		failed = missing
	}
	return d.edits.Do(ctx, at.ID, func() error {
		if wait := d.edits.early(at.ID, message, m); wait > 0 {
			return fmt.Errorf("%w: it is older than an hour, and Discord allows few edits of it: this small one waits %v", bot.ErrEarly, wait.Round(time.Second))
		}
		err := d.fitting(m, "", opts{as: editing, channel: at.Place.Kind == bot.Channel, replaced: d.earlier(m, at.Place.Kind)}, func(body wire.MessageBody) error {
			return d.patch(ctx, channel, message, body)
		})
		switch {
		case err == nil:
			d.edits.shown(at.ID, m)
			return nil
		case !wire.Is(err, wire.TooManyOldEdits):
			return failed(err)
		case m.Hides:
			// Nobody can read it then, which was the point.
			err := d.rest.Do(ctx, http.MethodDelete, "channels/"+channel+"/messages/"+message, nil, nil)
			if err != nil && !wire.Is(err, wire.UnknownMessage) {
				return failed(err)
			}
			return nil
		}
		return fmt.Errorf("%w: %w: %w", bot.ErrOld, bot.ErrEarly, err) // "Try again later"
	})
}

// patch edits a message.
func (d *Discord) patch(ctx context.Context, channel, message string, body wire.MessageBody) error {
	return d.rooms.opened(ctx, channel, func() error {
		return d.rest.Do(ctx, http.MethodPatch, "channels/"+channel+"/messages/"+message, body, nil)
	})
}

// edits also knows what an old message has said last.
type edits struct {
	*adapter.Edits
	mu   sync.Mutex
	last map[string]look
}

// look is what somebody has to see of a message at once, as it was last sent.
type look struct {
	urgent [sha256.Size]byte
	at     time.Time
}

func newEdits() *edits {
	return &edits{Edits: adapter.NewEdits(editEvery), last: map[string]look{}}
}

// shown keeps how a message was sent.
func (e *edits) shown(id string, m bot.Message) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.last) > 10000 { // what is dropped is sent once more than it had to be
		clear(e.last)
	}
	e.last[id] = look{urgent(m), time.Now()}
}

// early is how long the edit of an old message has to wait. What is not sent
// now is an error, so that the caller comes again with the state of then.
func (e *edits) early(id, message string, m bot.Message) time.Duration {
	made := wire.Made(message)
	if made.IsZero() || time.Since(made) < oldAfter || m.Hides {
		return 0
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	before, ok := e.last[id]
	if !ok || before.urgent != urgent(m) {
		return 0
	}
	return time.Until(before.at.Add(oldEvery))
}

// urgent is what must be true at once: the summary, the headings, and what can
// be pressed.
func urgent(m bot.Message) [sha256.Size]byte {
	what := []any{m.Summary}
	for _, p := range m.Parts {
		switch p := p.(type) {
		case bot.Heading, bot.Buttons, bot.Menu:
			what = append(what, p)
		}
	}
	b, err := json.Marshal(what)
	if err != nil {
		panic(err) // texts only
	}
	return sha256.Sum256(b)
}
