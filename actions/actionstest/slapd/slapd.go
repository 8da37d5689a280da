// Package slapd runs a real OpenLDAP server for a test. A Server is one
// process with a folder of its own, a tree below Suffix and a root that may do
// everything; an Entry is what is put into the tree.
//
// It is for tests only, and does not look for the program: see
// actionstest.Require.
package slapd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions/actionstest/certs"
	"offboard/actions/actionstest/port"
)

// The tree, and who may do everything in it. The account BotDN may write, and
// is in the tree only when a test puts it there.
const (
	Suffix       = "dc=example,dc=com"
	RootDN       = "cn=root," + Suffix
	RootPassword = "root-password"
	BotDN        = "cn=offboard,ou=services," + Suffix
)

// Server is a real OpenLDAP server in a folder of its own.
type Server struct {
	Dir              string // has ca.pem, which signed the server's certificate, and other.pem, which did not
	Addr, SecureAddr string // host:port, without TLS and with it
	Debug            string // what it writes into its log from the next Start on, as slapd's -d has it

	path   string
	cmd    *exec.Cmd
	log    *bytes.Buffer // to be read when the server has ended
	exited chan struct{}
}

// New starts a server of its own for the test, with an empty tree. path is
// the program. It ends with the test. It does not wait for its disk.
func New(t testing.TB, path string) *Server {
	t.Helper()
	return start(t, path, configuration, "", nil)
}

// Loaded is New with this tree in it, in the form of LDIF, and with a server
// that waits for its disk, as one that is not for tests.
func Loaded(t testing.TB, path string, tree io.Reader) *Server {
	t.Helper()
	return start(t, path, strings.Replace(configuration, "olcDbNoSync: TRUE\n", "", 1), "", tree)
}

// Replica starts a server that follows the one at an address, host:port without
// TLS. Nothing can be written to it.
func Replica(t testing.TB, path, of string) *Server {
	t.Helper()
	return start(t, path, configuration, strings.ReplaceAll(follows, "$FROM", of), nil)
}

func start(t testing.TB, path, configuration, extra string, tree io.Reader) *Server {
	t.Helper()
	s := &Server{path: path, Debug: "0"}
	// slapd's sockets and files need a short path and nothing that outlives the test.
	dir, err := os.MkdirTemp("", "slapd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s.Dir = dir
	certs.Write(t, dir)
	var schema strings.Builder
	for _, name := range []string{"core", "cosine", "nis", "inetorgperson"} {
		text, err := os.ReadFile(filepath.Join(first(t, "/etc/ldap/schema", "/etc/openldap/schema"), name+".ldif"))
		if err != nil {
			t.Fatal(err)
		}
		schema.Write(text)
		schema.WriteString("\n")
	}
	config := strings.NewReplacer("$DIR", dir, "$MODULES", first(t, "/usr/lib/ldap", "/usr/lib64/openldap", "/usr/lib/openldap"), "$SCHEMA", schema.String(), "$REPLICA\n", extra).Replace(configuration)
	for _, sub := range []string{"slapd.d", "data"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s.load(t, "0", strings.NewReader(config))
	if tree != nil {
		s.load(t, "1", tree)
	}
	s.Addr, s.SecureAddr = port.Reserve(t), port.Reserve(t)
	s.Start(t)
	t.Cleanup(s.Stop)
	return s
}

// load puts LDIF into a database of the server while it is stopped. No overlay
// sees it: memberOf must be in it.
func (s *Server) load(t testing.TB, database string, ldif io.Reader) {
	t.Helper()
	add := exec.CommandContext(t.Context(), s.path, "-T", "add", "-q", "-n", database, "-F", filepath.Join(s.Dir, "slapd.d"))
	add.Stdin = ldif
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("slapadd: %v\n%s", err, out)
	}
}

func first(t testing.TB, dirs ...string) string {
	t.Helper()
	for _, d := range dirs {
		if _, err := os.Stat(d); err == nil {
			return d
		}
	}
	t.Fatalf("none of %q exists", dirs)
	return ""
}

// Start runs the server again after Stop and returns when it answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	s.log = new(bytes.Buffer)
	s.cmd = exec.CommandContext(context.Background(), s.path, "-F", filepath.Join(s.Dir, "slapd.d"), "-d", s.Debug,
		"-h", fmt.Sprintf("ldap://%s/ ldaps://%s/", s.Addr, s.SecureAddr))
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	s.exited = exited
	go func() {
		_ = s.cmd.Wait()
		close(exited)
	}()
	patience := time.After(time.Minute) // on a loaded machine it takes seconds
	for {
		conn, err := goldap.DialURL("ldap://" + s.Addr)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-exited:
			t.Fatalf("slapd ended: %s", s.log)
		case <-patience:
			t.Fatal("slapd does not answer")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Stop ends the server; what is in its tree stays.
func (s *Server) Stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	select {
	case <-s.exited:
	case <-time.After(time.Minute):
		_ = s.cmd.Process.Kill()
		<-s.exited
	}
}

// Log is what the server has said, and CPU how much of the processor it has
// used. Both are known after Stop.
func (s *Server) Log() string { return s.log.String() }

// CPU see Log.
func (s *Server) CPU() time.Duration {
	return s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime()
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
