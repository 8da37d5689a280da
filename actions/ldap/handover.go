package ldap

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// What owner and reports share: an entry points to the leaver, and shall point
// to an heir.

// pointing reads the entries below base whose attribute names the account,
// leaving out the leaver's own.
func (s *session) pointing(base, attr string, a account, attrs ...string) ([]*ldap.Entry, error) {
	attrs = append(attrs, s.fl.id.attr, "cn", attr, s.cfg.AccountLink)
	all, err := s.search(base, ldap.ScopeWholeSubtree, equals(attr, a.dn()), attrs...)
	if err != nil {
		return nil, err
	}
	link := get(a.entry, s.cfg.AccountLink)
	all = slices.DeleteFunc(all, func(e *ldap.Entry) bool {
		return sameDN(e.DN, a.dn()) || s.linked(e, link)
	})
	sortByName(all)
	return all, nil
}

// handItem is the item for one entry that points to the account; ok is false
// if the entry cannot be worked on, which f then says.
func (s *session) handItem(e *ldap.Entry, attr string, a account, f *actions.Finding) (i actions.Item, ok bool) {
	values := e.GetEqualFoldAttributeValues(attr)
	value, found := findDN(values, a.dn())
	if !found || s.id(e) == "" {
		f.Unread = append(f.Unread, fmt.Sprintf("%s: the bot may search but not read its %s or its %s", e.DN, attr, s.fl.id.attr))
		return i, false
	}
	others := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == value })
	return actions.Item{
		ID: s.id(e), Account: a.ID, Heir: true,
		Before: before{Value: value, Others: others}.String(),
	}, true
}

// heir finds the account of the person named for an item.
func (s *session) heir(t actions.Target, a account, itemID string) (*ldap.Entry, error) {
	p, named := t.Heirs[itemID]
	if !named {
		return nil, actions.Final(errors.New("nobody was named to get it"))
	}
	if p.ID != "" && strings.EqualFold(p.ID, t.Person.ID) {
		return nil, actions.Final(fmt.Errorf("%s is leaving and cannot get it", p.Name))
	}
	e, err := s.entryOf(p)
	if err != nil {
		return nil, err
	}
	if sameDN(e.DN, a.dn()) || s.linked(e, get(a.entry, s.cfg.AccountLink)) {
		return nil, actions.Final(fmt.Errorf("%s is leaving and cannot get it", p.Name))
	}
	return e, nil
}

// former is the DN of who has got an item, to take it from them; empty where
// nobody is named, or whoever it was has no account any more.
func (s *session) former(t actions.Target, a account, itemID string) (string, error) {
	if _, named := t.Heirs[itemID]; !named {
		return "", nil
	}
	e, err := s.heir(t, a, itemID)
	if class, _ := actions.ClassOf(err); err != nil && class == actions.ClassFinal {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return e.DN, nil
}

// replaceName changes one value of a list of names in one request, so that a
// crash leaves either the leaver or the heir, never nobody.
func (s *session) replaceName(e *ldap.Entry, attr, from, to string) error {
	var changes []ldap.Change
	if _, in := findDN(e.GetEqualFoldAttributeValues(attr), to); to != "" && !in {
		changes = append(changes, change(ldap.AddAttribute, attr, to))
	}
	if from != "" {
		// The removal comes first for the sake of single-valued attributes.
		changes = append([]ldap.Change{change(ldap.DeleteAttribute, attr, from)}, changes...)
	}
	if len(changes) == 0 {
		return nil
	}
	return s.modify(e.DN, changes...)
}

// except leaves out of some entries those that are among others.
func except(entries, others []*ldap.Entry) []*ldap.Entry {
	return slices.DeleteFunc(entries, func(e *ldap.Entry) bool {
		return slices.ContainsFunc(others, func(o *ldap.Entry) bool { return sameDN(o.DN, e.DN) })
	})
}

func sortByName(entries []*ldap.Entry) {
	slices.SortFunc(entries, func(a, b *ldap.Entry) int {
		return cmp.Or(
			cmp.Compare(strings.ToLower(name(a)), strings.ToLower(name(b))),
			cmp.Compare(a.DN, b.DN),
		)
	})
}
