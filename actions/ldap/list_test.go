package ldap_test

import (
	"slices"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/ldap"
)

// All accounts below the base are listed, each with its owner: a second account
// is its person's, a service's is nobody's, and the bot's own is left out.
func TestList(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		all := func() map[string]actions.Listed {
			t.Helper()
			out := map[string]actions.Listed{}
			accounts, _ := actionstest.Lister(t, ldap.New(fx.cfg).System("dir", "Directory").Lister)
			for _, a := range accounts {
				out[a.Login] = a
			}
			return out
		}
		jane := fx.person(t, "jane")
		got := all()
		for _, login := range append([]string{"jane"}, jane.Accounts...) {
			if a := got[login]; a.Person != jane.ID || !a.Enabled {
				t.Errorf("%s: %+v", login, a)
			}
		}
		if got["jane"].Mail != jane.Mail || got["jane"].Admin || !got["adm-jane"].Admin {
			t.Errorf("jane: %+v, adm-jane: %+v", got["jane"], got["adm-jane"])
		}
		target, _ := fx.survey(t, "lock", jane, "jane")
		mustDo(t, fx.action("lock"), target)
		if a := all(); a["jane"].Enabled || len(a) != len(got) {
			t.Errorf("locked, jane is %+v", a["jane"])
		}
		if slices.ContainsFunc([]string{"offboard", "bot"}, func(login string) bool { _, ok := got[login]; return ok }) {
			t.Error("the account of the bot itself is listed")
		}
	})
}
