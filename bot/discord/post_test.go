package discord

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/discord/discordtest"
)

// standing is how many messages of the bot stand in a channel with that text.
func (s *scene) standing(channel, text string) int {
	n := 0
	for _, m := range s.Messages(channel) {
		if m.Author == s.BotUser && strings.Contains(s.Draw(s.ann.ID, m.Content), text) {
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
		s.later(10 * time.Minute) // in which Discord forgets the nonce
	}
	return ref, err
}

// TestPostedOnce: whatever becomes of the answer, and whether or not the bot
// is killed, a message stands there once, and whole.
func TestPostedOnce(t *testing.T) {
	faults := map[string]discordtest.Fault{
		"500": discordtest.Status(500), "500 after it was posted": discordtest.AfterEffect(500),
		"cut": discordtest.Cut(), "cut after it was posted": discordtest.CutAfter(),
		"no answer": discordtest.Hang(), "no answer after it was posted": discordtest.HangAfter(),
		"503 always": discordtest.Status(503).Times(9), "cut nine times after it was posted": discordtest.CutAfter().Times(9),
		"429": discordtest.RateLimit(30 * time.Second), "429 in HTML": discordtest.RateLimitHTML(30 * time.Second),
	}
	for name, f := range faults {
		for _, crash := range []bool{false, true} {
			for _, call := range []string{discordtest.PostMessage, discordtest.EditMessage} {
				t.Run(fmt.Sprint(name, " ", call, " ", crash), func(t *testing.T) {
					play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
						// With somebody to notify a post is two calls.
						m := card("Approve")
						m.Notify = []bot.User{{Platform: "discord", ID: s.ben.ID}}
						s.Fail(call, f)
						ref, err := s.keep(s.place(), m, "the key", crash)
						s.must(err)
						if n := s.standing(s.room.ID, secret); n != 1 {
							t.Errorf("it stands there %d times", n)
						}
						for _, m := range s.Messages(s.room.ID) {
							if m.Flags&(1<<15) == 0 || ref.ID != s.room.ID+"/"+m.ID {
								t.Errorf("%+v is not whole, or is not %s", m.Content, ref.ID)
							}
						}
						if n := len(s.Notified(s.ben.ID)); n != 1 {
							t.Errorf("Ben was notified %d times", n)
						}
						s.seesNot(s.ben, "is asked is asked")
					})
				})
			}
		}
	}
}

// TestPostedThenLimited: a post whose answer was lost is not sent again when
// Discord has forgotten its nonce, however long the 429 in between is.
func TestPostedThenLimited(t *testing.T) {
	for name, f := range map[string]discordtest.Fault{"JSON": discordtest.RateLimit(20 * time.Minute), "HTML": discordtest.RateLimitHTML(20 * time.Minute)} {
		for _, hint := range []bool{false, true} {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.Fail(discordtest.PostMessage, discordtest.CutAfter())
				s.Fail(discordtest.PostMessage, f)
				ref, err := s.keep(s.place(), card("Approve"), "the key", hint)
				s.must(err)
				if n := s.standing(s.room.ID, secret); n != 1 || ref.ID == "" {
					t.Errorf("%s: it stands there %d times", name, n)
				}
			})
		}
	}
}

// TestAnnouncedFound: a crash before the announcement was completed, and a
// message that says something else by now, or has nothing to press: it is found
// all the same, and completed.
func TestAnnouncedFound(t *testing.T) {
	for _, parts := range [][]bot.Part{nil, card("Approve").Parts} {
		for _, direct := range []bool{false, true} {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				at, m := s.place(), bot.Message{Summary: "Two steps are left", Parts: parts, Notify: []bot.User{{Platform: "discord", ID: s.ben.ID}}}
				if direct {
					at = s.direct(s.ben)
				}
				other := bot.Message{Summary: "Another case", Notify: m.Notify} // not completed either
				s.Fail(discordtest.EditMessage, discordtest.Refuse(50001).Times(2))
				for key, m := range map[string]bot.Message{"the key": m, "another": other} {
					if _, err := s.p.Post(t.Context(), at, m, key); err == nil {
						t.Fatal("it was completed")
					}
				}
				s.later(time.Hour)
				m.Summary, m.Again, s.p = "One step is left", true, s.platform()
				m.Parts = []bot.Part{bot.Prose{Text: bot.T("One step is left")}}
				_, err := s.p.Post(t.Context(), at, m, "the key")
				s.must(err)
				s.sees(s.ben, "One step is left")
				s.seesNot(s.ben, "Two steps")
				s.sees(s.ben, "Another case")
				s.sees(s.ben, "More follows")
				if n := len(s.Notified(s.ben.ID)); n != 2 {
					t.Errorf("Ben was notified %d times", n)
				}
			})
		}
	}
}

