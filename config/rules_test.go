package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const ruled = `
company: {name: Example Ltd, zone: Europe/Lisbon}
database: log.db
keys: {file: log.keys, secret: "${OFFBOARD_KEY}"}
directory: corp
systems: [{name: corp, type: ldap, settings: {url: "ldaps://bot:hunter2@ldap.example.com", bind_password: hunter2, token: "${TOKEN}"}}]
roles:
  - {role: hr, people: [maria, joao], scope: person.country == "PT"}
  - {role: admin, groups: [admins]}
deny: [offboard, breakglass]
limits: {starts_per_hour: 10}
places: {it: "#it"}
link: {attributes: {slack: slackId}}
http: {listen: "127.0.0.1:8080"}
mail: {server: "localhost:25", from: a@example.com, tls: none, confirm_decisions: true, link: "https://offboard.example.com"}
`

func parsed(t *testing.T, text string) *Config {
	t.Helper()
	t.Setenv("OFFBOARD_KEY", "a secret for tests only")
	c, err := Parse("offboard.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What weakens the rules is said, and is not in force before it was agreed to;
// what strengthens them
// is in force at once, but for the roles, which wait together.
func TestWeaker(t *testing.T) {
	old := parsed(t, ruled)
	for _, tt := range []struct {
		name, from, to string
		weaker         []string
		also           func(meanwhile Rules) bool
	}{
		{"nothing", "", "", nil, nil},
		{"order", "[maria, joao]", "[joao, maria]", nil, nil},
		{"somebody new in a role", "[maria, joao]", "[maria, eve]", []string{`eve has the role hr where person.country == "PT"`}, func(r Rules) bool {
			return r.allow(Grant{Role: "hr", Person: "joao", Scope: `person.country == "PT"`})
		}},
		{"a wider scope", `, scope: person.country == "PT"`, "", []string{"joao has the role hr", "maria has the role hr"}, func(r Rules) bool {
			return slices.Contains(r.Roles, Grant{Role: "hr", Person: "maria", Scope: `person.country == "PT"`})
		}},
		{"a narrower scope", "groups: [admins]", "groups: [admins], scope: person.country == \"PT\"", nil, nil},
		{"another group", "[admins]", "[staff]", []string{"the group staff has the role admin"}, func(r Rules) bool {
			return r.allow(Grant{Role: "admin", Group: "admins"})
		}},
		{"the deny list", "deny: [offboard, breakglass]", "deny: [offboard, root]", []string{"breakglass can be offboarded: it leaves the deny list"}, func(r Rules) bool {
			return slices.Equal(r.Deny, []string{"breakglass", "offboard", "root"})
		}},
		{"more starts", "starts_per_hour: 10", "starts_per_hour: 500", []string{"one person may start 500 cases an hour instead of 10"}, nil},
		{"fewer starts", "starts_per_hour: 10", "starts_per_hour: 5", nil, nil},
		{"another attribute", "slack: slackId", "slack: phone", []string{"the attribute phone says whose a slack account is"}, func(r Rules) bool { return r.Links["slack"] == "slackId" }},
		{"another platform", "slack: slackId", "discord: discordId", []string{"the attribute discordId says whose a discord account is"}, func(r Rules) bool { return len(r.Links) == 0 }},
		{"trusted addresses", "link: {", "link: {email: [slack], ", []string{"the e-mail address of a slack account says whose it is"}, func(r Rules) bool { return len(r.Email) == 0 }},
		{"decisions that are not told", "confirm_decisions: true", "confirm_decisions: false", []string{"decisions are not told by mail to those in whose name they are made"}, func(r Rules) bool { return r.Told }},
		{"a confidential kind", "places:", "kinds: [{id: termination, confidential: false}]\nplaces:", []string{"cases of the kind termination are not confidential"}, func(r Rules) bool { return slices.Contains(r.Confidential, "termination") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := parsed(t, strings.Replace(ruled, tt.from, tt.to, 1))
			if got := c.Rules().Weakens(old.Rules(), c.Kinds()); !slices.Equal(got, tt.weaker) {
				t.Errorf("weaker: %q, want %q", got, tt.weaker)
			}
			meanwhile := c.Rules().Meanwhile(old.Rules())
			if got := meanwhile.Weakens(old.Rules(), c.Kinds()); len(got) > 0 {
				t.Errorf("weaker before anybody agreed: %q", got)
			}
			if tt.weaker == nil && !reflect.DeepEqual(meanwhile, c.Rules()) {
				t.Errorf("nothing waits, but in force is %+v", meanwhile)
			}
			if tt.also != nil && !tt.also(meanwhile) {
				t.Errorf("in force: %+v", meanwhile)
			}
			if got := c.Under(meanwhile).Rules(); !reflect.DeepEqual(got, meanwhile) {
				t.Errorf("a configuration under\n%+v has\n%+v", meanwhile, got)
			}
		})
	}
}

// Whatever is written, nothing is weaker before a second person agreed.
func TestMeanwhileIsNeverWeaker(t *testing.T) {
	word := rapid.SampledFrom([]string{"a", "b", "c"})
	words := rapid.Map(rapid.SliceOfN(word, 0, 3), sorted)
	rules := rapid.Custom(func(t *rapid.T) Rules {
		r := Rules{Deny: words.Draw(t, "deny"), Confidential: words.Draw(t, "confidential"), Email: words.Draw(t, "email"), StartsPerHour: rapid.IntRange(1, 3).Draw(t, "starts"), Links: map[string]string{}}
		for range rapid.IntRange(0, 4).Draw(t, "grants") {
			g := Grant{Role: word.Draw(t, "role"), Person: word.Draw(t, "person")}
			if rapid.Bool().Draw(t, "scoped") {
				g.Scope = word.Draw(t, "scope")
			}
			r.grant(g)
		}
		for _, p := range words.Draw(t, "platforms") {
			r.Links[p] = word.Draw(t, "attribute")
		}
		return r
	})
	var kinds []Kind
	for _, id := range []string{"a", "b", "c"} {
		kinds = append(kinds, Kind{ID: id})
	}
	rapid.Check(t, func(t *rapid.T) {
		old, wanted := rules.Draw(t, "old"), rules.Draw(t, "wanted")
		got := wanted.Meanwhile(old)
		if weaker := got.Weakens(old, kinds); len(weaker) > 0 {
			t.Fatalf("%q", weaker)
		}
		if wanted.Weakens(old, kinds) == nil && !reflect.DeepEqual(got, wanted) {
			t.Fatalf("nothing waits, but in force is %+v", got)
		}
	})
}

// Two versions are compared by what they say, not by where it stands.
func TestDifference(t *testing.T) {
	old := parsed(t, ruled)
	same := parsed(t, "# a comment\n"+ruled)
	if d := Difference(old.Lines(), same.Lines()); d != nil || old.Sum() == same.Sum() {
		t.Errorf("a comment: %q", d)
	}
	after := parsed(t, strings.NewReplacer("starts_per_hour: 10", "starts_per_hour: 20", "[maria, joao]", "[eve, maria]").Replace(ruled))
	want := []string{"- roles[hr].people: joao", "- limits.starts_per_hour: 10", "+ roles[hr].people: eve", "+ limits.starts_per_hour: 20"}
	if d := Difference(old.Lines(), after.Lines()); !slices.Equal(d, want) {
		t.Errorf("got %q, want %q", d, want)
	}
	text := fmt.Sprint(old.Lines())
	if strings.Contains(text, "hunter2") || !strings.Contains(text, "${TOKEN}") {
		t.Errorf("a secret is shown, or its reference is not: %s", text)
	}
}
