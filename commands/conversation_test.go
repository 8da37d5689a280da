package commands_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"golang.org/x/tools/txtar"

	"offboard/bot/bottest"
)

// Every conversation is a text: what people do, and what they see.
func TestConversations(t *testing.T) {
	t.Parallel()
	playOnly(t, "", func(t *testing.T, script string) (transcript string) {
		synctest.Test(t, func(t *testing.T) { transcript = newCompany(t).play(script) })
		return transcript
	})
}

// playOn plays a script in a company before a stage.
func playOn[S stage](t *testing.T, open func(*testing.T) S, script string, look func(*company, S)) (transcript string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		c := newCompanyOn(t, s, func(*company) {})
		transcript = c.play(script)
		if look != nil {
			look(c, s)
		}
	})
	return transcript
}

// playOnly plays what people do on one platform and nowhere else; "" is the chat in
// memory.
func playOnly(t *testing.T, platform string, play func(t *testing.T, script string) string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", platform, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { bottest.Conversation(t, file, play) })
	}
}

// playAlike plays the main conversations on another platform: the same scripts,
// and what people see there.
func playAlike(t *testing.T, platform string, play func(t *testing.T, script string) string) {
	t.Helper()
	for _, name := range []string{
		"again", "answer", "answer_all", "approve", "back_again", "bad_click", "batch", "breaker", "cancel", "cancel_second", "config", "confirm", "decline", "delegate", "destroy", "drift", "emergency", "export",
		"fallback", "feedback", "held", "help", "late", "leaver", "leaver_in_it", "legal_hold", "look", "move", "policy_extra", "policy_refused", "press", "questions", "rehire", "report", "retry", "skip", "stop", "submit", "suspension",
		"sweep_known", "sweep_slow", "sweeps", "termination", "termination_channel", "two_approvals", "undo", "undo_step", "undo_typed", "usual",
	} {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join("testdata", name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			script := string(txtar.Parse(b).Files[0].Data)
			bottest.Golden(t, filepath.Join("testdata", platform, name+".txt"), play(t, script))
		})
	}
}
