package http_test

import (
	"strings"
	"testing"
)

const small = `- name: sys
  type: http
  settings:
    url: https://api.example.com
    account:
      find: {get: /users, proven: answer.status == 200, list: answer.json.users}
      read: {get: "/users/{account.id}", proven: answer.status == 200, list: "[answer.json]"}
      id: it.id
      login: it.login
    actions:
    - name: lock
      words: Lock
      loses: all
      read: {get: /items, proven: answer.status == 200, list: answer.json}
      item: {id: it.id, label: it.id}
      do:
      - delete: /items/{item.id}
        done: answer.status == 200
`

// What is wrong is said before anything is served: within an expression by line and
// column of the file, else by key.
func TestConfig(t *testing.T) {
	if _, err := load(t, small); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ old, with, want string }{
		// There is no default success.
		{"        done: answer.status == 200\n", "", `offboard.yaml:29:9: the key "done" is missing in systems[1].settings.actions[0].do[0]`},
		{"/items, proven: answer.status == 200,", "/items,", `the key "proven" is missing in systems[1].settings.actions[0].read`},
		{"/users, proven: answer.status == 200,", "/users,", `the key "proven" is missing in systems[1].settings.account.find`},
		{"done: answer.status == 200", "done: answer.stauts == 200", "offboard.yaml:30:15: systems[1].settings.actions[0].do[0].done: undeclared reference to 'answer' (at line 1, character 1 of the expression)"},
		{"done: answer.status == 200", "done: answer.status == '200'", "found no matching overload for '_==_' applied to '(int, string)' (at line 1, character 15 of the expression)"},
		{"done: answer.status == 200", "done: answer.status", "the expression gives int, and bool is needed"},
		{"id: it.id\n", "id: 1.5\n", "the expression gives double, and string is needed"},
		{"list: answer.json}", "list: answer.status}", "the expression gives int, and list(dyn) is needed"},
		{"list: answer.json}", `list: "` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + `"}`, "recursion"},
		{"/items/{item.id}", "/items/{item.nope}", "offboard.yaml:29:17: systems[1].settings.actions[0].do[0].delete: {item.nope}: undeclared reference"},
		{"      - delete: /items/{item.id}\n", "      - delete: /items/{item.id}\n        body: '{\"a\"'\n", "the body is no JSON"},
		// Each place has its names.
		{"get: /users,", "get: \"/users/{account.id}\",", "account.find: account.id is not known here"},
		{"get: /items,", "get: \"/items/{item.id}\",", "actions[0].read: item.id is not known here"},
		{"login: it.login", "login: answer.json.login", "account.login: answer.json is not known here"},
		{"done: answer.status == 200", "done: it == 1", "actions[0].do[0].done: it is not known here"},
		// The rest.
		{"      - delete: /items/{item.id}\n", "      - delete: /items/{item.id}\n        post: /items\n", "actions[0].do[0]: it needs one of post, put, patch and delete"},
		{"      - delete: /items/{item.id}\n", "      - delete: items\n", "actions[0].do[0]: its path must begin with /"},
		{"      - delete: /items/{item.id}\n", "      - delete: /items?a=b\n", "its path has no room for a ?: use query"},
		{"      - delete: /items/{item.id}\n", "      - delete: /items\n        body: '{}'\n        form: {a: b}\n", "it has a body or a form, not both"},
		{"      loses: all\n", "", "actions[0]: it has no undo, so loses must say what can't be given back"},
		{"      loses: all\n", "      loses: all\n      undoes: Unlock\n", "actions[0].undoes: undo and the words for it belong together"},
		{"      loses: all\n", "      loses: all\n      after: [nothing]\n", `actions[0].after: there is no other action "nothing" in this system`},
		{"      loses: all\n", "      loses: all\n      needs: [lock]\n", `actions[0].needs: there is no other action "lock" in this system`},
		{"      loses: all\n", "      loses: all\n      phase: later\n", `actions[0].phase: "later" is none of cut-off, after, destroy`},
		{"      loses: all\n", "      loses: all\n      phase: destroy\n      lock_out: true\n", "what deletes for good is no lock-out"},
		{"      loses: all\n", "      loses: all\n      proof: hope\n", `actions[0].proof: "hope" is none of read, mark, person`},
		{"      loses: all\n", "      loses: all\n      proof: mark\n", "with proof: mark it must ask for mark"},
		{"      loses: all\n", "      loses: all\n      proof: person\n", "what a person does has no do, undo or pending"},
		{"      do:\n      - delete: /items/{item.id}\n        done: answer.status == 200\n", "", "actions[0].do: it is needed"},
		{"      item: {id: it.id, label: it.id}\n", "", "actions[0].item: id and label are needed"},
		{"- name: lock", "- name: Lock it", "actions[0].name: it needs a-z"},
		{"      id: it.id\n", "", "account: id and login are needed"},
		{"    actions:\n", "    list: {read: {get: /users, proven: \"true\", list: answer.json}, enabled: it.active, mail: person.mail}\n    actions:\n", "list.mail: person.mail is not known here"},
		{"list: answer.json.users}", "list: 'answer.json.users.filter(u, u.login == person.chat.slack)'}", "rehearse: account.find uses person.chat"},
		{"      loses: all\n", "      loses: all\n      then: {words: Rotate the secret, owner: manager}\n", `actions[0].then.owner: "manager" is none of hr, it`},
		{"      loses: all\n", "      loses: all\n      then: {words: " + strings.Repeat("w", 101) + "}\n", "actions[0].then.words: it is not one line"},
		{"https://api", "http://api", "http would carry the bot's credentials in the clear"},
	} {
		text := strings.Replace(small, tt.old, tt.with, 1)
		if text == small {
			t.Fatalf("nothing changes: %s", tt.old)
		}
		if _, err := load(t, text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\n got %v\nwant %s", tt.with, err, tt.want)
		}
	}
}
