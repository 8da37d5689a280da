package slacktest_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"offboard/bot/slack/slacktest"
)

func TestTriggerExpires(t *testing.T) {
	bubble(t, slacktest.Config{}, func(_ *testing.T, b *bench) {
		b.socket(acks(nil))
		trigger := func() string {
			d := b.did(b.Slash(b.ann.ID, "", "/offboard"))
			return d.Payload["trigger_id"].(string)
		}
		late := trigger()
		time.Sleep(3*time.Second + time.Millisecond)
		_, err := b.api.OpenView(late, form())
		b.refused(err, "expired_trigger_id")
		_, err = b.api.OpenView("1.2.3", form())
		b.refused(err, "invalid_trigger_id")
		soon := trigger()
		time.Sleep(2900 * time.Millisecond)
		_, err = b.api.OpenView(soon, form())
		b.must(err)
	})
}

func TestEventsAreRetried(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		var mu sync.Mutex
		var attempts []int
		var at []time.Duration
		start := time.Now()
		b.socket(func(c *socketmode.Client, e socketmode.Event) {
			if e.Type != socketmode.EventTypeEventsAPI {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			attempts = append(attempts, e.Request.RetryAttempt)
			at = append(at, time.Since(start).Round(time.Second))
			if e.Request.RetryAttempt == 3 {
				_ = c.Ack(*e.Request)
			}
		})
		d := b.did(b.OpenHome(b.ann.ID))
		mu.Lock()
		defer mu.Unlock()
		want := []time.Duration{0, 3 * time.Second, 66 * time.Second, 369 * time.Second} // each 3 s after the one before was given up
		if !slices.Equal(attempts, []int{0, 1, 2, 3}) || !slices.Equal(at, want) || d.Attempts() != 4 {
			t.Errorf("attempts %v at %v", attempts, at)
		}
	})
}

func TestNobodyListens(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		_, ts := b.post(b.room.ID, card("Press", slack.NewButtonBlockElement("approve", "x", plain("Approve"))))
		m := b.Messages(b.room.ID)[0]
		click, err := b.Click(b.ann.ID, m, "approve")
		b.must(err)
		slash, err := b.Slash(b.ann.ID, b.room.ID, "/offboard")
		b.must(err)
		event, err := b.OpenHome(b.ann.ID)
		b.must(err)
		for _, d := range []*slacktest.Delivery{click, slash} {
			if err := d.Wait(b.within()); !errors.Is(err, slacktest.ErrNoSocket) {
				t.Errorf("got %v", err)
			}
		}
		if w := b.Warnings(); len(w) != 1 || w[0].User != b.ann.ID || w[0].What != "approve" {
			t.Errorf("warnings are %v (%s)", w, ts)
		}
		if seen := b.Sees(b.ann.ID); !strings.Contains(seen, "dispatch_failed") || strings.Contains(b.Sees(b.ben.ID), "dispatch_failed") {
			t.Errorf("Ann sees %s", seen)
		}
		b.socket(acks(nil)) // the event, and only it, comes again
		b.must(event.Wait(b.within()))
		if event.Attempts() < 2 || len(click.Acks()) != 0 {
			t.Errorf("%d attempts", event.Attempts())
		}
	})
}

func TestNoAnswer(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		b.socket(func(c *socketmode.Client, e socketmode.Event) {
			if e.Type == socketmode.EventTypeSlashCommand {
				time.Sleep(4 * time.Second)
				_ = c.Ack(*e.Request, map[string]any{"text": "too late"})
			}
		})
		d, err := b.Slash(b.ann.ID, b.room.ID, "/offboard")
		b.must(err)
		if err := d.Wait(b.within()); !errors.Is(err, slacktest.ErrTimeout) {
			t.Errorf("got %v", err)
		}
		b.must(b.Await(b.within(), func() bool { return len(d.Acks()) == 1 }))
		if a := d.Acks()[0]; !a.Late || a.After != 4*time.Second {
			t.Errorf("the ack is %+v", a)
		}
		if seen := b.Sees(b.ann.ID); !strings.Contains(seen, "operation_timeout") || strings.Contains(seen, "too late") {
			t.Errorf("Ann sees %s", seen)
		}
	})
}

