package wire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot/discord/discordtest"
	"offboard/bot/discord/wire"
)

// world is a Discord and a client of it, in a synctest bubble.
type world struct {
	*discordtest.Discord
	*wire.Client
	room string
	log  *bytes.Buffer
}

func play(t *testing.T, cfg discordtest.Config, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)))
		cfg.Memory = true
		d := discordtest.New(t, cfg)
		w := &world{Discord: d, log: &bytes.Buffer{}}
		w.Client = wire.New(wire.Config{Token: d.BotToken, URL: d.API(), HTTP: d.HTTP(), Log: zerolog.New(zerolog.SyncWriter(w.log))})
		w.room = d.AddChannel(discordtest.Channel{Name: "room"}).ID
		test(t, w)
		if strings.Contains(w.log.String(), d.BotToken) || strings.Contains(w.log.String(), "aW50ZXJhY3Rpb246") {
			t.Error("there is a token in the log")
		}
	})
}

func (w *world) read(ctx context.Context) error {
	return w.Do(ctx, http.MethodGet, "channels/"+w.room, nil, nil)
}

func (w *world) post(ctx context.Context, opts ...wire.CallOption) error {
	return w.Do(ctx, http.MethodPost, "channels/"+w.room+"/messages", wire.MessageBody{Content: "hi", Nonce: "n", EnforceNonce: true}, nil, opts...)
}

// TestLimits: many goroutines on one client, and Discord never has to say that
// there were too many calls.
func TestLimits(t *testing.T) {
	play(t, discordtest.Config{RatesCounted: true}, func(t *testing.T, w *world) {
		rooms := []string{w.room}
		for n := range 5 {
			rooms = append(rooms, w.AddChannel(discordtest.Channel{Name: fmt.Sprint("room", n)}).ID)
		}
		start := time.Now()
		var all sync.WaitGroup
		for n := range 200 {
			all.Go(func() {
				room := rooms[n%len(rooms)]
				body := wire.MessageBody{Content: fmt.Sprint(n)}
				err := w.Do(t.Context(), http.MethodPost, "channels/"+room+"/messages", body, nil)
				for wire.Limited(err) { // 34 posts in a channel take longer than one call waits
					e, _ := errors.AsType[*wire.Error](err)
					time.Sleep(e.After)
					err = w.Do(t.Context(), http.MethodPost, "channels/"+room+"/messages", body, nil)
				}
				if err != nil {
					t.Error(err)
				}
				if err := w.Do(t.Context(), http.MethodGet, "channels/"+room, nil, nil); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if v := w.Violations(); len(v) != 0 {
			t.Errorf("%d calls came too early, the first %+v", len(v), v[0])
		}
		// 34 posts in a channel, 5 in 5 seconds.
		if d := time.Since(start); d > 50*time.Second {
			t.Errorf("it took %v", d)
		}
	})
}

// TestTooMany: what Discord says is waited for, for its bucket or for all calls.
func TestTooMany(t *testing.T) {
	for name, c := range map[string]struct {
		f   discordtest.Fault
		all bool
	}{"JSON": {discordtest.RateLimit(15 * time.Second), false}, "HTML": {discordtest.RateLimitHTML(15 * time.Second), true}} {
		t.Run(name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, w *world) {
				start := time.Now()
				w.Fail(discordtest.PostMessage, c.f)
				var other time.Duration
				done := make(chan error)
				go func() {
					time.Sleep(time.Second)
					err := w.read(t.Context())
					other = time.Since(start)
					done <- err
				}()
				if err := errors.Join(w.post(t.Context()), <-done); err != nil {
					t.Fatal(err)
				}
				if d := time.Since(start); d < 15*time.Second || d > 20*time.Second {
					t.Errorf("it took %v", d)
				}
				if waits := other > 10*time.Second; waits != c.all {
					t.Errorf("another call took %v", other)
				}
				// What cannot be in time is not waited for.
				w.Fail(discordtest.PostMessage, c.f)
				ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
				defer stop()
				before := time.Now()
				if err := w.post(ctx); !wire.Limited(err) || time.Since(before) > time.Second {
					t.Errorf("after %v: %v", time.Since(before), err)
				}
			})
		})
	}
}

