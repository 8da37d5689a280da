package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// silence is how long a connection may say nothing. Discord answers every
	// heartbeat, which discordgo sends every 41 seconds; the library itself
	// waits for five of them.
	silence = 60 * time.Second
	written = 5 * time.Second // for one frame
	// large and larges stop discordgo from using up the 1,000 sessions of a day:
	// it answers an invalid session with a new one at once, again and again. A
	// heartbeat is smaller, below TLS too; a handshake through a proxy, a resume
	// and one new session are as many.
	large  = 100 // bytes
	larges = 7   // a minute
)

// line gives discordgo connections that can be ended from outside.
type line struct {
	ctx  context.Context // of Run
	dial func(ctx context.Context, network, addr string) (net.Conn, error)

	mu   sync.Mutex
	last *conn
}

func (l *line) current() *conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *line) dialer() *websocket.Dialer {
	dial := l.dial
	d := &websocket.Dialer{HandshakeTimeout: 10 * time.Second}
	if dial == nil {
		dial = (&net.Dialer{Timeout: 10 * time.Second}).DialContext
		d.Proxy = http.ProxyFromEnvironment
	}
	d.NetDialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(l.ctx, cancel)()
		inner, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		c := &conn{Conn: inner, closed: make(chan struct{})}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.last = c
		return c, nil
	}
	return d
}

// conn is a connection that ends when nothing comes any more, or when too much
// is sent.
type conn struct {
	net.Conn
	closed chan struct{} // discordgo has given it up
	once   sync.Once

	mu   sync.Mutex
	why  error       // it broke, or was cut
	sent []time.Time // large frames, in the last minute
}

// cut breaks the connection for discordgo, which then gives it up. Nothing is
// sent any more, so that Discord keeps the session: a close frame would end it.
func (c *conn) cut(why error) {
	c.broke(why)
	_ = c.Conn.Close() // what cannot be closed is closed already
}

func (c *conn) broke(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why == nil {
		c.why = why
	}
}

// reason is why it ended.
func (c *conn) reason() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why == nil {
		return errors.New("discord renews it") // it told discordgo so
	}
	return c.why
}

func (c *conn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(silence)); err != nil {
		c.broke(err)
		return 0, err
	}
	n, err := c.Conn.Read(b)
	if err != nil {
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			err = fmt.Errorf("nothing came for %v", silence)
		}
		c.broke(err)
	}
	return n, err
}

func (c *conn) Write(b []byte) (int, error) {
	now := time.Now()
	if why := c.sending(len(b), now); why != nil {
		// A read waits for what will not come. It ends a moment later, because
		// discordgo keeps a lock while it closes that its first heartbeat needs.
		time.AfterFunc(time.Second, func() { c.cut(why) })
		return 0, why
	}
	if err := c.SetWriteDeadline(now.Add(written)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// sending says why so many bytes are not sent.
func (c *conn) sending(n int, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n < large || c.why != nil {
		return c.why
	}
	for len(c.sent) > 0 && now.Sub(c.sent[0]) > time.Minute {
		c.sent = c.sent[1:]
	}
	if c.sent = append(c.sent, now); len(c.sent) > larges {
		c.why = errInvalid
	}
	return c.why
}

// errInvalid ends a connection on which Discord takes no session.
var errInvalid = errors.New("discord refuses the session again and again")

func (c *conn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { close(c.closed) })
	return err
}

// plainError takes out of an error the address that was called.
func plainError(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return err
}
