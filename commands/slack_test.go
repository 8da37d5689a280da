package commands_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"

	"offboard/bot/bottest"
)

// The main conversations once more, through Slack's adapter: what people see
// is what Slack's client draws.
func TestConversationsOnSlack(t *testing.T) {
	files, err := filepath.Glob("testdata/slack/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			bottest.Conversation(t, file, func(t *testing.T, script string) (transcript string) {
				synctest.Test(t, func(t *testing.T) {
					transcript = newCompanyOn(t, newSlackStage(t), func(*company) {}).play(script)
				})
				return transcript
			})
		})
	}
}
