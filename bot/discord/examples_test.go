package discord

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"
	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/adapter"
)

// quiet is a Discord that says yes to everything, without a network.
type quiet struct{}

func (quiet) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{"id": "12", "bot": {"id": "12"}}`)), Request: r,
	}, nil
}

func quietly() *http.Client { return &http.Client{Transport: quiet{}} }

// TestExamples: whatever Discord's documentation shows can come as an
// interaction, also where it is none: neither discordgo, which has no recover,
// nor what reads it here panics.
func TestExamples(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/specs/discord/examples/*.json")
	if len(files) == 0 {
		t.Skip("there is no shared/specs/discord beside the project: Discord's examples are not read")
	}
	d := New(Config{Token: "t", Guild: "1", APIURL: "http://discord.test/", Verbs: verbs(), HTTP: quietly(), Log: zerolog.Nop()})
	read := 0
	var feed func(v any)
	feed = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				feed(e)
			}
		case map[string]any:
			for _, e := range v {
				feed(e)
			}
			for kind := range 7 {
				example := map[string]any{"id": "5" + string(rune('0'+kind)), "token": "t", "type": kind, "data": v, "message": v, "member": v, "user": v, "channel": v}
				raw, err := json.Marshal(example)
				if err != nil {
					t.Fatal(err)
				}
				read++
				_ = json.Unmarshal(raw, &discordgo.InteractionCreate{}) // as discordgo does before it hands on the raw data
				d.seen = adapter.NewRecent(1)
				d.take(t.Context(), raw, func(context.Context, bot.Interaction) bot.Reply { return bot.Reply{} })
			}
			raw, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			_ = json.Unmarshal(raw, &discordgo.InteractionCreate{})
			d.take(t.Context(), raw, func(context.Context, bot.Interaction) bot.Reply { return bot.Reply{} })
		}
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if json.Unmarshal(b, &v) == nil {
			feed(v)
		}
	}
	d.busy.Wait()
	if read < 1000 {
		t.Errorf("only %d examples were read", read)
	}
}
