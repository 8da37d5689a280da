package scim_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/scim"
	"offboard/actions/scim/scimtest"
)

// Whatever a server makes of a filter, exactly her accounts are found, or it is
// said that they could not be.
func TestFind(t *testing.T) {
	many := func(s *scimtest.Server) {
		for i := range 30 {
			s.Add("Users", user(fmt.Sprintf("t%02d", i), fmt.Sprintf("temp%d", i), "Temp", fmt.Sprintf("temp%d@lumen.example", i), ""))
		}
	}
	for _, tt := range []struct {
		name   string
		q      scimtest.Quirks
		cfg    func(c *scim.Config)
		change func(s *scimtest.Server)
		want   string // ids
		unread string
		notes  string
	}{
		{name: "as it should be", want: "u-adm u-jane"},
		{name: "filters are ignored", q: scimtest.Quirks{IgnoreFilter: true}, change: many, want: "u-adm u-jane"},
		{name: "and she is on another page", q: scimtest.Quirks{IgnoreFilter: true}, change: many, cfg: func(c *scim.Config) { c.Page = 1 }, want: "u-adm u-jane"},
		{name: "and there are too many", q: scimtest.Quirks{IgnoreFilter: true}, change: many, cfg: func(c *scim.Config) { c.Page, c.Scan = 1, 5 }, want: "u-jane", notes: "a further account of theirs would not be found"},
		{name: "and the total is that of the page", q: scimtest.Quirks{IgnoreFilter: true, WrongTotal: true}, change: func(s *scimtest.Server) {
			s.Remove("Users", "u-adm")
			s.Add("Users", user("u-adm", "adm-jane", "Jane Doe", "jane@lumen.example", "1042")) // the last of four
		}, cfg: func(c *scim.Config) { c.Page = 2 }, want: "u-adm u-jane"},
		{name: "more are found than a page shows", cfg: func(c *scim.Config) { c.Page = 1 }, want: "u-adm u-jane"},
		{name: "it compares with case", q: scimtest.Quirks{CaseSensitive: true}, change: func(s *scimtest.Server) { s.Set("Users", "u-jane", "userName", "JANE") }, want: "u-adm"},
		{name: "and nothing else is hers", q: scimtest.Quirks{CaseSensitive: true}, change: func(s *scimtest.Server) {
			s.Remove("Users", "u-adm")
			s.Set("Users", "u-jane", "userName", "JANE")
		}, want: "u-jane"}, // all accounts are looked at
		{name: "it does not know the filters", q: scimtest.Quirks{Filters: []string{"id"}}, change: many, want: "u-adm u-jane"},
		{name: "and there are too many", q: scimtest.Quirks{Filters: []string{"id"}}, change: many, cfg: func(c *scim.Config) { c.Scan = 20 }, unread: "does not search by userName"},
		{name: "it misses without a word", q: scimtest.Quirks{Filters: []string{"id"}, SilentMiss: true}, change: many, want: "u-adm u-jane"},
		{name: "another number is somebody else", change: func(s *scimtest.Server) { s.Set("Users", "u-adm", enterprise, scimtest.Object{"employeeNumber": 7}) }, want: "u-jane", notes: "employee number 7"},
		{name: "her login went to somebody else", change: func(s *scimtest.Server) {
			s.Set("Users", "u-jane", "emails", []any{scimtest.Object{"value": "jane.roe@lumen.example"}})
			s.Set("Users", "u-jane", "name", scimtest.Object{"givenName": "Jane", "familyName": "Roe"})
			s.Set("Users", "u-jane", enterprise, scimtest.Object{})
		}, want: "u-adm", unread: "has their login"},
		{name: "by a filter of one's own", cfg: func(c *scim.Config) { c.Find = []string{enterprise + ":employeeNumber eq {number}"} }, want: "u-adm u-jane"},
		{name: "no ServiceProviderConfig", q: scimtest.Quirks{NoService: true}, want: "u-adm u-jane"},
		{name: "active is hidden", q: scimtest.Quirks{HideActive: true}, want: "u-adm u-jane", notes: "can't be proven"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, cfg := start(t, tt.q)
			if tt.change != nil {
				tt.change(s)
			}
			if tt.cfg != nil {
				tt.cfg(&cfg)
			}
			f, err := specOf(system(t, cfg).Actions, "deactivate").Action.Check(t.Context(), actions.Target{Person: jane})
			if err != nil {
				t.Fatal(err)
			}
			unread, notes := strings.Join(f.Unread, "\n"), strings.Join(f.Notes, "\n")
			if accounts(f) != tt.want || !strings.Contains(unread, tt.unread) || (tt.unread == "") != (unread == "") || !strings.Contains(notes, tt.notes) {
				t.Errorf("accounts %q, want %q\nunread: %s\nnotes: %s", accounts(f), tt.want, unread, notes)
			}
		})
	}
}

