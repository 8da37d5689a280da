//go:build !linux

// Package port finds addresses for the real servers that tests run.
package port

import (
	"net"
	"testing"
)

// Reserve is an address of this machine at which nobody listens. Nothing keeps
// it for the server.
func Reserve(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
