package slack_test

import (
	"testing"

	"offboard/actions"
	"offboard/actions/slack/slackadmin"
	"offboard/config"
)

// Deactivated means that both views say so.
func TestDeactivateProof(t *testing.T) {
	yes, no := true, false
	for _, tt := range []struct {
		name    string
		deleted bool
		scim    *bool
		held    bool
	}{
		{"active", false, nil, true},
		{"deactivated", true, nil, false},
		{"SCIM says it is active still", true, &yes, true},
		{"SCIM alone says that it is not", false, &no, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, cfg := start(t, slackadmin.Business)
			s.Users[3].Deleted, s.Users[3].ScimActive = tt.deleted, tt.scim
			tg, _ := target(t, cfg, "deactivate", jane, "U0JANE")
			if (len(tg.Items) == 1) != tt.held {
				t.Errorf("held: %v", tg.Items)
			}
		})
	}
}

// Who comes back signs in again; what that does not restore is said.
func TestDeactivateUndo(t *testing.T) {
	s, cfg := start(t, slackadmin.Business)
	tg, before := target(t, cfg, "deactivate", jane, "U0JANE")
	sp := spec(cfg, "deactivate")
	if _, err := sp.Action.Do(t.Context(), tg); err != nil {
		t.Fatal(err)
	}
	if !s.Users[3].Deleted {
		t.Fatal("the account is active")
	}
	none := tg
	none.Items = nil
	for _, tt := range []struct {
		tg      actions.Target
		deleted bool
	}{{none, true}, {tg, false}, {tg, false}} {
		if _, err := sp.Action.(actions.Undoer).Undo(t.Context(), tt.tg, before); err != nil {
			t.Fatal(err)
		}
		if s.Users[3].Deleted != tt.deleted {
			t.Errorf("Undo of %d items: deactivated %t", len(tt.tg.Items), s.Users[3].Deleted)
		}
	}
	if s.Writes() != 2 {
		t.Errorf("%d writes for one Do and one Undo", s.Writes())
	}
	says(t, []string{sp.Loses}, "channels", "tokens", "user groups")
}

// An error that comes after the effect is an error; the next read shows the truth.
func TestDeactivateErrorAfterEffect(t *testing.T) {
	s, cfg := start(t, slackadmin.Business)
	s.BreakAfter("SCIM PATCH")
	tg, _ := target(t, cfg, "deactivate", jane, "U0JANE")
	_, err := spec(cfg, "deactivate").Action.Do(t.Context(), tg)
	wantClass(t, err, actions.ClassAgain)
	if f := check(t, cfg, "deactivate", tg); len(f.Items) != 0 {
		t.Errorf("still held: %v", f.Items)
	}
}

// Where no API exists, a person is told what to do and where.
func TestDeactivateByHand(t *testing.T) {
	const page = "https://lumen.slack.com/admin"
	for _, tt := range []struct {
		name    string
		plan    slackadmin.Plan
		account string
		change  func(s *slackadmin.Server)
		noToken bool
		words   []string
	}{
		{"no admin_token", slackadmin.Business, "U0JANE", nil, true, []string{"jane (jane@lumen.example)", "the bot has no admin_token"}},
		{"a plan without SCIM", slackadmin.Pro, "U0JANE", nil, false, []string{"Business+", "plus_teams_only"}},
		{"a token without the scope", slackadmin.Business, "U0JANE", func(s *slackadmin.Server) { s.Tokens[adminToken] = slackadmin.Token{User: "U0SVC"} }, false, []string{"invalid_authentication"}},
		{"a token of somebody deactivated", slackadmin.Business, "U0JANE", func(s *slackadmin.Server) { s.Users[1].Deleted = true }, false, []string{"admin_token: ", "its owner was deactivated", "invalid_auth"}},
		{"a token of another workspace", slackadmin.Business, "U0JANE", func(s *slackadmin.Server) {
			s.Tokens[adminToken] = slackadmin.Token{User: "U0SVC", Team: "T9", Scopes: []string{"admin"}}
		}, false, []string{"another workspace"}},
		{"an organization that wants an organization's token", slackadmin.Enterprise, "U0JANE", func(s *slackadmin.Server) { s.Fail("SCIM GET", "non_org_teams_only") }, false, []string{"installed on the organization"}},
		{"the Primary Owner", slackadmin.Business, "U0PRIME", nil, false, []string{"olga is the Primary Owner", "transfer the ownership"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, cfg := start(t, tt.plan)
			if tt.change != nil {
				tt.change(s)
			}
			if tt.noToken {
				cfg.AdminToken = config.Secret{}
			}
			tg, f := target(t, cfg, "deactivate", jane, tt.account)
			words := f.ByHand[tt.account]
			says(t, []string{words}, append(tt.words, page)...)
			if len(words) > 300 {
				t.Errorf("%d characters, more than the form shows (300): %s", len(words), words)
			}
			before := s.Snapshot()
			_, err := spec(cfg, "deactivate").Action.Do(t.Context(), tg)
			says(t, []string{wantClass(t, err, actions.ClassFinal)}, page)
			if s.Snapshot() != before {
				t.Error("something was changed")
			}
			// Once a person has done it, a read shows it, and nothing is left.
			for _, u := range s.Users {
				u.Deleted = u.Deleted || u.ID == tt.account
			}
			if f := check(t, cfg, "deactivate", tg); len(f.Items) != 0 || len(f.ByHand) != 0 {
				t.Errorf("still to do: %+v", f)
			}
		})
	}
}

// Who became Primary Owner since the last read is refused in the same words.
func TestDeactivatePrimaryOwnerMeanwhile(t *testing.T) {
	s, cfg := start(t, slackadmin.Business)
	tg, _ := target(t, cfg, "deactivate", jane, "U0JANE")
	s.Fail("SCIM PATCH", "cannot_disable_primary_owner")
	_, err := spec(cfg, "deactivate").Action.Do(t.Context(), tg)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "is the Primary Owner", "https://lumen.slack.com/admin")
}

// The limits of SCIM are met, kept to, and passed on: 180 a minute, 20 at once.
func TestDeactivateRateLimit(t *testing.T) {
	s, cfg := start(t, slackadmin.Business)
	s.Pace = 0
	tg, before := target(t, cfg, "deactivate", jane, "U0JANE")
	sp := spec(cfg, "deactivate")
	for n := 0; ; n++ {
		_, err := sp.Action.Do(t.Context(), tg)
		if err == nil {
			_, err = sp.Action.(actions.Undoer).Undo(t.Context(), tg, before)
		}
		if err == nil {
			continue
		}
		if n != 10 { // two writes each
			t.Errorf("the limit came after %d rounds", n)
		}
		wantClass(t, err, actions.ClassAgain)
		if _, after := actions.ClassOf(err); after.Seconds() != 1 {
			t.Errorf("to come again after %s", after)
		}
		return
	}
}
