package ldap

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-ldap/ldap/v3"
)

// accountUsability is the control by which a server itself says whether an
// account could sign in. Sun made it; slapd (2.5 and later), OpenDJ and others
// know it.
const accountUsability = "1.3.6.1.4.1.42.2.27.9.5.8"

// usability is what a server answers.
type usability int

const (
	unsaid   usability = iota // it knows no such question, or does not answer the bot
	unasked                   // it knows the question, but not where the account is
	usable                    // it would let them in
	unusable                  // it would not
)

// usability asks about one account.
func (s *session) usability(dn string) (usability, error) {
	ctx, cancel := context.WithCancel(context.Background()) // the session's own end closes the connection
	defer cancel()
	req := ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, s.seconds(), false, "(objectClass=*)", []string{"1.1"},
		[]ldap.Control{ldap.NewControlString(accountUsability, true, "")})
	said := unsaid
	res := s.conn.SearchAsync(ctx, req, 1)
	for res.Next() {
		for _, c := range res.Controls() {
			c, ok := c.(*ldap.ControlString)
			if !ok || c.GetControlType() != accountUsability || c.ControlValue == "" {
				continue
			}
			// A choice: [0] is_available INTEGER, [1] not_available SEQUENCE.
			said = usable
			if c.ControlValue[0] == 0xa1 {
				said = unusable
			}
		}
	}
	switch err := res.Err(); {
	case ldap.IsErrorWithCode(err, ldap.LDAPResultUnavailableCriticalExtension):
		root, err := rootDSE(s.conn, "supportedControl")
		if err == nil && slices.Contains(root.GetEqualFoldAttributeValues("supportedControl"), accountUsability) {
			said = unasked
		}
		return said, err
	case ldap.IsErrorAnyOf(err, ldap.LDAPResultInsufficientAccessRights, ldap.LDAPResultNoSuchObject):
		return unsaid, nil
	case err != nil:
		return unsaid, fmt.Errorf("ask whether %s could sign in: %w", dn, err)
	}
	return said, nil
}

// honoured is f, unless the server itself says otherwise.
func (s *session) honoured(f force, dn string, locked bool) (force, error) {
	if !f.locks {
		return f, nil
	}
	said, err := s.usability(dn)
	switch {
	case err != nil:
		return force{}, err
	case said == unasked:
		return force{
			reason: "there are password policies, but the database with the accounts has no overlay that obeys them",
			remedy: "add the overlay ppolicy to that database",
		}, nil
	case said == usable && locked:
		return force{
			reason: "the server itself says that the account can sign in",
			remedy: "look at the password policy of the server",
		}, nil
	}
	return f, nil
}
