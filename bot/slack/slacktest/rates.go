package slacktest

import (
	"slices"
	"strings"
	"time"
)

// Violation is a call above a rate limit.
type Violation struct {
	Method  string
	Channel string // of chat.postMessage
	At      time.Time
	Wait    time.Duration // until it would have been allowed
}

// bucket refills evenly and never holds more than its burst.
type bucket struct {
	tokens float64
	at     time.Time
}

// rate is how much a limit allows.
type rate struct {
	perMinute float64
	burst     float64
}

// Tiers are in calls a minute for a method, workspace and app. How much may
// come at once is not documented: here a whole minute's worth. The exceptions
// are tier 1, where 1 would forbid the second socket that Slack advises to
// open, and posting, where "short bursts" above 1 a second are allowed.
var tiers = map[int]rate{1: {1, 10}, 2: {20, 20}, 3: {50, 50}, 4: {100, 100}}

var (
	postingPerChannel   = rate{60, 2}
	postingPerWorkspace = rate{300, 300}
	specialTier         = rate{600, 600}
)

// Violations lists the calls that came too early. With Config.RatesCounted
// they went through all the same.
func (s *Slack) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// limit is how long c has to wait, or 0; s.mu is held.
func (s *Slack) limit(c *call) time.Duration {
	var wait time.Duration
	channel := ""
	switch {
	case c.m.name == "chat.postMessage":
		channel = strings.TrimPrefix(c.str("channel"), "#")
		if u := s.user(channel); u != nil {
			channel = s.direct(u.ID).ID
		}
		wait = max(s.take(c.m.name+" "+channel, postingPerChannel), s.take(c.m.name, postingPerWorkspace))
	case c.m.tier == 0:
		wait = s.take(c.m.name, specialTier)
	default:
		wait = s.take(c.m.name, tiers[c.m.tier])
	}
	if wait > 0 {
		s.violations = append(s.violations, Violation{Method: c.m.name, Channel: channel, At: time.Now(), Wait: wait})
		if s.cfg.RatesCounted {
			return 0
		}
	}
	return wait
}

// take takes one from a bucket, or says how long to wait; s.mu is held.
func (s *Slack) take(key string, r rate) time.Duration {
	now := time.Now()
	b := s.buckets[key]
	if b == nil {
		b = &bucket{tokens: r.burst, at: now}
		s.buckets[key] = b
	}
	b.tokens = min(r.burst, b.tokens+now.Sub(b.at).Minutes()*r.perMinute)
	b.at = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / r.perMinute * float64(time.Minute))
	}
	b.tokens--
	return 0
}
