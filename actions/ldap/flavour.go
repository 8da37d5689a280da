package ldap

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// A flavour is what one kind of directory server does in its own way. All
// else is the same for every server, and asks the flavour of the session.
type flavour struct {
	name  string // in the settings
	title string // for people

	id         identity
	accounts   string     // filter: what may be an account; empty for any entry
	people     string     // default of people_filter
	attributes Attributes // defaults
	admins     []string   // default of admin_groups
	members    []memberKind
	owner      string // attribute that names who answers for an entry
	oneOwner   bool   // it has one value, and computers and units have it too
	services   serviceKind

	lock     lockWay
	password passwordWay
	around   func(s *session, a account, direct []*ldap.Entry, f *actions.Finding) error // what memberships leave out; or nil
	facts    facts
	looks    []func(*inspection, *session) error // of Inspect, beside those that all have
}

// lockWay is how a server keeps an account out, by an administrator's word and
// for good.
type lockWay interface {
	attrs() []string // to be read of an account's entry
	locked(e *ldap.Entry) bool
	value(e *ldap.Entry) string                   // what Undo needs
	force(s *session, a account) (force, error)   // whether a lock has any effect
	open(s *session, a account) string            // what a person should know of an account that is not locked; or empty
	set(s *session, a account) (string, error)    // locks
	reset(s *session, a account, to string) error // gives back what value has read
}

// passwordWay is how a server takes a new password, and dates it.
type passwordWay interface {
	attrs() []string
	// mark is the date of the last change as the server writes it. weak says
	// that it is the date of any change of the entry.
	mark(s *session, a account) (value string, weak bool, err error)
	set(s *session, a account, fresh string) (string, error)
}

// facts is what a server tells of an account that is worth knowing at a survey.
type facts interface {
	attrs() []string
	privileged(e *ldap.Entry) bool // by a mark of the account's own
	used(e *ldap.Entry) time.Time  // last sign-in, as far as is known; or zero
	note(e *ldap.Entry) string     // for people; or empty
}

// flavours are all that are known. The last one is taken where no other is recognised.
var flavours = []*flavour{&activeDirectory, &openLDAP}

// flavourNamed is the flavour of this name; nil without a name.
func flavourNamed(name string) (*flavour, error) {
	var known []string
	for _, f := range flavours {
		if f.name == name {
			return f, nil
		}
		known = append(known, f.name)
	}
	if name == "" {
		return nil, nil
	}
	return nil, fmt.Errorf("flavour: %q is none of %s", name, strings.Join(known, ", "))
}

// recognise reads from the root DSE (RFC 4512, 5.1) what the server is. One
// that hides it is taken for the last flavour.
func recognise(conn *ldap.Conn) (*flavour, error) {
	req := ldap.NewSearchRequest("", ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{"supportedCapabilities"}, nil)
	res, err := conn.Search(req)
	if err != nil && !ldap.IsErrorAnyOf(err, ldap.LDAPResultNoSuchObject, ldap.LDAPResultInsufficientAccessRights) {
		return nil, fmt.Errorf("read what the server is: %w", err)
	}
	if err == nil && len(res.Entries) == 1 && slices.Contains(res.Entries[0].GetEqualFoldAttributeValues("supportedCapabilities"), capabilityAD) {
		return &activeDirectory, nil
	}
	return flavours[len(flavours)-1], nil
}
