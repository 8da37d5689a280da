package ldap_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest/slapd"
)

func labels(items []actions.Item) []string {
	var out []string
	for _, i := range items {
		out = append(out, i.Label)
	}
	return out
}

func TestLastMember(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		target, before := fx.survey(t, "groups", fx.person(t, "jane"), "jane")
		want := []string{"group design (6 members)", "group design-system (5 members)", "group office-lisbon (7 members)", "group rebranding (1 member)", "group staff (40 members)"}
		if got := labels(target.Items); !slices.Equal(got, want) {
			t.Errorf("labels %q", got)
		}
		last := "cn=rebranding," + groupsBase

		fx.cfg.EmptyGroupMember = ""
		e, err := fx.action("groups").Do(t.Context(), target)
		wantFinal(t, err, "last member", "empty_group_member", "rebranding", "65")
		if !strings.Contains(e.Text, "staff") {
			t.Errorf("the evidence does not name what was done: %q", e.Text)
		}
		f, err := fx.action("groups").Check(t.Context(), target)
		if err != nil || len(f.Items) != 1 || !strings.Contains(f.Items[0].Label, "rebranding") || f.Items[0].Names[0] != "rebranding" || f.Items[0].Names[2] != last {
			t.Fatalf("the other groups: %+v, %v", f.Items, err)
		}

		fx.cfg.EmptyGroupMember = nobodyDN
		mustDo(t, fx.action("groups"), target)
		if got := fx.values(t, last, "member"); len(got) != 1 || got[0] != nobodyDN {
			t.Errorf("the group has members %q", got)
		}
		if _, err := fx.action("groups").(actions.Undoer).Undo(t.Context(), target, before); err != nil {
			t.Fatal(err)
		}
		if got := fx.values(t, last, "member"); len(got) != 1 || got[0] != dnOf("jane") {
			t.Errorf("after undo the group has members %q", got)
		}
	})
}

// Logins, names and groups with every character that means something in a
// filter or a DN.
func TestAwkwardNames(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		const login = `j*(d)\o`
		dn := `cn=Doe\, Jane \+ \"Q\" \<x\>\; \#1 ä*(),` + peopleBase
		fx.add(
			t,
			slapd.NewEntry(dn, "objectClass", "inetOrgPerson", "uid", login, "cn", `Doe, Jane + "Q" <x>; #1 ä*()`, "sn", "Doe", "employeeNumber", "7*"),
			slapd.NewEntry(`cn=R\, D*,`+groupsBase, "objectClass", "groupOfUniqueNames", "cn", "R, D*", "uniqueMember", dn, "uniqueMember", dnOf("bo")),
			slapd.NewEntry("cn=names,"+groupsBase, "objectClass", "groupOfNames", "cn", "names", "member", strings.ToUpper(dn[:3])+dn[3:]),
		)
		fx.add(t, slapd.NewEntry("cn=unix,"+groupsBase, "objectClass", "posixGroup", "cn", "unix", "gidNumber", "7", "memberUid", login, "memberUid", "J*(D)\\O"))
		p := fx.person(t, login)
		if !slices.Equal(p.Groups, []string{"names", "R, D*", "unix"}) {
			t.Errorf("groups %q", p.Groups)
		}
		target, before := fx.survey(t, "groups", p, login)
		if len(target.Items) != 3 {
			t.Fatalf("items %q", labels(target.Items))
		}
		mustDo(t, fx.action("groups"), target)
		if f, err := fx.action("groups").Check(t.Context(), target); err != nil || len(f.Items) != 0 {
			t.Errorf("after Do %+v, %v", f, err)
		}
		if got := fx.values(t, "cn=unix,"+groupsBase, "memberUid"); !slices.Equal(got, []string{"J*(D)\\O"}) {
			t.Errorf("a login that differs in case was taken too: %q", got)
		}
		if _, err := fx.action("groups").(actions.Undoer).Undo(t.Context(), target, before); err != nil {
			t.Fatal(err)
		}
		if f, err := fx.action("groups").Check(t.Context(), target); err != nil || len(f.Items) != 3 {
			t.Errorf("after Undo %+v, %v", f, err)
		}
	})
}

// More entries than a page, and more than slapd gives without pages.
func TestPaging(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		const n = 530
		var many []slapd.Entry
		for i := range n {
			cn := fmt.Sprintf("many-%03d", i)
			many = append(many, slapd.NewEntry("cn="+cn+","+groupsBase, "objectClass", "groupOfNames", "cn", cn, "member", dnOf("bo"), "member", dnOf("mei")))
		}
		bo := fx.person(t, "bo")
		fx.add(t, many...)
		for _, size := range []int{0, 7} {
			fx.cfg.PageSize = size
			target, _ := fx.survey(t, "groups", bo, "bo")
			if got := len(target.Items); got != n+3 {
				t.Errorf("pages of %d: %d groups, want %d", size, got, n+3)
			}
		}
		if fx.slapd == nil {
			return
		}
		// The reader has no right to longer answers: that must not pass for a short one.
		fx.cfg.BindDN, fx.cfg.BindPassword = readerDN, secretOf(readerPass)
		_, err := fx.action("groups").Check(t.Context(), actions.Target{Person: bo})
		wantFinal(t, err, "size limit")
	})
}

// The DN is read again at every call: a renamed account is still the same.
func TestRenamedMeanwhile(t *testing.T) {
	fx := slapdFixture(t)
	jane := fx.person(t, "jane")
	lock, _ := fx.survey(t, "lock", jane, "jane")
	target, before := fx.survey(t, "groups", jane, "jane")
	fx.do(t, func(conn *goldap.Conn) error {
		return conn.ModifyDN(goldap.NewModifyDNRequest(dnOf("jane"), "uid=jane.leaver", false, "ou=admins,"+suffix))
	})
	moved := "uid=jane.leaver,ou=admins," + suffix
	mustDo(t, fx.action("lock"), lock)
	mustDo(t, fx.action("groups"), target)
	if err := fx.signIn(moved, janePassword); err == nil {
		t.Error("renamed, and not locked")
	}
	for _, name := range []string{"lock", "groups"} {
		if f, err := fx.action(name).Check(t.Context(), target); err != nil || len(f.Items) != 0 {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	if _, err := fx.action("groups").(actions.Undoer).Undo(t.Context(), target, before); err != nil {
		t.Fatal(err)
	}
	if got := fx.values(t, "cn=rebranding,"+groupsBase, "member"); !slices.Equal(got, []string{moved}) {
		t.Errorf("undo puts %q into the group", got)
	}
	if p, err := fx.client().Directory().Lookup(t.Context(), jane.ID); err != nil || p.ID != jane.ID {
		t.Errorf("lookup: %+v, %v", p, err)
	}
}

func TestGroupGoneMeanwhile(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		target, before := fx.survey(t, "groups", fx.person(t, "jane"), "jane")
		fx.do(t, func(conn *goldap.Conn) error {
			return conn.Del(goldap.NewDelRequest("cn=design-system,"+groupsBase, nil))
		})
		mustDo(t, fx.action("groups"), target)
		_, err := fx.action("groups").(actions.Undoer).Undo(t.Context(), target, before)
		wantFinal(t, err, "design-system", "does not exist any more")
		if f, err := fx.action("groups").Check(t.Context(), target); err != nil || len(f.Items) != 4 {
			t.Errorf("the other groups: %q, %v", labels(f.Items), err)
		}
	})
}
