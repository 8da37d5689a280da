package slackadmin_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"offboard/actions/slack/slackadmin"
)

const token = "xoxp-test"

func server(t *testing.T) *slackadmin.Server {
	t.Helper()
	s := slackadmin.New(slackadmin.Enterprise)
	t.Cleanup(s.Close)
	s.Users = []*slackadmin.User{
		{ID: "U1", Name: "olga", RealName: "Olga", Mail: "olga@lumen.example", Owner: true, PrimaryOwner: true},
		{ID: "U2", Name: "jane", RealName: "Jane", Mail: "jane@lumen.example", Number: "7", Sessions: 2},
	}
	s.Groups = []*slackadmin.Group{{ID: "S1", Name: "Design", Handle: "design", Users: []string{"U2"}}}
	s.Tokens[token] = slackadmin.Token{User: "U1", Scopes: []string{"users:read", "users:read.email", "usergroups:read", "usergroups:write", "admin", "admin.users:write"}}
	return s
}

// request sends one with the token and decodes the answer.
func request(t *testing.T, verb, address, body, kind string) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), verb, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", kind)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatalf("%s %s: %v in %q", verb, address, err, b)
	}
	return out
}

func call(t *testing.T, s *slackadmin.Server, method string, args url.Values) map[string]any {
	t.Helper()
	return request(t, http.MethodPost, s.URL+"/api/"+method, args.Encode(), "application/x-www-form-urlencoded")
}

// What it answers has the shape that Slack's own collection of answers has.
func TestShapes(t *testing.T) {
	specs := filepath.Join("..", "..", "..", "..", "shared", "specs", "slack", "responses")
	if _, err := os.Stat(specs); err != nil {
		t.Skipf("the shapes of Slack's answers are not here: %v", err)
	}
	s := server(t)
	for method, args := range map[string]url.Values{
		"auth.test":                 nil,
		"users.info":                {"user": {"U2"}},
		"users.lookupByEmail":       {"email": {"jane@lumen.example"}},
		"usergroups.list":           {"include_users": {"true"}},
		"usergroups.users.list":     {"usergroup": {"S1"}},
		"usergroups.users.update":   {"usergroup": {"S1"}, "users": {"U1,U2"}},
		"admin.users.session.reset": {"user_id": {"U2"}},
	} {
		got := call(t, s, method, args)
		if got["ok"] != true {
			t.Errorf("%s: %v", method, got)
		}
		b, err := os.ReadFile(filepath.Join(specs, method+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		shape(t, method, got, want)
	}
}

// shape fails for keys that want does not have, and for values of other kinds.
// auto_type and enterprise_user are in Slack's documents, not in all answers collected.
func shape(t *testing.T, path string, got, want any) {
	t.Helper()
	switch g := got.(type) {
	case map[string]any:
		w, ok := want.(map[string]any)
		if !ok {
			t.Errorf("%s is no object at Slack", path)
			return
		}
		for k, v := range g {
			known, ok := w[k]
			switch {
			case k == "auto_type" || k == "enterprise_user" && !ok || k == "is_stranger" && !ok:
			case !ok:
				t.Errorf("%s.%s: Slack has no such key", path, k)
			default:
				shape(t, path+"."+k, v, known)
			}
		}
	case []any:
		w, ok := want.([]any)
		if !ok || len(w) == 0 {
			t.Errorf("%s is no list at Slack", path)
			return
		}
		for _, v := range g {
			shape(t, path+"[]", v, w[len(w)-1])
		}
	case string, bool, float64:
		if reflect.TypeOf(got) != reflect.TypeOf(want) {
			t.Errorf("%s is %T, at Slack %T", path, got, want)
		}
	}
}

// It refuses what Slack refuses.
func TestRefuses(t *testing.T) {
	s := server(t)
	for _, tt := range []struct {
		method string
		args   url.Values
		want   string
	}{
		{"users.info", url.Values{"user": {"U9"}}, "user_not_found"},
		{"users.admin.setInactive", nil, "unknown_method"},
		{"usergroups.users.update", url.Values{"usergroup": {"S1"}}, "no_users_provided"},
		{"usergroups.users.update", url.Values{"usergroup": {"S1"}, "users": {"U2,U9"}}, "invalid_users"},
		{"usergroups.users.list", url.Values{"usergroup": {"S9"}}, "no_such_subteam"},
		{"admin.users.session.reset", url.Values{"user_id": {"U9"}}, "user_not_found"},
	} {
		if got := call(t, s, tt.method, tt.args); got["ok"] != false || got["error"] != tt.want {
			t.Errorf("%s: %v, want %s", tt.method, got, tt.want)
		}
	}
	const op = `"Operations":[{"op":"replace","path":"active","value":false}]}`
	for _, tt := range []struct{ verb, path, body, want string }{
		{http.MethodPatch, "Users/U2", `{` + op, "missing_schema_element"},
		{http.MethodPatch, "Users/U1", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],` + op, "cannot_disable_primary_owner"},
		{http.MethodPatch, "Users/U2", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"active":false}`, "invalid_request_payload"},
		{http.MethodGet, "Users?filter=mail+is+x", "", "invalid_query"},
		{http.MethodDelete, "Users/U2", "", "bad_endpoint"}, // this fake knows no way to delete
	} {
		if got := request(t, tt.verb, s.URL+"/scim/v2/"+tt.path, tt.body, "application/json"); got["detail"] != tt.want {
			t.Errorf("%s %s: %v, want %s", tt.verb, tt.path, got, tt.want)
		}
	}
	s.Plan = slackadmin.Pro
	if got := request(t, http.MethodGet, s.URL+"/scim/v2/Users", "", ""); got["detail"] != "plus_teams_only" {
		t.Errorf("SCIM on Pro: %v", got)
	}
}

// The limits are those of Slack's tiers, and time fills them up again.
func TestLimits(t *testing.T) {
	s := server(t)
	s.Pace = 0
	n := 0
	for call(t, s, "usergroups.list", nil)["ok"] == true {
		n++
	}
	if n != 20 {
		t.Errorf("tier 2 gave %d requests at once, want 20", n)
	}
	s.Pace = 3e9
	if got := call(t, s, "usergroups.list", nil); got["ok"] != true {
		t.Errorf("three seconds later: %v", got)
	}
}
