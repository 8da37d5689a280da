package ldap

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// reports gives the leaver's direct reports another manager. An heir who
// reports to the leaver cannot become their own manager: they get the
// leaver's manager, or none if the leaver has none.
type reports struct{ *Client }

// Check holds one item for each direct report. A service account is none: owner
// hands it over.
func (r reports) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return r.check(ctx, "read the direct reports", t, func(s *session, a account, f *actions.Finding) error {
		attr := s.cfg.Attributes.Manager
		found, err := s.pointing(s.cfg.Base, attr, a, s.cfg.Attributes.Name, s.cfg.Attributes.Title)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return nil
		}
		services, err := s.services(a)
		if err != nil {
			return err
		}
		for _, e := range except(found, services) {
			item, ok := s.handItem(e, attr, a, f)
			if !ok {
				continue
			}
			item.Label = s.named(e) + " as a direct report"
			f.Items = append(f.Items, item)
			if heir := t.Heirs[item.ID]; heir.ID != "" && strings.EqualFold(heir.ID, item.ID) {
				next := "no manager, because " + a.Login + " has none"
				if dn := get(a.entry, attr); dn != "" && !sameDN(dn, e.DN) {
					next = "the manager of " + a.Login + ", " + dn
				}
				f.Notes = append(f.Notes, s.named(e)+" is to get the direct reports and is one of them: they get "+next)
			}
		}
		return nil
	})
}

func (s *session) named(e *ldap.Entry) string {
	n := get(e, s.cfg.Attributes.Name)
	if n == "" {
		n = name(e)
	}
	if title := get(e, s.cfg.Attributes.Title); title != "" {
		n += " (" + title + ")"
	}
	return n
}

// Do sets the heir as the manager.
func (r reports) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return r.act(ctx, "hand over direct reports", t, func(s *session, a account) (string, error) {
		attr := s.cfg.Attributes.Manager
		return actions.Each(t.Items, classify, func(i actions.Item) (string, error) {
			e, err := s.byID(s.cfg.Base, i.ID, attr)
			if err != nil || e == nil {
				return "is gone", err
			}
			value, in := findDN(e.GetEqualFoldAttributeValues(attr), a.dn())
			if !in {
				return "reports to somebody else already", nil
			}
			next, err := s.nextManager(t, a, e, i.ID)
			if err != nil {
				return "", err
			}
			if next == "" {
				return "modify: success, without a manager now", s.replaceName(e, attr, value, "")
			}
			return "modify: success, reports to " + next + " now", s.replaceName(e, attr, value, next)
		})
	})
}

// nextManager is the DN of who the entry reports to once the leaver has gone.
func (s *session) nextManager(t actions.Target, a account, e *ldap.Entry, itemID string) (string, error) {
	heir, err := s.heir(t, a, itemID)
	if err != nil {
		return "", err
	}
	if !sameDN(heir.DN, e.DN) {
		return heir.DN, nil
	}
	above := get(a.entry, s.cfg.Attributes.Manager)
	if sameDN(above, e.DN) {
		return "", nil
	}
	return above, nil
}

// Undo makes the leaver the manager again, unless somebody has named another
// one since: that is newer than what was recorded.
func (r reports) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return r.act(ctx, "give direct reports back", t, func(s *session, a account) (string, error) {
		attr := s.cfg.Attributes.Manager
		return actions.Each(t.Of(found), classify, func(i actions.Item) (string, error) {
			b, err := readBefore(i)
			if err != nil {
				return "", err
			}
			e, err := s.byID(s.cfg.Base, i.ID, attr)
			if err != nil {
				return "", err
			}
			if e == nil {
				return "", actions.Final(errors.New("the entry does not exist any more"))
			}
			now := e.GetEqualFoldAttributeValues(attr)
			remove := ""
			if _, named := t.Heirs[i.ID]; named {
				next, err := s.nextManager(t, a, e, i.ID)
				if err != nil {
					return "", err
				}
				if _, before := findDN(b.Others, next); !before {
					remove, _ = findDN(now, next)
				}
			}
			if _, already := findDN(now, a.dn()); !already && remove == "" && len(now) > len(b.Others) {
				return "", actions.Final(fmt.Errorf("reports to %s by now", strings.Join(now, ", ")))
			}
			return "modify: success", s.replaceName(e, attr, remove, a.dn())
		})
	})
}
