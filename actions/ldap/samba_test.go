//go:build linux

package ldap_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions/actionstest"
	"offboard/actions/actionstest/samba"
	"offboard/actions/actionstest/slapd"
	"offboard/actions/ldap"
	"offboard/config"
)

func TestMain(m *testing.M) {
	defer samba.Forget()
	m.Run()
}

const (
	company   = "OU=Company," + samba.Suffix
	adPeople  = "OU=People," + company
	adGroups  = "OU=Groups," + company
	adLeavers = "OU=Leavers," + company
	adUsers   = "CN=Users," + samba.Suffix
	adBot     = "CN=offboard," + adUsers
	adReader  = "CN=reader," + adUsers
	adBotPass = "B0t-demo-password"
	adReadPas = "R3ader-demo-password"
	adJane    = "J4ne-demo-password"
)

// domain is a domain controller with a small company in it.
type domain struct {
	*fixture

	server *samba.Server
	all    *goldap.Conn    // an administrator's: to sign in costs most of what a read does
	seed   []*goldap.Entry // as the company was at first
	made   int             // how often the company was made: each time with other ids
}

func newDomain(t testing.TB) *domain {
	t.Helper()
	s := samba.New(t, actionstest.Require(t, "samba"))
	g := newGate(t, s.SecureAddr)
	d := &domain{server: s, fixture: &fixture{name: "samba", gate: g, admin: s.Admin, cfg: ldap.Config{
		URL: "ldaps://" + g.addr(), CAFile: filepath.Join(s.Dir, "ca.pem"), ServerName: samba.ServerName,
		BindDN: adBot, BindPassword: config.NewSecret(adBotPass), Base: samba.Suffix, LeaversBase: adLeavers,
	}}}
	var err error
	if d.all, err = s.Admin(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.all.Close() })
	d.add(t, services()...)
	d.delegate(t)
	d.add(t, companyEntries()...)
	if d.seed, err = d.company("*"); err != nil {
		t.Fatal(err)
	}
	return d
}

func services() []slapd.Entry {
	return []slapd.Entry{adUser(adBot, "offboard", adBotPass), adUser(adReader, "reader", adReadPas)}
}

func adUser(dn, login, password string, more ...string) slapd.Entry {
	pairs := append([]string{"objectClass", "user", "sAMAccountName", login, "userPrincipalName", login + "@ad.example.com"}, more...)
	if password != "" {
		pairs = append(pairs, "unicodePwd", unicodePwd(password), "userAccountControl", "66048") // never expires: a bit that must stay
	} else {
		pairs = append(pairs, "userAccountControl", "544")
	}
	return slapd.NewEntry(dn, pairs...)
}

// unicodePwd is written out here once more, so that the code under test is not its own judge.
func unicodePwd(password string) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(`"` + password + `"`)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

func personDN(name string) string { return "CN=" + name + "," + adPeople }

func companyEntries() []slapd.Entry {
	var entries []slapd.Entry
	for _, ou := range []string{adPeople, adGroups, adLeavers} {
		entries = append(entries, slapd.NewEntry(ou, "objectClass", "organizationalUnit"))
	}
	for _, p := range []struct{ login, name, title, number, manager, password string }{
		{"clara", "Clara Okonkwo", "Chief Executive", "1000", "", ""},
		{"marco", "Marco Reyes", "Design Lead", "1001", "Clara Okonkwo", ""},
		{"jane", "Jane Doe", "Senior Designer", "1002", "Marco Reyes", adJane},
		{"adm-jane", "Jane Doe (admin)", "", "1002", "", adJane},
		{"priya", "Priya Nair", "Designer", "1003", "Jane Doe", ""},
		{"tom", "Tom Okafor", "Designer", "1004", "Jane Doe", ""},
		{"bo", "Bo Nilsen", "Software Engineer", "1005", "Ivan Petrov", adJane},
		{"ivan", "Ivan Petrov", "Head of IT", "1006", "Clara Okonkwo", ""},
	} {
		more := []string{
			"displayName", p.name, "sn", p.name, "employeeID", p.number, "mail", p.login + "@example.com",
			"department", "Design", "company", "Example Ltd", "c", "PT", "l", "Lisbon", "description", "hired 2019",
		}
		if p.title != "" {
			more = append(more, "title", p.title)
		}
		if p.manager != "" {
			more = append(more, "manager", personDN(p.manager))
		}
		entries = append(entries, adUser(personDN(p.name), p.login, p.password, more...))
	}
	// Managers may come later in the list than who reports to them.
	slices.SortStableFunc(entries[3:], func(a, b slapd.Entry) int { return managers(a) - managers(b) })
	for _, g := range []struct {
		name, owner string
		members     []string
	}{
		{"Design", "Jane Doe", []string{"Jane Doe", "Marco Reyes", "Priya Nair"}},
		{"VPN Users", "Jane Doe", []string{"Jane Doe", "Bo Nilsen"}},
		{"Servers", "Ivan Petrov", []string{"Jane Doe (admin)"}},
	} {
		pairs := []string{"objectClass", "group", "sAMAccountName", g.name, "managedBy", personDN(g.owner)}
		for _, m := range g.members {
			pairs = append(pairs, "member", personDN(m))
		}
		entries = append(entries, slapd.NewEntry("CN="+g.name+","+adGroups, pairs...))
	}
	return append(entries, slapd.NewEntry("CN=All Staff,"+adGroups, "objectClass", "group", "sAMAccountName", "All Staff", "member", "CN=Design,"+adGroups))
}

