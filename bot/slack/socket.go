package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"offboard/bot"
)

const (
	// silence is how long a socket may say nothing: Slack pings every few
	// seconds, and a half-open one looks alive for ever.
	silence = 30 * time.Second
	// pinged is how often we ping, so that a half-open socket is noticed by
	// both ends.
	pinged  = 10 * time.Second
	written = 5 * time.Second // for one frame
	// maxFrame bounds what is read: a view with all its values stays below.
	maxFrame = 1 << 20
)

// socket is an open one. Several goroutines write to it.
type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex
}

func (c *socket) close() { _ = c.conn.Close() } // what cannot be closed is closed already

func (c *socket) write(frame []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.conn.SetWriteDeadline(time.Now().Add(written)); err != nil {
		return err
	}
	return c.conn.WriteMessage(websocket.TextMessage, frame)
}

// envelope is what comes over a socket. The payload is read by what needs it:
// a part of it that nobody knows must not make a click unreadable.
type envelope struct {
	Type     string          `json:"type"`
	ID       string          `json:"envelope_id"`
	Payload  json.RawMessage `json:"payload"`
	Reason   string          `json:"reason"`
	Sockets  int             `json:"num_connections"`
	Response bool            `json:"accepts_response_payload"`
}

// connect opens a socket and reads it to its end. It reports whether Slack
// said hello, and why it ended; the error is never nil.
func (s *Slack) connect(ctx context.Context, n int, h bot.Handler) (lived bool, err error) {
	c, err := s.dial(ctx)
	if err != nil {
		return false, err
	}
	end := make(chan struct{})
	// Closing is how a read is ended. While the bot stops, that is once the
	// forms that people have sent are answered.
	stop := context.AfterFunc(ctx, func() {
		s.acks.settle()
		c.close()
	})
	leave := func() {
		stop()
		close(end)
		c.close() // Slack counts a socket that was not closed
	}
	go c.ping(end)
	lived, err = s.listen(ctx, n, c, h)
	if renewed, ok := errors.AsType[*disconnected](err); !ok || renewed.reason != "warning" {
		leave()
		return lived, err
	}
	// Slack ends it in about ten seconds. Until then it is read beside its
	// successor: answers to forms are owed on it, and clicks may still come.
	s.busy.Go(func() {
		defer leave()
		defer time.AfterFunc(silence, c.close).Stop()
		_, _ = s.listen(ctx, n, c, h) // it was to end
	})
	return lived, err
}

// dial asks for a socket and opens it.
func (s *Slack) dial(ctx context.Context) (*socket, error) {
	var url string
	if err := s.call(ctx, opening, "", func(ctx context.Context) (err error) {
		_, url, err = s.api.StartSocketModeContext(ctx)
		return err
	}); err != nil {
		return nil, fmt.Errorf("ask for a socket: %w", err)
	}
	dialer := websocket.Dialer{HandshakeTimeout: 10 * time.Second, NetDialContext: s.cfg.Dial}
	if s.cfg.Dial == nil {
		dialer.Proxy = http.ProxyFromEnvironment
	}
	conn, res, err := dialer.DialContext(ctx, url, nil)
	if res != nil && res.Body != nil {
		_ = res.Body.Close() // the handshake has been read
	}
	if err != nil {
		return nil, fmt.Errorf("open the socket: %w", withoutURL(err))
	}
	conn.SetReadLimit(maxFrame)
	alive := func(string) error { return conn.SetReadDeadline(time.Now().Add(silence)) }
	conn.SetPongHandler(alive)
	conn.SetPingHandler(func(data string) error {
		_ = conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(written)) // a dead one is noticed by the read
		return alive("")
	})
	return &socket{conn: conn}, nil
}

func (c *socket) ping(end <-chan struct{}) {
	tick := time.NewTicker(pinged)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(written)) != nil {
				c.close() // which ends the read
				return
			}
		case <-end:
			return
		}
	}
}

// listen reads until the socket ends, or Slack says that it will.
func (s *Slack) listen(ctx context.Context, n int, c *socket, h bot.Handler) (lived bool, err error) {
	for {
		if err := c.conn.SetReadDeadline(time.Now().Add(silence)); err != nil {
			return lived, err
		}
		_, b, err := c.conn.ReadMessage()
		if err != nil {
			return lived, fmt.Errorf("the socket broke: %w", withoutURL(err))
		}
		var e envelope
		switch {
		case json.Unmarshal(b, &e) != nil:
			s.cfg.Log.Warn().Int("bytes", len(b)).Msg("slack: a frame that is not JSON")
		case ctx.Err() != nil:
			// The bot stops. What is not acknowledged is not done, and whoever
			// asked is told so by Slack.
		case e.Type == "hello":
			lived = true
			s.up(n, c)
			if e.Sockets > sockets {
				// Slack still counts sockets that nobody reads, and gives them
				// a share of the clicks, which are lost.
				s.cfg.Log.Warn().Int("connections", e.Sockets).Msg("slack: more sockets are open for this app than this server needs: some clicks go elsewhere")
			}
		case e.Type == "disconnect":
			return lived, &disconnected{e.Reason}
		default:
			s.take(ctx, c, e, h)
		}
	}
}
