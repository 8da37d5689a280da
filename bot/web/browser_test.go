package web

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"
)

// browser is somebody at the page, without a screen: it fetches pages and
// sends their forms.
type browser struct {
	t    testing.TB
	base string
	http *http.Client

	mu   sync.Mutex
	sent int
	last func() error // the last thing that was sent
}

func newBrowser(t testing.TB, base string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, base: base, http: &http.Client{Jar: jar}}
}

// enter comes in with the token.
func (b *browser) enter(token string) {
	b.t.Helper()
	if status, body := b.get("/?token=" + token); status != http.StatusOK {
		b.t.Fatalf("%d at the door: %s", status, body)
	}
}

func (b *browser) get(path string) (status int, body string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	res, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, string(data)
}

func (b *browser) page(path string) *node {
	b.t.Helper()
	status, body := b.get(path)
	if status != http.StatusOK {
		b.t.Fatalf("%s: %d %s", path, status, body)
	}
	return parse(b.t, body)
}

// places are the pages of a person, the newest place last.
func (b *browser) places(person string) []*node {
	b.t.Helper()
	out := []*node{b.page("/as/" + person)}
	for _, a := range out[0].id("me").tagged("a") {
		if path := a.attr["href"]; !strings.HasSuffix(path, "/direct") && !strings.Contains(path, "#") {
			out = append(out, b.page(path))
		}
	}
	return out
}

// post sends a form under a new id, or the one it had.
func (b *browser) post(path string, values url.Values) error {
	b.mu.Lock()
	b.sent++
	values.Set("id", strconv.Itoa(b.sent))
	body := values.Encode()
	send := func() error { return b.send(path, body) }
	b.last = send
	b.mu.Unlock()
	return send()
}

func (b *browser) send(path, body string) error {
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", b.base)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := b.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusNoContent {
		text, _ := io.ReadAll(res.Body)
		return fmt.Errorf("%d: %s", res.StatusCode, text)
	}
	return nil
}

// serve runs a chat behind a server and lets a browser in.
func serve(t testing.TB, cfg Config) (*Chat, *browser) {
	t.Helper()
	cfg.Log = zerolog.New(zerolog.NewTestWriter(t))
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	b := newBrowser(t, server.URL)
	b.enter(c.Token())
	return c, b
}
