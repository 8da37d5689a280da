package discordtest

import (
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Rate is how many calls a bucket allows in a window.
type Rate struct {
	Limit int
	Per   time.Duration
}

// Violation is a call above a rate limit.
type Violation struct {
	Route  string
	Bucket string
	At     time.Time
	Wait   time.Duration // until it would have been allowed
	Global bool
}

// bucket is a window that begins with its first call.
type bucket struct {
	left int
	ends time.Time
}

// The limits are not documented: apps are to read the headers. These are what
// has been seen, and Config.Rates sets others by route.
var (
	defaultRate = Rate{50, time.Second}
	globalRate  = Rate{50, time.Second} // documented; interactions are exempt
)

// Violations lists the calls that came too early. With Config.RatesCounted
// they went through all the same.
func (d *Discord) Violations() []Violation {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.violations)
}

// limit takes one from the bucket of a call, and writes the headers: how long
// it has to wait, or 0, and whether it is the global limit. d.mu is held.
func (c *call) limit(h http.Header) (wait time.Duration, global bool) {
	if c.route.exempt {
		return 0, false
	}
	if !c.route.open {
		if b := c.bucket("global", globalRate); b.left == 0 {
			return c.violated(h, "global", time.Until(b.ends), true), true
		}
	}
	rate, ok := c.cfg.Rates[c.route.name]
	if !ok {
		rate = c.route.rate
	}
	if rate.Limit == 0 {
		rate = defaultRate
	}
	key := c.route.name
	for _, major := range []string{"channel", "guild", "webhook", "token"} {
		key += " " + c.path[major]
	}
	b := c.bucket(key, rate)
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(c.route.name))
	name := fmt.Sprintf("%016x", sum.Sum64())
	h.Set("X-RateLimit-Limit", strconv.Itoa(rate.Limit))
	h.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(b.ends.UnixMilli())/1000, 'f', 3, 64))
	h.Set("X-RateLimit-Reset-After", strconv.FormatFloat(time.Until(b.ends).Seconds(), 'f', 3, 64))
	h.Set("X-RateLimit-Bucket", name)
	if b.left == 0 {
		h.Set("X-RateLimit-Remaining", "0")
		return c.violated(h, name, time.Until(b.ends), false), false
	}
	b.left--
	h.Set("X-RateLimit-Remaining", strconv.Itoa(b.left))
	if !c.route.open {
		c.bucket("global", globalRate).left--
	}
	return 0, false
}

func (c *call) bucket(key string, r Rate) *bucket {
	b := c.buckets[key]
	if now := time.Now(); b == nil || !now.Before(b.ends) {
		b = &bucket{left: r.Limit, ends: now.Add(r.Per)}
		c.buckets[key] = b
	}
	return b
}

func (c *call) violated(h http.Header, name string, wait time.Duration, global bool) time.Duration {
	c.violations = append(c.violations, Violation{Route: c.route.name, Bucket: name, At: time.Now(), Wait: wait, Global: global})
	if c.cfg.RatesCounted {
		return 0
	}
	h.Set("X-RateLimit-Scope", "user")
	if global {
		h.Set("X-RateLimit-Scope", "global")
	}
	return wait
}

// seconds is a wait as Retry-After has it, rounded up.
func seconds(wait time.Duration) string { return strconv.Itoa(int(math.Ceil(wait.Seconds()))) }

func tooMany(w http.ResponseWriter, wait time.Duration, global bool) {
	w.Header().Set("Retry-After", seconds(wait))
	if global {
		w.Header().Set("X-RateLimit-Global", "true")
	}
	writeJSON(w, http.StatusTooManyRequests, object{"message": "You are being rate limited.", "retry_after": math.Ceil(wait.Seconds()*1000) / 1000, "global": global})
}
