package discordtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"offboard/bot/bottest"
	"offboard/bot/bottest/memnet"
)

// Config is what differs from one app or server to another. The zero Config is
// a server of which the app is a member with DefaultPermissions.
type Config struct {
	Memory         bool            // the network is in memory: for synctest bubbles; see HTTP and Dial
	RatesCounted   bool            // too many calls are counted in Violations and go through all the same
	MembersIntent  bool            // the Server Members Intent is on in the app's settings
	MessagesIntent bool            // the Message Content Intent is on
	PresenceIntent bool            // the Presence Intent is on
	OldEdits       int             // how often a message older than 1 hour can be edited within an hour; 0 is 5
	Heartbeat      time.Duration   // what HELLO asks for; 0 is 41.25 s
	Patience       time.Duration   // how long an app has for the first answer; 0 is 3 s, and more is for tests in real time
	Permissions    int64           // of the app's own role; 0 is DefaultPermissions
	Rates          map[string]Rate // by route: other limits than those of this package
	Owner          string          // the user id of who owns the server; empty makes one. Its account is there; Change names it
}

// DefaultPermissions are those that an app of this kind asks for when it is
// added to a server.
const DefaultPermissions = ViewChannel | SendMessages | SendMessagesInThreads | CreatePublicThreads | CreatePrivateThreads | ReadMessageHistory | EmbedLinks

// Discord is some servers with one app. Its exported fields do not change. Its
// methods may be called from several goroutines.
type Discord struct {
	GuildID  string // the server that everything is in unless it says another
	AppID    string
	BotUser  string // the user id of the app; as with apps of today it is AppID
	BotRole  string // the app's own role in GuildID
	BotToken string
	OwnerID  string // of GuildID

	t      testing.TB
	cfg    Config
	server *httptest.Server
	memory *memnet.Listener
	signal bottest.Signal
	done   chan struct{} // closed when the test ends
	schema *schema

	mu           sync.Mutex
	lastID       int64
	count        int
	users        []*User
	guilds       []*Guild
	channels     []*channel
	commands     map[string][]*command // by guild; "" are the global ones
	interactions map[string]*interaction
	sessions     []*session
	conns        []*Conn     // that are open
	opened       []*Conn     // all there have been
	identified   []time.Time // every IDENTIFY of a day
	began        time.Time   // when the last session did
	nonces       map[string]nonced
	deliveries   []*Delivery
	buckets      map[string]*bucket
	faults       bottest.Due[Fault]
	calls        []Call
	violations   []Violation
	notes        []Notification
	order        []order
	warnings     []Warning
	modals       []*modal
	problems     []string
	created      []time.Time // of commands, for the daily limit
	ended        bool
}

// New starts a Discord that ends with the test.
func New(t testing.TB, cfg Config) *Discord {
	t.Helper()
	d := &Discord{
		t: t, cfg: cfg, done: make(chan struct{}), schema: loadSchema(t), commands: map[string][]*command{}, interactions: map[string]*interaction{},
		nonces: map[string]nonced{}, buckets: map[string]*bucket{},
	}
	for route := range cfg.Rates {
		if !known(route) {
			t.Fatalf("discordtest: there is no route %q to limit", route)
		}
	}
	if d.cfg.OldEdits == 0 {
		d.cfg.OldEdits = 5
	}
	if d.cfg.Patience == 0 {
		d.cfg.Patience = ackTime
	}
	if d.cfg.Heartbeat == 0 {
		d.cfg.Heartbeat = 41250 * time.Millisecond
	}
	if d.cfg.Permissions == 0 {
		d.cfg.Permissions = DefaultPermissions
	}
	d.AppID = d.id()
	d.BotUser, d.BotToken = d.AppID, base64.RawURLEncoding.EncodeToString([]byte(d.AppID))+".GfakeT.not-a-real-token-of-anybody"
	d.users = append(d.users, &User{ID: d.BotUser, Name: "offboard", GlobalName: "Offboard", Bot: true})
	if cfg.Owner != "" {
		d.users = append(d.users, &User{ID: cfg.Owner, Locale: "en-US"})
	}
	g := d.AddGuild(Guild{Name: "Toys", Owner: cfg.Owner})
	d.GuildID, d.OwnerID, d.BotRole = g.ID, g.Owner, g.BotRole

	d.server = httptest.NewUnstartedServer(d.routes())
	if cfg.Memory {
		d.memory = memnet.Listen("discord.test:80")
		_ = d.server.Listener.Close()
		d.server.Listener = d.memory
	}
	d.server.Start()
	t.Cleanup(d.end)
	return d
}

