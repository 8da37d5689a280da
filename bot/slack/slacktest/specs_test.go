package slacktest_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"offboard/bot/bottest"
	"offboard/bot/slack/slacktest"
)

// spec reads a file of Slack's own specifications.
func spec(t *testing.T, name string, v any) {
	t.Helper()
	dir := bottest.Specs("slack")
	if dir == "" {
		t.Skip("there is no shared/specs/slack above this folder")
	}
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

func TestTiers(t *testing.T) {
	var tiers map[string]string
	spec(t, "rate_limit_tiers.json", &tiers)
	for name, tier := range slacktest.MethodTiers() {
		want := tiers[name]
		if have := "Tier" + strconv.Itoa(tier); tier > 0 && have != want || tier == 0 && !strings.HasPrefix(want, "SpecialTier") {
			t.Errorf("%s has tier %d, Slack says %q", name, tier, want)
		}
	}
}

// TestAnswers compares the keys of answers with those that Slack gives.
func TestAnswers(t *testing.T) {
	bubble(t, slacktest.Config{Scopes: append(slices.Clone(slacktest.DefaultScopes), "usergroups:write")}, func(t *testing.T, b *bench) {
		g := b.AddGroup(slacktest.Group{Handle: "it", Name: "IT", Users: []string{b.ann.ID}})
		b.socket(acks(nil))
		_, ts := b.post(b.room.ID, says("hello"))
		view := `{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[]}`
		for method, args := range map[string]url.Values{
			"auth.test": {}, "apps.connections.open": {}, "chat.getPermalink": {"channel": {b.room.ID}, "message_ts": {ts}},
			"chat.postEphemeral": {"channel": {b.room.ID}, "user": {b.ann.ID}, "text": {"x"}}, "conversations.info": {"channel": {b.room.ID}},
			"conversations.members": {"channel": {b.room.ID}}, "files.getUploadURLExternal": {"filename": {"x"}, "length": {"1"}},
			"usergroups.list": {"include_users": {"true"}}, "usergroups.users.list": {"usergroup": {g.ID}}, "usergroups.users.update": {"usergroup": {g.ID}, "users": {b.ben.ID}},
			"users.info": {"user": {b.ann.ID}}, "users.lookupByEmail": {"email": {b.ann.Email}}, "users.profile.get": {"user": {b.ann.ID}},
			"views.open": {"trigger_id": {b.did(b.Slash(b.ann.ID, "", "/offboard")).Payload["trigger_id"].(string)}, "view": {view}},
		} {
			var want map[string]any
			spec(t, "responses/"+method+".json", &want)
			token := b.BotToken
			if method == "apps.connections.open" {
				token = b.AppToken
			}
			got := b.form(method, token, args)
			if got["ok"] != true {
				t.Errorf("%s: %v", method, got)
			}
			unknownKeys(t, method, got, want)
		}
	})
}

// unknownKeys reports keys that Slack's answer does not have.
func unknownKeys(t *testing.T, at string, got, want any) {
	switch got := got.(type) {
	case map[string]any:
		want, ok := want.(map[string]any)
		if !ok || strings.HasSuffix(at, ".fields") || strings.HasSuffix(at, ".state") {
			return
		}
		for key, v := range got {
			w, ok := want[key]
			if !ok && !slices.Contains(beyond, key) {
				t.Errorf("%s.%s is nothing that Slack answers", at, key)
			}
			unknownKeys(t, at+"."+key, v, w)
		}
	case []any:
		if want, ok := want.([]any); ok && len(got) > 0 && len(want) > 0 {
			unknownKeys(t, at+"[]", got[0], want[0])
		}
	}
}

// beyond are keys in the examples of Slack's documentation that the recorded
// answers lack.
var beyond = []string{"auto_type", "response_metadata", "is_app_user", "display_name", "is_stranger"}

// TestEnvelopes delivers every example of an envelope or payload, and slack-go
// understands each.
func TestEnvelopes(t *testing.T) {
	dir := bottest.Specs("slack")
	if dir == "" {
		t.Skip("there is no shared/specs/slack above this folder")
	}
	files, err := filepath.Glob(filepath.Join(dir, "envelopes", "*.json"))
	if err != nil || len(files) < 30 {
		t.Fatalf("%d examples: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var e map[string]any
			if err := json.Unmarshal(raw, &e); err != nil {
				t.Fatal(err)
			}
			kind, payload := wrapped(e)
			if kind == "" {
				t.Skip("only HTTP has it")
			}
			bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
				heard := make(chan socketmode.Event, 10)
				b.socket(func(_ *socketmode.Client, e socketmode.Event) { heard <- e })
				if kind == "disconnect" || kind == "hello" {
					b.Conns()[0].Frame(e)
				} else {
					b.Conns()[0].Frame(map[string]any{"type": kind, "envelope_id": "the-one", "payload": payload})
				}
				if kind == "disconnect" {
					b.must(b.Await(b.within(), func() bool { return len(b.Calls("apps.connections.open")) == 2 }))
					return
				}
				hellos := 0
				for {
					got := <-heard
					if got.Type == socketmode.EventTypeHello {
						hellos++
					}
					if got.Type == socketmode.EventTypeErrorBadMessage || got.Type == socketmode.EventTypeIncomingError {
						t.Fatalf("slack-go says %+v", got.Data)
					}
					if kind == "hello" && hellos == 2 || got.Request != nil && got.Request.EnvelopeID == "the-one" {
						return
					}
				}
			})
		})
	}
}

