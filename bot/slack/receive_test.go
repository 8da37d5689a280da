package slack

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/bot/slack/slacktest"
)

// examples are the payloads that Slack's libraries are tested with, each as an
// envelope.
func examples(t testing.TB) map[string]envelope {
	files, err := filepath.Glob(filepath.Join(bottest.Specs("slack"), "envelopes", "*.json"))
	if err != nil || len(files) == 0 {
		t.Skip("there is no shared/specs/slack above this folder: Slack's own examples are not read")
	}
	out := map[string]envelope{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var e envelope
		if err := json.Unmarshal(b, &e); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if e.Payload == nil { // a payload without its envelope
			kind := "interactive"
			if strings.Contains(file, "event") {
				kind = "events_api"
			}
			e = envelope{Type: kind, ID: "E1", Payload: b}
		}
		out[filepath.Base(file)] = e
	}
	return out
}

// TestExamples: each is taken for what it is, or for nothing.
func TestExamples(t *testing.T) {
	s := New(Config{Command: "create-pr", Log: zerolog.Nop()})
	taken := map[string]string{}
	for file, e := range examples(t) {
		if d, ok := s.read(e); ok {
			taken[strings.Split(file, "-L")[0]+" "+d.kind] = d.Verb + " " + d.Text + " by " + d.User.ID
		}
	}
	want := map[string]string{
		"agents_test command":                       "fix login by U2345678901",
		"agents_interactions_test block_suggestion": "?search billing by U2345678901",
		"interactions_test block_suggestion":        "?search test by U123456",
		"agents_interactions_test block_actions":    "", // of another app: "approve" is no action_id of ours
		"interactions_test view_submission":         "", // has no private_metadata of ours
	}
	for k, w := range want {
		if taken[k] != w {
			t.Errorf("%s was taken as %q, want %q", k, taken[k], w)
		}
		delete(taken, k)
	}
	if len(taken) > 0 {
		t.Errorf("also taken: %v", taken)
	}
}

// TestUnknown: envelopes of any kind are acknowledged and do no harm.
func TestUnknown(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		n := 0
		for _, event := range []map[string]any{
			{"type": "app_mention", "user": s.ann.ID, "text": secret},
			{"type": "app_home_opened", "tab": "home"},
			{"type": "app_home_opened", "user": 7},
			{"type": "user_change", "user": map[string]any{"id": s.ann.ID, "real_name": secret}},
		} {
			s.did(s.Event(event), nil)
			n++
		}
		if got := s.handed(); len(got) != 0 {
			t.Errorf("handed on: %+v", got)
		}
	})
	play(t, slacktest.Config{Commands: []string{"/other"}}, func(t *testing.T, s *scene) {
		s.start()
		s.did(s.Slash(s.ann.ID, "", "/other "+secret))
		if got := s.handed(); len(got) != 0 {
			t.Errorf("handed on: %+v", got)
		}
	})
}

// FuzzRead: no payload ends the process, and what is read of it is bounded.
func FuzzRead(f *testing.F) {
	for _, p := range []string{
		`{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"approve:OFF-1:1:abc"}]}`,
		`{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":":heir:3:who:X-1","selected_option":{"value":"P-1"}}]}`,
		`{"type":"block_actions","user":{"id":"U1"},"actions":[null]}`,
		`{"type":"view_submission","user":{"id":"U1"},"view":{"callback_id":"submit","private_metadata":"{\"o\":\"OFF-1\"}","state":{"values":{"why":{"why":{"type":"plain_text_input","value":"x"}}}}}}`,
		`{"type":"block_suggestion","user":{"id":"U1"},"view":{"callback_id":"submit"},"value":"x"}`,
		`{"type":"shortcut","user":{"id":"U1"},"callback_id":"start"}`,
		`{"user_id":"U1","command":"/offboard","text":"start <@U2|x>"}`,
		`{"event_id":"Ev1","event":{"type":"app_home_opened","user":"U1","tab":"home"}}`,
		`null`, `[]`, `{`, `{"view":{"state":{"values":{"a":{"b":null},"c":null}}}}`,
	} {
		for _, kind := range []string{"interactive", "slash_commands", "events_api", "x"} {
			f.Add(kind, p)
		}
	}
	if bottest.Specs("slack") != "" {
		for _, e := range examples(f) {
			f.Add(e.Type, string(e.Payload))
		}
	}
	s := New(Config{Log: zerolog.Nop()})
	f.Fuzz(func(t *testing.T, kind, payload string) {
		d, ok := s.read(envelope{Type: kind, ID: "E1", Payload: json.RawMessage(payload)})
		if !ok {
			return
		}
		if d.ID == "" || d.User.ID == "" || d.User.Platform != name || d.Place.Platform != name || d.Place.ID == "" || d.Form != (d.kind == "view_submission") {
			t.Errorf("%s %s was read as %+v", kind, payload, d)
		}
		if again, _ := s.read(envelope{Type: kind, ID: "E1", Payload: json.RawMessage(payload)}); again.ID != d.ID {
			t.Errorf("%q and %q are one delivery", again.ID, d.ID)
		}
		if d.Place.Kind == bot.Direct && d.Place.ID != d.User.ID {
			t.Errorf("direct messages with somebody else: %+v", d)
		}
	})
}
