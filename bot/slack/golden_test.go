package slack

import (
	"bytes"
	"encoding/json"
	"testing"

	api "github.com/slack-go/slack"

	"offboard/bot/bottest"
	"offboard/bot/bottest/samples"
)

// golden compares with a file for the Block Kit Builder, and with what a phone
// shows of it.
func golden(t *testing.T, file string, v any) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, encoded(t, v), "", " "); err != nil {
		t.Fatal(err)
	}
	bottest.Golden(t, "testdata/blocks/"+file+".json", b.String())
	if m, ok := v.(map[string]any); ok {
		v = m["blocks"]
	}
	bottest.Golden(t, "testdata/blocks/"+file+".txt", phone(sees(t, v)))
}

func TestRendered_golden(t *testing.T) {
	for file, m := range samples.Messages() {
		t.Run(file, func(t *testing.T) {
			if err := m.Check(); err != nil {
				t.Fatal(err)
			}
			blocks, text := rendered(m, "card:OFF-1:C0123")
			fitsMessage(t, blocks)
			golden(t, file, map[string]any{"blocks": blocks})
			if got := notification(text); got != m.Summary {
				t.Errorf("the notification says %q, want %q", got, m.Summary)
			}
			if got := blocks[0].ID(); got != "key:card:OFF-1:C0123" {
				t.Errorf("block_id %q", got)
			}
		})
	}
}

func TestModal_golden(t *testing.T) {
	for file, f := range samples.Forms() {
		t.Run(file, func(t *testing.T) {
			if err := f.Check(); err != nil {
				t.Fatal(err)
			}
			v := modal(f, `{"object":"`+f.Object+`"}`)
			fitsView(t, "ModalView", v)
			golden(t, file, v)
		})
	}
}

func TestViews_golden(t *testing.T) {
	all := samples.Messages()
	for file, v := range map[string]any{
		"view_loading": loading("One moment"), "view_note": note(all["running"]), "view_many": note(all["many"]), "view_home": home(all["inbox"]),
	} {
		t.Run(file, func(t *testing.T) {
			definition := "ModalView"
			if _, ok := v.(api.HomeTabViewRequest); ok {
				definition = "HomeView"
			}
			fitsView(t, definition, v)
			golden(t, file, v)
		})
	}
}
