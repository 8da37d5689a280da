package ldap

import (
	"regexp"
)

// dataCode finds the reason that Active Directory puts behind its result 49:
// "80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error,
// data 52e, v4563". It is the number of a Windows error, in hexadecimal.
var dataCode = regexp.MustCompile(`\bdata ([0-9a-fA-F]{3,8})\b`)

// signInReason is a refused sign-in in words, as far as Active Directory has
// said why; empty for any other server.
func signInReason(err error) string {
	m := dataCode.FindStringSubmatch(err.Error())
	if m == nil {
		return ""
	}
	// MS-ERREF, 2.2: ERROR_NO_SUCH_USER and those that follow.
	switch m[1] {
	case "525":
		return "the account does not exist"
	case "52e":
		return "the name or the password is wrong"
	case "530":
		return "the account may not sign in at this hour"
	case "531":
		return "the account may not sign in from this computer"
	case "532":
		return "the password has expired"
	case "533":
		return "the account is disabled"
	case "534":
		return "the account lacks the right to sign in this way"
	case "701":
		return "the account has expired"
	case "773":
		return "the password must be changed before the next sign-in"
	case "775":
		return "the account is locked out after wrong passwords"
	}
	return "Windows error 0x" + m[1]
}
