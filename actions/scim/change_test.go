package scim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/scim"
	"offboard/actions/scim/scimtest"
)

func ways(s *scimtest.Server) string {
	var out []string
	for _, c := range s.Calls() {
		method, _, _ := strings.Cut(c, " ")
		switch {
		case strings.Contains(c, `"path":"active"`):
			method += " path"
		case strings.Contains(c, `members[value`):
			method += " filter"
		case strings.Contains(c, `"path":"members"`):
			method += " value"
		case strings.Contains(c, `"op":"replace"`):
			method += " without"
		}
		out = append(out, method)
	}
	return strings.Join(out, ", ")
}

// One form of the request after the other is tried, and none more than is needed.
func TestWays(t *testing.T) {
	for _, tt := range []struct {
		name, action string
		q            scimtest.Quirks
		want         string
	}{
		{"path", "deactivate", scimtest.Quirks{}, "PATCH path"},
		{"without path", "deactivate", scimtest.Quirks{DeafPath: true}, "PATCH path, PATCH without"},
		{"put", "deactivate", scimtest.Quirks{DeafPath: true, DeafValue: true}, "PATCH path, PATCH without, PUT"},
		{"no PATCH, as it says", "deactivate", scimtest.Quirks{NoPatch: true}, "PUT"},
		{"no PATCH, as it does not say", "deactivate", scimtest.Quirks{SilentPatch: true}, "PATCH path, PATCH without, PUT"},
		{"strings", "deactivate", scimtest.Quirks{Text: true}, "PATCH path"},
		{"no content", "deactivate", scimtest.Quirks{NoContent: true}, "PATCH path"},
		{"hides who is not active", "deactivate", scimtest.Quirks{Hides: true}, "PATCH path"},
		{"versions", "deactivate", scimtest.Quirks{ETags: true}, "PATCH path"},
		{"leave by filter", "groups", scimtest.Quirks{EmptiesGroup: true}, "PATCH filter"},
		{"leave as Entra does", "groups", scimtest.Quirks{DeafMember: true}, "PATCH filter, PATCH value"},
		{"a filter is refused", "groups", scimtest.Quirks{NoPathFilter: true}, "PATCH filter, PATCH value"},
		{"leave by PUT", "groups", scimtest.Quirks{NoPatch: true, UserGroups: true}, "PUT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, cfg := start(t, tt.q)
			s.Remove("Groups", "g-solo")
			sys := system(t, cfg)
			tg, before := target(t, sys, tt.action, "u-jane")
			sp := specOf(sys.Actions, tt.action)
			was, _ := s.Snapshot()
			if len(tg.Items) != 1 {
				t.Fatal(held(before))
			}
			if _, err := sp.Action.Do(t.Context(), tg); err != nil || ways(s) != tt.want {
				t.Errorf("%s, %v; want %s", ways(s), err, tt.want)
			}
			if _, f := target(t, sys, tt.action, "u-jane"); len(f.Items) > 0 {
				t.Errorf("still held: %s", held(f))
			}
			if tt.q.Hides {
				return // what is hidden can't be activated again
			}
			if _, err := sp.Action.(actions.Undoer).Undo(t.Context(), tg, before); err != nil {
				t.Error(err)
			}
			if now, _ := s.Snapshot(); now != was {
				t.Errorf("after the undo:\n%s\nbefore:\n%s", now, was)
			}
		})
	}
}

