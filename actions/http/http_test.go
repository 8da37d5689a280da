package http_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// A ticket is made once, whoever asks again; the step waits until it is closed, and
// that closes the step too, also for whoever looks later.
func TestTicket(t *testing.T) {
	for _, d := range []*desk{jira(t), servicenow(t)} {
		d.closes = false
		sys := example(t, d.example, d.host, d.at)
		s := spec(sys, "ticket")
		f, err := s.Action.Check(t.Context(), actions.Target{Person: jane})
		if err != nil || len(f.Accounts) != 1 || len(f.Items) != 1 {
			t.Fatalf("%s: %+v, %v", d.example, f, err)
		}
		had := len(d.tickets)
		tg := actions.Target{Person: jane, Account: f.Accounts[0], Items: f.Items, First: time.Now(), Key: "OFF-42:1:jira/ticket/1"}
		for range 3 {
			_, err := s.Action.Do(t.Context(), tg)
			wantClass(t, err, actions.ClassLater, "is open: the step ends when it is closed")
			if _, after := actions.ClassOf(err); after != 30*time.Minute {
				t.Errorf("looks again after %s", after)
			}
		}
		if len(d.tickets) != had+1 {
			t.Errorf("%d tickets were made", len(d.tickets)-had)
		}
		if text := fmt.Sprint(d.tickets[had]); !strings.Contains(text, "Offboarding of Jane Doe") {
			t.Errorf("%s", text)
		}
		// IT closes it.
		d.set(had, false)
		later := tg
		later.Key = "" // as when the watch looks
		if f, err := s.Action.Check(t.Context(), later); err != nil || len(f.Items) != 0 {
			t.Errorf("closed, and held: %+v, %v", f, err)
		}
		again := tg
		again.First = tg.First.Add(time.Hour) // another departure
		if f, err := s.Action.Check(t.Context(), again); err != nil || len(f.Items) != 1 {
			t.Errorf("an old ticket proves a new one: %+v, %v", f, err)
		}
	}
}

