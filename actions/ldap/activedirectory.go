package ldap

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// capabilityAD is LDAP_CAP_ACTIVE_DIRECTORY_OID (MS-ADTS, 3.1.1.3.4.3.1).
const capabilityAD = "1.2.840.113556.1.4.800"

// activeDirectory is Microsoft's, and Samba's domain controller.
var activeDirectory = flavour{
	name: "activedirectory", title: "Active Directory",
	id:       identity{attr: "objectGUID", guid: true},
	accounts: "(&(objectCategory=person)(objectClass=user))", // a computer is a user too
	people:   "(&(objectCategory=person)(objectClass=user))",
	attributes: Attributes{
		Login: "sAMAccountName", Name: "displayName", Mail: "mail", Title: "title", Department: "department", Country: "c", Entity: "company",
		Location: "l", Employment: "employeeType", Number: "employeeID", Manager: "manager",
	},
	admins:   []string{"Domain Admins", "Enterprise Admins", "Schema Admins", "Administrators"},
	members:  []memberKind{{attr: "member"}},
	owner:    "managedBy",
	oneOwner: true,
	groups:   "(objectCategory=group)",
	cut:      "sign them out of their computers, and restart what they are connected to",
	services: domainServices,
	lock:     controlLock{},
	password: unicodePassword{},
	around:   domainMemberships,
	facts:    domainFacts{},
	exact:    domainFacts{exact: true},
	catchUp:  "repadmin /syncall %s /AdeP",
	looks:    []func(*inspection, *session) error{(*inspection).encryption, (*inspection).oneServer},
}

const (
	userControl     = "userAccountControl"
	accountDisabled = 0x2 // ADS_UF_ACCOUNTDISABLE (MS-ADTS, 2.2.16)
)

// controlLock is bit 2 of userAccountControl. The other bits belong to others
// and are never written from memory.
type controlLock struct{}

func (controlLock) attrs() []string            { return []string{userControl, "lockoutTime"} }
func (controlLock) value(e *ldap.Entry) string { return get(e, userControl) }

func (controlLock) locked(e *ldap.Entry) bool {
	bits, err := strconv.ParseInt(get(e, userControl), 10, 32)
	return err == nil && bits&accountDisabled != 0
}

// force: what is disabled cannot sign in, whatever the policy. Only what
// cannot be read cannot be relied on.
func (controlLock) force(_ *session, a account) (force, error) {
	if get(a.entry, userControl) == "" {
		return force{reason: "the bot may not read userAccountControl", remedy: "let the bot read and write it, as README.md says"}, nil
	}
	return force{locks: true, note: "a Kerberos ticket that was issued before the lock opens what it names until it ends, by default ten hours"}, nil
}

func (controlLock) open(_ *session, a account) string {
	if at, ok := fileTime(get(a.entry, "lockoutTime")); ok {
		return fmt.Sprintf("%s was locked at %s after wrong passwords, which may pass: that is not an administrator's lock", a.Login, stamp(at))
	}
	return ""
}

func (l controlLock) set(s *session, a account) (string, error) {
	return l.turn(s, a, accountDisabled)
}

// reset opens the account if it was open. An account whose other bits were
// changed meanwhile keeps them.
func (l controlLock) reset(s *session, a account, to string) error {
	before, err := strconv.ParseInt(to, 10, 32)
	if err != nil {
		return actions.Final(fmt.Errorf("what was recorded of userAccountControl is no number: %w", err))
	}
	_, err = l.turn(s, a, before&accountDisabled)
	return err
}

// turn sets the one bit. The old value is taken out and the new one put in by
// one request, so a change in between fails (result 16) and is not lost.
func (controlLock) turn(s *session, a account, bit int64) (string, error) {
	old := get(a.entry, userControl)
	bits, err := strconv.ParseInt(old, 10, 32)
	if err != nil {
		return "", actions.Final(fmt.Errorf("userAccountControl of %s is %q, which is no number: %w", a.dn(), old, err))
	}
	next := strconv.FormatInt(bits&^accountDisabled|bit, 10)
	err = s.modify(a.dn(), change(ldap.DeleteAttribute, userControl, old), change(ldap.AddAttribute, userControl, next))
	return fmt.Sprintf("modify %s: success, %s: %s instead of %s", a.dn(), userControl, next, old), err
}