// What stands in the way, and what the executor does about it.
func TestTrouble(t *testing.T) {
	for _, tt := range []struct {
		name, action string
		q            scimtest.Quirks
		cfg          func(c *scim.Config)
		spoil        func(s *scimtest.Server) // after the Check
		first        time.Duration            // ago
		class        actions.Class            // "" is no error
		after        time.Duration
		words        string
	}{
		{name: "others vanish", action: "groups", q: scimtest.Quirks{EmptiesGroup: true, DeafMember: true}, class: actions.ClassFinal, words: "2 OTHER MEMBERS ARE GONE from the group Design since: the server has removed them too, or somebody else has at the same time. See who did; if it was the server, put them back and take this way out of leave: user u-bo u-bo, user u-cy u-cy"},
		{name: "too many requests", action: "deactivate", spoil: func(s *scimtest.Server) { s.Quirks.Limited = 9 }, class: actions.ClassAgain, after: 7 * time.Second, words: "slowly"},
		{name: "somebody else was faster", action: "deactivate", q: scimtest.Quirks{ETags: true}, spoil: func(s *scimtest.Server) {
			s.Before = func(r *http.Request) {
				if r.Method == http.MethodPatch {
					s.Set("Users", "u-jane", "meta", scimtest.Object{"version": `W/"9"`})
				}
			}
		}, class: actions.ClassAgain, words: "somebody has changed it meanwhile"},
		{name: "taken, and nothing shows it", action: "deactivate", q: scimtest.Quirks{Later: true}, first: time.Minute, class: actions.ClassLater, after: time.Minute, words: "PATCH (path): 202"},
		{name: "another name than before", action: "deactivate", q: scimtest.Quirks{Renames: true}, class: actions.ClassFinal, words: "the account was called jane and is now called removed-u-jane"},
		{name: "busy with what it can do", action: "deactivate", spoil: func(s *scimtest.Server) {
			s.Before = func(r *http.Request) { s.Busy(strings.Contains(r.URL.Path, "Config")) }
		}, class: actions.ClassAgain, words: "ServiceProviderConfig: HTTP 503"},
		{name: "reads are old", action: "deactivate", q: scimtest.Quirks{Stale: 5}, first: time.Minute, class: actions.ClassLater, after: time.Minute, words: "does not show it yet"},
		{name: "reads stay old", action: "deactivate", q: scimtest.Quirks{Stale: 5}, first: time.Hour},
		{name: "PATCH alone, which it does not take", action: "deactivate", q: scimtest.Quirks{NoPatch: true}, cfg: func(c *scim.Config) { c.Deactivate = []string{"path"} }, class: actions.ClassFinal, words: "takes no PATCH"},
		{name: "nothing is understood", action: "deactivate", q: scimtest.Quirks{SilentPatch: true}, cfg: func(c *scim.Config) { c.Deactivate = []string{"path"} }, class: actions.ClassFinal, words: "501"},
		{name: "not deactivated", action: "delete", class: actions.ClassFinal, words: "deactivate it first"},
		{name: "kept by the vendor", action: "delete", cfg: func(c *scim.Config) { c.Preset = "slack" }, class: actions.ClassFinal, words: "a DELETE only deactivates"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, cfg := start(t, tt.q)
			s.Remove("Groups", "g-solo")
			if tt.cfg != nil {
				tt.cfg(&cfg)
			}
			sys := system(t, cfg)
			tg, _ := target(t, sys, tt.action, "u-jane")
			tg.First = time.Now().Add(-tt.first)
			if tt.spoil != nil {
				tt.spoil(s)
			}
			_, err := specOf(sys.Actions, tt.action).Action.Do(t.Context(), tg)
			if tt.class == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			class, after := actions.ClassOf(err)
			if err == nil || class != tt.class || after != tt.after || !strings.Contains(err.Error(), tt.words) || strings.Contains(err.Error(), scimtest.Token) {
				t.Errorf("%s %s: %v", class, after, err)
			}
		})
	}
}

// Deleted is who is gone, or whom the server marks; that somebody is not active
// says nothing.
func TestDelete(t *testing.T) {
	for _, tt := range []struct {
		q    scimtest.Quirks
		held string
		says string
	}{
		{scimtest.Quirks{}, "", "a read shows it"},
		{scimtest.Quirks{SoftDelete: true, Marks: true}, "", "a read shows it"},
		{scimtest.Quirks{SoftDelete: true}, "account", "can't be proven"},
	} {
		s, cfg := start(t, tt.q)
		s.Set("Users", "u-jane", "active", false)
		sys := system(t, cfg)
		tg, _ := target(t, sys, "delete", "u-jane")
		e, err := specOf(sys.Actions, "delete").Action.Do(t.Context(), tg)
		if err != nil || !strings.Contains(e.Text, tt.says) {
			t.Errorf("%q, %v", e.Text, err)
		}
		if _, f := target(t, sys, "delete", "u-jane"); held(f) != tt.held {
			t.Errorf("%+v: held %q", tt.q, held(f))
		}
	}
}

// Where groups do not show their members, the user's own list says who is in them,
// and no PUT is tried: it would remove everybody.
func TestHiddenMembers(t *testing.T) {
	s, cfg := start(t, scimtest.Quirks{HideMembers: true, UserGroups: true, DeafMember: true})
	cfg.Leave = []string{"filter", "put"}
	sys := system(t, cfg)
	tg, f := target(t, sys, "groups", "u-jane")
	if held(f) != "g-design g-solo" {
		t.Fatal(held(f))
	}
	if _, err := specOf(sys.Actions, "groups").Action.Do(t.Context(), tg); err != nil || ways(s) != "PATCH filter, PATCH filter" {
		t.Errorf("%s, %v", ways(s), err)
	}
}
