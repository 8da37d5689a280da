package discord

import (
	"context"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/discordtest"
)

// TestDrain: what somebody has done is answered also while the bot stops, and
// what does not end is cut off.
func TestDrain(t *testing.T) {
	each(t, func(t *testing.T, s *scene, ask func(s *scene) (*discordtest.Delivery, error), _ string) {
		s.handles(slowly(adapter.Drain-time.Second, bot.Say("It is done")))
		d, err := ask(s)
		s.must(err)
		s.later(time.Second)
		if took := s.end(); took > adapter.Drain {
			t.Errorf("it took %v to stop", took)
		}
		s.must(d.Wait(t.Context()))
		s.sees(s.ann, "It is done")
	})
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.handles(func(context.Context, bot.Interaction) bot.Reply {
			return bot.Reply{Then: func(ctx context.Context) bot.Reply {
				<-ctx.Done()
				return bot.Reply{}
			}}
		})
		s.types(s.ann, "find")
		if took := s.end(); took > adapter.Drain+2*time.Second {
			t.Errorf("it took %v to stop", took)
		}
	})
}
