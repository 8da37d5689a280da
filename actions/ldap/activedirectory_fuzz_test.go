package ldap

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"
)

// What a domain sends is read as it is written, or not at all: numbers of days
// and flags, ranges of values, and why a sign-in was refused.
func FuzzDomainValues(f *testing.F) {
	for _, s := range []string{"514", "66048", "0", "-1", "9223372036854775807", "133773120000000000", "116444736000000001", "member;range=0-1499", "member;range=1500-*", "data 52e, v4563", "+2", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := strconv.ParseInt(s, 10, 64)
		if at, ok := fileTime(s); ok && (err != nil || toFileTime(at) != strconv.FormatInt(n, 10)) {
			t.Errorf("%q is %s, and again %s", s, at, toFileTime(at))
		}
		e := ldap.NewEntry("cn=x", map[string][]string{userControl: {s}, "adminCount": {s}, lastLogon: {s}, "lastLogonTimestamp": {s}})
		if (controlLock{}).locked(e) && (err != nil || n&accountDisabled == 0) {
			t.Errorf("%q is locked", s)
		}
		facts := domainFacts{exact: true}
		if note := facts.note(e); facts.used(e).IsZero() != strings.HasPrefix(note, "no sign-in") {
			t.Errorf("%q: %s", s, note)
		}
		if name, last, ok := rangeOf(s); ok && (last < -1 || !strings.HasPrefix(s, name+";range=")) {
			t.Errorf("%q is %q to %d", s, name, last)
		}
		if reason := signInReason(errors.New(s)); reason != "" && !strings.Contains(s, "data ") {
			t.Errorf("%q: %s", s, reason)
		}
	})
}
