package slack

import (
	"context"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

// slowly is a handler that takes its time.
func slowly(d time.Duration, r bot.Reply) bot.Handler {
	return func(context.Context, bot.Interaction) bot.Reply {
		time.Sleep(d)
		return r
	}
}

func second(r bot.Reply) bot.Reply {
	return bot.Reply{Then: func(context.Context) bot.Reply {
		time.Sleep(40 * time.Second)
		return r
	}}
}

// ways are how a person can ask for something; each ends acknowledged.
var ways = map[string]func(s *scene){
	"command in a channel":   func(s *scene) { s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard x")) },
	"command to the bot":     func(s *scene) { s.did(s.Slash(s.ann.ID, "", "/offboard x")) },
	"button":                 func(s *scene) { s.click(s.ann, "Approve") },
	"shortcut":               func(s *scene) { s.did(s.Shortcut(s.ann.ID, "start")) },
	"form":                   func(s *scene) { s.did(s.Submit(s.ann.ID, map[string]string{"why": secret})) },
	"button of the Home tab": func(s *scene) { s.click(s.ann, "At home") },
	"button in a modal":      func(s *scene) { s.click(s.ann, "In a modal") },
}

// each plays a test for every way to ask. Before, the person has what they
// need: a card, an open form, the Home tab.
func each(t *testing.T, test func(t *testing.T, s *scene, ask func(s *scene), way string)) {
	for way, ask := range ways {
		t.Run(way, func(t *testing.T) {
			play(t, slacktest.Config{Shortcuts: []string{"start"}}, func(t *testing.T, s *scene) {
				s.start()
				switch way {
				case "form":
					s.says(bot.Reply{Form: form()})
					s.did(s.Slash(s.ann.ID, s.room.ID, "/offboard ask"))
				case "button of the Home tab":
					at := card("At home")
					s.says(bot.Reply{Message: &at})
					s.did(s.OpenHome(s.ann.ID))
				case "button in a modal":
					in := card("In a modal")
					s.says(bot.Reply{Message: &in})
					s.did(s.Shortcut(s.ann.ID, "start"))
				default:
					s.post("Approve")
				}
				test(t, s, ask, way)
			})
		})
	}
}

// TestAnswers: quick, slow, late, and second answers are seen by who asked and
// by nobody else, and so is a form.
func TestAnswers(t *testing.T) {
	said := bot.Say("Here you are")
	answers := map[string]bot.Handler{
		"quick":                  slowly(0, said),
		"slow":                   slowly(2*time.Second, said),
		"very slow":              slowly(time.Minute, said),
		"second":                 slowly(0, second(said)),
		"slow and second":        slowly(2*time.Second, second(said)),
		"second after a message": slowly(0, bot.Reply{Message: bot.Say("Looking").Message, Then: second(said).Then}),
		"second of a second":     slowly(0, second(second(said))),
	}
	for name, h := range answers {
		t.Run(name, func(t *testing.T) {
			each(t, func(_ *testing.T, s *scene, ask func(s *scene), _ string) {
				s.handles(h)
				ask(s)
				s.later(3 * time.Minute)
				s.sees(s.ann, "Here you are")
				s.seesNot(s.ben, "Here you are")
				s.seesNot(s.ann, "One moment")
			})
		})
	}
}

// TestForms open for whoever asks, also when that takes longer than a trigger
// lives.
func TestForms(t *testing.T) {
	for name, wait := range map[string]time.Duration{"quick": 0, "slow": 2 * time.Second, "very slow": 20 * time.Second} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *scene, ask func(s *scene), _ string) {
				f := form()
				f.Title, f.Fields[0].Name = "The form", "reason"
				s.handles(slowly(wait, bot.Reply{Form: f}))
				ask(s)
				s.later(time.Minute)
				if v, ok := s.Modal(s.ann.ID); !ok || v.Title != "The form" {
					t.Fatalf("Ann has the modal %v %q:\n%s", ok, v.Title, s.Sees(s.ann.ID))
				}
				s.says(bot.Say("Thank you"))
				s.did(s.Submit(s.ann.ID, map[string]string{"reason": "because"}))
				s.sees(s.ann, "Thank you")
				got := s.handed()
				if i := got[len(got)-1]; i.Verb != "submit" || i.Object != "OFF-1" || !i.Form || i.Values["reason"] != "because" {
					// The Home tab was looked at again after the form.
					if i = got[len(got)-2]; i.Verb != "submit" || i.Values["reason"] != "because" {
						t.Errorf("got %+v", i)
					}
				}
			})
		})
	}
}

// TestNothingToSay: the zero reply closes what was open and leaves nothing
// that waits for ever.
func TestNothingToSay(t *testing.T) {
	for name, h := range map[string]bot.Handler{
		"quick": slowly(0, bot.Reply{}), "slow": slowly(5*time.Second, bot.Reply{}), "second": slowly(0, second(bot.Reply{})),
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(_ *testing.T, s *scene, ask func(s *scene), _ string) {
				s.handles(h)
				ask(s)
				s.later(time.Minute)
				s.seesNot(s.ann, "One moment")
				s.seesNot(s.ann, "Why?")
			})
		})
	}
}

// TestPanics: one broken verb is said to who asked, and the bot goes on.
func TestPanics(t *testing.T) {
	broken := func(_ context.Context, i bot.Interaction) bot.Reply {
		return bot.Say(strings.Fields(secret)[1+len(i.ID)])
	}
	for name, h := range map[string]bot.Handler{
		"at once": broken,
		"a text":  func(context.Context, bot.Interaction) bot.Reply { panic(secret) },
		"second": func(context.Context, bot.Interaction) bot.Reply {
			return bot.Reply{Then: func(ctx context.Context) bot.Reply { return broken(ctx, bot.Interaction{}) }}
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(_ *testing.T, s *scene, ask func(s *scene), _ string) {
				s.handles(h)
				ask(s)
				s.later(10 * time.Second)
				s.sees(s.ann, "Something went wrong here")
				s.logs("slack: handler")
				s.says(bot.Say("All is well"))
				s.did(s.Slash(s.ann.ID, "", "/offboard list"))
				s.sees(s.ann, "All is well")
			})
		})
	}
}

// TestOverTheLimits: an answer that no platform could show is not just missing.
func TestOverTheLimits(t *testing.T) {
	f := form()
	f.Title = strings.Repeat("x", 200)
	for name, r := range map[string]bot.Reply{
		"message": {Message: &bot.Message{Summary: strings.Repeat(secret, 100)}}, "form": {Form: f},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(_ *testing.T, s *scene, ask func(s *scene), _ string) {
				s.says(r)
				ask(s)
				s.sees(s.ann, "cannot be shown here")
				s.logs("over the limits")
			})
		})
	}
}
