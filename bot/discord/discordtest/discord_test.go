package discordtest_test

import (
	"strings"
	"testing"

	"offboard/bot/discord/discordtest"
)

func TestCommandAndClick(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, _ := b.ready()
		d, i := b.sent(g)(b.Slash(b.ann.ID, b.room.ID, "/offboard start person:jane doe when:Tonight days:3"))
		if a := b.reply(i, 4, merge(v2(display("**Sure?**"), row(button("Go", "go"))), object{"flags": 32768 | 64})); a.status != 200 {
			t.Fatal(a.raw)
		}
		b.must(d.Wait(b.within()))
		if seen := b.Sees(b.ann.ID); !strings.Contains(seen, "Sure?") || !strings.Contains(seen, "[Go]") {
			t.Errorf("Ann sees %s", seen)
		}
		if seen := b.Sees(b.ben.ID); seen != "" {
			t.Errorf("Ben sees %s", seen)
		}
		on, ok := b.On(b.ann.ID, "Go")
		if !ok {
			t.Fatal("there is no button")
		}
		d, i = b.sent(g)(b.Click(b.ann.ID, on, "Go"))
		if a := b.reply(i, 7, v2(display("Done"))); a.status != 200 {
			t.Fatal(a.raw)
		}
		b.must(d.Wait(b.within()))
		if seen := b.Sees(b.ann.ID); !strings.HasPrefix(seen, "Done\n") {
			t.Errorf("Ann sees %s", seen)
		}
	})
}

func merge(a, c object) object {
	out := object{}
	for k, v := range a {
		out[k] = v
	}
	for k, v := range c {
		out[k] = v
	}
	return out
}
