//go:build linux

package samba_test

import (
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions/actionstest"
	"offboard/actions/actionstest/samba"
)

func TestMain(m *testing.M) {
	defer samba.Forget()
	m.Run()
}

// Two domain controllers at once, each with its own copy of the domain.
func TestServers(t *testing.T) {
	path := actionstest.Require(t, "samba")
	for range 2 {
		s := samba.New(t, path)
		conn, err := s.Admin()
		if err != nil {
			t.Fatal(err)
		}
		req := goldap.NewAddRequest("OU=Company,"+samba.Suffix, nil)
		req.Attribute("objectClass", []string{"organizationalUnit"})
		if err := conn.Add(req); err != nil {
			t.Error(err)
		}
		_ = conn.Close()
	}
}
