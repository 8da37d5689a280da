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
	if err == nil && s.fl.groups != "" && len(found) > 0 {
		err = s.unfold(found)
	}
	if err != nil {
		return nil, err
	}
	s.asked, s.leading = true, found
	return found, nil
}

// unfold adds to each group the members of the groups in it, and so on. Groups are
// asked for and not people, of whom a domain has many more, and level by level:
// inChain would walk from each group of the domain.
func (s *session) unfold(groups []*ldap.Entry) error {
	of := map[string][]string{} // by the name of a group
	for level := groups; len(level) > 0; {
		var by []string
		for _, g := range level {
			of[strings.ToLower(g.DN)] = g.GetEqualFoldAttributeValues("member")
			by = append(by, equals("memberOf", g.DN))
		}
		inner, err := s.search(s.cfg.GroupsBase, ldap.ScopeWholeSubtree, "(&"+s.fl.groups+or(by...)+")", "member")
		if err != nil {
			return err
		}
		level = slices.DeleteFunc(inner, func(g *ldap.Entry) bool {
			_, known := of[strings.ToLower(g.DN)]
			return known
		})
	}
	s.unfolded = map[string]bool{}
	for dn := range of {
		s.unfolded[dn] = true
	}
	for _, g := range groups {
		all := slices.Clone(of[strings.ToLower(g.DN)])
		known := map[string]bool{strings.ToLower(g.DN): true}
		for n := 0; n < len(all); n++ { // it grows
			if dn := strings.ToLower(all[n]); !known[dn] {
				known[dn] = true
				all = append(all, of[dn]...)
			}
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
