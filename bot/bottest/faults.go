package bottest

import (
	"errors"

	"offboard/bot"
)

// errLost is what a caller gets whose message was posted all the same.
var errLost = errors.New("the answer to the post was lost")

type faults struct{ post, edit, posted fault }

// fault fails the next left calls.
type fault struct {
	left int
	err  error
}

func (f *fault) next() error {
	if f.left == 0 {
		return nil
	}
	f.left--
	return f.err
}

// FailPosts makes the next n posts fail with err, with nothing posted.
func (c *Chat) FailPosts(n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults.post = fault{n, err}
}

// FailEdits makes the next n edits fail with err, with nothing changed.
func (c *Chat) FailEdits(n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults.edit = fault{n, err}
}

// PostedButFailed makes the next n posts arrive while their caller gets an
// error, as when the connection breaks before the answer.
func (c *Chat) PostedButFailed(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults.posted = fault{n, errLost}
}

// Gone removes a message, as when a person deletes it.
func (c *Chat) Gone(ref bot.Ref) {
	defer c.signal.Notify()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.messages {
		if m.ref == ref && !m.gone {
			m.gone = true
			c.record(entry{head: c.placeName(ref.Place) + "  (removed: " + label(m.now()) + ")"})
		}
	}
}

// GoneChannel removes a channel with all that is in it.
func (c *Chat) GoneChannel(id string) {
	defer c.signal.Notify()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.channels, id)
	for _, m := range c.messages {
		if m.ref.Place.Kind == bot.Channel && m.ref.Place.ID == id {
			m.gone = true
		}
	}
	c.record(entry{head: "#" + id + "  (the channel is removed)"})
}
