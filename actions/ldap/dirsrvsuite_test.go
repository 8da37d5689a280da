package ldap_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/actionstest/slapd"
	"offboard/actions/ldap"
)

// What 389 Directory Server has that other directories have not, and the suite.
// One instance serves all.
func TestDirsrv(t *testing.T) {
	t.Parallel()
	d := newInstance(t)
	for _, tt := range []struct {
		name string
		test func(t *testing.T, d *instance)
	}{
		{"a lock ends the sign-in, and no session", testDirsrvLock},
		{"a lock by a role, and one that is overridden", testDirsrvRole},
		{"a lock that the bot may not read", testDirsrvUnreadable},
		{"the old password is of no use", testDirsrvPassword},
		{"wrong passwords lock for a while", testDirsrvWrongPasswords},
		{"people", testDirsrvPeople},
		{"all accounts", testDirsrvList},
		{"what check says", testDirsrvInspect},
		{"FreeIPA", testFreeIPA},
		{"the suite", testDirsrvActions},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := d.restore(t); err != nil {
				t.Fatal(err)
			}
			tt.test(t, d)
		})
	}
}

// outlives locks an account of which a session is open, shows that it still
// reads, and wants to be told so before the lock and after it.
func (fx *fixture) outlives(t *testing.T, login, password string, says ...string) {
	t.Helper()
	open, err := goldap.DialURL(fx.cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close() }()
	if err := open.Bind(dnOf(login), password); err != nil {
		t.Fatal("before:", err)
	}
	target, before := fx.survey(t, "lock", fx.person(t, "jane"), login)
	mustDo(t, fx.action("lock"), target)
	if _, err := open.Search(goldap.NewSearchRequest(dnOf(login), goldap.ScopeBaseObject, goldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{"cn"}, nil)); err != nil {
		t.Errorf("the open session: %v", err)
	}
	if err := fx.signIn(dnOf(login), password); err == nil {
		t.Error("locked, and they sign in")
	}
	after, err := fx.action("lock").Check(t.Context(), target)
	if err != nil || len(after.Items) != 0 {
		t.Errorf("after: %+v, %v", after, err)
	}
	for when, f := range map[string]actions.Finding{"before": before, "after": after} {
		for _, words := range append(says, "keeps working until it reconnects", "only IT can end it") {
			if notes := strings.Join(f.Notes, " "); !strings.Contains(notes, words) {
				t.Errorf("%s: the notes do not say %q: %s", when, words, notes)
			}
		}
	}
	mustUndo(t, fx.action("lock"), target, before)
	if err := fx.signIn(dnOf(login), password); err != nil {
		t.Error("after undo:", err)
	}
}

func testDirsrvLock(t *testing.T, d *instance) {
	d.outlives(t, "jane", janePassword, "restart the directory server")
	mustDo(t, d.action("lock"), first(d.survey(t, "lock", d.person(t, "jane"), "jane")))
	// RFC 4511 has no code for it: 53 for the right password as for a wrong one.
	if err := d.signIn(dnOf("jane"), janePassword); !goldap.IsErrorWithCode(err, goldap.LDAPResultUnwillingToPerform) {
		t.Errorf("locked, and the sign-in returns %v", err)
	}
	if !d.person(t, "jane").Disabled {
		t.Error("the directory does not show the person as disabled")
	}
}

// inactivation is what ns-inactivate.pl made, and dsidm still makes: roles, and a
// class of service that computes nsAccountLock from them.
func inactivation() []slapd.Entry {
	return []slapd.Entry{
		slapd.NewEntry("cn=nsManagedDisabledRole,"+suffix, "objectClass", "LDAPsubentry", "objectClass", "nsManagedRoleDefinition", "objectClass", "nsSimpleRoleDefinition", "objectClass", "nsRoleDefinition"),
		slapd.NewEntry("cn=nsAccountInactivationTmp,"+suffix, "objectClass", "nsContainer"),
		slapd.NewEntry(`cn="cn=nsManagedDisabledRole,`+suffix+`",cn=nsAccountInactivationTmp,`+suffix, "objectClass", "extensibleObject", "objectClass", "costemplate", "objectClass", "ldapsubentry", "nsAccountLock", "true"),
		slapd.NewEntry("cn=nsAccountInactivation_cos,"+suffix, "objectClass", "LDAPsubentry", "objectClass", "cosSuperDefinition", "objectClass", "cosClassicDefinition",
			"cosTemplateDn", "cn=nsAccountInactivationTmp,"+suffix, "cosAttribute", "nsAccountLock operational", "cosSpecifier", "nsRole"),
	}
}

