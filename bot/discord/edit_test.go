package discord

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"offboard/bot"
	"offboard/bot/discord/discordtest"
)

// progress is a card that changes in what nobody has to know at once.
func progress(n int) bot.Message {
	m := card("Approve")
	m.Parts = append(m.Parts, bot.Fine{Text: bot.T(fmt.Sprintf("%d of 90 done", n))})
	return m
}

// TestEdits: edits of one message go in order, three seconds apart, and of
// those that wait only the last is sent.
func TestEdits(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		ref := s.post("Approve")
		var all sync.WaitGroup
		for n := range 20 {
			all.Go(func() {
				if err := s.p.Edit(t.Context(), ref, progress(n)); err != nil {
					t.Error(err)
				}
			})
			s.later(200 * time.Millisecond)
		}
		all.Wait()
		calls := s.Calls(discordtest.EditMessage)
		for i := range calls {
			if i > 0 && calls[i].At.Sub(calls[i-1].At) < editEvery {
				t.Errorf("two edits are %v apart", calls[i].At.Sub(calls[i-1].At))
			}
		}
		if len(calls) < 2 || len(calls) > 4 {
			t.Errorf("%d edits", len(calls))
		}
		s.sees(s.ann, "19 of 90 done")
	})
}

// TestOldEdits: Discord allows few edits of a message that is older than an
// hour. What can be pressed, the summary and the headings are true at once;
// all else every ten minutes, and in the end.
func TestOldEdits(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		ref := s.post("Approve")
		s.later(2 * time.Hour)
		s.must(s.p.Edit(t.Context(), ref, progress(1)))
		var later error
		for n := range 59 { // a minute of a keeper that comes every ten seconds
			if err := s.p.Edit(t.Context(), ref, progress(2+n)); err != nil {
				later = err
			}
			s.later(10 * time.Second)
		}
		if n := len(s.Calls(discordtest.EditMessage)); n != 1 || !errors.Is(later, bot.ErrEarly) {
			t.Errorf("%d edits, and %v", n, later)
		}
		m := progress(70)
		m.Parts[1] = bot.Buttons{{Label: "Stop", Verb: "stop", Object: "OFF-1:1"}}
		s.must(s.p.Edit(t.Context(), ref, m))
		s.sees(s.ann, "Stop")
		s.later(10 * time.Minute)
		m.Parts[2] = bot.Fine{Text: bot.T("90 of 90 done")}
		s.must(s.p.Edit(t.Context(), ref, m))
		s.sees(s.ann, "90 of 90 done")
	})
}

// TestTooOld: when Discord takes no more edits a new message is needed; what
// must not be read any more is deleted.
func TestTooOld(t *testing.T) {
	play(t, discordtest.Config{OldEdits: 2}, func(t *testing.T, s *scene) {
		ref := s.post("Approve")
		s.later(2 * time.Hour)
		var err error
		for n := range 4 {
			if err = s.p.Edit(t.Context(), ref, card(fmt.Sprint("Approve ", n))); err != nil {
				break
			}
			s.later(10 * time.Second)
		}
		if !errors.Is(err, bot.ErrOld) {
			t.Fatalf("the third edit: %v", err)
		}
		hidden := bot.Message{Summary: "Moved", Hides: true, Parts: []bot.Part{bot.Prose{Text: bot.T("Moved")}}}
		s.must(s.p.Edit(t.Context(), ref, hidden))
		if n := s.standing(s.room.ID, secret); n != 0 {
			t.Errorf("it stands there %d times", n)
		}
		if err := s.p.Edit(t.Context(), ref, card("Approve")); !errors.Is(err, bot.ErrGone) {
			t.Errorf("then %v", err)
		}
	})
}

// TestHides: what must not be read any more is not taken for gone while
// somebody can read it.
func TestHides(t *testing.T) {
	for code, gone := range map[int]bool{10003: true, 10008: true, 50001: false, 50005: false, 50013: false, 50083: false, 160005: false} {
		for _, old := range []bool{false, true} {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				ref := s.post("Approve")
				m := progress(1)
				m.Hides = true
				s.Fail(discordtest.EditChannel, discordtest.Refuse(50013)) // of the archive
				f, call := discordtest.Refuse(code), discordtest.EditMessage
				if old {
					s.Fail(call, discordtest.Refuse(30046))
					call = discordtest.DeleteMessage
				}
				s.Fail(call, f.Times(2))
				err := s.p.Edit(t.Context(), ref, m)
				if old && code == 10008 {
					if err != nil { // which was the point
						t.Errorf("%d: %v", code, err)
					}
					return
				}
				if err == nil || errors.Is(err, bot.ErrGone) != gone {
					t.Errorf("%d, deleted: %v: %v", code, old, err)
				}
			})
		}
	}
}

// TestReopen: that an archived thread cannot be opened now is for later; that it
// may not be opened is not.
func TestReopen(t *testing.T) {
	for name, c := range map[string]struct {
		f    discordtest.Fault
		gone bool
	}{
		"503": {discordtest.Status(503).Always(), false}, "429": {discordtest.RateLimit(time.Hour), false}, "cut": {discordtest.Cut().Always(), false},
		"50013": {discordtest.Refuse(50013), true}, "160005": {discordtest.Refuse(160005), true}, "10003": {discordtest.Refuse(10003), true},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				root := s.post("Approve")
				at := s.place()
				at.Thread = root.ID
				ref, err := s.p.Post(t.Context(), at, card("One"), "k1")
				s.must(err)
				thread := s.Threads(s.room.ID)[0].ID
				archive := func() {
					s.ChangeChannel(thread, func(c *discordtest.Channel) { c.Archived = true })
				}
				archive()
				s.Fail(discordtest.EditChannel, c.f)
				if err := s.p.Edit(t.Context(), ref, card("Two")); err == nil || errors.Is(err, bot.ErrGone) != c.gone {
					t.Errorf("an edit: %v", err)
				}
				s.Heal(discordtest.EditChannel)
				s.later(time.Hour)
				s.must(s.p.Edit(t.Context(), ref, card("Three")))
				archive()
				s.Fail(discordtest.EditChannel, c.f)
				s.Fail(discordtest.PostMessage, discordtest.Refuse(50083))
				_, err = s.p.Post(t.Context(), at, card("Four"), "k4")
				if err == nil || errors.Is(err, bot.ErrGone) != (name == "10003") || strings.Contains(err.Error(), "not known") {
					t.Errorf("a post: %v", err)
				}
			})
		})
	}
}

// TestEditFails: what ends an edit by name, and what goes away by itself.
func TestEditFails(t *testing.T) {
	for _, c := range []struct {
		f    discordtest.Fault
		want error
	}{
		{discordtest.Refuse(10008), bot.ErrGone},
		{discordtest.Refuse(50001), bot.ErrGone},
		{discordtest.Refuse(50013), bot.ErrGone},
		{discordtest.Refuse(50005), bot.ErrGone},
		{discordtest.Refuse(30046), bot.ErrOld},
		{discordtest.Status(503).Times(3), nil},
		{discordtest.Cut(), nil},
		{discordtest.CutAfter(), nil},
		{discordtest.RateLimit(15 * time.Second), nil},
		{discordtest.RateLimitHTML(15 * time.Second), nil},
	} {
		play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
			ref := s.post("Approve")
			s.Fail(discordtest.EditMessage, c.f)
			err := s.p.Edit(t.Context(), ref, progress(1))
			if !errors.Is(err, c.want) {
				t.Errorf("%+v: %v", c.f, err)
			}
			synctest.Wait()
		})
	}
}
