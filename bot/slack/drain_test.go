package slack

import (
	"context"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/slack/slacktest"
)

// end stops the platform and says how long that took.
func (s *scene) end() time.Duration {
	start := time.Now()
	s.stop()
	s.must(<-s.ended)
	s.stop = nil
	return time.Since(start)
}

// TestDrain: what was acknowledged is answered, also while the bot stops; a
// form gets its answer on the socket that brought it.
func TestDrain(t *testing.T) {
	for name, wait := range map[string]time.Duration{"quick": time.Second, "slower than Slack waits": 4 * time.Second} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *scene, ask func(s *scene), way string) {
				s.handles(slowly(wait, bot.Say("It is done")))
				took := make(chan time.Duration, 1)
				time.AfterFunc(500*time.Millisecond, func() { took <- s.end() })
				ask(s)
				if d := <-took; d > adapter.Drain+wait { // the Home tab asks once more
					t.Errorf("it took %v to stop", d)
				}
				s.later(time.Second)
				s.sees(s.ann, "It is done")
			})
		})
	}
}

// TestDrainEnds: what does not end is cut off, and what comes while the bot
// stops is not acknowledged: Slack tells who asked.
func TestDrainEnds(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.handles(func(context.Context, bot.Interaction) bot.Reply {
			return bot.Reply{Then: func(ctx context.Context) bot.Reply {
				<-ctx.Done()
				return bot.Reply{}
			}}
		})
		s.did(s.Slash(s.ann.ID, "", "/offboard find"))
		if d := s.end(); d > adapter.Drain+time.Second {
			t.Errorf("it took %v to stop", d)
		}
	})
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.says(bot.Reply{Form: form()})
		s.did(s.Slash(s.ann.ID, "", "/offboard ask"))
		s.handles(slowly(2*time.Second, bot.Say("It is done")))
		sent, err := s.Submit(s.ann.ID, map[string]string{"why": "because"})
		s.must(err)
		s.later(time.Second)
		s.stop()
		late, err := s.Slash(s.ben.ID, "", "/offboard list")
		s.must(err)
		s.must(sent.Wait(t.Context()))
		s.sees(s.ann, "It is done")
		if late.Wait(t.Context()) == nil || len(s.handed()) != 2 {
			t.Errorf("it was taken while the bot stops: %+v", s.handed())
		}
		s.sees(s.ben, "failed with the error")
	})
}
