package ldap_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest/slapd"
)

const janePassword = "jane-demo-password"

func mustDo(t *testing.T, a actions.Action, target actions.Target) actions.Evidence {
	t.Helper()
	e, err := a.Do(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func mustUndo(t *testing.T, a actions.Action, target actions.Target, f actions.Finding) {
	t.Helper()
	if _, err := a.(actions.Undoer).Undo(t.Context(), target, f); err != nil {
		t.Fatal(err)
	}
}

func first(t actions.Target, _ actions.Finding) actions.Target { return t }

func wantFinal(t *testing.T, err error, words ...string) {
	t.Helper()
	wantClass(t, err, actions.ClassFinal, words...)
}

func wantClass(t *testing.T, err error, want actions.Class, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one of class %s", want)
	}
	if class, _ := actions.ClassOf(err); class != want {
		t.Errorf("class %s, want %s: %v", class, want, err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

// The proof of a lock is that the right password no longer signs in.
func TestLockEndsSignIn(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		dn := dnOf("jane")
		if err := fx.signIn(dn, janePassword); err != nil {
			t.Fatal("before:", err)
		}
		target, before := fx.survey(t, "lock", fx.person(t, "jane"), "jane")
		mustDo(t, fx.action("lock"), target)
		if err := fx.signIn(dn, janePassword); !goldap.IsErrorWithCode(err, goldap.LDAPResultInvalidCredentials) {
			t.Errorf("locked, and the sign-in returns %v", err)
		}
		if err := fx.signIn(dnOf("adm-jane"), janePassword); err != nil {
			t.Error("the other account:", err)
		}
		if p := fx.person(t, "jane"); !p.Disabled {
			t.Error("the directory does not show the person as disabled")
		}
		if _, err := fx.action("lock").(actions.Undoer).Undo(t.Context(), target, before); err != nil {
			t.Fatal(err)
		}
		if err := fx.signIn(dn, janePassword); err != nil {
			t.Error("after undo:", err)
		}
	})
}

// A connection that was signed in before the lock outlives it.
func TestLockLeavesSessionsOpen(t *testing.T) {
	slapdFixture(t).outlives(t, "jane", janePassword, "restart slapd")
}

func TestLockWithoutForce(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		jane := fx.person(t, "jane")
		target, _ := fx.survey(t, "lock", jane, "jane")
		fx.replace(t, policyDN, "pwdLockout", "FALSE")
		_, err := fx.action("lock").Do(t.Context(), target)
		wantFinal(t, err, "would have no effect", "pwdLockout", "remedy")

		// Somebody else sets the flag: it is stored, readable, and ignored.
		fx.replace(t, dnOf("jane"), "pwdAccountLockedTime", "000001010000Z")
		if err := fx.signIn(dnOf("jane"), janePassword); err != nil {
			t.Error("a lock without force keeps them out:", err)
		}
		for _, policy := range []string{policyDN, "", "cn=missing," + suffix} {
			fx.cfg.PolicyDN = policy
			f, err := fx.action("lock").Check(t.Context(), target)
			if err != nil || len(f.Items) != 1 {
				t.Fatalf("policy_dn %q: found %v, %v", policy, f.Items, err)
			}
			if len(f.Unread) != 1 || !strings.Contains(f.Unread[0], "no effect") {
				t.Errorf("policy_dn %q: it does not say why: %q", policy, f.Unread)
			}
		}

		fx.replace(t, policyDN, "pwdLockout", "TRUE")
		fx.cfg.PolicyDN = ""
		f, err := fx.action("lock").Check(t.Context(), target)
		if err != nil || len(f.Items) != 0 || !strings.Contains(strings.Join(f.Notes, " "), "policy_dn is not set") {
			t.Errorf("a policy that was found: %+v, %v", f, err)
		}
		if !strings.Contains(strings.Join(f.Notes, " "), "until it reconnects") {
			t.Errorf("nothing is said of open sessions: %q", f.Notes)
		}
	})
}

func TestLockUnderItsOwnPolicy(t *testing.T) {
	fx := slapdFixture(t)
	lax := "cn=lax,ou=policies," + suffix
	fx.add(t, slapd.NewEntry(lax, "objectClass", "device", "objectClass", "pwdPolicy", "cn", "lax", "pwdAttribute", "userPassword", "pwdLockout", "FALSE"))
	fx.replace(t, dnOf("jane"), "pwdPolicySubentry", lax)
	jane := fx.person(t, "jane")
	target, f := fx.survey(t, "lock", jane, "jane")
	if len(f.Unread) != 1 || !strings.Contains(f.Unread[0], lax) {
		t.Errorf("unread: %q", f.Unread)
	}
	_, err := fx.action("lock").Do(t.Context(), target)
	wantFinal(t, err, lax)
	admin, _ := fx.survey(t, "lock", jane, "adm-jane")
	mustDo(t, fx.action("lock"), admin)

	// Two policies, one without force, and nobody says which is the default.
	fx.cfg.PolicyDN = ""
	target, f = fx.survey(t, "lock", jane, "adm-jane")
	if len(target.Items) != 1 || !strings.Contains(strings.Join(f.Unread, " "), "which policy is the default") {
		t.Errorf("found %v, unread %q", target.Items, f.Unread)
	}
}

