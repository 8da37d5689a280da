package http_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
)

// world is a vendor with Jane and Bo in it, and all its state as text.
type world struct {
	*vendor
	example  string
	host, at string
	state    func() any
}

func (w *world) snapshot() (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b, err := json.MarshalIndent(w.state(), "", " ")
	return string(b), err
}

// locked runs a handler while nobody else looks.
func (w *world) on(pattern string, h http.HandlerFunc) {
	w.mux.HandleFunc(pattern, func(out http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		h(out, r)
	})
}

func made(t testing.TB, example, host, path string) *world {
	v, at := newVendor(t)
	return &world{vendor: v, example: example, host: host, at: at + path}
}

// tailscale is written from https://tailscale.com/api and publicapi/device.md of
// github.com/tailscale/tailscale.
func tailscale(t testing.TB) *world {
	w := made(t, "tailscale", "https://api.tailscale.com/api/v2", "/api/v2")
	user := func(id, login, role, kind string) object {
		return object{"id": id, "loginName": login, "role": role, "type": kind, "status": "active", "lastSeen": "2026-11-20T08:00:00Z"}
	}
	users := map[string]object{
		"u1": user("u1", "Jane@example.com", "admin", "member"), "u2": user("u2", "bo@example.com", "member", "member"),
		"u3": user("u3", "jane@example.com", "member", "shared"),
	}
	devices := map[string]object{}
	for i, login := range []string{"Jane@example.com", "Jane@example.com", "bo@example.com", "Jane@example.com", "Jane@example.com"} {
		id := fmt.Sprintf("n%dCNTRL", i)
		devices[id] = object{"nodeId": id, "user": login, "hostname": fmt.Sprintf("host%d", i), "os": "linux", "isExternal": i == 3}
		if i == 1 {
			devices[id]["tags"] = []string{}
		}
	}
	devices["n4CNTRL"]["tags"] = []string{"tag:ci"} // the tag owns it, not Jane
	w.state = func() any { return object{"users": users, "devices": devices} }
	w.lie = func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(http.StatusOK) }
	w.on("POST /api/v2/oauth/token", func(out http.ResponseWriter, _ *http.Request) {
		say(out, http.StatusOK, object{"access_token": token, "token_type": "Bearer", "expires_in": 3600})
	})
	w.on("GET /api/v2/tailnet/{tailnet}/users", func(out http.ResponseWriter, r *http.Request) {
		say(out, http.StatusOK, object{"users": slices.Collect(maps.Values(users))}) // unsorted
	})
	w.on("GET /api/v2/users/{id}", func(out http.ResponseWriter, r *http.Request) {
		if u, ok := users[r.PathValue("id")]; ok {
			say(out, http.StatusOK, u)
			return
		}
		say(out, http.StatusNotFound, object{"message": "user not found"})
	})
	for verb, status := range map[string]string{"suspend": "suspended", "restore": "active"} {
		w.on("POST /api/v2/users/{id}/"+verb, func(out http.ResponseWriter, r *http.Request) {
			if u, ok := users[r.PathValue("id")]; ok {
				u["status"] = status
				return
			}
			say(out, http.StatusNotFound, object{"message": "user not found"})
		})
	}
	w.on("GET /api/v2/tailnet/{tailnet}/devices", func(out http.ResponseWriter, _ *http.Request) {
		say(out, http.StatusOK, object{"devices": slices.Collect(maps.Values(devices))})
	})
	w.on("DELETE /api/v2/device/{id}", func(out http.ResponseWriter, r *http.Request) {
		if _, ok := devices[r.PathValue("id")]; !ok {
			say(out, http.StatusNotFound, object{"message": "device not found"})
			return
		}
		delete(devices, r.PathValue("id"))
	})
	return w
}

// desk is a helpdesk. Its tickets are closed when closes says so.
type desk struct {
	*world
	tickets []object
	closes  bool
	lag     bool // the search does not show what is new
	looked  func()
}

// set opens or closes a ticket.
func (d *desk) set(i int, open bool) {
	d.tickets[i]["active"] = fmt.Sprint(open)
	if fields, ok := d.tickets[i]["fields"].(object); ok {
		fields["status"] = object{"statusCategory": object{"key": map[bool]string{true: "indeterminate", false: "done"}[open]}}
	}
}

