package slack_test

import (
	"slices"
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/slack"
	"offboard/actions/slack/slackadmin"
	"offboard/config"
)

const (
	botToken   = "xoxb-1111-bot-secret"
	adminToken = "xoxp-2222-admin-secret"
)

// company is a Slack with people in it: Jane has two accounts, the second one
// known to the directory only; a guest, a bot, a stranger, and two owners.
func company(plan slackadmin.Plan) *slackadmin.Server {
	s := slackadmin.New(plan)
	s.Users = []*slackadmin.User{
		{ID: "U0BOT", Name: "offboard", RealName: "Offboard", Bot: true},
		{ID: "U0SVC", Name: "svc-offboard", RealName: "Offboard Service", Mail: "svc@lumen.example", Admin: true, Owner: true, Sessions: 1},
		{ID: "U0PRIME", Name: "olga", RealName: "Olga Owner", Mail: "olga@lumen.example", Admin: true, Owner: true, PrimaryOwner: true, Sessions: 1},
		{ID: "U0JANE", Name: "jane", RealName: "Jane Doe", Mail: "jane@lumen.example", Number: "1042", Sessions: 3},
		{ID: "U1JANE", Name: "adm-jane", RealName: "Jane Doe", Mail: "adm-jane@lumen.example", Admin: true, Sessions: 2},
		{ID: "U0BO", Name: "bo", RealName: "Bo Nilsen", Mail: "bo@lumen.example", Number: "1043", Sessions: 1},
		{ID: "U0GUEST", Name: "gus", RealName: "Gus Guest", Mail: "gus@agency.example", Guest: true, Sessions: 1},
		{ID: "U0OTHER", Name: "sam", RealName: "Sam Stranger", Mail: "sam@other.example", Team: "T0OTHER01", Stranger: true},
	}
	s.Groups = []*slackadmin.Group{
		{ID: "S0DESIGN", Name: "Design", Handle: "design", Users: []string{"U0JANE", "U0BO"}},
		{ID: "S0SOLO", Name: "On call", Handle: "oncall", Users: []string{"U0JANE"}},
		{ID: "S0ADMIN", Name: "Admins", Handle: "tools", Users: []string{"U1JANE", "U0BO"}},
		{ID: "S0AUTO", Name: "Workspace Admins", Handle: "admins", AutoType: "admin", Users: []string{"U0SVC", "U1JANE"}},
		{ID: "S0IDP", Name: "Staff", Handle: "staff", IDP: true, Users: []string{"U0JANE", "U0BO"}},
		{ID: "S0OLD", Name: "Old", Handle: "old", Disabled: true, Users: []string{"U0JANE"}},
	}
	s.Tokens[botToken] = slackadmin.Token{User: "U0BOT", Bot: true, Scopes: []string{"users:read", "users:read.email", "usergroups:read", "usergroups:write"}}
	s.Tokens[adminToken] = slackadmin.Token{User: "U0SVC", Scopes: []string{"identify", "admin", "admin.users:write"}}
	return s
}

var (
	jane = actions.Person{ID: "id-jane", Name: "Jane Doe", Login: "jane", Mail: "jane@lumen.example", Number: "1042", Chat: map[string]string{"slack": "U1JANE"}}
	bo   = actions.Person{ID: "id-bo", Name: "Bo Nilsen", Login: "bo", Mail: "bo@lumen.example", Number: "1043"}
)

func settings(s *slackadmin.Server) slack.Config {
	return slack.Config{Token: config.NewSecret(botToken), AdminToken: config.NewSecret(adminToken), APIURL: s.URL + "/api/", SCIMURL: s.URL + "/scim/v2/"}
}

// start is a company for one test.
func start(t *testing.T, plan slackadmin.Plan) (*slackadmin.Server, slack.Config) {
	t.Helper()
	s := company(plan)
	t.Cleanup(s.Close)
	return s, settings(s)
}

func spec(cfg slack.Config, name string) actions.Spec {
	all := slack.New(cfg).System("slack", "Slack").Actions
	return all[slices.IndexFunc(all, func(s actions.Spec) bool { return s.Name == name })]
}

func check(t *testing.T, cfg slack.Config, action string, target actions.Target) actions.Finding {
	t.Helper()
	f, err := spec(cfg, action).Action.Check(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// target is the step on one account with all it holds.
func target(t *testing.T, cfg slack.Config, action string, p actions.Person, account string) (actions.Target, actions.Finding) {
	t.Helper()
	a := actions.Account{ID: account, Login: account}
	f := check(t, cfg, action, actions.Target{Person: p, Account: a})
	return actions.Target{Person: p, Account: a, Items: f.Items, Key: "OFF-1:1:" + account}, f
}

func accountsOf(f actions.Finding) string {
	var out []string
	for _, a := range f.Accounts {
		out = append(out, a.ID)
	}
	return strings.Join(out, " ")
}

// says fails unless the texts together hold all parts.
func says(t *testing.T, texts []string, parts ...string) {
	t.Helper()
	all := strings.Join(texts, "\n")
	for _, p := range parts {
		if !strings.Contains(all, p) {
			t.Errorf("%q is not said in:\n%s", p, all)
		}
	}
}

// wantClass fails unless err is of this class, and returns its text.
func wantClass(t *testing.T, err error, want actions.Class) string {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one of class %s", want)
	}
	if got, _ := actions.ClassOf(err); got != want {
		t.Errorf("class %s, want %s: %v", got, want, err)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error holds a token: %v", err)
	}
	return err.Error()
}
