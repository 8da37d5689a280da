package discord

import (
	"context"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/discord/discordtest"
)

// ways are all that people can do, with how it is done.
var ways = []struct {
	name string
	ask  func(s *scene) (*discordtest.Delivery, error)
}{
	{"command", func(s *scene) (*discordtest.Delivery, error) {
		return s.Slash(s.ann.ID, s.room.ID, "/offboard approve")
	}},
	{"user menu", func(s *scene) (*discordtest.Delivery, error) {
		return s.UserCommand(s.ann.ID, s.room.ID, "Offboard", s.ben.ID)
	}},
	{"button", func(s *scene) (*discordtest.Delivery, error) {
		s.post("Approve")
		return s.Click(s.ann.ID, s.on(s.ann, "Approve"), "Approve")
	}},
	{"form", func(s *scene) (*discordtest.Delivery, error) {
		s.mu.Lock()
		then := s.Handle
		s.mu.Unlock()
		s.says(bot.Reply{Form: aForm()})
		s.types(s.ann, "ask")
		s.handles(then)
		return s.Submit(s.ann.ID, map[string]string{"why": secret})
	}},
}

func each(t *testing.T, test func(t *testing.T, s *scene, ask func(s *scene) (*discordtest.Delivery, error), way string)) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				test(t, s, way.ask, way.name)
			})
		})
	}
}

// TestAnsweredInTime: whatever the handler does, Discord has an answer before
// its three seconds are over, and the person gets the rest, alone.
func TestAnsweredInTime(t *testing.T) {
	for _, wait := range []time.Duration{0, 1900 * time.Millisecond, 5 * time.Second, 14 * time.Minute} {
		t.Run(wait.String(), func(t *testing.T) {
			each(t, func(t *testing.T, s *scene, ask func(s *scene) (*discordtest.Delivery, error), _ string) {
				s.handles(slowly(wait, bot.Say("It is "+secret)))
				d := s.did(ask(s))
				if acks := d.Acks(); len(acks) != 1 || acks[0].After > 2500*time.Millisecond {
					t.Errorf("answered by %+v", acks)
				}
				s.later(wait)
				s.sees(s.ann, "It is "+secret)
				s.seesNot(s.ben, "It is "+secret)
			})
		})
	}
}

// TestTooLateForTheToken: after fifteen minutes the answer is a direct message,
// never one in the channel.
func TestTooLateForTheToken(t *testing.T) {
	each(t, func(t *testing.T, s *scene, ask func(s *scene) (*discordtest.Delivery, error), _ string) {
		s.handles(func(context.Context, bot.Interaction) bot.Reply {
			return bot.Reply{Then: func(context.Context) bot.Reply {
				time.Sleep(16 * time.Minute)
				return bot.Say("It is " + secret)
			}}
		})
		s.did(ask(s))
		s.later(20 * time.Minute)
		s.sees(s.ann, "It is "+secret)
		s.seesNot(s.ben, "It is "+secret)
		if list := s.Messages(s.DirectChannel(s.ann.ID)); len(list) != 1 {
			t.Errorf("%d direct messages", len(list))
		}
		if n := len(s.Calls(discordtest.EditFollowUp)); n != 0 {
			t.Errorf("a token that is over was used %d times", n)
		}
	})
}

// TestTokenOver: Discord's word that the token is over, by name.
func TestTokenOver(t *testing.T) {
	for _, code := range []int{50027, 10015} {
		play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
			s.start()
			s.handles(slowly(4*time.Second, bot.Say("It is "+secret)))
			s.Fail(discordtest.EditFollowUp, discordtest.Refuse(code))
			s.types(s.ann, "approve")
			s.later(10 * time.Second)
			s.sees(s.ann, "It is "+secret)
			s.seesNot(s.ben, secret)
			if list := s.Messages(s.DirectChannel(s.ann.ID)); len(list) != 1 {
				t.Errorf("%d: %d direct messages", code, len(list))
			}
		})
	}
}

// TestUnknownInteraction: an answer that came too late (10062) goes to the
// person directly; one that somebody else has given (40060) is enough.
func TestUnknownInteraction(t *testing.T) {
	for code, direct := range map[int]int{10062: 1, 40060: 0} {
		play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
			s.start()
			s.says(bot.Say("It is " + secret))
			s.Fail(discordtest.Callback, discordtest.Refuse(code))
			d, err := s.Slash(s.ann.ID, s.room.ID, "/offboard approve")
			s.must(err)
			s.later(10 * time.Second)
			if n := len(s.Messages(s.DirectChannel(s.ann.ID))); n != direct {
				t.Errorf("%d: %d direct messages", code, n)
			}
			if len(s.handed()) != 1 || len(d.Acks()) > 1 {
				t.Errorf("%d: handed on %d times, %+v", code, len(s.handed()), d.Acks())
			}
			if code == 40060 {
				s.logs("answered by somebody else")
			}
		})
	}
}

