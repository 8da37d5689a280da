package slack

import (
	"context"
	"fmt"
	"time"

	"offboard/bot"
	"offboard/bot/adapter"
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
		wait := adapter.Backoff(failures)
		failures++
		s.cfg.Log.Info().Int("socket", n).Err(err).Dur("again_in", wait).Msg("slack: socket ended")
		if adapter.Pause(ctx, wait) != nil {
			return nil
		}
	}
	return nil
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
