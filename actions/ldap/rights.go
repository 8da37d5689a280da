package ldap

import (
	"fmt"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// effectiveRights is the control by which 389 Directory Server tells what an
// account may do with an entry (draft-ietf-ldapext-acl-model).
type effectiveRights struct{ who string }

func (effectiveRights) GetControlType() string { return "1.3.6.1.4.1.42.2.27.9.5.2" }
func (c effectiveRights) String() string       { return c.GetControlType() }

func (c effectiveRights) Encode() *ber.Packet {
	p := ber.NewSequence("Control")
	p.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, c.GetControlType(), "Control Type"))
	p.AppendChild(ber.NewBoolean(ber.ClassUniversal, ber.TypePrimitive, ber.TagBoolean, true, "Criticality"))
	p.AppendChild(ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, "dn: "+c.who, "Control Value"))
	return p
}

// rightsOn asks what the bot may do with attributes of an entry: by the name in
// small letters, letters such as r (read) and w (write). It is nil where the
// server does not tell.
func (s *session) rightsOn(dn string, attrs ...string) (map[string]string, error) {
	req := ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, s.seconds(), false, "(objectClass=*)", attrs,
		[]ldap.Control{effectiveRights{s.cfg.BindDN}})
	res, err := s.conn.Search(req)
	switch {
	case ldap.IsErrorAnyOf(err, ldap.LDAPResultUnavailableCriticalExtension, ldap.LDAPResultInsufficientAccessRights):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look at the rights of the bot: %w", err)
	case len(res.Entries) != 1:
		return nil, nil
	}
	said := get(res.Entries[0], "attributeLevelRights") // "nsAccountLock:rscwo, cn:rsc"
	if said == "" {
		return nil, nil
	}
	may := map[string]string{}
	for part := range strings.SplitSeq(said, ", ") {
		name, letters, _ := strings.Cut(part, ":")
		may[strings.ToLower(name)] = letters
	}
	return may, nil
}

// rights looks whether the bot may lock people, replace their passwords and
// read the lock: without the last nothing would ever be proven.
func (i *inspection) rights(s *session) error {
	found, err := s.few(s.cfg.PeopleBase, s.cfg.PeopleFilter, 2, "1.1")
	if err != nil {
		return err
	}
	for _, e := range found {
		if s.own(e) {
			continue
		}
		may, err := s.rightsOn(e.DN, nsAccountLock, "userPassword")
		if err != nil || may == nil {
			return err
		}
		for _, need := range []struct{ attr, right, word string }{
			{nsAccountLock, "r", "read"},
			{nsAccountLock, "w", "write"},
			{"userPassword", "w", "write"},
		} {
			if !strings.Contains(may[strings.ToLower(need.attr)], need.right) {
				i.broken("give it the rights that README.md lists", "the bot may not %s %s of people such as %s", need.word, need.attr, e.DN)
			}
		}
		return nil
	}
	return nil
}

// dated looks whether new passwords can be dated.
func (i *inspection) dated(s *session) error {
	p, _ := s.fl.password.(datedPassword)
	found, err := s.few(s.cfg.PeopleBase, "(&"+s.cfg.PeopleFilter+"("+p.by+"=*))", 1, "1.1")
	if err == nil && len(found) == 0 {
		i.unsafe(p.remedy, "nobody has %s, so a new password is proven only by the time at which the entry was changed", p.by)
	}
	return err
}
