package ldap

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// windowed gives 3 values of member at a time, as Active Directory gives 1,500
// (Samba gives all). It answers every search with one group.
func windowed(values []string) func(id any, op *ber.Packet) []*ber.Packet {
	const window = 3
	return func(id any, op *ber.Packet) []*ber.Packet {
		from := 0
		for _, a := range op.Children[7].Children {
			_, _ = fmt.Sscanf(string(a.ByteValue), "member;range=%d-*", &from)
		}
		to, end := from+window, fmt.Sprint(from+window-1)
		if to >= len(values) {
			to, end = len(values), "*"
		}
		attrs := []any{"cn", []string{"Big"}, fmt.Sprintf("member;range=%d-%s", from, end), values[from:to]}
		if from == 0 { // the plain name comes too, empty
			attrs = append([]any{"member", []string{}}, attrs...)
		}
		return []*ber.Packet{found(id, "CN=Big,DC=x", attrs...), result(id, ldap.ApplicationSearchResultDone, ldap.LDAPResultSuccess)}
	}
}

// A member far down in a large group is found.
func TestAllMembersOfALargeGroup(t *testing.T) {
	for _, n := range []int{1, 3, 4, 10} {
		var values []string
		for i := range n {
			values = append(values, fmt.Sprintf("CN=%d,DC=x", i))
		}
		s := served(t, windowed(values))
		e, err := s.read("CN=Big,DC=x", "cn", "member")
		if err != nil {
			t.Fatal(err)
		}
		if got := e.GetAttributeValues("member"); !slices.Equal(got, values) || get(e, "cn") != "Big" || len(e.Attributes) != 2 {
			t.Errorf("%d members: read %q of %d attributes", n, got, len(e.Attributes))
		}
	}
}

// What one account costs does not grow with a group that it is in: the first
// part of the members is enough to know of the membership.
func TestLargeGroupOfOneAccount(t *testing.T) {
	var values []string
	for i := range 50 {
		values = append(values, fmt.Sprintf("CN=%d,DC=x", i))
	}
	asked := 0
	answer := windowed(values)
	s := served(t, func(id any, op *ber.Packet) []*ber.Packet {
		asked++
		return answer(id, op)
	})
	found, err := s.groupsOf(ldap.NewEntry("CN=40,DC=x", nil), "cn", "member")
	if err != nil || len(found) != 1 || cut(found[0], "member") != 3 || asked != 1 {
		t.Errorf("%d requests: %v, %v", asked, found, err)
	}
}

func TestRangeOf(t *testing.T) {
	for in, want := range map[string]string{
		"member":                 "member 0 false",
		"member;range=0-1499":    "member 1499 true",
		"member;range=1500-*":    "member -1 true",
		"member;range=1500":      "member 0 false",
		"member;range=0-x":       "member 0 false",
		"userCertificate;binary": "userCertificate;binary 0 false",
	} {
		name, last, ok := rangeOf(in)
		if got := fmt.Sprint(name, " ", last, " ", ok); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// The texts are those of domain controllers.
func TestSignInReason(t *testing.T) {
	for code, want := range map[string]string{
		"525": "does not exist", "52e": "password is wrong", "530": "hour", "531": "computer", "532": "password has expired", "533": "disabled",
		"534": "right", "701": "account has expired", "773": "must be changed", "775": "locked out", "57": "", "6f7": "Windows error 0x6f7",
	} {
		text := "80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data " + code + ", v4563"
		if got := signInReason(ldap.NewError(ldap.LDAPResultInvalidCredentials, fmt.Errorf("%s", text))); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q", code, got)
		}
	}
}

func TestIdentity(t *testing.T) {
	id := identity{attr: "objectGUID", guid: true}
	e := ldap.NewEntry("CN=x", map[string][]string{"objectGUID": {"\x78\x56\x34\x12\xbc\x9a\xf0\xde\x01\x02\x03\x04\x05\x06\x07\x08"}})
	if got := id.of(e); got != "12345678-9abc-def0-0102-030405060708" {
		t.Errorf("written as %s", got)
	}
	if got, want := id.filter(id.of(e)), `(objectGUID=\78\56\34\12\bc\9a\f0\de\01\02\03\04\05\06\07\08)`; got != want {
		t.Errorf("searched as %s", got)
	}
	for _, no := range []string{"", "x", "12345678-9abc", "12345678-9abc-def0-0102-03040506070g", "*)(cn=*"} {
		if _, err := ldap.CompileFilter(id.filter(no)); err != nil || strings.Contains(id.filter(no), "objectGUID") {
			t.Errorf("%q is searched as %s, %v", no, id.filter(no), err)
		}
	}
}

func TestFileTime(t *testing.T) {
	for _, never := range []string{"", "0", "9223372036854775807", "-1", "x"} {
		if at, ok := fileTime(never); ok {
			t.Errorf("%q is read as %s", never, at)
		}
	}
	at, ok := fileTime("133500000001234567")
	if want := time.Date(2024, 1, 17, 21, 20, 0, 123456700, time.UTC); !ok || !at.Equal(want) {
		t.Errorf("read as %s", at.UTC())
	}
	if toFileTime(at) != "133500000001234567" {
		t.Errorf("written as %s", toFileTime(at))
	}
}

func TestSplitDN(t *testing.T) {
	for dn, want := range map[string][2]string{
		`CN=Doe\, Jane,OU=a,DC=x`: {`CN=Doe\, Jane`, "OU=a,DC=x"},
		`CN=a\\,DC=x`:             {`CN=a\\`, "DC=x"},
		"DC=x":                    {"DC=x", ""},
	} {
		if rdn, parent := splitDN(dn); rdn != want[0] || parent != want[1] {
			t.Errorf("%s: %q, %q", dn, rdn, parent)
		}
	}
}
