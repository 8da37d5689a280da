//go:build linux

package ldap_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/actionstest/samba"
	"offboard/actions/actionstest/slapd"
	"offboard/actions/ldap"
	"offboard/config"
)

// What Active Directory has that other directories have not. One domain serves
// all: to start one takes seconds.
func TestDomain(t *testing.T) {
	t.Parallel()
	d := newDomain(t)
	d.exchange(t)
	for _, tt := range []struct {
		name string
		test func(t *testing.T, d *domain)
	}{
		{"a lock ends the sign-in and leaves other bits alone", testDomainLock},
		{"the old password is of no use", testDomainPassword},
		{"renamed and moved between survey and run", testDomainRenamed},
		{"memberships that are no values of member", testDomainMemberships},
		{"computers and units have managers", testDomainOwner},
		{"people", testDomainPeople},
		{"all accounts", testDomainList},
		{"what check says", testDomainInspect},
		{"a second domain controller that gets no news", testDomainControllers},
		{"the suite", testDomainActions},
		{"why the bot cannot sign in", testDomainSignIn}, // the last: it takes the bot apart
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := d.restore(t); err != nil {
				t.Fatal(err)
			}
			tt.test(t, d)
		})
	}
}

func (d *domain) bind(dn, password string) error {
	conn, err := d.server.Dial()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return conn.Bind(dn, password)
}

func testDomainLock(t *testing.T, d *domain) {
	dn := personDN("Jane Doe")
	target, f := d.survey(t, "lock", d.person(t, "jane"), "jane")
	open, err := d.server.Dial()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close() }()
	if err := open.Bind(dn, adJane); err != nil {
		t.Fatal("before:", err)
	}
	mustDo(t, d.action("lock"), target)
	if got := d.values(t, dn, "userAccountControl"); !slices.Equal(got, []string{"66050"}) {
		t.Errorf("userAccountControl is %q", got)
	}
	if err := d.bind(dn, adJane); err == nil || !strings.Contains(err.Error(), "data 533") {
		t.Errorf("locked, and the sign-in returns %v", err)
	}
	// A session outlives the lock, and the survey says so.
	if _, err := open.Search(goldap.NewSearchRequest(dn, goldap.ScopeBaseObject, goldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{"cn"}, nil)); err != nil {
		t.Errorf("the open session: %v", err)
	}
	after, err := d.action("lock").Check(t.Context(), target)
	if notes := strings.Join(after.Notes, " "); err != nil || !strings.Contains(notes, "until it reconnects") || !strings.Contains(notes, "Kerberos") {
		t.Errorf("notes %q, %v", notes, err)
	}
	if !d.person(t, "jane").Disabled {
		t.Error("the directory does not show the person as disabled")
	}
	d.replace(t, dn, "userAccountControl", "514") // meanwhile somebody clears another bit
	mustUndo(t, d.action("lock"), target, f)
	if got := d.values(t, dn, "userAccountControl"); !slices.Equal(got, []string{"512"}) {
		t.Errorf("after undo userAccountControl is %q", got)
	}
	if err := d.bind(dn, adJane); err != nil {
		t.Error("after undo:", err)
	}
}

func testDomainPassword(t *testing.T, d *domain) {
	dn := personDN("Bo Nilsen")
	target, _ := d.survey(t, "password", d.person(t, "bo"), "bo")
	mustDo(t, d.action("password"), target)
	if err := d.bind(dn, adJane); err == nil || !strings.Contains(err.Error(), "data 52e") {
		t.Errorf("replaced, and the old one returns %v", err)
	}
	d.replace(t, dn, "unicodePwd", unicodePwd(adJane))

	plain := d.cfg
	plain.URL, plain.Flavour = "ldap://"+d.server.Addr, "activedirectory"
	_, err := specOf(ldap.New(plain), "password").Action.Do(t.Context(), target)
	wantFinal(t, err, "insists on encryption")
}

