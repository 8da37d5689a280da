// Package slackadmin is a Slack at the wire, for tests: the parts of the Web
// API and of SCIM 2.0 with which people are taken out. It was written from
// Slack's documents and speaks its own JSON, not that of the connector.
// It keeps accounts, scopes, plans and rate limits as Slack does, and can be
// made to lie, refuse, hang and vanish.
package slackadmin

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Plan is what the company pays for.
type Plan int

// The plans, the smaller ones first.
const (
	Free Plan = iota
	Pro
	Business
	Enterprise
)

// User is an account.
type User struct {
	ID, Team, Name, RealName, Mail, Number string
	Deleted, Bot, Guest, Stranger          bool
	Admin, Owner, PrimaryOwner             bool
	Sessions                               int
	ScimActive                             *bool // what SCIM says, if not what is so
}

// Group is a user group.
type Group struct {
	ID, Name, Handle, AutoType string
	IDP, Disabled              bool
	Users                      []string
	DeletedBy                  string // who disabled it
}

// Token is an installed app's token.
type Token struct {
	User   string // whose
	Bot    bool
	Scopes []string
	Team   string // if not the server's
	Org    bool
}

// TeamID is the workspace of the server.
const TeamID = "T0LUMEN01"

// Server is the fake. Its fields are set before it is used.
type Server struct {
	URL    string
	Plan   Plan
	Tokens map[string]Token
	Users  []*User
	Groups []*Group
	// Pace is by how much its clock moves with each request. A test of the
	// rate limits sets it to 0.
	Pace time.Duration
	// NoFilter has SCIM ignore the filter, which its documents leave open.
	NoFilter bool

	http                    *httptest.Server
	mu                      sync.Mutex
	now                     time.Time
	buckets                 map[string]*bucket
	writes                  int
	calls                   []string
	fails                   map[string]string // method -> error
	after                   map[string]bool   // method -> answers 500 when it is done
	limited                 int               // seconds of Retry-After for all
	lie, refuse, down, busy bool
	hang                    chan struct{}
}

// New starts a server on the plan, without anything in it.
func New(plan Plan) *Server {
	s := &Server{Plan: plan, Pace: 3 * time.Second, Tokens: map[string]Token{}, now: time.Unix(1_800_000_000, 0), buckets: map[string]*bucket{}, fails: map[string]string{}, after: map[string]bool{}}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	return s
}

// Close ends it, and whoever waits for it.
func (s *Server) Close() {
	s.Hang(false)
	s.http.Close()
}

// Lie answers success to writes and changes nothing.
func (s *Server) Lie(on bool) { s.set(func() { s.lie = on }) }

// Refuse forbids writes.
func (s *Server) Refuse(on bool) { s.set(func() { s.refuse = on }) }

// Down cuts every connection without an answer.
func (s *Server) Down(on bool) { s.set(func() { s.down = on }) }

// Busy answers 503, with HTML as Slack does.
func (s *Server) Busy(on bool) { s.set(func() { s.busy = on }) }

// Limit answers 429 to everything, with this Retry-After; 0 ends it.
func (s *Server) Limit(seconds int) { s.set(func() { s.limited = seconds }) }

// Fail has a method ("users.info", "SCIM PATCH") answer with this error; "" ends it.
func (s *Server) Fail(method, name string) { s.set(func() { s.fails[method] = name }) }

// BreakAfter has a method answer 500 after it has done what it was asked.
func (s *Server) BreakAfter(method string) { s.set(func() { s.after[method] = true }) }

// Hang takes requests and answers none until it is switched off.
func (s *Server) Hang(on bool) {
	s.set(func() {
		if on && s.hang == nil {
			s.hang = make(chan struct{})
		} else if !on && s.hang != nil {
			close(s.hang)
			s.hang = nil
		}
	})
}

func (s *Server) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// Writes counts the requests that ask for a change.
func (s *Server) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// Calls are the methods that were called.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Snapshot is all that can be changed, as text.
func (s *Server) Snapshot() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, u := range s.Users {
		fmt.Fprintf(&b, "%s %s deleted=%t sessions=%d\n", u.ID, u.Name, u.Deleted, u.Sessions)
	}
	for _, g := range s.Groups {
		fmt.Fprintf(&b, "%s %s disabled=%t %q\n", g.ID, g.Name, g.Disabled, slices.Sorted(slices.Values(g.Users)))
	}
	return b.String()
}

func (s *Server) user(id string) *User {
	i := slices.IndexFunc(s.Users, func(u *User) bool { return u.ID == id })
	if i < 0 {
		return nil
	}
	return s.Users[i]
}

// ServeHTTP answers as slack.com below /api/ and as api.slack.com below /scim/v2/.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	hang := s.hang
	s.mu.Unlock()
	if hang != nil {
		select {
		case <-hang:
		case <-r.Context().Done():
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(s.Pace)
	switch {
	case s.down:
		panic(http.ErrAbortHandler)
	case s.busy:
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, "<html>Slack is having a bad day</html>")
	case s.limited > 0:
		tooMany(w, time.Duration(s.limited)*time.Second)
	case strings.HasPrefix(r.URL.Path, "/api/"):
		s.web(w, r, strings.TrimPrefix(r.URL.Path, "/api/"))
	case strings.HasPrefix(r.URL.Path, "/scim/v2/"):
		s.scim(w, r, strings.TrimPrefix(r.URL.Path, "/scim/v2/"))
	default:
		http.NotFound(w, r)
	}
}

// token is that of the request, as the header carries it.
func (s *Server) token(r *http.Request) (Token, bool) {
	t, ok := s.Tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if u := s.user(t.User); ok && u != nil && u.Deleted {
		return t, false // the tokens of who is deactivated are revoked
	}
	return t, ok
}

// bucket is a rate limit: so many at once, so many in a minute.
type bucket struct {
	level float64
	at    time.Time
}

// take takes one from the bucket, or says how long to wait.
func (s *Server) take(name string, perMinute, burst int) (time.Duration, bool) {
	b := s.buckets[name]
	if b == nil {
		b = &bucket{level: float64(burst), at: s.now}
		s.buckets[name] = b
	}
	rate := float64(perMinute) / 60
	b.level = math.Min(float64(burst), b.level+s.now.Sub(b.at).Seconds()*rate)
	b.at = s.now
	if b.level < 1 {
		return time.Duration((1 - b.level) / rate * float64(time.Second)), false
	}
	b.level--
	return 0, true
}

func tooMany(w http.ResponseWriter, d time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(d.Seconds()))))
	w.WriteHeader(http.StatusTooManyRequests)
	fmt.Fprint(w, `{"ok":false,"error":"ratelimited"}`)
}

type object = map[string]any

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err) // maps of strings always marshal
	}
}
