package ldap_test

import (
	"slices"
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest/slapd"
	"offboard/actions/ldap"
)

// testFreeIPA has a tree like FreeIPA's on the server that is below FreeIPA: a
// whole one is a machine with Kerberos and DNS.
func testFreeIPA(t *testing.T, d *instance) {
	const (
		users  = "cn=users,cn=accounts," + suffix
		groups = "cn=groups,cn=accounts," + suffix
		compat = "cn=compat," + suffix
		rule   = "ipaUniqueID=42,cn=hbac," + suffix
		kim    = "uid=kim," + users
		lou    = "uid=lou," + users
	)
	d.do(t, func(conn *goldap.Conn) error {
		m := goldap.NewModifyRequest("cn=schema", nil)
		m.Add("attributeTypes", []string{
			"( 2.16.840.1.113730.3.8.3.1 NAME 'ipaUniqueID' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )",
			"( 2.16.840.1.113730.3.8.3.4 NAME 'memberUser' SUP distinguishedName )",
			"( 2.16.840.1.113730.3.8.23.1 NAME 'memberManager' SUP distinguishedName )",
			"( 2.16.840.1.113719.1.301.4.41.1 NAME 'krbLastPwdChange' SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )",
			"( 2.16.840.1.113719.1.301.4.44.1 NAME 'krbLastSuccessfulAuth' SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )",
		})
		return conn.Modify(m)
	})
	made := []slapd.Entry{}
	for _, dn := range []string{"cn=accounts," + suffix, users, groups, compat, "cn=hbac," + suffix} {
		made = append(made, slapd.NewEntry(dn, "objectClass", "nsContainer"))
	}
	made = append(made,
		slapd.NewEntry(kim, "objectClass", "inetOrgPerson", "objectClass", "extensibleObject", "uid", "kim", "cn", "Kim Park", "sn", "Park", "userPassword", janePassword,
			"krbLastPwdChange", "20200101000000Z", "krbLastSuccessfulAuth", "20260401080000Z"),
		slapd.NewEntry(lou, "objectClass", "inetOrgPerson", "uid", "lou", "cn", "Lou Ray", "sn", "Ray"),
		slapd.NewEntry("cn=admins,"+groups, "objectClass", "groupOfNames", "member", kim, "member", lou),
		slapd.NewEntry("cn=editors,"+groups, "objectClass", "groupOfNames", "objectClass", "extensibleObject", "memberManager", kim),
		slapd.NewEntry(rule, "objectClass", "extensibleObject", "cn", "into-production", "memberUser", kim),
		// What slapi-nis shows once more.
		slapd.NewEntry("uid=kim,"+compat, "objectClass", "account", "objectClass", "extensibleObject"),
		slapd.NewEntry("cn=admins,"+compat, "objectClass", "extensibleObject", "memberUid", "kim"),
	)
	d.add(t, made...)
	defer d.do(t, func(conn *goldap.Conn) error {
		for n := len(made) - 1; n >= 0; n-- {
			if err := conn.Del(goldap.NewDelRequest(made[n].DN, nil)); err != nil {
				return err
			}
		}
		return nil
	})
	aci := `(targetattr = "member || memberUser || memberManager")(version 3.0; acl "groups and rules"; allow (write) userdn = "ldap:///` + d.cfg.BindDN + `";)`
	d.grant(t, append(slices.Clone(rights[suffix]), aci)...)
	defer d.grant(t, rights[suffix]...)

	ipa := *d.fixture
	ipa.cfg.Flavour, ipa.cfg.PeopleBase, ipa.cfg.GroupsBase, ipa.cfg.AdminGroups, ipa.cfg.EmptyGroupMember = "freeipa", "", "", nil, ""
	p := ipa.person(t, "kim")
	if !p.Admin || !slices.Equal(p.Groups, []string{"admins", "into-production"}) {
		t.Errorf("the card: %+v", p)
	}
	// A group within the group is theirs too, and who is in it.
	inner := slapd.NewEntry("cn=operators,"+groups, "objectClass", "groupOfNames", "member", lou)
	d.add(t, inner)
	d.replace(t, "cn=admins,"+groups, "member", kim, inner.DN)
	if !ipa.person(t, "lou").Admin {
		t.Error("in a group of the group of administrators, and not shown as privileged")
	}
	if _, f := ipa.survey(t, "lock", p, "kim"); len(f.Needed) != 0 {
		t.Errorf("lou is there too, and needed are %q", f.Needed)
	}
	d.replace(t, inner.DN, "member", kim)
	if _, f := ipa.survey(t, "lock", p, "kim"); len(f.Needed) != 1 {
		t.Errorf("nobody else is in either, and needed are %q", f.Needed)
	}
	d.do(t, func(conn *goldap.Conn) error { return conn.Del(goldap.NewDelRequest(inner.DN, nil)) })
	d.replace(t, "cn=admins,"+groups, "member", kim, lou)
	target, f := ipa.survey(t, "groups", p, "kim")
	if len(f.Accounts) != 1 || len(f.Items) != 2 || len(f.Unread) != 0 || !strings.Contains(f.Accounts[0].Note, "2026-04-01") {
		t.Errorf("the accounts and groups: %+v", f)
	}
	mustDo(t, ipa.action("groups"), target)
	if in := d.values(t, kim, "memberOf"); len(in) != 0 || len(d.values(t, rule, "memberUser")) != 0 {
		t.Errorf("still in %q", in)
	}
	target, f = ipa.survey(t, "owner", p, "kim")
	if len(f.Items) != 1 || f.Items[0].Label != "owner of the group editors" {
		t.Fatalf("sponsors: %+v", f)
	}
	target.Heirs = map[string]actions.Person{f.Items[0].ID: ipa.person(t, "lou")}
	mustDo(t, ipa.action("owner"), target)
	if got := d.values(t, "cn=editors,"+groups, "memberManager"); !slices.Equal(got, []string{lou}) {
		t.Errorf("sponsors are %q", got)
	}
	target, f = ipa.survey(t, "lock", p, "kim")
	mustDo(t, ipa.action("lock"), target)
	if err := ipa.signIn(kim, janePassword); err == nil || !strings.Contains(strings.Join(f.Notes, " "), "Kerberos ticket") {
		t.Errorf("locked: %v, notes %q", err, f.Notes)
	}
	if _, f = ipa.survey(t, "password", p, "kim"); !strings.Contains(f.Items[0].Before, "20200101") {
		t.Errorf("the password is not dated by Kerberos: %+v", f)
	}
	// It has all but the one operation by which FreeIPA is known.
	if got := remarks(t, &ipa, func(c *ldap.Config) { c.PeopleBase = users }); got != "broken: flavour: the server is 389 Directory Server, and the settings say FreeIPA\n" {
		t.Errorf("check says %q", got)
	}
}
