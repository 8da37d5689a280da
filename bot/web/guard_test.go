package web

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// request is what an attacker can make a browser send, or a program itself.
type request struct {
	method, path, host, origin, site, body string
	stranger                               bool // has no cookie
	status                                 int
	rule                                   string
}

func TestGuard(t *testing.T) {
	c, b := serve(t, toyConfig(filepath.Join(t.TempDir(), "chat.db")))
	runToy(t, c)
	port := b.base[strings.LastIndex(b.base, ":"):]
	own := "http://127.0.0.1" + port
	typed := "id=x&text=help"
	for _, r := range []request{
		{method: "GET", path: "/as/hanna/direct", status: 200, rule: "a page for who is in"},
		{method: "POST", path: "/as/hanna/type", origin: own, site: "same-origin", body: typed, status: 204, rule: "the chat's own page may act"},
		{method: "POST", path: "/as/hanna/type", origin: own, body: typed, status: 204, rule: "an old browser has no Sec-Fetch-Site"},
		{method: "POST", path: "/as/hanna/type", origin: "http://evil.example", body: typed, status: 403, rule: "a foreign Origin may not"},
		{method: "POST", path: "/as/hanna/type", origin: "http://127.0.0.1:1", body: typed, status: 403, rule: "another port is another origin"},
		{method: "POST", path: "/as/hanna/type", origin: "https://127.0.0.1" + port, body: typed, status: 403, rule: "another scheme too"},
		{method: "POST", path: "/as/hanna/type", origin: "null", body: typed, status: 403, rule: "a sandboxed frame may not"},
		{method: "POST", path: "/as/hanna/type", body: typed, status: 403, rule: "no Origin, no action"},
		{method: "POST", path: "/as/hanna/type", origin: own, site: "cross-site", body: typed, status: 403, rule: "Sec-Fetch-Site counts even if the Origin is right"},
		{method: "POST", path: "/as/hanna/type", origin: own, site: "same-site", body: typed, status: 403, rule: "another port is same-site"},
		{method: "GET", path: "/as/hanna/direct", host: "evil.example" + port, status: 421, rule: "a rebinding name may not read"},
		{method: "GET", path: "/static/chat.js", host: "evil.example" + port, status: 421, rule: "not even what is public"},
		{method: "POST", path: "/as/hanna/type", host: "evil.example" + port, origin: "http://evil.example" + port, body: typed, status: 421, rule: "nor act"},
		{method: "GET", path: "/as/hanna/direct", host: "127.0.0.1:1", status: 421, rule: "another port may not"},
		{method: "GET", path: "/as/hanna/direct", host: "127.0.0.1", status: 421, rule: "no port may not"},
		{method: "GET", path: "/as/hanna/direct", host: "10.0.0.7" + port, status: 421, rule: "an address of the network may not"},
		{method: "GET", path: "/as/hanna/direct", host: "localhost.evil.example" + port, status: 421, rule: "localhost is no beginning"},
		{method: "GET", path: "/as/hanna/direct", host: "localhost" + port, status: 403, rule: "localhost is this machine, but has cookies of its own"},
		{method: "GET", path: "/as/hanna/direct", host: "[::1]" + port, status: 403, rule: "so is ::1, and so has it"},
		{method: "GET", path: "/", stranger: true, status: 403, rule: "without a token one stays outside"},
		{method: "GET", path: "/events", stranger: true, status: 403, rule: "and hears nothing"},
		{method: "GET", path: "/?token=" + strings.Repeat("A", 26), stranger: true, status: 403, rule: "a guessed token does not help"},
		{method: "GET", path: "/?token=", stranger: true, status: 403, rule: "nor an empty one"},
		{method: "POST", path: "/as/hanna/type", stranger: true, origin: own, body: typed, status: 403, rule: "a stranger may not act"},
		{method: "GET", path: "/as/hanna/type", status: 404, rule: "GET does nothing"},
		{method: "GET", path: "/panel", status: 404, rule: "in the panel neither"},
		{method: "PUT", path: "/as/hanna/type", origin: own, status: 404, rule: "nor another method"},
		{method: "POST", path: "/as/hanna/type", origin: own, body: "id=x&text=" + strings.Repeat("a", maxBody), status: 413, rule: "a huge body is refused"},
		{method: "POST", path: "/panel", origin: own, body: "act=" + strings.Repeat("a", maxBody), status: 413, rule: "in the panel too"},
		{method: "POST", path: "/panel", origin: own, body: "act=format", status: 422, rule: "the panel does what it shows"},
		{method: "POST", path: "/as/nobody/type", origin: own, body: typed, status: 404, rule: "nobody acts"},
		{method: "POST", path: "/as/hanna/type", origin: own, body: typed + "&channel=it-offboarding", status: 422, rule: "where one does not read, one does not type"},
		{method: "POST", path: "/as/hanna/type", origin: own, body: "text=help&id=" + strings.Repeat("x", 65), status: 422, rule: "a name is short"},
		{method: "POST", path: "/as/hanna/type", origin: own, body: "id=y&text=/away", status: 422, rule: "one bot, one command"},
		{method: "POST", path: "/as/hanna/press", origin: own, body: "id=y&message=m999&do=a:b", status: 422, rule: "a button stands in a message"},
		{method: "POST", path: "/as/hanna/fill", origin: own, body: "id=y&form=f999", status: 409, rule: "a form has to be open"},
		{method: "GET", path: "/as/hanna/channel/it-offboarding", status: 404, rule: "a channel is for its members"},
	} {
		t.Run(r.rule, func(t *testing.T) { b.attack(t, r) })
	}
}

func (b *browser) attack(t *testing.T, r request) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), r.method, b.base+r.path, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if r.host != "" {
		req.Host = r.host
	}
	for header, value := range map[string]string{"Origin": r.origin, "Sec-Fetch-Site": r.site} {
		if value != "" {
			req.Header.Set(header, value)
		}
	}
	if r.body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := *b.http
	if r.stranger {
		client.Jar = nil
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != r.status {
		t.Errorf("%s %s gives %d, not %d: %s", r.method, r.path, res.StatusCode, r.status, body)
	}
	for header, want := range map[string]string{
		"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if got := res.Header.Get(header); got != want {
			t.Errorf("%s is %q", header, got)
		}
	}
}

// TestToken_once: the link lets one browser in, and follows itself without
// harm in the one that is in.
func TestToken_once(t *testing.T) {
	c, err := New(toyConfig(filepath.Join(t.TempDir(), "chat.db")))
	if err != nil {
		t.Fatal(err)
	}
	base := listen(t, c)
	token := c.Token()
	if again := c.Token(); again != token {
		t.Errorf("the token changed from %q to %q before it was used", token, again)
	}
	first, second := newBrowser(t, base), newBrowser(t, base)
	first.enter(token)
	if status, body := second.get("/?token=" + token); status != http.StatusForbidden || !strings.Contains(body, "has been used") {
		t.Errorf("the second time it gives %d: %s", status, body)
	}
	if status, body := first.get("/?token=" + token); status != http.StatusOK || !strings.Contains(body, "Who do you want to be?") {
		t.Errorf("who is in gets %d: %s", status, body)
	}
	second.enter(c.Token())
	third := newBrowser(t, base)
	res, err := third.http.Get(base + "/?token=" + c.Token())
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if got := res.Cookies(); len(got) != 1 || !got[0].HttpOnly || got[0].SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookies are %v", got)
	}
}
