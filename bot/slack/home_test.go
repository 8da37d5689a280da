package slack

import (
	"context"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

// TestSearch: options come within the deadline, none to whoever may not
// search, and a slow or broken search finds nothing.
func TestSearch(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		f := form()
		f.Fields = []bot.Field{{Name: "who", Label: "Who?", Kind: bot.PersonField, Required: true}}
		s.says(bot.Reply{Form: f})
		s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard ask"))
		search := func() []map[string]any {
			v, _ := s.Modal(s.ann.ID)
			found, err := s.Suggest(t.Context(), s.ann.ID, v, "who", secret)
			s.must(err)
			return found
		}
		s.says(bot.Reply{Options: []bot.Option{{Value: "P-1", Label: "Tom Okafor", Hint: "Design"}}})
		if found := search(); len(found) != 1 || found[0]["value"] != "P-1" {
			t.Errorf("found %v", found)
		}
		if got := s.handed(); got[1].Verb != bot.Search || got[1].Object != "submit" || got[1].Text != secret {
			t.Errorf("got %+v", got[1])
		}
		for name, h := range map[string]bot.Handler{
			"slow":   slowly(time.Minute, bot.Reply{}),
			"broken": func(context.Context, bot.Interaction) bot.Reply { panic(secret) },
			"empty":  slowly(0, bot.Reply{}),
		} {
			s.handles(h)
			if found := search(); len(found) != 0 {
				t.Errorf("%s: found %v", name, found)
			}
		}
		s.Change(s.ann.ID, func(u *slacktest.User) { u.Kind = slacktest.Guest })
		s.later(2 * fresh)
		n := len(s.handed())
		if found := search(); len(found) != 0 || len(s.handed()) != n {
			t.Errorf("a guest found %v", found)
		}
	})
}

// TestHome is shown when it is opened, and again after what was done in it.
func TestHome(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		waiting := 2
		s.handles(func(_ context.Context, i bot.Interaction) bot.Reply {
			switch {
			case i.Verb == bot.Home && waiting == 0:
				return bot.Say("Nothing waits for you")
			case i.Verb == bot.Home:
				m := card("At home")
				return bot.Reply{Message: &m}
			case i.Form:
				waiting = 0
				return bot.Reply{}
			case waiting == 1:
				return bot.Reply{Form: form()}
			}
			waiting--
			return bot.Reply{}
		})
		s.did(s.OpenHome(s.ann.ID))
		i := s.handed()[0]
		if i.Verb != bot.Home || i.User.ID != s.ann.ID || i.Place != s.direct(s.ann) || i.ID == "" {
			t.Errorf("got %+v", i)
		}
		s.seesNot(s.ben, "At home")
		s.click(s.ann, "At home")
		if n := len(s.Calls("views.publish")); n != 2 {
			t.Errorf("it was shown %d times", n)
		}
		s.click(s.ann, "At home") // opens a form, whose answer changes the tab
		s.did(s.Submit(s.ann.ID, map[string]string{"why": "because"}))
		s.sees(s.ann, "Nothing waits for you")
		s.seesNot(s.ann, "At home")
		// Slack is slow with it: the next look shows it.
		s.Fail("views.publish", slacktest.Status(500).Times(2))
		s.did(s.OpenHome(s.ann.ID))
		s.later(time.Minute)
		// The messages of the app are another tab.
		n := len(s.handed())
		s.did(s.Event(map[string]any{"type": "app_home_opened", "user": s.ann.ID, "tab": "messages"}), nil)
		if len(s.handed()) != n {
			t.Error("the messages tab was taken for the home")
		}
	})
}
