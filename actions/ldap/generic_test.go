package ldap_test

import (
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions/actionstest"
	"offboard/actions/demo"
	"offboard/actions/ldap"
)

// configure changes one entry of the configuration of slapd.
func (fx *fixture) configure(t *testing.T, dn string, change func(*goldap.ModifyRequest)) {
	t.Helper()
	conn, err := goldap.DialURL("ldap://" + fx.slapd.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.Bind("cn=config", "config-password"); err != nil {
		t.Fatal(err)
	}
	req := goldap.NewModifyRequest(dn, nil)
	change(req)
	if err := conn.Modify(req); err != nil {
		t.Fatal(err)
	}
}

// A server of which only the standard is known passes the suite with the lock
// that its schema knows; all else is what OpenLDAP has.
func TestGeneric(t *testing.T) {
	t.Parallel()
	fx := slapdFixture(t)
	fx.cfg.Flavour = "generic"
	fx.outlives(t, "jane", janePassword, "close it at the server")
	actionstest.Action(t, fx.kit(t, "lock", "bo"))
	if got := remarks(t, fx, func(c *ldap.Config) { c.PolicyDN = "cn=none," + c.Base }); !strings.Contains(got, "broken: a lock would not keep anybody out") {
		t.Errorf("without the policy: %q", got)
	}
}

// One that hides what it is, and its schema: nothing is written that looks like
// a lock, a person is asked, and the password is replaced all the same.
func TestGenericWithoutLock(t *testing.T) {
	t.Parallel()
	fx := slapdFixture(t)
	jane := fx.person(t, "jane")
	fx.configure(t, "olcDatabase={-1}frontend,cn=config", func(m *goldap.ModifyRequest) {
		m.Replace("olcAccess", []string{`{0}to dn.base="" by * none`, `{1}to * by * read`})
	})
	target, f := fx.survey(t, "lock", jane, "jane")
	if words := f.ByHand[target.Account.ID]; len(target.Items) != 1 || !strings.Contains(words, "Lock jane") || !strings.Contains(words, "pwdAccountLockedTime") {
		t.Errorf("found %+v", f)
	}
	_, err := fx.action("lock").Do(t.Context(), target)
	wantFinal(t, err, "LDAP itself knows no lock", "lock_attribute")
	if got := fx.values(t, dnOf("jane"), "pwdAccountLockedTime"); len(got) != 0 {
		t.Errorf("something was written: %q", got)
	}
	if got := remarks(t, fx, nil); !strings.Contains(got, "broken: a lock would not keep anybody out: LDAP itself knows no lock") {
		t.Errorf("check says %q", got)
	}
	target, _ = fx.survey(t, "password", jane, "jane")
	target.First = time.Now()
	mustDo(t, fx.action("password"), target)
	if err := fx.signIn(dnOf("jane"), janePassword); err == nil {
		t.Error("the old password signs in")
	}
	if f, err := fx.action("password").Check(t.Context(), target); err != nil || len(f.Items) != 0 {
		t.Errorf("after: %+v, %v", f, err)
	}
}

// The settings name the attribute by which the server keeps people out; here a
// rule of slapd does. A server that says itself who can sign in has the last word.
func TestDeclaredLock(t *testing.T) {
	t.Parallel()
	fx := slapdFixture(t)
	fx.cfg.Flavour, fx.cfg.LockAttribute = "generic", "businessCategory"
	if err := fx.cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	target, before := fx.survey(t, "lock", fx.person(t, "jane"), "jane")
	mustDo(t, fx.action("lock"), target)
	f, err := fx.action("lock").Check(t.Context(), target)
	if err != nil || len(f.Items) != 1 || len(f.Unread) != 1 || !strings.Contains(f.Unread[0], "the server itself says that the account can sign in") {
		t.Errorf("an attribute that does nothing: %+v, %v", f, err)
	}
	mustUndo(t, fx.action("lock"), target, before)
	fx.cfg.LockAttribute, fx.cfg.LockValue = "pwdAccountLockedTime", "000001010000Z"
	fx.replace(t, dnOf("jane"), fx.cfg.LockAttribute, fx.cfg.LockValue)
	if f, err = fx.action("lock").Check(t.Context(), target); err != nil || len(f.Items) != 0 || strings.Contains(strings.Join(f.Notes, " "), "no read can show it") {
		t.Errorf("one that the server confirms: %+v, %v", f, err)
	}
	fx.replace(t, dnOf("jane"), fx.cfg.LockAttribute)
	fx.cfg.LockAttribute, fx.cfg.LockValue = "businessCategory", ""
	fx.configure(t, "olcDatabase={1}mdb,cn=config", func(m *goldap.ModifyRequest) {
		m.Add("olcAccess", []string{`{0}to filter=(businessCategory=TRUE) attrs=userPassword by * none`})
	})
	fx.replace(t, dnOf("jane"), "businessCategory", "FALSE")
	fx.outlives(t, "jane", janePassword, "that businessCategory: TRUE keeps people out of this directory is what the settings say")
	if got := fx.values(t, dnOf("jane"), "businessCategory"); len(got) != 1 || got[0] != "FALSE" {
		t.Errorf("after undo %q", got)
	}
	if got := remarks(t, fx, nil); !strings.Contains(got, "no read can show it") {
		t.Errorf("check says %q", got)
	}
}

func TestDeclaredLockIsValidated(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ flavour, attribute, value, words string }{
		{"", "loginDisabled", "TRUE", "flavour: generic only"},
		{"389ds", "loginDisabled", "", "flavour: generic only"},
		{"generic", "", "TRUE", "says nothing alone"},
		{"dirsrv", "", "", "openldap, 389ds, freeipa, generic"},
	} {
		cfg := demo.Settings()
		cfg.URL = "ldap://localhost"
		cfg.Flavour, cfg.LockAttribute, cfg.LockValue = tt.flavour, tt.attribute, tt.value
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), tt.words) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

// Without its overlay slapd knows the policy, and does nothing by it.
func TestLockWithoutOverlay(t *testing.T) {
	t.Parallel()
	fx := slapdFixture(t)
	target, _ := fx.survey(t, "lock", fx.person(t, "jane"), "jane")
	conn, err := goldap.DialURL("ldap://" + fx.slapd.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.Bind("cn=config", "config-password"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Del(goldap.NewDelRequest("olcOverlay={2}ppolicy,olcDatabase={1}mdb,cn=config", nil)); err != nil {
		t.Fatal(err)
	}
	_, err = fx.action("lock").Do(t.Context(), target)
	wantFinal(t, err, "no overlay that obeys them", "ppolicy")
	fx.replace(t, dnOf("jane"), "pwdAccountLockedTime", "000001010000Z") // slapd stores it, as if
	if err := fx.signIn(dnOf("jane"), janePassword); err != nil {
		t.Error("slapd obeys it after all:", err)
	}
	f, err := fx.action("lock").Check(t.Context(), target)
	if err != nil || len(f.Items) != 1 || len(f.Unread) != 1 || !strings.Contains(f.Unread[0], "carries a lock, but it has no effect") {
		t.Errorf("%+v, %v", f, err)
	}
	if got := remarks(t, fx, nil); !strings.Contains(got, "broken: a lock would not keep anybody out: there are password policies") {
		t.Errorf("check says %q", got)
	}
}
