package slacktest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"offboard/bot/bottest"
	"offboard/bot/bottest/memnet"
)

// Config is what differs from one workspace or app to another. The zero Config
// is a paid workspace and an app with DefaultScopes and the command /offboard.
type Config struct {
	Memory       bool          // the network is in memory: for synctest bubbles; see HTTP and Dial
	RatesCounted bool          // too many calls are counted in Violations and go through all the same
	FreePlan     bool          // no user groups: plan_upgrade_required
	NoHome       bool          // the app has no Home tab: not_enabled
	RawCommands  bool          // should_escape is false in the manifest: text of commands arrives as typed
	EditWindow   time.Duration // messages can be edited for so long; 0 is for ever
	Scopes       []string      // of the bot token; nil is DefaultScopes
	Commands     []string      // nil is /offboard
	Shortcuts    []string      // callback ids of the global shortcuts
	Page         int           // most objects that one page of a list has; 0 is 1000
	Life         time.Duration // of a socket; 0 is 18060 s
	Ping         time.Duration // how often it pings; 0 is 10 s, and more is for stories of months
	Patience     time.Duration // how long an app has to acknowledge and to use a trigger_id; 0 is 3 s, and more is for tests in real time
}

// DefaultScopes are the bot scopes that an app of this kind asks for.
var DefaultScopes = []string{
	"commands", "chat:write", "im:write", "im:read", "im:history", "users:read", "users:read.email", "users.profile:read",
	"usergroups:read", "files:write", "channels:read", "groups:read", "team:read",
}

// Slack is a workspace with one app. Its exported fields do not change. Its
// methods may be called from several goroutines.
type Slack struct {
	TeamID, TeamName, Domain string
	AppID                    string
	BotUser                  string // the user id of the app, U...
	BotID                    string // the bot id of the app, B...
	BotToken                 string // xoxb, with Config.Scopes
	AppToken                 string // xapp, with connections:write
	AdminToken               string // xoxp of the workspace owner, with admin scopes, for SCIM

	t      testing.TB
	cfg    Config
	server *httptest.Server
	memory *memnet.Listener
	signal bottest.Signal
	done   chan struct{} // closed when the test ends
	schema *schema

	mu         sync.Mutex
	count      int
	lastTS     int64
	tokens     map[string]*token
	users      []*User
	channels   []*channel
	groups     []*Group
	views      []*view // every view there has been; closed ones stay, to say not_found
	homes      map[string]*view
	triggers   map[string]*trigger
	hooks      map[string]*hook
	uploads    map[string]*File
	buckets    map[string]*bucket
	faults     bottest.Due[Fault]
	tickets    map[string]bool // of socket URLs that have not been used
	conns      []*Conn
	next       int // the connection whose turn it is
	deliveries []*Delivery
	calls      []Call
	violations []Violation
	notes      []Notification
	order      []order
	warnings   []Warning
	resets     []string // user ids
	problems   []string
	ended      bool
}

// New starts a Slack that ends with the test.
func New(t testing.TB, cfg Config) *Slack {
	t.Helper()
	s := &Slack{
		TeamName: "Toys", Domain: "toys", t: t, cfg: cfg, done: make(chan struct{}), schema: loadSchema(t),
		tokens: map[string]*token{}, homes: map[string]*view{}, triggers: map[string]*trigger{}, hooks: map[string]*hook{},
		uploads: map[string]*File{}, buckets: map[string]*bucket{}, tickets: map[string]bool{},
	}
	if s.cfg.Scopes == nil {
		s.cfg.Scopes = DefaultScopes
	}
	if s.cfg.Commands == nil {
		s.cfg.Commands = []string{"/offboard"}
	}
	if s.cfg.Page == 0 {
		s.cfg.Page = 1000
	}
	if s.cfg.Patience == 0 {
		s.cfg.Patience = ackTime
	}
	if s.cfg.Life == 0 {
		s.cfg.Life = 18060 * time.Second
	}
	s.TeamID, s.AppID, s.BotID = s.id("T"), s.id("A"), s.id("B")
	owner := s.AddUser(User{RealName: "Olga Owner", Owner: true})
	s.BotUser = s.AddUser(User{RealName: "Offboard", Kind: Bot}).ID
	s.BotToken = s.AddToken(s.BotUser, s.cfg.Scopes...)
	s.AppToken = s.AddToken("", "connections:write")
	s.AdminToken = s.AddToken(owner.ID, "admin", "admin.users:write", "admin.users:read", "usergroups:write", "users:read")

	s.server = httptest.NewUnstartedServer(s.routes())
	if cfg.Memory {
		s.memory = memnet.Listen("slack.test:80")
		_ = s.server.Listener.Close()
		s.server.Listener = s.memory
	}
	s.server.Start()
	t.Cleanup(s.end)
	return s
}

