package discordtest

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Conns lists the connections to the gateway that Discord takes for open and
// that have a session, the oldest first.
func (d *Discord) Conns() []*Conn {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(d.conns), func(c *Conn) bool { return c.session == nil })
}

// Sessions is how many sessions there are: connected, or waiting for a resume.
func (d *Discord) Sessions() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.listening())
}

// Identifies is when the app began sessions, in the last day.
func (d *Discord) Identifies() []time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.identified)
}

// Reconnect sends op 7: the client is to reconnect and resume.
func (c *Conn) Reconnect() {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	c.frame(reconnect())
}

// Invalidate sends op 9. When the session is not resumable it is gone, and the
// client may IDENTIFY again on the connection.
func (c *Conn) Invalidate(resumable bool) {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	c.frame(invalid(resumable))
	if !resumable && c.session != nil {
		c.d.forget(c.session)
		c.session = nil
	}
}

// AskHeartbeat sends op 1: the client is to send a heartbeat at once.
func (c *Conn) AskHeartbeat() {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	c.frame(object{"op": opHeartbeat, "s": nil, "t": nil, "d": nil})
}

// Close closes the connection with a code: 4004, 4014 ...
func (c *Conn) Close(code int, reason string) {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	c.close(code, reason)
}

// Cut ends the connection without a close frame.
func (c *Conn) Cut() {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	c.d.drop(c, "cut")
}

// HalfOpen lets nothing through any more, in neither direction, while the
// connection seems open to both sides.
func (c *Conn) HalfOpen() {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	c.half = true
}

// Zombie acknowledges no heartbeat any more; everything else goes through.
func (c *Conn) Zombie() {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	c.mute = true
}

// Heartbeats is how many the client has sent.
func (c *Conn) Heartbeats() int {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	return c.beats
}

// Closed says why the connection ended, or "".
func (c *Conn) Closed() string {
	c.d.mu.Lock()
	defer c.d.mu.Unlock()
	return c.closed
}

// Ready waits until n connections have a session.
func (d *Discord) Ready(ctx context.Context, n int) error {
	if err := d.Await(ctx, func() bool { return len(d.Conns()) >= n }); err != nil {
		return fmt.Errorf("%d of %d sessions are connected: %w", len(d.Conns()), n, err)
	}
	return nil
}
