package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/actions/rest"
	"offboard/config"
)

const hush = "s3cr3t-value"

func client(t *testing.T, cfg rest.Config) *rest.Client {
	t.Helper()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	c, err := rest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestSignsIn(t *testing.T) {
	secret := config.NewSecret(hush)
	for _, tt := range []struct {
		name string
		auth rest.Auth
		want string
	}{
		{"nothing", rest.Auth{}, " "},
		{"bearer", rest.Auth{Bearer: secret}, "Bearer " + hush + " "},
		{"basic", rest.Auth{Basic: &rest.Basic{User: "bot", Password: secret}}, "Basic Ym90OnMzY3IzdC12YWx1ZQ== "},
		{"header", rest.Auth{Header: &rest.Header{Name: "X-Api-Key", Value: secret}}, " " + hush},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = fmt.Fprintf(w, "%s %s|%s %s?%s", r.Header.Get("Authorization"), r.Header.Get("X-Api-Key"), r.Method, r.URL.Path, r.URL.RawQuery)
			})
			a, err := client(t, rest.Config{URL: at + "/v2/", Auth: tt.auth}).Do(t.Context(), rest.Call{Method: "GET", Path: "/users?a=1", Query: url.Values{"q": {"x y"}}})
			if want := tt.want + "|GET /v2/users?a=1&q=x+y"; err != nil || string(a.Body) != want {
				t.Errorf("%q, %v; want %q", a.Body, err, want)
			}
		})
	}
}

