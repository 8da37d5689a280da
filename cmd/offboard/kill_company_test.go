package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest/slapd"
	"offboard/config"
)

// departing is somebody who leaves the company of TestKill.
type departing struct {
	login, manager string
	heir, boss     string // who gets the group they own, and their report
	groups         []string
	id             string // in the directory
	caseID         string
	form           string              // what the form for who gets what is about
	undone         bool                // in the end all is given back
	before         map[string][]string // action -> what it holds, with its before-state
	later          further
}

// further is what comes of the plans that the bot adds when somebody has left.
type further struct {
	deeds   []string       // of people, after all others
	ends    string         // how the case ends
	entries map[string]int // what is in the log of it
	deleted bool           // the account is
}

func (l *departing) report() string { return "r" + l.login[1:] }

const killedPeople = "ou=people," + slapd.Suffix

func dnOf(login string) string   { return "uid=" + login + "," + killedPeople }
func dnGroup(cn string) string   { return "cn=" + cn + ",ou=groups," + slapd.Suffix }
func passOf(login string) string { return login + "-password" }

// killedCompany is the tree and the leavers in it: each is in three groups,
// owns one and has one report. Several leave the same group at the same time.
func killedCompany(n int) ([]slapd.Entry, []*departing) {
	bosses := []string{"marco", "elif", "greta", "fatima", "nils"}
	staff := slices.Concat([]string{"hanna", "ivan"}, bosses)
	managers := map[string]string{}
	members := map[string][]string{"hr": {"hanna"}, "it": {"ivan"}, "security": {"ivan"}, "auditors": {"ivan"}}
	owners := map[string]string{}
	for g := range 20 {
		members[fmt.Sprintf("g%02d", g)] = []string{"ivan"}
	}
	for h := range 10 {
		staff = append(staff, fmt.Sprintf("h%d", h))
	}
	var all []*departing
	for i := range n {
		l := &departing{
			login: fmt.Sprintf("l%03d", i), manager: bosses[i%5], heir: fmt.Sprintf("h%d", i%10), boss: bosses[(i+1)%5],
			groups: []string{fmt.Sprintf("g%02d", i%20), fmt.Sprintf("g%02d", (i+7)%20), fmt.Sprintf("g%02d", (i+13)%20)},
		}
		staff = append(staff, l.login, l.report())
		managers[l.login], managers[l.report()] = l.manager, l.login
		for _, g := range l.groups {
			members[g] = append(members[g], l.login)
		}
		members["own-"+l.login], owners["own-"+l.login] = []string{l.report()}, l.login
		all = append(all, l)
	}
	out := []slapd.Entry{slapd.NewEntry(slapd.Suffix, "objectClass", "domain", "dc", "example")}
	for _, ou := range []string{"people", "groups", "services", "policies"} {
		out = append(out, slapd.NewEntry("ou="+ou+","+slapd.Suffix, "objectClass", "organizationalUnit", "ou", ou))
	}
	out = append(out,
		slapd.NewEntry("cn=default,ou=policies,"+slapd.Suffix, "objectClass", "device", "objectClass", "pwdPolicy", "cn", "default", "pwdAttribute", "userPassword", "pwdLockout", "TRUE", "pwdMaxFailure", "5"),
		slapd.NewEntry(slapd.BotDN, "objectClass", "organizationalRole", "objectClass", "simpleSecurityObject", "cn", "offboard", "userPassword", passOf("offboard")))
	for i, login := range staff {
		e := slapd.NewEntry(dnOf(login), "objectClass", "inetOrgPerson", "objectClass", "extensibleObject", "uid", login, "cn", login, "sn", login, "displayName", "Person "+login,
			"employeeNumber", fmt.Sprint(1000+i), "mail", login+"@example.com", "userPassword", passOf(login))
		if m := managers[login]; m != "" {
			e.Attrs = append(e.Attrs, slapd.Attribute{Name: "manager", Values: []string{dnOf(m)}})
		}
		out = append(out, e)
	}
	for _, cn := range slices.Sorted(maps.Keys(members)) {
		e := slapd.NewEntry(dnGroup(cn), "objectClass", "groupOfNames", "cn", cn)
		var dns []string
		for _, m := range members[cn] {
			dns = append(dns, dnOf(m))
		}
		e.Attrs = append(e.Attrs, slapd.Attribute{Name: "member", Values: dns})
		if o := owners[cn]; o != "" {
			e.Attrs = append(e.Attrs, slapd.Attribute{Name: "owner", Values: []string{dnOf(o)}})
		}
		out = append(out, e)
	}
	return out, all
}

// dump is every entry with every attribute that it has, sorted.
type dump map[string]map[string][]string

