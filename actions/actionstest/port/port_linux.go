// Package port finds addresses for the real servers that tests run.
package port

import (
	"fmt"
	"testing"

	"golang.org/x/sys/unix"
)

// Reserve is an address of this machine that is the server's until the test
// ends, also while the server is stopped: a socket is bound to it and does not
// listen. With SO_REUSEADDR, which servers set too, Linux lets another socket
// listen there, gives the port to nobody who asks for any, and refuses
// connections while nobody listens. A port that was only seen to be free is
// taken by a test beside this one before the server has it.
func Reserve(t testing.TB) string {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		t.Fatal(err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	at, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", at.(*unix.SockaddrInet4).Port)
}
