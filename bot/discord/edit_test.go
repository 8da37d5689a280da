package discord

import (
	"errors"
	"fmt"
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
		{discordtest.RateLimit(40 * time.Second), nil},
		{discordtest.RateLimitHTML(40 * time.Second), nil},
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
