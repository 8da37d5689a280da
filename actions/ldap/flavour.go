package ldap

import (
	"fmt"
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
	cut        string // what a person does about connections that outlive a lock

	// groups is the filter for groups where memberOf says which are within one;
	// else empty.
	groups string

	lock     lockWay
	password passwordWay
	around   func(s *session, a account, direct []*ldap.Entry, f *actions.Finding) error // what memberships leave out; or nil
	facts    facts
	exact    facts                               // facts where each server's own last sign-ins are known; nil if servers keep none
	catchUp  string                              // what an administrator types at once to have the other servers follow; %s is the one that was written to
	looks    []func(*inspection, *session) error // of Inspect, beside those that all have

	// fit completes a copy of a flavour that depends on the server's schema or on
	// the settings; or nil.
	fit func(f flavour, conn *ldap.Conn, cfg *Config) (*flavour, error)
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
var flavours = []*flavour{&activeDirectory, &openLDAP, &directoryServer, &freeIPA, &generic}

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

// keytabOID is the extended operation by which FreeIPA gives out Kerberos keys
// (KEYTAB_SET_OID of its ipa-pwd-extop plugin): nobody else has it.
const keytabOID = "2.16.840.1.113730.3.8.10.1"

// recognise reads from the root DSE (RFC 4512, 5.1) what the server is. One
// that hides it, or is none of the known, is generic.
func recognise(conn *ldap.Conn) (*flavour, error) {
	root, err := rootDSE(conn, "objectClass", "supportedCapabilities", "supportedExtension", "vendorName", "vendorVersion")
	if err != nil {
		return nil, fmt.Errorf("read what the server is: %w", err)
	}
	switch {
	case has(root, "supportedCapabilities", capabilityAD):
		return &activeDirectory, nil
	case has(root, "supportedExtension", keytabOID):
		return &freeIPA, nil
	case has(root, "vendorName", "389 Project"), strings.HasPrefix(get(root, "vendorVersion"), "389-Directory/"):
		return &directoryServer, nil
	case has(root, "objectClass", "OpenLDAProotDSE"):
		return &openLDAP, nil
	}
	return &generic, nil
}

// rootDSE reads attributes of the root DSE; one that is hidden is empty.
func rootDSE(conn *ldap.Conn, attrs ...string) (*ldap.Entry, error) {
	req := ldap.NewSearchRequest("", ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", attrs, nil)
	res, err := conn.Search(req)
	switch {
	case err != nil && !ldap.IsErrorAnyOf(err, ldap.LDAPResultNoSuchObject, ldap.LDAPResultInsufficientAccessRights):
		return nil, err
	case err != nil || len(res.Entries) != 1:
		return &ldap.Entry{}, nil
	}
	return res.Entries[0], nil
}