// TestPatience: no call waits for more than about 20 s, whatever Discord says.
// The error has the time after which it can be tried again.
func TestPatience(t *testing.T) {
	for name, f := range map[string]discordtest.Fault{"HTML": discordtest.RateLimitHTML(30 * time.Minute), "JSON": discordtest.RateLimit(30 * time.Minute)} {
		play(t, discordtest.Config{}, func(t *testing.T, w *world) {
			w.Fail(discordtest.PostMessage, f)
			start := time.Now()
			for range 2 { // the second one is not even sent
				err := w.post(t.Context())
				e, ok := errors.AsType[*wire.Error](err)
				if !wire.Limited(err) || wire.Unclear(err) || !ok || e.After < 29*time.Minute || e.After > 30*time.Minute {
					t.Errorf("%s: %v, again after %v", name, err, e.After)
				}
			}
			if d := time.Since(start); d > time.Second || len(w.Calls(discordtest.PostMessage)) != 1 {
				t.Errorf("%s: it took %v and %d calls", name, d, len(w.Calls(discordtest.PostMessage)))
			}
			time.Sleep(30 * time.Minute)
			if err := w.post(t.Context()); err != nil {
				t.Errorf("%s: afterwards: %v", name, err)
			}
		})
	}
	play(t, discordtest.Config{}, func(t *testing.T, w *world) {
		w.Fail(discordtest.ReadChannel, discordtest.Hang().Always())
		var all sync.WaitGroup
		start := time.Now()
		for range 5 { // of a bucket that is not known one call goes ahead; the others wait for it
			all.Go(func() {
				if err := w.read(t.Context()); !wire.Unclear(err) && !wire.Limited(err) {
					t.Errorf("no answer: %v", err)
				}
			})
		}
		all.Wait()
		if d := time.Since(start); d > 31*time.Second {
			t.Errorf("a Discord that hangs holds a call up for %v", d)
		}
	})
}

// TestUnclear: a try that may have been done is not forgotten when a later one
// ends in something that says nothing of it.
func TestUnclear(t *testing.T) {
	for name, next := range map[string][]discordtest.Fault{
		"429":        {discordtest.RateLimit(20 * time.Minute)},
		"short 429s": {discordtest.RateLimit(9 * time.Second).Always()},
		"HTML":       {discordtest.RateLimitHTML(20 * time.Minute)},
		"500":        {discordtest.Status(500), discordtest.RateLimit(time.Hour)},
		"ctx":        {discordtest.Hang().Always()},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, w *world) {
				ctx, stop := context.WithTimeout(t.Context(), time.Hour)
				if name == "ctx" {
					ctx, stop = context.WithTimeout(t.Context(), 5*time.Second)
				}
				defer stop()
				w.Fail(discordtest.PostMessage, discordtest.CutAfter())
				for _, f := range next {
					w.Fail(discordtest.PostMessage, f)
				}
				start := time.Now()
				err := w.post(ctx, wire.Repeatable())
				if w.Heal(discordtest.PostMessage); !wire.Unclear(err) || wire.Limited(err) {
					t.Errorf("%v", err)
				}
				if d := time.Since(start); d > 31*time.Second {
					t.Errorf("after %v", d)
				}
			})
		})
	}
}

// TestRepeated: what does no harm twice is tried again; of a post it is said
// that nobody knows.
func TestRepeated(t *testing.T) {
	for name, f := range map[string]func() discordtest.Fault{
		"500": func() discordtest.Fault { return discordtest.Status(500) }, "503 in HTML": func() discordtest.Fault { return discordtest.Status(503) },
		"cut": discordtest.Cut, "no answer": discordtest.Hang, "cut after": discordtest.CutAfter,
	} {
		t.Run(name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, w *world) {
				times := 3
				if name == "no answer" {
					times = 1 // which takes ten seconds each
				}
				w.Fail(discordtest.ReadChannel, f().Times(times))
				if err := w.read(t.Context()); err != nil {
					t.Error(err)
				}
				w.Fail(discordtest.ReadChannel, f().Times(9)) // net/http sends some again by itself
				err := w.read(t.Context())
				if w.Heal(discordtest.ReadChannel); !wire.Unclear(err) {
					t.Errorf("after four: %v", err)
				}
				w.Fail(discordtest.PostMessage, f())
				if err := w.post(t.Context()); !wire.Unclear(err) || wire.Limited(err) {
					t.Errorf("a post: %v", err)
				}
				w.Fail(discordtest.PostMessage, f())
				if err := w.post(t.Context(), wire.Repeatable()); err != nil {
					t.Errorf("a post with a nonce: %v", err)
				}
				if n := len(w.Messages(w.room)); n != 1 {
					t.Errorf("%d messages", n)
				}
			})
		})
	}
}

