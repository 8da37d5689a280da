package http_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"offboard/actions"
	offhttp "offboard/actions/http"
	"offboard/config"
)

const (
	hush  = "s3cr3t-value" // what the bot signs in with
	token = "t0ken-of-an-hour"
)

// vendor is a system at the wire, with the faults that a real one has. Its own
// part is written from the vendor's documents.
type vendor struct {
	mux *http.ServeMux
	lie func(w http.ResponseWriter, r *http.Request) // answers a write, and changes nothing

	mu     sync.Mutex
	fault  string
	wake   chan struct{}
	writes []string
}

func newVendor(t testing.TB) (*vendor, string) {
	v := &vendor{mux: http.NewServeMux(), wake: make(chan struct{})}
	s := httptest.NewServer(v)
	t.Cleanup(func() { v.can("")(false); s.Close() })
	return v, s.URL
}

// can makes a switch of a fault.
func (v *vendor) can(fault string) func(on bool) {
	return func(on bool) {
		v.mu.Lock()
		defer v.mu.Unlock()
		close(v.wake)
		v.wake, v.fault = make(chan struct{}), ""
		if on {
			v.fault = fault
		}
	}
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	fault, wake := v.fault, v.wake
	write := r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/oauth/token")
	if write {
		v.writes = append(v.writes, r.Method+" "+r.URL.Path)
	}
	v.mu.Unlock()
	switch {
	case fault == "down":
		panic(http.ErrAbortHandler)
	case fault == "hang":
		select {
		case <-r.Context().Done():
		case <-wake:
		}
		panic(http.ErrAbortHandler)
	case fault == "busy":
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "<html>busy")
	case fault == "refuse" && write:
		say(w, http.StatusForbidden, object{"message": "not with " + r.Header.Get("Authorization") + " and " + hush})
	case fault == "ignore" && write:
		v.lie(w, r)
	default:
		v.mux.ServeHTTP(w, r)
	}
}

func (v *vendor) written() (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return strings.Join(v.writes, "\n"), nil
}

type object = map[string]any

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// sent is the body of a request.
func sent(r *http.Request) object {
	out := object{}
	_ = json.NewDecoder(r.Body).Decode(&out)
	return out
}

// secrets are what the examples read from the environment.
func secrets(t testing.TB) {
	for _, name := range []string{"TAILSCALE_SECRET", "JIRA_TOKEN", "SERVICENOW_PASSWORD", "SNIPEIT_TOKEN", "GITHUB_TOKEN", "API_TOKEN"} {
		if tt, ok := t.(*testing.T); ok && os.Getenv(name) != hush {
			tt.Setenv(name, hush)
		}
	}
}

// file is a configuration with these systems, as somebody writes it.
func file(systems string) string {
	return "company: {name: Example, zone: Europe/Lisbon}\ndatabase: a.db\nkeys: {file: a.keys, secret: \"${API_TOKEN}\"}\ndirectory: corp\nplaces: {it: it}\nroles:\n- {role: hr, people: [maria]}\n- {role: it, people: [ivan]}\n- {role: security, people: [sasha]}\n- {role: admin, people: [rui]}\nsystems:\n- {name: corp, type: ldap}\n" + systems
}

// load reads a section by the program's own decoder.
func load(t testing.TB, systems string) (offhttp.Config, error) {
	t.Helper()
	secrets(t)
	cfg, err := config.Parse("offboard.yaml", []byte(file(systems)))
	if err != nil {
		t.Fatal(err)
	}
	var c offhttp.Config
	if err := cfg.Systems[1].Section.Decode(&c); err != nil {
		return c, err
	}
	return c, c.Validate()
}

// exampleText is a worked example that speaks to a fake.
func exampleText(t testing.TB, name, host, at string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), host) {
		t.Fatalf("%s does not speak to %s", name, host)
	}
	return strings.ReplaceAll(string(text), host, at)
}

func example(t testing.TB, name, host, at string) actions.System {
	t.Helper()
	return system(t, exampleText(t, name, host, at))
}

func system(t testing.TB, systems string) actions.System {
	t.Helper()
	cfg, err := load(t, systems)
	if err != nil {
		t.Fatal(err)
	}
	c, err := offhttp.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c.System("sys", "The System")
}

func spec(s actions.System, name string) actions.Spec {
	return s.Actions[slices.IndexFunc(s.Actions, func(a actions.Spec) bool { return a.Name == name })]
}

func person(login, name string) actions.Person {
	return actions.Person{ID: "id-" + login, Name: name, Login: login, Mail: login + "@example.com", Employment: "employee"}
}

var (
	jane     = person("jane", "Jane Doe")
	bo       = person("bo", "Bo Nilsen")
	stranger = actions.Person{ID: "id-nobody", Name: "No Body", Login: "nobody", Mail: "nobody@example.com", Employment: "contractor"}
)

// wantClass fails unless err is of this class and tells no secret.
func wantClass(t *testing.T, err error, want actions.Class, says ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one of class %s", want)
	}
	if got, _ := actions.ClassOf(err); got != want {
		t.Errorf("class %s, want %s: %v", got, want, err)
	}
	if strings.Contains(err.Error(), hush) {
		t.Errorf("the error holds a secret: %v", err)
	}
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%q is not said in: %v", s, err)
		}
	}
}
