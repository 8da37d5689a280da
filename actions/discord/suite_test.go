package discord_test

import (
	"fmt"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
)

// Every action passes the suite.
func TestActions(t *testing.T) {
	for _, tt := range []struct {
		action string
		after  discord.After
	}{
		{"roles", discord.Kick}, {"channels", discord.Kick}, {"channels", discord.None}, {"timeout", discord.Kick}, {"timeout", discord.None}, {"invites", discord.Kick}, {"webhooks", discord.Kick}, {"remove", discord.Kick}, {"remove", discord.Ban},
	} {
		t.Run(fmt.Sprintf("%s, %s", tt.action, tt.after), func(t *testing.T) {
			actionstest.Action(t, actionstest.Kit{New: func() (*actionstest.World, error) {
				s := start(t, everything)
				for _, u := range []discordtest.User{s.jane, s.bo} {
					s.allow(s.general, u.ID, discordtest.ViewChannel, discordtest.CreateInvite)
					s.allow(s.builds, u.ID, discordtest.ViewChannel, 0)
				}
				cfg := s.config()
				cfg.After, cfg.Webhooks = tt.after, discord.Delete
				return &actionstest.World{
					Spec:       func() actions.Spec { return spec(cfg, tt.action) },
					Person:     person(s.jane),
					Stranger:   actions.Person{ID: "id-nobody", Name: "No Body", Chat: map[string]string{"discord": "184467440737095516"}},
					Other:      person(s.bo),
					OneAccount: true,
					Snapshot:   func() (string, error) { return s.snapshot(), nil },
					Writes:     func() (string, error) { return fmt.Sprint(len(s.writes())), nil },
					Ignore:     s.line.can("ignore"), Refuse: s.line.can("refuse"), Down: s.line.can("down"), Busy: s.line.can("busy"), Hang: s.line.can("hang"),
					Secrets: s.secrets(),
				}, nil
			}})
		})
	}
}
