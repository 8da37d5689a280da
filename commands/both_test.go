package commands_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"

	"offboard/bot/bottest"
)

// One case on two platforms, in one process: whoever sees it anywhere sees the
// same.
func TestConversationsOnBoth(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/both/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			bottest.Conversation(t, file, func(t *testing.T, script string) (transcript string) {
				synctest.Test(t, func(t *testing.T) {
					transcript = newCompanyOn(t, newBothStage(t), func(*company) {}).play(script)
				})
				return transcript
			})
		})
	}
}
