package ldap_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"
	"github.com/google/go-cmp/cmp"

	"offboard/actions"
	"offboard/actions/actionstest/slapd"
	"offboard/config"
)

func secretOf(s string) config.Secret { return config.NewSecret(s) }

func loginsOf(people []actions.Person) []string {
	var out []string
	for _, p := range people {
		out = append(out, p.Login)
	}
	return out
}

func TestSearch(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		for _, tt := range []struct {
			text  string
			limit int
			want  []string
		}{
			{"jane", 5, []string{"jane", "jdorsey"}}, // the exact login first
			{"JANE DOE", 5, []string{"jane"}},
			{"doe jane", 5, []string{"jane"}}, // words in any order
			{"adm-jane", 5, nil},              // administrators' accounts are not below people_base
			{"jane@example.com", 5, []string{"jane"}},
			{"nilsen", 5, []string{"bo"}},
			{"o'rourke", 5, []string{"siobhan"}},
			{"marco", 1, []string{"marco"}},
			{"nobody at all", 5, nil},
			{"*", 5, nil}, // a star is a star
			{"jane)(uid=*", 5, nil},
			{`\2a`, 5, nil},
			{"ja\x00ne", 5, []string{"jane", "jdorsey"}},
			{"  ", 5, nil},
			{"jane", 0, nil},
		} {
			people, err := fx.client().Directory().Search(t.Context(), tt.text, tt.limit)
			if err != nil || !slices.Equal(loginsOf(people), tt.want) {
				t.Errorf("search %q: %q, %v; want %q", tt.text, loginsOf(people), err, tt.want)
			}
		}
		all, err := fx.client().Directory().Search(t.Context(), "example.com", 200)
		if n, errN := fx.client().Directory().Count(t.Context()); err != nil || errN != nil || n != len(all) {
			t.Errorf("%d people are counted, %d are found, %v, %v", n, len(all), err, errN)
		}
		if people, err := fx.client().Directory().Search(t.Context(), "example.com", 7); err != nil || len(people) != 7 {
			t.Errorf("the limit: %d people, %v", len(people), err)
		}

		// With people everywhere below base, a second account leads to its person.
		fx.cfg.PeopleBase = suffix
		people, err := fx.client().Directory().Search(t.Context(), "adm-jane", 5)
		if err != nil || !slices.Equal(loginsOf(people), []string{"jane"}) {
			t.Errorf("search of the second account: %q, %v", loginsOf(people), err)
		}
	})
}

// The same card from the demo's server and from slapd.
func TestIdentityCard(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		jane := fx.person(t, "jane")
		want := actions.Person{
			ID: fx.values(t, dnOf("jane"), "entryUUID")[0], Name: "Jane Doe", Login: "jane", Mail: "jane@example.com",
			Title: "Senior Designer", Department: "Design", Country: "PT", Entity: "Example", Location: "Lisbon",
			Zone: jane.Zone, Manager: fx.values(t, dnOf("marco"), "entryUUID")[0], Number: "1006",
			Admin:    true, // by adm-jane
			Groups:   []string{"design", "design-system", "office-lisbon", "rebranding", "staff"},
			Accounts: []string{"adm-jane"},
		}
		if diff := cmp.Diff(want, jane); diff != "" {
			t.Error(diff)
		}
		again, err := fx.client().Directory().Lookup(t.Context(), strings.ToUpper(jane.ID))
		if diff := cmp.Diff(jane, again); err != nil || diff != "" {
			t.Error(err, diff)
		}
		for _, id := range []string{"", "nonsense", "*", "3b7e0b9a-1111-4222-8333-444455556666"} {
			if _, err := fx.client().Directory().Lookup(t.Context(), id); !errors.Is(err, actions.ErrNoPerson) {
				t.Errorf("lookup of %q: %v", id, err)
			}
		}
	})
}

