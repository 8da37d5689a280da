package discordtest

import (
	"context"
	"errors"
	"slices"
	"time"
)

// What became of an interaction that the app did not answer.
var (
	ErrNoSession = errors.New("no session is there: the person sees that the application did not respond")
	ErrTimeout   = errors.New("not answered within 3 s: the person sees that the application did not respond")
)

// How long an app has for the first answer, and how long the token of an
// interaction is good.
const (
	ackTime   = 3 * time.Second
	tokenLife = 15 * time.Minute
)

// Types of interactions.
const (
	isCommand      = 2
	isComponent    = 3
	isAutocomplete = 4
	isModal        = 5
)

// interaction is one INTERACTION_CREATE and what has become of it.
type interaction struct {
	id, token  string
	kind       int
	user       string
	guild      string // "" in direct messages
	channel    string
	at         time.Time
	answer     int      // type of the callback; 0 is none
	original   *Message // the reply, or the message that it is about
	source     *Message // of the component, or of the modal that a component opened
	optionType int      // of the option that autocomplete is for
	followUps  int
	waitsFor   bool // a follow-up fills the deferred reply
	delivery   *Delivery
	submits    *modal
}

// Delivery is something a person did, on its way to the app.
type Delivery struct {
	ID      string // of the interaction
	Token   string
	Payload map[string]any

	d       *Discord
	i       *interaction
	sent    time.Time
	acks    []Ack
	err     error
	done    chan struct{}
	timer   *time.Timer
	failed  func() // what the person sees instead; d.mu is held
	choices []map[string]any
}

// Ack is one answer to an interaction: a callback.
type Ack struct {
	After  time.Duration  // since it was sent
	Type   int            // of the callback, 4 to 9
	Data   map[string]any // of the callback
	Error  string         // what it was refused with; empty is accepted
	Second bool           // it was answered before
}

// Wait waits until the app has answered and the answer has had its effect, or
// has not in time.
func (e *Delivery) Wait(ctx context.Context) error {
	select {
	case <-e.done:
		e.d.mu.Lock()
		defer e.d.mu.Unlock()
		return e.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Acks lists the answers so far, those that were refused too.
func (e *Delivery) Acks() []Ack {
	e.d.mu.Lock()
	defer e.d.mu.Unlock()
	return slices.Clone(e.acks)
}

// Again delivers the interaction once more, as after a resume.
func (e *Delivery) Again() error {
	e.d.mu.Lock()
	defer e.d.mu.Unlock()
	listening := e.d.listening()
	if len(listening) == 0 {
		return ErrNoSession
	}
	for _, s := range listening {
		s.dispatch("INTERACTION_CREATE", e.Payload)
	}
	return nil
}

// deliver sends an interaction to every session; d.mu is held. One that waits
// for a resume gets it then.
func (d *Discord) deliver(e *Delivery, i *interaction) *Delivery {
	i.id, i.token, i.at, i.delivery = e.ID, e.Token, time.Now(), e
	e.d, e.i, e.done, e.sent = d, i, make(chan struct{}), i.at
	d.interactions[i.id] = i
	d.deliveries = append(d.deliveries, e)
	listening := d.listening()
	f := d.faults.Next(Dispatches)
	if len(listening) == 0 {
		e.lost(ErrNoSession)
		return e
	}
	for _, s := range listening {
		if f != nil && s.conn != nil {
			s.conn.half = s.conn.half || f.kind == faultHalfOpen
			if f.kind == faultCut {
				d.drop(s.conn, "cut")
			}
		}
		s.dispatch("INTERACTION_CREATE", e.Payload)
		if f != nil && f.kind == faultAckLost && s.conn != nil {
			s.conn.half = true
		}
	}
	if f != nil && f.kind == faultDuplicate {
		for _, s := range listening {
			s.dispatch("INTERACTION_CREATE", e.Payload)
		}
	}
	e.timer = time.AfterFunc(d.cfg.Patience, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if !e.over() && !d.ended {
			e.lost(ErrTimeout)
		}
	})
	d.signal.Notify()
	return e
}

func (e *Delivery) lost(err error) {
	e.finish(err)
	if e.failed != nil {
		e.failed()
	}
}

func (e *Delivery) over() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

func (e *Delivery) finish(err error) {
	e.err = err
	e.stop()
	close(e.done)
	e.d.signal.Notify()
}

func (e *Delivery) stop() {
	if e.timer != nil {
		e.timer.Stop()
	}
}
