package ldap

import (
	"context"
	"errors"
	"fmt"

	"offboard/actions"
)

// owner hands the groups that the leaver owns to their heirs.
type owner struct{ *Client }

// Check holds one item for each group owned.
func (o owner) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return o.check(ctx, "read the groups owned", t, func(s *session, a account, f *actions.Finding) error {
		owned, err := s.pointing(s.cfg.GroupsBase, s.fl.owner, a)
		if err != nil {
			return err
		}
		for _, e := range owned {
			item, ok := s.handItem(e, s.fl.owner, a, f)
			if !ok {
				continue
			}
			item.Label = "owner of the group " + name(e)
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
	return o.act(ctx, "hand over groups", t, func(s *session, a account) (string, error) {
		return actions.Each(t.Items, classify, func(i actions.Item) (string, error) {
			group, err := s.byID(s.cfg.GroupsBase, i.ID, "cn", s.fl.owner)
			if err != nil || group == nil {
				return "is gone", err
			}
			value, in := findDN(group.GetEqualFoldAttributeValues(s.fl.owner), a.dn())
			if !in {
				return "not theirs any more", nil
			}
			heir, err := s.heir(t, a, i.ID)
			if err != nil {
				return "", err
			}
			return "modify: success, now owned by " + heir.DN, s.replaceName(group, s.fl.owner, value, heir.DN)
		})
	})
}

// Undo makes the leaver an owner again, and removes the heir unless they were
// an owner before.
func (o owner) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return o.act(ctx, "give groups back", t, func(s *session, a account) (string, error) {
		return actions.Each(t.Of(found), classify, func(i actions.Item) (string, error) {
			b, err := readBefore(i)
			if err != nil {
				return "", err
			}
			group, err := s.byID(s.cfg.GroupsBase, i.ID, "cn", s.fl.owner)
			if err != nil {
				return "", err
			}
			if group == nil {
				return "", actions.Final(errors.New("the group does not exist any more"))
			}
			owners := group.GetEqualFoldAttributeValues(s.fl.owner)
			remove := ""
			heir, err := s.former(t, a, i.ID)
			if err != nil {
				return "", err
			}
			if _, before := findDN(b.Others, heir); heir != "" && !before {
				remove, _ = findDN(owners, heir)
			}
			return "modify: success", s.replaceName(group, s.fl.owner, remove, a.dn())
		})
	})
}
