package main

import (
	"os"
	"strings"
	"testing"

	"offboard/config"
)

const checkGood = `✔ configuration  read: 1 system, 5 roles, 0 tasks
✔ database       DIR/data/o.db is not there yet: serve makes it
✔ system corp    Company directory answers
✔ chat web       configured
✔ chat           web accounts are known by the attribute uid; make sure that nobody can write their own
! checkpoints    they go nowhere but into the chat: who has the bot's token there and the files here can rewrite both
                 -> name a place that nobody who runs this server can change, below checkpoints: a mail to the auditor, a collector, an append-only file or a locked bucket

All works. Not safe yet: 1.
`

func TestCheckTable(t *testing.T) {
	o := newOffice(t)
	r := o.run("check").want(t, 0)
	if got := strings.ReplaceAll(r.out, o.dir, "DIR"); got != checkGood {
		t.Errorf("got:\n%s\nwant:\n%s", got, checkGood)
	}
	o.run("check", "--strict").want(t, codeUnsafe, "not safe yet")
	o.fill()
	o.run("check").want(t, 0, "5 entries, and the keys open it")
	o.serving()
	o.run("check").want(t, 0, "in use by a server that runs", "✔ server")
}

// Each thing that is wrong is said, with what to do.
func TestCheckFinds(t *testing.T) {
	for _, tt := range []struct {
		name, old, with string
		code            int
		want            []string
	}{
		{"keys beside the database", "DIR/keys/o.keys", "DIR/data/o.keys", 0, []string{"! keys", "set keys.file to another folder"}},
		{"nothing deletes", "deny:", "retention: 90d\ndeny:", 0, []string{"! retention", "retention is set, and no system has an action that deletes", "delete of corp"}},
		{"deletes never", "type: ldap\n", "type: ldap\n    actions: [lock, delete]\n", 0, []string{"! retention", "what corp could delete is kept for ever"}},
		{"no deny list", "deny: [break-glass, offboard]\n", "", 0, []string{"! deny list"}},
		{"no attributes", "link: {attributes: {web: uid}}\n", "", 0, []string{"set link.attributes.web"}},
		{"an attribute nobody has", "{web: uid}", "{web: slackId}", 0, []string{"nobody has the attribute slackId"}},
		{"a group that is empty", "groups: [auditors]", "groups: [auditorz]", 0, []string{"the group auditorz has no members", "nobody but security can read the record"}},
		{"a login that nobody has", "people: [ivan]", "people: [iwan]", 0, []string{"the login iwan", "nobody can link accounts"}},
		{"fewer people than must approve", "deny:", "policy: [{name: board, approvals: [{role: auditor, count: 2}]}]\ndeny:", codeBroken, []string{"✖ rule board", "2 of the role auditor must approve, and 1 can", "can never be approved"}},
		{"no more people than must approve", "deny:", "policy: [{name: board, approvals: [{role: security, count: 2}]}]\ndeny:", 0, []string{"! rule board", "2 of the role security must approve, and no more than that can"}},
		{"listening to all", "127.0.0.1:0", "0.0.0.0:8080", 0, []string{"! http"}},
		{"no such base", `base: "dc=example,dc=com", people`, `base: "dc=other,dc=com", people`, codeBroken, []string{"✖ system corp", "does not exist", "correct the settings"}},
		{"no such people", "ou=people", "ou=poeple", codeBroken, []string{"people_base: ou=poeple,dc=example,dc=com does not exist"}},
		{"a lock without force", "cn=default,ou=policies", "cn=none,ou=policies", codeBroken, []string{"a lock would not keep anybody out", "let the bot read it"}},
		{"a folder that is not there", "DIR/data/o.db", "DIR/none/o.db", codeBroken, []string{"mkdir -m 700 -p"}},
		{"a socket with a long path", "DIR/o.sock", "DIR/" + strings.Repeat("x", 100), codeBroken, []string{"set socket: to a shorter path"}},
		{"a scope that is no condition", "groups: [hr]", `groups: [hr], scope: "person.countri == 'PT'"`, codeUsage, []string{"offboard.yaml:12:", "scope"}},
		{"a connector that is not known", "type: ldap", "type: ldpa", codeUsage, []string{`did you mean "ldap"?`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			if !strings.Contains(officeConfig, tt.old) {
				t.Fatalf("the configuration lacks %q", tt.old)
			}
			o.configure(strings.Replace(officeConfig, tt.old, tt.with, 1))
			o.run("check").want(t, tt.code, tt.want...)
		})
	}
}

func TestCheckSystemDown(t *testing.T) {
	o := newOffice(t)
	o.company.Directory.Down(true)
	var r report
	o.run("check", "--json").want(t, codeBroken).decode(t, &r)
	if r.Broken != 1 {
		t.Errorf("got %+v", r)
	}
	o.run("check").want(t, codeBroken, "✖ system corp", "look whether it runs")
}

// Without a chat nobody can ask, so serve refuses and check says why.
func TestNoPlatform(t *testing.T) {
	o := newOffice(t)
	command(t.Context(), platforms, "", "serve", "--config", o.path).want(t, codeUsage, "no chat platform is configured")
	command(t.Context(), platforms, "", "check", "--config", o.path).want(t, codeBroken, "✖ chat", "offboard demo")
}

// A key file that others can read is said.
func TestCheckKeyFileMode(t *testing.T) {
	o := newOffice(t)
	o.fill()
	if err := os.Chmod(o.config().Keys.File, 0o644); err != nil {
		t.Fatal(err)
	}
	o.run("check").want(t, 0, "chmod 600")
}

func TestCheckObserve(t *testing.T) {
	o := newOffice(t)
	o.configure("mode: " + config.Observe + "\n" + officeConfig)
	o.run("check").want(t, 0, "mode observe: nothing is changed")
}
