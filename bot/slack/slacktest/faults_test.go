package slacktest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"offboard/bot/slack/slacktest"
)

func TestFaultsOfMethods(t *testing.T) {
	const post = "chat.postMessage"
	for _, c := range []struct {
		name   string
		fault  slacktest.Fault
		posted bool
		fails  func(err error) bool
	}{
		{"refused", slacktest.Refuse("restricted_action"), false, func(err error) bool { return err.Error() == "restricted_action" }},
		{"503 with HTML", slacktest.Status(503), false, func(err error) bool {
			var s slack.StatusCodeError
			return errors.As(err, &s) && s.Code == 503
		}},
		{"500 after it was posted", slacktest.AfterEffect(500), true, func(err error) bool {
			var s slack.StatusCodeError
			return errors.As(err, &s) && s.Code == 500
		}},
		{"429", slacktest.RateLimit(30 * time.Second), false, func(err error) bool {
			var l *slack.RateLimitedError
			return errors.As(err, &l) && l.RetryAfter == 30*time.Second
		}},
		{"cut", slacktest.Cut(), false, func(err error) bool { return strings.Contains(err.Error(), "EOF") }},
		{"cut after it was posted", slacktest.CutAfter(), true, func(err error) bool { return strings.Contains(err.Error(), "EOF") }},
		{"no answer", slacktest.Hang(), false, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
		{"no answer after it was posted", slacktest.HangAfter(), true, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, slacktest.Config{RatesCounted: true}, func(t *testing.T, b *bench) {
				ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
				defer stop()
				b.Fail(post, c.fault)
				_, _, err := b.api.PostMessageContext(ctx, b.room.ID, says("hello"))
				if err == nil || !c.fails(err) {
					t.Errorf("it failed with %v", err)
				}
				if posted := len(b.Messages(b.room.ID)) == 1; posted != c.posted {
					t.Errorf("posted: %v", posted)
				}
				b.post(b.room.ID, says("once is enough"))
				b.Fail(post, c.fault.Times(2))
				b.Fail("chat.update", slacktest.Refuse("message_not_found").Always())
				for range 2 {
					ctx, stop := context.WithTimeout(t.Context(), time.Second)
					if _, _, err := b.api.PostMessageContext(ctx, b.room.ID, says("hello")); err == nil {
						t.Error("the fault came once, not twice")
					}
					stop()
				}
				_, ts := b.post(b.room.ID, says("hello"))
				for range 3 {
					_, _, _, err := b.api.UpdateMessage(b.room.ID, ts, says("x"))
					b.refused(err, "message_not_found")
				}
				b.Heal("chat.update")
				_, _, _, err = b.api.UpdateMessage(b.room.ID, ts, says("x"))
				b.must(err)
			})
		})
	}
}

// counter counts what arrives, by envelope_id.
type counter struct {
	mu   sync.Mutex
	seen map[string]int
	last socketmode.Request
}

func (c *counter) handle(cl *socketmode.Client, e socketmode.Event) {
	if e.Request == nil || e.Request.EnvelopeID == "" {
		return
	}
	c.mu.Lock()
	if c.seen == nil {
		c.seen = map[string]int{}
	}
	c.seen[e.Request.EnvelopeID]++
	c.last = *e.Request
	c.mu.Unlock()
	_ = cl.Ack(*e.Request)
}

func (c *counter) times(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen[id]
}

func TestDuplicates(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		var one, two counter
		b.socket(one.handle)
		b.socket(two.handle)
		b.Fail(slacktest.Envelopes, slacktest.Duplicate())
		d := b.did(b.Slash(b.ann.ID, "", "/offboard"))
		b.must(b.Await(b.within(), func() bool { return len(d.Acks()) == 2 }))
		if one.times(d.ID) != 1 || two.times(d.ID) != 1 {
			t.Errorf("the copy came %d and %d times", one.times(d.ID), two.times(d.ID))
		}
		if a := d.Acks(); a[0].Conn == a[1].Conn || a[0].Late || !a[1].Late {
			t.Errorf("acks are %+v", a)
		}
		b.must(d.Again())
		b.must(b.Await(b.within(), func() bool { return len(d.Acks()) == 3 }))

		b.Fail(slacktest.Envelopes, slacktest.Retried(2))
		d = b.did(b.OpenHome(b.ann.ID))
		if one.last.RetryAttempt+two.last.RetryAttempt != 2 || d.Attempts() != 3 {
			t.Errorf("retries %d and %d, attempts %d", one.last.RetryAttempt, two.last.RetryAttempt, d.Attempts())
		}
	})
}

