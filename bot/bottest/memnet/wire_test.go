package memnet

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// Both ends of a connection can write at the same moment, as both ends of TCP
// can, and what was written before the end still comes.
func TestWireHoldsWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, q := net.Pipe()
		a, b := newWire(p), newWire(q)
		for _, w := range []*wire{a, b} {
			if _, err := w.Write([]byte("ping")); err != nil {
				t.Fatal(err)
			}
		}
		buf := make([]byte, 4)
		for _, w := range []*wire{a, b} {
			if _, err := io.ReadFull(w, buf); err != nil || string(buf) != "ping" {
				t.Fatalf("%q, %v", buf, err)
			}
		}
		if err := a.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		var err error
		for n := 0; err == nil; n++ {
			if _, err = a.Write([]byte("x")); n > 2*held {
				t.Fatal("nobody reads, and it takes everything")
			}
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a full connection says %v", err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(b); err != nil || len(rest) < held {
			t.Errorf("%d bytes came, %v", len(rest), err)
		}
		if _, err := a.Write([]byte("x")); err == nil {
			t.Error("a closed connection takes more")
		}
		if _, err := a.Read(buf); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a closed connection says %v", err)
		}
		_ = b.Close()
	})
}
