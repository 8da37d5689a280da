package slacktest

import (
	"context"
	"net"
	"sync"
)

// memory is a listener whose connections are pipes, so that a client and this
// Slack can be in one synctest bubble. They have room for what nobody has read
// yet, as a network has: else two ends that ping each other at the same moment
// would wait for each other.
type memory struct {
	incoming chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func newMemory() *memory {
	return &memory{incoming: make(chan net.Conn), closed: make(chan struct{})}
}

func (m *memory) dial(ctx context.Context) (net.Conn, error) {
	client, near := net.Pipe()
	far, server := net.Pipe()
	go pump(near, far)
	go pump(far, near)
	select {
	case m.incoming <- server:
		return client, nil
	case <-m.closed:
	case <-ctx.Done():
	}
	_, _ = client.Close(), server.Close()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return nil, net.ErrClosed
}

// pump carries what is written to one pipe to the other, and its end after it.
func pump(from, to net.Conn) {
	const room = 1024 // writes that nobody has read
	written := make(chan []byte, room)
	broken := make(chan struct{})
	go func() {
		defer close(broken)
		defer func() { _, _ = to.Close(), from.Close() }()
		for b := range written {
			if _, err := to.Write(b); err != nil {
				return
			}
		}
	}()
	defer close(written)
	for {
		b := make([]byte, 4096)
		n, err := from.Read(b)
		if n > 0 {
			select {
			case written <- b[:n]:
			case <-broken:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.incoming:
		return c, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}

func (m *memory) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "slack.test:80" }
