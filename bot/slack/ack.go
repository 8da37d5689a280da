package slack

import (
	"encoding/json"
	"slices"
	"sync"
	"time"
)

const (
	// maxAck is where Slack drops an acknowledgement without a word; measured
	// by the authors of slack-go (socketmode.maxResponseSize).
	maxAck = 20480
	// answered is how long an answer is kept for another copy of its envelope.
	// Slack gives up on the envelope after three seconds.
	answered = 10 * time.Second
)

// acks are the acknowledgements that have an answer in them, from when their
// envelope comes. Slack may deliver an envelope twice, on two sockets: an
// empty acknowledgement of the copy would close the form before its answer.
type acks struct {
	mu   sync.Mutex
	none *sync.Cond // waits until none is owed
	owed int
	open map[string]*ack
}

type ack struct {
	sockets []*socket // on which the envelope came
	frame   []byte    // nil until it is answered
}

func newAcks() *acks {
	a := &acks{open: map[string]*ack{}}
	a.none = sync.NewCond(&a.mu)
	return a
}

// owe notes that an answer will be given on c, and reports whether the
// envelope is new. A copy of one that is answered gets the same answer.
func (a *acks) owe(id string, c *socket) (frame []byte, first bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if k := a.open[id]; k != nil {
		if k.frame == nil && !slices.Contains(k.sockets, c) {
			k.sockets = append(k.sockets, c)
		}
		return k.frame, false
	}
	a.open[id] = &ack{sockets: []*socket{c}}
	a.owed++
	return nil, true
}

// give takes the answer, once, and says where it has to go.
func (a *acks) give(id string, frame []byte) []*socket {
	a.mu.Lock()
	defer a.mu.Unlock()
	k := a.open[id]
	if k == nil || k.frame != nil {
		return nil
	}
	k.frame = frame
	time.AfterFunc(answered, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.open, id)
	})
	return k.sockets
}

// sent ends what owe has begun, after the answer was written.
func (a *acks) sent() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.owed--; a.owed == 0 {
		a.none.Broadcast()
	}
}

// settle waits until no answer is owed. That is soon: a form is acknowledged
// within deadline, whatever becomes of it.
func (a *acks) settle() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.owed > 0 {
		a.none.Wait()
	}
}

// acknowledge tells Slack that an envelope has arrived. If that is lost, Slack
// sends events again, and tells whoever clicked that it did not work; what was
// asked is done all the same, once.
func (s *Slack) acknowledge(c *socket, frame []byte) {
	err := c.write(frame)
	if err == nil {
		return
	}
	// It is not documented whether Slack takes it on another socket. If not,
	// it does nothing there.
	s.mu.Lock()
	links := s.links
	s.mu.Unlock()
	for _, l := range links {
		if l.socket != nil && l.socket != c && l.socket.write(frame) == nil {
			return
		}
	}
	s.cfg.Log.Warn().Err(withoutURL(err)).Msg("slack: acknowledge")
}

// answer acknowledges an envelope with an answer to what was done, on every
// socket on which the envelope came. Only the first answer counts.
func (s *Slack) answer(id string, response any) {
	b := frame(id, response)
	to := s.acks.give(id, b)
	if to == nil {
		return
	}
	defer s.acks.sent()
	for _, c := range to {
		s.acknowledge(c, b)
	}
}

// frame is an acknowledgement, of less than maxAck unless the answer is a form.
func frame(id string, response any) []byte {
	ack := map[string]any{"envelope_id": id}
	if response != nil {
		ack["payload"] = response
	}
	b, err := json.Marshal(ack)
	if err != nil {
		panic(err) // texts, and blocks that are sent in the same way elsewhere
	}
	return b
}
