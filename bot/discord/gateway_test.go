package discord

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/discord/discordtest"
	"offboard/bot/discord/wire"
)

// conn is the connection that is open now.
func (s *scene) conn() *discordtest.Conn {
	s.t.Helper()
	s.must(s.Ready(s.t.Context(), 1))
	return s.Conns()[0]
}

// TestReconnects: whatever ends a connection, the next one goes on with the
// session where Discord allows it, and people are heard again.
func TestReconnects(t *testing.T) {
	for _, c := range []struct {
		name     string
		end      func(s *scene)
		after    time.Duration // until people are heard again
		sessions int
	}{
		{"op 7", func(s *scene) { s.conn().Reconnect() }, 3 * time.Second, 1},
		{"cut", func(s *scene) { s.conn().Cut() }, 3 * time.Second, 1},
		{"closed", func(s *scene) { s.conn().Close(4000, "unknown error") }, 3 * time.Second, 1},
		{"timed out", func(s *scene) { s.conn().Close(4009, "Session timed out.") }, 10 * time.Second, 2},
		{"op 9 false", func(s *scene) { s.conn().Invalidate(false) }, 10 * time.Second, 2},
		{"half-open", func(s *scene) { s.conn().HalfOpen() }, 100 * time.Second, 1},
		{"zombie", func(s *scene) { s.conn().Zombie() }, 100 * time.Second, 1},
		{"resume refused", func(s *scene) {
			s.Fail(discordtest.Resuming, discordtest.Invalid(false))
			s.conn().Cut()
		}, 10 * time.Second, 2},
		{"resume closed", func(s *scene) {
			s.Fail(discordtest.Resuming, discordtest.Closed(4007, "Invalid seq."))
			s.conn().Cut()
		}, 20 * time.Second, 2},
		{"no gateway for a while", func(s *scene) {
			s.Fail(discordtest.Connecting, discordtest.Status(503).Times(3))
			s.conn().Cut()
		}, 20 * time.Second, 1},
		{"no answer from the gateway", func(s *scene) {
			s.Fail(discordtest.Connecting, discordtest.Hang())
			s.conn().Cut()
		}, 40 * time.Second, 1},
		{"asked for a heartbeat", func(s *scene) { s.conn().AskHeartbeat() }, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				s.must(s.p.Health())
				s.later(time.Minute)
				c.end(s)
				s.later(c.after)
				s.conn()
				s.must(s.p.Health())
				if n := len(s.Identifies()); n != c.sessions {
					t.Errorf("%d sessions were begun, not %d", n, c.sessions)
				}
				s.says(bot.Say("It works"))
				s.types(s.ann, "list")
				s.sees(s.ann, "It works")
			})
		})
	}
}

// TestMissed: what somebody did while the connection was broken comes after it,
// in time, and once.
func TestMissed(t *testing.T) {
	for name, fault := range map[string]discordtest.Fault{"cut": discordtest.Cut(), "duplicate": discordtest.Duplicate(), "ack lost": discordtest.AckLost()} {
		t.Run(name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				s.says(bot.Say("It is " + secret))
				s.Fail(discordtest.Dispatches, fault)
				s.Fail(discordtest.Resuming, discordtest.Replay(5))
				d := s.types(s.ann, "approve")
				s.later(3 * time.Minute)
				s.must(d.Again())
				s.later(time.Second)
				if got := s.handed(); len(got) != 1 {
					t.Errorf("it was handed on %d times", len(got))
				}
				if n := strings.Count(s.Sees(s.ann.ID), "It is "+secret); n != 1 {
					t.Errorf("the answer is there %d times", n)
				}
			})
		})
	}
	for name, c := range map[string]struct {
		end  discordtest.Fault // of the connection
		off  int               // calls of the gateway that fail
		done int
		told string
	}{
		"late":     {discordtest.Cut(), 3, 1, "It is " + secret}, // directly, because Discord has given up
		"too late": {discordtest.HalfOpen(), 7, 0, "minutes ago has arrived only now, so nothing was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				s.says(bot.Say("It is " + secret))
				s.Fail(discordtest.Dispatches, c.end)
				s.Fail(discordtest.Connecting, discordtest.Status(503).Times(c.off))
				d, err := s.Slash(s.ann.ID, s.room.ID, "/offboard approve")
				s.must(err)
				if !errors.Is(d.Wait(t.Context()), discordtest.ErrTimeout) {
					t.Error("it was answered")
				}
				s.later(5 * time.Minute)
				s.sees(s.ann, c.told)
				s.seesNot(s.ben, secret)
				if n := len(s.handed()); n != c.done {
					t.Errorf("handed on %d times", n)
				}
				s.types(s.ann, "approve")
				if n := len(s.handed()); n != c.done+1 {
					t.Errorf("again, it was handed on %d times", n)
				}
			})
		})
	}
}

