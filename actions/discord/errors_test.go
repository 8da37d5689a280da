package discord_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
	"offboard/config"
)

// What Discord says when it refuses, in words for the person who must act.
func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name   string
		target string
		fault  discordtest.Fault
		class  actions.Class
		words  []string
	}{
		{"the bot is not in the server", discordtest.ReadGuild, discordtest.Refuse(10004), actions.ClassFinal, []string{"the bot is not in this server: add it again", "offboard discord invite"}},
		{"no access", discordtest.ReadGuild, discordtest.Refuse(50001), actions.ClassFinal, []string{"the bot is not in this server, or may not see that"}},
		{"not permitted, or above the bot", discordtest.TakeRole, discordtest.Refuse(50013).Always(), actions.ClassFinal, []string{
			"role On call: the bot may not do that in Discord. It takes the permission Manage Roles, and the bot's role Offboard above all roles of the member", "role Design",
		}},
		{"two-factor authentication", discordtest.TakeRole, discordtest.Refuse(60003).Always(), actions.ClassFinal, []string{"two-factor authentication", "whoever owns the app in Discord's Developer Portal"}},
		{"a role that can't be taken", discordtest.TakeRole, discordtest.Refuse(50028).Always(), actions.ClassFinal, []string{"Discord refused", "50028"}},
		{"503", discordtest.TakeRole, discordtest.Status(503), actions.ClassAgain, []string{"Discord asks to come back later"}},
		{"a connection that breaks", discordtest.TakeRole, discordtest.Cut(), actions.ClassAgain, []string{"Discord cannot be reached"}},
		{"a connection that breaks while reading", discordtest.ReadMember, discordtest.Cut().Always(), actions.ClassAgain, []string{"Discord cannot be reached"}},
		{"404 of a proxy", discordtest.ReadGuild, discordtest.Status(404), actions.ClassFinal, []string{"check api_url"}},
		{"403 of a proxy", discordtest.ReadGuild, discordtest.Status(403), actions.ClassFinal, []string{"Discord refused"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, everything)
			tg, _ := target(t, s.config(), "roles", s.jane)
			s.Fail(tt.target, tt.fault)
			_, err := spec(s.config(), "roles").Action.Do(t.Context(), tg)
			says(t, []string{wantClass(t, err, tt.class)}, append(tt.words, "take away the roles of jane.doe")...)
		})
	}
}

// A token that is not accepted, and an answer that is not Discord's.
func TestStrangeAnswers(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	cfg.Token = config.NewSecret("bot-token-of-yesterday")
	_, err := spec(cfg, "roles").Action.Check(t.Context(), actions.Target{Person: person(s.jane)})
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "does not accept the bot's token", "Reset Token")

	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a redirect was followed, with %d characters of token", len(r.Header.Get("Authorization")))
	}))
	defer elsewhere.Close()
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		class  actions.Class
		words  string
	}{
		{"a page of a proxy", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>sign in")) }, actions.ClassAgain, "cannot be read"},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, actions.ClassFinal, "307"},
		{"another member", func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"id":"1","user":{"id":"184467440737095517"}}`))
		}, actions.ClassAgain, "another member"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewServer(tt.answer)
			defer srv.Close()
			cfg := discord.Config{Token: config.NewSecret("bot-token-1"), Guild: s.GuildID, APIURL: srv.URL}
			_, err := spec(cfg, "roles").Action.Check(t.Context(), actions.Target{Person: person(s.jane)})
			says(t, []string{wantClass(t, err, tt.class)}, tt.words)
		})
	}
	tls := httptest.NewUnstartedServer(http.NotFoundHandler())
	tls.Config.ErrorLog = log.New(io.Discard, "", 0) // that the handshake was broken off
	tls.StartTLS()
	defer tls.Close()
	_, err = spec(discord.Config{Token: config.NewSecret("bot-token-1"), Guild: s.GuildID, APIURL: tls.URL}, "roles").Action.Check(t.Context(), actions.Target{Person: person(s.jane)})
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "certificate of Discord is not trusted")
}

// How long Discord asks to wait is passed on, and nobody waits here.
func TestRetryAfter(t *testing.T) {
	for _, fault := range []discordtest.Fault{discordtest.RateLimit(37 * time.Second), discordtest.RateLimitHTML(37 * time.Second)} {
		s := start(t, everything)
		tg, _ := target(t, s.config(), "remove", s.jane)
		s.Fail(discordtest.RemoveMember, fault)
		_, err := spec(s.config(), "remove").Action.Do(t.Context(), tg)
		wantClass(t, err, actions.ClassAgain)
		if _, after := actions.ClassOf(err); after != 37*time.Second {
			t.Errorf("again after %s", after)
		}
		if n := len(s.Calls(discordtest.RemoveMember)); n != 1 {
			t.Errorf("%d calls: the executor decides when to try again", n)
		}
	}
}

// An error that comes after the effect is an error; the next read shows the truth.
func TestErrorAfterEffect(t *testing.T) {
	for _, tt := range []struct{ action, target string }{
		{"roles", discordtest.TakeRole},
		{"timeout", discordtest.EditMember},
		{"invites", discordtest.DeleteInvite},
		{"webhooks", discordtest.DeleteWebhook},
		{"remove", discordtest.RemoveMember},
	} {
		for name, fault := range map[string]discordtest.Fault{"a 5xx": discordtest.AfterEffect(502), "no answer": discordtest.CutAfter()} {
			t.Run(tt.action+", "+name, func(t *testing.T) {
				s := start(t, everything)
				cfg := s.config()
				cfg.Webhooks = discord.Delete
				tg, _ := target(t, cfg, tt.action, s.jane)
				s.Fail(tt.target, fault)
				_, err := spec(cfg, tt.action).Action.Do(t.Context(), tg)
				wantClass(t, err, actions.ClassAgain)
				if left := len(check(t, cfg, tt.action, tg).Items); left != len(tg.Items)-1 {
					t.Errorf("%d of %d are held: one was taken", left, len(tg.Items))
				}
				do(t, cfg, tt.action, tg)
				if f := check(t, cfg, tt.action, tg); len(f.Items) > 0 {
					t.Errorf("holds %q", labels(f))
				}
			})
		}
	}
}

// What went away between the read and the write is gone, and no error.
func TestGoneMeanwhile(t *testing.T) {
	for _, tt := range []struct {
		action, target string
		code           int
	}{
		{"roles", discordtest.TakeRole, 10007},
		{"roles", discordtest.TakeRole, 10011},
		{"invites", discordtest.DeleteInvite, 10006},
		{"webhooks", discordtest.DeleteWebhook, 10015},
		{"remove", discordtest.RemoveMember, 10007},
	} {
		s := start(t, everything)
		cfg := s.config()
		cfg.Webhooks = discord.Delete
		tg, _ := target(t, cfg, tt.action, s.jane)
		s.Fail(tt.target, discordtest.Refuse(tt.code).Always())
		if text := do(t, cfg, tt.action, tg); !strings.Contains(text, "gone") && !strings.Contains(text, "meanwhile") {
			t.Errorf("%s: %q", tt.action, text)
		}
	}
}