// managers orders people so that a manager comes first.
func managers(e slapd.Entry) int {
	for _, a := range e.Attrs {
		if a.Name == "manager" {
			switch a.Values[0] {
			case personDN("Clara Okonkwo"):
				return 1
			case personDN("Jane Doe"):
				return 3
			}
			return 2
		}
	}
	return 0
}

// company reads all that the actions could change.
func (d *domain) company(attrs ...string) ([]*goldap.Entry, error) {
	res, err := d.all.Search(goldap.NewSearchRequest(company, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false, "(!(ou=Company))", attrs, nil))
	if err != nil {
		return nil, err
	}
	return res.Entries, nil
}

// passing are attributes that change by themselves, or follow from others.
var passing = []string{
	"uSNChanged", "uSNCreated", "whenChanged", "whenCreated", "pwdLastSet", "dSCorePropagationData", "lastLogonTimestamp", "lastLogon",
	"logonCount", "badPwdCount", "badPasswordTime", "memberOf", "managedObjects", "directReports", "distinguishedName", "lockoutTime",
}

func (d *domain) snapshot(attrs ...string) (string, error) {
	entries, err := d.company(attrs...)
	if err != nil {
		return "", err
	}
	var lines []string
	for _, e := range entries {
		for _, a := range e.Attributes {
			if !slices.Contains(passing, a.Name) || slices.Contains(attrs, a.Name) {
				values := slices.Sorted(slices.Values(a.Values))
				lines = append(lines, fmt.Sprintf("%s: %s: %q", e.DN, a.Name, values))
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n"), nil
}

// restore makes the company what it was: who was deleted is made anew, with
// another id; what was moved goes back; what was changed is changed back.
func (d *domain) restore(t testing.TB) (err error) {
	now, err := d.company("*")
	if err != nil {
		return err
	}
	conn := d.all
	deleted := false
	for _, was := range d.seed {
		if same(now, was) == nil {
			deleted = true
			for _, e := range companyEntries() {
				if e.DN == was.DN {
					d.add(t, e)
				}
			}
		}
	}
	if deleted {
		if now, err = d.company("*"); err != nil {
			return err
		}
		d.made++
		defer func() {
			if err == nil {
				d.seed, err = d.company("*")
			}
		}()
	}
	moved := false
	// Moved back first: other entries name them.
	for _, was := range d.seed {
		if e := same(now, was); e.DN != was.DN {
			rdn, parent, _ := strings.Cut(was.DN, ",")
			if err := conn.ModifyDN(goldap.NewModifyDNRequest(e.DN, rdn, true, parent)); err != nil {
				return err
			}
			moved = true
		}
	}
	if moved {
		if now, err = d.company("*"); err != nil {
			return err
		}
	}
	for _, was := range d.seed {
		is := same(now, was)
		req := goldap.NewModifyRequest(was.DN, nil)
		for _, attr := range []string{"userAccountControl", "accountExpires", "member", "manager", "managedBy", "description", "showInAddressBook", "msExchHideFromAddressLists"} {
			x, y := was.GetAttributeValues(attr), is.GetAttributeValues(attr)
			if slices.Sort(x); !slices.Equal(x, slices.Sorted(slices.Values(y))) {
				req.Replace(attr, x)
			}
		}
		if len(req.Changes) > 0 {
			if err := conn.Modify(req); err != nil {
				return fmt.Errorf("restore %s: %w", was.DN, err)
			}
		}
	}
	return nil
}

// same is the entry with the same objectGUID, or else of the same name; or nil.
func same(entries []*goldap.Entry, was *goldap.Entry) *goldap.Entry {
	for _, by := range []string{"objectGUID", "distinguishedName"} {
		for _, e := range entries {
			if e.GetAttributeValue(by) == was.GetAttributeValue(by) {
				return e
			}
		}
	}
	return nil
}

// exchange gives the schema what an installation of Exchange adds, and the
// company an address book.
func (d *domain) exchange(t testing.TB) {
	t.Helper()
	const schema = "CN=Schema,CN=Configuration," + samba.Suffix
	book := "CN=Everybody,CN=Configuration," + samba.Suffix
	d.do(t, func(conn *goldap.Conn) error {
		if err := slapd.NewEntry("CN=ms-Exch-Hide-From-Address-Lists,"+schema, "objectClass", "attributeSchema",
			"attributeID", "1.2.840.113556.1.4.7000.102.73", "lDAPDisplayName", "msExchHideFromAddressLists",
			"attributeSyntax", "2.5.5.8", "oMSyntax", "1", "isSingleValued", "TRUE",
			"schemaIDGUID", guidBytes(hiddenGUID)).Add(conn); err != nil {
			return err
		}
		for _, add := range [][3]string{
			{"", "schemaUpdateNow", "1"}, // on the root DSE: use the new schema
			{"CN=User," + schema, "mayContain", "msExchHideFromAddressLists"},
			{"", "schemaUpdateNow", "1"},
		} {
			req := goldap.NewModifyRequest(add[0], nil)
			req.Add(add[1], []string{add[2]})
			if err := conn.Modify(req); err != nil {
				return err
			}
		}
		return slapd.NewEntry(book, "objectClass", "addressBookContainer", "displayName", "Everybody").Add(conn)
	})
	for _, name := range []string{"Jane Doe", "Jane Doe (admin)", "Bo Nilsen"} {
		d.replace(t, personDN(name), "showInAddressBook", book)
	}
	var err error
	if d.seed, err = d.company("*"); err != nil {
		t.Fatal(err)
	}
}
