package slack

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

// TestGone: a place or message that the bot cannot reach any more is said to
// be gone; everything else is for later.
func TestGone(t *testing.T) {
	for name, change := range map[string]func(s *scene){
		"archived":    func(s *scene) { s.Archive(s.room.ID) },
		"removed":     func(s *scene) { s.Leave(s.room.ID, s.BotUser) },
		"deleted":     func(s *scene) { s.RemoveChannel(s.room.ID) },
		"by a policy": func(s *scene) { s.refuse("restricted_action") },
		"thread":      func(s *scene) { s.refuse("cannot_reply_to_message") },
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

// TestTooOld: what the workspace does not let the bot edit any more is said to
// be old, and goes where nobody may read it any more; a message that takes its
// place links to it.
func TestTooOld(t *testing.T) {
	play(t, slacktest.Config{EditWindow: time.Minute}, func(t *testing.T, s *scene) {
		ref := s.post("Approve")
		s.later(time.Hour)
		if err := s.p.Edit(t.Context(), ref, card("x")); !errors.Is(err, bot.ErrOld) || errors.Is(err, bot.ErrGone) {
			t.Errorf("edit: %v", err)
		}
		m := card("x")
		m.Replaces = ref.ID
		if _, err := s.p.Post(t.Context(), s.place(), m, "x"); err != nil {
			t.Fatal(err)
		}
		channel, ts, _ := strings.Cut(ref.ID, "/")
		if link := "archives/" + channel + "/p" + strings.ReplaceAll(ts, ".", ""); !strings.Contains(fmt.Sprint(s.Messages(s.room.ID)), link) {
			t.Errorf("there is no link to %s in %v", link, s.Messages(s.room.ID))
		}
		if len(s.Messages(s.room.ID)) != 2 {
			t.Errorf("%d messages, want both", len(s.Messages(s.room.ID)))
		}
		m = card("hidden")
		m.Hides = true
		if err := s.p.Edit(t.Context(), ref, m); err != nil {
			t.Fatal(err)
		}
		if got := s.Messages(s.room.ID); len(got) != 1 {
			t.Errorf("%d messages, want the new one", len(got))
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
