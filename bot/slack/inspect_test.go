package slack

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

func remarks(t *testing.T, s *scene, places ...bot.Place) []string {
	t.Helper()
	found, err := s.p.Inspect(t.Context(), places...)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range found {
		if r.Remedy == "" {
			t.Errorf("%q: what to do is not said", r.Text)
		}
		text := r.Text
		if r.Broken {
			text = "broken: " + text
		}
		out = append(out, text)
	}
	return out
}

func TestInspect(t *testing.T) {
	without := func(gone ...string) []string {
		return slices.DeleteFunc(scopes(false), func(s string) bool { return slices.Contains(gone, s) })
	}
	for _, c := range []struct {
		name   string
		cfg    slacktest.Config
		change func(s *scene)
		want   []string
	}{
		{name: "sound"},
		{"a scope is missing", slacktest.Config{Scopes: without("im:history")}, nil, []string{"broken: the bot token lacks the scope im:history"}},
		{"a channel cannot be read", slacktest.Config{Scopes: without("groups:read")}, nil, []string{"broken: the bot token lacks the scope groups:read"}},
		{"too much", slacktest.Config{Scopes: append(scopes(false), "reactions:write")}, nil, []string{"the bot token has a scope that is not needed: reactions:write"}},
		{"bot token revoked", slacktest.Config{}, func(s *scene) { s.Revoke(s.BotToken) }, []string{"broken: Slack refuses the bot token: token_revoked"}},
		{"app token revoked", slacktest.Config{}, func(s *scene) { s.Revoke(s.AppToken) }, []string{"broken: Slack refuses the app token: token_revoked"}},
		{"no connections:write", slacktest.Config{}, func(s *scene) { s.p = s.with(s.BotToken, s.AddToken("", "authorizations:read")) }, []string{"broken: the app token lacks the scope connections:write"}},
		{"tokens swapped", slacktest.Config{}, func(s *scene) { s.p = s.with(s.AppToken, s.BotToken) }, []string{
			"broken: the bot token is of another kind: it must begin with xoxb-", "broken: the app token is of another kind: it must begin with xapp-",
		}},
		{"no socket", slacktest.Config{}, func(s *scene) { s.Fail(opening, slacktest.Refuse("forbidden_team")) }, []string{"broken: Slack gives no socket: forbidden_team"}},
		{"not in the channel", slacktest.Config{}, func(s *scene) { s.Leave(s.room.ID, s.BotUser) }, []string{"broken: the bot cannot post in ROOM"}},
		{"not in a public channel", slacktest.Config{}, func(s *scene) {
			s.room = s.AddChannel(slacktest.Channel{Name: "public", Members: []string{s.ann.ID}})
		}, []string{"broken: the bot cannot post in ROOM"}},
		{"archived", slacktest.Config{}, func(s *scene) { s.Archive(s.room.ID) }, []string{"broken: the bot cannot post in ROOM"}},
		{"deleted", slacktest.Config{}, func(s *scene) { s.RemoveChannel(s.room.ID) }, []string{"broken: the bot cannot post in ROOM"}},
		{"by a name that is not there", slacktest.Config{}, func(s *scene) { s.room.ID = "#nowhere" }, []string{"broken: the bot cannot post in ROOM"}},
		{"shared", slacktest.Config{}, func(s *scene) {
			s.room = s.AddChannel(slacktest.Channel{Name: "shared", Private: true, External: true, Members: []string{s.ann.ID, s.BotUser}})
		}, []string{"people of other workspaces read ROOM"}},
		{"alone", slacktest.Config{}, func(s *scene) {
			s.Leave(s.room.ID, s.ann.ID)
			s.Leave(s.room.ID, s.ben.ID)
		}, []string{"nobody but the bot is in ROOM"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, c.cfg, func(t *testing.T, s *scene) {
				if c.change != nil {
					c.change(s)
				}
				got := remarks(t, s, s.place())
				for i := range c.want {
					c.want[i] = strings.ReplaceAll(c.want[i], "ROOM", s.room.ID)
				}
				slices.Sort(got)
				slices.Sort(c.want)
				if !slices.Equal(got, c.want) {
					t.Errorf("it remarks %q, want %q", got, c.want)
				}
				if len(s.Conns()) != 0 || len(s.Messages(s.room.ID)) != 0 {
					t.Error("it has changed something")
				}
				s.Problems() // missing scopes are what it is about
			})
		})
	}
}

func (s *scene) with(botToken, appToken string) *Slack {
	p := s.platform()
	cfg := p.cfg
	cfg.BotToken, cfg.AppToken = botToken, appToken
	return New(cfg)
}

// TestInspectWhileSlackIsDown: that it cannot be asked is an error, and nothing
// is said to be broken that is not known to be.
func TestInspectWhileSlackIsDown(t *testing.T) {
	for _, method := range []string{"auth.test", opening} {
		play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
			s.Fail(method, slacktest.Status(http.StatusBadGateway).Always())
			found, err := s.p.Inspect(t.Context(), s.place())
			if err == nil || len(found) != 0 {
				t.Errorf("%v, %v", found, err)
			}
		})
	}
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.Fail("conversations.info", slacktest.Status(http.StatusBadGateway).Always())
		if got := remarks(t, s, s.place()); len(got) != 1 || !strings.Contains(got[0], "it cannot be read whether the bot can post") {
			t.Errorf("it remarks %q", got)
		}
	})
}
