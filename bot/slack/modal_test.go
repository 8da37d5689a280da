package slack

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

// TestLateErrors: a form that took longer than Slack waits says what is wrong
// all the same.
func TestLateErrors(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.says(bot.Reply{Form: form()})
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard ask"))
		s.handles(slowly(10*time.Second, bot.Reply{Errors: map[string]string{"why": "That is no reason."}}))
		d := s.did(s.Submit(s.ann.ID, map[string]string{"why": "because"}))
		if a := d.Acks()[0]; a.After != deadline {
			t.Errorf("it was acknowledged after %v", a.After)
		}
		s.sees(s.ann, "One moment")
		s.later(10 * time.Second)
		s.sees(s.ann, "This was not done")
		s.sees(s.ann, "That is no reason.")
	})
}

// TestSecondFormWithAnAnswer: what comes after a form does not take its place.
func TestSecondFormWithAnAnswer(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.says(bot.Reply{Form: form()})
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard ask"))
		next := form()
		next.Title = "Page two"
		s.says(bot.Reply{Form: next, Then: second(bot.Say("Here you are")).Then})
		s.did(s.Submit(s.ann.ID, map[string]string{"why": "because"}))
		s.later(time.Minute)
		s.sees(s.ann, "Here you are")
		if v, ok := s.Modal(s.ann.ID); !ok || v.Title != "Page two" {
			t.Errorf("Ann has the modal %v %q", ok, v.Title)
		}
	})
}

// TestAnswerToAShortcut is a modal: it was not done in any conversation.
func TestAnswerToAShortcut(t *testing.T) {
	play(t, slacktest.Config{Shortcuts: []string{"start"}}, func(t *testing.T, s *scene) {
		s.start()
		s.says(bot.Say("Here you are"))
		s.did(s.Shortcut(s.ann.ID, "start"))
		if v, ok := s.Modal(s.ann.ID); !ok {
			t.Errorf("Ann has no modal but %v", v)
		}
		s.sees(s.ann, "Here you are")
		if n := len(s.Notified(s.ann.ID)); n != 0 {
			t.Errorf("Ann was notified %d times", n)
		}
	})
}

// TestLargeForm: one that is too large for an acknowledgement comes after it.
func TestLargeForm(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.says(bot.Reply{Form: form()})
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard ask"))
		large := form()
		large.Title = "Large"
		for n := range 9 {
			f := bot.Field{Name: fmt.Sprint("f", n), Label: "Choose", Kind: bot.Choice}
			for o := range 25 {
				f.Options = append(f.Options, bot.Option{Value: fmt.Sprint(o), Label: fmt.Sprint(o, strings.Repeat("x", 70)), Hint: strings.Repeat("y", 75)})
			}
			large.Fields = append(large.Fields, f)
		}
		s.must(large.Check())
		s.says(bot.Reply{Form: large})
		s.did(s.Submit(s.ann.ID, map[string]string{"why": "because"}))
		s.later(time.Second)
		if v, ok := s.Modal(s.ann.ID); !ok || v.Title != "Large" {
			t.Errorf("Ann has the modal %v %q", ok, v.Title)
		}
	})
}

// TestPanicOfOurOwn ends the answer and not the bot.
func TestPanicOfOurOwn(t *testing.T) {
	play(t, slacktest.Config{}, func(_ *testing.T, s *scene) {
		s.p.rooms = nil
		s.start()
		s.Fail(slacktest.Responses, slacktest.Status(404))
		s.Fail("chat.postEphemeral", slacktest.Refuse("channel_not_found"))
		s.says(bot.Say("Here you are"))
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard list"))
		s.logs("slack: handler")
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard list"))
		s.sees(s.ann, "Here you are")
	})
}

// TestClosedMeanwhile: an answer to a modal that was closed comes another way;
// a form does not: who has closed it has given up.
func TestClosedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, s *scene, ask func(s *scene), _ string) {
		s.handles(slowly(10*time.Second, bot.Say("Here you are")))
		ask(s)
		s.later(5 * time.Second)
		s.sees(s.ann, "One moment")
		if _, err := s.Close(s.ann.ID, true); err != nil {
			t.Fatal(err)
		}
		s.later(time.Minute)
		s.sees(s.ann, "Here you are")
		s.seesNot(s.ben, "Here you are")
	})
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.handles(slowly(10*time.Second, bot.Reply{Form: form()}))
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard ask"))
		s.later(5 * time.Second)
		if _, err := s.Close(s.ann.ID, true); err != nil {
			t.Fatal(err)
		}
		s.later(time.Minute)
		s.seesNot(s.ann, "A form")
		s.seesNot(s.ann, "did not open")
	})
}

// TestTriggers that Slack does not take any more: the person is told.
func TestTriggers(t *testing.T) {
	for name, f := range map[string]slacktest.Fault{
		"expired": slacktest.Refuse("expired_trigger_id"), "used": slacktest.Refuse("exchanged_trigger_id"), "invalid": slacktest.Refuse("invalid_trigger_id"),
		"500": slacktest.Status(500), "429": slacktest.RateLimit(30 * time.Second), "hangs": slacktest.Hang(),
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(_ *testing.T, s *scene, ask func(s *scene), way string) {
				if way == "form" {
					return // the next form comes with the acknowledgement
				}
				s.Fail("views.open", f)
				s.Fail("views.push", f)
				s.says(bot.Reply{Form: form()})
				ask(s)
				s.later(triggered + time.Second)
				s.sees(s.ann, "Slack did not open the form in time")
				s.seesNot(s.ben, "Slack did not")
			})
		})
	}
}

// TestAnswersWhereTheBotIsNot: a command works in any conversation.
func TestAnswersWhereTheBotIsNot(t *testing.T) {
	play(t, slacktest.Config{}, func(_ *testing.T, s *scene) {
		s.start()
		s.Leave(s.room.ID, s.BotUser)
		s.says(bot.Say("Here you are"))
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard list"))
		s.sees(s.ann, "Here you are")
		// The address is used up: the answer comes as a direct message.
		s.Fail(slacktest.Responses, slacktest.Status(404))
		s.says(bot.Say("Here it is again"))
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard list"))
		s.sees(s.ann, "Here it is again")
		s.seesNot(s.ben, "Here it is again")
	})
}

// TestResponseURL: five uses in 30 minutes, and then another way.
func TestResponseURL(t *testing.T) {
	t.Run("used up", func(t *testing.T) {
		play(t, slacktest.Config{}, func(_ *testing.T, s *scene) {
			s.start()
			r := bot.Say("Answer 7")
			for _, text := range []string{"6", "5", "4", "3", "2", "1"} {
				next := r
				r = bot.Say("Answer " + text)
				r.Then = func(context.Context) bot.Reply { return next }
			}
			s.says(r)
			s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard list"))
			s.later(time.Minute)
			for _, text := range []string{"1", "2", "3", "4", "5", "6", "7"} {
				s.sees(s.ann, "Answer "+text)
				s.seesNot(s.ben, "Answer "+text)
			}
		})
	})
	for name, f := range map[string]slacktest.Fault{"hangs": slacktest.Hang(), "is cut": slacktest.Cut(), "500": slacktest.Status(500), "expired": slacktest.Refuse("expired_url")} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Config{}, func(_ *testing.T, s *scene) {
				s.start()
				s.Fail(slacktest.Responses, f)
				s.says(bot.Say("Here you are"))
				s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard list"))
				s.later(time.Minute)
				s.sees(s.ann, "Here you are")
				s.seesNot(s.ben, "Here you are")
			})
		})
	}
}
