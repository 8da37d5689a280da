package ldap

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// maxLinked is how many accounts one person may plausibly have. A link value
// that more entries share ("0", "external") says nothing about who they are,
// and must not take a whole department out.
const maxLinked = 8

// An account is one entry that was found, as it is at this moment.
type account struct {
	actions.Account
	entry *ldap.Entry
}

func (a account) dn() string { return a.entry.DN }

// accountAttrs is what the actions need to know of an account's entry: who it
// is, but nothing else of the person.
func (s *session) accountAttrs() []string {
	at := s.cfg.Attributes
	attrs := slices.Concat([]string{s.fl.id.attr, "cn", s.cfg.AccountLink, at.Login, at.Mail, at.Manager}, s.fl.lock.attrs(), s.fl.password.attrs(), s.fl.facts.attrs())
	if len(s.cfg.Replicas) > 0 {
		attrs = append(attrs, modified)
	}
	return attrs
}

// check runs read on the pinned account, or on every account of the person,
// and puts together what it returns.
//
// Nothing is surveyed but the server that is written to; of a pinned account the
// others are asked too.
func (c *Client) check(ctx context.Context, attempt string, t actions.Target, read func(s *session, a account, f *actions.Finding) error) (actions.Finding, error) {
	var f actions.Finding
	var w written
	err := c.with(ctx, attempt, func(s *session) error {
		accounts, err := s.accounts(t, &f)
		if err != nil {
			return err
		}
		if w, err = s.written(accounts); err != nil {
			return err
		}
		if err := s.markNeeded(t, accounts, &f); err != nil {
			return err
		}
		for _, a := range accounts {
			f.Accounts = append(f.Accounts, a.Account)
			if err := read(s, a, &f); err != nil {
				return fmt.Errorf("%s: %w", a.Login, err)
			}
		}
		return nil
	})
	if err == nil {
		err = c.elsewhere(ctx, attempt, t, w, &f, read)
	}
	if err != nil {
		return actions.Finding{}, err
	}
	f.Notes, f.Unread = once(f.Notes), once(f.Unread)
	return f, nil
}

