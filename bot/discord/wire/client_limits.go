package wire

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// perSecond is how many calls are made at most (docs, Rate Limits: 50 a second
// for a bot, callbacks of interactions not counted). Two clients may have one
// token: the chat's, and the one that takes people out of the server.
const (
	perSecond = 24
	burst     = 10
)

// limits keeps to Discord's limits, as its answers say them. A bucket is kept
// until it is full again, so the table is as long as what was called lately.
type limits struct {
	all *rate.Limiter

	mu      sync.Mutex
	until   time.Time          // no call before
	names   map[string]string  // what a route is, to the bucket's name
	buckets map[string]*bucket // by name and major parameter
	swept   time.Time
}

// bucket is how many calls of a kind are left.
type bucket struct {
	known    bool // false: the next answer will tell, and one call goes ahead to get it
	left     int
	reset    time.Time // when it is full again
	until    time.Time // Discord has said: not before
	out      int       // calls without an answer yet
	asking   bool      // one has gone ahead
	answered chan struct{}
}

func newLimits() *limits {
	return &limits{all: rate.NewLimiter(perSecond, burst), names: map[string]string{}, buckets: map[string]*bucket{}}
}

// turn is a call that may be sent now.
type turn struct {
	l *limits
	r route
	b *bucket // nil if the call is free
}

// turn waits until a call may be sent. What the limits do not allow before until
// is refused at once, as Discord would.
func (l *limits) turn(ctx context.Context, r route, until time.Time) (turn, error) {
	for {
		l.mu.Lock()
		wait, answered, b := l.next(r, time.Now())
		l.mu.Unlock()
		switch {
		case wait > time.Until(until) && wait > 0:
			return turn{}, early(r, wait)
		case wait > 0:
			if err := pause(ctx, wait); err != nil {
				return turn{}, err
			}
			continue
		case answered != nil:
			select {
			case <-answered:
			case <-time.After(time.Until(until)):
				return turn{}, early(r, unsaid)
			case <-ctx.Done():
				return turn{}, ctx.Err()
			}
			continue
		}
		t := turn{l, r, b}
		if r.free {
			return t, nil
		}
		soon, cancel := context.WithDeadline(ctx, until)
		err := l.all.Wait(soon)
		cancel()
		if err == nil {
			return t, nil
		}
		t.done(nil, err)
		if ctx.Err() == nil {
			err = early(r, unsaid)
		}
		return turn{}, err
	}
}

// early is the refusal of a call that was not sent.
func early(r route, after time.Duration) error {
	return &Error{Route: r.String(), Status: http.StatusTooManyRequests, Message: "not sent yet, to keep to Discord's limits", After: after}
}

// next says how long to wait, or for which answer, or takes a call out of its
// bucket. l.mu is held.
func (l *limits) next(r route, now time.Time) (wait time.Duration, answered <-chan struct{}, b *bucket) {
	if r.free {
		return 0, nil, nil // also while all others wait: it has three seconds
	}
	if d := l.until.Sub(now); d > 0 {
		return d, nil, nil
	}
	l.sweep(now)
	b = l.bucket(r)
	if b.known && !now.Before(b.reset) {
		b.known = false
	}
	switch {
	case now.Before(b.until):
		return b.until.Sub(now), nil, nil
	case b.asking:
		return 0, b.answered, nil
	case b.known && b.left <= 0:
		return b.reset.Sub(now), nil, nil
	case b.known:
		b.left--
	default:
		b.asking, b.answered = true, make(chan struct{})
	}
	b.out++
	return 0, nil, b
}

// bucket is the one of a route; l.mu is held. Once its name is known it goes on
// under that: calls without an answer would not count in a new one.
func (l *limits) bucket(r route) *bucket {
	unnamed := r.what + " " + r.major
	key := unnamed
	if name, ok := l.names[r.what]; ok {
		key = name + " " + r.major
	}
	b := l.buckets[key]
	if b == nil {
		if b = l.buckets[unnamed]; b == nil {
			b = &bucket{}
		}
		l.buckets[key] = b
	}
	return b
}

// sweep forgets buckets that are full again; l.mu is held.
func (l *limits) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for key, b := range l.buckets {
		if b.out == 0 && !now.Before(b.reset) && !now.Before(b.until) {
			delete(l.buckets, key)
		}
	}
}

// done reads what an answer says of the limits. There is no header if no
// answer came.
func (t turn) done(h http.Header, err error) {
	l, now := t.l, time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b := t.b
	if b == nil {
		return // it waits by itself, and nobody else for it
	}
	if e, ok := errors.AsType[*Error](err); ok && Limited(err) {
		if after := now.Add(e.After); e.Global {
			l.until = after
		} else {
			b.until = after
		}
	}
	defer func() {
		b.out--
		if b.asking {
			b.asking = false
			close(b.answered)
		}
	}()
	name := h.Get("X-RateLimit-Bucket")
	left, wrong := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	after, bad := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64)
	switch {
	case err == nil && name == "": // it has no limit of its own
		b.answer(now, perSecond*60, time.Minute, b.out-1)
		return
	case name == "" || wrong != nil || bad != nil:
		return
	}
	l.names[t.r.what] = name
	reset := seconds(after)
	if into := l.bucket(t.r); into != b { // now it is known which one it is
		into.answer(now, left, reset, into.out)
	}
	b.answer(now, left, reset, b.out-1)
}

// answer takes over what Discord says. Answers overtake each other: within one
// window it is the lowest number that counts, and in a new one, out calls may
// not be counted in it yet.
func (b *bucket) answer(now time.Time, left int, after time.Duration, out int) {
	if b.known && now.Before(b.reset) {
		b.left = min(b.left, left)
	} else {
		b.known, b.left = true, max(0, left-out)
	}
	if reset := now.Add(after); reset.After(b.reset) {
		b.reset = reset
	}
}