func testDirsrvRole(t *testing.T, d *instance) {
	made := inactivation()
	d.add(t, made...)
	defer d.do(t, func(conn *goldap.Conn) error {
		for n := len(made) - 1; n >= 0; n-- {
			if err := conn.Del(goldap.NewDelRequest(made[n].DN, nil)); err != nil {
				return err
			}
		}
		return nil
	})
	jane := d.person(t, "jane")
	target, f := d.survey(t, "lock", jane, "jane")
	d.replace(t, dnOf("jane"), "nsRoleDN", "cn=nsManagedDisabledRole,"+suffix)
	d.awaits(t, "jane", "true") // the server computes it some time later
	if err := d.signIn(dnOf("jane"), janePassword); err == nil {
		t.Error("in the role, and they sign in")
	}
	if f, err := d.action("lock").Check(t.Context(), target); err != nil || len(f.Items) != 0 {
		t.Errorf("locked by the role: %+v, %v", f, err)
	}
	mustUndo(t, d.action("lock"), target, f) // what a role does is not the bot's to undo
	if got := d.values(t, dnOf("jane"), "nsRoleDN"); len(got) != 1 {
		t.Errorf("after undo nsRoleDN is %q", got)
	}

	d.replace(t, made[2].DN, "nsAccountLock", "false")
	d.awaits(t, "jane", "false")
	mustDo(t, d.action("lock"), target)
	if err := d.signIn(dnOf("jane"), janePassword); err != nil {
		t.Fatal("the class of service does not override the lock any more:", err)
	}
	f, err := d.action("lock").Check(t.Context(), target)
	if err != nil || len(f.Items) != 1 || len(f.Unread) != 1 || !strings.Contains(f.Unread[0], "class of service") {
		t.Errorf("overridden: %+v, %v", f, err)
	}
	_, err = d.action("lock").Do(t.Context(), target)
	wantFinal(t, err, "class of service", "remedy", "template")
}

// awaits waits until the server shows this value of nsAccountLock.
func (d *instance) awaits(t *testing.T, login, value string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		if got := d.values(t, dnOf(login), "nsAccountLock"); len(got) == 1 && got[0] == value {
			return
		}
	}
	t.Fatalf("nsAccountLock of %s does not become %s", login, value)
}

func testDirsrvUnreadable(t *testing.T, d *instance) {
	d.grant(t, append([]string{strings.Replace(rights[suffix][0], `!= "userPassword"`, `!= "userPassword || nsAccountLock"`, 1)}, rights[suffix][1:]...)...)
	defer d.grant(t, rights[suffix]...)
	target, f := d.survey(t, "lock", d.person(t, "jane"), "jane")
	if len(f.Unread) == 0 || !strings.Contains(f.Unread[0], "may not read nsAccountLock") {
		t.Errorf("unread: %q", f.Unread)
	}
	_, err := d.action("lock").Do(t.Context(), target)
	wantFinal(t, err, "may not read nsAccountLock")
	if got := remarks(t, d.fixture, nil); !strings.Contains(got, "broken: the bot may not read nsAccountLock of people such as uid=") {
		t.Errorf("check says %q", got)
	}
}

func testDirsrvPassword(t *testing.T, d *instance) {
	target, _ := d.survey(t, "password", d.person(t, "jane"), "adm-jane")
	target.First = time.Now()
	mustDo(t, d.action("password"), target)
	if err := d.signIn(dnOf("adm-jane"), janePassword); !goldap.IsErrorWithCode(err, goldap.LDAPResultInvalidCredentials) {
		t.Errorf("replaced, and the old one returns %v", err)
	}
	if f, err := d.action("password").Check(t.Context(), target); err != nil || len(f.Items) != 0 || len(f.Notes) != 0 {
		t.Errorf("dated: %+v, %v", f, err)
	}
	// A server as it comes does not date passwords: what else changes the entry comes later.
	for _, action := range []string{"stamp", "move"} {
		if !slices.Contains(specOf(d.client(), action).After, "password") {
			t.Errorf("%s could be taken for a new password", action)
		}
	}
	d.replace(t, "cn=config", "passwordTrackUpdateTime", "off")
	d.replace(t, dnOf("adm-jane"), "pwdUpdateTime")
	defer d.replace(t, "cn=config", "passwordTrackUpdateTime", "on")
	target.Items[0].Before = `{"value":"20200101000000Z"}`
	d.replace(t, dnOf("adm-jane"), "description", "changed by somebody else")
	if f, err := d.action("password").Check(t.Context(), target); err != nil || len(f.Items) != 1 {
		t.Errorf("a change by somebody else proves it: %+v, %v", f, err)
	}
	mustDo(t, d.action("password"), target)
	f, err := d.action("password").Check(t.Context(), target)
	if err != nil || len(f.Items) != 0 || len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "does not date passwords") {
		t.Errorf("not dated: %+v, %v", f, err)
	}
	d.replace(t, dnOf("adm-jane"), "userPassword", janePassword)
}

