package ldap

import (
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// admins reads the groups whose members are privileged, once a session. Where the
// server can say which groups are in them, theirs are among their members.
func (s *session) admins() ([]*ldap.Entry, error) {
	if s.asked || len(s.cfg.AdminGroups) == 0 {
		return s.leading, nil
	}
	var by []string
	for _, name := range s.cfg.AdminGroups {
		by = append(by, equals("cn", name))
	}
	found, err := s.search(s.cfg.GroupsBase, ldap.ScopeWholeSubtree, or(by...), append(s.memberAttrs(), "cn")...)
	if err == nil && s.fl.nested && len(found) > 0 {
		err = s.unfold(found)
	}
	if err != nil {
		return nil, err
	}
	s.asked, s.leading = true, found
	return found, nil
}

// unfold adds to each group the members of the groups in it. Groups are asked for
// and not people: of those a domain has many more.
func (s *session) unfold(groups []*ldap.Entry) error {
	var by []string
	for _, g := range groups {
		by = append(by, "(memberOf:"+inChain+":="+ldap.EscapeFilter(g.DN)+")")
	}
	inner, err := s.search(s.cfg.GroupsBase, ldap.ScopeWholeSubtree, "(&(objectCategory=group)"+or(by...)+")", "member")
	if err != nil || len(inner) == 0 {
		return err
	}
	of := map[string][]string{}
	for _, g := range append(inner, groups...) {
		of[strings.ToLower(g.DN)] = g.GetEqualFoldAttributeValues("member")
	}
	for _, g := range groups {
		all := slices.Clone(of[strings.ToLower(g.DN)])
		known := map[string]bool{strings.ToLower(g.DN): true}
		for n := 0; n < len(all); n++ { // it grows
			dn := strings.ToLower(all[n])
			if known[dn] {
				continue
			}
			known[dn] = true
			all = append(all, of[dn]...)
		}
		g.Attributes = slices.DeleteFunc(g.Attributes, func(a *ldap.EntryAttribute) bool { return strings.EqualFold(a.Name, "member") })
		g.Attributes = append(g.Attributes, ldap.NewEntryAttribute("member", all))
	}
	return nil
}

// in reports whether a group lists an entry.
func (s *session) in(e, group *ldap.Entry) bool {
	return slices.ContainsFunc(s.fl.members, func(k memberKind) bool {
		_, yes := k.find(group, e.DN, get(e, s.cfg.Attributes.Login))
		return yes
	})
}

// powerful reports whether an entry is known to be privileged: by its name, by a
// mark of its own, or by one of these groups.
func (s *session) powerful(e *ldap.Entry, admins []*ldap.Entry) bool {
	return s.prefixed(get(e, s.cfg.Attributes.Login)) == 1 || s.fl.facts.privileged(e) ||
		slices.ContainsFunc(admins, func(g *ldap.Entry) bool { return s.in(e, g) })
}