func (s *Slack) routes() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/api/{method}", s.serveAPI)
	m.HandleFunc("GET /link/{$}", s.serveSocket)
	m.HandleFunc("POST /hooks/{id}", s.serveHook)
	m.HandleFunc("POST /upload/{id}", s.serveUpload)
	m.HandleFunc("/scim/{version}/Users", s.serveScim)
	m.HandleFunc("/scim/{version}/Users/{id}", s.serveScim)
	return m
}

// end stops everything, and fails the test for problems that it did not take.
func (s *Slack) end() {
	s.mu.Lock()
	s.ended = true
	close(s.done)
	for _, c := range slices.Clone(s.conns) {
		s.drop(c, "the test is over")
	}
	for _, d := range s.deliveries {
		d.stop()
	}
	problems := s.problems
	s.mu.Unlock()
	s.server.CloseClientConnections()
	s.server.Close()
	for _, p := range problems {
		s.t.Errorf("slacktest: %s", p)
	}
}

// URL is the root of everything: URL()+"/api/", URL()+"/scim/v2/".
func (s *Slack) URL() string {
	if s.memory != nil {
		return "http://slack.test"
	}
	return s.server.URL
}

// API is the root of the Web API, with the slash that slack-go expects.
func (s *Slack) API() string { return s.URL() + "/api/" }

// HTTP is a client that reaches this Slack, also one in memory. Its idle
// connections are closed when the test ends.
func (s *Slack) HTTP() *http.Client {
	tr := &http.Transport{DialContext: s.Dial}
	s.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// Dial connects to this Slack, also to one in memory, for the dialer of a
// websocket client.
func (s *Slack) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if s.memory != nil {
		return s.memory.Dial(ctx)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, addr)
}

// Await returns once cond is true; it asks again whenever something happens.
func (s *Slack) Await(ctx context.Context, cond func() bool) error { return s.signal.Await(ctx, cond) }

// Changed is closed at the next thing that happens.
func (s *Slack) Changed() <-chan struct{} { return s.signal.Changed() }

// Problems returns what the app has done that Slack refuses or drops, and
// takes it off the list: what is left when the test ends fails it.
func (s *Slack) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.problems
	s.problems = nil
	return p
}

// problem notes what the app did wrong; s.mu is held.
func (s *Slack) problem(format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

// id makes an id as Slack's look; s.mu is held, or nobody else knows s yet.
func (s *Slack) id(prefix string) string {
	s.count++
	return fmt.Sprintf("%s0%08X", prefix, 0xA0000000+s.count)
}

// ts is a new message timestamp, above all earlier ones; s.mu is held.
func (s *Slack) ts() string {
	s.lastTS = max(s.lastTS+1, time.Now().UnixMicro())
	return fmt.Sprintf("%d.%06d", s.lastTS/1e6, s.lastTS%1e6)
}

// stamp is when a message was posted.
func stamp(ts string) time.Time {
	var sec, micro int64
	if n, err := fmt.Sscanf(ts, "%d.%d", &sec, &micro); n != 2 || err != nil {
		return time.Time{}
	}
	return time.Unix(sec, micro*1000)
}

func without[T any](list []T, gone func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), gone)
}

func list(s string) []string {
	var out []string
	for e := range strings.SplitSeq(s, ",") {
		if e = strings.TrimSpace(e); e != "" {
			out = append(out, e)
		}
	}
	return out
}
