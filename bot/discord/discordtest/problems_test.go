package discordtest_test

import (
	"net/http"
	"strings"
	"testing"

	"offboard/bot/bottest"
	"offboard/bot/discord/discordtest"
)

func TestProblemsFailTheTest(t *testing.T) {
	for _, c := range []struct {
		name  string
		taken bool
		want  int
	}{{"left", false, 1}, {"taken", true, 0}} {
		t.Run(c.name, func(t *testing.T) {
			w := &bottest.Recorder{TB: t}
			d := discordtest.New(w, discordtest.Config{Memory: true})
			b := &bench{Discord: d, t: t, http: d.HTTP()}
			room := d.AddChannel(discordtest.Channel{Name: "it"})
			if a := b.call("POST", "/channels/"+room.ID+"/messages", says(text(2001))); a.status != http.StatusBadRequest {
				t.Error(a.raw)
			}
			if c.taken && len(d.Problems()) != 1 {
				t.Error("there is no problem to take")
			}
			w.End()
			if w.Errors() != c.want {
				t.Errorf("the test failed with %q", w)
			}
		})
	}
}

// A mistyped target would never fail, and nobody would notice.
func TestUnknownTarget(t *testing.T) {
	w := &bottest.Recorder{TB: t}
	d := discordtest.New(w, discordtest.Config{Memory: true})
	d.Fail("POST /messages", discordtest.Status(500))
	d.Calls("POST /messages")
	if w.Errors() != 2 {
		t.Errorf("%q", w)
	}
	w.End()
}

// TestNetwork is all of it over TCP, as another process would use it.
func TestNetwork(t *testing.T) {
	b := newBench(t, discordtest.Config{})
	b.command()
	g, _ := b.ready()
	d, i := b.slash(g)
	b.reply(i, 4, says("over TCP"))
	b.must(d.Wait(b.within()))
	if seen := b.Sees(b.ben.ID); seen != "over TCP" || !strings.HasPrefix(b.URL(), "http://127.0.0.1:") {
		t.Errorf("Ben sees %q at %s", seen, b.URL())
	}
}
