package memnet

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// wire is an end of a pipe that holds some writes, as a TCP connection does:
// without that, two ends that answer each other's pings at the same moment
// wait for each other.
type wire struct {
	net.Conn
	out    chan []byte
	closed chan struct{}
	once   sync.Once
	peer   *wire
	ending *sync.Mutex // of both ends

	mu    sync.Mutex
	until time.Time // of writes
}

// held is how many writes a wire holds, and flush how long they have to go out
// once it is closed.
const (
	held  = 64
	flush = time.Second
)

// newWires makes both ends of a connection.
func newWires() (a, b *wire) {
	var ending sync.Mutex
	p, q := net.Pipe()
	a = &wire{Conn: p, out: make(chan []byte, held), closed: make(chan struct{}), ending: &ending}
	b = &wire{Conn: q, out: make(chan []byte, held), closed: make(chan struct{}), ending: &ending}
	a.peer, b.peer = b, a
	go a.drain()
	go b.drain()
	return a, b
}

func (w *wire) drain() {
	defer func() { _ = w.Conn.Close() }()
	for {
		var b []byte
		select {
		case b = <-w.out:
		default:
			select {
			case b = <-w.out:
			case <-w.closed:
				if len(w.out) == 0 {
					return
				}
				continue
			}
		}
		if _, err := w.Conn.Write(b); err != nil && !w.unread() {
			return
		}
	}
}

// unread reports whether the other end is closed. What is written here is lost
// then, and what that end has written before still comes.
func (w *wire) unread() bool {
	select {
	case <-w.peer.closed:
		return true
	default:
		return false
	}
}

// Write hands b over to be written.
func (w *wire) Write(b []byte) (int, error) {
	w.mu.Lock()
	until := w.until
	w.mu.Unlock()
	var late <-chan time.Time
	if !until.IsZero() {
		t := time.NewTimer(time.Until(until))
		defer t.Stop()
		late = t.C
	}
	select {
	case <-w.closed:
		return 0, io.ErrClosedPipe
	default:
	}
	select {
	case w.out <- append([]byte(nil), b...):
		return len(b), nil
	case <-w.closed:
		return 0, io.ErrClosedPipe
	case <-late:
		return 0, os.ErrDeadlineExceeded
	}
}

// Read reads what the other end has written.
func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	select {
	case <-w.closed:
		if err != nil {
			err = net.ErrClosed
		}
	default:
	}
	return n, err
}

// SetWriteDeadline is for the writes from now on.
func (w *wire) SetWriteDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.until = t
	return nil
}

// SetDeadline is for reads and writes.
func (w *wire) SetDeadline(t time.Time) error {
	_ = w.SetWriteDeadline(t)
	return w.SetReadDeadline(t)
}

// Close ends reads at once; what was written before still goes out, while the
// other end may read it. Two closed ends wait for nothing: no time passes any
// more at the end of a bubble.
func (w *wire) Close() error {
	w.once.Do(func() {
		w.ending.Lock()
		defer w.ending.Unlock()
		now := time.Now()
		_ = w.SetReadDeadline(now)
		close(w.closed)
		_ = w.peer.Conn.SetWriteDeadline(now)
		if !w.unread() {
			_ = w.Conn.SetWriteDeadline(now.Add(flush))
		}
	})
	return nil
}
