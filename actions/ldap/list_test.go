package ldap_test

import (
	"slices"
	"testing"

	"offboard/actions"
	"offboard/actions/ldap"
)

// All accounts below the base are listed, each with its owner: a second account
// is its person's, a service's is nobody's, and the bot's own is left out.
func TestList(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		all := func() map[string]actions.Listed {
			t.Helper()
			out := map[string]actions.Listed{}
			p, err := ldap.New(fx.cfg).System("dir", "Directory").Lister.List(t.Context(), "")
			if err != nil || p.Next != "" || p.Total != len(p.Accounts) {
				t.Fatalf("%d of %d accounts, %v", len(p.Accounts), p.Total, err)
			}
			for _, a := range p.Accounts {
				if _, twice := out[a.Login]; twice || a.ID == "" {
					t.Errorf("%s is listed twice, or has no id", a.Login)
				}
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
