package commands_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"offboard/bot/bottest"
)

// What a clean case sends to Slack, block by block, as it can be pasted into
// the Block Kit Builder: the messages as they stand in the end of each scene,
// the Home tab, and the forms.
func TestBlocks(t *testing.T) {
	t.Parallel()
	newest := func(s *slackStage, account, heading string) []map[string]any {
		for _, at := range []string{s.DirectChannel(account), s.room.ID} {
			for _, m := range s.Messages(at) {
				if strings.Contains(m.Text+"\n"+s.Draw(account, m.Content), heading) {
					return m.Blocks
				}
			}
		}
		t.Errorf("%s sees no %q", account, heading)
		return nil
	}
	home := func(s *slackStage, account string) []map[string]any {
		v, _ := s.Home(account)
		return v.Blocks
	}
	modal := func(s *slackStage, account string) []map[string]any {
		v, _ := s.Modal(account)
		return v.Blocks
	}
	for _, tt := range []struct {
		file, script string
		blocks       func(s *slackStage) []map[string]any
	}{
		{"survey", "do scene draft", func(s *slackStage) []map[string]any { return newest(s, "U0HANNA", "This is what will happen") }},
		{"approval", "do scene asked", func(s *slackStage) []map[string]any { return newest(s, "U0MARCO", "asks for your approval") }},
		{"card", "do vpn refuse\ndo scene begun", func(s *slackStage) []map[string]any { return newest(s, "U0IVAN", "To look at") }},
		{"detail", "do vpn refuse\ndo scene begun", func(s *slackStage) []map[string]any { return newest(s, "U0IVAN", "Company directory — ") }},
		{"need", "do vpn refuse\ndo scene begun", func(s *slackStage) []map[string]any {
			return newest(s, "U0IVAN", "a lock-out has failed: VPN: Lock the account")
		}},
		{"closing", "do scene begun\nivan: /offboard confirm OFF-1 LW-2207", func(s *slackStage) []map[string]any { return newest(s, "U0HANNA", "Asked for by") }},
		{"home", "do scene asked\ndo home marco", func(s *slackStage) []map[string]any { return home(s, "U0MARCO") }},
		{"form_start", "hanna: /offboard start priya\nhanna clicks \"Choose Priya Nair\"", func(s *slackStage) []map[string]any { return modal(s, "U0HANNA") }},
		{"form_answer", "do scene asked\nmarco: /offboard answer OFF-1", func(s *slackStage) []map[string]any { return modal(s, "U0MARCO") }},
	} {
		t.Run(tt.file, func(t *testing.T) {
			playOnSlack(t, tt.script, func(_ *company, s *slackStage) {
				b, err := json.MarshalIndent(map[string]any{"blocks": tt.blocks(s)}, "", " ")
				if err != nil {
					t.Fatal(err)
				}
				bottest.Golden(t, filepath.Join("testdata", "slack", "blocks", tt.file+".json"), plain(string(b)))
			})
		})
	}
}

var scattered = []struct {
	at   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`"block_id": "[^"]*"`), `"block_id": ""`}, // Slack's own, or the key
	{regexp.MustCompile(`(OFF-1:1:)[0-9a-f]{16}`), "${1}(scope)"},
	{regexp.MustCompile(`(offboard \w+ OFF-1) [0-9a-f]{8}`), "$1 (code)"},
	{regexp.MustCompile(`offboard/log/v1[^"]*`), "offboard/log/v1 (checkpoint)"},
}

// plain takes out what is random.
func plain(s string) string {
	for _, m := range scattered {
		s = m.at.ReplaceAllString(s, m.with)
	}
	return s
}
