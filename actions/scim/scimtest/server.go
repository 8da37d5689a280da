// Package scimtest is a SCIM 2.0 server at the wire for tests, written from RFC
// 7643 and RFC 7644, with a switch for each way in which servers have been seen
// to differ from them.
package scimtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Token is what the bot signs in with; ClientSecret is what it gets one for at
// /oauth/token.
const (
	Token        = "scim-token-secret"
	ClientSecret = "scim-client-secret"
)

// Object is a resource, as JSON.
type Object = map[string]any

// Quirks are the ways in which a server is odd. The zero value keeps to the RFCs.
type Quirks struct {
	IgnoreFilter  bool     // answers all accounts to every filter
	CaseSensitive bool     // compares with case
	Filters       []string // the only attributes that can be searched; others are refused
	SilentMiss    bool     // ... or nothing is found by them, without a word
	StartsOver    bool     // answers the first page to what is past the end
	RefusesPast   bool     // refuses it
	StandsStill   bool     // answers the last page to it
	OnePage       bool     // answers the first page always
	WrongItems    bool     // itemsPerPage is a number of its own
	WrongTotal    bool     // totalResults is what is on the page
	Max           int      // results on a page at most; 0 is 200
	NoService     bool     // has no ServiceProviderConfig
	NoPatch       bool     // takes no PATCH, and says so
	SilentPatch   bool     // says that it takes PATCH, and refuses it with 501
	DeafPath      bool     // answers 200 to a PATCH with the path active, and changes nothing
	DeafValue     bool     // ... to one without a path
	DeafMember    bool     // ... to one with members[value eq "..."]
	NoPathFilter  bool     // refuses a path with a filter in it
	EmptiesGroup  bool     // empties a group when a member is removed by value
	Text          bool     // shows active as "True" and "False", and takes nothing else
	HideActive    bool     // never shows active
	HideMembers   bool     // never shows members
	UserGroups    bool     // shows the groups of a user
	SomeGroups    bool     // a search by member shows the first group that there is, and says how many there are
	Gone          bool     // answers 410 to what is not there
	Later         bool     // answers 202 to a change, and makes none
	Renames       bool     // gives an account that is deactivated another name
	FalseGroup    string   // the only group that a search by member finds, without its members
	NoContent     bool     // answers a change with 204 and no body
	ETags         bool     // has versions, and enforces them
	Stale         int      // so many reads after a change still show what was before
	Limited       int      // so many requests are answered with 429 and Retry-After: 7
	SoftDelete    bool     // DELETE deactivates, and the account answers still
	Marks         bool     // ... and is marked as deleted
	Hides         bool     // an account that is not active answers 404
}

// Server is the server. Its state may be changed between calls.
type Server struct {
	URL    string
	Quirks Quirks
	Before func(r *http.Request) // runs before each request; may be nil

	mu     sync.Mutex
	http   *httptest.Server
	kinds  map[string][]Object
	old    map[string]Object // what stale reads show, by id
	stale  map[string]int
	writes int
	calls  []string

	lie, refuse, down, busy bool
	hang                    chan struct{}
}

// New starts a server with these users and groups. Each needs an id.
func New(users, groups []Object) *Server {
	s := &Server{kinds: map[string][]Object{"Users": users, "Groups": groups}, old: map[string]Object{}, stale: map[string]int{}}
	for _, list := range s.kinds {
		for _, o := range list {
			o["meta"] = Object{"version": `W/"1"`}
		}
	}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.http.URL
	return s
}

// Close ends it.
func (s *Server) Close() {
	s.Hang(false)
	s.http.CloseClientConnections()
	s.http.Close()
}

// Lie, Refuse, Down, Busy and Hang are the faults of actionstest.World.
func (s *Server) Lie(on bool) { s.set(&s.lie, on) }

// Refuse forbids writes.
func (s *Server) Refuse(on bool) { s.set(&s.refuse, on) }

// Down breaks off all connections.
func (s *Server) Down(on bool) { s.set(&s.down, on) }

// Busy answers 503 to everything.
func (s *Server) Busy(on bool) { s.set(&s.busy, on) }

