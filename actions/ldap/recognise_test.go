package ldap

import (
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// What a server says of itself, as recorded; the rest of each root DSE is left out.
func TestRecognise(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		want string
		root []any
	}{
		{"activedirectory", []any{"supportedCapabilities", []string{"1.2.840.113556.1.4.800", "1.2.840.113556.1.4.1670"}}},
		{"openldap", []any{"objectClass", []string{"top", "OpenLDAProotDSE"}}},
		{"389ds", []any{"objectClass", []string{"top"}, "vendorName", []string{"389 Project"}, "vendorVersion", []string{"389-Directory/2.3.1 B2025.016.1616"}}},
		{"freeipa", []any{"vendorName", []string{"389 Project"}, "supportedExtension", []string{"1.3.6.1.4.1.4203.1.11.1", "2.16.840.1.113730.3.8.10.1"}}},
		{"generic", []any{"vendorName", []string{"NetIQ Corporation"}, "vendorVersion", []string{"LDAP Agent for NetIQ eDirectory 9.2.8"}}},
		{"generic", nil},
	} {
		s := served(t, func(id any, _ *ber.Packet) []*ber.Packet {
			done := result(id, ldap.ApplicationSearchResultDone, ldap.LDAPResultSuccess)
			if tt.root == nil {
				return []*ber.Packet{done}
			}
			return []*ber.Packet{found(id, "", tt.root...), done}
		})
		if f, err := recognise(s.conn); err != nil || f.name != tt.want {
			t.Errorf("%v is %+v, %v; want %s", tt.root, f, err, tt.want)
		}
	}
}

func TestDefines(t *testing.T) {
	t.Parallel()
	types := []string{
		"( 1.3.6.1.4.1.42.2.27.8.1.17 NAME 'pwdAccountLockedTime' DESC 'The time an user account was locked' SINGLE-VALUE )",
		"( 0.9.2342.19200300.100.1.1 NAME ( 'uid' 'userid' ) DESC 'RFC4519: ''login'' of old' )",
	}
	for name, want := range map[string]bool{"pwdaccountlockedtime": true, "userid": true, "login": false, "pwdAccount": false} {
		if defines(types, name) != want {
			t.Errorf("%s: not %v", name, want)
		}
	}
}
