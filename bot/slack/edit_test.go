package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

func state(n int) bot.Message {
	text := fmt.Sprintf("%s state %d.", secret, n)
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// TestEdits of one message are apart, in order, and end with the last state,
// whatever becomes of the first.
func TestEdits(t *testing.T) {
	for name, f := range map[string]*slacktest.Fault{
		"sound": nil, "a slow first": new(slacktest.Hang()), "429": new(slacktest.RateLimit(30 * time.Second)),
		"500 after the effect": new(slacktest.AfterEffect(500)), "the first is lost": new(slacktest.Status(503).Times(3)),
	} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
				ref := s.post("Approve")
				if f != nil {
					s.Fail("chat.update", *f)
				}
				var all sync.WaitGroup
				const last = 20
				for n := 1; n <= last; n++ {
					all.Go(func() {
						if err := s.p.Edit(t.Context(), ref, state(n)); err != nil && (n > 1 || name != "the first is lost") {
							t.Errorf("%d: %v", n, err)
						}
					})
					synctest.Wait()
					time.Sleep(500 * time.Millisecond)
				}
				all.Wait()
				s.sees(s.ann, fmt.Sprintf("state %d.", last))
				calls := s.Calls("chat.update")
				for i := 1; i < len(calls); i++ {
					if d := calls[i].At.Sub(calls[i-1].At); d < editEvery && calls[i-1].Error == "" {
						t.Errorf("two edits are %v apart", d)
					}
				}
				if len(calls) > 8 {
					t.Errorf("%d calls for %d states in 10 s", len(calls), last)
				}
				if n := len(s.Notified(s.ann.ID)); n != 0 {
					t.Errorf("Ann was notified %d times", n)
				}
			})
		})
	}
}

// TestMentions are live where they are to notify, and nowhere else: in a new
// message in a channel.
func TestMentions(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		ben := bot.User{Platform: name, ID: s.ben.ID, Name: "Ben Ray"}
		m := bot.Message{Summary: "Asked", Notify: []bot.User{ben}, Parts: []bot.Part{bot.Prose{Text: bot.Text{{Plain: "Ben Ray", User: &ben}}}}}
		live := func(ref bot.Ref) bool {
			channel, _, _ := strings.Cut(ref.ID, "/")
			all := s.Messages(channel)
			b, err := json.Marshal(all[len(all)-1].Blocks)
			s.must(err)
			return strings.Contains(string(b), s.ben.ID)
		}
		ref, err := s.p.Post(t.Context(), s.place(), m, "1")
		s.must(err)
		if !live(ref) {
			t.Error("a new message notifies nobody")
		}
		s.must(s.p.Edit(t.Context(), ref, m))
		if live(ref) {
			t.Error("an edit looks as if it notified")
		}
		if ref, err = s.p.Post(t.Context(), s.direct(s.ben), m, "1"); err != nil || live(ref) {
			t.Errorf("in direct messages: %v", err)
		}
	})
}

// TestEditsOfOthers don't wait for each other.
func TestEditsOfOthers(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		one, two := s.post("One"), s.post("Two")
		s.must(s.p.Edit(t.Context(), one, state(1)))
		start := time.Now()
		s.must(s.p.Edit(t.Context(), two, state(2)))
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %v", took)
		}
		// Who gives up does not hold up who comes after.
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if err := s.p.Edit(ctx, one, state(3)); !errors.Is(err, context.Canceled) {
			t.Errorf("it failed with %v", err)
		}
		s.must(s.p.Edit(t.Context(), one, state(4)))
		s.sees(s.ann, "state 4.")
		if err := s.p.Edit(t.Context(), bot.Ref{Place: s.place(), ID: "nonsense"}, state(5)); !errors.Is(err, bot.ErrGone) {
			t.Errorf("it failed with %v", err)
		}
		if err := s.p.Edit(t.Context(), one, bot.Message{}); err == nil {
			t.Error("an empty message was taken")
		}
	})
}

// TestRates: with many messages at once Slack has never to say that they are
// too many.
func TestRates(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		rooms := []string{s.room.ID}
		for n := range 5 {
			rooms = append(rooms, s.AddChannel(slacktest.Channel{Name: fmt.Sprint("room", n), Members: []string{s.ann.ID, s.BotUser}}).ID)
		}
		var all sync.WaitGroup
		for n, room := range rooms {
			for m := range 30 {
				all.Go(func() {
					at := bot.Place{Platform: name, Kind: bot.Channel, ID: room}
					ref, err := s.p.Post(t.Context(), at, card("x"), fmt.Sprint(n, "-", m))
					if err == nil {
						err = s.p.Edit(t.Context(), ref, state(m))
					}
					if err == nil {
						_, err = s.p.Members(t.Context(), at)
					}
					if err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		if v := s.Violations(); len(v) != 0 {
			t.Errorf("%d calls came too early, the first is %+v", len(v), v[0])
		}
		for _, room := range rooms {
			if n := s.standing(room, "state"); n != 30 {
				t.Errorf("%d messages in %s", n, room)
			}
		}
	})
}

// TestRetryAfter is kept to, for the channel that it was said of.
func TestRetryAfter(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.Fail("chat.postMessage", slacktest.RateLimit(30*time.Second))
		start := time.Now()
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := s.p.Post(t.Context(), s.place(), card("Approve"), "1"); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		if _, err := s.p.Post(t.Context(), s.direct(s.ann), card("Direct"), "2"); err != nil || time.Since(start) > time.Second {
			t.Errorf("another channel waited %v: %v", time.Since(start), err)
		}
		all.Wait()
		if took := time.Since(start); took != 30*time.Second {
			t.Errorf("it was tried again after %v", took)
		}
		if n := len(s.Calls("chat.postMessage")); n != 3 || len(s.Violations()) != 0 {
			t.Errorf("%d calls, %v", n, s.Violations())
		}
		// Whoever waits can give up, and nothing was posted then.
		s.Fail("chat.postMessage", slacktest.RateLimit(30*time.Second))
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		if _, err := s.p.Post(ctx, s.place(), card("Never"), "3"); err == nil || !strings.Contains(err.Error(), "chat.postMessage") {
			t.Errorf("it failed with %v", err)
		}
		s.seesNot(s.ann, "Never")
	})
}

// TestCleansUp: limits of a moment ago take no memory.
func TestCleansUp(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		for n := range 100 {
			s.p.calls.later("chat.postMessage", fmt.Sprint(n), time.Second)
			s.later(100 * time.Millisecond)
		}
		if n := len(s.p.calls.until); n > 11 {
			t.Errorf("%d are remembered", n)
		}
	})
}
