package ldap_test

import (
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"offboard/actions/ldap"
)

// The section as an administrator writes it.
func TestConfigSection(t *testing.T) {
	t.Setenv("LDAP_PASSWORD", "hunter2")
	const section = `
url: ldap://ldap.example.com
start_tls: true
replicas: [ldap://ldap2.example.com, ldap://ldap3.example.com]
replicas_within: 30m
bind_dn: cn=offboard,ou=services,dc=example,dc=com
bind_password: ${LDAP_PASSWORD}
timeout: 5s
base: dc=example,dc=com
people_base: ou=people,dc=example,dc=com
page_size: 200
policy_dn: cn=default,ou=policies,dc=example,dc=com
empty_group_member: cn=nobody,dc=example,dc=com
admin_groups: [administrators]
attributes:
  country: st
  zone: timeZone
`
	var c ldap.Config
	if err := yaml.UnmarshalWithOptions([]byte(section), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if c.Timeout != 5*time.Second || c.BindPassword.Value() != "hunter2" || c.Attributes.Zone != "timeZone" || c.PageSize != 200 || len(c.Replicas) != 2 || c.ReplicasWithin != 30*time.Minute {
		t.Errorf("read as %+v", c)
	}
	if err := yaml.UnmarshalWithOptions([]byte("colour: red"), &c, yaml.Strict()); err == nil {
		t.Error("an unknown setting is accepted")
	}
}
