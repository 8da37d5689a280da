package slack_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"offboard/actions"
	"offboard/actions/slack"
	"offboard/actions/slack/slackadmin"
	"offboard/config"
)

// How long Slack asks to wait is passed on, for every method.
func TestRetryAfter(t *testing.T) {
	s, cfg := start(t, slackadmin.Enterprise)
	s.Limit(37)
	for _, action := range []string{"deactivate", "sessions", "groups"} {
		_, err := spec(cfg, action).Action.Check(t.Context(), actions.Target{Person: jane})
		wantClass(t, err, actions.ClassAgain)
		if _, after := actions.ClassOf(err); after != 37*time.Second {
			t.Errorf("%s: again after %s", action, after)
		}
	}
}

// One that takes requests and never answers is given up after the timeout.
func TestTimeout(t *testing.T) {
	s, cfg := start(t, slackadmin.Business)
	s.Hang(true)
	cfg.Timeout = 20 * time.Millisecond
	_, err := spec(cfg, "groups").Action.Check(t.Context(), actions.Target{Person: jane})
	says(t, []string{wantClass(t, err, actions.ClassAgain)}, "Slack cannot be reached")
}

// An error that says where it could not get to does not say whom it looked for.
func TestErrorNamesNobody(t *testing.T) {
	_, cfg := start(t, slackadmin.Business)
	gone := httptest.NewServer(http.NotFoundHandler())
	cfg.SCIMURL = gone.URL
	gone.Close()
	_, err := spec(cfg, "groups").Action.Check(t.Context(), actions.Target{Person: jane})
	if text := wantClass(t, err, actions.ClassAgain); strings.Contains(text, "lumen.example") {
		t.Errorf("it holds the address: %s", text)
	}
}

// What is not Slack's answer is not taken for one, and gets no token.
func TestStrangeAnswers(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a redirect was followed, with %d characters of token", len(r.Header.Get("Authorization")))
	}))
	defer elsewhere.Close()
	for _, tt := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request)
		class  actions.Class
		words  string
	}{
		{"a page of a proxy", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>sign in")) }, actions.ClassAgain, "unreadable"},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, actions.ClassFinal, "HTTP 307"},
		{"not found", http.NotFound, actions.ClassFinal, "HTTP 404"},
		{"half an answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"ok":true`))
		}, actions.ClassAgain, "cannot be reached"},
		{"an answer without an account", func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "auth.test") {
				_, _ = w.Write([]byte(`{"ok":true,"url":"https://x.slack.com/","team_id":"T1","user_id":"U1"}`))
				return
			}
			_, _ = w.Write([]byte(`{"ok":true}`))
		}, actions.ClassAgain, "without an account"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(tt.answer))
			defer s.Close()
			cfg := slack.Config{Token: config.NewSecret(botToken), APIURL: s.URL}
			_, err := spec(cfg, "deactivate").Action.Check(t.Context(), actions.Target{Person: jane})
			says(t, []string{wantClass(t, err, tt.class)}, tt.words)
		})
	}
	tls := httptest.NewTLSServer(http.NotFoundHandler())
	defer tls.Close()
	tls.Config.ErrorLog = nil
	_, err := spec(slack.Config{Token: config.NewSecret(botToken), APIURL: tls.URL}, "groups").Action.Check(t.Context(), actions.Target{Person: jane})
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "certificate of Slack is not trusted")
}

// The section as an administrator writes it.
func TestConfigSection(t *testing.T) {
	t.Setenv("BOT", botToken)
	t.Setenv("ADMIN", adminToken)
	var c slack.Config
	const section = "token: ${BOT}\nadmin_token: ${ADMIN}\napi_url: https://slack-gov.com/api/\ntimeout: 5s\n"
	if err := yaml.UnmarshalWithOptions([]byte(section), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if c.Timeout != 5*time.Second || c.AdminToken.Value() != adminToken {
		t.Errorf("read as %+v", c)
	}
	one := config.NewSecret(botToken)
	for words, c := range map[string]slack.Config{
		"token: it is needed":                       {},
		"admin_token: it is the same as token":      {Token: one, AdminToken: one},
		"api_url: \"slack.com/\" is not an address": {Token: one, APIURL: "slack.com"},
		"scim_url: \"ftp://x/\" is not an address":  {Token: one, SCIMURL: "ftp://x/"},
		"in the clear":                              {Token: one, APIURL: "http://slack.com/api/"},
		"is negative":                               {Token: one, Timeout: -1},
	} {
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("got %v, want %q", err, words)
		}
	}
}

// GovSlack has another host, and its SCIM is beside it.
func TestSCIMHost(t *testing.T) {
	for api, want := range map[string]string{
		"":                            "https://api.slack.com/scim/v2/",
		"https://slack-gov.com/api/":  "https://api.slack-gov.com/scim/v2/",
		"https://slack-gov.com/api":   "https://api.slack-gov.com/scim/v2/",
		"https://proxy.example/slack": "https://api.proxy.example/scim/v2/",
	} {
		if got := (slack.Config{APIURL: api}).SCIM(); got != want {
			t.Errorf("%q: %q, want %q", api, got, want)
		}
	}
}