func TestByChat(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		fx.replace(t, dnOf("jane"), "employeeType", "U0JANE")
		fx.replace(t, dnOf("bo"), "employeeType", "U0*")
		fx.replace(t, dnOf("adm-jane"), "employeeType", "U0ADMIN")
		fx.cfg.Chat = map[string]string{"slack": "employeeType"}
		for _, tt := range []struct {
			platform, account string
			want              []string
		}{
			{"slack", "U0JANE", []string{"jane"}},
			{"slack", "U0*", []string{"bo"}}, // a star is a star
			{"slack", "U0ADMIN", nil},        // a second account names no second person
			{"slack", "u0jane", nil},         // another id
			{"slack", "", nil},
			{"discord", "U0JANE", nil}, // no attribute for it
		} {
			people, err := fx.client().Directory().ByChat(t.Context(), tt.platform, tt.account)
			if err != nil || !slices.Equal(loginsOf(people), tt.want) {
				t.Errorf("%s %q: %q, %v; want %q", tt.platform, tt.account, loginsOf(people), err, tt.want)
			}
			for _, p := range people {
				if p.Chat[tt.platform] != tt.account {
					t.Errorf("%s: chat %v", p.Login, p.Chat)
				}
			}
		}
	})
}

// The id of a second account leads to the person, so that nobody is two people.
func TestLookupOfSecondAccount(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		jane := fx.person(t, "jane")
		f, err := fx.action("lock").Check(t.Context(), actions.Target{Person: jane})
		if err != nil || len(f.Accounts) != 2 {
			t.Fatalf("%+v, %v", f.Accounts, err)
		}
		for _, a := range f.Accounts {
			p, err := fx.client().Directory().Lookup(t.Context(), a.ID)
			if err != nil || p.ID != jane.ID || p.Login != "jane" {
				t.Errorf("%s leads to %s (%s), %v", a.Login, p.Login, p.ID, err)
			}
		}
	})
}

// Who shares a login but has another number is somebody else; a number that
// many share says nothing.
func TestAccountsOfOnePerson(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		f, err := fx.action("lock").Check(t.Context(), actions.Target{Person: actions.Person{Name: "Another Jane", Login: "jane", Number: "4711"}})
		if err != nil || len(f.Accounts) != 0 || len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "somebody else") {
			t.Errorf("a namesake: %+v, %v", f, err)
		}
		var many []slapd.Entry
		for i := range 12 {
			uid := fmt.Sprintf("ext%02d", i)
			many = append(many, slapd.NewEntry(dnOf(uid), "objectClass", "inetOrgPerson", "uid", uid, "cn", uid, "sn", uid, "employeeNumber", "0"))
		}
		fx.add(t, many...)
		ext := fx.person(t, "ext03")
		if len(ext.Accounts) != 0 {
			t.Errorf("accounts %q", ext.Accounts)
		}
		f, err = fx.action("lock").Check(t.Context(), actions.Target{Person: ext})
		if err != nil || len(f.Accounts) != 1 || f.Accounts[0].Login != "ext03" || len(f.Unread) != 1 {
			t.Errorf("a shared number: %+v, %v", f, err)
		}
		f, err = fx.action("lock").Check(t.Context(), actions.Target{Person: fx.person(t, "jane")})
		if err != nil || len(f.Accounts) != 2 || f.Accounts[0].Admin || !f.Accounts[1].Admin {
			t.Errorf("jane: %+v, %v", f.Accounts, err)
		}
		f, err = fx.action("lock").Check(t.Context(), actions.Target{Person: fx.person(t, "ivan")})
		if err != nil || len(f.Accounts) != 1 || !f.Accounts[0].Admin {
			t.Errorf("ivan is in administrators: %+v, %v", f.Accounts, err)
		}
	})
}

