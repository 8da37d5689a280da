package ldap

import (
	"context"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// lister lists all entries below the base that have a login. A connection is
// closed after each call, and a page of LDAP lives no longer than that (RFC 2696),
// so all come in one.
type lister struct{ *Client }

// List says of each account whose it is: that of a person in the people
// directory is theirs, and one with the same link value, if few share it.
func (l lister) List(ctx context.Context, _ string) (actions.Page, error) {
	var out actions.Page
	err := l.with(ctx, "list all accounts", func(s *session) error {
		at := s.cfg.Attributes
		attrs := slices.Concat([]string{s.fl.id.attr, at.Login, at.Mail, at.Number, s.cfg.AccountLink}, s.fl.lock.attrs(), s.fl.facts.attrs())
		people, err := s.search(s.cfg.PeopleBase, ldap.ScopeWholeSubtree, s.cfg.PeopleFilter, attrs...)
		if err != nil {
			return err
		}
		s.sortEntries(people)
		owner := map[string]string{} // of an entry, by its id
		linked := map[string][]string{}
		for _, e := range people {
			id, link := s.id(e), get(e, s.cfg.AccountLink)
			owner[id] = id
			if link != "" {
				linked[link] = append(linked[link], id)
			}
		}
		all, err := s.search(s.cfg.Base, ldap.ScopeWholeSubtree, s.anAccount("("+at.Login+"=*)"), attrs...)
		if err != nil {
			return err
		}
		admins, err := s.admins()
		if err != nil {
			return err
		}
		for _, e := range all {
			if s.own(e) {
				continue
			}
			a := actions.Listed{
				Account: s.account(e, admins).Account, Enabled: !s.locked(e),
				Mail: strings.ToLower(get(e, at.Mail)), Number: get(e, at.Number), Person: owner[s.id(e)],
				Used: s.fl.facts.used(e),
			}
			same := linked[get(e, s.cfg.AccountLink)]
			if n := len(same); n > 0 && n <= maxLinked && (a.Person == "" || s.prefixed(a.Login) == 1) {
				a.Person = same[0]
			}
			out.Accounts = append(out.Accounts, a)
		}
		out.Total = len(out.Accounts)
		return nil
	})
	return out, err
}
