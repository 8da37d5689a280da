package slack

import (
	"context"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

// TestCopies: whatever Slack delivers twice is handed on once, and in another
// run of the bot under the same id, so that the store does it once.
func TestCopies(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(s *scene) (*slacktest.Delivery, error)
		want string // verb
	}{
		{"command", func(s *scene) (*slacktest.Delivery, error) {
			return s.Slash(s.ann.ID, s.room.ID, "/offboard approve OFF-1")
		}, "approve"},
		{"button", func(s *scene) (*slacktest.Delivery, error) {
			return s.Click(s.ann.ID, s.on(s.ann, "Approve"), "Approve")
		}, "approve"},
		{"form", func(s *scene) (*slacktest.Delivery, error) {
			return s.Submit(s.ann.ID, map[string]string{"why": secret})
		}, "submit"},
		{"shortcut", func(s *scene) (*slacktest.Delivery, error) { return s.Shortcut(s.ann.ID, "start") }, "start"},
		{"home", func(s *scene) (*slacktest.Delivery, error) { return s.OpenHome(s.ann.ID) }, bot.Home},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, slacktest.Config{Shortcuts: []string{"start"}}, func(t *testing.T, s *scene) {
				s.start()
				s.post("Approve")
				if c.name == "form" {
					s.says(bot.Reply{Form: form()})
					s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard ask"))
					s.says(bot.Reply{})
				}
				before := len(s.handed())
				s.Fail(slacktest.Envelopes, slacktest.Duplicate())
				d := s.did(c.do(s))
				s.later(time.Minute)
				s.must(d.Again())
				got := s.handed()[before:]
				if len(got) != 1 || got[0].Verb != c.want {
					t.Fatalf("it was handed on as %+v", got)
				}
				if acks := d.Acks(); len(acks) != 3 {
					t.Errorf("%d of 3 copies were acknowledged", len(acks))
				}
				s.stop()
				s.must(<-s.ended)
				s.p = s.platform()
				s.start()
				s.must(d.Again())
				again := s.handed()[before+1:]
				if len(again) != 1 || again[0].ID != got[0].ID || got[0].ID == "" {
					t.Errorf("after a restart it was handed on as %+v, before as %+v", again, got)
				}
			})
		})
	}
}

// TestRetries: an event that Slack sent while nobody listened comes as a
// retry, and is new; all tries of one have one id.
func TestRetries(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		for n := 1; n <= 3; n++ {
			s.Fail(slacktest.Envelopes, slacktest.Retried(n))
			s.did(s.OpenHome(s.ann.ID))
			if got := s.handed(); len(got) != n {
				t.Errorf("retry %d: %d were handed on", n, len(got))
			}
		}
		// Slack does not get the acknowledgement, and sends it again.
		s.Fail(slacktest.Envelopes, slacktest.AckLost())
		d := s.did(s.OpenHome(s.ben.ID))
		if got := s.handed(); len(got) != 4 || d.Attempts() < 2 {
			t.Errorf("%d attempts were handed on %d times", d.Attempts(), len(got)-3)
		}
	})
}

// TestAcknowledgedFirst: an acknowledgement does not wait for the handler.
func TestAcknowledgedFirst(t *testing.T) {
	play(t, slacktest.Config{Shortcuts: []string{"start"}}, func(t *testing.T, s *scene) {
		s.start()
		s.post("Approve")
		s.handles(func(context.Context, bot.Interaction) bot.Reply {
			time.Sleep(20 * time.Second)
			return bot.Reply{}
		})
		for _, d := range []*slacktest.Delivery{
			s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard approve")), s.click(s.ann, "Approve"),
			s.did(s.Shortcut(s.ann.ID, "start")), s.did(s.OpenHome(s.ann.ID)),
		} {
			if a := d.Acks()[0]; a.After != 0 {
				t.Errorf("%v was acknowledged after %v", d.Type, a.After)
			}
		}
	})
}

// TestCopyOfAForm: the copy comes while the handler works, and must not close
// the form before its answer.
func TestCopyOfAForm(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.says(bot.Reply{Form: form()})
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard ask"))
		s.handles(func(context.Context, bot.Interaction) bot.Reply {
			time.Sleep(time.Second)
			return bot.Reply{Errors: map[string]string{"why": "Give a better reason."}}
		})
		s.Fail(slacktest.Envelopes, slacktest.Duplicate())
		d := s.did(s.Submit(s.ann.ID, map[string]string{"why": "because"}))
		if v, ok := s.Modal(s.ann.ID); !ok || v.Errors["why"] != "Give a better reason." {
			t.Errorf("Ann has the form %v with %v", ok, v.Errors)
		}
		s.must(d.Again()) // the answer was given, and is given again
		s.later(time.Second)
		if a := d.Acks(); len(a) != 3 || a[2].Payload["response_action"] != "errors" {
			t.Errorf("the acks are %+v", a)
		}
		s.later(time.Hour)
		s.must(d.Again())
		s.later(time.Second)
		if got := s.handed(); len(got) != 2 || len(d.Acks()) != 4 {
			t.Errorf("%d handed on, %d acks", len(got), len(d.Acks()))
		}
	})
}

// TestSocketEndsUnderAForm: the answer to a form reaches Slack although the
// socket that brought the form is being renewed, or has broken.
func TestSocketEndsUnderAForm(t *testing.T) {
	for name, end := range map[string]func(*slacktest.Conn){
		"warning": func(c *slacktest.Conn) { c.Disconnect("warning") }, "cut": (*slacktest.Conn).Cut,
	} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				s.says(bot.Reply{Form: form()})
				s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard ask"))
				s.handles(func(context.Context, bot.Interaction) bot.Reply {
					time.Sleep(time.Second)
					return bot.Say("It is done")
				})
				d, err := s.Submit(s.ann.ID, map[string]string{"why": "because"})
				s.must(err)
				s.later(time.Second / 2)
				for _, c := range s.Conns() {
					end(c)
				}
				s.must(d.Wait(t.Context()))
				s.sees(s.ann, "It is done")
				if len(s.handed()) != 2 {
					t.Errorf("it was handed on %d times", len(s.handed())-1)
				}
			})
		})
	}
}

// TestTwoAtOnce: a double click, and two people at the same moment, are two
// interactions: the rules decide which one counts.
func TestTwoAtOnce(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.post("Approve")
		on := s.on(s.ann, "Approve")
		ids := map[string]bool{}
		for _, who := range []slacktest.User{s.ann, s.ann, s.ben} {
			_, err := s.Click(who.ID, on, "Approve")
			s.must(err)
		}
		for _, i := range s.handed() {
			ids[i.ID] = true
			if i.Verb != "approve" || i.Object != "OFF-1:1:abc" {
				t.Errorf("got %+v", i)
			}
		}
		if len(ids) != 3 {
			t.Errorf("the ids are %v", ids)
		}
	})
}

// TestStaleCard: a button that an edit has taken away still says what it was
// about, and only Slack's own loss of the message loses it.
func TestStaleCard(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		ref := s.post("Approve")
		old := s.on(s.ann, "Approve")
		s.must(s.p.Edit(t.Context(), ref, bot.Message{Summary: "Approved", Parts: []bot.Part{bot.Prose{Text: bot.T("Approved")}}}))
		s.says(bot.Say("This was decided already."))
		s.did(s.Click(s.ann.ID, old, "Approve"))
		s.sees(s.ann, "This was decided already.")
		s.seesNot(s.ben, "This was decided already.")
		if i := s.handed()[0]; i.Object != "OFF-1:1:abc" {
			t.Errorf("got %+v", i)
		}
	})
}
