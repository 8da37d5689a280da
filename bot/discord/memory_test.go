// The race detector makes it ten times as long, and needs no 100,000.

//go:build !race

package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
)

// TestMemory: nothing is left of 100,000 interactions but what is bounded:
// neither their tokens nor their ids, nor forms that nobody finishes.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a few seconds")
	}
	d := New(Config{Token: "t", Guild: "1", APIURL: "http://discord.test/", Verbs: verbs(), HTTP: quietly(), Log: zerolog.Nop()})
	h := func(_ context.Context, i bot.Interaction) bot.Reply {
		switch {
		case i.Verb == "ask":
			return bot.Reply{Form: aForm()}
		case strings.HasPrefix(i.Object, "OFF-1"):
			m := card("Approve")
			m.Parts[1].(bot.Buttons)[0].Object = "OFF-1:" + i.ID
			m.Parts[1].(bot.Buttons)[0].Confirm = &bot.Confirm{Title: "Sure?", Text: "Sure?", Yes: "Yes"}
			return bot.Reply{Message: &m}
		}
		return bot.Say("Done")
	}
	do := func(from, to int) {
		for n := from; n < to; n++ {
			user := map[string]any{"id": fmt.Sprint(1<<40 + n), "username": "u"}
			data, kind := map[string]any{"name": "offboard", "type": 1, "options": []any{map[string]any{"type": 1, "name": []string{"ask", "list"}[n%2]}}}, 2
			if n%3 == 0 {
				data, kind = map[string]any{"custom_id": fmt.Sprint("approve:OFF-1:", n), "component_type": 2}, 3
			}
			raw, err := json.Marshal(map[string]any{
				"id":    fmt.Sprint((time.Now().UnixMilli()-1420070400000)<<22 + int64(n)), // a snowflake of now: what is old is not done
				"token": fmt.Sprintf("token-%0160d", n), "type": kind, "data": data, "guild_id": "1", "channel_id": "2",
				"member": map[string]any{"user": user},
			})
			if err != nil {
				t.Fatal(err)
			}
			d.take(t.Context(), raw, h)
			if n%100 == 0 {
				d.busy.Wait()
			}
		}
		d.busy.Wait()
	}
	used := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const full = 15_000 // then all that is bounded has its size
	do(0, full)
	before := used()
	do(full, 100_000)
	if after := used(); after > before+4<<20 {
		t.Errorf("%d kB are left of 85,000 interactions", (after-before)>>10)
	}
}
