package slacktest

import (
	"context"
	"fmt"
	"slices"
)

// Conns lists the connections that Slack takes for open, ghosts too, the
// oldest first.
func (s *Slack) Conns() []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.conns)
}

// Ghosts adds n registrations that nobody is behind: they count in
// num_connections and take envelopes, which are lost.
func (s *Slack) Ghosts(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.conns = append(s.conns, &Conn{ID: s.id("X"), s: s, half: true, stop: make(chan struct{})})
	}
}

// Disconnect sends a disconnect frame: "warning", which ends the connection
// after 10 s, "refresh_requested", "link_disabled" or "too_many_websockets",
// which end it at once.
func (c *Conn) Disconnect(reason string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.disconnect(reason)
}

// Cut ends the connection without a disconnect frame and without a close
// frame, as when Slack half-closes it.
func (c *Conn) Cut() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.drop(c, "cut")
}

// HalfOpen lets nothing through any more, in neither direction, while the
// connection seems open to both sides.
func (c *Conn) HalfOpen() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.half = true
}

// Pongs is how many pings the client has answered.
func (c *Conn) Pongs() int {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.pongs
}

// Closed says why the connection ended, or "".
func (c *Conn) Closed() string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.closed
}

// Ready waits until n connections are open.
func (s *Slack) Ready(ctx context.Context, n int) error {
	if err := s.Await(ctx, func() bool { return len(s.Conns()) >= n }); err != nil {
		return fmt.Errorf("%d of %d sockets are open: %w", len(s.Conns()), n, err)
	}
	return nil
}
