package commands_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"

	"offboard/bot/bottest"
)

func playOnSlack(t *testing.T, script string, look func(c *company, s *slackStage)) (transcript string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newSlackStage(t)
		c := newCompanyOn(t, s, func(*company) {})
		transcript = c.play(script)
		if look != nil {
			look(c, s)
		}
	})
	return transcript
}

// What people do on Slack and nowhere else.
func TestConversationsOnSlack(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/slack/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			bottest.Conversation(t, file, func(t *testing.T, script string) string { return playOnSlack(t, script, nil) })
		})
	}
}

// The main conversations once more, through Slack's adapter: the same scripts,
// and what Slack's client draws.
func TestSameConversationsOnSlack(t *testing.T) {
	t.Parallel()
	playAlike(t, "slack", func(t *testing.T, script string) string { return playOnSlack(t, script, nil) })
}
