package ldap

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// owner hands what the leaver owns to their heirs: groups, service accounts, and in
// Active Directory computers and units.
type owner struct{ *Client }

// Check holds one item for each thing owned. The secret of a service account is a
// task beside it: newSecret.
func (o owner) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return o.check(ctx, "read what is owned", t, func(s *session, a account, f *actions.Finding) error {
		services, err := s.services(a)
		if err != nil {
			return err
		}
		for _, e := range services {
			f.Items = append(f.Items, s.serviceItems(e, a, f)...)
		}
		owned, err := s.pointing(s.ownedBase(), s.fl.owner, a, "objectClass")
		if err != nil {
			return err
		}
		for _, e := range except(owned, services) {
			item, ok := s.handItem(e, s.fl.owner, a, f)
			if !ok {
				continue
			}
			item.Label = s.answersFor(e)
			if n := len(e.GetEqualFoldAttributeValues(s.fl.owner)); n > 1 {
				item.Label += fmt.Sprintf(" (one of %d owners)", n)
			}
			f.Items = append(f.Items, item)
		}
		return nil
	})
}

// Do puts the heir in the leaver's place.
func (o owner) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return o.act(ctx, "hand over what is owned", t, func(s *session, a account) (string, error) {
		return actions.Each(t.Items, classify, func(i actions.Item) (string, error) {
			uuid, base, attr, err := s.held(i.ID)
			if err != nil {
				return "", err
			}
			group, err := s.byID(base, uuid, "cn", attr)
			if err != nil || group == nil {
				return "is gone", err
			}
			value, in := findDN(group.GetEqualFoldAttributeValues(attr), a.dn())
			if !in {
				return "not theirs any more", nil
			}
			heir, err := s.heir(t, a, i.ID)
			if err != nil {
				return "", err
			}
			return "modify: success, now owned by " + heir.DN, s.replaceName(group, attr, value, heir.DN)
		})
	})
}

// Undo makes the leaver an owner again, and removes the heir unless they were
// an owner before.
func (o owner) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return o.act(ctx, "give back what was owned", t, func(s *session, a account) (string, error) {
		return actions.Each(t.Of(found), classify, func(i actions.Item) (string, error) {
			b, err := readBefore(i)
			if err != nil {
				return "", err
			}
			uuid, base, attr, err := s.held(i.ID)
			if err != nil {
				return "", err
			}
			group, err := s.byID(base, uuid, "cn", attr)
			if err != nil {
				return "", err
			}
			if group == nil {
				return "", actions.Final(errors.New("it does not exist any more"))
			}
			owners := group.GetEqualFoldAttributeValues(attr)
			remove := ""
			heir, err := s.former(t, a, i.ID)
			if err != nil {
				return "", err
			}
			if _, before := findDN(b.Others, heir); heir != "" && !before {
				remove, _ = findDN(owners, heir)
			}
			if _, already := findDN(owners, a.dn()); s.fl.oneOwner && !already && remove == "" && len(owners) > 0 {
				return "", actions.Final(fmt.Errorf("%s answers for it by now", owners[0]))
			}
			return "modify: success", s.replaceName(group, attr, remove, a.dn())
		})
	})
}

// ownedBase is where things that have an owner are looked for.
func (s *session) ownedBase() string {
	if s.fl.oneOwner { // computers and units have one too
		return s.cfg.Base
	}
	return s.cfg.GroupsBase
}

// answersFor names what an entry is to who owns it.
func (s *session) answersFor(e *ldap.Entry) string {
	switch {
	case has(e, "objectClass", "computer"):
		return "manager of the computer " + name(e)
	case has(e, "objectClass", "organizationalUnit"):
		return "manager of the unit " + e.DN
	}
	return "owner of the group " + name(e)
}
