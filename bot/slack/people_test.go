package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

// TestWhoCannot: guests, apps, deactivated accounts and people of other
// workspaces get an answer and decide nothing.
func TestWhoCannot(t *testing.T) {
	for _, c := range []struct {
		user slacktest.User
		want string
	}{
		{slacktest.User{RealName: "Gus Guest", Kind: slacktest.Guest}, "Guests can't do this."},
		{slacktest.User{RealName: "Sue Guest", Kind: slacktest.SingleGuest}, "Guests can't do this."},
		{slacktest.User{RealName: "Far Away", Kind: slacktest.Foreign}, foreign},
		{slacktest.User{RealName: "Near By", TeamID: "T0OTHER00"}, foreign}, // not marked as a stranger
	} {
		t.Run(c.user.RealName, func(t *testing.T) {
			play(t, slacktest.Config{Shortcuts: []string{"start"}}, func(t *testing.T, s *scene) {
				s.start()
				u := s.AddUser(c.user)
				s.Join(s.room.ID, u.ID)
				s.post("Approve")
				s.click(u, "Approve")
				s.did(s.Slash(u.ID, s.room.ID, "/offboard approve OFF-1"))
				s.did(s.Shortcut(u.ID, "start"))
				s.did(s.OpenHome(u.ID))
				if got := s.handed(); len(got) != 0 {
					t.Errorf("handed on: %+v", got)
				}
				s.sees(u, c.want)
				s.seesNot(s.ann, c.want)
				if v, ok := s.Home(u.ID); !ok || !strings.Contains(s.Sees(u.ID), c.want) {
					t.Errorf("the Home tab is %v", v)
				}
			})
		})
	}
}

// TestApps: an account that Slack calls a bot or deactivated decides nothing,
// whatever the payload says of it.
func TestApps(t *testing.T) {
	for name, c := range map[string]struct {
		change func(u *slacktest.User)
		want   string
	}{
		"app":         {func(u *slacktest.User) { u.Kind = slacktest.Bot }, "Only people can do this, not apps."},
		"deactivated": {func(u *slacktest.User) { u.Deactivated = true }, "Your Slack account is deactivated, so you can't do this."},
		"guest":       {func(u *slacktest.User) { u.Kind = slacktest.Guest }, "Guests can't do this."},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				s.post("Approve")
				// What Slack says of an account is believed for a minute.
				s.click(s.ann, "Approve")
				on := s.on(s.ann, "Approve")
				s.later(fresh)
				s.Fail("users.info", slacktest.RateLimit(time.Second))
				_, err := s.Click(s.ann.ID, on, "Approve") // the account changes before it is looked at
				s.must(err)
				synctest.Wait()
				s.Change(s.ann.ID, c.change)
				s.later(2 * time.Second)
				if got := s.handed(); len(got) != 1 {
					t.Errorf("%d were handed on", len(got))
				}
				_, not := s.p.users.vouch(t.Context(), s.ann.ID, s.TeamID)
				if not == "" || !strings.Contains(not, c.want) {
					t.Errorf("it is told %q", not)
				}
			})
		})
	}
}

// TestForeignByThePayload: Slack says of a click that it comes from another
// workspace, and may have no word in users.info.
func TestForeignByThePayload(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		for team, want := range map[string]string{"": "", s.TeamID: "", "T0OTHER00": foreign} {
			if _, not := s.p.users.vouch(t.Context(), s.ann.ID, team); not != want {
				t.Errorf("of %q: %q", team, not)
			}
		}
	})
}

// TestSlackDoesNotSay who an account is: then it decides nothing, unless that
// was known a moment ago.
func TestSlackDoesNotSay(t *testing.T) {
	for name, f := range map[string]slacktest.Fault{
		"500": slacktest.Status(http.StatusInternalServerError), "hangs": slacktest.Hang(), "internal_error": slacktest.Refuse("internal_error"),
		"429": slacktest.RateLimit(5 * time.Minute), "cut": slacktest.Cut(),
	} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
				s.start()
				s.post("Approve")
				s.click(s.ann, "Approve")
				s.later(2 * fresh)
				s.Fail("users.info", f.Always())
				s.click(s.ann, "Approve")
				s.click(s.ben, "Approve")
				s.later(time.Minute)
				for _, i := range s.handed() {
					if i.User.ID != s.ann.ID {
						t.Errorf("handed on: %+v", i)
					}
				}
				if n := len(s.handed()); name != "429" && n != 2 {
					t.Errorf("%d were handed on: Ann was known", n)
				}
				s.sees(s.ben, "Slack does not tell me now whether your account is still active")
				s.later(stale)
				s.click(s.ann, "Approve")
				s.later(time.Minute)
				s.sees(s.ann, "Slack does not tell me now")
			})
		})
	}
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.post("Approve")
		s.Fail("users.info", slacktest.Refuse("user_not_found"))
		s.click(s.ann, "Approve")
		if got := s.handed(); len(got) != 0 {
			t.Errorf("handed on: %+v", got)
		}
		s.sees(s.ann, "Slack does not tell me now")
	})
}

