package commands_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"

	"offboard/bot/bottest"
)

func playOnDiscord(t *testing.T, script string, look func(c *company, s *discordStage)) (transcript string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newDiscordStage(t)
		c := newCompanyOn(t, s, func(*company) {})
		transcript = c.play(script)
		if look != nil {
			look(c, s)
		}
	})
	return transcript
}

// What people do on Discord and nowhere else.
func TestConversationsOnDiscord(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/discord/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			bottest.Conversation(t, file, func(t *testing.T, script string) string { return playOnDiscord(t, script, nil) })
		})
	}
}

// The main conversations once more, through Discord's adapter: the same
// scripts, and what Discord's client draws.
func TestSameConversationsOnDiscord(t *testing.T) {
	t.Parallel()
	playAlike(t, "discord", func(t *testing.T, script string) string { return playOnDiscord(t, script, nil) })
}
