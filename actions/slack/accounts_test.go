package slack_test

import (
	"testing"

	"offboard/actions"
	"offboard/actions/slack/slackadmin"
	"offboard/config"
)

// Whose account it is: by the directory, by the address, and never by a guess.
func TestAccounts(t *testing.T) {
	with := func(mail, id string) actions.Person {
		return actions.Person{ID: "id-jane", Name: "Jane Doe", Mail: mail, Number: "1042", Chat: map[string]string{"slack": id}}
	}
	for _, tt := range []struct {
		name   string
		person actions.Person
		noSCIM bool
		change func(s *slackadmin.Server)
		want   string
		unread []string
		notes  []string
	}{
		{"by the directory and the address", with("jane@lumen.example", "U0JANE"), false, nil, "U0JANE", nil, nil},
		{"by the address, in capitals", with("JANE@Lumen.example", ""), false, nil, "U0JANE", nil, nil},
		{"by the directory only", with("doe@lumen.example", "U0JANE"), false, nil, "U0JANE", nil, []string{"does not have the address doe@lumen.example"}},
		{"two, and both carry her name", with("jane@lumen.example", "U1JANE"), false, nil, "U1JANE U0JANE", nil, []string{"U1JANE, Jane Doe) is theirs by the directory", "U0JANE, Jane Doe) is theirs by the address"}},
		{"two, one has her number and another name", with("jane@lumen.example", "U1JANE"), false, func(s *slackadmin.Server) { s.Users[3].RealName = "Jane Roe" }, "U1JANE U0JANE", nil, []string{"U0JANE, Jane Roe) is theirs by the address and by name or number"}},
		{"an old id names somebody else, by number", with("jane@lumen.example", "U0BO"), false, nil, "U0JANE", nil, []string{"bo (U0BO, Bo Nilsen) has the employee number 1043: taken for somebody else"}},
		{"an old id names somebody else, without SCIM", with("jane@lumen.example", "U0BO"), true, nil, "U0JANE", []string{"bo (U0BO, Bo Nilsen) is theirs by the directory only"}, []string{"U0JANE"}},
		{"the address alone is somebody else's, by number", with("bo@lumen.example", ""), false, nil, "", nil, []string{"taken for somebody else"}},
		{"an id that Slack does not know", with("jane@lumen.example", "U9NONE"), false, nil, "U0JANE", []string{"names the account U9NONE, which Slack does not know"}, nil},
		{"the id of a bot", with("jane@lumen.example", "U0BOT"), false, nil, "U0JANE", nil, []string{"is a bot: left alone"}},
		{"the id of another company's", with("jane@lumen.example", "U0OTHER"), false, nil, "U0JANE", nil, []string{"belongs to another company"}},
		{"a deactivated one, with SCIM", with("jane@lumen.example", ""), false, func(s *slackadmin.Server) { s.Users[3].Deleted = true }, "U0JANE", nil, nil},
		{"a deactivated one, without SCIM", with("jane@lumen.example", ""), true, func(s *slackadmin.Server) { s.Users[3].Deleted = true }, "", nil, nil},
		{"SCIM that ignores the filter", with("jane@lumen.example", ""), false, func(s *slackadmin.Server) { s.NoFilter = true }, "U0JANE", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, cfg := start(t, slackadmin.Business)
			if tt.noSCIM {
				cfg.AdminToken = config.Secret{}
			}
			if tt.change != nil {
				tt.change(s)
			}
			f := check(t, cfg, "deactivate", actions.Target{Person: tt.person})
			if got := accountsOf(f); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
			says(t, f.Unread, tt.unread...)
			says(t, f.Notes, tt.notes...)
			if len(f.Unread) != len(tt.unread) || len(f.Notes) < len(tt.notes) || len(tt.notes) == 0 && len(f.Notes) > 0 {
				t.Errorf("unread %q, notes %q", f.Unread, f.Notes)
			}
		})
	}
}

