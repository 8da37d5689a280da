package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// policy is the Content-Security-Policy: nothing from outside, and nothing
// inline but whole, which is named by its hash.
var policy = "default-src 'none'; script-src 'self' 'sha256-" + hashed(whole) + "'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func hashed(script string) string {
	sum := sha256.Sum256([]byte(script))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// maxBody is how much a request may bring: ten fields of a form fit many times.
const maxBody = 64 << 10

// guard lets through what comes from a page of this chat, shown by a browser
// that has been let in.
//
// A page elsewhere can send requests here, and can make its own name point
// here; neither may read or do anything. Host stops the second, Origin and
// Sec-Fetch-Site the first, the SameSite cookie both once more.
func (c *Chat) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		port := localPort(r)
		switch {
		case !ownHost(r.Host, port):
			c.refuse(w, http.StatusMisdirectedRequest, "This is not the address of the chat",
				"Open it as 127.0.0.1 or localhost, with the port that the demo has printed. Over SSH, forward the same port number.")
		case r.Method != http.MethodGet && r.Method != http.MethodHead && foreign(r):
			c.refuse(w, http.StatusForbidden, "This came from another page",
				"Only the chat's own page may do something here.")
		case strings.HasPrefix(r.URL.Path, "/static/"):
			next.ServeHTTP(w, r)
		case c.known(r, port):
			next.ServeHTTP(w, r)
		case r.URL.Path == "/" && r.Method == http.MethodGet && r.URL.Query().Has("token"):
			c.enter(w, r, port)
		default:
			c.refuse(w, http.StatusForbidden, "Please come in through the front door",
				"Open the link that the demo has printed where it was started: it has a token in it, and lets one browser in. If that link was used already, start the demo again: it prints a new one.")
		}
	})
}

// enter trades the token for a cookie. The answer is a page and not a
// redirect: a browser does not send a Strict cookie along on a redirect that
// began with a link on another site.
func (c *Chat) enter(w http.ResponseWriter, r *http.Request, port string) {
	cookie, ok := c.door.redeem(r.URL.Query().Get("token"))
	if !ok {
		c.refuse(w, http.StatusForbidden, "This link has been used, or is not the newest",
			"A link lets one browser in, once. Open the newest link that the demo has printed; if there is none, start the demo again.")
		return
	}
	if err := c.writeSession(hash(cookie)); err != nil {
		c.fail(w, r, err)
		return
	}
	c.door.admit(hash(cookie))
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(port), Value: cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Expires: time.Now().AddDate(0, 1, 0),
	})
	c.render(w, http.StatusOK, "entered", doorPage{Title: c.cfg.Title, Version: assets.version})
}

func (c *Chat) known(r *http.Request, port string) bool {
	cookie, err := r.Cookie(cookieName(port))
	return err == nil && c.door.knows(cookie.Value)
}

// cookieName has the port in it, because cookies are shared by all ports.
func cookieName(port string) string { return "offboard_web_" + port }

// localPort is the port that the request came in at.
func localPort(r *http.Request) string {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return ""
	}
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return ""
	}
	return port
}

// ownHost reports whether the browser believes that it talks to this machine.
func ownHost(host, port string) bool {
	name, p, err := net.SplitHostPort(host)
	if err != nil || p != port || port == "" {
		return false
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.IsLoopback()
}

// foreign reports whether a request was not made by a page of this origin.
// Browsers say where a POST comes from; what does not say it is no browser
// that shows the page.
func foreign(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return r.Header.Get("Origin") != "http://"+r.Host || site != "" && site != "same-origin"
}