func testDirsrvWrongPasswords(t *testing.T, d *instance) {
	d.replace(t, "cn=config", "passwordLockout", "on")
	defer d.replace(t, "cn=config", "passwordLockout", "off")
	for range 4 {
		_ = d.signIn(dnOf("bo"), "wrong")
	}
	target, f := d.survey(t, "lock", d.person(t, "bo"), "bo")
	if len(target.Items) != 1 || !strings.Contains(strings.Join(f.Notes, " "), "wrong passwords") {
		t.Errorf("a lock that passes: %+v", f)
	}
	d.replace(t, dnOf("bo"), "accountUnlockTime")
	d.replace(t, dnOf("bo"), "passwordRetryCount")
}

func testDirsrvPeople(t *testing.T, d *instance) {
	jane := d.person(t, "jane")
	found, err := d.client().Directory().Lookup(t.Context(), jane.ID)
	if err != nil || found.Login != "jane" || len(jane.Groups) == 0 || strings.Count(jane.ID, "-") != 3 {
		t.Errorf("%+v, %v", found, err)
	}
	admins := slapd.NewEntry("cn=Directory Administrators,"+groupsBase, "objectClass", "groupOfUniqueNames", "uniqueMember", dnOf("tom"))
	d.add(t, admins)
	defer d.do(t, func(conn *goldap.Conn) error { return conn.Del(goldap.NewDelRequest(admins.DN, nil)) })
	cfg := d.cfg
	cfg.AdminGroups = nil
	people, err := ldap.New(cfg).Directory().Search(t.Context(), "tom", 1)
	if err != nil || len(people) != 1 || !people[0].Admin {
		t.Errorf("who is in Directory Administrators: %+v, %v", people, err)
	}
}

func testDirsrvList(t *testing.T, d *instance) {
	if err := d.signIn(dnOf("jane"), janePassword); err != nil {
		t.Fatal(err)
	}
	mustDo(t, d.action("lock"), first(d.survey(t, "lock", d.person(t, "bo"), "bo")))
	accounts, _ := actionstest.Lister(t, d.client().System("corp", "Corp").Lister)
	for _, a := range accounts {
		switch a.Login {
		case "jane":
			if time.Since(a.Used) > time.Hour || !strings.Contains(a.Note, "last sign-in") || !a.Enabled {
				t.Errorf("%+v", a)
			}
		case "bo":
			if a.Enabled {
				t.Errorf("%+v", a)
			}
		}
	}
}

func testDirsrvInspect(t *testing.T, d *instance) {
	if got := remarks(t, d.fixture, nil); got != "" {
		t.Errorf("with the rights it needs and no others: %q", got)
	}
	d.grant(t, rights[suffix][0])
	got := remarks(t, d.fixture, nil)
	d.grant(t, rights[suffix]...)
	for _, word := range []string{"may not write nsAccountLock", "may not write userPassword"} {
		if !strings.Contains(got, word) {
			t.Errorf("without rights it does not say %q: %q", word, got)
		}
	}
	if got := remarks(t, d.fixture, func(c *ldap.Config) { c.Flavour = "openldap" }); !strings.Contains(got, "the server is 389 Directory Server, and the settings say OpenLDAP") {
		t.Errorf("with another flavour: %q", got)
	}
	for _, login := range []string{"jane", "adm-jane", "bo"} {
		d.replace(t, dnOf(login), "pwdUpdateTime")
	}
	if got := remarks(t, d.fixture, nil); !strings.Contains(got, "unsafe: nobody has pwdUpdateTime") {
		t.Errorf("where passwords are not dated: %q", got)
	}
}

func testDirsrvActions(t *testing.T, d *instance) {
	for _, tt := range suite {
		t.Run(tt.action, func(t *testing.T) { actionstest.Action(t, d.kit(t, tt.action, tt.other)) })
	}
}
