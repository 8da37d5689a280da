package discordtest_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"offboard/bot/discord/discordtest"
)

func TestBuckets(t *testing.T) {
	bubble(t, discordtest.Config{Rates: map[string]discordtest.Rate{discordtest.PostMessage: {Limit: 2, Per: 4 * time.Second}}}, func(t *testing.T, b *bench) {
		post := func(channel string) answer { return b.call("POST", "/channels/"+channel+"/messages", says("x")) }
		a := post(b.room.ID)
		if h := a.header; h.Get("X-Ratelimit-Limit") != "2" || h.Get("X-Ratelimit-Remaining") != "1" || h.Get("X-Ratelimit-Reset-After") != "4.000" || h.Get("X-Ratelimit-Bucket") == "" {
			t.Errorf("%v", h)
		}
		time.Sleep(1500 * time.Millisecond)
		post(b.room.ID)
		a = post(b.room.ID)
		if a.status != http.StatusTooManyRequests || a.object["retry_after"] != 2.5 || a.object["global"] != false || a.header.Get("Retry-After") != "3" || a.header.Get("X-Ratelimit-Scope") != "user" {
			t.Errorf("%s %v", a.raw, a.header)
		}
		if a := post(b.AddChannel(discordtest.Channel{Name: "other"}).ID); a.status != http.StatusOK { // a bucket of its own
			t.Error(a.raw)
		}
		time.Sleep(2500 * time.Millisecond)
		if a := post(b.room.ID); a.status != http.StatusOK {
			t.Error(a.raw)
		}
		if v := b.Violations(); len(v) != 1 || v[0].Route != discordtest.PostMessage {
			t.Errorf("%+v", v)
		}
	})
}

// 50 a second in all, but for interactions.
func TestGlobalLimit(t *testing.T) {
	bubble(t, discordtest.Config{Rates: map[string]discordtest.Rate{"GET /users/@me": {Limit: 1000, Per: time.Second}}}, func(t *testing.T, b *bench) {
		b.command()
		g, _ := b.ready()
		time.Sleep(time.Second)
		for range 50 {
			b.call("GET", "/users/@me", nil)
		}
		a := b.call("GET", "/users/@me", nil)
		if a.status != http.StatusTooManyRequests || a.object["global"] != true || a.header.Get("X-Ratelimit-Global") != "true" || a.header.Get("X-Ratelimit-Scope") != "global" {
			t.Errorf("%s %v", a.raw, a.header)
		}
		_, i := b.slash(g)
		if a := b.reply(i, 4, says("x")); a.status != http.StatusOK {
			t.Error(a.raw)
		}
		if a := b.hook("POST", i, "", says("x")); a.status != http.StatusOK {
			t.Error(a.raw)
		}
	})
}

func TestRatesCounted(t *testing.T) {
	bubble(t, discordtest.Config{RatesCounted: true}, func(t *testing.T, b *bench) {
		for range 6 {
			b.post(b.room.ID, says("x"))
		}
		if v := b.Violations(); len(v) != 1 || v[0].Wait != 5*time.Second {
			t.Errorf("%+v", v)
		}
	})
}

func TestFaults(t *testing.T) {
	bubble(t, discordtest.Config{RatesCounted: true}, func(t *testing.T, b *bench) {
		at := "/channels/" + b.room.ID + "/messages"
		for name, c := range map[string]struct {
			fault  discordtest.Fault
			status int
			done   bool
			says   string
		}{
			"status":          {discordtest.Status(503), 503, false, "<html>"},
			"after effect":    {discordtest.AfterEffect(502), 502, true, "<html>"},
			"refused":         {discordtest.Refuse(50013), 403, false, "50013"},
			"rate limit":      {discordtest.RateLimit(30 * time.Second), 429, false, `"retry_after":30`},
			"rate limit HTML": {discordtest.RateLimitHTML(30 * time.Second), 429, false, "<html>"},
		} {
			before := len(b.Messages(b.room.ID))
			b.Fail(discordtest.PostMessage, c.fault)
			a := b.call("POST", at, says("x"))
			if a.status != c.status || !strings.Contains(a.raw, c.says) || (len(b.Messages(b.room.ID)) > before) != c.done {
				t.Errorf("%s: %d %s", name, a.status, a.raw)
			}
			if c.status == 429 && a.header.Get("Retry-After") != "30" {
				t.Errorf("%s: %v", name, a.header)
			}
		}
		for name, c := range map[string]struct {
			fault discordtest.Fault
			done  bool
		}{
			"cut": {discordtest.Cut(), false}, "cut after": {discordtest.CutAfter(), true},
			"hang": {discordtest.Hang(), false}, "hang after": {discordtest.HangAfter(), true},
		} {
			before := len(b.Messages(b.room.ID))
			b.Fail(discordtest.PostMessage, c.fault)
			if a, err := b.try("POST", at, says("x")); err == nil || (len(b.Messages(b.room.ID)) > before) != c.done {
				t.Errorf("%s: %s, %v", name, a.raw, err)
			}
		}
		b.Fail(discordtest.PostMessage, discordtest.Status(500).Times(2))
		b.Fail(discordtest.PostMessage, discordtest.Status(501).Always())
		for _, want := range []int{500, 500, 501, 501, 501} {
			if a := b.call("POST", at, says("x")); a.status != want {
				t.Errorf("%d, not %d", a.status, want)
			}
		}
		b.Heal(discordtest.PostMessage)
		if a := b.call("POST", at, says("x")); a.status != http.StatusOK {
			t.Error(a.raw)
		}
		calls := b.Calls(discordtest.PostMessage)
		if last := calls[len(calls)-1]; last.Error != "" || last.Path != at || last.Args["content"] != "x" || calls[len(calls)-2].Error != "HTTP 501" {
			t.Errorf("%+v", last)
		}
	})
}

func TestConnectingFails(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.Fail(discordtest.Connecting, discordtest.Closed(4000, "x"))
		if code := b.dial().code(); code != 4000 {
			t.Errorf("closed with %d", code)
		}
		b.Fail(discordtest.Connecting, discordtest.Status(503))
		resp, err := b.http.Get(b.URL() + "/?v=10&encoding=json")
		b.must(err)
		_ = resp.Body.Close()
		if resp.StatusCode != 503 {
			t.Errorf("%d", resp.StatusCode)
		}
		b.Fail(discordtest.Identifying, discordtest.Invalid(false))
		g := b.dial()
		g.next()
		g.identify(0)
		if e := g.next(); e["op"] != 9.0 {
			t.Errorf("%v", e)
		}
		b.Fail(discordtest.Resuming, discordtest.Closed(4007, ""))
		if code := b.resumed(object{"session_id": "x"}, 1).code(); code != 4007 {
			t.Errorf("closed with %d", code)
		}
		if err := errors.Join(b.Await(b.within(), func() bool { return b.Sessions() == 0 })); err != nil {
			t.Error(err)
		}
	})
}
