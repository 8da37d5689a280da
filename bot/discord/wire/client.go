package wire

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

// DefaultURL is Discord's API, in the version that this package speaks.
const DefaultURL = "https://discord.com/api/v10/"

const (
	// callTimeout is for one request.
	callTimeout = 10 * time.Second
	// patience is how long a call waits in all, for Discord's limits and before
	// it is tried again: who calls has other things to do meanwhile. It is also
	// far less than the few minutes in which Discord knows a nonce.
	patience = 20 * time.Second
	// tries is how often a call is sent whose repetition does no harm.
	tries = 4
	// maxBody is how much of an answer is read: 1,000 members of a server are
	// about half a megabyte.
	maxBody = 16 << 20
	// maxReason is what the audit log keeps of a reason (docs, Audit Log: 1-512
	// characters; here bytes of its encoded form, which is never shorter).
	maxReason = 512
)

// Config is what a Client needs.
type Config struct {
	Token string // of the bot, without "Bot "
	URL   string // of the API; empty is DefaultURL
	HTTP  *http.Client
	Log   zerolog.Logger
}

// Client calls Discord. All who use one bot token should share one Client: the
// limits are counted in it. Its methods may be called from several goroutines.
type Client struct {
	cfg    Config
	http   *http.Client
	limits *limits
	wait   func(try int) time.Duration // before the next try
	ahead  atomic.Int64                // nanoseconds: Discord's clock before ours
}

// New makes a Client. It calls nobody.
func New(cfg Config) *Client {
	if cfg.URL == "" {
		cfg.URL = DefaultURL
	}
	if !strings.HasSuffix(cfg.URL, "/") {
		cfg.URL += "/"
	}
	client := http.Client{}
	if cfg.HTTP != nil {
		client = *cfg.HTTP
	}
	client.Timeout = callTimeout
	// Discord redirects no call; what does is no Discord.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{cfg: cfg, http: &client, limits: newLimits(), wait: func(try int) time.Duration {
		d := 500 * time.Millisecond << try
		return d/2 + time.Duration(rand.Int64N(int64(d)))
	}}
}

// Now is the time by Discord's clock, to a few seconds: as its last answer says,
// and by our own clock before there is one. Ids are made by that clock.
func (c *Client) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// CallOption changes one call.
type CallOption func(*call)

// Reason is what the server's audit log says of the call.
func Reason(text string) CallOption {
	return func(c *call) {
		escaped := url.PathEscape(text) // Discord decodes percent signs
		for len(escaped) > maxReason {
			r := []rune(text)
			text = string(r[:len(r)-1])
			escaped = url.PathEscape(text)
		}
		c.reason = escaped
	}
}

// Repeatable says that a POST does no harm when Discord gets it twice, as one
// with a nonce and enforce_nonce. All other methods do none.
func Repeatable() CallOption { return func(c *call) { c.repeat = true } }

// Once sends the call at most once, for callers that decide themselves when to
// try again: what fails, also for being one too many, is their error at once.
func Once() CallOption { return func(c *call) { c.once = true } }

// call is one call, which may be sent several times.
type call struct {
	method, path string
	route        route
	body         []byte
	kind         string // content type of body
	reason       string
	repeat       bool
	once         bool
	bare         bool // without the bot token: the address says enough
}

// Do calls a method on a path below the API ("channels/1/messages?limit=5"),
// sends body as JSON unless it is nil, and reads the answer into out unless
// that is nil. What is refused is an *Error.
//
// It waits for Discord's limits and, after a 5xx or a broken connection, calls
// again, except a POST that is not Repeatable. After 20 s it begins no other try:
// what the limits do not allow by then is Limited(err), with its Error.After.
// Unclear(err) says that it is not known whether the call was done, whatever
// later tries have ended in.
func (c *Client) Do(ctx context.Context, method, path string, body, out any, opts ...CallOption) error {
	k := call{method: method, path: path, route: routeOf(method, path), repeat: method != http.MethodPost}
	for _, o := range opts {
		o(&k)
	}
	return c.do(ctx, k, body, out)
}

func (c *Client) do(ctx context.Context, k call, body, out any) error {
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("%s: %w", k.route, err)
		}
		k.body, k.kind = b, "application/json"
	}
	until := time.Now().Add(patience)
	var unclear error // the first try that may have been done
	for try := 0; ; try++ {
		answer, err := c.once(ctx, k, until)
		if unclear != nil && err != nil && err.Error() != unclear.Error() && (Limited(err) || Unclear(err) || Status(err) == 0) {
			err = fmt.Errorf("%w; then %w", unclear, err)
		}
		switch {
		case err == nil && out == nil:
			return nil
		case err == nil:
			if err := json.Unmarshal(answer, out); err != nil {
				return fmt.Errorf("%s: an answer that cannot be read: %w", k.route, err)
			}
			return nil
		case k.once:
			return err
		case Limited(err): // which had no effect
			if c.limited(ctx, k, err, until) != nil {
				return err
			}
			continue
		case !Unclear(err) || !k.repeat || try == tries-1 || ctx.Err() != nil:
			return err
		}
		unclear = cmp.Or(unclear, err)
		wait := c.wait(try)
		if time.Until(until) < wait || pause(ctx, wait) != nil {
			return err
		}
	}
}

// limited waits until Discord takes a call again. What would be later than the
// end of ctx, or than until, is not waited for.
func (c *Client) limited(ctx context.Context, k call, err error, until time.Time) error {
	after := retryAfter(err)
	c.cfg.Log.Warn().Str("route", k.route.String()).Dur("wait", after).Msg("discord: too many calls")
	if end, ok := ctx.Deadline(); ok && end.Before(until) {
		until = end
	}
	if time.Until(until) < after {
		return context.DeadlineExceeded
	}
	return pause(ctx, after)
}

// once sends a call once, when it may be sent, if that is before until.
func (c *Client) once(ctx context.Context, k call, until time.Time) ([]byte, error) {
	turn, err := c.limits.turn(ctx, k.route, until)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k.route, err)
	}
	answer, header, err := c.send(ctx, k)
	turn.done(header, err)
	return answer, err
}

func (c *Client) send(ctx context.Context, k call) ([]byte, http.Header, error) {
	var body io.Reader
	if k.body != nil {
		body = bytes.NewReader(k.body)
	}
	req, err := http.NewRequestWithContext(ctx, k.method, c.cfg.URL+k.path, body)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: the address is wrong", k.route) // it may have a token in it
	}
	req.Header.Set("User-Agent", "DiscordBot (offboard, 1)") // docs, Reference, User Agent: of this form
	if !k.bare {
		req.Header.Set("Authorization", "Bot "+c.cfg.Token)
	}
	if body != nil {
		req.Header.Set("Content-Type", k.kind)
	}
	if k.reason != "" {
		req.Header.Set("X-Audit-Log-Reason", k.reason)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, nil, &Error{Route: k.route.String(), cause: withoutURL(err)}
	}
	defer func() { _ = res.Body.Close() }() // only read
	if at, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		c.ahead.Store(int64(time.Until(at)))
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, res.Header, refusal(k.route, res, answer)
	}
	if err != nil {
		return nil, res.Header, &Error{Route: k.route.String(), cause: withoutURL(err)}
	}
	return answer, res.Header, nil
}

// pause waits, or returns why not.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
