package wire

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestAfter: whatever Discord, or what stands before it, says of its limits, it
// is a time that can be waited for.
func TestAfter(t *testing.T) {
	for _, c := range []struct {
		header, body string
		want         time.Duration
	}{
		{"3", "", 3 * time.Second},
		{"1", `{"retry_after": 0.25}`, time.Second},
		{"1", `{"retry_after": 1.5}`, 1500 * time.Millisecond},
		{"", `{"retry_after": 2}`, 2 * time.Second},
		{"3600", "", time.Hour},
		{"1e300", "", time.Hour},
		{"9223372037", "", time.Hour},
		{"Inf", "", time.Hour},
		{"", `{"retry_after": 1e300}`, time.Hour},
		{"NaN", "", unsaid},
		{"-Inf", "", unsaid},
		{"-5", `{"retry_after": -1}`, unsaid},
		{"Sun, 06 Nov 2094 08:49:37 GMT", "", unsaid},
		{"", `{"retry_after": "soon"}`, unsaid},
		{"", "", unsaid},
	} {
		h := http.Header{}
		h.Set("Retry-After", c.header)
		if c.body != "" {
			h.Set("Content-Type", "application/json")
		}
		res := &http.Response{StatusCode: http.StatusTooManyRequests, Header: h, Body: io.NopCloser(strings.NewReader(""))}
		if e := refusal(route{}, res, []byte(c.body)); e.After != c.want {
			t.Errorf("%q and %s: %v, not %v", c.header, c.body, e.After, c.want)
		}
	}
}

// TestReset: nor does a bucket wait for ever.
func TestReset(t *testing.T) {
	for _, after := range []string{"1e300", "Inf", "NaN", "-1", "99999999999"} {
		l := newLimits()
		r := routeOf(http.MethodGet, "channels/1")
		turn, err := l.turn(t.Context(), r, time.Now().Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		h.Set("X-RateLimit-Bucket", "b")
		h.Set("X-RateLimit-Remaining", "0")
		h.Set("X-RateLimit-Reset-After", after)
		turn.done(h, nil)
		if wait, _, _ := l.next(r, time.Now()); wait < 0 || wait > longest {
			t.Errorf("after %s it waits %v", after, wait)
		}
	}
}
