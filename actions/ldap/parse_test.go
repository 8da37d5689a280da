package ldap

import (
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/config"
)

func TestParseTime(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"20261102101112Z", "2026-11-02T10:11:12Z"},
		{"20261102101112.5Z", "2026-11-02T10:11:12.5Z"},
		{"20261102101112,25+0130", "2026-11-02T08:41:12.25Z"},
		{"202611021011Z", "2026-11-02T10:11:00Z"},
		{"2026110210.5Z", "2026-11-02T10:30:00Z"},
		{"20261102101112-03", "2026-11-02T13:11:12Z"},
		{"20261102101112", ""},   // no zone
		{"20261302101112Z", ""},  // no such month
		{"20261102101112.Z", ""}, // an empty fraction
		{"20261102101112+2500", ""},
		{"", ""},
	} {
		got, err := parseTime(tt.in)
		if tt.want == "" {
			if err == nil {
				t.Errorf("%q is read as %v", tt.in, got)
			}
			continue
		}
		if want, _ := time.Parse(time.RFC3339Nano, tt.want); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v; want %v", tt.in, got, err, want)
		}
	}
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"20261102101112Z", lockedForGood, "2026110210.123456789123Z", "20261102101112,5-0130", "9999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseTime(s)
		if err != nil {
			return
		}
		again, err := parseTime(got.UTC().Format("20060102150405.999999999Z"))
		if got.UTC().Year() >= 0 && got.UTC().Year() <= 9999 && (err != nil || !again.Equal(got)) {
			t.Errorf("%q: %v, then %v, %v", s, got, again, err)
		}
	})
}

func TestSameDN(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"uid=jane,ou=people,dc=x", "UID=Jane, OU=People ,DC=X", true},
		{`cn=Doe\, Jane,dc=x`, `cn=Doe\2C Jane,dc=x`, true},
		{"cn=a+uid=b,dc=x", "uid=B+cn=A,dc=x", true},
		{"uid=jane,dc=x", "uid=janet,dc=x", false},
		{"uid=jane,dc=x", "uid=jane,ou=people,dc=x", false},
		{"", "", false},
		{"no dn", "no dn", false},
	} {
		if got := sameDN(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: %v", tt.a, tt.b, got)
		}
	}
	if v, ok := findDN([]string{"uid=bo,dc=x", "UID=jane,dc=x#'0101'B"}, "uid=jane,dc=x"); !ok || v != "UID=jane,dc=x#'0101'B" {
		t.Errorf("found %q, %v", v, ok)
	}
}

func FuzzSameDN(f *testing.F) {
	f.Add("uid=jane,dc=x", "UID=Jane,DC=x")
	f.Add(`cn=Doe\, Jane`, `cn=Doe\2C Jane`)
	f.Add("uid=a#'01'B", "uid=a")
	f.Fuzz(func(t *testing.T, a, b string) {
		if sameDN(a, b) != sameDN(b, a) {
			t.Errorf("%q and %q are equal in one direction only", a, b)
		}
		if v, ok := findDN([]string{a}, b); ok && v != a {
			t.Errorf("findDN returns %q, which is not stored", v)
		}
	})
}

// Whatever somebody types, the filters stay two well-formed filters with the
// people filter in front.
func FuzzSearchFilters(f *testing.F) {
	f.Add("jane")
	f.Add(`*)(uid=*))(|(uid=*`)
	f.Add("\x00\\2a é")
	s := &session{cfg: new(Config), fl: &openLDAP}
	*s.cfg = Config{Base: "dc=x"}.withDefaults().withFlavour(s.fl)
	f.Fuzz(func(t *testing.T, text string) {
		words := strings.Fields(text)
		if len(words) == 0 {
			return
		}
		exact, partly := s.filters(strings.Join(words, " "), words)
		for _, filter := range []string{exact, partly} {
			p, err := ldap.CompileFilter(filter)
			if err != nil {
				t.Fatalf("%q: %v", filter, err)
			}
			if p.Tag != ldap.FilterAnd || len(p.Children) < 2 {
				t.Errorf("%q is not what was meant", filter)
			}
		}
	})
}