// end stops everything, and fails the test for problems that it did not take.
func (d *Discord) end() {
	d.mu.Lock()
	d.ended = true
	close(d.done)
	for _, c := range d.opened {
		d.drop(c, "the test is over")
	}
	for _, e := range d.deliveries {
		e.stop()
	}
	problems := d.problems
	d.mu.Unlock()
	d.server.CloseClientConnections()
	d.server.Close()
	for _, p := range problems {
		d.t.Errorf("discordtest: %s", p)
	}
}

// URL is the root of everything.
func (d *Discord) URL() string {
	if d.memory != nil {
		return "http://discord.test"
	}
	return d.server.URL
}

// API is the root of the REST API, without a slash at the end.
func (d *Discord) API() string { return d.URL() + "/api/v10" }

// HTTP is a client whose requests reach this Discord whatever host they are
// for, so that a library with https://discord.com in it can be used. Its idle
// connections are closed when the test ends.
func (d *Discord) HTTP() *http.Client {
	tr := &http.Transport{DialContext: d.Dial}
	d.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: here{d, tr}}
}

// here sends every request to its Discord.
type here struct {
	d  *Discord
	tr http.RoundTripper
}

func (h here) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.Host = "http", ""
	r.URL.Host = h.d.URL()[len("http://"):]
	return h.tr.RoundTrip(r)
}

// Dial connects to this Discord, also to one in memory, for the dialer of a
// websocket client.
func (d *Discord) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if d.memory != nil {
		return d.memory.Dial(ctx)
	}
	var dialer net.Dialer
	return dialer.DialContext(ctx, network, addr)
}

// Await returns once cond is true; it asks again whenever something happens.
func (d *Discord) Await(ctx context.Context, cond func() bool) error {
	return d.signal.Await(ctx, cond)
}

// Changed is closed at the next thing that happens.
func (d *Discord) Changed() <-chan struct{} { return d.signal.Changed() }

// Problems returns what the app has done that Discord refuses, or ignores
// without a word, and takes it off the list: what is left when the test ends
// fails it.
func (d *Discord) Problems() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.problems
	d.problems = nil
	return p
}

// problem notes what the app did wrong; d.mu is held.
func (d *Discord) problem(format string, args ...any) {
	d.problems = append(d.problems, fmt.Sprintf(format, args...))
}

// discordEpoch is where snowflakes begin to count, in Unix milliseconds.
const discordEpoch = 1420070400000

// id makes a snowflake, above all earlier ones; d.mu is held, or nobody else
// knows d yet. A synctest bubble begins in the year 2000, before the epoch:
// there the ids are of the same size and say nothing about the time.
func (d *Discord) id() string {
	ms := time.Now().UnixMilli() - discordEpoch
	if ms < 0 {
		ms += 1 << 39
	}
	d.lastID = max(d.lastID+1, ms<<22)
	return strconv.FormatInt(d.lastID, 10)
}

// secret makes a token that is not to be guessed; d.mu is held.
func (d *Discord) secret(prefix string) string {
	d.count++
	return fmt.Sprintf("%s-%06d-aW50ZXJhY3Rpb246", prefix, d.count)
}

// stamp is a time as Discord writes it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

func without[T any](list []T, gone func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), gone)
}

func is(id string) func(string) bool { return func(o string) bool { return o == id } }