// discordEpoch is the millisecond from which ids count (docs, Reference, Snowflakes).
const discordEpoch = 1420070400000

// TestClock: what is late is late by Discord's clock, whatever ours says.
func TestClock(t *testing.T) {
	for _, skew := range []time.Duration{0, -time.Hour, 10 * time.Minute} {
		for late, done := range map[time.Duration]int{0: 1, 30 * time.Second: 1, 90 * time.Second: 0} {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.p = New(Config{Token: s.BotToken, Guild: s.GuildID, APIURL: s.API(), Verbs: verbs(), HTTP: s.skewed(skew), Dial: s.Dial, Log: zerolog.Nop()})
				s.start()
				d, err := s.Slash(s.ann.ID, s.room.ID, "/offboard approve")
				s.must(err)
				s.later(time.Second)
				n, before := len(s.handed()), strings.Count(s.Sees(s.ann.ID), "has arrived only now")
				made := wire.Made(d.ID).Add(skew - late)
				d.Payload["id"] = strconv.FormatInt((made.UnixMilli()-discordEpoch)<<22, 10)
				s.must(d.Again())
				s.later(10 * time.Second)
				if got := len(s.handed()) - n; got != done {
					t.Errorf("a clock off by %v, and %v late: done %d times", skew, late, got)
				}
				if told := strings.Count(s.Sees(s.ann.ID), "has arrived only now") - before; told != 1-done {
					t.Errorf("a clock off by %v, and %v late: told %d times", skew, late, told)
				}
			})
		}
	}
}

// TestFewSessions: people wait for long only when nearly all sessions of the day
// are used up, and Health says how long.
func TestFewSessions(t *testing.T) {
	for left, c := range map[int]struct{ least, most time.Duration }{
		1000: {0, 10 * time.Second}, 199: {time.Minute, 3 * time.Minute}, 50: {time.Minute, 3 * time.Minute}, 49: {5 * time.Hour, 7 * time.Hour}, 0: {23 * time.Hour, 25 * time.Hour}, -1: {23 * time.Hour, 25 * time.Hour},
	} {
		play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
			s.p = New(Config{Token: s.BotToken, Guild: s.GuildID, APIURL: s.API(), Verbs: verbs(), HTTP: s.altered("/gateway/bot", func(o map[string]any) {
				o["session_start_limit"] = map[string]any{"total": 1000, "remaining": left, "reset_after": int64(1) << 60}
			}), Dial: s.Dial, Log: zerolog.Nop()})
			s.launch()
			start := time.Now()
			for s.later(time.Second); len(s.Conns()) == 0 && time.Since(start) < 30*time.Hour; s.later(time.Second) {
				if err := s.p.Health(); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("Discord allows %d more sessions", left)) {
					t.Fatalf("%d left: health is %v", left, err)
				}
				time.Sleep(30 * time.Second)
			}
			if d := time.Since(start); d < c.least || d > c.most {
				t.Errorf("%d left: the session began after %v", left, d)
			}
			s.later(10 * time.Second)
			s.must(s.p.Health())
		})
	}
}

// TestCopies: in another run of the bot a copy has the same id, so that the
// store does it once.
func TestCopies(t *testing.T) {
	each(t, func(t *testing.T, s *scene, ask func(s *scene) (*discordtest.Delivery, error), _ string) {
		d := s.did(ask(s))
		first := s.handed()
		s.must(d.Again())
		s.later(time.Second)
		if again := s.handed(); len(again) != len(first) {
			t.Errorf("a copy was handed on: %+v", again)
		}
		s.restart()
		s.must(d.Again())
		s.later(5 * time.Second)
		again := s.handed()[len(first):]
		last := first[len(first)-1]
		if last.Form {
			return // what was being filled in is gone, and nothing is done
		}
		if len(again) != 1 || again[0].ID != last.ID || last.ID != d.ID {
			t.Errorf("after a restart it was handed on as %+v, before as %+v", again, last)
		}
	})
}