// TestAddresses are given only where the configuration trusts them, and Slack
// has confirmed them.
func TestAddresses(t *testing.T) {
	for mail, want := range map[bool]string{false: "", true: "ann.lee@toys.example"} {
		play(t, slacktest.Config{Scopes: scopes(true)}, func(t *testing.T, s *scene) {
			s.p.cfg.Mail = mail
			s.start()
			s.did(s.Slash(s.ann.ID, "", "/offboard list"))
			if u := s.handed()[0].User; u != (bot.User{Platform: name, ID: s.ann.ID, Name: "Ann Lee", Mail: want}) {
				t.Errorf("got %+v", u)
			}
			// Who reads the room is asked for once an hour, not for every click.
			for range 30 {
				u, err := s.p.Members(t.Context(), s.place())
				if err != nil || len(u) != 2 || u[0].Mail != want {
					t.Fatalf("%v %v", u, err)
				}
				s.later(time.Minute)
			}
			if n := len(s.Calls("users.info")); n > 2 {
				t.Errorf("users.info was asked %d times", n)
			}
		})
	}
}

// TestMembers are all who read a place, but not the bot: whoever posts may do
// so before Run has asked who it is.
func TestMembers(t *testing.T) {
	play(t, slacktest.Config{Page: 1}, func(t *testing.T, s *scene) {
		far, guest := s.AddUser(slacktest.User{RealName: "Far Away", Kind: slacktest.Foreign}), s.AddUser(slacktest.User{RealName: "Gus Guest", Kind: slacktest.Guest})
		s.Join(s.room.ID, far.ID)
		s.Join(s.room.ID, guest.ID)
		all, err := s.p.Members(t.Context(), s.place())
		s.must(err)
		seen := map[string]bool{}
		for _, u := range all {
			seen[u.ID] = true
		}
		if len(all) != 4 || !seen[far.ID] || !seen[guest.ID] || !seen[s.ann.ID] || seen[s.BotUser] {
			t.Errorf("it is read by %+v", all)
		}
		one, err := s.p.Members(t.Context(), s.direct(s.ann))
		if err != nil || len(one) != 1 || one[0].ID != s.ann.ID {
			t.Errorf("%+v, %v", one, err)
		}
		if none, err := s.p.Members(t.Context(), bot.Place{Platform: name, Kind: bot.Direct, ID: "U0NOBODY00"}); !errors.Is(err, bot.ErrGone) || len(none) != 0 {
			t.Errorf("%+v, %v", none, err)
		}
		s.Leave(s.room.ID, s.BotUser)
		if none, err := s.p.Members(t.Context(), s.place()); !errors.Is(err, bot.ErrGone) || len(none) != 0 {
			t.Errorf("%+v, %v", none, err)
		}
	})
}

// TestLongLists: a page that Slack refuses at first is asked for again, and not
// all from the beginning.
func TestLongLists(t *testing.T) {
	play(t, slacktest.Config{Page: 1}, func(t *testing.T, s *scene) {
		for n := range 120 {
			s.Join(s.room.ID, fmt.Sprintf("U0%08d", n))
		}
		for n := range 40 {
			s.AddChannel(slacktest.Channel{Name: fmt.Sprint("room", n), Members: []string{s.BotUser}})
		}
		s.AddChannel(slacktest.Channel{Name: "last", Members: []string{s.BotUser}})
		clear(s.p.calls.method) // so that Slack has to say that it is too much
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		all, err := s.p.Members(ctx, s.place())
		if err != nil || len(all) != 122 {
			t.Errorf("%d members, %v", len(all), err)
		}
		_, err = s.p.Post(ctx, bot.Place{Platform: name, Kind: bot.Channel, ID: "last"}, card("x"), "x")
		s.must(err)
		if len(s.Violations()) == 0 {
			t.Error("Slack never said that it is too much")
		}
	})
}

// A public channel is read by everybody, whoever has joined it.
func TestPublicChannel(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		for _, private := range []bool{false, true} {
			room := s.AddChannel(slacktest.Channel{Name: fmt.Sprint("public", private), Private: private, Members: []string{s.ann.ID, s.BotUser}})
			members, err := s.p.Members(t.Context(), bot.Place{Platform: name, Kind: bot.Channel, ID: room.ID})
			everybody := slices.ContainsFunc(members, func(u bot.User) bool { return u.ID == bot.Everybody })
			if err != nil || everybody == private {
				t.Errorf("private %t: %+v, %v", private, members, err)
			}
		}
	})
}

// TestZoneOf: the zone in a profile is passed on; an account that is not there
// has none.
func TestZoneOf(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		u := s.AddUser(slacktest.User{RealName: "Tom Okafor", TZ: "Africa/Casablanca"})
		if zone, err := s.p.ZoneOf(t.Context(), u.ID); err != nil || zone != "Africa/Casablanca" {
			t.Errorf("%q, %v", zone, err)
		}
		if zone, err := s.p.ZoneOf(t.Context(), "U0NOBODY0"); err == nil || zone != "" {
			t.Errorf("of nobody: %q, %v", zone, err)
		}
	})
}
