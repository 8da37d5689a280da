package discordtest

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Opcodes of the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoiceState     = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatACK   = 11
)

// Close codes of the gateway.
const (
	closeUnknownOpcode     = 4001
	closeDecode            = 4002
	closeNotAuthenticated  = 4003
	closeAuthentication    = 4004
	closeAlready           = 4005
	closeInvalidSeq        = 4007
	closeRateLimited       = 4008
	closeTimedOut          = 4009
	closeInvalidShard      = 4010
	closeInvalidVersion    = 4012
	closeInvalidIntents    = 4013
	closeDisallowedIntents = 4014
)

// Limits of the gateway.
const (
	maxPerMinute   = 120 // events an app may send on a connection; more close it with 4008
	maxFrame       = 4096
	identifyEvery  = 5 * time.Second // max_concurrency is 1
	sessionsPerDay = 1000
	resumable      = 5 * time.Minute // how long a session waits for a resume; not documented
	linger         = 2 * time.Second // after the close frame of a client
)

// Conn is one connection to the gateway.
type Conn struct {
	ID string

	d    *Discord
	ws   *websocket.Conn
	send chan outgoing
	stop chan struct{}
	once sync.Once

	session *session // after IDENTIFY or RESUME
	half    bool     // half-open: nothing goes through any more; d.mu guards it
	mute    bool     // a zombie: heartbeats are not acknowledged
	closed  string
	beats   int
	taken   []time.Time // when it sent something, in the last minute
	watch   *time.Timer // ends it when no heartbeat comes
}

// outgoing is a frame, or with a code the close of the connection.
type outgoing struct {
	raw    []byte
	code   int
	reason string
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, WriteBufferSize: 1 << 16}

func (d *Discord) gatewayURL() string { return "ws" + d.URL()[len("http"):] }

func (d *Discord) serveGateway(w http.ResponseWriter, r *http.Request) {
	f := d.fault(Connecting)
	if f != nil && f.packet == nil && f.code == 0 {
		f.strike(w, r, d.done)
		return
	}
	q := r.URL.Query()
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	ws.SetReadLimit(maxFrame)
	c := &Conn{d: d, ws: ws, send: make(chan outgoing, 1024), stop: make(chan struct{})}
	go c.write()
	d.mu.Lock()
	c.ID = "conn-" + d.id()
	d.conns, d.opened = append(d.conns, c), append(d.opened, c)
	switch {
	case d.ended:
		c.once.Do(func() { close(c.stop) })
	case f != nil && f.packet != nil:
		c.frame(f.packet)
		c.close(websocket.CloseNormalClosure, "reconnect")
	case f != nil:
		c.close(f.code, f.text)
	case !slices.Contains([]string{"9", "10"}, q.Get("v")):
		c.close(closeInvalidVersion, "Invalid API version.")
	case q.Get("encoding") != "json" || q.Get("compress") != "":
		d.problem("gateway: this fake speaks encoding=json without compression, not %q", r.URL.RawQuery)
		c.close(closeDecode, "Decode error.")
	default:
		c.frame(object{"op": opHello, "s": nil, "t": nil, "d": object{"heartbeat_interval": d.cfg.Heartbeat.Milliseconds(), "_trace": []string{"[\"gateway-test\"]"}}})
		c.expect()
	}
	d.mu.Unlock()
	d.signal.Notify()
	c.read()
}

// expect ends the connection if no heartbeat comes in time; d.mu is held. What
// "in time" is, is not documented: here it is twice the interval. A half-open
// connection is just gone, and its session waits for a resume.
func (c *Conn) expect() {
	if c.watch != nil {
		c.watch.Stop()
	}
	c.watch = time.AfterFunc(2*c.d.cfg.Heartbeat, func() {
		c.d.mu.Lock()
		defer c.d.mu.Unlock()
		switch {
		case c.closed != "" || c.d.ended:
		case c.half:
			c.d.drop(c, "no heartbeat came")
		default:
			c.close(closeTimedOut, "Session timed out.")
		}
	})
}

// frame queues a frame; d.mu is held.
func (c *Conn) frame(v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // this package made v
	}
	c.put(outgoing{raw: raw})
}

func (c *Conn) put(o outgoing) {
	if c.half || c.closed != "" {
		return
	}
	select {
	case c.send <- o:
	default:
		c.d.problem("gateway %s: 1024 frames wait to be read", c.ID)
	}
}

func (c *Conn) write() {
	defer func() { _ = c.ws.Close() }()
	for {
		select {
		case o := <-c.send:
			if o.code != 0 {
				_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(o.code, o.reason), time.Now().Add(time.Second))
				return
			}
			if c.ws.WriteMessage(websocket.TextMessage, o.raw) != nil {
				return
			}
		case <-c.stop:
			return
		}
	}
}

// read takes frames until the connection ends. A close frame is not answered
// at once: discordgo sleeps for a second after its own with a lock held that
// its reader wants as soon as something comes, and in a synctest bubble a wait
// for a lock stops the clock.
func (c *Conn) read() {
	c.ws.SetCloseHandler(func(int, string) error { return nil })
	for {
		_, raw, err := c.ws.ReadMessage()
		if err != nil {
			var closing *websocket.CloseError
			reason, ends := "the client is gone", false
			if errors.As(err, &closing) {
				reason = "the client closed it"
				ends = closing.Code == websocket.CloseNormalClosure || closing.Code == websocket.CloseGoingAway
			}
			c.d.mu.Lock()
			switch {
			case c.half: // Discord does not see a half-open connection end
				c.once.Do(func() { close(c.stop) }) // and writes to nobody
			case closing == nil:
				c.d.drop(c, reason)
			default:
				if ends && c.closed == "" && c.session != nil {
					c.d.forget(c.session) // 1000 and 1001 end the session as well
				}
				c.leave(reason)
				time.AfterFunc(linger, func() { c.once.Do(func() { close(c.stop) }) })
			}
			c.d.mu.Unlock()
			c.d.signal.Notify()
			return
		}
		c.d.mu.Lock()
		if !c.half && c.closed == "" {
			c.d.heard(c, raw)
		}
		c.d.mu.Unlock()
		c.d.signal.Notify()
	}
}

// close sends a close frame and ends the connection; d.mu is held. Codes that
// end the session as well are those after which the documentation says not to
// resume.
func (c *Conn) close(code int, reason string) {
	if c.session != nil && slices.Contains([]int{closeAuthentication, closeInvalidSeq, closeTimedOut, closeInvalidShard, closeInvalidVersion, closeInvalidIntents, closeDisallowedIntents}, code) {
		c.d.forget(c.session)
	}
	c.part(code, reason)
}

// part sends a close frame, unless nobody would hear of it, and leaves the
// session as it is; d.mu is held.
func (c *Conn) part(code int, reason string) {
	if c.half {
		c.d.drop(c, reason)
		return
	}
	c.put(outgoing{code: code, reason: reason})
	c.leave(reason)
}

// drop ends a connection without a word; d.mu is held.
func (d *Discord) drop(c *Conn, reason string) {
	c.leave(reason)
	c.once.Do(func() { close(c.stop) })
}

// leave takes the connection off the lists; d.mu is held.
func (c *Conn) leave(reason string) {
	if c.closed == "" {
		c.closed = reason
	}
	if c.watch != nil {
		c.watch.Stop()
	}
	if c.session != nil && c.session.conn == c {
		c.session.conn, c.session.gone = nil, time.Now()
	}
	c.d.conns = without(c.d.conns, func(o *Conn) bool { return o == c })
	c.d.signal.Notify()
}