func (s *Server) set(flag *bool, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*flag = on
}

// Hang makes it take requests and never answer; off, it answers those that wait.
func (s *Server) Hang(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case on && s.hang == nil:
		s.hang = make(chan struct{})
	case !on && s.hang != nil:
		close(s.hang)
		s.hang = nil
	}
}

// Snapshot is all its state, without versions.
func (s *Server) Snapshot() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for kind, list := range s.kinds {
		for _, o := range list {
			c := clone(o)
			delete(c, "meta")
			if m, ok := c["members"].([]any); ok { // a set
				slices.SortFunc(m, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
			}
			b, err := json.Marshal(c)
			if err != nil {
				return "", err
			}
			lines = append(lines, kind+" "+string(b))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n"), nil
}

// Writes is how many changes were asked for.
func (s *Server) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// Calls are the changes that were asked for: "PATCH /Users/1 {...}".
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Get is the state of one resource.
func (s *Server) Get(kind, id string) Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.find(kind, id); o != nil {
		return clone(o)
	}
	return nil
}

// Set changes one attribute of a resource.
func (s *Server) Set(kind, id, attr string, value any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.find(kind, id)[attr] = value
}

// Add makes a resource.
func (s *Server) Add(kind string, o Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o["meta"] = Object{"version": `W/"1"`}
	s.kinds[kind] = append(s.kinds[kind], o)
}

// Remove takes a resource away.
func (s *Server) Remove(kind, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kinds[kind] = slices.DeleteFunc(s.kinds[kind], func(o Object) bool { return o["id"] == id })
}

func (s *Server) find(kind, id string) Object {
	for _, o := range s.kinds[kind] {
		if o["id"] == id {
			return o
		}
	}
	return nil
}

func clone(o Object) Object {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err) // it was made of JSON
	}
	var out Object
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if s.Before != nil {
		s.Before(r)
	}
	s.mu.Lock()
	wait := s.hang
	s.mu.Unlock()
	if wait != nil {
		select {
		case <-wait:
		case <-r.Context().Done():
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/oauth/token" {
		if _, secret, _ := r.BasicAuth(); secret != ClientSecret {
			answer(w, 401, Object{"error": "invalid_client"})
			return
		}
		answer(w, 200, Object{"access_token": Token, "token_type": "Bearer", "expires_in": 3600})
		return
	}
	kind, id, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/scim/v2/"), "/")
	switch {
	case s.down:
		panic(http.ErrAbortHandler)
	case s.busy:
		refused(w, 503, "", "overloaded")
	case s.Quirks.Limited > 0:
		s.Quirks.Limited--
		w.Header().Set("Retry-After", "7")
		refused(w, 429, "", "slowly")
	case r.Header.Get("Authorization") != "Bearer "+Token:
		refused(w, 401, "", "who are you, "+r.Header.Get("Authorization")+"?")
	case kind == "ServiceProviderConfig" && !s.Quirks.NoService:
		answer(w, 200, Object{
			"patch": Object{"supported": !s.Quirks.NoPatch}, "filter": Object{"supported": true, "maxResults": s.max()},
			"etag": Object{"supported": s.Quirks.ETags},
		})
	case s.kinds[kind] == nil:
		refused(w, 404, "", "there is nothing here")
	case id == "" && r.Method == http.MethodGet:
		s.list(w, r, kind)
	case s.find(kind, id) == nil && s.Quirks.Gone:
		refused(w, 410, "", "gone")
	case s.find(kind, id) == nil:
		refused(w, 404, "", "Resource "+id+" not found")
	case r.Method == http.MethodGet:
		s.show(w, kind, id)
	default:
		s.change(w, r, kind, id)
	}
}

func (s *Server) max() int {
	if s.Quirks.Max > 0 {
		return s.Quirks.Max
	}
	return 200
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/scim+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// refused is an error of RFC 7644, 3.12.
func refused(w http.ResponseWriter, status int, kind, detail string) {
	answer(w, status, Object{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:Error"}, "status": strconv.Itoa(status), "scimType": kind, "detail": detail})
}
