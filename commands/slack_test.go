package commands_test

import (
	"testing"
)

func playOnSlack(t *testing.T, script string, look func(c *company, s *slackStage)) string {
	t.Helper()
	return playOn(t, newSlackStage, script, look)
}

// What people do on Slack and nowhere else.
func TestConversationsOnSlack(t *testing.T) {
	t.Parallel()
	playOnly(t, "slack", func(t *testing.T, script string) string { return playOnSlack(t, script, nil) })
}

// The main conversations once more, through Slack's adapter: the same scripts,
// and what Slack's client draws.
func TestSameConversationsOnSlack(t *testing.T) {
	t.Parallel()
	playAlike(t, "slack", func(t *testing.T, script string) string { return playOnSlack(t, script, nil) })
}