// TestError: what Discord says is kept, and no token, in every kind of failure.
func TestError(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, w *world) {
		w.Fail(discordtest.ReadChannel, discordtest.Refuse(50001))
		err := w.read(t.Context())
		if !wire.Is(err, wire.MissingAccess) || wire.Is(err, wire.MissingPermissions) || wire.Status(err) != 403 || wire.Unclear(err) || !strings.Contains(err.Error(), "GET channels/"+w.room) {
			t.Errorf("%v", err)
		}
		token := "secret-aW50ZXJhY3Rpb246"
		for _, f := range []discordtest.Fault{discordtest.Refuse(50027), discordtest.Cut().Times(4), discordtest.Status(500).Times(4), discordtest.Hang().Times(4), discordtest.RateLimit(time.Hour)} {
			ctx, stop := context.WithTimeout(t.Context(), time.Minute)
			w.Fail(discordtest.EditFollowUp, f)
			err := w.EditOriginal(ctx, w.AppID, token, wire.MessageBody{Content: "x"})
			if err == nil || strings.Contains(err.Error(), token) || strings.Contains(err.Error(), w.BotToken) {
				t.Errorf("%v", err)
			}
			w.Heal(discordtest.EditFollowUp)
			stop()
		}
		nowhere := wire.New(wire.Config{Token: w.BotToken, URL: "http://127.0.0.1:1/" + token + "/", Log: zerolog.Nop()})
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := nowhere.Do(ctx, http.MethodGet, "users/@me", nil, nil); err == nil || strings.Contains(err.Error(), token) || !wire.Unclear(err) {
			t.Errorf("%v", err)
		}
		if err := w.Do(t.Context(), http.MethodGet, "invites/abcDEF", nil, nil); err == nil || strings.Contains(err.Error(), "abcDEF") {
			t.Errorf("%v", err)
		}
	})
}

// TestCallback: a lost answer to an interaction is given again, and that it was
// given is no error then; somebody else's is.
func TestCallback(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, w *world) {
		w.Fail(discordtest.Callback, discordtest.Status(500))
		w.Fail(discordtest.Callback, discordtest.Refuse(40060))
		if err := w.Callback(t.Context(), "1", "t", wire.Response{Type: wire.UpdateLater}); err != nil {
			t.Errorf("our own: %v", err)
		}
		w.Fail(discordtest.Callback, discordtest.Refuse(40060))
		if err := w.Callback(t.Context(), "1", "t", wire.Response{Type: wire.UpdateLater}); !wire.Is(err, wire.AlreadyAnswered) {
			t.Errorf("somebody else's: %v", err)
		}
	})
}

// TestReason: the audit log gets the reason, whatever characters it has, and
// never more than it takes.
func TestReason(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, w *world) {
		for _, reason := range []string{"OFF-42: cut-off, wegen Kündigung", strings.Repeat("ü", 300)} {
			_ = w.Do(t.Context(), http.MethodGet, "channels/"+w.room, nil, nil, wire.Reason(reason))
			calls := w.Calls(discordtest.ReadChannel)
			got := calls[len(calls)-1].Reason
			if got == "" || !strings.HasPrefix(reason, got) || len(reason) < 100 && got != reason {
				t.Errorf("%q is %q", reason, got)
			}
		}
	})
}

// answers is a Discord that says yes to everything, without a network.
type answers struct{}

func (answers) RoundTrip(r *http.Request) (*http.Response, error) {
	h := http.Header{"X-Ratelimit-Bucket": {r.URL.Path}, "X-Ratelimit-Remaining": {"4"}, "X-Ratelimit-Limit": {"5"}, "X-Ratelimit-Reset-After": {"1"}}
	return &http.Response{StatusCode: http.StatusNoContent, Header: h, Body: http.NoBody, Request: r}, nil
}

// TestMemory: nothing is left of interactions, each of which has its token. The
// adapter's test of the same name has 100,000.
func TestMemory(t *testing.T) {
	c := wire.New(wire.Config{Token: "t", HTTP: &http.Client{Transport: answers{}}, Log: zerolog.Nop()})
	used := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	do := func(from, to int) {
		for n := from; n < to; n++ {
			token := fmt.Sprintf("token-%060d", n)
			if err := errors.Join(
				c.Callback(t.Context(), fmt.Sprint(n), token, wire.Response{Type: wire.SayLater}),
				c.EditOriginal(t.Context(), "1", token, wire.MessageBody{Content: "x"}),
			); err != nil {
				t.Fatal(err)
			}
		}
	}
	do(0, 1000)
	before := used()
	do(1000, 21_000)
	if after := used(); after > before+1<<20 {
		t.Errorf("%d kB are left of 20,000 interactions", (after-before)>>10)
	}
}

// TestForgets: buckets that are full again are forgotten.
func TestForgets(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, _ *world) {
		c := wire.New(wire.Config{Token: "t", HTTP: &http.Client{Transport: answers{}}, Log: zerolog.Nop()})
		used := func() uint64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		var before uint64
		for n := range 20_000 {
			if n == 2000 {
				before = used()
			}
			if err := c.Do(t.Context(), http.MethodGet, fmt.Sprint("channels/", n), nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		if after := used(); after > before+2<<20 {
			t.Errorf("%d kB are left of the buckets of 18,000 channels", (after-before)>>10)
		}
	})
}
