package ldap

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// directoryServer is the 389 Directory Server, which Red Hat sells under its
// own name too.
var directoryServer = flavour{
	name: "389ds", title: "389 Directory Server",
	id:         identity{attr: "nsUniqueId"},
	people:     openLDAP.people,
	attributes: openLDAP.attributes,
	admins:     []string{"Directory Administrators"},
	members:    openLDAP.members,
	groups:     "(objectClass=groupOfNames)", // by the plugin MemberOf; without it none is within another
	owner:      openLDAP.owner,
	services:   usualServices,
	cut:        "restart the directory server",
	lock:       inactive,
	password:   datedPassword{by: "pwdUpdateTime", remedy: "set passwordTrackUpdateTime: on in cn=config, and let the bot read pwdUpdateTime"},
	facts:      loginFacts{attr: "lastLoginTime"},
	looks:      []func(*inspection, *session) error{(*inspection).rights, (*inspection).dated, (*inspection).passwords},
}

// freeIPA is a 389 Directory Server with a tree and plugins of its own. Its
// compatibility tree shows people and groups a second time, as posixAccount
// and by memberUid: what cannot be written there is not asked for.
var freeIPA = flavour{
	name: "freeipa", title: "FreeIPA",
	id:         directoryServer.id,
	accounts:   "(objectClass=person)",
	people:     openLDAP.people,
	attributes: openLDAP.attributes,
	admins:     []string{"admins", "trust admins"},
	members:    []memberKind{{attr: "member"}, {attr: "memberUser"}}, // groups and roles; rules for hosts and sudo
	groups:     directoryServer.groups,
	owner:      "memberManager", // who may say who is in a group: its sponsors
	services:   usualServices,
	cut:        directoryServer.cut + ". A Kerberos ticket that was issued before the lock opens what it names until it ends, by default 24 hours",
	lock:       inactive,
	password:   datedPassword{by: "krbLastPwdChange", remedy: "let the bot read krbLastPwdChange"},
	facts:      loginFacts{attr: "krbLastSuccessfulAuth"},
	looks:      directoryServer.looks,
}

const nsAccountLock = "nsAccountLock"

// inactive is what 389 Directory Server calls inactivation: it refuses the
// sign-in with result 53, whatever the password policy.
var inactive = inactiveLock{valueLock{attr: nsAccountLock, on: "true"}}

type inactiveLock struct{ valueLock }

func (l inactiveLock) attrs() []string { return append(l.valueLock.attrs(), "accountUnlockTime") }

// force: the value that counts need not be the entry's own. A role or a class
// of service can compute it, and then an own "true" is stored and lets them in.
func (l inactiveLock) force(s *session, a account) (force, error) {
	switch value := get(a.entry, nsAccountLock); {
	case l.locked(a.entry):
		return force{locks: true}, nil
	case value == "":
		return l.readable(s, a)
	default:
		own, err := s.stored(a.dn())
		if err != nil || own == nil || !l.locked(own) {
			return force{locks: true}, err
		}
		return force{
			reason: "nsAccountLock of the entry is true, but a class of service (CoS) makes it " + value + ", and the server goes by that",
			remedy: "take nsAccountLock out of that class of service, or correct its template",
		}, nil
	}
}

// readable: without that right a lock would stay unseen, and no Check would end.
func (inactiveLock) readable(s *session, a account) (force, error) {
	may, err := s.rightsOn(a.dn(), nsAccountLock)
	if err != nil || may == nil || strings.Contains(may[strings.ToLower(nsAccountLock)], "r") {
		return force{locks: true}, err
	}
	return force{
		reason: "the bot may not read nsAccountLock, so nothing would show whether they are locked",
		remedy: "let the bot read and write it, as README.md says",
	}, nil
}

// stored reads what is stored in the entry itself, without what is computed
// (the control for real attributes only).
func (s *session) stored(dn string) (*ldap.Entry, error) {
	req := ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, s.seconds(), false, "(objectClass=*)", []string{nsAccountLock},
		[]ldap.Control{ldap.NewControlString("2.16.840.1.113730.3.4.17", true, "")})
	res, err := s.conn.Search(req)
	if err != nil || len(res.Entries) != 1 {
		return nil, err
	}
	return res.Entries[0], nil
}

func (inactiveLock) open(_ *session, a account) string {
	value := get(a.entry, "accountUnlockTime")
	at, err := parseTime(value)
	switch {
	case value == "" || err == nil && !at.IsZero() && at.Before(time.Now()) && at.Year() > 1970:
		return ""
	case err == nil && at.Year() > 1970:
		return fmt.Sprintf("%s is locked until %s after wrong passwords, which passes: that is not an administrator's lock", a.Login, when(value))
	}
	return a.Login + " is locked after wrong passwords until the password is reset: that is not an administrator's lock"
}

// datedPassword replaces userPassword, which the server then hashes, and where
// it is FreeIPA makes Kerberos keys of. One way for both: the Password Modify
// operation does the same and needs more.
type datedPassword struct {
	by     string // attribute that dates it
	remedy string // where nobody has it
}

func (p datedPassword) attrs() []string { return []string{p.by, "modifyTimestamp", modifiersName} }

// mark stands on the time of the entry's last change where the server does not
// date passwords, which is how 389 Directory Server comes.
func (p datedPassword) mark(_ *session, a account) (value string, weak bool, err error) {
	if value = get(a.entry, p.by); value != "" {
		return value, false, nil
	}
	return get(a.entry, "modifyTimestamp"), true, nil
}

func (p datedPassword) set(s *session, a account, fresh string) (string, error) {
	if err := s.modify(a.dn(), change(ldap.ReplaceAttribute, "userPassword", fresh)); err != nil {
		return "", err
	}
	return fmt.Sprintf("modify %s: success, replace userPassword", a.dn()), p.settle(s, a)
}

// settle waits a moment for the new date: the server answers before it has
// written it (seen with 2.3.1), and a Check would find the old one. Where no
// date comes, Check says what there is.
func (p datedPassword) settle(s *session, a account) error {
	old := get(a.entry, p.by)
	patience := 50 * time.Millisecond // it may not date passwords at all
	if old != "" {
		patience = time.Second
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		e, err := s.read(a.dn(), p.by)
		if err != nil || e == nil || get(e, p.by) != old {
			return err
		}
	}
	return nil
}

// loginFacts is the last sign-in, where the server writes it down.
type loginFacts struct{ attr string }

func (f loginFacts) attrs() []string           { return []string{f.attr} }
func (loginFacts) privileged(*ldap.Entry) bool { return false }

func (f loginFacts) used(e *ldap.Entry) time.Time {
	at, _ := parseTime(get(e, f.attr))
	return at
}

func (f loginFacts) note(e *ldap.Entry) string {
	if at := f.used(e); !at.IsZero() {
		return "last sign-in " + at.UTC().Format("2006-01-02")
	}
	return ""
}
