package ldap

import (
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// sameDN compares as the directory does: case, spacing, escaping and the order
// inside a multi-valued name do not matter. What is not a DN equals nothing.
func sameDN(a, b string) bool {
	x, ok := parseDN(a)
	return ok && isDN(b, x)
}

func isDN(text string, dn *ldap.DN) bool {
	x, ok := parseDN(text)
	return ok && x.EqualFold(dn)
}

func parseDN(text string) (*ldap.DN, bool) {
	dn, err := ldap.ParseDN(text)
	return dn, err == nil && len(dn.RDNs) > 0
}

// findDN returns the value, exactly as it is stored, that names dn. A value of
// uniqueMember may end in "#'0101'B" (RFC 4517, 3.3.21), which is no part of the name.
func findDN(values []string, dn string) (string, bool) {
	x, ok := parseDN(dn)
	if !ok {
		return "", false
	}
	// Servers write a name as its entry has it: then nothing is taken apart,
	// which would be felt with a group of thousands.
	if slices.Contains(values, dn) {
		return dn, true
	}
	for _, v := range values {
		if isDN(v, x) {
			return v, true
		}
		if name := withoutUID(v); name != v && isDN(name, x) {
			return v, true
		}
	}
	return "", false
}

func withoutUID(v string) string {
	i := strings.LastIndex(v, "#'")
	if i < 0 || !strings.HasSuffix(v, "'B") || strings.Trim(v[i+2:len(v)-2], "01") != "" {
		return v
	}
	return v[:i]
}

// findLogin is findDN for memberUid, which holds bare logins and minds their
// case (RFC 2307, 2.4: caseExactIA5Match).
func findLogin(values []string, login string) (string, bool) {
	if login == "" || !slices.Contains(values, login) {
		return "", false
	}
	return login, true
}
