package discordtest

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// What can fail besides the routes of the REST API, as a target of Fail.
const (
	Connecting  = "gateway"  // a connection that is opened: Reconnect as the first packet, Closed, Status, Cut, Hang
	Identifying = "identify" // Invalid, Closed
	Resuming    = "resume"   // Replay, Invalid, Closed
	Dispatches  = "dispatch" // an interaction that is delivered: Duplicate, Cut, HalfOpen, AckLost
)

// Fault is one way to fail. It happens once unless Times or Always says more.
type Fault struct {
	kind   faultKind
	after  bool // the effect has happened
	status int
	code   int
	text   string
	html   bool
	wait   time.Duration
	number int
	packet any // sent on the gateway
	left   int // negative is always
}

type faultKind string

const (
	faultStatus    faultKind = "status"
	faultRefuse    faultKind = "refused"
	faultRate      faultKind = "rate limited"
	faultCut       faultKind = "connection cut"
	faultHang      faultKind = "no answer"
	faultDuplicate faultKind = "duplicate"
	faultHalfOpen  faultKind = "half-open"
	faultAckLost   faultKind = "ack lost"
	faultPacket    faultKind = "packet"
	faultClosed    faultKind = "closed"
	faultReplay    faultKind = "replay"
)

// Refuse answers with a JSON error code of Discord's, 50013 ..., with nothing
// done. Its status is the one that the code has.
func Refuse(code int) Fault { return Fault{kind: faultRefuse, code: code, left: 1} }

// Status answers with an HTTP status and a page of HTML, with nothing done.
func Status(status int) Fault { return Fault{kind: faultStatus, status: status, left: 1} }

// AfterEffect does what was asked and answers with an HTTP status all the same.
func AfterEffect(status int) Fault {
	return Fault{kind: faultStatus, status: status, after: true, left: 1}
}

// RateLimit answers 429 in JSON, with nothing done.
func RateLimit(wait time.Duration) Fault { return Fault{kind: faultRate, wait: wait, left: 1} }

// RateLimitHTML answers 429 with a page of HTML, as the servers in front of
// Discord do, with nothing done.
func RateLimitHTML(wait time.Duration) Fault {
	return Fault{kind: faultRate, wait: wait, html: true, left: 1}
}

// Cut breaks the connection without an answer, with nothing done. An
// interaction takes its connection with it, without a close frame, and waits
// for the resume.
func Cut() Fault { return Fault{kind: faultCut, left: 1} }

// CutAfter does what was asked and breaks the connection without an answer.
func CutAfter() Fault { return Fault{kind: faultCut, after: true, left: 1} }

// Hang never answers, until the client gives up; with nothing done.
func Hang() Fault { return Fault{kind: faultHang, left: 1} }

// HangAfter does what was asked and never answers, until the client gives up.
func HangAfter() Fault { return Fault{kind: faultHang, after: true, left: 1} }

// Reconnect sends op 7 as the very first packet, instead of HELLO.
func Reconnect() Fault { return Fault{kind: faultPacket, packet: reconnect(), left: 1} }

// Invalid answers IDENTIFY or RESUME with op 9.
func Invalid(resumable bool) Fault {
	return Fault{kind: faultPacket, packet: invalid(resumable), left: 1}
}

// Closed closes the connection with a code: 4004, 4009 ...
func Closed(code int, reason string) Fault {
	return Fault{kind: faultClosed, code: code, text: reason, left: 1}
}

// Replay begins a resume n dispatches earlier than the client asked for: those
// come twice.
func Replay(n int) Fault { return Fault{kind: faultReplay, number: n, left: 1} }

// Duplicate delivers an interaction a second time at once.
func Duplicate() Fault { return Fault{kind: faultDuplicate, left: 1} }

// HalfOpen makes the connection that an interaction is meant for half-open:
// the interaction and all later ones on it are lost, until a resume.
func HalfOpen() Fault { return Fault{kind: faultHalfOpen, left: 1} }

// AckLost lets an interaction arrive, and nothing after it on that connection.
func AckLost() Fault { return Fault{kind: faultAckLost, left: 1} }

func reconnect() object { return object{"op": opReconnect, "s": nil, "t": nil, "d": nil} }

func invalid(resumable bool) object {
	return object{"op": opInvalidSession, "s": nil, "t": nil, "d": resumable}
}

// Times makes a fault happen n times.
func (f Fault) Times(n int) Fault { f.left = n; return f }

// Always makes a fault happen until Heal.
func (f Fault) Always() Fault { f.left = -1; return f }

func (f *Fault) String() string {
	switch f.kind {
	case faultRefuse:
		return "refused with " + strconv.Itoa(f.code)
	case faultStatus:
		return fmt.Sprintf("HTTP %d", f.status)
	default:
		return string(f.kind)
	}
}

// Fail makes the next calls of a target fail: a route as "POST
// /channels/{channel}/messages", or one of the constants above. Several faults
// of a target happen one after another.
func (d *Discord) Fail(target string, f Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !known(target) {
		d.t.Errorf("discordtest: there is no route or target %q to fail", target)
	}
	d.faults.Add(target, f, f.left)
}

// Heal takes back what Fail has asked for and has not happened.
func (d *Discord) Heal(target string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults.Heal(target)
}

func (d *Discord) fault(target string) *Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.faults.Next(target)
}

// strike answers a request as the fault says.
func (f *Fault) strike(w http.ResponseWriter, r *http.Request, done <-chan struct{}) {
	switch f.kind {
	case faultStatus:
		page(w, f.status)
	case faultRefuse:
		reply(w, nil, refuse(f.code))
	case faultRate:
		if f.html {
			w.Header().Set("Retry-After", seconds(f.wait))
			page(w, http.StatusTooManyRequests)
			return
		}
		w.Header().Set("X-RateLimit-Scope", "user")
		tooMany(w, f.wait, false)
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

func page(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<html>%s</html>", http.StatusText(status))
}