// TestLife is a day of a socket: pings, and a new one every few hours.
func TestLife(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		b.socket(acks(nil))
		first := b.Conns()[0]
		time.Sleep(18060*time.Second - 15*time.Second)
		if first.Closed() != "" || first.Pongs() < 1800 {
			t.Errorf("closed %q after %d pongs", first.Closed(), first.Pongs())
		}
		// slack-go takes the warning for the end, and comes back at once.
		b.must(b.Await(b.within(), func() bool { return len(b.Calls("apps.connections.open")) == 2 }))
		time.Sleep(time.Minute)
		if c := b.Conns(); len(c) != 1 || c[0] == first || first.Closed() == "" {
			t.Errorf("%d sockets, the first is closed: %q", len(c), first.Closed())
		}
		b.did(b.Slash(b.ann.ID, "", "/offboard"))
	})
}

// dial opens a socket without a library that would come back.
func (b *bench) dial(more string) *websocket.Conn {
	b.t.Helper()
	_, url, err := b.api.StartSocketModeContext(b.t.Context())
	b.must(err)
	d := websocket.Dialer{NetDialContext: b.Dial}
	ws, res, err := d.DialContext(b.t.Context(), url+more, nil)
	b.must(err)
	b.must(res.Body.Close())
	b.t.Cleanup(func() { _ = ws.Close() })
	if _, res, err := d.DialContext(b.t.Context(), url, nil); err == nil {
		b.t.Error("a socket URL was good twice")
	} else if res != nil {
		b.must(res.Body.Close())
	}
	return ws
}

type frame struct {
	Type       string
	Reason     string
	EnvelopeID string `json:"envelope_id"`
	Retry      int    `json:"retry_attempt"`
	NumConns   int    `json:"num_connections"`
	Accepts    bool   `json:"accepts_response_payload"`
	DebugInfo  struct {
		Life int `json:"approximate_connection_time"`
	} `json:"debug_info"`
}

func (b *bench) read(ws *websocket.Conn) frame {
	b.t.Helper()
	var f frame
	b.must(ws.ReadJSON(&f))
	return f
}

func TestDisconnects(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		start := time.Now()
		ws := b.dial("&debug_reconnects=true")
		if hello := b.read(ws); hello.Type != "hello" || hello.NumConns != 1 || hello.DebugInfo.Life != 360 {
			t.Errorf("hello is %+v", hello)
		}
		warning := b.read(ws)
		warned := time.Since(start)
		end := b.read(ws)
		if warning.Reason != "warning" || warned != 350*time.Second || end.Reason != "refresh_requested" || time.Since(start) != 360*time.Second {
			t.Errorf("%+v after %v, %+v after %v", warning, warned, end, time.Since(start))
		}
		var closed *websocket.CloseError
		if _, _, err := ws.ReadMessage(); !errors.As(err, &closed) {
			t.Errorf("then %v", err)
		}

		b.Ghosts(9)
		ws = b.dial("")
		if hello := b.read(ws); hello.NumConns != 10 {
			t.Errorf("hello is %+v", hello)
		}
		if f := b.read(b.dial("")); f.Type != "disconnect" || f.Reason != "too_many_websockets" {
			t.Errorf("the 11th socket gets %+v", f)
		}
		// Nine clicks of ten go to ghosts.
		go func() {
			var f frame
			for ws.ReadJSON(&f) == nil {
				_ = ws.WriteJSON(map[string]string{"envelope_id": f.EnvelopeID})
			}
		}()
		lost := 0
		for range 10 {
			d, err := b.Slash(b.ann.ID, "", "/offboard")
			b.must(err)
			if d.Wait(b.within()) != nil {
				lost++
			}
		}
		if lost != 9 {
			t.Errorf("%d of 10 were lost", lost)
		}
	})
}
