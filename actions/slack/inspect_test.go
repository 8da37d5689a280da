package slack_test

import (
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/slack"
	"offboard/actions/slack/slackadmin"
	"offboard/config"
)

// What an installation is told before it trusts the system.
func TestInspect(t *testing.T) {
	const owner = "unsafe: admin_token acts as @svc-offboard (Offboard Service)"
	bot := []string{"users:read", "users:read.email", "usergroups:read", "usergroups:write", "chat:write"}
	for _, tt := range []struct {
		name       string
		plan       slackadmin.Plan
		bot, admin slackadmin.Token
		want       []string
	}{
		{"as it should be", slackadmin.Enterprise, slackadmin.Token{Bot: true, Scopes: bot}, slackadmin.Token{Scopes: []string{"identify", "admin", "admin.users:write"}}, []string{owner}},
		{"as it should be, on a smaller plan", slackadmin.Business, slackadmin.Token{Bot: true, Scopes: bot}, slackadmin.Token{Scopes: []string{"admin"}}, []string{owner}},
		{"what token lacks", slackadmin.Business, slackadmin.Token{Bot: true, Scopes: bot[:2]}, slackadmin.Token{Scopes: []string{"admin"}}, []string{"broken: token lacks the scopes usergroups:read, usergroups:write", owner}},
		{"token may too much, and is a person's", slackadmin.Business, slackadmin.Token{User: "U0BO", Scopes: append([]string{"admin.users:write"}, bot...)}, slackadmin.Token{Scopes: []string{"admin"}}, []string{
			"unsafe: token has scopes of an administrator: admin.users:write", "unsafe: token is a user token: it stops when @bo is deactivated", owner,
		}},
		{"token is of the organization", slackadmin.Enterprise, slackadmin.Token{Bot: true, Org: true, Scopes: bot}, slackadmin.Token{Scopes: []string{"admin", "admin.users:write"}}, []string{"broken: token belongs to the whole organization", owner}},
		{"admin_token may too much", slackadmin.Business, slackadmin.Token{Bot: true, Scopes: bot}, slackadmin.Token{Scopes: []string{"admin", "auditlogs:read"}}, []string{"unsafe: admin_token may do more than it needs: auditlogs:read", owner}},
		{"admin_token lacks sessions", slackadmin.Enterprise, slackadmin.Token{Bot: true, Scopes: bot}, slackadmin.Token{Scopes: []string{"admin"}}, []string{"unsafe: admin_token lacks the scope admin.users:write", owner}},
		{"admin_token is a bot's", slackadmin.Business, slackadmin.Token{Bot: true, Scopes: bot}, slackadmin.Token{User: "U0BOT", Bot: true}, []string{
			"broken: admin_token is a bot token", "broken: admin_token lacks the scope admin", "unsafe: admin_token acts as @offboard", "broken: accounts can't be deactivated by SCIM",
		}},
		{"a plan without SCIM", slackadmin.Pro, slackadmin.Token{Bot: true, Scopes: bot}, slackadmin.Token{Scopes: []string{"admin"}}, []string{owner, "broken: accounts can't be deactivated by SCIM: SCIM needs the plan Business+"}},
		{"admin_token is of another workspace", slackadmin.Business, slackadmin.Token{Bot: true, Scopes: bot}, slackadmin.Token{Team: "T9"}, []string{"broken: admin_token belongs to another workspace"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, cfg := start(t, tt.plan)
			for token, v := range map[string]slackadmin.Token{botToken: tt.bot, adminToken: tt.admin} {
				if v.User == "" {
					v.User = s.Tokens[token].User
				}
				s.Tokens[token] = v
			}
			remarks := inspect(t, cfg)
			if len(remarks) != len(tt.want) {
				t.Fatalf("got\n%s\nwant\n%s", strings.Join(remarks, "\n"), strings.Join(tt.want, "\n"))
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(remarks[i], want) {
					t.Errorf("got %q, want %q", remarks[i], want)
				}
			}
			if s.Writes() != 0 {
				t.Errorf("%d writes", s.Writes())
			}
		})
	}
}

func inspect(t *testing.T, cfg slack.Config) []string {
	t.Helper()
	remarks, err := slack.New(cfg).System("slack", "Slack").Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range remarks {
		kind := "unsafe: "
		if r.Broken {
			kind = "broken: "
		}
		if r.Remedy == "" {
			t.Errorf("no remedy for %q", r.Text)
		}
		out = append(out, kind+r.Text)
	}
	return out
}

func TestInspectWithoutAdminToken(t *testing.T) {
	_, cfg := start(t, slackadmin.Business)
	cfg.AdminToken = config.Secret{}
	says(t, inspect(t, cfg), "unsafe: without admin_token each deactivation is a task for a person")
}

func TestReach(t *testing.T) {
	s, cfg := start(t, slackadmin.Business)
	reach := slack.New(cfg).System("slack", "Slack").Reach
	if err := reach(t.Context()); err != nil {
		t.Error(err)
	}
	s.Users[1].Deleted = true
	says(t, []string{wantClass(t, reach(t.Context()), actions.ClassFinal)}, "admin_token: ", "its owner was deactivated")
	delete(s.Tokens, botToken)
	says(t, []string{wantClass(t, reach(t.Context()), actions.ClassFinal)}, "does not accept the token")
	s.Limit(40)
	wantClass(t, reach(t.Context()), actions.ClassAgain)
}