// Jira's search lags: a ticket that it does not show yet is waited for, and one that
// it never shows is a lie that is counted.
func TestSearchLags(t *testing.T) {
	d := jira(t)
	d.lag = true
	s := spec(example(t, d.example, d.host, d.at), "ticket")
	f, err := s.Action.Check(t.Context(), actions.Target{Person: jane})
	if err != nil {
		t.Fatal(err)
	}
	tg := actions.Target{Person: jane, Account: f.Accounts[0], Items: f.Items, First: time.Now()}
	_, err = s.Action.Do(t.Context(), tg)
	wantClass(t, err, actions.ClassLater, "does not show it yet")
	tg.First = tg.First.Add(-6 * time.Minute)
	_, err = s.Action.Do(t.Context(), tg)
	wantClass(t, err, actions.ClassLater, "does not show it yet")
	if n := len(d.tickets); n != 1 {
		t.Errorf("%d tickets, while the first one may still show", n)
	}
	tg.First = tg.First.Add(-time.Hour)
	if _, err = s.Action.Do(t.Context(), tg); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// Equipment is checked in when a person has said that it was received, and not
// before; and never where that is left out, by the real executor.
func TestReceived(t *testing.T) {
	for _, tt := range []struct {
		received, checkIn store.StepState
		end               store.StepState
		writes            int
	}{
		{store.Accepted, store.Waiting, store.Proven, 2},
		{store.Skipped, store.Waiting, store.Skipped, 0},
	} {
		w := snipeit(t)
		sys := example(t, w.example, w.host, w.at)
		_, c := actionstest.CarryOut(t, sys, jane, map[store.StepID]store.StepState{
			"sys/received/1": tt.received, "sys/check-in/1": tt.checkIn,
		})
		if st := c.Plan(0).Step("sys/check-in/1"); st.State != tt.end || (st.Without == "sys/received/1") != (tt.end == store.Skipped) {
			t.Errorf("check-in is %s, without %q", st.State, st.Without)
		}
		w.mu.Lock()
		writes := slices.Clone(w.writes)
		w.mu.Unlock()
		if len(writes) != tt.writes || slices.ContainsFunc(writes, func(s string) bool { return !strings.Contains(s, "/checkin") }) {
			t.Errorf("received is %s: wrote %q", tt.received, writes)
		}
	}
}

// HTTP 200 with status: error is an error, because the section says so.
func TestOKWithAnError(t *testing.T) {
	w := snipeit(t)
	s := spec(example(t, w.example, w.host, w.at), "check-in")
	f, err := s.Action.Check(t.Context(), actions.Target{Person: jane})
	if err != nil || len(f.Items) != 2 {
		t.Fatal(f, err)
	}
	w.lie = func(out http.ResponseWriter, _ *http.Request) {
		say(out, http.StatusOK, object{"status": "error", "messages": "Asset does not exist."})
	}
	w.can("ignore")(true)
	_, err = s.Action.Do(t.Context(), actions.Target{Person: jane, Account: f.Accounts[0], Items: f.Items, First: time.Now()})
	wantClass(t, err, actions.ClassFinal, "POST /hardware/101/checkin: HTTP 200 OK: Asset does not exist.")
	if n := len(w.writes); n != 2 {
		t.Errorf("%d requests: one that is refused holds up the others", n)
	}
	// An account without an address is not that of a person without one.
	ghost := jane
	ghost.Mail = ""
	_, err = s.Action.Check(t.Context(), actions.Target{Person: ghost})
	wantClass(t, err, actions.ClassFinal, "the directory has no mail of Jane Doe")
}

func TestList(t *testing.T) {
	w := tailscale(t)
	accounts, pages := actionstest.Lister(t, example(t, w.example, w.host, w.at).Lister)
	if a := accounts["u1"]; len(accounts) != 3 || pages != 1 || a.Mail != "jane@example.com" || !a.Enabled || !a.Admin || a.Used.IsZero() {
		t.Errorf("%d pages: %+v", pages, accounts)
	}
	w = copilot(t)
	accounts, pages = actionstest.Lister(t, example(t, w.example, w.host, w.at).Lister)
	if a := accounts["12345678901"]; len(accounts) != 2 || pages != 2 || a.Login != "Jane_example" {
		t.Errorf("%d pages: %+v", pages, accounts)
	}
}

// offboard check rehearses the reads.
func TestInspect(t *testing.T) {
	w := snipeit(t)
	inspect := func(sys actions.System) string {
		t.Helper()
		remarks, err := sys.Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range remarks {
			if r.Remedy == "" {
				t.Errorf("no remedy: %s", r.Text)
			}
			out = append(out, fmt.Sprint(r.Broken, " ", r.Text))
		}
		return strings.Join(out, "\n")
	}
	sys := example(t, w.example, w.host, w.at)
	if got := inspect(sys); !strings.HasPrefix(got, "false nothing shows") || strings.Contains(got, "\n") {
		t.Error(got)
	}
	if err := sys.Reach(t.Context()); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct{ old, with, want string }{
		{"    account:\n", "    rehearse: {login: jane, mail: jane@example.com}\n    account:\n", ""},
		{"    account:\n", "    rehearse: {login: joe, mail: joe@example.com}\n    account:\n", "no account is found of joe"},
		{"answer.json.rows.filter(u, u.email.lowerAscii() == person.mail)", "answer.json.rows", "finds jane for somebody who does not exist"},
		{"    account:\n", "    rehearse: {login: jane}\n    account:\n", "received: the directory has no mail of jane"},
	} {
		text := strings.Replace(exampleText(t, w.example, w.host, w.at), tt.old, tt.with, 1)
		if got := inspect(system(t, text)); tt.want == "" && strings.Contains(got, "true") || !strings.Contains(got, tt.want) {
			t.Errorf("%s:\n%s", tt.with, got)
		}
	}
	d := jira(t)
	text := strings.Replace(exampleText(t, d.example, d.host, d.at), `!= "contractor"`, `== "employee"`, 1)
	if got := inspect(system(t, text)); got != "" {
		t.Error(got)
	}
	text = strings.Replace(text, "/search/jql", "/search", 1)
	if got := inspect(system(t, text)); !strings.Contains(got, "true ticket: GET /search: HTTP 404") {
		t.Error(got)
	}
	wantClass(t, system(t, text).Reach(t.Context()), actions.ClassFinal, "HTTP 404")
	w.can("down")(true)
	_, err := sys.Inspect(t.Context())
	wantClass(t, err, actions.ClassAgain)
	wantClass(t, sys.Reach(t.Context()), actions.ClassAgain)
}

// A list of all accounts that does not go on is an error, never a list that is done.
func TestListStandsStill(t *testing.T) {
	v, at := newVendor(t)
	v.mux.HandleFunc("GET /users", func(out http.ResponseWriter, _ *http.Request) { say(out, 200, object{"users": []string{"u1"}}) })
	l := system(t, fmt.Sprintf(paged, at, `{query: page, next: '"2"'}`)+`
    list:
      read: {get: /users, proven: answer.status == 200, list: answer.json.users, page: {query: page, next: '"2"'}}
      enabled: "true"
`).Lister
	p, err := l.List(t.Context(), "")
	if err != nil || len(p.Accounts) != 1 || p.Next == "" {
		t.Fatalf("%+v, %v", p, err)
	}
	for page, want := range map[string]string{p.Next: "begin again", "1001 3": "more than 1000 pages", "x": "no page of the list"} {
		_, err := l.List(t.Context(), page)
		wantClass(t, err, actions.ClassFinal, want)
	}
}

const paged = `
- name: sys
  type: http
  settings:
    url: %s
    account:
      find:
        get: /users
        proven: answer.status == 200
        list: answer.json.users
        page: %s
      read: {get: "/users/{account.id}", proven: answer.status == 200, list: "[answer.json]"}
      id: it
      login: '"x" + it'
    actions:
    - name: a
      words: Do it
      loses: all
      read: {get: /items, proven: answer.status == 200, list: "[]"}
      item: {id: it.id, label: it.id}
      do: [{delete: "/items/{item.id}", done: answer.status == 200}]
`

// All ways to page give all, and a list that does not end is an error.
func TestPaging(t *testing.T) {
	v, at := newVendor(t)
	v.mux.HandleFunc("GET /v1/items", func(out http.ResponseWriter, _ *http.Request) { say(out, 200, object{}) })
	v.mux.HandleFunc("GET /v1/users", func(out http.ResponseWriter, r *http.Request) {
		n := map[string]int{"": 1, "2": 2, "3": 3, "c2": 2, "c3": 3, "10": 2, "20": 3}[r.FormValue("page")]
		body := object{"users": []string{fmt.Sprint("u", n)}}
		if n < 3 {
			body["cursor"], body["next"] = fmt.Sprint("c", n+1), fmt.Sprintf("%s/v1/users?page=%d", at, n+1)
			body["path"], body["query"] = fmt.Sprintf("/v1/users?page=%d", n+1), fmt.Sprintf("?page=%d", n+1)
			out.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, body["next"]))
		}
		say(out, http.StatusOK, body)
	})
	for _, tt := range []struct{ page, want string }{
		{`{query: page, next: 'page < 3 ? string(page + 1) : ""'}`, ""},
		{`{query: page, next: 'page < 3 ? string(page * 10) : ""'}`, ""},
		{`{query: page, next: 'answer.json.?cursor.orValue("")'}`, ""},
		{`{next: 'answer.json.?next.orValue("")'}`, ""},
		{`{next: 'answer.json.?path.orValue("")'}`, ""},
		{`{next: 'answer.json.?query.orValue("")'}`, ""},
		{`{next: 'link(answer.header[?"link"].orValue(""), "next")'}`, ""},
		{`{next: '"https://elsewhere.example/?token=s3cr3t-value"'}`, "another host"},
		{`{query: page, next: '"2"'}`, "begin again"},
		{`{query: page, next: 'string(page)'}`, "more than 1000 pages"},
		{`{next: 'answer.json.nope'}`, "no such key"},
	} {
		sys := system(t, fmt.Sprintf(paged, at+"/v1", tt.page))
		f, err := sys.Actions[0].Action.Check(t.Context(), actions.Target{Person: jane})
		switch {
		case tt.want == "" && (err != nil || len(f.Accounts) != 3):
			t.Errorf("%s: %+v, %v", tt.page, f.Accounts, err)
		case tt.want != "":
			wantClass(t, err, actions.ClassFinal, tt.want)
		}
	}
}

