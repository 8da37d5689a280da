package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"offboard/actions"
	"offboard/config"
)

// The example connects as it stands, each connector with its own section.
func TestConnectExample(t *testing.T) {
	for _, name := range []string{"OFFBOARD_KEY", "OFFBOARD_LDAP_PASSWORD", "OFFBOARD_SLACK_TOKEN", "OFFBOARD_SLACK_ADMIN_TOKEN", "OFFBOARD_DISCORD_TOKEN", "OFFBOARD_BADGES_TOKEN", "OFFBOARD_TAILSCALE_TOKEN", "OFFBOARD_ZOOM_CLIENT_ID", "OFFBOARD_ZOOM_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN", "OFFBOARD_MAIL_PASSWORD", "OFFBOARD_BUCKET_KEY"} {
		t.Setenv(name, "secret of "+name)
	}
	path := filepath.Join(t.TempDir(), "offboard.yaml")
	t.Setenv("OFFBOARD_DISCORD_TOKEN", "secret of Discord")
	load := func(old, with string) *config.Config {
		t.Helper()
		text := strings.Replace(string(config.Example()), old, with, 1)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := config.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	systems, directory, err := connect(load("", ""))
	if err != nil || directory == nil || len(systems) != 6 {
		t.Fatalf("%d systems: %v", len(systems), err)
	}
	if s := systems[1]; s.Title != "Slack" || len(s.Actions) != 3 {
		t.Errorf("slack is %+v", s)
	}
	if s := systems[2]; s.Title != "Discord" || len(s.Actions) != 6 {
		t.Errorf("discord is %+v", s)
	}
	if s := systems[3]; s.Title != "Door badges" || len(s.Actions) != 2 || s.Lister == nil {
		t.Errorf("badges are %+v", s)
	}
	if s := systems[4]; s.Title != "Tailscale" || len(s.Actions) != 1 || s.Lister == nil {
		t.Errorf("tailscale is %+v", s)
	}
	if s := systems[5]; s.Title != "Zoom" || len(s.Actions) != 2 || s.Lister == nil {
		t.Errorf("zoom is %+v", s)
	}
	all, _, err := connect(load("    actions: [lock, groups]\n", ""))
	if got := actions.Destroying(all); err != nil || got != nil || len(all[0].Actions) != 5 {
		t.Errorf("%v delete for good, and nobody has named that (%v)", got, err)
	}
	named, _, err := connect(load("actions: [lock, groups]", "actions: [lock, groups, delete]"))
	if got := actions.Destroying(named); err != nil || !slices.Equal(got, []string{"corp"}) || len(named[0].Actions) != 3 {
		t.Errorf("%v delete for good: %v", got, err)
	}
	for _, tt := range []struct{ old, with, want string }{
		{"OFFBOARD_SLACK_ADMIN_TOKEN", "OFFBOARD_SLACK_TOKEN", "system slack: admin_token: it is the same as token"},
		{"      token: ${OFFBOARD_SLACK_TOKEN}\n", "", `the key "token" is missing in systems[1].settings`},
		{`guild: "184467440737095516"`, "guild: Toys", `system discord: guild: "Toys" is not the id of a server`},
		{"after: kick", "after: leave", `system discord: after: "leave" is none of kick, ban, none`},
		{"words: Switch the badge off\n", "words: Off\n          word: x\n", `unknown key "word"; did you mean "words"?`},
		{"proof: read", "proof: reed", `system badges: actions[0].proof: "reed" is none of read, mark, accepted`},
		{"needs: []\n          # What an undo", "needs: [tasks/latop]\n          # What an undo", `system badges: the action bookings needs the task "latop", and there is none of that name below tasks`},
		{"type: exec", "type: exec\n    actions: [bagde]", `systems[3].actions[0]: "bagde" is not known; did you mean "badge"?`},
		{"preset: zoom", "preset: zooom", `system zoom: preset: "zooom" is not one of atlassian, github, salesforce, slack, zoom`},
		{`"userName eq {mail}"`, `"userName co {mail}"`, "system zoom: find[0]:"},
		{"directory: corp", "directory: slack", "knows no people"},
		{"    type: http\n", "    type: http\n    actions: [suspnd]\n", `"suspnd" is not known; did you mean "suspend"?`},
		{"\n# Who may do what.", "  - {name: other, type: http, actions: [suspend], settings: {url: \"https://a.example\", account: {}, actions: [{name: x, words: X, loses: all, read: {get: /x, proven: \"true\", list: \"[]\"}, item: {id: it, label: it}, do: [{post: /x, done: \"true\"}]}]}}\n\n# Who may do what.", `systems[6].actions[0]: "suspend" is not known; possible here: x`},
		{"suspend\", done: answer.status == 200", "suspend\"", `the key "done" is missing in systems[4].settings.actions[0].do[0]`},
		{"done: answer.status == 200}]\n          # What the undo", "done: answer.stauts == 200}]\n          # What the undo", "undeclared reference"},
		{"undoes: Restore", "loses: Restore", "system tailscale: actions[0].undoes: undo and the words"},
	} {
		if _, _, err := connect(load(tt.old, tt.with)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
}
