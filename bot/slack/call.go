package slack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"

	api "github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"offboard/bot/adapter"
)

// callTimeout is for one request to Slack.
const callTimeout = 15 * time.Second

// tiers are calls a minute, for the methods that are called often. The numbers
// are Slack's (docs.slack.dev, rate limits, tiers 2, 3 and 4); all others are
// called seldom, and wait when Slack says so.
var tiers = map[string]int{
	"chat.update": 50, "conversations.open": 50, "conversations.history": 50, "conversations.replies": 50,
	"users.info": 100, "views.open": 100, "views.update": 100, "views.push": 100, "views.publish": 100, "chat.postEphemeral": 100, "conversations.members": 100,
	"chat.postMessage": 300, // "several hundred a minute" for a workspace; see postEvery for a channel
}

// postEvery is how often one channel may be posted in (chat.postMessage: one a
// second for each channel).
const postEvery = time.Second

// opening is the method that gives the address of a socket. It is in the
// lowest tier: openings a minute are all that it is asked.
const (
	opening  = "apps.connections.open"
	openings = 5
)

// calls keeps to the limits, so that Slack seldom has to say so.
type calls struct {
	openings *window
	every    time.Duration // between posts in a channel

	mu     sync.Mutex
	method map[string]*rate.Limiter
	place  map[string]*rate.Limiter // of a method in a channel
	until  map[string]time.Time     // Slack has said: not before
}

func newCalls() *calls {
	c := &calls{openings: newWindow(openings, time.Minute), every: postEvery, method: map[string]*rate.Limiter{}, place: map[string]*rate.Limiter{}, until: map[string]time.Time{}}
	for m, n := range tiers {
		// A tenth of a minute's calls at once: a burst is what people make.
		c.method[m] = rate.NewLimiter(rate.Limit(float64(n)/60), max(1, n/10))
	}
	return c
}

// wait waits until a method may be called, in a channel if there is one.
func (c *calls) wait(ctx context.Context, method, channel string) error {
	for {
		c.mu.Lock()
		until := c.until[method+" "+channel]
		if t := c.until[method+" "]; t.After(until) {
			until = t
		}
		limits := []*rate.Limiter{c.method[method]}
		if method == "chat.postMessage" {
			limits = append(limits, c.at(channel))
		}
		c.mu.Unlock()
		if d := time.Until(until); d > 0 {
			if err := adapter.Pause(ctx, d); err != nil {
				return err
			}
			continue
		}
		if method == opening {
			return c.openings.wait(ctx)
		}
		for _, l := range limits {
			if l == nil {
				continue
			}
			if err := l.Wait(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

func (c *calls) at(channel string) *rate.Limiter {
	if len(c.place) > 10000 {
		clear(c.place) // the limits of channels that were last used long ago
	}
	l, ok := c.place[channel]
	if !ok {
		l = rate.NewLimiter(rate.Every(c.every), 1)
		c.place[channel] = l
	}
	return l
}

// later keeps what Slack has said in Retry-After.
func (c *calls) later(method, channel string, d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(c.until, func(_ string, t time.Time) bool { return t.Before(now) })
	c.until[method+" "+channel] = now.Add(d)
}

// call calls a method once it may be called, and again while Slack says that
// there were too many: such a call had no effect.
func (s *Slack) call(ctx context.Context, method, channel string, do func(ctx context.Context) error) error {
	for {
		if err := s.calls.wait(ctx, method, channel); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		err := do(ctx)
		limited, ok := errors.AsType[*api.RateLimitedError](err)
		if !ok {
			if err != nil {
				return fmt.Errorf("%s: %w", method, withoutURL(err))
			}
			return nil
		}
		wait := max(limited.RetryAfter, time.Second)
		s.cfg.Log.Warn().Str("method", method).Dur("wait", wait).Msg("slack: too many calls")
		s.calls.later(method, channel, wait)
	}
}

// again is call for what does no harm when it is done twice: it is repeated
// while Slack is broken, for as long as ctx allows, at most three times.
func (s *Slack) again(ctx context.Context, method, channel string, do func(ctx context.Context) error) error {
	for n := 0; ; n++ {
		err := s.call(ctx, method, channel, do)
		if err == nil || n == 2 || !unclear(err) || adapter.Pause(ctx, adapter.Backoff(n+1)) != nil {
			return err
		}
	}
}

// code is Slack's own word for what is wrong; empty if Slack has not answered.
func code(err error) string {
	if e, ok := errors.AsType[api.SlackErrorResponse](err); ok {
		return e.Err
	}
	return ""
}

func is(err error, codes ...string) bool { return slices.Contains(codes, code(err)) && err != nil }

// fatal reports whether a token is refused, which no retry mends.
func fatal(err error) bool {
	return is(err, "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type", "missing_scope", "no_permission", "org_login_required", "team_access_not_granted")
}

// unclear reports whether it is not known if the call had its effect: Slack
// broke, or the connection did.
func unclear(err error) bool {
	if err == nil || code(err) != "" && !is(err, "internal_error", "fatal_error", "service_unavailable", "request_timeout") {
		return false
	}
	if status, ok := errors.AsType[api.StatusCodeError](err); ok {
		return status.Code >= 500
	}
	return true
}

// withoutURL takes out of an error the address that was called: a socket's has
// a ticket in it, a response_url is one.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return err
}

// window allows so many in a time, whenever they come.
type window struct {
	mu    sync.Mutex
	most  int
	every time.Duration
	last  []time.Time
}

func newWindow(most int, every time.Duration) *window { return &window{most: most, every: every} }

func (w *window) wait(ctx context.Context) error {
	for {
		w.mu.Lock()
		now := time.Now()
		w.last = slices.DeleteFunc(w.last, func(t time.Time) bool { return now.Sub(t) >= w.every })
		if len(w.last) < w.most {
			w.last = append(w.last, now)
			w.mu.Unlock()
			return nil
		}
		d := w.every - now.Sub(w.last[0])
		w.mu.Unlock()
		if err := adapter.Pause(ctx, d); err != nil {
			return err
		}
	}
}