func testDomainRenamed(t *testing.T, d *domain) {
	jane := d.person(t, "jane")
	lock, _ := d.survey(t, "lock", jane, "jane")
	groups, found := d.survey(t, "groups", jane, "jane")
	reports, _ := d.survey(t, "reports", jane, "jane")
	d.do(t, func(conn *goldap.Conn) error {
		if err := conn.ModifyDN(goldap.NewModifyDNRequest(personDN("Jane Doe"), "CN=Jane Smith", true, adLeavers)); err != nil {
			return err
		}
		return conn.ModifyDN(goldap.NewModifyDNRequest("CN=VPN Users,"+adGroups, "CN=Remote Users", true, adLeavers))
	})
	dn := "CN=Jane Smith," + adLeavers
	d.replace(t, dn, "sAMAccountName", "jsmith")
	defer d.replace(t, personDN("Jane Doe"), "sAMAccountName", "jane")
	defer func() {
		if err := d.restore(t); err != nil {
			t.Error(err)
		}
	}()
	reports.Heirs = map[string]actions.Person{}
	for _, i := range reports.Items {
		reports.Heirs[i.ID] = d.person(t, "marco")
	}
	mustDo(t, d.action("lock"), lock)
	mustDo(t, d.action("groups"), groups)
	mustDo(t, d.action("reports"), reports)
	for action, target := range map[string]actions.Target{"lock": lock, "groups": groups, "reports": reports} {
		if f, err := d.action(action).Check(t.Context(), target); err != nil || len(f.Items) > 0 {
			t.Errorf("%s: still %v, %v", action, f.Items, err)
		}
	}
	if in := d.values(t, dn, "memberOf"); len(in) != 0 {
		t.Errorf("still in %q", in)
	}
	mustUndo(t, d.action("groups"), groups, found)
	if in := d.values(t, dn, "memberOf"); len(in) != 2 {
		t.Errorf("after undo in %q", in)
	}
}

func testDomainMemberships(t *testing.T, d *domain) {
	_, f := d.survey(t, "groups", d.person(t, "jane"), "jane")
	if notes := strings.Join(f.Notes, " "); !strings.Contains(notes, "jane is also in All Staff, through") || len(f.Unread) > 0 {
		t.Errorf("notes %q, unread %q", notes, f.Unread)
	}
	// The new primary group is no value of member any more; Domain Users is.
	sid := d.values(t, "CN=Servers,"+adGroups, "objectSid")[0]
	rid := int(sid[24]) | int(sid[25])<<8 | int(sid[26])<<16
	d.replace(t, personDN("Jane Doe (admin)"), "primaryGroupID", strconv.Itoa(rid))
	defer d.replace(t, personDN("Jane Doe (admin)"), "primaryGroupID", "513")
	f, err := d.action("groups").Check(t.Context(), actions.Target{Person: d.person(t, "jane")})
	if err != nil || !strings.Contains(strings.Join(f.Unread, " "), "the primary group of adm-jane is Servers") {
		t.Errorf("unread %q, %v", f.Unread, err)
	}
	if !slices.ContainsFunc(f.Items, func(i actions.Item) bool { return strings.HasPrefix(i.Label, "group Domain Users") }) {
		t.Errorf("items %v", f.Items)
	}
}

