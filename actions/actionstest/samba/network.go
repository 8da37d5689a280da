//go:build linux

package samba

import (
	"context"
	"fmt"
	"io"
	"net"
	"runtime"

	"golang.org/x/sys/unix"
)

// A network is a network namespace with a loopback of its own. It lives on one
// thread of this process: what that thread starts or dials is inside, and it
// ends with it.
type network struct {
	work      chan func()
	gone      chan struct{}
	listeners []net.Listener
}

func newNetwork() (*network, error) {
	n := &network{work: make(chan func()), gone: make(chan struct{})}
	ready := make(chan error)
	go func() {
		// Never unlocked: a thread that has left its namespace serves nobody else.
		runtime.LockOSThread()
		ready <- isolate()
		for {
			select {
			case fn := <-n.work:
				fn()
			case <-n.gone:
				return
			}
		}
	}()
	if err := <-ready; err != nil {
		close(n.gone)
		return nil, fmt.Errorf("make a network for the domain controller, which needs root: %w", err)
	}
	return n, nil
}

// isolate moves this thread into a new namespace and sets its loopback up.
func isolate() error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}

// inside runs fn on the thread of the namespace.
func (n *network) inside(fn func() error) error {
	done := make(chan error, 1)
	select {
	case n.work <- func() { done <- fn() }:
		return <-done
	case <-n.gone:
		return net.ErrClosed
	}
}

// forward listens on a free port outside and passes all on to an address inside.
func (n *network) forward(to string) (string, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	n.listeners = append(n.listeners, l)
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go n.pass(in, to)
		}
	}()
	return l.Addr().String(), nil
}

func (n *network) pass(in net.Conn, to string) {
	defer func() { _ = in.Close() }()
	var out net.Conn
	err := n.inside(func() (err error) {
		// An address, not a name: no other thread looks anything up for it.
		out, err = new(net.Dialer).DialContext(context.Background(), "tcp4", to)
		return err
	})
	if err != nil {
		return
	}
	defer func() { _ = out.Close() }()
	go func() {
		_, _ = io.Copy(out, in)
		_ = out.Close()
	}()
	_, _ = io.Copy(in, out)
}

func (n *network) close() {
	for _, l := range n.listeners {
		_ = l.Close()
	}
	close(n.gone)
}
