package actions

import "testing"

// Sockets are not shown to people; what has happened is.
func TestPlainly(t *testing.T) {
	for in, want := range map[string]string{
		"the directory cannot be reached: sign in: unable to read LDAP response packet: read tcp 127.0.0.1:53360->127.0.0.1:36617: read: connection reset by peer": "the directory cannot be reached: sign in: connection reset by peer",
		`connect: dial tcp [::1]:389: connect: connection refused`:            "connect: connection refused",
		"lookup: dial tcp: lookup ldap.example.com: no such host":             "lookup: lookup ldap.example.com: no such host",
		"the server says: LDAP Result Code 50 \"Insufficient Access Rights\"": "the server says: LDAP Result Code 50 \"Insufficient Access Rights\"",
	} {
		if got := plainly(in); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