// Wrong passwords lock for a while, with a real time in the same attribute.
func TestTemporaryLock(t *testing.T) {
	fx := slapdFixture(t)
	fx.replace(t, policyDN, "pwdLockoutDuration", "3600")
	for range 6 {
		_ = fx.signIn(dnOf("jane"), "wrong")
	}
	if got := fx.values(t, dnOf("jane"), "pwdAccountLockedTime"); len(got) != 1 || strings.HasPrefix(got[0], "0000") {
		t.Fatalf("six wrong passwords leave pwdAccountLockedTime %q", got)
	}
	target, f := fx.survey(t, "lock", fx.person(t, "jane"), "jane")
	if len(target.Items) != 1 || !strings.Contains(strings.Join(f.Notes, " "), "wrong passwords") {
		t.Errorf("a temporary lock passes for a lock: %+v", f)
	}
	before := fx.values(t, dnOf("jane"), "pwdAccountLockedTime")
	mustDo(t, fx.action("lock"), target)
	if got := fx.values(t, dnOf("jane"), "pwdAccountLockedTime"); !slices.Equal(got, []string{"000001010000Z"}) {
		t.Errorf("locked: %q", got)
	}
	if _, err := fx.action("lock").(actions.Undoer).Undo(t.Context(), target, f); err != nil {
		t.Fatal(err)
	}
	if got := fx.values(t, dnOf("jane"), "pwdAccountLockedTime"); !slices.Equal(got, before) {
		t.Errorf("undo leaves %q, before it was %q", got, before)
	}
}

// slapd removes a lock when the password is replaced; the account stays locked here.
func TestPasswordKeepsTheLock(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		jane := fx.person(t, "jane")
		for _, locked := range []bool{false, true} {
			login := map[bool]string{false: "jane", true: "adm-jane"}[locked]
			if locked {
				target, _ := fx.survey(t, "lock", jane, login)
				mustDo(t, fx.action("lock"), target)
			}
			target, _ := fx.survey(t, "password", jane, login)
			target.First = time.Now()
			e := mustDo(t, fx.action("password"), target)
			f, err := fx.action("password").Check(t.Context(), target)
			if err != nil || len(f.Items) != 0 {
				t.Errorf("%s: after Do: %+v, %v (%s)", login, f, err, e.Text)
			}
			if got := fx.values(t, dnOf(login), "pwdAccountLockedTime"); (len(got) == 1) != locked {
				t.Errorf("%s: pwdAccountLockedTime is %q", login, got)
			}
			fx.replace(t, dnOf(login), "pwdAccountLockedTime")
			if err := fx.signIn(dnOf(login), janePassword); !goldap.IsErrorWithCode(err, goldap.LDAPResultInvalidCredentials) {
				t.Errorf("%s: the old password returns %v", login, err)
			}
		}
	})
}

// A change in the very second of the first attempt is a proof only if it is
// not the one that was there before.
func TestPasswordInTheSameSecond(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		jane := fx.person(t, "jane")
		target, _ := fx.survey(t, "password", jane, "jane")
		mustDo(t, fx.action("password"), target)
		target, _ = fx.survey(t, "password", jane, "jane") // now it records the change
		changed, err := time.Parse("20060102150405Z", fx.values(t, dnOf("jane"), "pwdChangedTime")[0])
		if err != nil {
			t.Fatal(err)
		}
		target.First = changed.Add(500 * time.Millisecond)
		f, err := fx.action("password").Check(t.Context(), target)
		if err != nil || len(f.Items) != 1 || len(f.Notes) != 1 {
			t.Errorf("the change from before the first attempt proves it: %+v, %v", f, err)
		}
		target.Items = nil // the later check, which knows of nothing before
		if f, err = fx.action("password").Check(t.Context(), target); err != nil || len(f.Items) != 0 {
			t.Errorf("the later check: %+v, %v", f, err)
		}
	})
}

// Without any password policy the entry's own time has to do, and says so.
func TestPasswordWithoutPolicy(t *testing.T) {
	fx := demoFixture(t)
	fx.cfg.PolicyDN = ""
	jane := fx.person(t, "jane")
	fx.do(t, func(conn *goldap.Conn) error { return conn.Del(goldap.NewDelRequest(policyDN, nil)) })
	target, _ := fx.survey(t, "password", jane, "jane")
	target.First = time.Now().Add(-time.Minute)
	target.Items[0].Before = `{"value":"20200101000000Z"}`
	// Somebody else's change proves nothing as long as the bot has to act.
	f, err := fx.action("password").Check(t.Context(), target)
	if err != nil || len(f.Items) != 1 {
		t.Errorf("changed by somebody: %+v, %v", f, err)
	}
	fx.replace(t, dnOf("jane"), "description", "changed by the bot")
	later := target
	later.Items = nil
	for _, target := range []actions.Target{target, later} {
		f, err := fx.action("password").Check(t.Context(), target)
		if err != nil || len(f.Items) != 0 || len(f.Notes) != 1 {
			t.Errorf("%+v, %v", f, err)
		}
	}
}

func TestOwnAccountIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		id := fx.values(t, fx.cfg.BindDN, "entryUUID")[0]
		bot := actions.Person{ID: id, Name: "Offboard"}
		for _, name := range []string{"lock", "password", "groups", "owner", "reports"} {
			f, err := fx.action(name).Check(t.Context(), actions.Target{Person: bot})
			if err != nil || len(f.Accounts) != 1 || !strings.Contains(strings.Join(f.Notes, " "), "never touched") {
				t.Fatalf("%s: %+v, %v", name, f, err)
			}
			target := actions.Target{Person: bot, Account: f.Accounts[0], Items: []actions.Item{{ID: "sign-in"}, {ID: "password"}}}
			_, err = fx.action(name).Do(t.Context(), target)
			wantFinal(t, err, "never touched")
			if u, ok := fx.action(name).(actions.Undoer); ok {
				_, err = u.Undo(t.Context(), target, f)
				wantFinal(t, err, "never touched")
			}
		}
		if err := fx.signIn(fx.cfg.BindDN, fx.cfg.BindPassword.Value()); err != nil {
			t.Error(err)
		}
	})
}
