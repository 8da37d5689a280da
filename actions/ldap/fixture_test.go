package ldap_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/actionstest/slapd"
	"offboard/actions/demo"
	"offboard/actions/ldap"
)

const (
	suffix     = slapd.Suffix
	peopleBase = "ou=people," + suffix
	groupsBase = "ou=groups," + suffix
	policyDN   = "cn=default,ou=policies," + suffix
	nobodyDN   = "cn=nobody,ou=services," + suffix
	readerDN   = "cn=reader,ou=services," + suffix
	readerPass = "reader-password"
)

// fixture is a server with the demo company's directory in it. The same tests
// run on slapd and on the demo's server: that is how they are held to each other.
type fixture struct {
	name   string
	cfg    ldap.Config
	admin  func() (*goldap.Conn, error) // may do everything
	slapd  *slapd.Server                // nil for the demo's server
	demo   *demo.Server                 // nil for slapd
	gate   *gate                        // nil for the demo's server
	reload func() error
}

// onBoth runs a test on the demo's server and on slapd.
func onBoth(t *testing.T, test func(t *testing.T, fx *fixture)) {
	t.Helper()
	t.Run("demo", func(t *testing.T) { test(t, demoFixture(t)) })
	t.Run("slapd", func(t *testing.T) { test(t, slapdFixture(t)) })
}

func demoFixture(t testing.TB) *fixture {
	t.Helper()
	s, err := demo.Start(t.Context(), "directory", demo.DirectoryEntries())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	cfg := s.Config()
	return &fixture{name: "demo", cfg: cfg, demo: s, admin: func() (*goldap.Conn, error) {
		conn, err := goldap.DialURL(cfg.URL)
		if err != nil {
			return nil, err
		}
		return conn, conn.Bind(cfg.BindDN, cfg.BindPassword.Value())
	}}
}

func slapdFixture(t testing.TB) *fixture {
	t.Helper()
	s := slapd.New(t, actionstest.Require(t, "slapd"))
	entries := slapdEntries()
	g := newGate(t, s.Addr)
	cfg := demo.Settings()
	cfg.URL = "ldap://" + g.addr()
	cfg.LeaversBase = "ou=services," + suffix
	fx := &fixture{name: "slapd", cfg: cfg, slapd: s, gate: g, admin: s.Root, reload: func() error { return s.Reset(entries) }}
	if err := fx.reload(); err != nil {
		t.Fatal(err)
	}
	return fx
}

// slapdEntries is the demo's tree with what a schema demands.
func slapdEntries() []slapd.Entry {
	var entries []slapd.Entry
	for _, d := range demo.DirectoryEntries() {
		e := slapd.Entry{DN: d.DN}
		for _, name := range sortedKeys(d.Attrs) {
			values := d.Attrs[name]
			switch {
			case name == "timeZone":
				continue
			case name == "objectClass" && values[0] == "inetOrgPerson":
				values = append(slices.Clone(values), "extensibleObject")
			case name == "objectClass" && values[0] == "pwdPolicy":
				values = []string{"device", "pwdPolicy"}
				e.Attrs = append(e.Attrs, slapd.Attribute{Name: "pwdAttribute", Values: []string{"userPassword"}})
			case name == "objectClass" && d.DN == demo.BotDN:
				values = append(slices.Clone(values), "simpleSecurityObject")
			}
			e.Attrs = append(e.Attrs, slapd.Attribute{Name: name, Values: values})
		}
		entries = append(entries, e)
	}
	return append(entries, slapd.NewEntry(readerDN, "objectClass", "organizationalRole", "objectClass", "simpleSecurityObject", "cn", "reader", "userPassword", readerPass))
}

func sortedKeys(m map[string][]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (fx *fixture) do(t testing.TB, fn func(conn *goldap.Conn) error) {
	t.Helper()
	conn, err := fx.admin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := fn(conn); err != nil {
		t.Fatal(err)
	}
}

func (fx *fixture) add(t testing.TB, entries ...slapd.Entry) {
	t.Helper()
	fx.do(t, func(conn *goldap.Conn) error {
		for _, e := range entries {
			if err := e.Add(conn); err != nil {
				return err
			}
		}
		return nil
	})
}

// replace sets an attribute; without values it removes it.
func (fx *fixture) replace(t testing.TB, dn, attr string, values ...string) {
	t.Helper()
	fx.do(t, func(conn *goldap.Conn) error {
		req := goldap.NewModifyRequest(dn, nil)
		req.Replace(attr, values)
		return conn.Modify(req)
	})
}

func (fx *fixture) values(t testing.TB, dn, attr string) []string {
	t.Helper()
	var values []string
	fx.do(t, func(conn *goldap.Conn) error {
		res, err := conn.Search(goldap.NewSearchRequest(dn, goldap.ScopeBaseObject, goldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{attr}, nil))
		if err == nil && len(res.Entries) == 1 {
			values = res.Entries[0].GetEqualFoldAttributeValues(attr)
		}
		return err
	})
	return values
}

// signIn is the proof from outside: can the person sign in?
func (fx *fixture) signIn(dn, password string) error {
	url := fx.cfg.URL
	conn, err := goldap.DialURL(url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return conn.Bind(dn, password)
}

func (fx *fixture) client() *ldap.Client { return ldap.New(fx.cfg) }

// action is a fresh instance of one action.
func (fx *fixture) action(name string) actions.Action {
	return specOf(fx.client(), name).Action
}

func specOf(c *ldap.Client, name string) actions.Spec {
	for _, s := range c.System("directory", "Company directory").Actions {
		if s.Name == name {
			return s
		}
	}
	panic("no action " + name)
}

func (fx *fixture) person(t testing.TB, login string) actions.Person {
	t.Helper()
	people, err := fx.client().Directory().Search(t.Context(), login, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(people) == 0 || people[0].Login != login {
		t.Fatalf("search for %s finds %v", login, people)
	}
	return people[0]
}

// survey checks an action for a person and returns the target of one login.
func (fx *fixture) survey(t testing.TB, action string, p actions.Person, login string) (actions.Target, actions.Finding) {
	t.Helper()
	f, err := fx.action(action).Check(t.Context(), actions.Target{Person: p})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range f.Accounts {
		if a.Login == login {
			target := actions.Target{Person: p, Account: a}
			for _, i := range f.Items {
				if i.Account == a.ID {
					target.Items = append(target.Items, i)
				}
			}
			return target, f
		}
	}
	t.Fatalf("%s has no account %s: %+v", p.Name, login, f)
	return actions.Target{}, f
}

func dnOf(login string) string {
	if strings.HasPrefix(login, "adm-") {
		return "uid=" + login + ",ou=admins," + suffix
	}
	return "uid=" + login + "," + peopleBase
}

// snapshot is all that the actions could change, as text.
func (fx *fixture) snapshot(attrs ...string) (string, error) {
	conn, err := fx.admin()
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	res, err := conn.SearchWithPaging(goldap.NewSearchRequest(suffix, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", attrs, nil), 400)
	if err != nil {
		return "", err
	}
	var lines []string
	for _, e := range res.Entries {
		for _, a := range e.Attributes {
			if a.Name == "userPassword" {
				continue
			}
			for _, v := range a.Values {
				lines = append(lines, fmt.Sprintf("%s: %s: %s", e.DN, a.Name, v))
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n"), nil
}