func testDomainOwner(t *testing.T, d *domain) {
	pc, unit := "CN=JANE-PC,"+adGroups, "OU=Studio,"+samba.Suffix
	backup, web := "CN=Backup,"+adGroups, "CN=gmsa-web,"+adGroups
	d.add(t, slapd.NewEntry(pc, "objectClass", "computer", "sAMAccountName", "JANE-PC$", "managedBy", personDN("Jane Doe")),
		slapd.NewEntry(unit, "objectClass", "organizationalUnit", "managedBy", personDN("Jane Doe")),
		slapd.NewEntry(backup, "objectClass", "user", "sAMAccountName", "svc-backup", "servicePrincipalName", "backup/files", "manager", personDN("Jane Doe")),
		slapd.NewEntry(web, "objectClass", "msDS-GroupManagedServiceAccount", "sAMAccountName", "gmsa-web$", "msDS-ManagedPasswordInterval", "30", "managedBy", personDN("Jane Doe")))
	d.replace(t, personDN("Tom Okafor"), "servicePrincipalName", "dev/tom") // has a number, so he is a person
	defer d.replace(t, personDN("Tom Okafor"), "servicePrincipalName")
	defer d.do(t, func(conn *goldap.Conn) error {
		return errors.Join(conn.Del(goldap.NewDelRequest(pc, nil)), conn.Del(goldap.NewDelRequest(unit, nil)), conn.Del(goldap.NewDelRequest(backup, nil)), conn.Del(goldap.NewDelRequest(web, nil)))
	})
	target, f := d.survey(t, "owner", d.person(t, "jane"), "jane")
	var labels []string
	target.Heirs = map[string]actions.Person{}
	for _, i := range target.Items {
		labels = append(labels, i.Label)
		target.Heirs[i.ID] = d.person(t, "marco")
		if i.Then != (i.Label == "service account svc-backup") {
			t.Errorf("%s: whether somebody knows its secret: %v", i.Label, i.Then)
		}
	}
	if _, f := d.survey(t, "reports", d.person(t, "jane"), "jane"); slices.ContainsFunc(f.Items, func(i actions.Item) bool { return strings.Contains(i.Label, "Backup") }) {
		t.Errorf("a service account is among the people: %v", f.Items)
	}
	want := []string{"owner of the group Design", "manager of the computer JANE-PC", "manager of the unit " + unit, "owner of the group VPN Users", "service account gmsa-web$ (the directory renews its password)", "service account svc-backup"}
	if slices.Sort(labels); !slices.Equal(labels, slices.Sorted(slices.Values(want))) {
		t.Errorf("owns %q", labels)
	}
	// The bot may not write units, and says so of that one alone.
	_, err := d.action("owner").Do(t.Context(), target)
	wantFinal(t, err, unit, "may not do that")
	for dn, attr := range map[string]string{pc: "managedBy", web: "managedBy", backup: "manager"} {
		if got := d.values(t, dn, attr); !slices.Equal(got, []string{personDN("Marco Reyes")}) {
			t.Errorf("%s: managed by %q", dn, got)
		}
	}
	// Whoever was named since keeps it.
	d.replace(t, "CN=Design,"+adGroups, "managedBy", personDN("Ivan Petrov"))
	_, err = d.action("owner").(actions.Undoer).Undo(t.Context(), target, f)
	wantFinal(t, err, "Ivan Petrov", "answers for it by now")
	if got := d.values(t, pc, "managedBy"); !slices.Equal(got, []string{personDN("Jane Doe")}) {
		t.Errorf("after undo managed by %q", got)
	}
}

func testDomainPeople(t *testing.T, d *domain) {
	d.replace(t, personDN("Jane Doe"), "pager", "U0JANE")
	cfg := d.cfg
	cfg.Chat = map[string]string{"slack": "pager"}
	dir := ldap.New(cfg).Directory()
	jane := d.person(t, "jane")
	marco, err := dir.Lookup(t.Context(), jane.Manager)
	if err != nil || marco.Login != "marco" {
		t.Errorf("the manager is %+v, %v", marco, err)
	}
	if jane.Department != "Design" || jane.Entity != "Example Ltd" || jane.Number != "1002" || !slices.Equal(jane.Groups, []string{"Design", "VPN Users"}) || !slices.Equal(jane.Accounts, []string{"adm-jane"}) {
		t.Errorf("the card: %+v", jane)
	}
	if by, err := dir.ByChat(t.Context(), "slack", "U0JANE"); err != nil || len(by) != 1 || by[0].ID != jane.ID {
		t.Errorf("by chat: %+v, %v", by, err)
	}
	members, err := dir.Members(t.Context(), "Design")
	if err != nil || len(members) != 3 {
		t.Errorf("members: %+v, %v", members, err)
	}
	if found, err := dir.Search(t.Context(), "doe", 5); err != nil || len(found) != 1 || found[0].ID != jane.ID {
		t.Errorf("found %+v, %v", found, err)
	}
	d.do(t, func(conn *goldap.Conn) error {
		req := goldap.NewModifyRequest("CN=Domain Admins,"+adUsers, nil)
		req.Add("member", []string{personDN("Tom Okafor")})
		return conn.Modify(req)
	})
	if !d.person(t, "tom").Admin {
		t.Error("who is in Domain Admins is not shown as privileged")
	}
	// Two groups further in, which Samba does not mark with adminCount.
	inner, outer := "CN=Operators,"+adGroups, "CN=Servers and more,"+adGroups
	d.add(t, slapd.NewEntry(inner, "objectClass", "group", "sAMAccountName", "Operators", "member", personDN("Priya Nair")),
		slapd.NewEntry(outer, "objectClass", "group", "sAMAccountName", "Servers and more", "member", inner))
	defer d.do(t, func(conn *goldap.Conn) error {
		return errors.Join(conn.Del(goldap.NewDelRequest(inner, nil)), conn.Del(goldap.NewDelRequest(outer, nil)))
	})
	nested := d.cfg
	nested.AdminGroups = []string{"Servers and more"}
	priya := d.person(t, "priya")
	if priya.Admin {
		t.Error("she is privileged before anybody has said so")
	}
	if priya, err = ldap.New(nested).Directory().Lookup(t.Context(), priya.ID); err != nil || !priya.Admin {
		t.Errorf("in a group of a group of administrators, her card says %t, %v", priya.Admin, err)
	}
	f, err := specOf(ldap.New(nested), "lock").Action.Check(t.Context(), actions.Target{Person: priya})
	if id := f.Accounts[0].ID; err != nil || !f.Accounts[0].Admin || !strings.Contains(f.Needed[id], "the last one in the administrators' group Servers and more") {
		t.Errorf("the survey: %+v, needed %q, %v", f.Accounts, f.Needed, err)
	}
	d.do(t, func(conn *goldap.Conn) error {
		req := goldap.NewModifyRequest(inner, nil)
		req.Add("member", []string{personDN("Marco Reyes")})
		return conn.Modify(req)
	})
	if f, err = specOf(ldap.New(nested), "lock").Action.Check(t.Context(), actions.Target{Person: priya}); err != nil || len(f.Needed) > 0 {
		t.Errorf("with another one: needed %q, %v", f.Needed, err)
	}
	d.replace(t, personDN("Bo Nilsen"), "adminCount", "1")
	target, _ := d.survey(t, "lock", d.person(t, "bo"), "bo")
	if !target.Account.Admin || !strings.Contains(target.Account.Note, "adminCount") {
		t.Errorf("the account with adminCount: %+v", target.Account)
	}
	d.replace(t, personDN("Bo Nilsen"), "adminCount")
}

