//go:build !linux

package slapd

import (
	"net"
	"testing"
)

// reserve is an address of this machine at which nobody listens. Nothing keeps
// it for the server.
func reserve(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