// jira is written from https://developer.atlassian.com/cloud/jira/platform/rest/v3,
// with the lag of /platform/search-and-reconcile.
func jira(t testing.TB) *desk {
	d := &desk{world: made(t, "jira", "https://example.atlassian.net/rest/api/3", "/rest/api/3"), closes: true, looked: func() {}}
	d.state = func() any { return d.tickets }
	d.lie = func(out http.ResponseWriter, _ *http.Request) {
		say(out, http.StatusCreated, object{"id": "1", "key": "IT-1"})
	}
	d.on("GET /rest/api/3/search/jql", func(out http.ResponseWriter, r *http.Request) {
		d.looked()
		quoted, ok := strings.CutPrefix(r.FormValue("jql"), "labels = ")
		var label string
		if !ok || json.Unmarshal([]byte(quoted), &label) != nil {
			say(out, http.StatusBadRequest, object{"errorMessages": []string{"Error in the JQL Query"}})
			return
		}
		issues := []object{}
		for _, i := range d.tickets {
			if !d.lag && slices.Contains(i["fields"].(object)["labels"].([]any), any(label)) {
				issues = append(issues, i)
			}
		}
		say(out, http.StatusOK, object{"issues": issues, "isLast": true})
	})
	d.on("POST /rest/api/3/issue", func(out http.ResponseWriter, r *http.Request) {
		fields, _ := sent(r)["fields"].(object)
		key := fmt.Sprintf("IT-%d", len(d.tickets)+1)
		category := "new"
		if d.closes {
			category = "done"
		}
		d.tickets = append(d.tickets, object{"key": key, "fields": object{
			"labels": fields["labels"], "summary": fields["summary"], "status": object{"statusCategory": object{"key": category}},
		}})
		say(out, http.StatusCreated, object{"id": "10000", "key": key})
	})
	return d
}

// servicenow is written from the Table API: a field that does not exist is left out
// of the query (glide.invalid_query.returns_no_rows), so it may return anything.
func servicenow(t testing.TB) *desk {
	d := &desk{world: made(t, "servicenow", "https://example.service-now.com/api/now", "/api/now"), closes: true, looked: func() {}}
	d.tickets = []object{{"number": "INC0000001", "active": "false", "correlation_id": "somebody-elses"}}
	d.state = func() any { return d.tickets }
	d.lie = func(out http.ResponseWriter, _ *http.Request) {
		say(out, http.StatusCreated, object{"result": object{"number": "INC0000009"}})
	}
	d.on("GET /api/now/table/incident", func(out http.ResponseWriter, _ *http.Request) {
		d.looked()
		say(out, http.StatusOK, object{"result": d.tickets})
	})
	d.on("POST /api/now/table/incident", func(out http.ResponseWriter, r *http.Request) {
		one := sent(r)
		one["number"], one["active"] = fmt.Sprintf("INC%07d", len(d.tickets)+1), fmt.Sprint(!d.closes)
		d.tickets = append(d.tickets, one)
		say(out, http.StatusCreated, object{"result": one})
	})
	return d
}

// snipeit is written from https://snipe-it.readme.io/reference and the transformers
// of github.com/snipe/snipe-it: an error is HTTP 200 with status: error.
func snipeit(t testing.TB) *world {
	w := made(t, "snipeit", "https://assets.example.com/api/v1", "/api/v1")
	users := []object{{"id": 7, "username": "jane", "email": "Jane@example.com"}, {"id": 8, "username": "bo", "email": "bo@example.com"}, {"id": 9, "username": "ghost", "email": ""}}
	owner := map[string]string{"101": "7", "102": "7", "103": "8"}
	fail := func(out http.ResponseWriter, text string) {
		say(out, http.StatusOK, object{"status": "error", "messages": text, "payload": nil})
	}
	w.state = func() any { return owner }
	w.lie = func(out http.ResponseWriter, _ *http.Request) {
		say(out, http.StatusOK, object{"status": "success", "messages": "ok"})
	}
	w.on("GET /api/v1/users", func(out http.ResponseWriter, _ *http.Request) { // the filter is ignored
		say(out, http.StatusOK, object{"total": len(users), "rows": users})
	})
	w.on("GET /api/v1/users/{id}", func(out http.ResponseWriter, r *http.Request) {
		for _, u := range users {
			if fmt.Sprint(u["id"]) == r.PathValue("id") {
				say(out, http.StatusOK, u)
				return
			}
		}
		fail(out, "User not found")
	})
	w.on("GET /api/v1/users/{id}/assets", func(out http.ResponseWriter, r *http.Request) {
		rows := []object{}
		for id, user := range owner {
			if user == r.PathValue("id") {
				n := json.Number(id)
				rows = append(rows, object{"id": n, "asset_tag": "A-" + id, "model": object{"name": "Laptop"}})
			}
		}
		say(out, http.StatusOK, object{"total": len(rows), "rows": rows})
	})
	w.on("POST /api/v1/hardware/{id}/checkin", func(out http.ResponseWriter, r *http.Request) {
		if owner[r.PathValue("id")] == "" {
			fail(out, "That asset is already checked in.")
			return
		}
		delete(owner, r.PathValue("id"))
		say(out, http.StatusOK, object{"status": "success", "messages": "Asset checked in successfully."})
	})
	return w
}

