package ldap_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions/actionstest"
)

const (
	suffix       = "dc=example,dc=com"
	rootDN       = "cn=root," + suffix
	rootPassword = "root-password"
)

// slapd is a real OpenLDAP server in a folder of its own.
type slapd struct {
	dir, path        string
	addr, secureAddr string
	cmd              *exec.Cmd
	exited           chan struct{}
}

const slapdConfig = `dn: cn=config
objectClass: olcGlobal
cn: config
olcTLSCACertificateFile: $DIR/ca.pem
olcTLSCertificateFile: $DIR/server.pem
olcTLSCertificateKeyFile: $DIR/server.key

dn: cn=module,cn=config
objectClass: olcModuleList
cn: module
olcModulePath: $MODULES
olcModuleLoad: back_mdb.la
olcModuleLoad: memberof.la
olcModuleLoad: refint.la
olcModuleLoad: ppolicy.la

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

$SCHEMA

dn: olcDatabase={-1}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {-1}frontend
olcSizeLimit: 500

dn: olcDatabase={0}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {0}config
olcRootDN: cn=config
olcRootPW: config-password

dn: olcDatabase={1}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {1}mdb
olcSuffix: dc=example,dc=com
olcRootDN: cn=root,dc=example,dc=com
olcRootPW: root-password
olcDbDirectory: $DIR/data
olcDbMaxSize: 268435456
olcDbNoSync: TRUE
olcDbIndex: objectClass eq
olcDbIndex: entryUUID eq
olcDbIndex: uid eq,sub
olcDbIndex: member eq
olcDbIndex: employeeNumber eq
olcAccess: to attrs=userPassword by dn.exact="cn=offboard,ou=services,dc=example,dc=com" write by anonymous auth by self write by * none
olcAccess: to * by dn.exact="cn=offboard,ou=services,dc=example,dc=com" write by users read by * none
olcLimits: dn.exact="cn=offboard,ou=services,dc=example,dc=com" size.soft=500 size.hard=2000 size.pr=500 size.prtotal=unlimited

dn: olcOverlay=memberof,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcMemberOfConfig
olcOverlay: memberof
olcMemberOfRefInt: TRUE
olcMemberOfDangling: ignore

dn: olcOverlay=refint,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcRefintConfig
olcOverlay: refint
olcRefintAttribute: member
olcRefintAttribute: manager
olcRefintAttribute: owner
olcRefintNothing: cn=nobody,ou=services,dc=example,dc=com

dn: olcOverlay=ppolicy,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: ppolicy
olcPPolicyDefault: cn=default,ou=policies,dc=example,dc=com
olcPPolicyUseLockout: TRUE
olcPPolicyHashCleartext: TRUE
`

// startSlapd starts a server of its own for the test, with an empty tree.
func startSlapd(t testing.TB) *slapd {
	t.Helper()
	s := &slapd{path: actionstest.Require(t, "slapd")}
	// slapd's sockets and files need a short path and nothing that outlives the test.
	dir, err := os.MkdirTemp("", "slapd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s.dir = dir
	writeCertificates(t, dir)
	var schema strings.Builder
	for _, name := range []string{"core", "cosine", "nis", "inetorgperson"} {
		text, err := os.ReadFile(filepath.Join(first(t, "/etc/ldap/schema", "/etc/openldap/schema"), name+".ldif"))
		if err != nil {
			t.Fatal(err)
		}
		schema.Write(text)
		schema.WriteString("\n")
	}
	config := strings.NewReplacer("$DIR", dir, "$MODULES", first(t, "/usr/lib/ldap", "/usr/lib64/openldap", "/usr/lib/openldap"), "$SCHEMA", schema.String()).Replace(slapdConfig)
	for _, sub := range []string{"slapd.d", "data"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	add := exec.CommandContext(t.Context(), s.path, "-T", "add", "-n", "0", "-F", filepath.Join(dir, "slapd.d"))
	add.Stdin = strings.NewReader(config)
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("slapadd: %v\n%s", err, out)
	}
	s.addr, s.secureAddr = freeAddr(t), freeAddr(t)
	s.start(t)
	t.Cleanup(s.stop)
	return s
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

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// start runs the server and returns when it answers.
func (s *slapd) start(t testing.TB) {
	t.Helper()
	var log bytes.Buffer
	s.cmd = exec.CommandContext(context.Background(), s.path, "-F", filepath.Join(s.dir, "slapd.d"), "-d", "0",
		"-h", fmt.Sprintf("ldap://%s/ ldaps://%s/", s.addr, s.secureAddr))
	s.cmd.Stdout, s.cmd.Stderr = &log, &log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	s.exited = exited
	go func() {
		_ = s.cmd.Wait()
		close(exited)
	}()
	for range 500 {
		conn, err := goldap.DialURL("ldap://" + s.addr)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-exited:
			t.Fatalf("slapd ended: %s", log.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatal("slapd does not answer")
}

func (s *slapd) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	select {
	case <-s.exited:
	case <-time.After(5 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.exited
	}
}

// root is a connection that may do everything.
func (s *slapd) root() (*goldap.Conn, error) {
	conn, err := goldap.DialURL("ldap://" + s.addr)
	if err != nil {
		return nil, err
	}
	if err := conn.Bind(rootDN, rootPassword); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// reset removes all entries and adds these, with their entryUUIDs.
func (s *slapd) reset(entries []entry) error {
	conn, err := s.root()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	all, err := conn.Search(goldap.NewSearchRequest(suffix, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{"1.1"}, nil))
	if err != nil && !goldap.IsErrorWithCode(err, goldap.LDAPResultNoSuchObject) {
		return err
	}
	for depth := 9; err == nil && depth > 0; depth-- {
		for _, e := range all.Entries {
			dn, err := goldap.ParseDN(e.DN)
			if err != nil {
				return err
			}
			if len(dn.RDNs) == depth {
				if err := conn.Del(goldap.NewDelRequest(e.DN, manageDsaIT())); err != nil {
					return fmt.Errorf("delete %s: %w", e.DN, err)
				}
			}
		}
	}
	for _, e := range entries {
		if err := addEntry(conn, e, goldap.NewControlString("1.3.6.1.4.1.4203.666.5.12", true, "")); err != nil { // Relax Rules
			return err
		}
	}
	return nil
}

func manageDsaIT() []goldap.Control {
	return []goldap.Control{goldap.NewControlManageDsaIT(false)}
}

func addEntry(conn *goldap.Conn, e entry, controls ...goldap.Control) error {
	req := goldap.NewAddRequest(e.dn, controls)
	for _, a := range e.attrs {
		req.Attribute(a.name, a.values)
	}
	if err := conn.Add(req); err != nil {
		return fmt.Errorf("add %s: %w", e.dn, err)
	}
	return nil
}
