package discord

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/bot/bottest/samples"
	"offboard/bot/discord/wire"
)

// golden compares with a body that can be sent, and with what a phone shows of
// it.
func golden(t *testing.T, file string, v any, seen string) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	bottest.Golden(t, "testdata/components/"+file+".json", strings.TrimSuffix(b.String(), "\n"))
	bottest.Golden(t, "testdata/components/"+file+".txt", phone(seen))
}

func TestRendered_golden(t *testing.T) {
	const key = "card:OFF-1:C0123"
	for file, m := range samples.Messages() {
		t.Run(file, func(t *testing.T) {
			if err := m.Check(); err != nil {
				t.Fatal(err)
			}
			body := rendered(m, key, opts{})
			fitsMessage(t, body)
			golden(t, file, body, sees(t, body.Components))
			if !found(wire.Message{Components: body.Components}, key) {
				t.Error("it cannot be found by its key")
			}
		})
	}
}

// What is asked of somebody in a channel: as it is announced, and as it stays.
func TestAnnounced_golden(t *testing.T) {
	m := samples.Messages()["approval"]
	m.Notify = []bot.User{ann, {Platform: "slack", ID: "U1"}, {Platform: name, ID: snowflake(2)}}
	before := announced(m, "k", true)
	after := rendered(m, "k", opts{as: converting, channel: true, replaced: "https://discord.com/channels/1/2/3"})
	fitsMessage(t, before)
	fitsMessage(t, after)
	golden(t, "announced_before", before, draws(t, before.Content)+"\n"+sees(t, before.Components))
	golden(t, "announced_after", after, sees(t, after.Components))
}

func TestModal_golden(t *testing.T) {
	for file, f := range samples.Forms() {
		t.Run(file, func(t *testing.T) {
			if err := f.Check(); err != nil {
				t.Fatal(err)
			}
			var all []wire.Modal
			var seen []string
			list := pages(f)
			for i, p := range list {
				m := p.modal(fmt.Sprintf("m%d", i+1), i+1, len(list), nil)
				fitsModal(t, m)
				all = append(all, m)
				seen = append(seen, "# "+m.Title+"\n"+sees(t, m.Components))
			}
			golden(t, file, all, strings.Join(seen, "\n\n"))
		})
	}
}
