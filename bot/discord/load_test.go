package discord

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/discord/discordtest"
)

// TestLoad clicks fifty times a second for half a minute while connections are
// cut and every tenth click comes twice: what Discord saw answered was done,
// nothing twice, and nothing was lost.
func TestLoad(t *testing.T) {
	play(t, discordtest.Config{RatesCounted: true}, func(t *testing.T, s *scene) {
		var mu sync.Mutex
		done := map[string]int{}
		s.start()
		s.handles(func(_ context.Context, i bot.Interaction) bot.Reply {
			mu.Lock()
			defer mu.Unlock()
			done[i.ID]++
			return bot.Reply{}
		})
		s.post("Approve")
		on := s.on(s.ann, "Approve")
		var all []*discordtest.Delivery
		for n := range 1500 {
			if n%10 == 3 {
				s.Fail(discordtest.Dispatches, discordtest.Duplicate())
			}
			if n%400 == 200 {
				s.conn().Cut()
			}
			who := s.ann.ID
			if n%2 == 0 {
				who = s.ben.ID
			}
			d, err := s.Click(who, on, "Approve")
			s.must(err)
			all = append(all, d)
			time.Sleep(20 * time.Millisecond)
		}
		s.later(10 * time.Second)
		for _, d := range all {
			if err := d.Wait(t.Context()); err != nil || done[d.ID] != 1 {
				t.Errorf("%s: %v, and it was done %d times", d.ID, err, done[d.ID])
			}
		}
		if len(done) != len(all) || len(s.Violations()) != 0 {
			t.Errorf("%d clicks were done as %d, with %d calls too many", len(all), len(done), len(s.Violations()))
		}
	})
}

// TestTwoApprovers: two people at once are both heard, neither waits for the
// other, and each gets their own answer.
func TestTwoApprovers(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.post("Approve")
		s.handles(func(_ context.Context, i bot.Interaction) bot.Reply {
			time.Sleep(time.Second)
			return bot.Say(fmt.Sprint("This is for ", i.User.ID))
		})
		on := s.on(s.ann, "Approve")
		a, err := s.Click(s.ann.ID, on, "Approve")
		s.must(err)
		b, err := s.Click(s.ben.ID, on, "Approve")
		s.must(err)
		s.must(a.Wait(t.Context()))
		s.must(b.Wait(t.Context()))
		s.sees(s.ann, "This is for "+s.ann.ID)
		s.sees(s.ben, "This is for "+s.ben.ID)
		s.seesNot(s.ann, "This is for "+s.ben.ID)
	})
}

// TestDismissed: somebody who has dismissed "is thinking" is told all the same.
func TestDismissed(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.handles(slowly(10*time.Second, bot.Say("It is "+secret)))
		s.types(s.ann, "list")
		s.later(3 * time.Second)
		s.Reload(s.ann.ID)
		s.later(10 * time.Second)
		s.sees(s.ann, "It is "+secret)
		s.seesNot(s.ben, secret)
	})
}

// TestSlowYes: what comes after a question replaces it, also if it takes long
// and if there is nothing to say.
func TestSlowYes(t *testing.T) {
	for name, r := range map[string]bot.Reply{"It is stopped": bot.Say("It is stopped"), "Done.": {}} {
		play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
			s.start()
			m := card("Stop")
			m.Parts[1].(bot.Buttons)[0].Confirm = &bot.Confirm{Title: "Stop it?", Text: "It is hard to take back.", Yes: "Yes, stop"}
			_, err := s.p.Post(t.Context(), s.place(), m, "k")
			s.must(err)
			s.click(s.ann, "Stop")
			s.handles(slowly(8*time.Second, r))
			s.click(s.ann, "Yes, stop")
			s.later(10 * time.Second)
			s.sees(s.ann, name)
			s.seesNot(s.ann, "Yes, stop")
		})
	}
}
