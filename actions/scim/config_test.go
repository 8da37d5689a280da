package scim_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"offboard/actions"
	"offboard/actions/rest"
	"offboard/actions/scim"
	"offboard/actions/scim/scimtest"
	"offboard/config"
)

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		change func(c *scim.Config)
		want   string
	}{
		{func(*scim.Config) {}, ""},
		{func(c *scim.Config) { c.URL = "" }, "url: it is not of the form https://host/path"},
		{func(c *scim.Config) { c.Preset = "okta" }, `preset: "okta" is not one of atlassian, github, salesforce, slack, zoom`},
		{func(c *scim.Config) { c.Preset, c.URL = "github", "https://api.github.com/scim/v2/organizations/lumen" }, "url: in an organization GitHub deletes the identity of who is deactivated, which nothing can undo; use the enterprise"},
		{func(c *scim.Config) { c.Find = []string{"userName eq {login}", "userName sw {mail}"} }, `find[1]: "userName sw {mail}" is not of the form userName eq {login} or emails[value eq {mail}]`},
		{func(c *scim.Config) { c.Find = []string{"userName eq {nick}"} }, `find[0]: "userName eq {nick}": {nick} is not one of {login}, {mail}, {number}, {id}, {name}`},
		{func(c *scim.Config) { c.Deactivate = []string{"delete"} }, `deactivate: "delete" is not one of path, value, put`},
		{func(c *scim.Config) { c.Leave = []string{"path"} }, `leave: "path" is not one of filter, value, nested, put`},
		{func(c *scim.Config) { c.Page = -1 }, "page: it is negative"},
		{func(c *scim.Config) { c.Settle = -1 }, "settle: it is negative"},
	} {
		cfg := scim.Config{Config: rest.Config{URL: "https://example.com/scim/v2"}}
		tt.change(&cfg)
		err := cfg.Validate()
		if got := ""; err != nil || tt.want != "" {
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		}
	}
}

// Client credentials sign in as a token does.
func TestOAuth(t *testing.T) {
	s, cfg := start(t, scimtest.Quirks{})
	cfg.Auth = rest.Auth{OAuth: &rest.OAuth{TokenURL: s.URL + "/oauth/token", ClientID: "bot", ClientSecret: config.NewSecret(scimtest.ClientSecret)}}
	if err := system(t, cfg).Reach(t.Context()); err != nil {
		t.Error(err)
	}
	cfg.Auth.OAuth.ClientSecret = config.NewSecret("another")
	if err := system(t, cfg).Reach(t.Context()); err == nil {
		t.Error("another secret is accepted")
	}
}

// Whatever a server answers, an action does not panic, and takes nothing for gone
// or deactivated that was not said to be.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		`{"id":"x","active":true,"userName":"jane"}`, `{"ID":"x","Active":"False","members":[{"value":"x"},"y",null,3]}`, `{"id":1,"active":null,"emails":["a",{"value":true}],"roles":{"value":"admin"}}`,
		`{"totalResults":"1","Resources":[{"id":"x","active":false,"members":null}]}`, `{"totalResults":0}`, `{"Resources":{}}`, `[]`, `null`, `<html>`, `{"id":"x","name":7,"groups":[{"value":"x","type":"indirect"},1],"meta":[]}`,
	} {
		f.Add([]byte(body), true)
		f.Add([]byte(body), false)
	}
	f.Fuzz(func(t *testing.T, body []byte, found bool) {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if !found {
				w.WriteHeader(http.StatusNotFound)
			}
			_, _ = w.Write(body)
		}))
		defer s.Close()
		sys := system(t, scim.Config{Config: rest.Config{URL: s.URL}})
		tg := actions.Target{Person: jane, Account: actions.Account{ID: "x"}, Items: []actions.Item{{ID: "x", Account: "x"}}}
		for _, spec := range sys.Actions {
			_, _ = spec.Action.Check(t.Context(), actions.Target{Person: jane})
			fd, err := spec.Action.Check(t.Context(), tg)
			if err == nil && len(fd.Accounts) == 0 {
				t.Errorf("%s: %q of a server that answers the same to everything: the account is gone", spec.Name, body)
			}
			_, _ = spec.Action.Do(t.Context(), tg)
		}
		_, _ = sys.Lister.List(t.Context(), "")
		_, _ = sys.Inspect(t.Context())
	})
}
