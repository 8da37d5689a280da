package ldap

import (
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// sameDN compares as the directory does: case, spacing, escaping and the order
// inside a multi-valued name do not matter. What is not a DN equals nothing.
func sameDN(a, b string) bool {
	x, err := ldap.ParseDN(a)
	if err != nil || len(x.RDNs) == 0 {
		return false
	}
	y, err := ldap.ParseDN(b)
	return err == nil && x.EqualFold(y)
}

// findDN returns the value, exactly as it is stored, that names dn. A value of
// uniqueMember may end in "#'0101'B" (RFC 4517, 3.3.21), which is no part of the name.
func findDN(values []string, dn string) (string, bool) {
	for _, v := range values {
		if sameDN(v, dn) || sameDN(withoutUID(v), dn) {
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
