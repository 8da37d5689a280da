package commands_test

import (
	"strings"
	"testing"

	"offboard/bot/discord/discordtest"
)

// A confidential case is not posted in a channel where somebody may not know
// of it, whoever that is and however they came to read there; those who may are
// written to directly.
func TestConfidentialStaysAmongThoseWhoMayKnowOnDiscord(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ login, act string }{
		"a colleague":               {"bo", "do invite bo"},
		"a guest":                   {"guest", "do invite guest"},
		"another app":               {"guest", "do kind guest bot\ndo invite guest"},
		"the leaver":                {"jane", "do invite jane"},
		"HR who did not ask for it": {"helge", "do invite helge"},
		"somebody with a role":      {"bo", "do role bo"},
		"an administrator":          {"bo", "do role bo administrator"},
		"all on the server":         {"bo", "do role everyone"},
	} {
		t.Run(name, func(t *testing.T) {
			playOnDiscord(t, `
do scene asked kind=Termination ends=Now
`+tt.act+`
marco clicks "Approve"
expect #it-offboarding does not show "OFF-1"
expect ivan sees "6 of 7 done"
expect ines sees "6 of 7 done"
expect sasha sees "6 of 7 done"
`, func(_ *company, s *discordStage) { s.knowsNothing(t, tt.login) })
		})
	}
}

// knowsNothing checks that somebody was never shown or told anything.
func (s *discordStage) knowsNothing(t *testing.T, login string) {
	t.Helper()
	m, err := s.who(login)
	if err != nil {
		t.Fatal(err)
	}
	sawNothing(t, m.name, s.Sees(m.account), s.Notified(m.account))
}

// role lets somebody read the channel of IT by a role, by the permissions of an
// administrator, or lets everybody.
func (s *discordStage) role(who string, administrator bool) error {
	role := discordtest.Role{ID: s.GuildID}
	if who != "everyone" {
		m, err := s.who(who)
		if err != nil {
			return err
		}
		role = discordtest.Role{Name: "Friends"}
		if administrator {
			role.Permissions = discordtest.Administrator
		}
		role = s.AddRole(role)
		s.GiveRole(m.account, role.ID)
	}
	if !administrator {
		s.ChangeChannel(s.hall.ID, func(c *discordtest.Channel) {
			for i, o := range c.Overwrites {
				if o.ID == role.ID {
					c.Overwrites[i] = discordtest.Overwrite{ID: o.ID, Allow: discordtest.ViewChannel}
					return
				}
			}
			c.Overwrites = append(c.Overwrites, discordtest.Overwrite{ID: role.ID, Allow: discordtest.ViewChannel})
		})
	}
	return nil
}

// The leaver is never written to, sees nothing and can do nothing, also where
// a message of somebody else is pressed under their account.
func TestLeaverOnDiscord(t *testing.T) {
	t.Parallel()
	playOnDiscord(t, "do scene asked ends=Now", func(c *company, s *discordStage) {
		jane, marco := s.account("jane").ID, s.account("marco").ID
		on, ok := s.On(marco, "Approve")
		if !ok {
			t.Fatal("Marco sees no button")
		}
		if d, err := s.Click(jane, on, "Approve"); err == nil {
			t.Errorf("Discord let the leaver press it: %+v", d)
		}
		if err := c.mark(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{"approve OFF-1", "status OFF-1", "decline OFF-1 no", "note OFF-1 I know", "delegate OFF-1 bo", "start jane", "list", "inbox"} {
			if !s.slash(jane, line) {
				t.Errorf("she could not type %s", line)
			}
			c.settle()
		}
		if seen := s.Sees(jane); strings.Contains(seen, "Doe") || strings.Contains(seen, "approv") {
			t.Errorf("the leaver sees\n%s", seen)
		}
		if err := c.unchanged(t.Context(), nil); err != nil {
			t.Error(err)
		}
		if n := s.Notified(jane); len(n) > 0 {
			t.Errorf("the leaver was notified: %+v", n)
		}
	})
}

// What is refused is seen by whoever tried, in the channel too, and by nobody
// else; and nobody is notified of it.
func TestRefusalsAreForOnePersonOnDiscord(t *testing.T) {
	t.Parallel()
	playOnDiscord(t, `
do scene begun
ivan in #it-offboarding: /offboard press OFF-1
ines clicks "Stop" on "OFF-1"
ivan clicks old "Stop"
ivan in #it-offboarding: /offboard start tom
ivan in #it-offboarding: /offboard approve OFF-1
`, func(_ *company, s *discordStage) {
		n := 0
		for _, m := range s.Messages(s.hall.ID) {
			if m.Only != "" {
				n++
				for _, note := range s.Notified("") {
					if note.Message == m.ID {
						t.Errorf("%s was notified of an answer to %s", note.User, m.Only)
					}
				}
			}
			if drawn := s.Draw(s.OwnerID, m.Content); m.Only == "" && strings.Contains(drawn, "You don't have a role") {
				t.Errorf("all see %s", drawn)
			}
		}
		if n < 4 {
			t.Errorf("only %d answers in the channel", n)
		}
	})
}
