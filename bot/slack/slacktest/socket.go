package slacktest

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Socket Mode: up to 10 connections, an envelope to any one of them.
const (
	maxConns   = 10
	maxAck     = 20480 // bytes; an ack of so many is silently dropped
	pingEvery  = 10 * time.Second
	warnBefore = 10 * time.Second // a disconnect "warning" comes so long before the end
	debugLife  = 360 * time.Second
	socketHost = "applink-7fc4fdbb64-4x5xq"
)

// Conn is one Socket Mode connection, or a ghost: a registration that nobody
// is behind any more.
type Conn struct {
	ID string

	s    *Slack
	ws   *websocket.Conn // nil for a ghost
	send chan []byte
	stop chan struct{}
	once sync.Once

	half   bool // half-open: nothing goes through any more; s.mu guards it
	closed string
	pongs  int
	timers []*time.Timer
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, WriteBufferSize: 1 << 16}

func (s *Slack) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	valid := s.tickets[ticket]
	delete(s.tickets, ticket) // a URL is good for one connection
	f := s.faults.Next(Connecting)
	s.mu.Unlock()
	if f != nil && f.kind != faultDisconnect {
		f.strike(w, r, s.done)
		return
	}
	if !valid {
		http.Error(w, "the ticket is not valid", http.StatusForbidden)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &Conn{s: s, ws: ws, send: make(chan []byte, 1024), stop: make(chan struct{})}
	go c.write()
	s.mu.Lock()
	c.ID = s.id("X")
	switch {
	case s.ended:
		c.once.Do(func() { close(c.stop) })
	case f != nil:
		c.disconnect(f.text)
	case len(s.conns) >= maxConns:
		c.disconnect("too_many_websockets")
	default:
		s.welcome(c, r.URL.Query().Get("debug_reconnects") == "true")
	}
	s.mu.Unlock()
	s.signal.Notify()
	c.read()
}

// welcome registers a connection; s.mu is held.
func (s *Slack) welcome(c *Conn, debug bool) {
	life := s.cfg.Life
	if debug {
		life = debugLife
	}
	s.conns = append(s.conns, c)
	c.frame(object{
		"type": "hello", "num_connections": len(s.conns), "connection_info": object{"app_id": s.AppID},
		"debug_info": object{"host": socketHost, "build_number": 10, "approximate_connection_time": int(life.Seconds())},
	})
	c.after(max(0, life-warnBefore), func() { c.disconnect("warning") })
	go c.ping()
}

// after does f with s.mu held, unless the connection is gone by then.
func (c *Conn) after(d time.Duration, f func()) {
	c.timers = append(c.timers, time.AfterFunc(d, func() {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		if c.closed == "" && !c.s.ended {
			f()
		}
	}))
}

// frame queues a frame; s.mu is held.
func (c *Conn) frame(v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // this package made v
	}
	if c.half || c.ws == nil {
		return
	}
	select {
	case c.send <- raw:
	default:
		c.s.problem("socket %s: 1024 frames wait to be read", c.ID)
	}
}

func (c *Conn) write() {
	defer func() { _ = c.ws.Close() }()
	for {
		select {
		case raw := <-c.send:
			if raw == nil {
				_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
				return
			}
			if c.ws.WriteMessage(websocket.TextMessage, raw) != nil {
				return
			}
		case <-c.stop:
			return
		}
	}
}

func (c *Conn) ping() {
	tick := time.NewTicker(cmp.Or(c.s.cfg.Ping, pingEvery))
	defer tick.Stop()
	for {
		c.s.mu.Lock()
		silent := c.half
		c.s.mu.Unlock()
		if !silent && c.ws.WriteControl(websocket.PingMessage, []byte("Ping from "+socketHost), time.Now().Add(5*time.Second)) != nil {
			return
		}
		select {
		case <-tick.C:
		case <-c.stop:
			return
		}
	}
}

// read takes acks until the connection ends.
func (c *Conn) read() {
	c.ws.SetPongHandler(func(string) error {
		c.s.mu.Lock()
		c.pongs++
		c.s.mu.Unlock()
		c.s.signal.Notify()
		return nil
	})
	answer := c.ws.PingHandler()
	c.ws.SetPingHandler(func(data string) error {
		c.s.mu.Lock()
		silent := c.half
		c.s.mu.Unlock()
		if silent {
			return nil
		}
		return answer(data)
	})
	for {
		_, raw, err := c.ws.ReadMessage()
		if err != nil {
			var closing *websocket.CloseError
			reason := "the client is gone"
			if errors.As(err, &closing) {
				reason = "the client closed it"
			}
			c.s.mu.Lock()
			if !c.half { // Slack does not see a half-open socket end
				c.s.drop(c, reason)
			}
			c.s.mu.Unlock()
			c.s.signal.Notify()
			return
		}
		c.s.mu.Lock()
		if !c.half {
			c.s.acked(c, raw)
		}
		c.s.mu.Unlock()
		c.s.signal.Notify()
	}
}

// drop ends a connection without a word; s.mu is held.
func (s *Slack) drop(c *Conn, reason string) {
	if c.closed == "" {
		c.closed = reason
	}
	s.conns = without(s.conns, func(o *Conn) bool { return o == c })
	for _, t := range c.timers {
		t.Stop()
	}
	c.once.Do(func() { close(c.stop) })
}

// disconnect sends a disconnect frame and ends the connection: after 10 s for
// a warning, else at once; s.mu is held.
func (c *Conn) disconnect(reason string) {
	if c.half { // nobody would hear of it
		c.s.drop(c, reason)
		return
	}
	c.frame(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": socketHost}})
	if reason == "warning" {
		c.after(warnBefore, func() { c.disconnect("refresh_requested") })
		return
	}
	c.closed = reason
	c.s.conns = without(c.s.conns, func(o *Conn) bool { return o == c })
	if c.ws != nil {
		select {
		case c.send <- nil: // after the frame, the close
		default:
		}
	}
	c.s.signal.Notify()
}
