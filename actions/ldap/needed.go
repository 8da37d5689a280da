package ldap

import (
	"fmt"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// maxAdmins bounds how many members of a group of administrators are read until
// one is found who can sign in.
const maxAdmins = 50

// needed says why the directory, or the bot, needs an account; empty where it
// does not. It is asked by a survey only: it reads other accounts too.
func (s *session) needed(a account, admins []*ldap.Entry, theirs []account) (string, error) {
	if s.own(a.entry) {
		return "the account with which this bot signs in", nil
	}
	if s.locked(a.entry) {
		return "", nil
	}
	for _, g := range admins {
		if !s.in(a.entry, g) {
			continue
		}
		other, err := s.another(g, theirs)
		if err != nil {
			return "", err
		}
		if !other {
			return fmt.Sprintf("the last one in the administrators' group %s who can sign in", get(g, "cn")), nil
		}
	}
	return "", nil
}

// another reports whether somebody else than these accounts is in a group and
// can sign in. A group within the group counts, since who is in it may be many and
// is not read here; but not where admins has read it.
func (s *session) another(g *ldap.Entry, than []account) (bool, error) {
	read := 0
	for _, kind := range s.fl.members {
		for _, v := range g.GetEqualFoldAttributeValues(kind.attr) {
			if !kind.byLogin && s.cfg.EmptyGroupMember != "" && sameDN(v, s.cfg.EmptyGroupMember) || s.among(kind, v, than) {
				continue
			}
			if read++; read > maxAdmins {
				return true, nil
			}
			e, err := s.behind(kind, v)
			if err != nil {
				return false, err
			}
			if e != nil && s.unfolded[strings.ToLower(e.DN)] {
				continue
			}
			if e != nil && !s.own(e) && !s.locked(e) {
				return true, nil
			}
		}
	}
	return false, nil
}

// among reports whether a value of a group names one of the accounts.
func (s *session) among(kind memberKind, value string, accounts []account) bool {
	for _, a := range accounts {
		if kind.byLogin && get(a.entry, s.cfg.Attributes.Login) == value || !kind.byLogin && sameDN(a.dn(), value) {
			return true
		}
	}
	return false
}

// behind is the entry that a value of a group names, whatever it is; nil if it
// is gone.
func (s *session) behind(kind memberKind, value string) (*ldap.Entry, error) {
	if !kind.byLogin {
		e, err := s.read(value, s.fl.lock.attrs()...)
		if ldap.IsErrorWithCode(err, ldap.LDAPResultInvalidDNSyntax) {
			return nil, nil
		}
		return e, err
	}
	found, err := s.few(s.cfg.Base, equals(s.cfg.Attributes.Login, value), 1, s.fl.lock.attrs()...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// markNeeded fills in what a survey says about accounts that are needed.
func (s *session) markNeeded(t actions.Target, accounts []account, f *actions.Finding) error {
	if t.Account.ID != "" || len(accounts) == 0 {
		return nil
	}
	admins, err := s.admins()
	if err != nil {
		return err
	}
	for _, a := range accounts {
		why, err := s.needed(a, admins, accounts)
		if err != nil {
			return fmt.Errorf("who else is an administrator: %w", err)
		}
		if why != "" {
			if f.Needed == nil {
				f.Needed = map[string]string{}
			}
			f.Needed[a.ID] = why
		}
	}
	return nil
}
