package ldap_test

import (
	"slices"
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest/slapd"
)

// A service account goes to an heir like all that is owned, with a task for its
// secret; it is no person who reports to somebody.
func TestServiceAccounts(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, fx *fixture) {
		backup, sync := "uid=svc-backup,ou=services,"+suffix, "uid=svc-sync,ou=services,"+suffix
		fx.add(t, slapd.NewEntry(backup, "objectClass", "account", "uid", "svc-backup", "seeAlso", dnOf("jane")),
			slapd.NewEntry(sync, "objectClass", "person", "objectClass", "inetOrgPerson", "objectClass", "simpleSecurityObject", "userPassword", "sync-password", "uid", "svc-sync", "cn", "svc-sync", "sn", "sync", "employeeType", "service", "manager", dnOf("jane"), "seeAlso", dnOf("jane")))
		jane, marco := fx.person(t, "jane"), fx.person(t, "marco")
		reports := func() string {
			_, f := fx.survey(t, "reports", jane, "jane")
			return strings.Join(labels(f.Items), ", ")
		}
		if !strings.Contains(reports(), "svc-sync") {
			t.Error("nobody has said that svc-sync is no person, and it is not among the reports")
		}
		owned := func() (out []string) {
			_, f := fx.survey(t, "owner", jane, "jane")
			for _, i := range f.Items {
				label := i.Label
				if i.Then {
					label += ", and then its secret"
				}
				if strings.HasPrefix(label, "service") || i.Then {
					out = append(out, label)
				}
				if !i.Heir {
					t.Errorf("nobody can get %s", i.Label)
				}
			}
			return out
		}
		if got := owned(); !slices.Equal(got, []string{"service account svc-backup, and then its secret"}) {
			t.Errorf("%q", got)
		}
		fx.cfg.ServiceAccounts = "(|(objectClass=account)(employeeType=service))"
		if got := owned(); !slices.Equal(got, []string{"service account svc-backup, and then its secret", "service account svc-sync, and then its secret", "service account svc-sync (seeAlso)"}) {
			t.Errorf("%q", got)
		}
		if strings.Contains(reports(), "svc-sync") {
			t.Error("a service account is among the people who report to her")
		}

		target, f := fx.survey(t, "owner", jane, "jane")
		target.Heirs = map[string]actions.Person{}
		for _, i := range target.Items {
			target.Heirs[i.ID] = marco
		}
		where := func() []string {
			return slices.Concat(fx.values(t, backup, "seeAlso"), fx.values(t, sync, "manager"), fx.values(t, sync, "seeAlso"))
		}
		mustDo(t, fx.action("owner"), target)
		if to := dnOf("marco"); !slices.Equal(where(), []string{to, to, to}) || len(owned()) != 0 {
			t.Errorf("they name %q, and are still hers: %q", where(), owned())
		}
		if _, err := fx.action("owner").(actions.Undoer).Undo(t.Context(), target, f); err != nil {
			t.Error(err)
		}
		if from := dnOf("jane"); !slices.Equal(where(), []string{from, from, from}) {
			t.Errorf("after undo they name %q", where())
		}
		target.Items = []actions.Item{{ID: f.Items[0].ID + "/userPassword"}}
		_, err := fx.action("owner").Do(t.Context(), target)
		wantFinal(t, err, "does not name what somebody owns")
	})
}

// Of a group that opens for nobody any more a person has to make something; of one
// in which others are, or may be, not.
func TestNobodyElse(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, fx *fixture) {
		alone, filled := "cn=alone,"+groupsBase, "cn=filled,"+groupsBase
		fx.cfg.EmptyGroupMember = nobodyDN
		fx.add(t, slapd.NewEntry(alone, "objectClass", "groupOfNames", "cn", "alone", "member", dnOf("jane")),
			slapd.NewEntry(filled, "objectClass", "groupOfNames", "cn", "filled", "member", nobodyDN, "member", dnOf("jane")),
			slapd.NewEntry("cn=jane,"+groupsBase, "objectClass", "posixGroup", "cn", "jane", "gidNumber", "4711", "memberUid", "jane"))
		_, f := fx.survey(t, "groups", fx.person(t, "jane"), "jane")
		var got []string
		for _, i := range f.Items {
			if i.Then {
				got = append(got, i.Label)
			}
		}
		if !slices.Equal(got, []string{"group alone (1 member)", "group filled (2 members)", "group rebranding (1 member)"}) {
			t.Errorf("%q of %q", got, labels(f.Items))
		}
	})
}