func TestHalfOpen(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		var got counter
		b.socket(got.handle)
		b.Fail(slacktest.Envelopes, slacktest.HalfOpen())
		d, err := b.Slash(b.ann.ID, "", "/offboard")
		b.must(err)
		if err := d.Wait(b.within()); !errors.Is(err, slacktest.ErrTimeout) || len(got.seen) != 0 {
			t.Errorf("got %v", err)
		}
		// slack-go sees it when no ping has come for 30 s. Slack still counts it.
		b.must(b.Ready(b.within(), 2))
		if c := b.Conns(); c[0].Closed() != "" {
			t.Errorf("Slack saw it end: %s", c[0].Closed())
		}
		if n := len(b.Calls("apps.connections.open")); n != 2 {
			t.Errorf("%d sockets were opened", n)
		}
	})
}

func TestCutSocket(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		var got counter
		b.socket(got.handle)
		first := b.Conns()[0]
		b.Fail(slacktest.Envelopes, slacktest.Cut())
		d, err := b.OpenHome(b.ann.ID)
		b.must(err)
		b.must(d.Wait(b.within()))
		if d.Attempts() != 2 || first.Closed() != "cut" || len(b.Conns()) != 1 {
			t.Errorf("%d attempts, closed %q", d.Attempts(), first.Closed())
		}
	})
}

// TestReconnectStorm shows a fault of slack-go, as the reason why a front end
// needs a backoff of its own: 429 is all that holds it back.
func TestReconnectStorm(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		b.socket(nil)
		start := time.Now()
		b.Fail(slacktest.Connecting, slacktest.Disconnect("link_disabled").Always())
		b.Conns()[0].Disconnect("link_disabled")
		b.must(b.Await(b.within(), func() bool { return len(b.Violations()) > 0 }))
		if took := time.Since(start); took > time.Second || len(b.Calls("apps.connections.open")) < 10 {
			t.Errorf("%d sockets in %v", len(b.Calls("apps.connections.open")), took)
		}
		b.Heal(slacktest.Connecting)
	})
}

func TestAcksThatSlackDrops(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		ws := b.dial("")
		b.read(ws)
		say := func(id string, payload any) {
			b.must(ws.WriteJSON(map[string]any{"envelope_id": id, "payload": payload}))
		}
		slash, err := b.Slash(b.ann.ID, "", "/offboard")
		b.must(err)
		f := b.read(ws)
		if !f.Accepts {
			t.Errorf("the frame is %+v", f)
		}
		say(f.EnvelopeID, map[string]any{"text": strings.Repeat("x", 20480)})
		if err := slash.Wait(b.within()); !errors.Is(err, slacktest.ErrTimeout) {
			t.Errorf("an ack of 20 KB: %v", err)
		}
		b.faulted("is dropped")

		home, err := b.OpenHome(b.ann.ID)
		b.must(err)
		say(b.read(ws).EnvelopeID, map[string]any{"text": "hello"})
		b.must(home.Wait(b.within()))
		b.faulted("a payload is ignored")
		say("unknown", nil)
		b.must(ws.WriteMessage(1, []byte("hello")))
		b.must(b.Await(b.within(), func() bool {
			p := b.Problems()
			return len(p) == 2 || len(p) == 1 && strings.Contains(p[0], "no ack")
		}))
	})
}

func TestFaultsOfSocketsAndURLs(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		b.Fail(slacktest.Connecting, slacktest.Status(http.StatusServiceUnavailable))
		b.socket(acks(nil)) // slack-go tries again
		if n := len(b.Calls("apps.connections.open")); n != 2 {
			t.Errorf("%d sockets were opened", n)
		}
		d := b.did(b.Slash(b.ann.ID, "", "/offboard"))
		url, _ := d.Payload["response_url"].(string)
		b.Fail(slacktest.Responses, slacktest.AfterEffect(http.StatusInternalServerError))
		err := slack.PostWebhookCustomHTTPContext(t.Context(), url, b.HTTP(), &slack.WebhookMessage{Text: "there"})
		if err == nil || b.Sees(b.ann.ID) != "there" {
			t.Errorf("got %v, Ann sees %q", err, b.Sees(b.ann.ID))
		}
		b.Fail(slacktest.Uploads, slacktest.Cut())
		_, err = b.api.UploadFile(slack.UploadFileParameters{Reader: strings.NewReader("x"), FileSize: 1, Filename: "x.csv"})
		if err == nil {
			t.Error("the upload was cut and went through")
		}
	})
}
