package slack

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	api "github.com/slack-go/slack"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

// standing is how many messages of the bot stand in the room with that text.
func (s *scene) standing(channel, text string) int {
	n := 0
	for _, m := range s.Messages(channel) {
		if m.User == s.BotUser && strings.Contains(s.Draw(s.ann.ID, m.Content), text) {
			n++
		}
	}
	return n
}

// keep posts until it stands there: after an error it tries again, later. With
// crash every try is another process, and says that it may be the second; else
// the platform has to know that by itself.
func (s *scene) keep(at bot.Place, m bot.Message, key string, crash bool) (bot.Ref, error) {
	var ref bot.Ref
	var err error
	for n := range 5 {
		if crash && n > 0 {
			m.Again, s.p = true, s.platform()
		}
		if ref, err = s.p.Post(s.t.Context(), at, m, key); err == nil || errors.Is(err, bot.ErrGone) {
			return ref, err
		}
		s.later(10 * time.Second)
	}
	return ref, err
}

// TestPostedOnce: whatever becomes of the answer, and whether or not the bot
// is killed, a message stands there once.
func TestPostedOnce(t *testing.T) {
	faults := map[string]slacktest.Fault{
		"500": slacktest.Status(500), "500 after it was posted": slacktest.AfterEffect(500),
		"cut": slacktest.Cut(), "cut after it was posted": slacktest.CutAfter(),
		"no answer": slacktest.Hang(), "no answer after it was posted": slacktest.HangAfter(),
		"fatal_error": slacktest.Refuse("fatal_error"), "internal_error": slacktest.Refuse("internal_error"),
		"503 twice": slacktest.Status(503).Times(2), "cut three times after it was posted": slacktest.CutAfter().Times(3),
		"429": slacktest.RateLimit(30 * time.Second),
	}
	for name, f := range faults {
		for _, crash := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
					above, err := s.p.Post(t.Context(), s.place(), card("Above"), "above")
					s.must(err)
					thread := s.place()
					thread.Thread = above.ID
					for label, at := range map[string]bot.Place{"Room": s.place(), "Thread": thread, "Direct": s.direct(s.ann)} {
						s.Fail("chat.postMessage", f)
						ref, err := s.keep(at, card(label), "the-key", crash)
						s.must(err)
						channel, _, _ := strings.Cut(ref.ID, "/")
						if n := s.standing(channel, label); n != 1 {
							t.Errorf("%s: it stands there %d times", label, n)
						}
						s.must(s.p.Edit(t.Context(), ref, card("Edited")))
						if n := s.standing(channel, label); n != 0 {
							t.Errorf("%s: another one than that was edited", label)
						}
					}
				})
			})
		}
	}
}

// TestNotAtOnce: what Slack has not answered may still be on its way, so it is
// not sent again in the same moment.
func TestNotAtOnce(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.Fail("chat.postMessage", slacktest.Cut())
		if _, err := s.p.Post(t.Context(), s.place(), card("Approve"), "the-key"); err == nil || !strings.Contains(err.Error(), "it is not known whether the message was posted") {
			t.Errorf("it failed with %v", err)
		}
		if n := len(s.Calls("chat.postMessage")); n != 1 {
			t.Errorf("it was sent %d times", n)
		}
	})
}

// TestUnknownWithoutHistory: a bot that may not look does not post twice. What
// is missing is said.
func TestUnknownWithoutHistory(t *testing.T) {
	blind := slices.DeleteFunc(scopes(false), func(s string) bool { return strings.HasSuffix(s, ":history") })
	for _, crash := range []bool{false, true} {
		play(t, slacktest.Config{Scopes: blind}, func(t *testing.T, s *scene) {
			s.Fail("chat.postMessage", slacktest.CutAfter())
			_, err := s.keep(s.place(), card("Approve"), "the-key", crash)
			if err == nil || errors.Is(err, bot.ErrGone) || !strings.Contains(err.Error(), "lacks the scopes") {
				t.Errorf("it failed with %v", err)
			}
			if n := s.standing(s.room.ID, "Approve"); n != 1 {
				t.Errorf("it stands there %d times", n)
			}
			if p := s.Problems(); len(p) == 0 || !strings.Contains(p[0], "history needs the scope") {
				t.Errorf("problems are %v", p)
			}
			// It needs them for nothing else.
			_, err = s.keep(s.place(), card("Decline"), "another", crash)
			s.must(err)
		})
	}
}

// TestFoundAmongOthers: a message is found behind many others, and only the
// bot's own counts.
func TestFoundAmongOthers(t *testing.T) {
	play(t, slacktest.Config{RatesCounted: true}, func(t *testing.T, s *scene) {
		first, err := s.p.Post(t.Context(), s.place(), card("Approve"), "the-key")
		s.must(err)
		in := s.place()
		in.Thread = first.ID
		for n := range 450 {
			_, err := s.Say(s.ann.ID, s.room.ID, "hello "+strings.Repeat("x", n%7))
			s.must(err)
		}
		// Ann imitates it.
		ann := api.New(s.AddToken(s.ann.ID, "chat:write"), api.OptionAPIURL(s.API()), api.OptionHTTPClient(s.HTTP()))
		blocks, text := rendered(card("Approve"), "the-key")
		_, _, err = ann.PostMessageContext(t.Context(), s.room.ID, api.MsgOptionBlocks(blocks...), api.MsgOptionText(text, false))
		s.must(err)
		m := card("Approve")
		m.Again = true
		s.p = s.platform()
		again, err := s.p.Post(t.Context(), s.place(), m, "the-key")
		if err != nil || again.ID != first.ID {
			t.Errorf("%v, %v; it is %v", again, err, first)
		}
		// In a thread it is another message.
		other, err := s.p.Post(t.Context(), in, m, "the-key")
		if err != nil || other.ID == first.ID {
			t.Errorf("%v, %v", other, err)
		}
		s.p = s.platform()
		again, err = s.p.Post(t.Context(), in, m, "the-key")
		if err != nil || again.ID != other.ID {
			t.Errorf("%v, %v; it is %v", again, err, other)
		}
	})
}

// TestBlocksOfOthers is why messages are not read with the library's types:
// one block that it does not know, of any app, and nothing is found.
func TestBlocksOfOthers(t *testing.T) {
	const raw = `{"ok": true, "messages": [{"ts": "1.2", "bot_id": "B1", "blocks": [{"type": "context", "block_id": "key:k", "elements": [{"type": "hologram"}]}]}]}`
	var p page
	if err := json.Unmarshal([]byte(raw), &p); err != nil || p.Messages[0].Blocks[0].ID != blockKey("k") || p.Messages[0].TS != "1.2" {
		t.Errorf("%+v, %v", p, err)
	}
	if err := json.Unmarshal([]byte(raw), &api.GetConversationHistoryResponse{}); err == nil {
		t.Error("the library reads it now: find needs no types of its own")
	}
}
