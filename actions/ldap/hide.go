package ldap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// hide takes the account out of the address lists of Exchange, where the
// domain has been prepared for it, and out of the address books.
type hide struct{ *Client }

const (
	hidden       = "msExchHideFromAddressLists"
	addressBooks = "showInAddressBook"
)

var errNoAddressLists = actions.Final(errors.New("this directory has no address lists: take the action out of the settings"))

// Check holds the two ways in which an account with an address is shown.
func (h hide) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return h.check(ctx, "read the address lists", t, func(s *session, a account, f *actions.Finding) error {
		e, lists, err := s.shown(a)
		if err != nil || e == nil {
			return err
		}
		if lists && get(e, s.cfg.Attributes.Mail) != "" && get(e, hidden) != "TRUE" {
			f.Items = append(f.Items, actions.Item{
				ID: hidden, Account: a.ID, Label: a.Login + " in the address lists of Exchange", Before: before{Value: get(e, hidden)}.String(),
			})
		}
		if books := e.GetEqualFoldAttributeValues(addressBooks); len(books) > 0 {
			f.Items = append(f.Items, actions.Item{
				ID: addressBooks, Account: a.ID, Label: a.Login + " in the address books " + strings.Join(books, " and "), Before: before{Others: books}.String(),
			})
		}
		return nil
	})
}

// shown reads how an account is shown, and whether the schema knows the
// attribute of Exchange: to name an attribute that it does not know fails.
func (s *session) shown(a account) (e *ldap.Entry, lists bool, err error) {
	if s.fl != &activeDirectory {
		return nil, false, errNoAddressLists
	}
	root, err := s.read("", "schemaNamingContext")
	if err != nil {
		return nil, false, err
	}
	schema := ""
	if root != nil {
		schema = get(root, "schemaNamingContext")
	}
	known, err := s.few(schema, equals("lDAPDisplayName", hidden), 1, "1.1")
	if err != nil {
		return nil, false, err
	}
	e, err = s.read(a.dn(), hidden, addressBooks, s.cfg.Attributes.Mail)
	return e, len(known) > 0, err
}

// Do hides the account.
func (h hide) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return h.act(ctx, "hide from the address lists", t, func(s *session, a account) (string, error) {
		e, lists, err := s.shown(a)
		if err != nil || e == nil {
			return "is gone", err
		}
		var changes []ldap.Change
		if t.Wants(hidden) && lists && get(e, hidden) != "TRUE" {
			changes = append(changes, change(ldap.ReplaceAttribute, hidden, "TRUE"))
		}
		if t.Wants(addressBooks) && len(e.GetEqualFoldAttributeValues(addressBooks)) > 0 {
			changes = append(changes, change(ldap.ReplaceAttribute, addressBooks))
		}
		if len(changes) == 0 {
			return "nothing is shown", nil
		}
		return fmt.Sprintf("modify %s: success, hidden", a.dn()), s.modify(a.dn(), changes...)
	})
}

// Undo shows the account again where it was shown. Address books that have
// been given to it since stay.
func (h hide) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return h.act(ctx, "show in the address lists again", t, func(s *session, a account) (string, error) {
		e, lists, err := s.shown(a)
		if err != nil {
			return "", err
		}
		if e == nil {
			return "", actions.Final(errors.New("the entry does not exist any more"))
		}
		var changes []ldap.Change
		for _, i := range t.Of(found) {
			b, err := readBefore(i)
			if err != nil {
				return "", err
			}
			switch i.ID {
			case hidden:
				if lists && get(e, hidden) != b.Value {
					changes = append(changes, change(ldap.ReplaceAttribute, hidden, some(b.Value)...))
				}
			case addressBooks:
				now := e.GetEqualFoldAttributeValues(addressBooks)
				missing := slices.DeleteFunc(slices.Clone(b.Others), func(dn string) bool {
					_, in := findDN(now, dn)
					return in
				})
				if len(missing) > 0 {
					changes = append(changes, change(ldap.AddAttribute, addressBooks, missing...))
				}
			}
		}
		if len(changes) == 0 {
			return "it is as it was already", nil
		}
		return fmt.Sprintf("modify %s: success, shown again", a.dn()), s.modify(a.dn(), changes...)
	})
}

// some is a value as a list that is empty without it.
func some(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}
