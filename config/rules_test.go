package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const ruled = `
company: {name: Example Ltd, zone: Europe/Lisbon}
database: log.db
keys: {file: log.keys, secret: "${OFFBOARD_KEY}"}
directory: corp
systems: [{name: corp, type: ldap, settings: {url: "ldaps://bot:hunter2@ldap.example.com", bind_password: hunter2, token: "${TOKEN}"}}, {name: crm, type: ldap}]
roles:
  - {role: hr, people: [maria, joao], scope: person.country == "PT"}
  - {role: admin, groups: [admins]}
deny: [offboard, breakglass]
kinds: [{id: quiet, title: Quiet, confidential: true}]
limits: {per_requester: 10, percent: 5}
policy:
  - {name: all, not_systems: [crm], retention: 90d}
  - {name: sales, when: person.department == "Sales", systems: [crm], retention: 180d}
  - {name: board, when: '"board" in person.groups', protect: refuse, why: the board}
  - {name: chiefs, when: person.title == "CEO", protect: approvals, approvals: [hr], why: a chief, confidential: true, missing: hold}
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

// What weakens the rules is said, and only that.
func TestWeaker(t *testing.T) {
	old := parsed(t, ruled)
	for _, tt := range []struct {
		name, from, to string
		weaker         []string
	}{
		{"nothing", "", "", nil},
		{"order", "[maria, joao]", "[joao, maria]", nil},
		{"somebody new in a role", "[maria, joao]", "[maria, eve]", []string{`eve has the role hr where person.country == "PT"`}},
		{"somebody less", "[maria, joao]", "[maria]", nil},
		{"a wider scope", `, scope: person.country == "PT"`, "", []string{"joao has the role hr", "maria has the role hr"}},
		{"a narrower scope", "groups: [admins]", "groups: [admins], scope: person.country == \"PT\"", nil},
		{"another group", "[admins]", "[staff]", []string{"the group staff has the role admin"}},
		{"a group of somebody's name", "people: [maria, joao]", "groups: [maria]", []string{`the group maria has the role hr where person.country == "PT"`}},
		{"the deny list", "deny: [offboard, breakglass]", "deny: [offboard, root]", []string{"breakglass can be offboarded: it leaves the deny list"}},
		{"more cases of one person", "per_requester: 10", "per_requester: 500", []string{"one person may open 500 cases within 1d instead of 10"}},
		{"fewer cases of one person", "per_requester: 10", "per_requester: 5", nil},
		{"more cases from a source", "per_requester: 10", "per_requester: 10, per_source: 500", []string{"500 cases may come from one source within 1d instead of 30"}},
		{"fewer cases from a source", "per_requester: 10", "per_requester: 10, per_source: 3", nil},
		{"a shorter window", "per_requester: 10", "per_requester: 10, window: 1h", []string{"cases are counted over 1h instead of 1d"}},
		{"a longer window", "per_requester: 10", "per_requester: 10, window: 7d", nil},
		{"more of the directory", "percent: 5", "percent: 50", []string{"cases of 50 % of the directory may be opened instead of 5 %"}},
		{"less of the directory", "percent: 5", "percent: 1", nil},
		{"no percentage", "percent: 5", "percent: 0", []string{"no percentage of the directory bounds how many cases are opened"}},
		{"another attribute", "slack: slackId", "slack: phone", []string{"the attribute phone says whose a slack account is"}},
		{"another platform", "slack: slackId", "discord: discordId", []string{"the attribute discordId says whose a discord account is"}},
		{"trusted addresses", "link: {", "link: {email: [slack], ", []string{"the e-mail address of a slack account says whose it is"}},
		{"decisions that are not told", "confirm_decisions: true", "confirm_decisions: false", []string{"decisions are not told by mail to those in whose name they are made"}},
		{"no mail", "mail: {server: \"localhost:25\", from: a@example.com, tls: none, confirm_decisions: true, link: \"https://offboard.example.com\"}", "", []string{"decisions are not told by mail to those in whose name they are made"}},
		{"a confidential kind", "{id: quiet, title: Quiet, confidential: true}", "{id: quiet, title: Quiet}", []string{"the kind quiet is confidential no more, or gone"}},
		{"a kind that goes", "kinds: [{id: quiet, title: Quiet, confidential: true}]", "", []string{"the kind quiet is confidential no more, or gone"}},
		{"a built-in kind", "kinds: [", "kinds: [{id: termination, confidential: false}, ", []string{"the kind termination is confidential no more, or gone"}},
		{"a protection that goes", "protect: refuse", "protect: approvals", []string{
			`no rule says any more: nobody can be offboarded where "board" in person.groups`,
		}},
		{"a protection of fewer people", `'"board" in person.groups'`, `'"board" in person.groups && person.admin'`, []string{
			`no rule says any more: nobody can be offboarded where "board" in person.groups`,
		}},
		{"a protection of everybody", `when: '"board" in person.groups', `, "", nil},
		{"an approval that goes", "approvals: [hr], ", "", []string{`no rule says any more: hr must approve too where person.title == "CEO"`}},
		{"another approval", "approvals: [hr]", "approvals: [hr, admin]", nil},
		{"a rule that was confidential", ", confidential: true, missing", ", missing", []string{`no rule says any more: cases are confidential where person.title == "CEO"`}},
		{"fewer approvals", "missing: hold", "missing: lock", []string{
			`no rule says any more: without all approvals nothing is taken at the cut-off where person.title == "CEO"`,
			`a rule says: a lock-out needs fewer approvals at the cut-off where person.title == "CEO"`,
		}},
		{"a kind that locks", "kinds: [", "kinds: [{id: termination, base: resignation, confidential: true}, ", []string{"the kind termination: a lock-out needs fewer approvals at the cut-off"}},
		{"more is left out", "not_systems: [crm]", "not_systems: [crm, corp]", []string{"a rule says: corp is left out"}},
		{"less is left out", "not_systems: [crm], ", "", nil},
		{"what was done is done no more", "systems: [crm], retention: 180d", "retention: 180d", []string{`no rule says any more: crm is done where person.department == "Sales"`}},
		{"destroyed earlier", "retention: 90d", "retention: 60d", []string{"no rule says any more: what can be destroyed is destroyed after 90d", "a rule says: what can be destroyed is destroyed after 60d"}},
		{"destroyed later", "retention: 90d", "retention: 100d", nil},
		{"destroyed never", "retention: 90d", "retention: never", nil},
		{"destroyed with the others", ", systems: [crm], retention: 180d", ", systems: [crm]", []string{`no rule says any more: what can be destroyed is destroyed after 180d where person.department == "Sales"`}},
		{
			"the order of rules", "  - {name: all, not_systems: [crm], retention: 90d}\n  - {name: sales, when: person.department == \"Sales\", systems: [crm], retention: 180d}\n",
			"  - {name: sales, when: person.department == \"Sales\", systems: [crm], retention: 180d}\n  - {name: all, not_systems: [crm], retention: 90d}\n",
			[]string{"the rules of the policy stand in another order, and of those that disagree the last one counts"},
		},
		{"another name and reason", "{name: board, ", "{name: the-board, cut_off: \"18:00\", ", nil},
		{"the directory's address", "ldap.example.com", "ldap2.example.com", nil},
		{"where groups come from", "settings: {", "settings: {groups_base: ou=eve, ", []string{"who is who: + systems[corp].settings.groups_base: ou=eve"}},
		{"another directory", "directory: corp\nsystems: [", "directory: other\nsystems: [{name: other, type: ldap}, ", []string{
			"who is who: - directory: corp", "who is who: - systems[corp].name: corp", "who is who: - systems[corp].type: ldap", "who is who: - systems[corp].settings.token: ${TOKEN}",
			"who is who: + directory: other", "who is who: + systems[other].name: other", "who is who: + systems[other].type: ldap",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(ruled, tt.from, tt.to, 1)
			if text == ruled && tt.name != "nothing" {
				t.Fatal("the file does not change")
			}
			if got := parsed(t, text).Rules().Weakens(old.Rules()); !slices.Equal(got, tt.weaker) {
				t.Errorf("weaker: %q, want %q", got, tt.weaker)
			}
		})
	}
}

// Two versions are compared by what they say, not by where it stands.
func TestDifference(t *testing.T) {
	old := parsed(t, ruled)
	same := parsed(t, "# a comment\n"+ruled)
	if d := Difference(old.Lines(), same.Lines()); d != nil || old.Sum() == same.Sum() {
		t.Errorf("a comment: %q", d)
	}
	after := parsed(t, strings.NewReplacer("per_requester: 10", "per_requester: 20", "[maria, joao]", "[eve, maria]").Replace(ruled))
	want := []string{"- roles[hr].people: joao", "- limits.per_requester: 10", "+ roles[hr].people: eve", "+ limits.per_requester: 20"}
	if d := Difference(old.Lines(), after.Lines()); !slices.Equal(d, want) {
		t.Errorf("got %q, want %q", d, want)
	}
	text := fmt.Sprint(old.Lines())
	if strings.Contains(text, "hunter2") || !strings.Contains(text, "${TOKEN}") {
		t.Errorf("a secret is shown, or its reference is not: %s", text)
	}
}
