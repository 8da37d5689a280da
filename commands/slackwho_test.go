package commands_test

import (
	"encoding/json"
	"strings"
	"testing"

	"offboard/bot/slack/slacktest"
)

// A confidential case is not posted in a channel where somebody may not know
// of it, whoever that is; those who may are written to directly.
func TestConfidentialStaysAmongThoseWhoMayKnow(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ login, kind string }{
		"a colleague":                 {"bo", "member"},
		"a guest":                     {"guest", "guest"},
		"a guest whom IT's group has": {"ada", "guest"},
		"another app":                 {"guest", "bot"},
		"somebody from elsewhere":     {"guest", "foreign"},
		"the leaver":                  {"jane", "member"},
		"HR who did not ask for it":   {"helge", "member"},
	} {
		t.Run(name, func(t *testing.T) {
			playOnSlack(t, `
do scene asked kind=Termination ends=Now
do kind `+tt.login+` `+tt.kind+`
do invite `+tt.login+`
marco clicks "Approve"
expect #it-offboarding does not show "OFF-1"
expect ivan sees "6 of 7 done"
expect ines sees "6 of 7 done"
expect sasha sees "6 of 7 done"
`, func(_ *company, s *slackStage) { s.knowsNothing(t, tt.login) })
		})
	}
}

// knowsNothing checks that somebody was never shown or told anything.
func (s *slackStage) knowsNothing(t *testing.T, login string) {
	t.Helper()
	m, err := s.who(login)
	if err != nil {
		t.Fatal(err)
	}
	sawNothing(t, m.name, s.Sees(m.account), s.Notified(m.account))
}

// What any app in a channel may read beside a message is the number of a case.
func TestMetadataIsACaseNumber(t *testing.T) {
	t.Parallel()
	playOnSlack(t, "do vpn refuse\ndo scene begun\nivan: /offboard note OFF-1 secret", func(_ *company, s *slackStage) {
		n := 0
		for _, at := range s.places() {
			for _, m := range s.Messages(at) {
				for _, c := range append([]slacktest.Content{m.Content}, m.Earlier...) {
					b, err := json.Marshal(c.Metadata)
					if err != nil || m.Only == "" && string(b) != `{"event_payload":{"case":"OFF-1"},"event_type":"offboard"}` || m.Only != "" && string(b) != "null" {
						t.Errorf("the metadata of a message is %s (%v)", b, err)
					}
					n++
				}
			}
		}
		if n < 10 {
			t.Errorf("only %d texts were looked at", n)
		}
	})
}

// The leaver is never written to, sees nothing and can do nothing, also where
// a message of somebody else is pressed under their account.
func TestLeaverOnSlack(t *testing.T) {
	t.Parallel()
	playOnSlack(t, "do scene asked ends=Now", func(c *company, s *slackStage) {
		on, ok := s.On("U0MARCO", "Approve")
		if !ok {
			t.Fatal("Marco sees no button")
		}
		if d, err := s.Click("U0JANE", on, "Approve"); err == nil {
			t.Errorf("Slack let the leaver press it: %+v", d)
		}
		if err := c.mark(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{"approve OFF-1", "status OFF-1", "decline OFF-1 no", "note OFF-1 I know", "delegate OFF-1 @bo.nilsen", "start @jane.doe", "list", "inbox"} {
			if err := s.did(s.Slash("U0JANE", "", "/offboard "+line)); err != nil {
				t.Fatal(err)
			}
			c.settle()
		}
		if seen := s.Sees("U0JANE"); strings.Contains(seen, "Doe") || strings.Contains(seen, "approv") {
			t.Errorf("the leaver sees\n%s", seen)
		}
		if err := c.unchanged(t.Context(), nil); err != nil {
			t.Error(err)
		}
		if n := s.Notified("U0JANE"); len(n) > 0 {
			t.Errorf("the leaver was notified: %+v", n)
		}
	})
}

// What is refused is seen by whoever tried, in the channel too, and by nobody
// else; and nobody is notified of it.
func TestRefusalsAreForOnePerson(t *testing.T) {
	t.Parallel()
	playOnSlack(t, `
do scene begun
ivan in #it-offboarding: /offboard press OFF-1
ines clicks "Stop" on "OFF-1"
ivan clicks old "Stop"
ivan in #it-offboarding: /offboard start tom
ivan in #it-offboarding: /offboard approve OFF-1
`, func(_ *company, s *slackStage) {
		n := 0
		for _, m := range s.Messages(s.room.ID) {
			if m.Only != "" {
				n++
				for _, note := range s.Notified("") {
					if note.TS == m.TS {
						t.Errorf("%s was notified of an answer to %s", note.User, m.Only)
					}
				}
			}
			if drawn := s.Draw("U0SASHA", m.Content); m.Only == "" && strings.Contains(drawn, "You don't have a role") {
				t.Errorf("all see %s", drawn)
			}
		}
		if n < 4 {
			t.Errorf("only %d answers in the channel", n)
		}
	})
}
