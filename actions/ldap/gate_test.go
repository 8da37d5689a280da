package ldap_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
)

// gate stands before a server and lets nothing through when it is told so.
type gate struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	down  bool
	open  chan struct{} // closed while answers pass
	conns map[net.Conn]bool
	gone  chan struct{}
}

func newGate(t testing.TB, target string) *gate {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener: l, target: target, open: make(chan struct{}), conns: map[net.Conn]bool{}, gone: make(chan struct{})}
	close(g.open)
	go g.accept()
	t.Cleanup(func() {
		close(g.gone)
		_ = l.Close()
		g.Down(true)
	})
	return g
}

func (g *gate) addr() string { return g.listener.Addr().String() }

func (g *gate) accept() {
	for {
		in, err := g.listener.Accept()
		if err != nil {
			return
		}
		g.mu.Lock()
		down := g.down
		g.mu.Unlock()
		if down {
			_ = in.Close()
			continue
		}
		out, err := new(net.Dialer).DialContext(context.Background(), "tcp", g.target)
		if err != nil {
			_ = in.Close()
			continue
		}
		g.mu.Lock()
		g.conns[in], g.conns[out] = true, true
		g.mu.Unlock()
		go g.pass(out, in)
		go g.pass(in, out)
	}
}

func (g *gate) pass(to, from net.Conn) {
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		g.mu.Lock()
		open := g.open
		g.mu.Unlock()
		select {
		case <-open:
		case <-g.gone:
		}
		if n > 0 {
			if _, werr := to.Write(buf[:n]); werr != nil {
				err = werr
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				_ = from.Close()
			}
			_ = to.Close()
			g.mu.Lock()
			delete(g.conns, from)
			g.mu.Unlock()
			return
		}
	}
}

func (g *gate) Down(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = on
	if on {
		for c := range g.conns {
			_ = c.Close()
		}
	}
}

func (g *gate) Hang(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
		if on {
			g.open = make(chan struct{})
		}
	default:
		if !on {
			close(g.open)
		}
	}
}