// TestPostedFound: without the history nothing is posted a second time.
func TestPostedFound(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.ChangeChannel(s.room.ID, func(c *discordtest.Channel) {
			c.Overwrites = append(c.Overwrites, discordtest.Overwrite{ID: s.BotUser, Member: true, Allow: discordtest.ViewChannel, Deny: discordtest.ReadMessageHistory})
		})
		s.Fail(discordtest.PostMessage, discordtest.CutAfter().Times(4))
		_, err := s.keep(s.place(), card("Approve"), "the key", true)
		if err == nil || !strings.Contains(err.Error(), "Read Message History") {
			t.Errorf("it says %v", err)
		}
		if n := s.standing(s.room.ID, secret); n != 1 {
			t.Errorf("it stands there %d times", n)
		}
	})
}

// TestGone: what somebody has to mend is bot.ErrGone, with what to do; what
// goes away by itself is not.
func TestGone(t *testing.T) {
	for _, c := range []struct {
		route string
		f     discordtest.Fault
		gone  bool
		says  string
	}{
		{discordtest.PostMessage, discordtest.Refuse(10003), true, "was deleted"},
		{discordtest.PostMessage, discordtest.Refuse(50001), true, "add the bot to it"},
		{discordtest.PostMessage, discordtest.Refuse(50013), true, "offboard check says which"},
		{discordtest.PostMessage, discordtest.Refuse(160005), true, "unlock it"},
		{discordtest.PostMessage, discordtest.Status(503).Always(), false, "not known"},
		{discordtest.PostMessage, discordtest.Refuse(40060), false, ""},
	} {
		play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
			s.Fail(c.route, c.f)
			_, err := s.p.Post(t.Context(), s.place(), card("Approve"), "k")
			if err == nil || errors.Is(err, bot.ErrGone) != c.gone || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s %v: %v", c.route, c.f, err)
			}
		})
	}
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		shy := s.AddUser(discordtest.User{GlobalName: "Shy One", NoDMs: true})
		_, err := s.p.Post(t.Context(), s.direct(shy), card("Approve"), "k")
		if !errors.Is(err, bot.ErrGone) || !strings.Contains(err.Error(), "privacy settings") {
			t.Errorf("no direct messages: %v", err)
		}
		for _, at := range []string{"#nowhere", "#twice"} {
			if at == "#twice" {
				s.AddChannel(discordtest.Channel{Name: "twice"})
				s.AddChannel(discordtest.Channel{Name: "twice"})
				s.later(time.Minute)
			}
			_, err = s.p.Post(t.Context(), bot.Place{Platform: name, Kind: bot.Channel, ID: at}, card("Approve"), "k")
			if !errors.Is(err, bot.ErrGone) || !strings.Contains(err.Error(), at) {
				t.Errorf("%s: %v", at, err)
			}
		}
	})
}

