package ldap

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// directory finds people. Of several accounts of one person it shows the
// ordinary one, whichever of them the text matched.
type directory struct{ *Client }

// considered bounds how many entries one search reads: the best of them are
// ranked here, because LDAP has no order. Exact matches are read apart.
const considered = 200

// Search finds people by any part of a name, a login or a mail address.
func (d directory) Search(ctx context.Context, text string, limit int) ([]actions.Person, error) {
	words := strings.Fields(strings.Map(printable, text))
	if len(words) == 0 || limit <= 0 {
		return nil, nil
	}
	text = strings.Join(words, " ")
	var people []actions.Person
	err := d.with(ctx, "search the directory", func(s *session) error {
		exact, partly := s.filters(text, words)
		first, err := s.few(s.cfg.PeopleBase, exact, considered, s.personAttrs()...)
		if err != nil {
			return err
		}
		more, err := s.few(s.cfg.PeopleBase, partly, considered, s.personAttrs()...)
		if err != nil {
			return err
		}
		entries, err := s.mainEntries(append(first, more...))
		if err != nil {
			return err
		}
		s.rank(entries, text)
		managers := map[string]string{}
		for _, e := range entries[:min(limit, len(entries))] {
			p, err := s.person(e, managers)
			if err != nil {
				return err
			}
			people = append(people, p)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return people, nil
}

// printable drops control characters: for directories they have no meaning
// (RFC 4518, 2.2), and slapd ends a substring at a NUL.
func printable(r rune) rune {
	if unicode.IsControl(r) && !unicode.IsSpace(r) {
		return -1
	}
	return r
}

// Lookup reads the person with this immutable id, or actions.ErrNoPerson. The id of
// a second account leads to the person's ordinary one.
func (d directory) Lookup(ctx context.Context, id string) (actions.Person, error) {
	var p actions.Person
	var missing bool
	err := d.with(ctx, fmt.Sprintf("look up %q in the directory", id), func(s *session) error {
		e, err := s.byID(s.cfg.Base, id, s.personAttrs()...)
		if err != nil {
			return err
		}
		if e == nil || !strings.EqualFold(s.id(e), id) {
			missing = true
			return nil
		}
		main, err := s.mainEntries([]*ldap.Entry{e})
		if err != nil {
			return err
		}
		if missing = len(main) == 0; missing {
			return nil
		}
		p, err = s.person(main[0], map[string]string{})
		return err
	})
	switch {
	case err != nil:
		return actions.Person{}, err
	case missing:
		return actions.Person{}, actions.Final(fmt.Errorf("look up %q: %w", id, actions.ErrNoPerson))
	}
	return p, nil
}

// ByChat finds whom the directory names as the owner of a chat account. Chat
// ids are compared exactly: most LDAP attributes do not mind case, and an id
// in another case may be somebody else's.
func (d directory) ByChat(ctx context.Context, platform, account string) ([]actions.Person, error) {
	attr := d.cfg.Chat[platform]
	if attr == "" || account == "" {
		return nil, nil
	}
	var people []actions.Person
	err := d.with(ctx, "find the owner of a chat account", func(s *session) error {
		entries, err := s.few(s.cfg.PeopleBase, "(&"+s.cfg.PeopleFilter+equals(attr, account)+")", maxLinked+1, s.personAttrs()...)
		if err != nil {
			return err
		}
		for _, e := range entries {
			main, err := s.mainEntries([]*ldap.Entry{e})
			if err != nil {
				return err
			}
			// Only the ordinary account of a person names a chat account: a
			// second one would make a second person of the same human.
			if !slices.Contains(e.GetEqualFoldAttributeValues(attr), account) || len(main) != 1 || main[0] != e {
				continue
			}
			p, err := s.person(e, map[string]string{})
			if err != nil {
				return err
			}
			people = append(people, p)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return people, nil
}

// filters are the two questions of a search: the text is exactly this login,
// address or name; and: each word is part of one of them.
func (s *session) filters(text string, words []string) (exact, partly string) {
	at := s.cfg.Attributes
	names := []string{at.Login, at.Mail, at.Name, "cn"}
	var whole []string
	for _, name := range names {
		whole = append(whole, equals(name, text))
	}
	exact = "(&" + s.cfg.PeopleFilter + or(whole...) + ")"
	partly = "(&" + s.cfg.PeopleFilter
	for _, w := range words {
		var in []string
		for _, name := range names {
			in = append(in, "("+name+"=*"+ldap.EscapeFilter(w)+"*)")
		}
		partly += or(in...)
	}
	return exact, partly + ")"
}

// mainEntries removes what was found twice, and replaces a second account by
// the ordinary account of the same person.
func (s *session) mainEntries(found []*ldap.Entry) ([]*ldap.Entry, error) {
	var out []*ldap.Entry
	seen := map[string]bool{}
	for _, e := range found {
		link := get(e, s.cfg.AccountLink)
		if s.prefixed(get(e, s.cfg.Attributes.Login)) == 1 && link != "" {
			same, err := s.few(s.cfg.PeopleBase, "(&"+s.cfg.PeopleFilter+equals(s.cfg.AccountLink, link)+")", maxLinked+1, s.personAttrs()...)
			if err != nil {
				return nil, err
			}
			if len(same) > 0 && len(same) <= maxLinked {
				s.sortEntries(same)
				e = same[0]
			}
		}
		id := s.id(e)
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		out = append(out, e)
	}
	return out, nil
}

// rank puts the best match first: the exact login, then the exact address or
// name, then those where something begins with the text, then the rest.
func (s *session) rank(entries []*ldap.Entry, text string) {
	at := s.cfg.Attributes
	text = strings.ToLower(text)
	score := func(e *ldap.Entry) int {
		login := strings.ToLower(get(e, at.Login))
		names := strings.ToLower(get(e, at.Name)) + "\x00" + strings.ToLower(get(e, "cn"))
		mail := strings.ToLower(get(e, at.Mail))
		switch {
		case login == text:
			return 0
		case mail == text, slices.Contains(strings.Split(names, "\x00"), text):
			return 1
		case strings.HasPrefix(login, text):
			return 2
		case strings.HasPrefix(mail, text), strings.HasPrefix(names, text), strings.Contains(names, " "+text), strings.Contains(names, "\x00"+text):
			return 3
		}
		return 4
	}
	slices.SortFunc(entries, func(a, b *ldap.Entry) int {
		return cmp.Or(
			cmp.Compare(score(a), score(b)),
			cmp.Compare(strings.ToLower(get(a, at.Name)+get(a, "cn")), strings.ToLower(get(b, at.Name)+get(b, "cn"))),
			cmp.Compare(get(a, at.Login), get(b, at.Login)),
		)
	})
}
