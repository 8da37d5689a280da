// Package dirsrv runs a real 389 Directory Server for a test. A Server is one
// process with a folder of its own, a tree below Suffix and a root that may do
// everything. The plugins for memberOf, referential integrity, update numbers
// and the last sign-in are on.
//
// It is for tests only, and does not look for the program: see
// actionstest.Require.
package dirsrv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions/actionstest/port"
)

// The tree, and who may do everything in it.
const (
	Suffix       = "dc=example,dc=com"
	RootDN       = "cn=Directory Manager"
	RootPassword = "root-password"
)

// Server is a 389 Directory Server in a folder of its own.
type Server struct {
	Addr string // host:port, without TLS
}

// New starts a server for the test, with nothing in its tree but the suffix.
// path is the program ns-slapd. It takes about a second, and ends with the test.
func New(t testing.TB, path string) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "dirsrv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &Server{Addr: port.Reserve(t)}
	host, number, err := net.SplitHostPort(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := configure(dir, host, number); err != nil {
		t.Fatal(err)
	}
	s.start(t, path, dir)
	if err := s.grow(); err != nil {
		t.Fatal(err)
	}
	return s
}

// start runs the server and returns when it answers.
func (s *Server) start(t testing.TB, path, dir string) {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.CommandContext(context.Background(), path, "-D", dir, "-i", filepath.Join(dir, "run", "pid"), "-d", "0")
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // nothing of it is kept, and a proper end takes seconds
		<-exited
	})
	patience := time.After(time.Minute) // on a loaded machine it takes seconds
	for {
		conn, err := s.Root()
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-exited:
			t.Fatalf("ns-slapd ended: %s", log.String())
		case <-patience:
			t.Fatalf("ns-slapd does not answer: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// grow makes the database of the suffix, and its first entry.
func (s *Server) grow() error {
	conn, err := s.Root()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	for _, e := range []struct {
		dn      string
		classes []string
		attrs   map[string]string
	}{
		{"cn=userRoot,cn=ldbm database,cn=plugins,cn=config", []string{"extensibleObject", "nsBackendInstance"}, map[string]string{"nsslapd-suffix": Suffix}},
		{`cn=dc\3Dexample\2Cdc\3Dcom,cn=mapping tree,cn=config`, []string{"extensibleObject", "nsMappingTree"}, map[string]string{"nsslapd-state": "backend", "nsslapd-backend": "userRoot"}},
		{Suffix, []string{"domain"}, nil},
	} {
		req := goldap.NewAddRequest(e.dn, nil)
		req.Attribute("objectClass", e.classes)
		for name, value := range e.attrs {
			req.Attribute(name, []string{value})
		}
		if err := conn.Add(req); err != nil {
			return fmt.Errorf("add %s: %w", e.dn, err)
		}
	}
	return nil
}

// Root is a connection that may do everything.
func (s *Server) Root() (*goldap.Conn, error) {
	conn, err := goldap.DialURL("ldap://" + s.Addr)
	if err != nil {
		return nil, err
	}
	if err := conn.Bind(RootDN, RootPassword); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