func dumpOf(t *testing.T, s *slapd.Server) dump {
	t.Helper()
	conn, err := s.Root()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	res, err := conn.Search(goldap.NewSearchRequest(slapd.Suffix, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{"*", "+"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	out := dump{}
	for _, e := range res.Entries {
		out[e.DN] = map[string][]string{}
		for _, a := range e.Attributes {
			slices.Sort(a.Values)
			out[e.DN][a.Name] = a.Values
		}
	}
	return out
}

// after is the dump as it must be when all of these have left, but for what
// the server says about when and by whom an entry was changed: changed names
// those entries. No other entry differs in anything.
func (d dump) after(all []*departing) (want dump, changed map[string]bool) {
	want, changed = dump{}, map[string]bool{}
	for dn, attrs := range d {
		want[dn] = maps.Clone(attrs)
	}
	for _, l := range all {
		dn := dnOf(l.login)
		if l.undone { // all is there again, but for the password
			for _, g := range l.groups {
				changed[dnGroup(g)] = true
			}
			changed[dn], changed[dnGroup("own-"+l.login)], changed[dnOf(l.report())] = true, true, true
			continue
		}
		want[dn]["pwdAccountLockedTime"] = []string{"000001010000Z"}
		delete(want[dn], "memberOf")
		if l.later.deleted {
			delete(want, dn)
		}
		for _, g := range l.groups {
			want[dnGroup(g)]["member"] = slices.DeleteFunc(slices.Clone(want[dnGroup(g)]["member"]), func(m string) bool { return m == dn })
			changed[dnGroup(g)] = true
		}
		want[dnGroup("own-"+l.login)]["owner"] = []string{dnOf(l.heir)}
		want[dnOf(l.report())]["manager"] = []string{dnOf(l.boss)}
		changed[dn], changed[dnGroup("own-"+l.login)], changed[dnOf(l.report())] = true, true, true
	}
	return want, changed
}

// without leaves out what the server writes by itself, and what must differ, in
// the entries that were changed.
func (d dump) without(changed map[string]bool) dump {
	out := dump{}
	for dn, attrs := range d {
		attrs = maps.Clone(attrs)
		delete(attrs, "contextCSN") // at the suffix: the last change of all, for replicas
		if changed[dn] {
			// slapd writes memberOf from member in a step of its own, which a kill
			// of who asked for it can leave out. What the bot takes is member.
			for _, a := range []string{"modifyTimestamp", "modifiersName", "entryCSN", "userPassword", "pwdChangedTime", "memberOf"} {
				delete(attrs, a)
			}
		}
		out[dn] = attrs
	}
	return out
}

// signsIn reports whether somebody can, with the password they had.
func signsIn(t *testing.T, s *slapd.Server, login string) bool {
	t.Helper()
	conn, err := goldap.DialURL("ldap://" + s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	err = conn.Bind(dnOf(login), passOf(login))
	if err != nil && !goldap.IsErrorWithCode(err, goldap.LDAPResultInvalidCredentials) {
		t.Fatal(err)
	}
	return err == nil
}

// givePassword is what IT does when an undo asks for a new credential.
func givePassword(t *testing.T, s *slapd.Server, login string) {
	t.Helper()
	conn, err := s.Root()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	m := goldap.NewModifyRequest(dnOf(login), nil)
	m.Replace("userPassword", []string{passOf(login)})
	if err := conn.Modify(m); err != nil {
		t.Fatal(err)
	}
}

// survey reads, before anything has happened, what each leaver holds: that is
// the before-state which an undisturbed run keeps.
func survey(t *testing.T, cfg *config.Config, all []*departing) {
	t.Helper()
	systems, directory, err := connect(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		found, err := directory.Search(t.Context(), l.login, 2)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", l.login, found, err)
		}
		l.id, l.before = found[0].ID, map[string][]string{}
		for _, spec := range systems[0].Actions {
			f, err := spec.Action.Check(t.Context(), actions.Target{Person: found[0]})
			if err = errors.Join(err, unreadable(f)); err != nil {
				t.Fatal(err)
			}
			for _, i := range f.Items {
				l.before[spec.Name] = append(l.before[spec.Name], i.ID+"="+i.Before)
			}
			slices.Sort(l.before[spec.Name])
		}
		// The seed data, in short, so that the connector does not vouch for itself.
		var sizes []string
		for _, spec := range systems[0].Actions {
			sizes = append(sizes, fmt.Sprint(spec.Name, " ", len(l.before[spec.Name])))
		}
		if got := strings.Join(sizes, ", "); got != "lock 1, password 1, groups 3, owner 1, reports 1" {
			t.Fatalf("%s holds %s", l.login, got)
		}
	}
}

func unreadable(f actions.Finding) error {
	if len(f.Unread) > 0 {
		return errors.New(strings.Join(f.Unread, "; "))
	}
	return nil
}
