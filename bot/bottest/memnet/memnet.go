// Package memnet is a network in memory, so that a server and its clients can
// be in one synctest bubble: a Listener, and connections that are pipes with a
// little room in them. The fakes of the chat platforms share it.
package memnet

import (
	"context"
	"net"
	"sync"
)

// Listener is a listener that only its own Dial reaches.
type Listener struct {
	host     string
	incoming chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

// Listen makes a listener whose address is said to be host.
func Listen(host string) *Listener {
	return &Listener{host: host, incoming: make(chan net.Conn), closed: make(chan struct{})}
}

// Dial connects to the listener. It fails once the listener is closed, or with
// the cause when ctx is done.
func (l *Listener) Dial(ctx context.Context) (net.Conn, error) {
	a, b := net.Pipe()
	client, server := newWire(a), newWire(b)
	var err error
	select {
	case l.incoming <- server:
		return client, nil
	case <-l.closed:
		err = net.ErrClosed
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	_, _ = client.Close(), server.Close() // nobody has used them
	return nil, err
}

// Accept waits for the next Dial.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.incoming:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and Dial, and leaves the connections alone.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is the host of Listen.
func (l *Listener) Addr() net.Addr { return addr(l.host) }

type addr string

func (addr) Network() string  { return "pipe" }
func (a addr) String() string { return string(a) }