// TestThread: below a card, made once, named after the case, opened again when
// Discord has put it away, and never fought over when somebody has locked it.
func TestThread(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		root := s.post("Approve")
		at := s.place()
		at.Thread = root.ID
		first, err := s.p.Post(t.Context(), at, card("One"), "k1")
		s.must(err)
		s.p = s.platform()
		_, err = s.p.Post(t.Context(), at, card("Two"), "k2")
		s.must(err)
		list := s.Threads(s.room.ID)
		if len(list) != 1 || list[0].Name != "OFF-1" || s.standing(list[0].ID, secret) != 2 {
			t.Fatalf("threads %+v", list)
		}
		s.ChangeChannel(list[0].ID, func(c *discordtest.Channel) { c.Archived = true })
		s.must(s.p.Edit(t.Context(), first, card("Three")))
		_, err = s.p.Post(t.Context(), at, card("Four"), "k4")
		s.must(err)
		s.ChangeChannel(list[0].ID, func(c *discordtest.Channel) { c.Archived, c.Locked = true, true })
		if err := s.p.Edit(t.Context(), first, card("Five")); !errors.Is(err, bot.ErrGone) {
			t.Errorf("an edit in a locked thread: %v", err)
		}
		if _, err := s.p.Post(t.Context(), at, card("Six"), "k6"); err == nil || errors.Is(err, bot.ErrGone) || !strings.Contains(err.Error(), "unlock it") {
			t.Errorf("a post in a locked thread: %v", err)
		}
		s.RemoveMessage(s.room.ID, strings.Split(root.ID, "/")[1])
		s.p = s.platform()
		s.RemoveChannel(list[0].ID)
		if _, err := s.p.Post(t.Context(), at, card("Seven"), "k7"); !errors.Is(err, bot.ErrGone) {
			t.Errorf("a post below a message that is gone: %v", err)
		}
	})
}

// TestThreadRefused: in a thread bot.ErrGone has the keeper look at the card
// again, so it is said only of what is not there. What is refused is for later,
// and says what to do.
func TestThreadRefused(t *testing.T) {
	for code, c := range map[int]struct {
		gone bool
		says string
	}{
		10003: {true, "deleted"}, 10008: {true, "deleted"},
		50001: {false, "add the bot to it"}, 50013: {false, "offboard check says which"}, 50083: {false, "unlock it"}, 160005: {false, "unlock it"},
	} {
		for _, call := range []string{discordtest.StartThread, discordtest.PostMessage, discordtest.ListMessages} {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				at := s.place()
				at.Thread = s.post("Approve").ID
				s.Fail(call, discordtest.Refuse(code).Times(2))
				m := card("One")
				m.Again = call == discordtest.ListMessages
				_, err := s.p.Post(t.Context(), at, m, "k1")
				if err == nil || errors.Is(err, bot.ErrGone) != c.gone || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%s %d: %v", call, code, err)
				}
			})
		}
	}
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		shy := s.AddUser(discordtest.User{GlobalName: "Shy One", NoDMs: true})
		at := s.direct(shy)
		at.Thread = "1/2"
		_, err := s.p.Post(t.Context(), at, card("One"), "k1")
		if err == nil || errors.Is(err, bot.ErrGone) || !strings.Contains(err.Error(), "privacy settings") {
			t.Errorf("below a direct message: %v", err)
		}
	})
}

// TestReplaces: a message that goes on from an old one links to it.
func TestReplaces(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		old := s.post("Old")
		m := card("Approve")
		m.Replaces = old.ID
		_, err := s.p.Post(t.Context(), s.place(), m, "k")
		s.must(err)
		link := "https://discord.com/channels/" + s.GuildID + "/" + old.ID
		list := s.Messages(s.room.ID)
		if text := fmt.Sprint(list[len(list)-1].Components); !strings.Contains(text, link) {
			t.Errorf("no link to %s in %s", link, text)
		}
	})
}

// TestRefused: what Discord does not take is sent with less of it.
func TestRefused(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.Fail(discordtest.PostMessage, discordtest.Refuse(50035))
		s.post("Approve")
		s.sees(s.ann, "Type /offboard status OFF-1 to see it.")
		s.sees(s.ann, "Approve")
		s.Fail(discordtest.PostMessage, discordtest.Refuse(50035).Times(2))
		s.post("Press")
		s.seesNot(s.ann, "Press")
		s.logs("sent with less of it")
	})
}
