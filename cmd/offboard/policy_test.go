package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/bot/bottest"
	"offboard/config"
	"offboard/store"
)

// officePolicy is added to officeConfig.
const officePolicy = `tasks:
  - {name: laptop, words: Laptop returned, owner: it, due: 3d}
  - {name: badge, words: Badge switched off, owner: security, due: 24h}
policy:
  - name: general
    cut_off: "18:00"
    retention: 180d
  - name: lisbon
    when: person.location == "Lisbon"
    not_tasks: [badge]
  - name: design
    when: person.department == "Design" && kind != "termination"
    not_actions: [corp/reports]
    retention: never
  - name: terminated-admins
    when: kind == "termination" && person.admin
    approvals: [{role: security, count: 2}, hr]
    missing: hold
    confidential: true
  - name: hr-feed
    when: person.login == "luis"
    protect: approvals
    why: his account keeps the HR feed alive
  - name: executives
    when: |
      person.title.startsWith("Chief")
      || "board" in person.groups
    protect: refuse
    why: a member of the board
  - name: broken
    when: person.groups[9] == "hr"
    not_systems: [corp]
    approvals: [it]
profiles:
  - {id: designer, title: Designer, when: person.department == "Design", has: {corp: [design, design-system]}}
  - {id: recruiter, when: '"hr" in person.groups', has: {corp: [hr]}}
`

func golden(t *testing.T, name, got string) {
	t.Helper()
	bottest.Golden(t, filepath.Join("testdata", name), got)
}

// What would happen to somebody is told with the rule that decided each line,
// whether a server runs or not, and nothing is written.
func TestCheckPerson(t *testing.T) {
	o := newOffice(t)
	o.configure(officeConfig + officePolicy)
	jane := o.run("check", "--person", "jane@example.com").want(t, 0).out
	golden(t, "person-jane.golden", jane)
	golden(t, "person-luis.golden", o.run("check", "--person", "luis", "--kind", "resignation").want(t, 0).out)
	golden(t, "person-clara.golden", o.run("check", "--person", "Clara Okonkwo", "--kind", "death").want(t, 0).out)
	if _, err := os.Stat(filepath.Join(o.dir, "data", "o.db")); err == nil {
		t.Error("a command that only reads made a database")
	}
	var f foretold
	o.run("check", "--person", "jane", "--json").want(t, 0).decode(t, &f)
	if f.Person.Login != "jane" || len(f.Answers) != 3 || !json.Valid([]byte(o.run("check", "--person", "jane", "--json").out)) {
		t.Errorf("as JSON: %+v", f)
	}

	o.run("check", "--person", "nobody@example.com").want(t, codeUsage, "nobody in the directory")
	o.run("check", "--person", "an").want(t, codeUsage, "more than one person", "hanna@example.com")
	o.run("check", "--person", "jane", "--kind", "terminaton").want(t, codeUsage, `did you mean "termination"?`)
	o.run("check", "--kind", "termination").want(t, codeUsage, "--person jane@example.com")
	o.run("check", "--person", "").want(t, codeUsage, "--person jane@example.com")

	o.serving()
	if again := o.run("check", "--person", "jane@example.com").want(t, 0).out; again != jane {
		t.Errorf("beside a server it says\n%s", again)
	}
	if err := o.company.Directory.Close(); err != nil {
		t.Fatal(err)
	}
	o.run("check", "--person", "jane@example.com").want(t, codeBroken, "look up")
}

