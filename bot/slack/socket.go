package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
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
	// maxAck is where Slack drops an acknowledgement without a word; measured
	// by the authors of slack-go (socketmode.maxResponseSize).
	maxAck = 20480
)

// link is one of the sockets, as last seen.
type link struct {
	up  bool
	why string // it is not
}

// note keeps why a socket is not open.
func (s *Slack) note(n int, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links[n] = link{up: why == "", why: why}
}

// stay keeps the nth socket open until ctx is done. Whatever ended one, the
// next is tried after a while that grows, in every case.
func (s *Slack) stay(ctx context.Context, n int, h bot.Handler) error {
	failures := 0
	for ctx.Err() == nil {
		opened := time.Now()
		lived, err := s.connect(ctx, n, h)
		if ctx.Err() != nil {
			return nil
		}
		s.note(n, err.Error())
		if fatal(err) {
			return fmt.Errorf("slack refuses the app token: %w; see offboard check", err)
		}
		if lived && time.Since(opened) > time.Minute {
			failures = 0
		}
		wait := backoff(failures)
		var end *disconnected
		if errors.As(err, &end) {
			wait = max(wait, end.wait())
		}
		failures++
		s.cfg.Log.Info().Int("socket", n).Err(err).Dur("again_in", wait).Msg("slack: socket ended")
		if pause(ctx, wait) != nil {
			return nil
		}
	}
	return nil
}

// backoff is how long to wait after so many failures in a row: at first at
// once, at most two minutes, with jitter so that many servers don't come
// together.
func backoff(failures int) time.Duration {
	if failures == 0 {
		return time.Duration(rand.Int64N(int64(300 * time.Millisecond)))
	}
	d := min(2*time.Minute, time.Second<<min(failures-1, 10))
	return d/2 + time.Duration(rand.Int64N(int64(d)/2+1))
}

// disconnected is Slack's own end of a socket, with its reason.
type disconnected struct{ reason string }

// Error says what the reason means.
func (d *disconnected) Error() string {
	switch d.reason {
	case "link_disabled":
		return "Socket Mode is switched off in the app's settings (link_disabled): switch it on"
	case "too_many_websockets":
		return "too many sockets are open for this app (too_many_websockets): does another Offboard use the same app token?"
	case "warning", "refresh_requested":
		return "Slack renews the socket (" + d.reason + ")"
	}
	return "Slack ended the socket (" + d.reason + ")"
}

// wait is the least time after which another socket makes sense.
func (d *disconnected) wait() time.Duration {
	switch d.reason {
	case "link_disabled", "too_many_websockets":
		return 30*time.Second + time.Duration(rand.Int64N(int64(30*time.Second)))
	}
	return 0
}

// socket is an open one. Several goroutines write to it.
type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex
}

func (c *socket) write(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.conn.SetWriteDeadline(time.Now().Add(written)); err != nil {
		return err
	}
	return c.conn.WriteMessage(websocket.TextMessage, b)
}

// envelope is what comes over a socket. The payload is read by what needs it:
// a part of it that nobody knows must not make a click unreadable.
type envelope struct {
	Type     string          `json:"type"`
	ID       string          `json:"envelope_id"`
	Payload  json.RawMessage `json:"payload"`
	Reason   string          `json:"reason"`
	Sockets  int             `json:"num_connections"`
	Attempt  int             `json:"retry_attempt"`
	Why      string          `json:"retry_reason"`
	Response bool            `json:"accepts_response_payload"`
}

// connect opens a socket and reads it to its end. It reports whether Slack
// said hello, and why it ended; the error is never nil.
func (s *Slack) connect(ctx context.Context, n int, h bot.Handler) (lived bool, err error) {
	if err := s.calls.openings.wait(ctx); err != nil {
		return false, err
	}
	var url string
	if err := s.call(ctx, "apps.connections.open", "", func(ctx context.Context) (err error) {
		_, url, err = s.api.StartSocketModeContext(ctx)
		return err
	}); err != nil {
		return false, fmt.Errorf("ask for a socket: %w", err)
	}
	dialer := websocket.Dialer{HandshakeTimeout: 10 * time.Second, Proxy: http.ProxyFromEnvironment, NetDialContext: s.cfg.Dial}
	conn, res, err := dialer.DialContext(ctx, url, nil)
	if res != nil && res.Body != nil {
		_ = res.Body.Close() // the handshake has been read
	}
	if err != nil {
		return false, fmt.Errorf("open the socket: %w", withoutURL(err))
	}
	c := &socket{conn: conn}
	conn.SetReadLimit(maxFrame)
	end := make(chan struct{})
	defer close(end)
	// Closing is how a read is ended; Slack counts a socket that was not closed.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer func() {
		stop()
		_ = conn.Close()
	}()
	alive := func(string) error { return conn.SetReadDeadline(time.Now().Add(silence)) }
	conn.SetPongHandler(alive)
	conn.SetPingHandler(func(data string) error {
		_ = conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(written)) // a dead one is noticed by the read
		return alive("")
	})
	go c.ping(end)
	return s.listen(ctx, n, c, h)
}

func (c *socket) ping(end <-chan struct{}) {
	tick := time.NewTicker(pinged)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(written)) != nil {
				_ = c.conn.Close() // which ends the read
				return
			}
		case <-end:
			return
		}
	}
}

// listen reads until the socket ends.
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
		if json.Unmarshal(b, &e) != nil {
			s.cfg.Log.Warn().Int("bytes", len(b)).Msg("slack: a frame that is not JSON")
			continue
		}
		switch e.Type {
		case "hello":
			lived = true
			s.note(n, "")
			if e.Sockets > sockets {
				// Slack still counts sockets that nobody reads, and gives them
				// a share of the clicks, which are lost.
				s.cfg.Log.Warn().Int("connections", e.Sockets).Msg("slack: more sockets are open for this app than this server has: some clicks go elsewhere")
			}
		case "disconnect":
			return lived, &disconnected{e.Reason}
		default:
			s.take(ctx, c, e, h)
		}
	}
}