// Closing the ticket confirms the step, by the real executor: it makes one ticket,
// waits while that is open, makes another if somebody deletes it, and ends when it is
// closed. Whoever looks at the closed case later finds it by the same mark, and hears of
// it only if it was reopened.
func TestTicketIsClosed(t *testing.T) {
	for _, d := range []*desk{jira(t), servicenow(t)} {
		d.closes = false
		had, looks := len(d.tickets), 0
		d.looked = func() {
			switch looks++; {
			case looks == 8 && len(d.tickets) == had+1:
				d.tickets = d.tickets[:had] // somebody deletes it
			case looks > 16 && len(d.tickets) > had:
				d.set(had, false)
			}
		}
		sys := system(t, strings.Replace(exampleText(t, d.example, d.host, d.at), "every: 30m", "every: 1ms", 1))
		s, c := actionstest.CarryOut(t, sys, jane, map[store.StepID]store.StepState{"sys/ticket/1": store.Proven})
		again, err := s.Case(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		st := again.Plan(0).Step("sys/ticket/1")
		d.mu.Lock()
		d.looked = func() {}
		made := len(d.writes)
		d.mu.Unlock()
		if st.Tries < 3 || made != 2 || len(d.tickets) != had+1 {
			t.Errorf("%s: %d tries, %d tickets made, %d there", d.example, st.Tries, made, len(d.tickets)-had)
		}
		later := actions.Target{Person: jane, Account: actions.Account{ID: jane.ID, Login: jane.Login}, First: st.First}
		finds := func(when string, want int) {
			t.Helper()
			if f, err := sys.Actions[0].Action.Check(t.Context(), later); err != nil || len(f.Items) != want {
				t.Errorf("%s, %s: %+v, %v", d.example, when, f, err)
			}
		}
		finds("closed", 0)
		d.set(had, true)
		finds("reopened", 1)
		d.tickets = d.tickets[:had]
		finds("deleted since", 0)
	}
}

// Of the devices only their own are deleted: not a tagged one, nor one of another
// network.
func TestOwnDevices(t *testing.T) {
	w := tailscale(t)
	f, err := spec(example(t, w.example, w.host, w.at), "devices").Action.Check(t.Context(), actions.Target{Person: jane})
	if err != nil || len(f.Items) != 2 || f.Items[0].Label != "device host0 (linux)" || f.Items[1].ID != "n1CNTRL" {
		t.Errorf("%+v, %v", f.Items, err)
	}
}