func TestPolicyShow(t *testing.T) {
	o := newOffice(t)
	golden(t, "policy-none.golden", o.run("policy", "show").want(t, 0).out)
	o.configure(officeConfig + "retention: 90d\n")
	o.run("policy", "show").want(t, 0, "Suspension: nothing is deleted for good", "90d after access ended it is asked")
	o.configure(officeConfig + officePolicy)
	golden(t, "policy.golden", o.run("policy", "show").want(t, 0).out)
	// Who reads the rules has none of the secrets; one that is written out is refused.
	for _, name := range []string{"secret", "password"} {
		if err := os.Remove(filepath.Join(o.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "policy.golden", o.run("policy", "show").want(t, 0).out)
	o.run("check").want(t, codeUsage, "read the secret")
	o.configure(strings.Replace(officeConfig, `"file:DIR/password"`, "hunter22", 1))
	if r := o.run("policy", "show").want(t, codeUsage, "a secret is not written into this file"); strings.Contains(r.err, "hunter22") {
		t.Error("the secret is printed")
	}
	command(t.Context(), oneChat, "", "policy").want(t, codeUsage, "policy what? It is one of show")
}

// A mistake in a condition is reported with its place in the file, the place in
// the condition, and what was probably meant; no command goes on with it.
func TestPolicyMistakes(t *testing.T) {
	o := newOffice(t)
	o.configure(officeConfig + `policy:
  - {name: a, when: 'person.departement == "Design"', confidential: true}
  - name: b
    when: |
      person.country == "PT" &&
        person.titel == "CEO"
    confidential: true
  - {name: c, when: 'person.admin == "yes"', confidential: true}
  - {name: d, when: 'person.country == ', confidential: true}
  - {name: e, when: 'person.title.matches("(")', confidential: true}
  - {name: f, when: 'person.title', confidential: true}
`)
	r := o.run("policy", "show").want(t, codeUsage)
	golden(t, "policy-mistakes.golden", strings.ReplaceAll(r.err, o.dir, "DIR"))
	o.run("check").want(t, codeUsage, "policy[0].when")
	o.run("check", "--person", "jane").want(t, codeUsage, "policy[0].when")
}

// The rules of the example compile, and say what its comments say.
func TestExamplePolicy(t *testing.T) {
	for _, name := range []string{"OFFBOARD_KEY", "OFFBOARD_LDAP_PASSWORD", "OFFBOARD_SLACK_TOKEN", "OFFBOARD_SLACK_ADMIN_TOKEN", "OFFBOARD_DISCORD_TOKEN", "OFFBOARD_BADGES_TOKEN", "OFFBOARD_TAILSCALE_TOKEN", "OFFBOARD_ZOOM_CLIENT_ID", "OFFBOARD_ZOOM_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN", "OFFBOARD_MAIL_PASSWORD", "OFFBOARD_BUCKET_KEY"} {
		t.Setenv(name, "the test's "+name)
	}
	cfg, err := config.Parse("example.yaml", config.Example())
	if err != nil {
		t.Fatal(err)
	}
	systems, _, err := connect(cfg)
	if err != nil {
		t.Fatal(err)
	}
	book, err := rulebook(cfg, systems)
	if err != nil {
		t.Fatal(err)
	}
	terms := store.Terms{Kind: "resignation"}
	if r := book.Ruling(store.Card{Title: "Chief of Staff"}, terms); !slices.Equal(r.Also, []store.Role{store.HR, store.Security, store.Security}) || !r.Confidential || r.Missing != store.MissingLock {
		t.Errorf("an executive: %+v", r)
	}
	if r := book.Ruling(store.Card{Login: "svc-payroll"}, terms); !r.Refused {
		t.Errorf("the HR feed: %+v", r)
	}
	contractor := store.Card{Employment: "contractor"}
	if r, left := book.Ruling(contractor, terms), book.Left(contractor, "resignation"); r.Missing != store.MissingHold || r.Retention != 90*24*time.Hour || len(left) != 3 || book.Hour(contractor, "resignation") != "18:00" {
		t.Errorf("a contractor: %+v, left out %v", r, left)
	}
	if r := book.Ruling(store.Card{Login: "breakglass"}, store.Terms{Kind: "retirement"}); !r.Refused || r.Missing != store.MissingLock { // as resignation, on which it builds
		t.Errorf("the deny list: %+v", r)
	}
}

// A file with fewer guards waits for a second person, as without the deny list.
func TestWeakerPolicyWaits(t *testing.T) {
	o := newOffice(t)
	o.configure(officeConfig + officePolicy)
	o.fill()
	o.configure(officeConfig + strings.Replace(officePolicy, "protect: refuse", "protect: approvals", 1))
	o.run("check").want(t, 0, "weaker than what was served last: no rule says any more: nobody can be offboarded")
	cfg := o.config()
	a, err := newApp(cfg, operator(), just(mustChat(t)...), zerologNop, store.MachineClock())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	if rule := a.cfg.Policy[5]; rule.Protect != "refuse" {
		t.Errorf("in force is %+v", rule)
	}
}
