package discordtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"offboard/bot/discord/discordtest"
)

type object = map[string]any

// bench is a Discord with two people and a room, and a small client of its own
// as the app.
type bench struct {
	*discordtest.Discord
	t        *testing.T
	http     *http.Client
	ann, ben discordtest.User
	role     discordtest.Role
	room     discordtest.Channel
}

// bubble runs a test in a synctest bubble, where waiting costs nothing.
func bubble(t *testing.T, cfg discordtest.Config, test func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cfg.Memory = true
		test(t, newBench(t, cfg))
	})
}

func newBench(t *testing.T, cfg discordtest.Config) *bench {
	d := discordtest.New(t, cfg)
	b := &bench{Discord: d, t: t, http: d.HTTP()}
	b.role = d.AddRole(discordtest.Role{Name: "IT", Mentionable: true})
	b.ann = d.AddUser(discordtest.User{GlobalName: "Ann Lee", TZ: "Europe/Oslo", Roles: []string{b.role.ID}})
	b.ben = d.AddUser(discordtest.User{GlobalName: "Ben Ray"})
	b.room = d.AddChannel(discordtest.Channel{Name: "it", Private: true, Members: []string{b.ann.ID, b.ben.ID, d.BotUser}})
	return b
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) within() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	b.t.Cleanup(cancel)
	return ctx
}

// answer is what the API answered.
type answer struct {
	status int
	header http.Header
	object
	list []object
	raw  string
}

func (a answer) str(key string) string { s, _ := a.object[key].(string); return s }

// code is the JSON error code, 0 where there is none.
func (a answer) code() int { n, _ := a.object["code"].(float64); return int(n) }

// call calls the API; body may be nil.
func (b *bench) call(method, path string, body any, headers ...string) answer {
	b.t.Helper()
	a, err := b.try(method, path, body, headers...)
	b.must(err)
	return a
}

func (b *bench) try(method, path string, body any, headers ...string) (answer, error) {
	b.t.Helper()
	var raw []byte
	if s, ok := body.(string); ok {
		raw = []byte(s)
	} else if body != nil {
		raw, _ = json.Marshal(body)
	}
	r, err := http.NewRequestWithContext(b.within(), method, b.API()+path, bytes.NewReader(raw))
	b.must(err)
	r.Header.Set("User-Agent", "DiscordBot (https://offboard.example, 1)")
	r.Header.Set("Authorization", "Bot "+b.BotToken)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(resp.Body); err != nil {
		return answer{}, err
	}
	a := answer{status: resp.StatusCode, header: resp.Header, raw: buf.String()}
	if strings.HasPrefix(a.raw, "[") {
		b.must(json.Unmarshal(buf.Bytes(), &a.list))
	} else if strings.HasPrefix(a.raw, "{") {
		b.must(json.Unmarshal(buf.Bytes(), &a.object))
	}
	return a, nil
}

// post posts in a channel and returns the id.
func (b *bench) post(channel string, body object) string {
	b.t.Helper()
	a := b.call("POST", "/channels/"+channel+"/messages", body)
	if a.status != http.StatusOK {
		b.t.Fatalf("%d %s", a.status, a.raw)
	}
	return a.str("id")
}

func says(text string) object { return object{"content": text} }

// v2 is a message of components.
func v2(components ...object) object { return object{"flags": 32768, "components": components} }

func display(text string) object { return object{"type": 10, "content": text} }

func button(label, id string) object {
	return object{"type": 2, "style": 1, "label": label, "custom_id": id}
}

func row(components ...object) object { return object{"type": 1, "components": components} }

