package slack_test

import (
	"testing"

	"offboard/actions"
	"offboard/actions/slack/slackadmin"
	"offboard/config"
)

// Sessions are ended where Slack offers that; elsewhere it says why not, and
// holds nothing that could never be proven.
func TestSessionsOffered(t *testing.T) {
	for _, tt := range []struct {
		name   string
		plan   slackadmin.Plan
		scopes []string
		note   string
	}{
		{"everything", slackadmin.Enterprise, []string{"admin", "admin.users:write"}, ""},
		{"a smaller plan", slackadmin.Business, []string{"admin", "admin.users:write"}, "Enterprise organizations only"},
		{"a missing scope", slackadmin.Enterprise, []string{"admin"}, "lacks the scope admin.users:write"},
		{"no token", slackadmin.Enterprise, nil, "the bot has no admin_token"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, cfg := start(t, tt.plan)
			s.Tokens[adminToken] = slackadmin.Token{User: "U0SVC", Scopes: tt.scopes}
			if tt.scopes == nil {
				cfg.AdminToken = config.Secret{}
			}
			tg, f := target(t, cfg, "sessions", jane, "U0JANE")
			says(t, f.Notes, tt.note)
			if (len(f.Items) == 1) != (tt.note == "") || len(f.Accounts) != 1 {
				t.Errorf("found %+v", f)
			}
			tg.Items = []actions.Item{{ID: "sessions"}}
			_, err := spec(cfg, "sessions").Action.Do(t.Context(), tg)
			if tt.note != "" {
				says(t, []string{wantClass(t, err, actions.ClassFinal)}, tt.note)
			} else if err != nil || s.Users[3].Sessions != 0 {
				t.Errorf("%d sessions left: %v", s.Users[3].Sessions, err)
			}
		})
	}
}

// The notes of several accounts and of the search stand beside each other.
func TestSessionsKeepsNotes(t *testing.T) {
	_, cfg := start(t, slackadmin.Business)
	says(t, check(t, cfg, "sessions", actions.Target{Person: jane}).Notes, "several accounts", "adm-jane: open sessions", "jane: open sessions")
}

func TestSessionsErrors(t *testing.T) {
	s, cfg := start(t, slackadmin.Enterprise)
	sp := spec(cfg, "sessions")
	tg, _ := target(t, cfg, "sessions", jane, "U0JANE")
	s.Fail("admin.users.session.reset", "user_session_reset_failed")
	_, err := sp.Action.Do(t.Context(), tg)
	wantClass(t, err, actions.ClassAgain)
	s.Fail("admin.users.session.reset", "cannot_reset_bot")
	_, err = sp.Action.Do(t.Context(), tg)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "that is a bot")
	s.Fail("admin.users.session.reset", "user_not_found") // of one who is active
	_, err = sp.Action.Do(t.Context(), tg)
	wantClass(t, err, actions.ClassFinal)
	s.Fail("admin.users.session.reset", "")

	prime, f := target(t, cfg, "sessions", actions.Person{}, "U0PRIME")
	says(t, []string{f.ByHand["U0PRIME"]}, "only they can end their own sessions", "https://lumen.slack.com/admin")
	_, err = sp.Action.Do(t.Context(), prime)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "Primary Owner")

	// After deactivating, Slack may not find the account: its sessions are over.
	s.Users[3].Deleted = true
	e, err := sp.Action.Do(t.Context(), tg)
	if err != nil {
		t.Fatal(err)
	}
	says(t, []string{e.Text}, "ended when it was deactivated")
}
