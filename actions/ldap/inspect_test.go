package ldap_test

import (
	"strings"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest/slapd"
	"offboard/actions/demo"
	"offboard/actions/ldap"
	"offboard/config"
)

// remarks are what an inspection says, one line each.
func remarks(t *testing.T, fx *fixture, change func(*ldap.Config)) string {
	t.Helper()
	cfg := fx.cfg
	if change != nil {
		change(&cfg)
	}
	found, err := ldap.New(cfg).System("corp", "").Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := ""
	for _, r := range found {
		word := "unsafe: "
		if r.Broken {
			word = "broken: "
		}
		if r.Remedy == "" {
			t.Errorf("no remedy for %q", r.Text)
		}
		out += word + r.Text + "\n"
	}
	return out
}

func TestInspect(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		// The rules of the slapd here let the bot write userPassword with
		// "write", which lets it read too.
		const reads = "unsafe: the bot's account can read password hashes\n"
		usual := ""
		if fx.slapd != nil {
			usual = reads
		}
		if got := remarks(t, fx, nil); got != usual {
			t.Errorf("got %q, want %q", got, usual)
		}
		if err := fx.client().System("corp", "").Reach(t.Context()); err != nil {
			t.Error(err)
		}
		for _, tt := range []struct {
			name   string
			change func(*ldap.Config)
			want   string
		}{
			{"people", func(c *ldap.Config) { c.PeopleBase = "ou=none," + c.Base }, "broken: people_base: ou=none,"},
			{"groups", func(c *ldap.Config) { c.GroupsBase = "ou=none," + c.Base }, "broken: groups_base: ou=none,"},
			{"empty member", func(c *ldap.Config) { c.EmptyGroupMember = "cn=none," + c.Base }, "broken: empty_group_member: cn=none,"},
			{"nobody", func(c *ldap.Config) { c.PeopleBase = c.GroupsBase }, "broken: nobody is found below ou=groups"},
			{"policy", func(c *ldap.Config) { c.PolicyDN = "cn=none," + c.Base }, "broken: a lock would not keep anybody out"},
			{"chat", func(c *ldap.Config) { c.Chat = map[string]string{"slack": "carLicense"} }, "unsafe: nobody has the attribute carLicense"},
			{"attribute", func(c *ldap.Config) { c.Chat = map[string]string{"web": "uid"} }, usual},
		} {
			if got := remarks(t, fx, tt.change); !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
			}
		}
		fx.do(t, func(conn *goldap.Conn) error {
			m := goldap.NewModifyRequest("cn=administrators,"+fx.cfg.GroupsBase, nil)
			m.Add("member", []string{demo.BotDN})
			return conn.Modify(m)
		})
		if got := remarks(t, fx, nil); !strings.Contains(got, "unsafe: the bot's account is in the group of administrators administrators") {
			t.Errorf("got %q", got)
		}
	})
}

func TestInspectCannotSignIn(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		cfg := fx.cfg
		cfg.BindPassword = config.NewSecret("wrong")
		s := ldap.New(cfg).System("corp", "")
		_, err := s.Inspect(t.Context())
		for _, err := range []error{err, s.Reach(t.Context())} {
			if class, _ := actions.ClassOf(err); err == nil || class != actions.ClassFinal || strings.Contains(err.Error(), "wrong") {
				t.Errorf("got %v", err)
			}
		}
	})
}

// What slapd shows to its own administrator only is noticed.
func TestInspectTooPowerful(t *testing.T) {
	fx := slapdFixture(t)
	got := remarks(t, fx, func(c *ldap.Config) {
		c.BindDN, c.BindPassword = slapd.RootDN, config.NewSecret(slapd.RootPassword)
	})
	if !strings.Contains(got, "can read password hashes") {
		t.Errorf("got %q", got)
	}
}