func TestValidate(t *testing.T) {
	good := Config{URL: "ldaps://ldap.example.com", BindDN: "cn=bot,dc=x", BindPassword: config.NewSecret("hunter2"), Base: "dc=x"}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct {
		change func(c *Config)
		want   string
	}{
		{func(c *Config) { c.URL = "" }, "url"},
		{func(c *Config) { c.URL = "https://ldap.example.com" }, "url"},
		{func(c *Config) { c.URL = "ldap://ldap.example.com" }, "in the clear"},
		{func(c *Config) { c.URL = "ldap://127.0.0.1.example.com" }, "in the clear"},
		{func(c *Config) { c.URL = "ldap://user:pw@127.0.0.1" }, "url"},
		{func(c *Config) { c.URL = "ldap://127.0.0.1:3890" }, ""},
		{func(c *Config) { c.URL = "ldap://[::1]:3890" }, ""},
		{func(c *Config) { c.URL, c.StartTLS = "ldap://ldap.example.com", true }, ""},
		{func(c *Config) { c.StartTLS = true }, "start_tls"},
		{func(c *Config) { c.Replicas = []string{"ldaps://dc2.example.com", "ldaps://dc3.example.com:636"} }, ""},
		{func(c *Config) { c.Replicas = []string{"dc2.example.com"} }, "replicas"},
		{func(c *Config) { c.Replicas = []string{"ldap://dc2.example.com"} }, "in the clear"},
		{func(c *Config) { c.Replicas = []string{"ldaps://LDAP.example.com"} }, "named twice"},
		{func(c *Config) { c.Replicas = []string{"ldaps://dc2.example.com", "ldaps://dc2.example.com"} }, "named twice"},
		{func(c *Config) { c.ReplicasWithin = -1 }, "replicas_within"},
		{func(c *Config) { c.BindPassword = config.Secret{} }, "bind_password"},
		{func(c *Config) { c.Base = "" }, "base"},
		{func(c *Config) { c.GroupsBase = "groups" }, "groups_base"},
		{func(c *Config) { c.PeopleFilter = "(uid=*" }, "people_filter"},
		{func(c *Config) { c.PageSize = -1 }, "page_size"},
		{func(c *Config) { c.Timeout = -1 }, "timeout"},
	} {
		c := good
		tt.change(&c)
		err := c.Validate()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q", c, err, tt.want)
		}
	}
}

func TestClasses(t *testing.T) {
	for code, want := range map[uint16]actions.Class{
		ldap.ErrorNetwork:                       actions.ClassAgain,
		ldap.LDAPResultBusy:                     actions.ClassAgain,
		ldap.LDAPResultUnavailable:              actions.ClassAgain,
		ldap.LDAPResultTimeLimitExceeded:        actions.ClassAgain,
		ldap.LDAPResultAdminLimitExceeded:       actions.ClassAgain,
		ldap.LDAPResultInsufficientAccessRights: actions.ClassFinal,
		ldap.LDAPResultUnwillingToPerform:       actions.ClassFinal,
		ldap.LDAPResultObjectClassViolation:     actions.ClassFinal,
		ldap.LDAPResultInvalidCredentials:       actions.ClassFinal,
		ldap.LDAPResultConstraintViolation:      actions.ClassFinal,
		ldap.LDAPResultNoSuchObject:             actions.ClassFinal,
		ldap.LDAPResultReferral:                 actions.ClassFinal,
		ldap.LDAPResultSizeLimitExceeded:        actions.ClassFinal,
	} {
		err := classify("try", ldap.NewError(code, nil))
		if got, _ := actions.ClassOf(err); got != want {
			t.Errorf("result %d: class %s, want %s", code, got, want)
		}
	}
}
