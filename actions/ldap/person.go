package ldap

import (
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

func (s *session) personAttrs() []string {
	at := s.cfg.Attributes
	attrs := []string{
		s.fl.id.attr, "cn", s.cfg.AccountLink,
		at.Login, at.Name, at.Mail, at.Title, at.Department, at.Country,
		at.Entity, at.Location, at.Employment, at.Number, at.Manager,
	}
	if at.Zone != "" {
		attrs = append(attrs, at.Zone)
	}
	for _, attr := range s.cfg.Chat {
		attrs = append(attrs, attr)
	}
	return append(attrs, s.fl.lock.attrs()...)
}

// person makes the identity card of an entry. managers remembers the ids of
// managers that were looked up before, by DN.
func (s *session) person(e *ldap.Entry, managers map[string]string) (actions.Person, error) {
	at := s.cfg.Attributes
	p := actions.Person{
		ID:         s.id(e),
		Name:       get(e, at.Name),
		Login:      get(e, at.Login),
		Mail:       strings.ToLower(get(e, at.Mail)),
		Title:      get(e, at.Title),
		Department: get(e, at.Department),
		Country:    strings.ToUpper(get(e, at.Country)),
		Entity:     get(e, at.Entity),
		Location:   get(e, at.Location),
		Employment: get(e, at.Employment),
		Number:     get(e, at.Number),
		Disabled:   s.locked(e),
	}
	if at.Zone != "" {
		p.Zone = get(e, at.Zone)
	}
	if p.Name == "" {
		p.Name = get(e, "cn")
	}
	for platform, attr := range s.cfg.Chat {
		if account := get(e, attr); account != "" {
			if p.Chat == nil {
				p.Chat = map[string]string{}
			}
			p.Chat[platform] = account
		}
	}
	if dn := get(e, at.Manager); dn != "" {
		id, known := managers[dn]
		if !known {
			m, err := s.read(dn, s.fl.id.attr)
			if err != nil && !ldap.IsErrorWithCode(err, ldap.LDAPResultInvalidDNSyntax) {
				return p, err
			}
			if m != nil {
				id = s.id(m)
			}
			managers[dn] = id
		}
		p.Manager = id
	}
	in, err := s.groupsOf(e, "cn")
	if err != nil {
		return p, err
	}
	for _, g := range in {
		p.Groups = append(p.Groups, get(g, "cn"))
	}
	admins, err := s.admins()
	if err != nil {
		return p, err
	}
	p.Admin = s.powerful(e, admins)
	if link := get(e, s.cfg.AccountLink); link != "" {
		others, err := s.few(s.cfg.Base, equals(s.cfg.AccountLink, link), maxLinked+1, s.fl.id.attr, at.Login)
		if err != nil {
			return p, err
		}
		if len(others) <= maxLinked {
			s.sortEntries(others)
			for _, o := range others {
				login := get(o, at.Login)
				if s.id(o) == p.ID || login == "" {
					continue
				}
				p.Accounts = append(p.Accounts, login)
				p.Admin = p.Admin || s.powerful(o, admins)
			}
		}
	}
	return p, nil
}

// get is the first value of an attribute, whatever the case of its name.
func get(e *ldap.Entry, attr string) string { return e.GetEqualFoldAttributeValue(attr) }

func has(e *ldap.Entry, attr, value string) bool {
	for _, v := range e.GetEqualFoldAttributeValues(attr) {
		if strings.EqualFold(v, value) {
			return true
		}
	}
	return false
}
