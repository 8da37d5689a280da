package slacktest

import (
	"fmt"
	"net/http"
	"time"
)

// What can fail besides the methods of the Web API, as a target of Fail.
const (
	Connecting = "socket"   // a socket that is opened: Disconnect
	Envelopes  = "envelope" // an envelope that is delivered: Duplicate, Retried, HalfOpen, AckLost, Cut
	Responses  = "response_url"
	Uploads    = "upload"
	Scim       = "scim"
)

// Fault is one way to fail. It happens once unless Times or Always says more.
type Fault struct {
	kind   faultKind
	after  bool // the effect has happened
	status int
	text   string
	wait   time.Duration
	number int
	left   int // negative is always
}

type faultKind string

const (
	faultStatus     faultKind = "status"
	faultRefuse     faultKind = "refused"
	faultRate       faultKind = "ratelimited"
	faultCut        faultKind = "connection cut"
	faultHang       faultKind = "no answer"
	faultDisconnect faultKind = "disconnect"
	faultDuplicate  faultKind = "duplicate"
	faultRetried    faultKind = "retried"
	faultHalfOpen   faultKind = "half-open"
	faultAckLost    faultKind = "ack lost"
)

// Refuse answers with an error of Slack's, with nothing done.
func Refuse(code string) Fault { return Fault{kind: faultRefuse, text: code, left: 1} }

// Status answers with an HTTP status and a page of HTML, with nothing done.
func Status(status int) Fault { return Fault{kind: faultStatus, status: status, left: 1} }

// AfterEffect does what was asked and answers with an HTTP status all the same.
func AfterEffect(status int) Fault {
	return Fault{kind: faultStatus, status: status, after: true, left: 1}
}

// RateLimit answers 429 with Retry-After, with nothing done. It is rounded up
// to seconds.
func RateLimit(wait time.Duration) Fault { return Fault{kind: faultRate, wait: wait, left: 1} }

// Cut breaks the connection without an answer, with nothing done. An envelope
// takes its socket with it, without a close frame.
func Cut() Fault { return Fault{kind: faultCut, left: 1} }

// CutAfter does what was asked and breaks the connection without an answer.
func CutAfter() Fault { return Fault{kind: faultCut, after: true, left: 1} }

// Hang never answers, until the client gives up; with nothing done.
func Hang() Fault { return Fault{kind: faultHang, left: 1} }

// HangAfter does what was asked and never answers, until the client gives up.
func HangAfter() Fault { return Fault{kind: faultHang, after: true, left: 1} }

// Disconnect sends a disconnect frame instead of hello: "too_many_websockets"
// or "link_disabled".
func Disconnect(reason string) Fault { return Fault{kind: faultDisconnect, text: reason, left: 1} }

// Duplicate delivers an envelope a second time at once, on another connection
// if there is one.
func Duplicate() Fault { return Fault{kind: faultDuplicate, left: 1} }

// Retried delivers an event as its nth retry, 1 to 3: the earlier ones came
// while no socket was open.
func Retried(n int) Fault { return Fault{kind: faultRetried, number: n, left: 1} }

// HalfOpen makes the socket that an envelope is meant for half-open: the
// envelope and all later ones on it are lost, and so are pings and acks.
func HalfOpen() Fault { return Fault{kind: faultHalfOpen, left: 1} }

// AckLost lets an envelope arrive, and nothing after it: the socket it came
// through is half-open before the app can acknowledge.
func AckLost() Fault { return Fault{kind: faultAckLost, left: 1} }

// Times makes a fault happen n times.
func (f Fault) Times(n int) Fault { f.left = n; return f }

// Always makes a fault happen until Heal.
func (f Fault) Always() Fault { f.left = -1; return f }

func (f *Fault) String() string {
	switch f.kind {
	case faultRefuse:
		return f.text
	case faultStatus:
		return fmt.Sprintf("HTTP %d", f.status)
	default:
		return string(f.kind)
	}
}

// Fail makes the next calls of a target fail: a method of the Web API, or one
// of the constants above. Several faults of a target happen one after another.
func (s *Slack) Fail(target string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Add(target, f, f.left)
}

// Heal takes back what Fail has asked for and has not happened.
func (s *Slack) Heal(target string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Heal(target)
}

func (s *Slack) fault(target string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.Next(target)
}

// strike answers a request as the fault says.
func (f *Fault) strike(w http.ResponseWriter, r *http.Request, done <-chan struct{}) {
	switch f.kind {
	case faultStatus:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.status)
		_, _ = fmt.Fprintf(w, "<html>%s</html>", http.StatusText(f.status))
	case faultRefuse:
		reply(w, nil, refuse(f.text))
	case faultRate:
		tooMany(w, f.wait)
	case faultHang:
		select {
		case <-r.Context().Done():
		case <-done:
		}
		panic(http.ErrAbortHandler)
	default:
		panic(http.ErrAbortHandler)
	}
}
