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
	const attempt = "list all accounts"
	var out actions.Page
	var w written
	var filter string
	err := l.with(ctx, attempt, func(s *session) error {
		at := s.cfg.Attributes
		var err error
		if w, err = s.written(nil); err != nil {
			return err
		}
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
		filter = s.anAccount("(" + at.Login + "=*)")
		all, err := s.search(s.cfg.Base, ldap.ScopeWholeSubtree, filter, attrs...)
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
	if err != nil || w.fl.exact == nil || len(l.cfg.Replicas) == 0 {
		return out, err
	}
	// A replica that is silent makes a last sign-in older than it is, as all are
	// where there are no replicas in the settings.
	latest, _, err := l.latest(ctx, attempt, w, filter)
	for n, a := range out.Accounts {
		if latest[a.ID].After(a.Used) {
			out.Accounts[n].Used = latest[a.ID]
		}
	}
	return out, err
}