// wrapped is the envelope type and the payload of an example, which is a whole
// frame or only a payload.
func wrapped(e map[string]any) (kind string, payload any) {
	switch e["type"] {
	case "hello", "disconnect":
		return e["type"].(string), nil
	case "events_api", "slash_commands", "interactive":
		return e["type"].(string), e["payload"]
	case "event_callback", "app_rate_limited":
		return "events_api", e
	case "url_verification":
		return "", nil
	}
	return "interactive", e
}

// TestPayloads compares what this fake sends with the examples: each key that
// an example has, ours has.
func TestPayloads(t *testing.T) {
	absent := map[string][]string{ // what an example has only in its own case
		"view_submission": {"channel", "hash"}, // opened from a message; Slack's own page has the hash in the view
		"block_actions":   {"channel", "state", "container.channel_id", "actions[].value"},
	}
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		b.socket(acks(func(e socketmode.Event) any {
			if i, ok := e.Data.(slack.InteractionCallback); ok && i.Type == slack.InteractionTypeBlockSuggestion {
				return map[string]any{"options": []any{map[string]any{"text": map[string]any{"type": "plain_text", "text": "Tom"}, "value": "P-9"}}}
			}
			return nil
		}))
		slash := b.did(b.Slash(b.ann.ID, b.room.ID, "/offboard x"))
		_, err := b.api.OpenView(slash.Payload["trigger_id"].(string), form())
		b.must(err)
		top, _ := b.Modal(b.ann.ID)
		_, err = b.Suggest(b.within(), b.ann.ID, top, "who", "t")
		b.must(err)
		submit := b.did(b.Submit(b.ann.ID, map[string]string{"who": "P-9", "day": "2026-12-24", "why": "x"}))
		_, err = b.api.OpenView(b.did(b.Slash(b.ann.ID, b.room.ID, "/offboard x")).Payload["trigger_id"].(string), form())
		b.must(err)
		closed, err := b.Close(b.ann.ID, false)
		b.must(err)
		_, ts := b.post(b.room.ID, card("c", slack.NewButtonBlockElement("approve", "approve", plain("Approve"))))
		click := b.did(b.Click(b.ann.ID, b.Messages(b.room.ID)[len(b.Messages(b.room.ID))-1], "approve"))
		if click.Payload["message"].(map[string]any)["ts"] != ts {
			t.Error("the click is on another message")
		}
		home := b.did(b.OpenHome(b.ann.ID))
		for _, c := range []struct {
			example string
			payload map[string]any
		}{
			{"agents_test-L156-slash_commands", slash.Payload},
			{"interactions_test-L83-view_submission", submit.Payload},
			{"interactions_test-L44-view_closed", closed[0].Payload},
			{"agents_interactions_test-L27-block_actions", click.Payload},
			{"socketmode_test-L37-events_api", home.Payload},
		} {
			var example map[string]any
			spec(t, "envelopes/"+c.example+".json", &example)
			if p, ok := example["payload"].(map[string]any); ok {
				example = p
			}
			delete(example, "event") // each event has a shape of its own
			delete(example, "response_urls")
			raw, err := json.Marshal(c.payload)
			b.must(err)
			var have map[string]any
			b.must(json.Unmarshal(raw, &have))
			kind, _ := example["type"].(string)
			lacking(t, kind, "", example, have, absent[kind])
		}
	})
}

func lacking(t *testing.T, kind, at string, example, have any, absent []string) {
	switch example := example.(type) {
	case map[string]any:
		have, _ := have.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(example)) {
			where := strings.TrimPrefix(at+"."+key, ".")
			if slices.Contains(absent, where) || strings.HasPrefix(where, "view.") || key == "view_id" {
				continue
			}
			if _, ok := have[key]; !ok {
				t.Errorf("%s lacks %s", kind, where)
				continue
			}
			lacking(t, kind, where, example[key], have[key], absent)
		}
	case []any:
		if have, ok := have.([]any); ok && len(example) > 0 && len(have) > 0 {
			lacking(t, kind, at+"[]", example[0], have[0], absent)
		}
	}
}
