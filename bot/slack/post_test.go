package slack

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

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

// TestFoundAmongOthers: a message is found behind many others, with blocks
// that nobody knows, and only the bot's own counts.
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

// TestGone: a place or message that the bot cannot reach any more is said to
// be gone; everything else is for later.
func TestGone(t *testing.T) {
	for name, change := range map[string]func(s *scene){
		"archived":    func(s *scene) { s.Archive(s.room.ID) },
		"removed":     func(s *scene) { s.Leave(s.room.ID, s.BotUser) },
		"deleted":     func(s *scene) { s.RemoveChannel(s.room.ID) },
		"by a policy": func(s *scene) { s.refuse("restricted_action") },
		"thread":      func(s *scene) { s.refuse("cannot_reply_to_message") },
		"edit window": func(s *scene) { s.refuse("edit_window_closed") },
		"not ours":    func(s *scene) { s.refuse("cant_update_message") },
		"message":     func(s *scene) { s.refuse("message_not_found") },
	} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
				ref := s.post("Approve")
				change(s)
				if _, err := s.p.Post(t.Context(), s.place(), card("x"), "x"); !errors.Is(err, bot.ErrGone) {
					t.Errorf("post: %v", err)
				}
				if err := s.p.Edit(t.Context(), ref, card("x")); !errors.Is(err, bot.ErrGone) {
					t.Errorf("edit: %v", err)
				}
			})
		})
	}
	for _, code := range []string{"missing_scope", "internal_error", "invalid_auth", "ekm_access_denied", "accesslimited"} {
		t.Run(code, func(t *testing.T) {
			play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
				ref := s.post("Approve")
				s.refuse(code)
				if _, err := s.p.Post(t.Context(), s.place(), card("x"), "x"); err == nil || errors.Is(err, bot.ErrGone) || !strings.Contains(err.Error(), code) {
					t.Errorf("post: %v", err)
				}
				if err := s.p.Edit(t.Context(), ref, card("x")); err == nil || errors.Is(err, bot.ErrGone) || !strings.Contains(err.Error(), code) {
					t.Errorf("edit: %v", err)
				}
			})
		})
	}
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.Change(s.ann.ID, func(u *slacktest.User) { u.Deactivated = true })
		for _, id := range []string{s.ann.ID, "U0NOBODY00"} {
			if _, err := s.p.Post(t.Context(), bot.Place{Platform: name, Kind: bot.Direct, ID: id}, card("x"), "x"); !errors.Is(err, bot.ErrGone) {
				t.Errorf("to %s: %v", id, err)
			}
		}
		for _, key := range []string{"", strings.Repeat("k", bot.MaxKey+1)} {
			if _, err := s.p.Post(t.Context(), s.place(), card("x"), key); err == nil {
				t.Errorf("the key %q was taken", key)
			}
		}
	})
}

func (s *scene) refuse(code string) {
	s.Fail("chat.postMessage", slacktest.Refuse(code).Always())
	s.Fail("chat.update", slacktest.Refuse(code).Always())
}

// TestBlocksThatSlackRefuses: less of the message goes, and says how to see
// the rest.
func TestBlocksThatSlackRefuses(t *testing.T) {
	for _, code := range tooMuch {
		for times, want := range []string{1: "[Approve]", 2: "Type /offboard status OFF-1"} {
			if times == 0 {
				continue
			}
			t.Run(code, func(t *testing.T) {
				play(t, slacktest.Config{RatesCounted: true}, func(t *testing.T, s *scene) {
					s.Fail("chat.postMessage", slacktest.Refuse(code).Times(times))
					ref := s.post("Approve")
					s.sees(s.ann, want)
					s.sees(s.ann, "Type /offboard status OFF-1")
					s.logs("blocks are refused")
					s.Fail("chat.update", slacktest.Refuse(code).Times(times))
					s.must(s.p.Edit(t.Context(), ref, card("Approve")))
					s.sees(s.ann, want)
					s.sees(s.ann, "Type /offboard status OFF-1")
					// It is found by its key all the same.
					s.p = s.platform()
					s.Fail("chat.postMessage", slacktest.Refuse(code).Times(times))
					s.Fail("chat.postMessage", slacktest.CutAfter())
					_, err := s.keep(s.place(), card("Approve"), "another", true)
					s.must(err)
					if n := s.standing(s.room.ID, "is asked"); n != 2 {
						t.Errorf("%d messages", n)
					}
				})
			})
		}
	}
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.Fail("chat.postMessage", slacktest.Refuse("invalid_blocks").Always())
		if _, err := s.p.Post(t.Context(), s.place(), card("x"), "x"); err == nil || errors.Is(err, bot.ErrGone) {
			t.Errorf("it failed with %v", err)
		}
	})
}

// TestRooms: a channel by its name, found in a long list, with a # or without.
func TestRooms(t *testing.T) {
	play(t, slacktest.Config{Page: 1}, func(t *testing.T, s *scene) {
		it := s.AddChannel(slacktest.Channel{Name: "it", Members: []string{s.ann.ID, s.BotUser}})
		at := bot.Place{Platform: name, Kind: bot.Channel, ID: "#it"}
		ref, err := s.p.Post(t.Context(), at, card("x"), "1")
		if err != nil || !strings.HasPrefix(ref.ID, it.ID+"/") || ref.Place != at {
			t.Errorf("%v, %v", ref, err)
		}
		at.ID = "later"
		for range 20 { // everything that is to be posted there asks
			if _, err := s.p.Post(t.Context(), at, card("x"), "2"); !errors.Is(err, bot.ErrGone) || !strings.Contains(err.Error(), "/invite @Offboard") {
				t.Errorf("%v", err)
			}
		}
		if n := len(s.Calls("users.conversations")); n > 6 {
			t.Errorf("%d calls", n)
		}
		s.AddChannel(slacktest.Channel{Name: "later", Members: []string{s.ann.ID, s.BotUser}})
		s.later(absentFor)
		_, err = s.p.Post(t.Context(), at, card("x"), "2")
		s.must(err)
	})
}

// TestDown: while Slack is down nothing hangs for ever.
func TestDown(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		ref := s.post("Approve")
		start := time.Now()
		s.Fail("chat.update", slacktest.Hang().Always())
		s.Fail("conversations.open", slacktest.Status(http.StatusBadGateway).Always())
		if err := s.p.Edit(t.Context(), ref, card("x")); err == nil || errors.Is(err, bot.ErrGone) {
			t.Errorf("edit: %v", err)
		}
		if _, err := s.p.Post(t.Context(), s.direct(s.ann), card("x"), "x"); err == nil || errors.Is(err, bot.ErrGone) {
			t.Errorf("post: %v", err)
		}
		if took := time.Since(start); took > 2*time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}
