package slack

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"offboard/bot"
)

// link is one of the sockets, as last seen.
type link struct {
	socket *socket // nil while none is open
	why    string  // none is
}

func (s *Slack) up(n int, c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links[n] = link{socket: c}
}

// down keeps why a socket is not open.
func (s *Slack) down(n int, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links[n] = link{why: why}
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
		s.down(n, err.Error())
		if fatal(err) {
			return fmt.Errorf("slack refuses the app token: %w; see offboard check", err)
		}
		if lived && time.Since(opened) > time.Minute {
			failures = 0
		}
		wait := backoff(failures)
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