// unicodePassword resets unicodePwd (MS-ADTS, 3.1.1.3.1.5.1), dated by pwdLastSet.
type unicodePassword struct{}

func (unicodePassword) attrs() []string { return []string{"pwdLastSet"} }

func (unicodePassword) mark(_ *session, a account) (string, bool, error) {
	at, ok := fileTime(get(a.entry, "pwdLastSet"))
	if !ok {
		return "", false, nil
	}
	return at.UTC().Format("20060102150405.0000000Z"), false, nil
}

func (unicodePassword) set(s *session, a account, fresh string) (string, error) {
	if _, encrypted := s.conn.TLSConnectionState(); !encrypted {
		return "", actions.Final(errors.New("a domain takes a password over an encrypted connection only: use ldaps:// or start_tls"))
	}
	// The last password but one still signs in over NTLM, for an hour
	// (OldPasswordAllowedPeriod; Samba does the same at a simple bind). After two
	// resets that one is random as well. A kill in between leaves the old password
	// that hour: the lock, which comes first, keeps it out.
	for n, password := range []string{rand.Text() + fresh, fresh} {
		if err := s.modify(a.dn(), change(ldap.ReplaceAttribute, "unicodePwd", quotedUTF16(password))); err != nil {
			return "", fmt.Errorf("reset %d of 2: %w", n+1, err)
		}
	}
	return fmt.Sprintf("modify %s: success, replace unicodePwd, twice", a.dn()), nil
}

// quotedUTF16 is the form in which unicodePwd is written: in quotes, UTF-16,
// low byte first.
func quotedUTF16(text string) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(`"` + text + `"`)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

// domainFacts are what a domain keeps of an account.
type domainFacts struct {
	exact bool // lastLogon is the latest of all domain controllers, not of one
}

func (domainFacts) attrs() []string {
	return []string{"adminCount", "lastLogonTimestamp", lastLogon, "accountExpires", "primaryGroupID", "objectSid"}
}

// privileged: adminCount is set on whoever is, or ever was, in a protected
// group, also through other groups (MS-ADTS, 3.1.1.6.1).
func (domainFacts) privileged(e *ldap.Entry) bool {
	n, err := strconv.Atoi(get(e, "adminCount"))
	return err == nil && n > 0
}

func (domainFacts) used(e *ldap.Entry) time.Time {
	at, _ := fileTime(get(e, "lastLogonTimestamp"))
	if here, ok := fileTime(get(e, lastLogon)); ok && here.After(at) {
		return here
	}
	return at
}

// note: lastLogonTimestamp is written at a sign-in only when it is older than
// 9 to 14 days (ms-DS-Logon-Time-Sync-Interval), so it proves use and never
// that an account was not used lately. lastLogon is exact and not replicated.
func (f domainFacts) note(e *ldap.Entry) string {
	note := "no sign-in is recorded"
	switch at := f.used(e); {
	case !at.IsZero() && f.exact:
		note = "last sign-in " + at.UTC().Format("2006-01-02 15:04 UTC")
	case !at.IsZero():
		note = "last sign-in recorded " + at.UTC().Format("2006-01-02") + ", which lags by up to 14 days"
	}
	if f.privileged(e) {
		note += "; adminCount: is or was in a protected group"
	}
	return note
}

// toUnix is the seconds from 1601 to 1970.
const toUnix = 11_644_473_600

// fileTime reads a count of 100 nanoseconds since 1601. 0 and the greatest
// number mean "never" (MS-ADTS, 2.3): ok is false.
func fileTime(value string) (at time.Time, ok bool) {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n <= 0 || n == math.MaxInt64 {
		return time.Time{}, false
	}
	return time.Unix(n/10_000_000-toUnix, n%10_000_000*100), true
}

// toFileTime is what fileTime reads.
func toFileTime(at time.Time) string {
	return strconv.FormatInt((at.Unix()+toUnix)*10_000_000+int64(at.Nanosecond()/100), 10)
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 UTC") }