// A 404 is believed only where the list answers, and an answer about somebody else
// not at all.
func TestGone(t *testing.T) {
	s, cfg := start(t, scimtest.Quirks{})
	cfg.URL = s.URL + "/other/v2"
	check := func(cfg scim.Config, id string) (actions.Finding, error) {
		return specOf(system(t, cfg).Actions, "deactivate").Action.Check(t.Context(), actions.Target{Person: jane, Account: actions.Account{ID: id}})
	}
	if f, err := check(cfg, "u-jane"); err == nil || !strings.Contains(err.Error(), "the list does not answer") {
		t.Errorf("a wrong url: %v, %v", f, err)
	}
	for _, id := range []string{"u-none", "../Groups/g-solo", "u-jane?x"} {
		s.Quirks.Gone = !s.Quirks.Gone
		if f, err := check(settings(s), id); err != nil || len(f.Accounts) > 0 {
			t.Errorf("somebody who is gone: %v, %v", f, err)
		}
	}
	odd := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"id":"u-bo","userName":"bo","active":false}`)
	}))
	t.Cleanup(odd.Close)
	cfg.URL = odd.URL
	if f, err := check(cfg, "u-jane"); err == nil || !strings.Contains(err.Error(), "the server answers with u-bo instead") {
		t.Errorf("somebody else: %v, %v", f, err)
	}
}

// All accounts are listed, each once, whatever the server says about its pages.
func TestList(t *testing.T) {
	for name, q := range map[string]scimtest.Quirks{
		"proper": {}, "starts over": {StartsOver: true}, "wrong items": {WrongItems: true}, "wrong total": {WrongTotal: true, StartsOver: true}, "small pages": {Max: 5}, "refuses": {Max: 5, WrongTotal: true, RefusesPast: true},
		"stands still": {StandsStill: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, cfg := start(t, q)
			for i := range 21 {
				s.Add("Users", user(fmt.Sprintf("t%02d", i), fmt.Sprintf("temp%d", i), "Temp", fmt.Sprintf("Temp%d@lumen.example", i), ""))
			}
			s.Set("Users", "u-bo", "active", false)
			cfg.Page = 10
			got, _ := actionstest.Lister(t, system(t, cfg).Lister)
			if len(got) != 25 || got["u-bo"].Enabled || !got["u-jane"].Enabled || got["u-jane"].Mail != "jane@lumen.example" || got["u-jane"].Number != "1042" {
				t.Errorf("%d accounts: %+v", len(got), got)
			}
		})
	}
}

// Who may be able to sign in is listed as such.
func TestListWithoutActive(t *testing.T) {
	_, cfg := start(t, scimtest.Quirks{HideActive: true})
	p, err := system(t, cfg).Lister.List(t.Context(), "")
	if err != nil || len(p.Accounts) != 4 || !p.Accounts[0].Enabled {
		t.Errorf("%+v, %v", p, err)
	}
}

// A group that the server names is only looked at: where none of those is hers, all
// groups are.
func TestFalseGroup(t *testing.T) {
	for _, q := range []scimtest.Quirks{{FalseGroup: "g-other"}, {SomeGroups: true}, {Filters: []string{"id"}, SilentMiss: true}} {
		_, cfg := start(t, q)
		if _, f := target(t, system(t, cfg), "groups", "u-jane"); held(f) != "g-design g-solo" || len(f.Unread) > 0 {
			t.Errorf("%+v: she is in %q, unread %q", q, held(f), f.Unread)
		}
	}
}

// Where the groups can neither be searched nor all be read, that is said.
func TestGroupsUnread(t *testing.T) {
	s, cfg := start(t, scimtest.Quirks{Filters: []string{"id", "userName"}})
	cfg.Scan = 3
	s.Remove("Users", "u-adm")
	if _, f := target(t, system(t, cfg), "groups", "u-jane"); len(f.Unread) != 1 || !strings.Contains(f.Unread[0], "does not search groups by member, and has more than 3") {
		t.Errorf("%q, unread %q", held(f), f.Unread)
	}
	s, cfg = start(t, scimtest.Quirks{})
	s.Set("Users", "u-jane", "groups", []any{scimtest.Object{"value": "g-other", "display": "Other", "type": "indirect"}})
	if _, f := target(t, system(t, cfg), "groups", "u-jane"); held(f) != "g-design g-solo" || len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "in the group Other by way of another group") {
		t.Errorf("%q, notes %q", held(f), f.Notes)
	}
}

// A list that can't be read to its end is an error, never a shorter list.
func TestListStartsOver(t *testing.T) {
	_, cfg := start(t, scimtest.Quirks{OnePage: true})
	cfg.Page = 3
	l := system(t, cfg).Lister
	p, err := l.List(t.Context(), "")
	if err != nil || len(p.Accounts) != 3 || p.Next == "" {
		t.Fatalf("%+v, %v", p, err)
	}
	if p, err = l.List(t.Context(), p.Next); err == nil || !strings.Contains(err.Error(), "shows 3 of 4, and then its paging starts over") {
		t.Errorf("%+v, %v", p, err)
	}
	for _, page := range []string{"x", "{}", `{"Start":-1,"Count":3}`, `{"Start":999999999,"Count":3}`} {
		if _, err := l.List(t.Context(), page); err == nil {
			t.Errorf("the page %q is taken", page)
		}
	}
}

// What offboard check says of a server.
func TestInspect(t *testing.T) {
	for _, tt := range []struct {
		q    scimtest.Quirks
		ways []string
		want string
	}{
		{q: scimtest.Quirks{}},
		{q: scimtest.Quirks{IgnoreFilter: true, HideActive: true}, want: "does not search accounts|does not show whether an account is active"},
		{q: scimtest.Quirks{NoPatch: true}, ways: []string{"path"}, want: "takes no PATCH"},
		{q: scimtest.Quirks{NoPatch: true}},
	} {
		_, cfg := start(t, tt.q)
		cfg.Deactivate = tt.ways
		sys := system(t, cfg)
		found, err := sys.Inspect(t.Context())
		var all []string
		for _, r := range found {
			all = append(all, r.Text)
		}
		text := strings.Join(all, "\n")
		for _, want := range strings.Split(tt.want, "|") {
			if err != nil || !strings.Contains(text, want) || (tt.want == "") != (text == "") {
				t.Errorf("%+v: %q, %v; want %q", tt.q, text, err, want)
			}
		}
		if err := sys.Reach(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
