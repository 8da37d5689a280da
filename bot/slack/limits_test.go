package slack

import (
	"testing"
	"unicode/utf8"

	api "github.com/slack-go/slack"

	"offboard/bot/bottest"
)

// most are Slack's lengths in characters (docs.slack.dev, reference of blocks
// and composition objects), by the type that has the text and its name there.
var most = map[string]map[string]int{
	"header":            {"text": 150},
	"input":             {"label": 2000, "hint": 2000},
	"button":            {"text": 75, "value": 2000},
	"confirm":           {"title": 100, "text": 300, "confirm": 30, "deny": 30},
	"option":            {"text": 75, "value": 75, "description": 75},
	"static_select":     {"placeholder": 150},
	"external_select":   {"placeholder": 150},
	"plain_text_input":  {"initial_value": 3000},
	"plain_text":        {"text": 3000},
	"modal":             {"title": 24, "submit": 24, "close": 24, "private_metadata": 3000},
	"rich_text_section": {}, // no length is documented
	"actions":           {},
	"context":           {},
	"":/* all of them */ {"block_id": 255, "action_id": 255, "callback_id": 255},
}

// counts are how many of a thing there may be.
var counts = map[string]map[string]int{
	"actions":         {"elements": 25},
	"context":         {"elements": 10},
	"static_select":   {"options": 100},
	"external_select": {"options": 100},
	"modal":           {"blocks": 100},
	"home":            {"blocks": 100},
}

// within fails what is longer than Slack takes, is empty where Slack wants
// something, or has an id twice.
func within(t testing.TB, v any) {
	t.Helper()
	ids := map[string]bool{}
	walk(generic(t, v), "", func(kind string, o map[string]any) {
		for _, limits := range []map[string]int{most[kind], most[""]} {
			for key, limit := range limits {
				if s, ok := o[key]; ok && (length(s) > limit || length(s) < 1) {
					t.Errorf("%s.%s has %d characters, 1 to %d", kind, key, length(s), limit)
				}
			}
		}
		for key, limit := range counts[kind] {
			if list, ok := o[key].([]any); ok && (len(list) > limit || len(list) < 1) {
				t.Errorf("%s has %d %s, 1 to %d", kind, len(list), key, limit)
			}
		}
		for _, key := range []string{"elements", "text"} { // of rich text, too
			v, ok := o[key]
			if list, _ := v.([]any); ok && (v == nil || v == "" || list != nil && len(list) == 0) {
				t.Errorf("%s has no %s", kind, key)
			}
		}
		for _, key := range []string{"block_id", "action_id"} {
			if id, ok := o[key].(string); ok {
				if ids[key+id] {
					t.Errorf("the %s %q is there twice", key, id)
				}
				ids[key+id] = true
			}
		}
	})
}

// length counts the characters of a string or of a text object.
func length(v any) int {
	switch v := v.(type) {
	case string:
		return utf8.RuneCountInString(v)
	case map[string]any:
		return length(v["text"])
	}
	return 0
}

// walk visits every object; one without a type is known by where it stands.
func walk(v any, key string, visit func(kind string, o map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			walk(e, key, visit)
		}
	case map[string]any:
		kind, ok := v["type"].(string)
		if !ok {
			kind = map[string]string{"options": "option", "initial_option": "option"}[key]
			if key == "confirm" {
				kind = key
			}
		}
		visit(kind, v)
		for k, e := range v {
			walk(e, k, visit)
		}
	}
}

// fitsMessage fails blocks that Slack would refuse as a message.
func fitsMessage(t testing.TB, blocks []api.Block) {
	t.Helper()
	if len(blocks) < 1 || len(blocks) > 50 {
		t.Errorf("%d blocks", len(blocks))
	}
	if n := len(encoded(t, blocks)); n > 12_000 {
		t.Errorf("%d bytes of blocks", n)
	}
	within(t, blocks)
	for _, b := range blocks {
		conforms(t, "KnownBlock", b)
	}
}

func fitsView(t testing.TB, definition string, v any) {
	t.Helper()
	if n := len(encoded(t, v)); n > 20_480-500 {
		t.Errorf("%d bytes of a view, which may have to go out in an acknowledgement", n)
	}
	within(t, v)
	conforms(t, definition, v)
}

// The linter of these tests is right about what is wrong.
func TestWithin(t *testing.T) {
	long := string(make([]rune, 151))
	for name, v := range map[string]any{
		"long header":  []api.Block{api.NewHeaderBlock(plain(long))},
		"empty button": api.NewActionBlock("", api.NewButtonBlockElement("a", "v", plain(""))),
		"twice":        api.NewActionBlock("", api.NewButtonBlockElement("a", "v", plain("b")), api.NewButtonBlockElement("a", "v", plain("b"))),
		"empty text":   api.NewRichTextSection(api.NewRichTextSectionTextElement("", nil)),
		"no elements":  api.NewActionBlock(""),
		"long option":  api.NewOptionsSelectBlockElement(api.OptTypeStatic, plain("x"), "a", api.NewOptionBlockObject(long, plain("x"), nil)),
	} {
		r := &bottest.Recorder{TB: t}
		within(r, v)
		if r.Errors() == 0 {
			t.Errorf("nothing is said about: %s", name)
		}
	}
}