// A token is fetched once, and anew when it is not accepted any more.
func TestOAuth(t *testing.T) {
	var fetched atomic.Int32
	at := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			user, pass, _ := r.BasicAuth()
			if user != "bot" || pass != hush || r.FormValue("grant_type") != "client_credentials" || r.FormValue("scope") != "users" || r.FormValue("audience") != "us" {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusBadRequest)
				_, _ = fmt.Fprintf(w, `{"error":"invalid_client","error_description":%q}`, "you sent "+pass)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"access_token":"t%d","token_type":"Bearer","expires_in":3600}`, fetched.Add(1))
			return
		}
		if r.Header.Get("Authorization") == "Bearer t1" && r.URL.Path == "/later" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprint(w, r.Header.Get("Authorization"))
	})
	cfg := rest.Config{URL: at, Auth: rest.Auth{OAuth: &rest.OAuth{TokenURL: at + "/token", ClientID: "bot", ClientSecret: config.NewSecret(hush), Scopes: []string{"users"}, Params: map[string]string{"audience": "us"}}}}
	c := client(t, cfg)
	for _, tt := range []struct{ path, want string }{{"/a", "Bearer t1"}, {"/b", "Bearer t1"}, {"/later", "Bearer t2"}, {"/c", "Bearer t2"}} {
		if a, err := c.Do(t.Context(), rest.Call{Method: "GET", Path: tt.path}); err != nil || string(a.Body) != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.path, a.Body, err, tt.want)
		}
	}
	// A server that quotes the header tells no token.
	echo := c.Refused(rest.Call{Method: "GET", Path: "/a"}, rest.Answer{Status: 400, Body: []byte(`{"message":"odd: Bearer t2"}`)})
	if strings.Contains(echo.Error(), "t2") {
		t.Error(echo)
	}
	cfg.Auth.OAuth.ClientID = "nobody"
	_, err := client(t, cfg).Do(t.Context(), rest.Call{Method: "GET", Path: "/a"})
	if class, _ := actions.ClassOf(err); class != actions.ClassFinal || !strings.Contains(err.Error(), "invalid_client") || strings.Contains(err.Error(), hush) {
		t.Errorf("not accepted: %v", err)
	}
}

func TestRefused(t *testing.T) {
	c := client(t, rest.Config{URL: "https://api.example.com", Auth: rest.Auth{Bearer: config.NewSecret(hush)}})
	soon := http.Header{"Retry-After": {"7"}}
	for _, tt := range []struct {
		status int
		header http.Header
		body   string
		class  actions.Class
		after  time.Duration
		want   string
	}{
		{401, nil, "", actions.ClassFinal, 0, "PATCH /Users/7: HTTP 401 Unauthorized: the bot's credentials are not accepted: look at auth"},
		{403, nil, `{"detail":"missing\n\u0007scope ` + hush + `"}`, actions.ClassFinal, 0, "PATCH /Users/7: HTTP 403 Forbidden: missing scope <redacted>: the bot's account may not do that"},
		{200, nil, `{"status":"error","messages":"Asset not found"}`, actions.ClassFinal, 0, "PATCH /Users/7: HTTP 200 OK: Asset not found"},
		{404, nil, `{"error":{"message":"gone"}}`, actions.ClassFinal, 0, "PATCH /Users/7: HTTP 404 Not Found: gone"},
		{409, nil, `<html>`, actions.ClassAgain, 0, "PATCH /Users/7: HTTP 409 Conflict"},
		{429, soon, `{"message":"slowly"}`, actions.ClassAgain, 7 * time.Second, "PATCH /Users/7: HTTP 429 Too Many Requests: slowly"},
		{302, nil, "", actions.ClassFinal, 0, "PATCH /Users/7: HTTP 302 Found: it leads elsewhere, which is not followed: look at url"},
		{500, nil, `{"title":"oops"}`, actions.ClassAgain, 0, "PATCH /Users/7: HTTP 500 Internal Server Error: oops"},
		{412, nil, "", actions.ClassAgain, 0, "PATCH /Users/7: HTTP 412 Precondition Failed"},
		{423, nil, "", actions.ClassAgain, 0, "PATCH /Users/7: HTTP 423 Locked"},
		{503, soon, "", actions.ClassAgain, 7 * time.Second, "PATCH /Users/7: HTTP 503 Service Unavailable"},
		{503, http.Header{"Retry-After": {"soon"}}, "", actions.ClassAgain, 0, "PATCH /Users/7: HTTP 503 Service Unavailable"},
		{400, nil, `{"detail":"` + strings.Repeat("é", 400) + `"}`, actions.ClassFinal, 0, "PATCH /Users/7: HTTP 400 Bad Request: " + strings.Repeat("é", 300) + "…"},
	} {
		err := c.Refused(rest.Call{Method: "PATCH", Path: "/Users/7?token=" + hush}, rest.Answer{Status: tt.status, Header: tt.header, Body: []byte(tt.body)})
		if class, after := actions.ClassOf(err); class != tt.class || after != tt.after || err.Error() != tt.want {
			t.Errorf("%d: %s %s %q, want %q", tt.status, class, after, err, tt.want)
		}
	}
}

func TestRetryAfterIsATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for in, want := range map[time.Duration]time.Duration{time.Minute: time.Minute, -time.Minute: 0} {
			if got := rest.After(http.Header{"Retry-After": {time.Now().Add(in).UTC().Format(http.TimeFormat)}}); got != want {
				t.Errorf("%s: %s", in, got)
			}
		}
	})
}

// What can't be reached is tried again, what leads elsewhere is not followed, and
// no error tells the query or a secret.
func TestDoesNotReach(t *testing.T) {
	at := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "https://elsewhere.example/", http.StatusFound)
		case "/long":
			for range rest.MaxAnswer>>20 + 1 {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		case "/cut":
			w.Header().Set("Content-Length", "10")
			_, _ = w.Write([]byte("half"))
		case "/hang":
			<-r.Context().Done()
		}
	})
	c := client(t, rest.Config{URL: at, Auth: rest.Auth{Bearer: config.NewSecret(hush)}})
	get := func(ctx context.Context, path string) (rest.Answer, error) {
		return c.Do(ctx, rest.Call{Method: "GET", Path: path, Query: url.Values{"key": {hush}}})
	}
	if a, err := get(t.Context(), "/moved"); err != nil || a.Status != http.StatusFound {
		t.Errorf("moved: %d, %v", a.Status, err)
	}
	gone := client(t, rest.Config{URL: "http://127.0.0.1:1", Auth: rest.Auth{Bearer: config.NewSecret(hush)}})
	_, refused := gone.Do(t.Context(), rest.Call{Method: "GET", Path: "/a", Query: url.Values{"key": {hush}, "who": {"jane-doe"}}})
	_, long := get(t.Context(), "/long")
	_, cut := get(t.Context(), "/cut")
	_, other := get(t.Context(), "https://elsewhere.example/page2?key="+hush)
	_, open := get(t.Context(), strings.Replace(at, "http:", "https:", 1)+"/page2") // or the other way round, in the clear
	_, odd := get(t.Context(), "no/slash")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, hung := get(ctx, "/hang")
	for _, tt := range []struct {
		name  string
		err   error
		class actions.Class
		want  string
	}{
		{"refused", refused, actions.ClassAgain, "cannot be reached"},
		{"long", long, actions.ClassFinal, "longer than 16 MiB"},
		{"cut", cut, actions.ClassAgain, "cannot be reached"},
		{"another host", other, actions.ClassFinal, "another host"},
		{"another scheme", open, actions.ClassFinal, "another host"},
		{"odd path", odd, actions.ClassFinal, "does not begin with /"},
		{"hung", hung, actions.ClassAgain, "deadline"},
	} {
		if tt.err == nil {
			t.Errorf("%s: no error", tt.name)
			continue
		}
		if class, _ := actions.ClassOf(tt.err); class != tt.class || !strings.Contains(tt.err.Error(), tt.want) || strings.Contains(tt.err.Error(), hush) || strings.Contains(tt.err.Error(), "jane-doe") {
			t.Errorf("%s: %s, %v", tt.name, class, tt.err)
		}
	}
	if !errors.Is(hung, context.DeadlineExceeded) {
		t.Error(hung)
	}
}

// A page may name the next one by its whole address.
func TestNextPage(t *testing.T) {
	at := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = fmt.Fprint(w, r.URL.String()) })
	a, err := client(t, rest.Config{URL: at + "/v1"}).Do(t.Context(), rest.Call{Method: "GET", Path: at + "/v1/users?page=2"})
	if err != nil || string(a.Body) != "/v1/users?page=2" {
		t.Errorf("%s, %v", a.Body, err)
	}
}

func TestValidate(t *testing.T) {
	secret := config.NewSecret(hush)
	for _, tt := range []struct {
		cfg  rest.Config
		want string
	}{
		{rest.Config{}, "url: it is not of the form https://host/path"},
		{rest.Config{URL: "http://api.example.com"}, "url: http would carry the bot's credentials in the clear: use https"},
		{rest.Config{URL: "https://bot:" + hush + "@api.example.com"}, "url: only the host and a path belong here; how the bot signs in stands below auth"},
		{rest.Config{URL: "https://api.example.com", Timeout: -1}, "timeout: -1ns is negative"},
		{rest.Config{URL: "https://api.example.com", CAFile: "testdata/none.pem"}, "ca_file: open testdata/none.pem: no such file or directory"},
		{rest.Config{URL: "https://api.example.com", Auth: rest.Auth{Bearer: secret, Header: &rest.Header{}}}, "auth: use one of bearer, basic, header and oauth"},
		{rest.Config{URL: "https://api.example.com", Auth: rest.Auth{Basic: &rest.Basic{User: "a:b"}}}, "auth.basic.user: a name without a colon is needed"},
		{rest.Config{URL: "https://api.example.com", Auth: rest.Auth{Basic: &rest.Basic{User: "a"}}}, "auth.basic.password: it is needed"},
		{rest.Config{URL: "https://api.example.com", Auth: rest.Auth{Header: &rest.Header{Name: "a b"}}}, `auth.header.name: "a b" is not the name of a header`},
		{rest.Config{URL: "https://api.example.com", Auth: rest.Auth{Header: &rest.Header{Name: "Key"}}}, "auth.header.value: it is needed"},
		{rest.Config{URL: "https://api.example.com", Auth: rest.Auth{OAuth: &rest.OAuth{ClientID: "a"}}}, "auth.oauth.client_id and client_secret: both are needed"},
		{rest.Config{URL: "https://api.example.com", Auth: rest.Auth{OAuth: &rest.OAuth{ClientID: "a", ClientSecret: secret, TokenURL: "x"}}}, "auth.oauth.token_url: it is not of the form https://host/path"},
	} {
		if err := tt.cfg.Validate(); err == nil || err.Error() != tt.want {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
}

func FuzzSaid(f *testing.F) {
	f.Add([]byte(`{"detail":"x"}`))
	f.Add([]byte(`{"error":{"message":"x"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if text := rest.Said(body); text != "" && !json.Valid(body) {
			t.Errorf("%q says %q", body, text)
		}
	})
}