// TestCallbackLost: a first answer whose outcome is not known is given again,
// and that it was there already is no failure.
func TestCallbackLost(t *testing.T) {
	for name, fault := range map[string]discordtest.Fault{
		"cut": discordtest.Cut(), "cut after": discordtest.CutAfter(), "500": discordtest.Status(500), "500 after": discordtest.AfterEffect(500), "503": discordtest.Status(503),
		"429": discordtest.RateLimit(500 * time.Millisecond), "429 in HTML": discordtest.RateLimitHTML(time.Second),
	} {
		t.Run(name, func(t *testing.T) {
			play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				s.says(bot.Say("It is " + secret))
				s.Fail(discordtest.Callback, fault)
				s.types(s.ann, "approve")
				s.later(10 * time.Second)
				if n := strings.Count(s.Sees(s.ann.ID), "It is "+secret); n != 1 {
					t.Errorf("it is there %d times:\n%s", n, s.Sees(s.ann.ID))
				}
			})
		})
	}
}

// TestSilence: a button that says nothing changes nothing, a command always
// says something, also if it took a while.
func TestSilence(t *testing.T) {
	for _, wait := range []time.Duration{0, 4 * time.Second} {
		each(t, func(t *testing.T, s *scene, ask func(s *scene) (*discordtest.Delivery, error), way string) {
			s.handles(slowly(wait, bot.Reply{}))
			s.did(ask(s))
			s.later(wait)
			switch way {
			case "button":
				s.seesNot(s.ann, "thinking")
				s.seesNot(s.ann, "Done.")
			case "form":
				s.sees(s.ann, "Sent.")
			default:
				s.sees(s.ann, "Done.")
			}
		})
	}
}

// TestPanics: one broken verb is said to who asked, and ends nothing.
func TestPanics(t *testing.T) {
	each(t, func(t *testing.T, s *scene, ask func(s *scene) (*discordtest.Delivery, error), _ string) {
		s.handles(func(context.Context, bot.Interaction) bot.Reply { panic(secret) })
		s.did(ask(s))
		s.sees(s.ann, "Something went wrong here")
		s.handles(func(context.Context, bot.Interaction) bot.Reply {
			return bot.Reply{Then: func(context.Context) bot.Reply { panic(secret) }}
		})
		s.types(s.ben, "list")
		s.later(time.Second)
		s.sees(s.ben, "Something went wrong here")
		s.says(bot.Say("It goes on"))
		s.types(s.ann, "list")
		s.sees(s.ann, "It goes on")
		s.logs("discord: handler")
	})
}

// TestOverTheLimits: an answer that no platform could show is not lost without
// a word.
func TestOverTheLimits(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.says(bot.Reply{Message: &bot.Message{Summary: secret + "\n" + secret}})
		s.types(s.ann, "list")
		s.sees(s.ann, "cannot be shown here")
		s.says(bot.Say("It is " + secret))
		s.Fail(discordtest.Callback, discordtest.Refuse(50035))
		s.types(s.ann, "list")
		s.sees(s.ann, "Discord does not show the answer")
		s.handles(slowly(3*time.Second, bot.Say("It is "+secret)))
		s.Fail(discordtest.EditFollowUp, discordtest.Refuse(50035))
		s.types(s.ann, "list")
		s.later(5 * time.Second)
		s.sees(s.ann, "Discord does not show the answer")
	})
}

// TestQuestion: a button with a question asks the person alone, and acts on yes.
func TestQuestion(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		m := card("Stop")
		m.Parts[1].(bot.Buttons)[0].Confirm = &bot.Confirm{Title: "Stop it?", Text: "It is hard to take back.", Yes: "Yes, stop"}
		_, err := s.p.Post(t.Context(), s.place(), m, "k")
		s.must(err)
		s.click(s.ann, "Stop")
		s.sees(s.ann, "It is hard to take back.")
		s.seesNot(s.ben, "It is hard to take back.")
		if len(s.handed()) != 0 {
			t.Fatal("it was done without an answer to the question")
		}
		s.says(bot.Say("It is stopped"))
		s.click(s.ann, "Yes, stop")
		s.sees(s.ann, "It is stopped")
		s.seesNot(s.ann, "Yes, stop")
		if got := s.handed(); len(got) != 1 || got[0].Verb != "approve" || got[0].Object != "OFF-1:1:abc" {
			t.Errorf("handed on %+v", got)
		}
	})
}

// TestTyped: what is typed comes as on every platform, and the user menu is the
// verb start.
func TestTyped(t *testing.T) {
	play(t, discordtest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard who", map[string]any{"note": "soon", "person": "P-1", "case": "OFF-1"}))
		s.did(s.UserCommand(s.ann.ID, s.room.ID, "Offboard", s.ben.ID))
		s.did(s.Slash(s.ann.ID, "", "/offboard list"))
		got := s.handed()
		if len(got) != 3 || got[0].Verb != "who" || got[0].Text != "OFF-1 P-1 soon" || got[1].Verb != "start" || got[1].Text != "@"+s.ben.ID || got[2].Place != s.direct(s.ann) {
			t.Errorf("handed on %+v", got)
		}
	})
}