// It says what was searched, and whether deactivated accounts were among it.
func TestSearched(t *testing.T) {
	nobody := actions.Person{Name: "No Body", Mail: "no@lumen.example"}
	_, cfg := start(t, slackadmin.Business)
	says(t, []string{check(t, cfg, "groups", actions.Target{Person: nobody}).Searched}, "no@lumen.example among all accounts in Lumen Works")

	_, pro := start(t, slackadmin.Pro)
	says(t, []string{check(t, pro, "groups", actions.Target{Person: nobody}).Searched}, "among active accounts only", "Business+", "plus_teams_only")

	many, crowd := start(t, slackadmin.Business)
	for range 10 {
		many.Users = append(many.Users, &slackadmin.User{ID: "U5X", Name: "x"})
	}
	many.NoFilter = true
	says(t, []string{check(t, crowd, "groups", actions.Target{Person: nobody}).Searched}, "SCIM did not search by address")

	_, err := spec(cfg, "groups").Action.Check(t.Context(), actions.Target{Person: actions.Person{Name: "No Body"}})
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "neither a Slack account nor an address")
}

// Kinds of accounts are told apart, for the people who approve.
func TestAccountNotes(t *testing.T) {
	_, cfg := start(t, slackadmin.Business)
	for id, want := range map[string]actions.Account{
		"U0GUEST": {ID: "U0GUEST", Login: "gus", Chosen: true, Note: "guest, gus@agency.example"},
		"U0PRIME": {ID: "U0PRIME", Login: "olga", Chosen: true, Admin: true, Note: "Primary Owner, olga@lumen.example"},
		"U0SVC":   {ID: "U0SVC", Login: "svc-offboard", Chosen: true, Admin: true, Note: "owner, svc@lumen.example"},
		"U1JANE":  {ID: "U1JANE", Login: "adm-jane", Chosen: true, Admin: true, Note: "admin, adm-jane@lumen.example"},
	} {
		f := check(t, cfg, "deactivate", actions.Target{Account: actions.Account{ID: id}})
		if len(f.Accounts) != 1 || f.Accounts[0] != want {
			t.Errorf("got %+v, want %+v", f.Accounts, want)
		}
	}
}

// The accounts that the bot lives by, bots and strangers are never touched.
func TestNeverTouched(t *testing.T) {
	s, cfg := start(t, slackadmin.Enterprise)
	s.Groups[0].Users = append(s.Groups[0].Users, "U0SVC")
	before := s.Snapshot()
	for _, id := range []string{"U0SVC", "U0BOT", "U0OTHER"} {
		for _, action := range []string{"deactivate", "sessions", "groups"} {
			tg := actions.Target{Account: actions.Account{ID: id, Login: id}, Items: []actions.Item{{ID: "sign-in"}, {ID: "sessions"}, {ID: "S0DESIGN"}}}
			_, err := spec(cfg, action).Action.Do(t.Context(), tg)
			says(t, []string{wantClass(t, err, actions.ClassFinal)}, "never touche")
			if f := check(t, cfg, action, actions.Target{Account: tg.Account}); id == "U0SVC" && len(f.Items) > 0 {
				says(t, []string{f.ByHand["U0SVC"]}, "owns a token of this bot", "https://lumen.slack.com/admin")
			}
		}
	}
	if s.Snapshot() != before || s.Writes() != 0 {
		t.Errorf("%d writes", s.Writes())
	}
}

// Slack needs its Primary Owner, and the bot whoever its token belongs to.
func TestNeeded(t *testing.T) {
	_, cfg := start(t, slackadmin.Business)
	for mail, want := range map[string]string{
		"olga@lumen.example": "the Primary Owner of Lumen Works",
		"svc@lumen.example":  "the account that a token of this bot belongs to",
		"jane@lumen.example": "",
	} {
		f := check(t, cfg, "groups", actions.Target{Person: actions.Person{Name: "Somebody", Mail: mail}})
		if len(f.Accounts) != 1 || f.Needed[f.Accounts[0].ID] != want {
			t.Errorf("%s: found %+v, needed %q, want %q", mail, f.Accounts, f.Needed, want)
		}
	}
}