// TestFatal: what no retry mends ends Run, and says what to do.
func TestFatal(t *testing.T) {
	for _, c := range []struct {
		name  string
		fail  func(s *scene)
		shown string
	}{
		{"4004", func(s *scene) {
			s.Fail(discordtest.Identifying, discordtest.Closed(4004, "Authentication failed."))
		}, "refuses the bot token"},
		{"4013", func(s *scene) {
			s.Fail(discordtest.Identifying, discordtest.Closed(4013, "Invalid intent(s)."))
		}, "invalid intents"},
		{"4014", func(s *scene) {
			s.Fail(discordtest.Identifying, discordtest.Closed(4014, "Disallowed intent(s)."))
		}, "an intent is not allowed"},
		{"401", func(s *scene) {
			s.p.cfg.Token, s.p = "x", New(Config{Token: "x", Guild: s.GuildID, APIURL: s.API(), HTTP: s.HTTP(), Dial: s.Dial, Log: s.p.cfg.Log})
		}, "refuses the bot token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				c.fail(s)
				s.launch()
				err := <-s.ended
				s.stop()
				s.stop = nil
				if err == nil || !strings.Contains(err.Error(), c.shown) {
					t.Errorf("Run returned %v", err)
				}
			})
		})
	}
}

// TestHealth: why nobody can reach the bot.
func TestHealth(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		ill := func(shown string) {
			t.Helper()
			synctest.Wait()
			if err := s.p.Health(); err == nil || !strings.Contains(err.Error(), shown) {
				t.Errorf("health is %v, not %q", err, shown)
			}
		}
		ill("it has not connected yet")
		s.Fail("GET /applications/@me", discordtest.Status(503).Always())
		s.launch()
		s.later(time.Minute)
		ill("Discord does not answer")
		s.Heal("GET /applications/@me")
		s.must(s.Ready(t.Context(), 1))
		s.later(10 * time.Second)
		s.must(s.p.Health())
		s.Fail(discordtest.Connecting, discordtest.Status(502).Always())
		s.conn().Cut()
		s.later(10 * time.Minute)
		ill("bad handshake")
		s.Heal(discordtest.Connecting)
		s.later(3 * time.Minute)
		s.must(s.p.Health())
	})
}

// TestInvalidSessions: discordgo answers an invalid session with a new one at
// once, for ever. A day of that must not use up the day's sessions: Discord
// would reset the token.
func TestInvalidSessions(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.Fail(discordtest.Identifying, discordtest.Invalid(false).Always())
		s.launch()
		s.later(23 * time.Hour)
		n := len(s.Identifies())
		t.Logf("%d sessions in a day", n)
		if n > 1000-larges || n < 20 {
			t.Errorf("%d sessions were begun in a day", n)
		}
		if err := s.p.Health(); err == nil {
			t.Error("nobody is told")
		}
		s.Heal(discordtest.Identifying)
		s.later(4 * time.Hour)
		s.must(s.p.Health())
	})
}

// TestFlapping: connections that break within seconds, of sessions that cannot
// be resumed, do not use up the day's sessions either.
func TestFlapping(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.Fail(discordtest.Resuming, discordtest.Invalid(false).Always())
		s.launch()
		for start := time.Now(); time.Since(start) < 23*time.Hour; {
			s.conn()
			s.later(10 * time.Second) // not at once: discordgo's first heartbeat waits for a lock, which stops the bubble's clock
			if list := s.Conns(); len(list) > 0 {
				list[0].Cut()
			}
		}
		n := len(s.Identifies())
		t.Logf("%d sessions in a day", n)
		if n > 990 || n < 100 {
			t.Errorf("%d sessions were begun in a day", n)
		}
		_ = s.Problems()
	})
}

// TestReconnectFirst: when the very first frame says to reconnect, discordgo
// waits for itself for ever. The next connection is made by a new Session. It
// is outside of a bubble because a goroutine is left behind.
func TestReconnectFirst(t *testing.T) {
	w := discordtest.New(t, discordtest.Config{MembersIntent: true})
	w.Fail(discordtest.Connecting, discordtest.Reconnect())
	d := newDiscord(w)
	g := &gateway{d: d, patience: time.Second, grace: 100 * time.Millisecond}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- g.stay(ctx, func(context.Context, bot.Interaction) bot.Reply { return bot.Reply{} })
	}()
	within, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := w.Await(within, func() bool { return len(w.Conns()) == 1 }); err != nil {
		t.Fatalf("%v: %v", err, d.Health())
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	d.busy.Wait()
}
