package commands_test

import (
	"testing"
)

func playOnDiscord(t *testing.T, script string, look func(c *company, s *discordStage)) string {
	t.Helper()
	return playOn(t, newDiscordStage, script, look)
}

// What people do on Discord and nowhere else.
func TestConversationsOnDiscord(t *testing.T) {
	t.Parallel()
	playOnly(t, "discord", func(t *testing.T, script string) string { return playOnDiscord(t, script, nil) })
}

// The main conversations once more, through Discord's adapter: the same
// scripts, and what Discord's client draws.
func TestSameConversationsOnDiscord(t *testing.T) {
	t.Parallel()
	playAlike(t, "discord", func(t *testing.T, script string) string { return playOnDiscord(t, script, nil) })
}
