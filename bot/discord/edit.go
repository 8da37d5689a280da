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
// deleted instead.
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
	return d.edits.do(ctx, at.ID, func() error {
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
			return gone(err)
		case m.Hides:
			// Nobody can read it then, which was the point.
			err := d.rest.Do(ctx, http.MethodDelete, "channels/"+channel+"/messages/"+message, nil, nil)
			if err != nil && !wire.Is(err, wire.UnknownMessage) {
				return gone(err)
			}
			return nil
		}
		return fmt.Errorf("%w: %w", bot.ErrOld, err)
	})
}

// patch edits a message, in a thread that is archived after that is taken out
// of the archive.
func (d *Discord) patch(ctx context.Context, channel, message string, body wire.MessageBody) error {
	path := "channels/" + channel + "/messages/" + message
	err := d.rest.Do(ctx, http.MethodPatch, path, body, nil)
	if !wire.Is(err, wire.ThreadArchived) {
		return err
	}
	if d.rooms.reopen(ctx, channel) != nil {
		return err // it is locked too
	}
	return d.rest.Do(ctx, http.MethodPatch, path, body, nil)
}

// edits keeps the edits of one message in order and apart.
type edits struct {
	every time.Duration
	mu    sync.Mutex
	of    map[string]*edited
	last  map[string]look
}

// edited is a message that is being edited, or was a moment ago.
type edited struct {
	turn  chan struct{} // holds one token: whoever has it edits
	asked int           // the number of the last edit
	users int           // how many edits wait or go on
	until time.Time     // not before
}

// look is what somebody has to see of a message at once, as it was last sent.
type look struct {
	urgent [sha256.Size]byte
	at     time.Time
}

func newEdits() *edits {
	return &edits{every: editEvery, of: map[string]*edited{}, last: map[string]look{}}
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
