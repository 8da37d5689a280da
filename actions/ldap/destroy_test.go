package ldap_test

import (
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest/slapd"
)

func (fx *fixture) there(t testing.TB, dn string) bool {
	t.Helper()
	all, err := fx.snapshot("uid")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(all, dn+": ")
}

// What must stay is refused for good, with the reason, and the survey says it
// before anybody approves.
func TestDeleteRefuses(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		jane := dnOf("jane")
		refused := func(t *testing.T, why string) {
			t.Helper()
			target, found := fx.survey(t, "delete", fx.person(t, "jane"), "jane")
			if !strings.Contains(strings.Join(found.Notes, "\n"), why) {
				t.Errorf("the survey says %q, and not %q", found.Notes, why)
			}
			_, err := fx.action("delete").Do(t.Context(), target)
			if class, _ := actions.ClassOf(err); err == nil || class != actions.ClassFinal || !strings.Contains(err.Error(), why) {
				t.Errorf("%v", err)
			}
			if !fx.there(t, jane) {
				t.Error("it was deleted")
			}
		}
		t.Run("an account in use", func(t *testing.T) { refused(t, "is not locked") })
		fx.replace(t, jane, "pwdAccountLockedTime", "000001010000Z")
		fx.add(t, slapd.NewEntry("cn=phone,"+jane, "objectClass", "device", "cn", "phone"))
		t.Run("an entry with others below it", func(t *testing.T) { refused(t, "other entries stand below") })
	})
}

// The entry is found by its immutable id, so it is the one that was approved
// also where somebody else has the name by now.
func TestDeleteFollowsTheID(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		bo, jane := dnOf("bo"), dnOf("jane")
		fx.replace(t, jane, "pwdAccountLockedTime", "000001010000Z")
		fx.replace(t, bo, "pwdAccountLockedTime", "000001010000Z")
		target, _ := fx.survey(t, "delete", fx.person(t, "jane"), "jane")
		target.Account.Login = "bo"
		if _, err := fx.action("delete").Do(t.Context(), target); err != nil {
			t.Fatal(err)
		}
		if fx.there(t, jane) || !fx.there(t, bo) {
			t.Errorf("jane is there: %v, bo: %v", fx.there(t, jane), fx.there(t, bo))
		}
		if f, err := fx.action("delete").Check(t.Context(), actions.Target{Account: target.Account}); err != nil || len(f.Items) != 0 || len(f.Unread) != 0 {
			t.Errorf("a read still finds %v (%v)", f.Items, err)
		}
	})
}
