package ldap

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// generic is any other server that keeps to the standard (RFC 4510). That knows
// no lock of an account, so fit looks for what this server has.
var generic = flavour{
	name: "generic", title: "the directory",
	id:         identity{attr: "entryUUID"}, // RFC 4530
	people:     openLDAP.people,
	attributes: openLDAP.attributes,
	members:    openLDAP.members,
	owner:      openLDAP.owner,
	services:   usualServices,
	cut:        "close it at the server, or restart that",
	password:   policyPassword{},
	facts:      noFacts{},
	looks:      []func(*inspection, *session) error{(*inspection).policy, (*inspection).passwords},
	fit:        fitGeneric,
}

// fitGeneric chooses the lock: the one that the settings declare, or that of
// the password policy draft where the schema knows it, or none.
func fitGeneric(f flavour, conn *ldap.Conn, cfg *Config) (*flavour, error) {
	if cfg.LockAttribute != "" {
		f.lock = declaredLock{valueLock{attr: cfg.LockAttribute, on: cfg.LockValue}}
		return &f, nil
	}
	types, err := attributeTypes(conn)
	if err != nil {
		return nil, err
	}
	f.lock = noLock{}
	if defines(types, lockedTime) {
		f.lock = policyLock{}
	}
	return &f, nil
}

// attributeTypes reads the schema (RFC 4512, 4.2); a server that hides it has none.
func attributeTypes(conn *ldap.Conn) ([]string, error) {
	root, err := rootDSE(conn, "subschemaSubentry")
	if err != nil {
		return nil, fmt.Errorf("find the schema: %w", err)
	}
	dn := get(root, "subschemaSubentry")
	if dn == "" {
		return nil, nil
	}
	res, err := conn.Search(ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false, "(objectClass=subschema)", []string{"attributeTypes"}, nil))
	switch {
	case err != nil && !ldap.IsErrorAnyOf(err, ldap.LDAPResultNoSuchObject, ldap.LDAPResultInsufficientAccessRights):
		return nil, fmt.Errorf("read the schema: %w", err)
	case err != nil || len(res.Entries) != 1:
		return nil, nil
	}
	return res.Entries[0].GetEqualFoldAttributeValues("attributeTypes"), nil
}

// defines reports whether one of the descriptions (RFC 4512, 4.1.2) is of this
// attribute. Names are in quotes, and all that could hold the same comes later.
func defines(types []string, name string) bool {
	for _, t := range types {
		names, _, _ := strings.Cut(strings.ToLower(t), " desc ")
		if strings.Contains(names, "'"+strings.ToLower(name)+"'") {
			return true
		}
	}
	return false
}

// valueLock keeps an account out while an attribute has one value.
type valueLock struct{ attr, on string }

func (l valueLock) attrs() []string            { return []string{l.attr} }
func (l valueLock) locked(e *ldap.Entry) bool  { return strings.EqualFold(get(e, l.attr), l.on) }
func (l valueLock) value(e *ldap.Entry) string { return get(e, l.attr) }

func (l valueLock) set(s *session, a account) (string, error) {
	err := s.modify(a.dn(), change(ldap.ReplaceAttribute, l.attr, l.on))
	return fmt.Sprintf("modify %s: success, replace %s: %s", a.dn(), l.attr, l.on), err
}

func (l valueLock) reset(s *session, a account, to string) error {
	return s.modify(a.dn(), change(ldap.ReplaceAttribute, l.attr, some(to)...))
}

// declaredLock is an attribute of which the settings say that this server keeps
// people out by it, such as loginDisabled of eDirectory. On most servers no read
// can show that: a schema says what may be stored, not what it does.
type declaredLock struct{ valueLock }

func (declaredLock) open(*session, account) string { return "" }

func (l declaredLock) force(s *session, a account) (force, error) {
	f := force{
		locks:  true,
		note:   fmt.Sprintf("that %s: %s keeps people out of this directory is what the settings say (lock_attribute); no read can show it", l.attr, l.on),
		remedy: "try it once: lock an account that is there for tests, and see that it can't sign in",
	}
	if !l.locked(a.entry) {
		return f, nil
	}
	// A server that says whether an account can sign in has the last word.
	said, err := s.usability(a.dn())
	switch {
	case err != nil:
		return force{}, err
	case said == unusable:
		f.note, f.remedy = "", ""
	case said == usable:
		f = force{reason: "the server itself says that the account can sign in", remedy: "correct lock_attribute and lock_value in the settings"}
	}
	return f, nil
}

// noLock is a server without a lock that the bot knows: what it could write
// would be a note on an open door.
type noLock struct{}

var errNoLock = errors.New("LDAP itself knows no lock of an account, and this directory's schema shows none that the bot knows (pwdAccountLockedTime)")

func (noLock) attrs() []string               { return nil }
func (noLock) locked(*ldap.Entry) bool       { return false }
func (noLock) value(*ldap.Entry) string      { return "" }
func (noLock) open(*session, account) string { return "" }

func (noLock) force(*session, account) (force, error) {
	return force{
		reason: errNoLock.Error(),
		remedy: "set lock_attribute to the attribute by which this server keeps people out",
		byHand: true,
	}, nil
}

func (noLock) set(*session, account) (string, error) { return "", actions.Final(errNoLock) }
func (noLock) reset(*session, account, string) error { return actions.Final(errNoLock) }
