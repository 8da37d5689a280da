package commands_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"

	"offboard/bot/bottest"
)

// Every conversation is a text: what people do, and what they see.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			bottest.Conversation(t, file, func(t *testing.T, script string) (transcript string) {
				synctest.Test(t, func(t *testing.T) { transcript = newCompany(t).play(script) })
				return transcript
			})
		})
	}
}