// once removes what was said before, of another account.
func once(texts []string) []string {
	var out []string
	for _, text := range texts {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// act runs do on the pinned account. An account that is gone holds nothing.
func (c *Client) act(ctx context.Context, attempt string, t actions.Target, do func(s *session, a account) (string, error)) (actions.Evidence, error) {
	if t.Account.ID == "" {
		return actions.Evidence{}, actions.Final(fmt.Errorf("%s: no account is named", attempt))
	}
	var text string
	err := c.with(ctx, fmt.Sprintf("%s of %s", attempt, t.Account.Login), func(s *session) error {
		entry, err := s.byID(s.cfg.Base, t.Account.ID, s.accountAttrs()...)
		if err != nil {
			return err
		}
		if entry == nil {
			text = "no entry has " + s.fl.id.attr + " " + t.Account.ID + " any more"
			return nil
		}
		if s.own(entry) {
			return actions.Final(fmt.Errorf("%s is the account with which Offboard itself signs in: it is never touched", entry.DN))
		}
		text, err = do(s, s.account(entry, nil))
		return err
	})
	return actions.Evidence{Text: text}, err
}

func (s *session) own(e *ldap.Entry) bool { return sameDN(e.DN, s.cfg.BindDN) }

// accounts returns the accounts that t asks for and notes in f what was searched.
// Whether one is privileged is said by a survey: nothing rests on it later.
func (s *session) accounts(t actions.Target, f *actions.Finding) ([]account, error) {
	var found, admins []*ldap.Entry
	var err error
	if t.Account.ID != "" {
		f.Searched = fmt.Sprintf("%s=%s below %s", s.fl.id.attr, t.Account.ID, s.cfg.Base)
		e, err := s.byID(s.cfg.Base, t.Account.ID, s.accountAttrs()...)
		if err != nil {
			return nil, err
		}
		if e != nil {
			found = append(found, e)
		}
	} else {
		if admins, err = s.admins(); err != nil {
			return nil, err
		}
		if found, err = s.entriesOf(t.Person, f); err != nil {
			return nil, err
		}
	}
	var accounts []account
	for _, e := range found {
		if s.own(e) {
			f.Notes = append(f.Notes, e.DN+" is the account with which Offboard itself signs in: it is never touched")
		}
		accounts = append(accounts, s.account(e, admins))
	}
	return accounts, nil
}

// entriesOf finds every entry of a person: their own, those with the same
// link value, and those with one of their logins or their address. An entry
// that only shares a login or an address, but says that it belongs to
// somebody else, is a namesake and is left alone.
func (s *session) entriesOf(p actions.Person, f *actions.Finding) ([]*ldap.Entry, error) {
	at := s.cfg.Attributes
	var by, said []string
	add := func(attr, value string) {
		if value != "" {
			by = append(by, equals(attr, value))
			said = append(said, attr+"="+value)
		}
	}
	if p.ID != "" {
		by = append(by, s.fl.id.filter(p.ID))
		said = append(said, s.fl.id.attr+"="+p.ID)
	}
	add(s.cfg.AccountLink, p.Number)
	add(at.Login, p.Login)
	for _, login := range p.Accounts {
		add(at.Login, login)
	}
	add(at.Mail, p.Mail)
	if len(by) == 0 {
		return nil, actions.Final(fmt.Errorf("nothing is known of %q to search by", p.Name))
	}
	f.Searched = strings.Join(said, ", ") + " below " + s.cfg.Base

	all, err := s.search(s.cfg.Base, ldap.ScopeWholeSubtree, s.anAccount(or(by...)), s.accountAttrs()...)
	if err != nil {
		return nil, err
	}
	linked := 0
	for _, e := range all {
		if s.linked(e, p.Number) {
			linked++
		}
	}
	if linked > maxLinked {
		f.Unread = append(f.Unread, fmt.Sprintf("%d entries have %s=%s: too many to be accounts of one person, so those were not taken",
			linked, s.cfg.AccountLink, p.Number))
	}
	var found []*ldap.Entry
	for _, e := range all {
		link := get(e, s.cfg.AccountLink)
		named := s.carriesNameOf(e, p)
		switch {
		case p.ID != "" && strings.EqualFold(s.id(e), p.ID):
			found = append(found, e)
		case s.id(e) == "":
			f.Unread = append(f.Unread, e.DN+": the bot may not read its "+s.fl.id.attr+", and without that it is not touched")
		case s.linked(e, p.Number):
			if linked <= maxLinked || named {
				found = append(found, e)
			}
		case named && link != "" && p.Number != "":
			f.Notes = append(f.Notes, fmt.Sprintf("%s has the same login or address but %s=%s: taken for somebody else", e.DN, s.cfg.AccountLink, link))
		case named:
			found = append(found, e)
		}
	}
	s.sortEntries(found)
	return found, nil
}

// anAccount narrows a filter to what may be an account: elsewhere a group or a
// computer has a login and an address too.
func (s *session) anAccount(filter string) string {
	if s.fl.accounts == "" {
		return filter
	}
	return "(&" + s.fl.accounts + filter + ")"
}

func (s *session) linked(e *ldap.Entry, number string) bool {
	return number != "" && strings.EqualFold(get(e, s.cfg.AccountLink), number)
}

func (s *session) carriesNameOf(e *ldap.Entry, p actions.Person) bool {
	at := s.cfg.Attributes
	for _, login := range append([]string{p.Login}, p.Accounts...) {
		if login != "" && has(e, at.Login, login) {
			return true
		}
	}
	return p.Mail != "" && has(e, at.Mail, p.Mail)
}

// sortEntries puts a person's ordinary account first, so that answers are the same every time.
func (s *session) sortEntries(entries []*ldap.Entry) {
	slices.SortFunc(entries, func(a, b *ldap.Entry) int {
		x, y := get(a, s.cfg.Attributes.Login), get(b, s.cfg.Attributes.Login)
		return cmp.Or(
			cmp.Compare(s.prefixed(x), s.prefixed(y)),
			cmp.Compare(len(x), len(y)),
			cmp.Compare(x, y),
			cmp.Compare(s.id(a), s.id(b)),
		)
	})
}

func (s *session) prefixed(login string) int {
	if strings.HasPrefix(strings.ToLower(login), strings.ToLower(s.cfg.AdminPrefix)) {
		return 1
	}
	return 0
}

// account describes an entry. admins are the groups that make it privileged.
func (s *session) account(e *ldap.Entry, admins []*ldap.Entry) account {
	login := get(e, s.cfg.Attributes.Login)
	if login == "" {
		login = e.DN
	}
	return account{
		Account: actions.Account{ID: s.id(e), Login: login, Admin: s.powerful(e, admins), Note: s.fl.facts.note(e)},
		entry:   e,
	}
}

// entryOf finds the one entry of a person that gets what the leaver held: the
// ordinary account, never an administrator's second one.
func (s *session) entryOf(p actions.Person) (*ldap.Entry, error) {
	var f actions.Finding
	found, err := s.entriesOf(p, &f)
	if err != nil {
		return nil, err
	}
	for _, e := range found {
		if p.ID != "" && strings.EqualFold(s.id(e), p.ID) {
			return e, nil
		}
	}
	if len(found) == 0 {
		return nil, actions.Final(fmt.Errorf("%s has no account there (searched %s)", p.Name, f.Searched))
	}
	return found[0], nil
}