// command registers /offboard, with start, status and a user command.
func (b *bench) command() {
	b.t.Helper()
	a := b.call("PUT", "/applications/"+b.AppID+"/guilds/"+b.GuildID+"/commands", []object{
		{"name": "offboard", "description": "Offboarding", "options": []object{
			{"type": 1, "name": "start", "description": "Start", "options": []object{
				{"type": 3, "name": "person", "description": "Who", "required": true, "autocomplete": true, "max_length": 40},
				{"type": 3, "name": "when", "description": "When", "choices": []object{{"name": "Now", "value": "now"}, {"name": "Tonight", "value": "tonight"}}},
				{"type": 6, "name": "heir", "description": "Heir"},
				{"type": 4, "name": "days", "description": "Days", "min_value": 1, "max_value": 90},
			}},
			{"type": 1, "name": "status", "description": "Status"},
		}},
		{"name": "Offboard", "type": 2},
	})
	if a.status != http.StatusOK {
		b.t.Fatalf("%d %s", a.status, a.raw)
	}
}

// gateway is a connection of the app to the gateway.
type gateway struct {
	b      *bench
	ws     *websocket.Conn
	events chan object // every frame
	done   chan struct{}
	err    error // why it ended
	seq    int
}

// dial opens a connection and reads its frames.
func (b *bench) dial() *gateway {
	b.t.Helper()
	dialer := &websocket.Dialer{NetDialContext: b.Dial}
	ws, resp, err := dialer.DialContext(b.within(), "ws"+b.URL()[len("http"):]+"/?v=10&encoding=json", nil)
	b.must(err)
	_ = resp.Body.Close()
	g := &gateway{b: b, ws: ws, events: make(chan object, 1000), done: make(chan struct{})}
	go func() {
		defer close(g.done)
		defer close(g.events)
		for {
			_, raw, err := ws.ReadMessage()
			if err != nil {
				g.err = err
				return
			}
			var frame object
			if json.Unmarshal(raw, &frame) != nil {
				return
			}
			g.events <- frame
		}
	}()
	b.t.Cleanup(func() { _ = ws.Close(); <-g.done })
	return g
}

func (g *gateway) send(op int, data any) {
	g.b.t.Helper()
	g.b.must(g.ws.WriteJSON(object{"op": op, "d": data}))
}

// next is the next frame; nil when the connection is over.
func (g *gateway) next() object {
	g.b.t.Helper()
	select {
	case e := <-g.events:
		if s, ok := e["s"].(float64); ok {
			g.seq = int(s)
		}
		return e
	case <-time.After(10 * time.Minute):
		g.b.t.Fatal("nothing came on the gateway in 10 minutes")
		return nil
	}
}

// event is the next dispatch of that name.
func (g *gateway) event(name string) object {
	g.b.t.Helper()
	for e := g.next(); e != nil; e = g.next() {
		if e["t"] == name {
			return e["d"].(object)
		}
	}
	g.b.t.Fatalf("the connection ended before %s: %v", name, g.err)
	return nil
}

// code is the close code that ended the connection.
func (g *gateway) code() int {
	g.b.t.Helper()
	for g.next() != nil {
	}
	if e, ok := g.err.(*websocket.CloseError); ok { //nolint:errorlint // gorilla does not wrap it
		return e.Code
	}
	return 0
}

// ready is a connection with a session, and what READY says.
func (b *bench) ready() (*gateway, object) {
	b.t.Helper()
	g := b.dial()
	if hello := g.next(); hello["op"] != 10.0 {
		b.t.Fatalf("the first frame is %v", hello)
	}
	g.identify(0)
	return g, g.event("READY")
}

func (g *gateway) identify(intents int) {
	g.send(2, object{"token": g.b.BotToken, "intents": intents, "properties": object{"os": "linux", "browser": "x", "device": "x"}})
}

// reply answers an interaction.
func (b *bench) reply(i object, kind int, data object) answer {
	b.t.Helper()
	body := object{"type": kind}
	if data != nil {
		body["data"] = data
	}
	return b.call("POST", "/interactions/"+i["id"].(string)+"/"+i["token"].(string)+"/callback?with_response=true", body)
}

// sent is what a person did and the interaction that the app got.
func (b *bench) sent(g *gateway) func(d *discordtest.Delivery, err error) (*discordtest.Delivery, object) {
	return func(d *discordtest.Delivery, err error) (*discordtest.Delivery, object) {
		b.t.Helper()
		b.must(err)
		return d, g.event("INTERACTION_CREATE")
	}
}
