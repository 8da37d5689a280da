package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// maxSocket is the longest path that a socket can have on all systems
// (sun_path of macOS, with its final zero; Linux has four bytes more).
const maxSocket = 103

// listenControl makes the control socket. One that a killed server has left is
// replaced; one that is in use is not.
func listenControl(ctx context.Context, path string) (net.Listener, error) {
	if len(path) > maxSocket {
		return nil, fmt.Errorf("the path of the control socket has %d characters, more than the %d that a socket can have: set socket: to a shorter one (%s)", len(path), maxSocket, path)
	}
	if err := clear(ctx, path); err != nil {
		return nil, err
	}
	lc := net.ListenConfig{Control: ownerOnly}
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("make the control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("make the control socket: %w", err), l.Close())
	}
	return peers{l}, nil
}

// clear removes a socket that nobody listens at.
func clear(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("make the control socket: %w", err)
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("make the control socket: %s is something else: remove it, or set socket: to another path", path)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err == nil {
		return errors.Join(fmt.Errorf("another server listens at %s: stop it, or set socket: to another path", path), conn.Close())
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("make the control socket: %w", err)
	}
	return os.Remove(path)
}

// peers lets in whoever runs the server, and root. The socket's mode says the
// same, but modes can be changed.
type peers struct{ net.Listener }

// Accept waits for the next connection of somebody who may.
func (p peers) Accept() (net.Conn, error) {
	for {
		conn, err := p.Listener.Accept()
		if err != nil {
			return nil, err
		}
		uid, err := peerUID(conn)
		if err == nil && (uid == os.Getuid() || uid == 0) {
			return peerConn{conn, userName(uid)}, nil
		}
		_ = conn.Close()
	}
}

// peerConn is a connection that knows whose it is. net/http hands the remote
// address on, so that this is where the user's name is put.
type peerConn struct {
	net.Conn
	user string
}

// RemoteAddr is the user at the other end.
func (c peerConn) RemoteAddr() net.Addr { return userAddr(c.user) }

type userAddr string

func (userAddr) Network() string  { return "unix" }
func (a userAddr) String() string { return string(a) }

// userName is what the operating system calls a user.
func userName(uid int) string {
	id := strconv.Itoa(uid)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "uid-" + id
}

// operator is the user that this process runs as.
func operator() string { return userName(os.Getuid()) }
