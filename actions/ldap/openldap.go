package ldap

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// openLDAP is slapd.
var openLDAP = flavour{
	name: "openldap", title: "OpenLDAP",
	id:     identity{attr: "entryUUID"},
	people: "(objectClass=inetOrgPerson)",
	attributes: Attributes{
		Login: "uid", Name: "displayName", Mail: "mail", Title: "title", Department: "ou", Country: "c", Entity: "o",
		Location: "l", Employment: "employeeType", Number: "employeeNumber", Manager: "manager",
	},
	members:  []memberKind{{attr: "member"}, {attr: "uniqueMember"}, {attr: "memberUid", byLogin: true}},
	owner:    "owner",
	cut:      "restart slapd",
	services: usualServices,
	lock:     policyLock{},
	password: policyPassword{},
	facts:    noFacts{},
	looks:    []func(*inspection, *session) error{(*inspection).policy, (*inspection).passwords, (*inspection).server},
}

const (
	lockedTime  = "pwdAccountLockedTime"
	changedTime = "pwdChangedTime"
)

// policyLock is the administrator's lock of the password policy draft:
// pwdAccountLockedTime: 000001010000Z.
type policyLock struct{}

func (policyLock) attrs() []string { return []string{lockedTime, "pwdPolicySubentry"} }

func (policyLock) locked(e *ldap.Entry) bool  { return get(e, lockedTime) == lockedForGood }
func (policyLock) value(e *ldap.Entry) string { return get(e, lockedTime) }

// force is that of the policy, if there is somebody who obeys it.
func (l policyLock) force(s *session, a account) (force, error) {
	f, err := s.forceOf(a)
	if err != nil {
		return f, err
	}
	dn := a.dn()
	if dn == "" { // an inspection asks about none in particular
		dn = s.cfg.Base
	}
	return s.honoured(f, dn, l.locked(a.entry))
}

func (policyLock) open(_ *session, a account) string {
	value := get(a.entry, lockedTime)
	if value == "" {
		return ""
	}
	return fmt.Sprintf("%s is locked since %s after wrong passwords, which may pass: that is not an administrator's lock", a.Login, when(value))
}

func (policyLock) set(s *session, a account) (string, error) {
	err := s.modify(a.dn(), change(ldap.ReplaceAttribute, lockedTime, lockedForGood))
	return fmt.Sprintf("modify %s: success, replace %s: %s", a.dn(), lockedTime, lockedForGood), err
}

func (policyLock) reset(s *session, a account, to string) error {
	return s.modify(a.dn(), change(ldap.ReplaceAttribute, lockedTime, some(to)...))
}

// policyPassword replaces a password by the Password Modify operation
// (RFC 3062), and dates it by the policy's pwdChangedTime.
type policyPassword struct{}

func (policyPassword) attrs() []string {
	return []string{changedTime, "modifyTimestamp", modifiersName}
}

// mark stands on the time of the entry's last change only where no password
// policy exists at all: elsewhere that would prove a password by a change of
// something else.
func (policyPassword) mark(s *session, a account) (value string, weak bool, err error) {
	if value = get(a.entry, changedTime); value != "" {
		return value, false, nil
	}
	if s.cfg.PolicyDN != "" || get(a.entry, "pwdPolicySubentry") != "" {
		return "", false, nil
	}
	all, err := s.policies()
	if err != nil || len(all) > 0 {
		return "", false, err
	}
	return get(a.entry, "modifyTimestamp"), true, nil
}

func (policyPassword) set(s *session, a account, fresh string) (string, error) {
	lock := get(a.entry, lockedTime)
	if lock == "" {
		_, err := s.conn.PasswordModify(ldap.NewPasswordModifyRequest(a.dn(), "", fresh))
		if err == nil {
			return fmt.Sprintf("password modify %s: success", a.dn()), nil
		}
		// RFC 4511, 4.12: the answer of a server that does not know the operation.
		if !ldap.IsErrorWithCode(err, ldap.LDAPResultProtocolError) {
			return "", err
		}
	}
	changes := []ldap.Change{change(ldap.ReplaceAttribute, "userPassword", fresh)}
	if lock != "" {
		// slapd unlocks an account whose password is replaced, unless the
		// same request removes the lock: then it may also set it again.
		changes = append(changes, change(ldap.DeleteAttribute, lockedTime), change(ldap.AddAttribute, lockedTime, lock))
	}
	if err := s.modify(a.dn(), changes...); err != nil {
		return "", err
	}
	return fmt.Sprintf("modify %s: success, replace userPassword", a.dn()), nil
}

func when(value string) string {
	t, err := parseTime(value)
	if errors.Is(err, errTime) {
		return value
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// noFacts: a plain directory tells nothing of an account's use or power.
type noFacts struct{}

func (noFacts) attrs() []string             { return nil }
func (noFacts) privileged(*ldap.Entry) bool { return false }
func (noFacts) used(*ldap.Entry) time.Time  { return time.Time{} }
func (noFacts) note(*ldap.Entry) string     { return "" }
