package http_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/store"
)

// What an answer says that is not what was declared is an error of the right class,
// and never "nothing".
func TestAnswers(t *testing.T) {
	v, at := newVendor(t)
	var find, read, items, do struct {
		status int
		body   string
	}
	for path, a := range map[string]*struct {
		status int
		body   string
	}{"GET /users": &find, "GET /users/{id}": &read, "GET /items": &items, "DELETE /items/{id}": &do} {
		v.mux.HandleFunc(path, func(out http.ResponseWriter, _ *http.Request) {
			out.WriteHeader(a.status)
			_, _ = fmt.Fprint(out, a.body)
		})
	}
	many := `{"users":[` + strings.TrimSuffix(strings.Repeat(`{"id":"1","login":"jane"},`, 11), ",") + `]}`
	one := strings.Replace(small, "https://api.example.com", at, 1)
	one = strings.Replace(one, "    account:\n", "    fails: answer.json != null && type(answer.json) == map && has(answer.json.error)\n    account:\n", 1)
	lock := system(t, one).Actions[0]
	for _, tt := range []struct {
		name                  string
		find, read, item, did string // in place of what is expected
		status                int    // of the find
		class                 actions.Class
		want                  string
	}{
		{name: "works"},
		{name: "not there", status: 404, find: "gone", class: actions.ClassFinal, want: "GET /users: HTTP 404 Not Found"},
		{name: "created?", status: 201, class: actions.ClassFinal, want: "it is not what proven asks for"},
		{name: "no JSON", find: "<html>", class: actions.ClassFinal, want: `list: "answer.json.users" can't be worked out`},
		{name: "another form", find: `{"people":[]}`, class: actions.ClassFinal, want: "no such key"},
		{name: "no list", find: `{"users":7}`, class: actions.ClassFinal, want: "gives no list"},
		{name: "declared failure", find: `{"users":[],"error":"nope"}`, class: actions.ClassFinal, want: "GET /users: HTTP 200 OK: nope"},
		{name: "too many", find: many, class: actions.ClassFinal, want: "11 accounts in The System fit Jane Doe"},
		{name: "no id", find: `{"users":[{"id":"","login":"x"}]}`, class: actions.ClassFinal, want: "no id or no login"},
		{name: "no login", find: `{"users":[{"id":"1"}]}`, class: actions.ClassFinal, want: "account.login"},
		{name: "limit", status: 429, find: `{"users":[]}`, class: actions.ClassAgain, want: "429"},
		{name: "about another", read: `{"id":"2","login":"bo"}`, class: actions.ClassFinal, want: "answers about another"},
		{name: "odd item", item: `[{"name":"x"}]`, class: actions.ClassFinal, want: "item.id"},
		{name: "empty item", item: `[{"id":""}]`, class: actions.ClassFinal, want: "no id or no label"},
		{name: "not done", did: `{"error":{"message":"locked"}}`, class: actions.ClassFinal, want: "DELETE /items/i1: HTTP 200 OK: locked"},
	} {
		find.status, find.body = 200, `{"users":[{"id":"1","login":"jane"}]}`
		read.status, read.body = 200, `{"id":"1","login":"jane"}`
		items.status, items.body = 200, `[{"id":"i1"}]`
		do.status, do.body = 200, ""
		for to, text := range map[*string]string{&find.body: tt.find, &read.body: tt.read, &items.body: tt.item, &do.body: tt.did} {
			if text != "" {
				*to = text
			}
		}
		if tt.status != 0 {
			find.status = tt.status
		}
		f, err := lock.Action.Check(t.Context(), actions.Target{Person: jane})
		if err == nil {
			tg := actions.Target{Person: jane, Account: actions.Account{ID: "1", Login: "jane"}, Items: f.Items, First: time.Now()}
			_, err = lock.Action.Do(t.Context(), tg)
		}
		if tt.class == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: no error", tt.name)
			continue
		}
		wantClass(t, err, tt.class, tt.want)
	}
}

// An undo of an account that is gone is a person's.
func TestUndoOfNothing(t *testing.T) {
	w := tailscale(t)
	s := spec(example(t, w.example, w.host, w.at), "suspend")
	gone := actions.Account{ID: "u99", Login: "gone"}
	_, err := s.Action.(actions.Undoer).Undo(t.Context(), actions.Target{Person: jane, Account: gone, Items: []actions.Item{{ID: "sign-in", Account: "u99"}}}, actions.Finding{})
	wantClass(t, err, actions.ClassFinal, "the account gone (u99) in The System is not there any more")
}

// What a person does about each item is planned with it.
func TestThen(t *testing.T) {
	w := tailscale(t)
	text := exampleText(t, w.example, w.host, w.at)
	s := spec(system(t, strings.Replace(text, "        phase: after\n", "        phase: after\n        then: {words: Rotate the keys of a device, owner: security, due: 2d}\n", 1)), "devices")
	if s.Then == nil || s.Then.Words != "Rotate the keys of a device" || s.Then.Owner != store.Security || s.Then.Due != 48*time.Hour {
		t.Fatalf("%+v", s.Then)
	}
	f, err := s.Action.Check(t.Context(), actions.Target{Person: jane})
	if err != nil || len(f.Items) == 0 || slices.ContainsFunc(f.Items, func(i actions.Item) bool { return !i.Then }) {
		t.Errorf("%+v, %v", f.Items, err)
	}
}

// What deletes for good is used only where it is named.
func TestDestroyIsOptional(t *testing.T) {
	sys := system(t, strings.Replace(small, "      loses: all\n", "      loses: all\n      phase: destroy\n", 1))
	if a := sys.Actions[0]; !a.Optional || a.Phase != actions.PhaseDestroy {
		t.Errorf("%+v", a)
	}
}

// A search through thousands of people is within what an expression may do.
func TestManyPeople(t *testing.T) {
	v, at := newVendor(t)
	users := make([]object, 4000)
	for i := range users {
		users[i] = object{"id": i, "login": fmt.Sprint("u", i)}
	}
	users[3999]["login"] = "jane"
	v.mux.HandleFunc("GET /users", func(out http.ResponseWriter, _ *http.Request) {
		say(out, 200, object{"users": users, "long": strings.Repeat("x", 20_000)})
	})
	v.mux.HandleFunc("GET /items", func(out http.ResponseWriter, _ *http.Request) { say(out, 200, []any{}) })
	text := strings.Replace(small, "https://api.example.com", at, 1)
	text = strings.Replace(text, "list: answer.json.users", `list: "answer.json.users.filter(u, u.login.lowerAscii() == person.login.lowerAscii())"`, 1)
	f, err := system(t, text).Actions[0].Action.Check(t.Context(), actions.Target{Person: jane})
	if err != nil || len(f.Accounts) != 1 || f.Accounts[0].ID != "3999" {
		t.Errorf("%+v, %v", f, err)
	}
	// What would search long texts for long texts is not.
	text = strings.Replace(text, "filter(u, ", "filter(u, answer.json.long.contains(answer.json.long) && ", 1)
	_, err = system(t, text).Actions[0].Action.Check(t.Context(), actions.Target{Person: jane})
	wantClass(t, err, actions.ClassFinal, "cost limit exceeded")
}