// copilot is written from https://docs.github.com/rest/copilot/copilot-user-management:
// a cancelled seat stays until the cycle ends, with its date. Pages have one seat.
func copilot(t testing.TB) *world {
	w := made(t, "copilot", "https://api.github.com", "")
	seat := func(id int, login string) object {
		return object{"assignee": object{"id": id, "login": login}, "plan_type": "business", "pending_cancellation_date": nil}
	}
	seats := []object{seat(12345678901, "Jane_example"), seat(2, "bo_example")}
	find := func(login string) object {
		for _, s := range seats {
			if s["assignee"].(object)["login"] == login {
				return s
			}
		}
		return nil
	}
	w.state = func() any { return seats }
	w.lie = func(out http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			say(out, http.StatusCreated, object{"seats_created": 1})
			return
		}
		say(out, http.StatusOK, object{"seats_cancelled": 1})
	}
	w.on("GET /orgs/example/copilot/billing/seats", func(out http.ResponseWriter, r *http.Request) {
		at := 0
		if r.FormValue("page") == "2" {
			at = 1
		} else {
			out.Header().Set("Link", fmt.Sprintf(`<%s/orgs/example/copilot/billing/seats?per_page=100&page=2>; rel="next", <%s/x>; rel="last"`, w.at, w.at))
		}
		say(out, http.StatusOK, object{"total_seats": len(seats), "seats": seats[at : at+1]})
	})
	w.on("GET /orgs/example/members/{login}/copilot", func(out http.ResponseWriter, r *http.Request) {
		if s := find(r.PathValue("login")); s != nil {
			say(out, http.StatusOK, s)
			return
		}
		say(out, http.StatusNotFound, object{"message": "Not Found"})
	})
	change := func(date any, status int, key string) http.HandlerFunc {
		return func(out http.ResponseWriter, r *http.Request) {
			n := 0
			for _, login := range sent(r)["selected_usernames"].([]any) {
				if s := find(login.(string)); s != nil && s["pending_cancellation_date"] != date {
					s["pending_cancellation_date"] = date
					n++
				}
			}
			say(out, status, object{key: n})
		}
	}
	w.on("DELETE /orgs/example/copilot/billing/selected_users", change("2026-12-01", http.StatusOK, "seats_cancelled"))
	w.on("POST /orgs/example/copilot/billing/selected_users", change(nil, http.StatusCreated, "seats_created"))
	return w
}

// Every action of every example passes the suite.
func TestActions(t *testing.T) {
	for _, tt := range []struct {
		action string
		make   func(t testing.TB) *world
	}{
		{"suspend", tailscale},
		{"devices", tailscale},
		{"ticket", func(t testing.TB) *world { return jira(t).world }},
		{"ticket", func(t testing.TB) *world { return servicenow(t).world }},
		{"received", snipeit},
		{"check-in", snipeit},
		{"seat", copilot},
	} {
		w := tt.make(t)
		t.Run(w.example+", "+tt.action, func(t *testing.T) {
			actionstest.Action(t, actionstest.Kit{New: func() (*actionstest.World, error) {
				w := tt.make(t)
				sys := example(t, w.example, w.host, w.at)
				out := &actionstest.World{
					Spec: func() actions.Spec { return spec(sys, tt.action) }, Person: jane, Stranger: stranger, Other: bo,
					OneAccount: true, Snapshot: w.snapshot, Writes: w.written,
					Ignore: w.can("ignore"), Refuse: w.can("refuse"), Down: w.can("down"), Busy: w.can("busy"), Hang: w.can("hang"),
					Secrets: []string{hush, token},
				}
				if tt.action == "received" { // it asks for nothing that could be refused
					out.Ignore, out.Refuse = nil, nil
				}
				return out, nil
			}})
		})
	}
}