func TestEncryption(t *testing.T) {
	fx := slapdFixture(t)
	file := func(name string) string { return filepath.Join(fx.slapd.Dir, name) }
	for _, tt := range []struct {
		name, url, ca, server string
		startTLS              bool
		distrusted            bool
	}{
		{"StartTLS", "ldap://" + fx.slapd.Addr, "ca.pem", "", true, false},
		{"StartTLS, another CA", "ldap://" + fx.slapd.Addr, "other.pem", "", true, true},
		{"StartTLS, another name", "ldap://" + fx.slapd.Addr, "ca.pem", "ldap.example.org", true, true},
		{"StartTLS, the name set", "ldap://" + fx.slapd.Addr, "ca.pem", "directory.example.com", true, false},
		{"ldaps", "ldaps://" + fx.slapd.SecureAddr, "ca.pem", "", false, false},
		{"ldaps, another CA", "ldaps://" + fx.slapd.SecureAddr, "other.pem", "", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fx := *fx
			fx.cfg.URL, fx.cfg.CAFile, fx.cfg.ServerName, fx.cfg.StartTLS = tt.url, file(tt.ca), tt.server, tt.startTLS
			if err := fx.cfg.Validate(); err != nil {
				t.Fatal(err)
			}
			_, err := fx.client().Directory().Search(t.Context(), "jane", 1)
			if !tt.distrusted {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantFinal(t, err, "not trusted", "ca_file")
		})
	}
	fx.cfg.URL, fx.cfg.CAFile = "ldaps://"+fx.slapd.SecureAddr, file("missing.pem")
	_, err := fx.client().Directory().Search(t.Context(), "jane", 1)
	wantFinal(t, err, "ca_file")
	fx.cfg.CAFile = file("server.key")
	_, err = fx.client().Directory().Search(t.Context(), "jane", 1)
	wantFinal(t, err, "no certificate")
}

func TestServerStops(t *testing.T) {
	fx := slapdFixture(t)
	target, _ := fx.survey(t, "lock", fx.person(t, "jane"), "jane")
	fx.slapd.Stop()
	_, err := fx.action("lock").Do(t.Context(), target)
	wantClass(t, err, actions.ClassAgain, "cannot be reached")
	fx.slapd.Start(t)
	mustDo(t, fx.action("lock"), target)
	if f, err := fx.action("lock").Check(t.Context(), target); err != nil || len(f.Items) != 0 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestSlowServer(t *testing.T) {
	fx := demoFixture(t)
	fx.demo.Hang(true)
	defer fx.demo.Hang(false)
	fx.cfg.Timeout = 50 * time.Millisecond
	_, err := fx.client().Directory().Search(t.Context(), "jane", 1)
	wantClass(t, err, actions.ClassAgain)
	fx.cfg.Timeout = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = fx.client().Directory().Search(ctx, "jane", 1)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		fx.cfg.BindPassword = secretOf("a wrong password")
		_, err := fx.client().Directory().Search(t.Context(), "jane", 1)
		wantFinal(t, err, "bot's own name and password", "49")
		if strings.Contains(err.Error(), "a wrong password") {
			t.Error("the error holds the password")
		}
	})
	fx := slapdFixture(t)
	elsewhere := "ou=elsewhere," + suffix
	fx.do(t, func(conn *goldap.Conn) error {
		return slapd.NewEntry(elsewhere, "objectClass", "referral", "objectClass", "extensibleObject", "ou", "elsewhere", "ref", "ldap://127.0.0.1:1/ou=elsewhere").Add(conn, goldap.NewControlManageDsaIT(false))
	})
	// A reference beside the answers is not followed and does not disturb.
	target, _ := fx.survey(t, "lock", fx.person(t, "jane"), "jane")
	fx.cfg.Base = elsewhere
	_, err := fx.action("lock").Check(t.Context(), target)
	wantFinal(t, err, "another server", "10")
	fx.cfg.Base = "dc=nowhere"
	_, err = fx.action("lock").Check(t.Context(), target)
	if err == nil {
		t.Error("a base that does not exist")
	}
}

// The members of a group are people of the directory, whichever way the group
// names them.
func TestMembers(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		for group, want := range map[string]bool{"hr": true, "none": false, "*": false} {
			people, err := fx.client().Directory().Members(t.Context(), group)
			if err != nil || (len(people) > 0) != want {
				t.Errorf("%s: %d, %v", group, len(people), err)
			}
			for _, p := range people {
				if !slices.Contains(p.Groups, group) || p.ID == "" {
					t.Errorf("%s is in %q, and was found in %q", p.Login, p.Groups, group)
				}
			}
		}
	})
}
