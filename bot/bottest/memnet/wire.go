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

	mu    sync.Mutex
	until time.Time // of writes
}

// held is how many writes a wire holds, and flush how long they have to go out
// once it is closed.
const (
	held  = 64
	flush = time.Second
)

func newWire(c net.Conn) *wire {
	w := &wire{Conn: c, out: make(chan []byte, held), closed: make(chan struct{})}
	go w.drain()
	return w
}

func (w *wire) drain() {
	defer func() { _ = w.Conn.Close() }()
	for {
		select {
		case b := <-w.out:
			if _, err := w.Conn.Write(b); err != nil {
				return
			}
			continue
		default:
		}
		select {
		case b := <-w.out:
			if _, err := w.Conn.Write(b); err != nil {
				return
			}
		case <-w.closed:
			if len(w.out) == 0 {
				return
			}
		}
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

// Close ends reads at once; what was written before still goes out.
func (w *wire) Close() error {
	w.once.Do(func() {
		now := time.Now()
		_ = w.SetReadDeadline(now)
		_ = w.Conn.SetWriteDeadline(now.Add(flush))
		close(w.closed)
	})
	return nil
}
