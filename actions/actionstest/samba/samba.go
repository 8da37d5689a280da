//go:build linux

// Package samba runs a real Active Directory domain controller, that of Samba,
// for a test. A Server is one process with a copy of a domain that was made
// once, in a network of its own, because its ports cannot be chosen.
//
// It is for tests only, needs root, and does not look for the program: see
// actionstest.Require.
package samba

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions/actionstest/certs"
)

// The domain, and who may do everything in it.
const (
	Suffix        = "DC=ad,DC=example,DC=com"
	AdminDN       = "CN=Administrator,CN=Users," + Suffix
	AdminPassword = "Adm1n-Passw0rd"
	// ServerName is a name in the server's certificate.
	ServerName = "directory.example.com"
)

// Server is a domain controller in a folder of its own.
type Server struct {
	Dir              string // has ca.pem, which signed the server's certificate
	Addr, SecureAddr string // host:port, without TLS and with it

	program string
	net     *network
	cmd     *exec.Cmd
	exited  chan struct{}
}

var golden struct {
	once sync.Once
	dir  string
	err  error
}

// Forget removes the domain that the servers of this process were copies of.
// It is for TestMain.
func Forget() {
	if golden.dir != "" {
		_ = os.RemoveAll(golden.dir)
	}
}

// New starts a server of its own for the test. path is the program samba. It
// ends with the test.
func New(t testing.TB, path string) *Server {
	t.Helper()
	if os.Geteuid() != 0 {
		if os.Getenv("OFFBOARD_TEST_REQUIRE") == "all" {
			t.Fatal("a Samba domain controller needs root, and OFFBOARD_TEST_REQUIRE=all")
		}
		t.Skip("a Samba domain controller needs root")
	}
	golden.once.Do(func() { golden.dir, golden.err = provision() })
	if golden.err != nil {
		t.Fatal(golden.err)
	}
	s := place(t, path)
	s.fill(t, golden.dir)
	certs.Write(t, s.Dir)
	s.start(t)
	t.Cleanup(s.stop)
	return s
}

// Copy starts a second domain controller with what this one has now, which stands
// for one that gets no news until CatchUp. Connections to this one end.
func (s *Server) Copy(t testing.TB) *Server {
	t.Helper()
	other := place(t, s.program)
	s.stop()
	other.fill(t, s.Dir)
	s.start(t)
	other.start(t)
	t.Cleanup(other.stop)
	return other
}

// CatchUp gives a copy what the other has now. Connections to both end.
func (s *Server) CatchUp(t testing.TB, with *Server) {
	t.Helper()
	s.stop()
	with.stop()
	if err := os.RemoveAll(filepath.Join(s.Dir, "private")); err != nil {
		t.Fatal(err)
	}
	s.fill(t, with.Dir)
	with.start(t)
	s.start(t)
}

// place is a server with a folder and a network, and nothing in them.
func place(t testing.TB, path string) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "samba") // sockets need a short path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &Server{Dir: dir, program: path}
	if s.net, err = newNetwork(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.net.close)
	if s.Addr, err = s.net.forward("127.0.0.1:389"); err != nil {
		t.Fatal(err)
	}
	if s.SecureAddr, err = s.net.forward("127.0.0.1:636"); err != nil {
		t.Fatal(err)
	}
	return s
}

// fill copies a domain that no server uses now. cp keeps the access lists and
// extended attributes that it has.
func (s *Server) fill(t testing.TB, from string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", from+"/.", s.Dir).CombinedOutput(); err != nil {
		t.Fatalf("copy the domain: %v\n%s", err, out)
	}
	if err := configure(s.Dir); err != nil {
		t.Fatal(err)
	}
}

// provision makes the domain, about 4 seconds of work.
func provision() (string, error) {
	dir, err := os.MkdirTemp("", "samba")
	if err != nil {
		return "", err
	}
	none := filepath.Join(dir, "empty.conf")
	if err := errors.Join(os.WriteFile(none, []byte("[global]\n"), 0o600), configure(dir)); err != nil {
		return dir, err
	}
	out, err := exec.CommandContext(context.Background(), "samba-tool", "domain", "provision",
		"--targetdir="+dir, "--configfile="+none, "--realm=AD.EXAMPLE.COM", "--domain=EXAMPLE", "--server-role=dc",
		"--dns-backend=NONE", "--host-name=dc1", "--host-ip=127.0.0.1", "--adminpass="+AdminPassword).CombinedOutput()
	if err != nil {
		return dir, fmt.Errorf("make the domain: %w\n%s", err, out)
	}
	for _, sub := range []string{"cache", "lock", "run", "ncalrpc", "winbindd", "ntp"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return dir, err
		}
	}
	return dir, nil
}

func configure(dir string) error {
	return os.WriteFile(filepath.Join(dir, "smb.conf"), []byte(strings.ReplaceAll(configuration, "$DIR", dir)), 0o600)
}

// start runs the server and returns when it answers.
func (s *Server) start(t testing.TB) {
	t.Helper()
	var log bytes.Buffer
	s.cmd = exec.CommandContext(context.Background(), s.program, "-i", "-M", "single", "-s", filepath.Join(s.Dir, "smb.conf"))
	s.cmd.Stdout, s.cmd.Stderr = &log, &log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := s.net.inside(s.cmd.Start); err != nil {
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
		conn, err := s.Admin()
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-exited:
			t.Fatalf("samba ended: %s", log.String())
		case <-patience:
			t.Fatalf("samba does not answer: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *Server) stop() {
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(10 * time.Second):
	}
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	<-s.exited
}

// Admin is a connection that may do everything.
func (s *Server) Admin() (*goldap.Conn, error) {
	conn, err := s.Dial()
	if err != nil {
		return nil, err
	}
	if err := conn.Bind(AdminDN, AdminPassword); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// Allow adds entries, in SDDL, to the access list of an object.
func (s *Server) Allow(t testing.TB, dn, sddl string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "samba-tool", "dsacl", "set", "-s", filepath.Join(s.Dir, "smb.conf"),
		"-H", filepath.Join(s.Dir, "private", "sam.ldb"), "--objectdn="+dn, "--action=allow", "--sddl="+sddl).CombinedOutput()
	if err != nil {
		t.Fatalf("allow on %s: %v\n%s", dn, err, out)
	}
}

// Dial is an encrypted connection that nobody has signed in to.
func (s *Server) Dial() (*goldap.Conn, error) {
	pem, err := os.ReadFile(filepath.Join(s.Dir, "ca.pem"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return goldap.DialURL("ldaps://"+s.SecureAddr, goldap.DialWithTLSConfig(&tls.Config{RootCAs: roots, ServerName: ServerName, MinVersion: tls.VersionTLS12}))
}
