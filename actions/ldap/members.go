package ldap

import (
	"context"
	"fmt"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// maxMembers bounds how many members of a group are read: a role that more
// people hold is given by a condition, not by a list.
const maxMembers = 500

// Count is how many people there are below people_base, page by page and
// without their attributes.
func (d directory) Count(ctx context.Context) (int, error) {
	var n int
	err := d.with(ctx, "count the people of the directory", func(s *session) error {
		found, err := s.search(s.cfg.PeopleBase, ldap.ScopeWholeSubtree, s.cfg.PeopleFilter, "1.1") // no attribute: RFC 4511, 4.5.1.8
		n = len(found)
		return err
	})
	return n, err
}

// Members finds the people in the groups with this name (cn). A member that is
// no person, such as a group, is left out.
func (d directory) Members(ctx context.Context, group string) ([]actions.Person, error) {
	var people []actions.Person
	err := d.with(ctx, fmt.Sprintf("read the group %q", group), func(s *session) error {
		found, err := s.search(s.cfg.GroupsBase, ldap.ScopeWholeSubtree, equals("cn", group), s.memberAttrs()...)
		if err != nil {
			return err
		}
		var entries []*ldap.Entry
		for _, g := range found {
			for _, k := range s.fl.members {
				for _, v := range g.GetEqualFoldAttributeValues(k.attr) {
					if v == s.cfg.EmptyGroupMember || len(entries) == maxMembers {
						continue
					}
					e, err := s.member(k, v)
					if err != nil {
						return err
					}
					if e != nil {
						entries = append(entries, e)
					}
				}
			}
		}
		if entries, err = s.mainEntries(entries); err != nil {
			return err
		}
		managers := map[string]string{}
		for _, e := range entries {
			p, err := s.person(e, managers)
			if err != nil {
				return err
			}
			people = append(people, p)
		}
		return nil
	})
	return people, err
}

// member is the person that a value of a group names, or nil.
func (s *session) member(k memberKind, value string) (*ldap.Entry, error) {
	if !k.byLogin {
		found, err := s.search(value, ldap.ScopeBaseObject, s.cfg.PeopleFilter, s.personAttrs()...)
		if ldap.IsErrorAnyOf(err, ldap.LDAPResultNoSuchObject, ldap.LDAPResultInvalidDNSyntax) {
			return nil, nil // it was deleted, and the group still names it
		}
		if err != nil || len(found) == 0 {
			return nil, err
		}
		return found[0], nil
	}
	found, err := s.few(s.cfg.PeopleBase, "(&"+s.cfg.PeopleFilter+equals(s.cfg.Attributes.Login, value)+")", 1, s.personAttrs()...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}
