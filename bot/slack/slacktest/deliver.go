package slacktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// What became of an envelope that the app did not acknowledge.
var (
	ErrNoSocket = errors.New("no socket is open: the person sees that the app did not respond")
	ErrTimeout  = errors.New("not acknowledged within 3 s: the person sees that the app did not respond")
)

// ackTime is how long an app has to acknowledge, and how long a trigger_id lives.
const ackTime = 3 * time.Second

// retries are when an event is delivered again.
var retries = []time.Duration{0, time.Minute, 5 * time.Minute}

// Envelope types.
const (
	slashCommands = "slash_commands"
	interactive   = "interactive"
	eventsAPI     = "events_api"
)

// Delivery is something a person did, on its way to the app.
type Delivery struct {
	ID      string // envelope_id of the first attempt
	Type    string // slash_commands, interactive or events_api
	Payload map[string]any

	s       *Slack
	accepts bool // accepts_response_payload
	user    string
	attempt int
	sent    time.Time
	ids     []string // envelope_id of each attempt
	conns   []*Conn  // where it went
	acks    []Ack
	err     error
	done    chan struct{}
	timer   *time.Timer
	effect  func(payload object) // what the answer in the ack does; s.mu is held
	failed  func(err error)      // what the person sees instead; s.mu is held
}

// Ack is one acknowledgement of an envelope.
type Ack struct {
	After   time.Duration // since the attempt was sent
	Payload map[string]any
	Conn    string // id of the connection it came on
	Late    bool   // after 3 s, or after another one: without effect
}

// Wait waits until the app has acknowledged and the answer has had its effect,
// or has not in time. For an event that is after the last retry.
func (d *Delivery) Wait(ctx context.Context) error {
	select {
	case <-d.done:
		d.s.mu.Lock()
		defer d.s.mu.Unlock()
		return d.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Acks lists the acknowledgements so far.
func (d *Delivery) Acks() []Ack {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return slices.Clone(d.acks)
}

// Attempts is how often it was sent, with retries and without copies.
func (d *Delivery) Attempts() int {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return d.attempt + 1
}

// Again sends the envelope of the last attempt once more, on another
// connection if there is one, as when Slack delivers twice.
func (d *Delivery) Again() error {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return d.copy()
}

func (d *Delivery) copy() error {
	if len(d.s.conns) == 0 {
		return ErrNoSocket
	}
	c := d.s.conns[0]
	for _, o := range d.s.conns {
		if len(d.conns) > 0 && o != d.conns[len(d.conns)-1] {
			c = o
		}
	}
	d.put(c)
	return nil
}

// deliver sends d, and again if it is an event that is not acknowledged; s.mu
// is held.
func (s *Slack) deliver(d *Delivery) *Delivery {
	d.s, d.done = s, make(chan struct{})
	s.deliveries = append(s.deliveries, d)
	f := s.faults.Next(Envelopes)
	if f != nil && f.kind == faultRetried {
		d.attempt = f.number
	}
	d.try(f)
	return d
}

// try sends one attempt.
func (d *Delivery) try(f *Fault) {
	s := d.s
	d.ids = append(d.ids, fmt.Sprintf("%08x-0000-4000-8000-%012x", len(s.deliveries), s.count+len(d.ids)))
	d.ID = d.ids[0]
	d.sent = time.Now()
	if len(s.conns) == 0 {
		d.lost(ErrNoSocket)
		return
	}
	c := s.conns[s.next%len(s.conns)]
	s.next++
	if f != nil && f.kind == faultHalfOpen {
		c.half = true
	}
	if f != nil && f.kind == faultCut {
		d.conns = append(d.conns, c)
		s.drop(c, "cut")
	} else {
		d.put(c)
	}
	if f != nil && f.kind == faultAckLost {
		c.half = true
	}
	if f != nil && f.kind == faultDuplicate {
		_ = d.copy()
	}
	d.timer = time.AfterFunc(s.cfg.Patience, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !d.over() && !s.ended {
			d.lost(ErrTimeout)
		}
	})
	s.signal.Notify()
}

func (d *Delivery) put(c *Conn) {
	d.conns = append(d.conns, c)
	frame := object{"envelope_id": d.ids[len(d.ids)-1], "type": d.Type, "payload": d.Payload, "accepts_response_payload": d.accepts}
	if d.Type == eventsAPI {
		frame["retry_attempt"], frame["retry_reason"] = d.attempt, ""
		if d.attempt > 0 {
			frame["retry_reason"] = "timeout"
		}
	}
	c.frame(frame)
}

// lost is an attempt that was not acknowledged. Only events come again.
func (d *Delivery) lost(err error) {
	if d.Type == eventsAPI && d.attempt < len(retries) {
		wait := retries[d.attempt]
		d.attempt++
		d.timer = time.AfterFunc(wait, func() {
			d.s.mu.Lock()
			defer d.s.mu.Unlock()
			if !d.over() && !d.s.ended {
				d.try(nil)
			}
		})
		d.s.signal.Notify()
		return
	}
	d.finish(err)
	if d.failed != nil {
		d.failed(err)
	}
}

func (d *Delivery) over() bool {
	select {
	case <-d.done:
		return true
	default:
		return false
	}
}

func (d *Delivery) finish(err error) {
	d.err = err
	d.stop()
	close(d.done)
	d.s.signal.Notify()
}

func (d *Delivery) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

// acked takes a frame from a client; s.mu is held.
func (s *Slack) acked(c *Conn, raw []byte) {
	if len(raw) >= maxAck {
		s.problem("socket %s: an ack of %d bytes is dropped, %d and more are", c.ID, len(raw), maxAck)
		return
	}
	var frame struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(raw, &frame); err != nil || frame.EnvelopeID == "" {
		s.problem("socket %s: a frame that is no ack: %.100s", c.ID, raw)
		return
	}
	i := slices.IndexFunc(s.deliveries, func(d *Delivery) bool { return slices.Contains(d.ids, frame.EnvelopeID) })
	if i < 0 {
		s.problem("socket %s: ack of the unknown envelope %q", c.ID, frame.EnvelopeID)
		return
	}
	d := s.deliveries[i]
	a := Ack{After: time.Since(d.sent), Conn: c.ID, Late: d.over()}
	payload := len(frame.Payload) > 0 && string(frame.Payload) != "null" && string(frame.Payload) != "{}" && string(frame.Payload) != `""`
	if payload {
		if err := json.Unmarshal(frame.Payload, &a.Payload); err != nil {
			s.problem("ack of %s: the payload is not an object: %.100s", d.what(), frame.Payload)
		}
	}
	d.acks = append(d.acks, a)
	if a.Late {
		return
	}
	if payload && !d.accepts {
		s.problem("ack of %s: a payload is ignored here", d.what())
		a.Payload = nil
	}
	if d.effect != nil {
		d.effect(a.Payload)
	}
	d.finish(nil)
}

// what names a delivery in problems.
func (d *Delivery) what() string {
	if event, ok := d.Payload["event"].(map[string]any); ok {
		return text(event["type"])
	}
	if c := text(d.Payload["command"]); c != "" {
		return c
	}
	return text(d.Payload["type"])
}
