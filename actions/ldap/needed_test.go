package ldap_test

import (
	"maps"
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest/slapd"
)

// The last one of the administrators who can sign in is needed, whichever
// attribute lists them; the bot's own account is, too.
func TestNeeded(t *testing.T) {
	const (
		admins  = "cn=administrators," + groupsBase
		posix   = "cn=wheel," + groupsBase
		forGood = "000001010000Z"
		words   = "the last one in the administrators' group"
	)
	onBoth(t, func(t *testing.T, fx *fixture) {
		needed := func(login string) map[string]string {
			t.Helper()
			f, err := fx.action("lock").Check(t.Context(), actions.Target{Person: fx.person(t, login)})
			if err != nil {
				t.Fatal(err)
			}
			logins := map[string]string{}
			for id, why := range f.Needed {
				for _, a := range f.Accounts {
					if a.ID == id {
						logins[a.Login] = why
					}
				}
			}
			return logins
		}
		is := func(what, login string, want map[string]string) {
			t.Helper()
			if got := needed(login); !maps.EqualFunc(got, want, strings.HasPrefix) {
				t.Errorf("%s: needed are %q, want %q", what, got, want)
			}
		}
		lock := func(login string) { fx.replace(t, dnOf(login), "pwdAccountLockedTime", forGood) }

		is("others are there", "jane", nil)
		lock("ivan")
		is("one other is there", "jane", nil)
		lock("ines")
		is("all others are locked", "jane", map[string]string{"adm-jane": words})
		is("who is no administrator", "bo", nil)
		is("who is locked", "ivan", nil)
		f, err := fx.action("lock").Check(t.Context(), actions.Target{Person: fx.person(t, "jane"), Account: actions.Account{ID: fx.values(t, dnOf("adm-jane"), "entryUUID")[0]}})
		if err != nil || len(f.Needed) != 0 {
			t.Errorf("the check of a step reads what nobody asks for: %v, %v", f.Needed, err)
		}

		// Neither an entry that is gone, nor the one that stands for nobody, nor
		// another account of hers can take her place; a group may.
		fx.replace(t, admins, "member", dnOf("adm-jane"), dnOf("jane"), "uid=gone,"+peopleBase, nobodyDN)
		is("nobody real is left", "jane", map[string]string{"adm-jane": words, "jane": words})
		fx.replace(t, admins, "member", dnOf("adm-jane"), "cn=engineering,"+groupsBase)
		is("a group is in it", "jane", nil)

		fx.cfg.AdminGroups = append(fx.cfg.AdminGroups, "wheel")
		fx.add(t, slapd.NewEntry(posix, "objectClass", "posixGroup", "cn", "wheel", "gidNumber", "8", "memberUid", "bo", "memberUid", "ivan", "memberUid", "gone"))
		is("by login", "bo", map[string]string{"bo": words})
		fx.replace(t, posix, "memberUid", "bo", "mei")
		is("by login, and another one", "bo", nil)

		fx.cfg.BindDN = dnOf("bo")
		fx.cfg.BindPassword = secretOf("bo-demo-password")
		fx.replace(t, dnOf("bo"), "pwdAccountLockedTime")
		is("the bot's own", "bo", map[string]string{"bo": "the account with which this bot signs in"})
	})
}

// A person is an administrator by their login, a group, or another account.
func TestAdminOnTheCard(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		fx.replace(t, dnOf("bo"), "employeeType", "contractor")
		for login, want := range map[string]bool{"jane": true, "ivan": true, "bo": false} {
			if p := fx.person(t, login); p.Admin != want || (p.Employment == "contractor") != (login == "bo") {
				t.Errorf("%s: admin %t, want %t; employment %q", login, p.Admin, want, p.Employment)
			}
		}
		fx.cfg.AdminPrefix = "none-"
		if !fx.person(t, "jane").Admin { // adm-jane is in the group
			t.Error("a group of another account does not count")
		}
		fx.cfg.AdminGroups = nil
		if fx.person(t, "jane").Admin || fx.person(t, "ivan").Admin {
			t.Error("somebody is an administrator by nothing")
		}
	})
}