func testDomainList(t *testing.T, d *domain) {
	mustDo(t, d.action("lock"), first(d.survey(t, "lock", d.person(t, "bo"), "bo")))
	accounts, _ := actionstest.Lister(t, d.client().System("ad", "AD").Lister)
	byLogin := map[string]actions.Listed{}
	for _, a := range accounts {
		byLogin[a.Login] = a
	}
	jane := d.person(t, "jane")
	if a := byLogin["adm-jane"]; a.Person != jane.ID || !a.Admin || !a.Enabled {
		t.Errorf("adm-jane: %+v", a)
	}
	if a := byLogin["bo"]; a.Enabled || a.Number != "1005" {
		t.Errorf("bo: %+v", a)
	}
	if a := byLogin["Administrator"]; a.Used.IsZero() || !a.Admin {
		t.Errorf("Administrator: %+v", a)
	}
	for _, no := range []string{"Design", "JANE-PC$", "DC1$", "offboard"} {
		if _, listed := byLogin[no]; listed {
			t.Errorf("%s is listed", no)
		}
	}
}

func testDomainInspect(t *testing.T, d *domain) {
	look := func(cfg ldap.Config) string {
		found, err := ldap.New(cfg).System("ad", "AD").Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, r := range found {
			texts = append(texts, r.Text)
		}
		return strings.Join(texts, "; ")
	}
	if said := look(d.cfg); said != "" {
		t.Errorf("with the rights it needs and no others: %s", said)
	}
	cfg := d.cfg
	cfg.Flavour = "openldap"
	if said := look(cfg); !strings.Contains(said, "the server is Active Directory, and the settings say OpenLDAP") {
		t.Errorf("with another flavour: %s", said)
	}
	cfg = d.cfg
	cfg.BindDN, cfg.BindPassword = samba.AdminDN, config.NewSecret(samba.AdminPassword)
	if said := look(cfg); !strings.Contains(said, "in the group of administrators Domain Admins") {
		t.Errorf("as an administrator: %s", said)
	}
}

func testDomainSignIn(t *testing.T, d *domain) {
	for _, tt := range []struct{ attr, value, back, words string }{
		{"userAccountControl", "66050", "66048", "the account is disabled"},
		{"accountExpires", "132000000000000000", "0", "the account has expired"},
		{"logonHours", strings.Repeat("\x00", 21), strings.Repeat("\xff", 21), "may not sign in at this hour"},
		{"userAccountControl", "512", "512", ""}, // else its password never expires
		{"pwdLastSet", "0", "-1", "must be changed"},
	} {
		d.replace(t, adBot, tt.attr, tt.value)
		if tt.words != "" {
			wantFinal(t, d.client().System("ad", "AD").Reach(t.Context()), tt.words)
		}
		d.replace(t, adBot, tt.attr, tt.back)
	}
}
