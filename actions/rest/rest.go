// Package rest makes HTTP calls for the connectors that speak to an API: it signs
// the bot in, bounds what it reads, and says what an answer asks for in the
// classes of package actions. Its errors hold no secret and no query.
//
// It does not retry, and it takes no status for a success: that a call has had
// its effect only a later read proves.
package rest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"golang.org/x/oauth2"

	"offboard/actions"
)

// MaxAnswer is the longest body that is read, in bytes: a page of a thousand
// users with all their groups has a few megabytes.
const MaxAnswer = 16 << 20

// Client speaks to one API. It may be used by many at the same time.
type Client struct {
	cfg     Config
	base    *url.URL
	http    *http.Client
	signed  chan *oauth2.Token // holds the token that there is; who takes it out gives one back
	secrets []string
	given   atomic.Pointer[string] // the last token, which is a secret too
}

// New makes a client for cfg, which Validate has accepted. It makes no connection.
func New(cfg Config) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(cfg.URL, "/"))
	if err != nil {
		return nil, err
	}
	t, err := cfg.transport()
	if err != nil {
		return nil, err
	}
	c := &Client{cfg: cfg, base: base, signed: make(chan *oauth2.Token, 1), secrets: cfg.Auth.secrets()}
	c.signed <- nil
	// A redirect leads to an address that nobody has configured, with the bot's
	// credentials or without the body.
	c.http = &http.Client{
		Transport: t, Timeout: cmp.Or(cfg.Timeout, defaultTimeout),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

// A Call is one request.
type Call struct {
	Method string
	Path   string // below Config.URL, escaped; or the whole address of a next page, on the same host
	Query  url.Values
	Header http.Header
	Body   []byte
	Type   string // of the body: "application/scim+json"
}

// String names a call in errors: without its query, which may hold a secret.
func (c Call) String() string {
	path, _, _ := strings.Cut(c.Path, "?")
	return c.Method + " " + path
}

// An Answer is what came back, whatever its status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// OK reports a status from 200 to 299. It proves nothing.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Do makes one call and reads its answer to the end. Its errors have a class;
// a status is none, see Refused. Where a token has been ended early, it signs in
// anew and asks once more: what answers 401 has done nothing.
func (c *Client) Do(ctx context.Context, call Call) (Answer, error) {
	token, err := c.token(ctx, nil)
	if err != nil {
		return Answer{}, err
	}
	a, err := c.once(ctx, call, token)
	if err != nil || a.Status != http.StatusUnauthorized || token == nil {
		return a, err
	}
	if token, err = c.token(ctx, token); err != nil {
		return Answer{}, err
	}
	return c.once(ctx, call, token)
}

func (c *Client) once(ctx context.Context, call Call, token *oauth2.Token) (Answer, error) {
	where, err := c.address(call)
	if err != nil {
		return Answer{}, actions.Final(fmt.Errorf("%s: %w", call, err))
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, where, bytes.NewReader(call.Body))
	if err != nil {
		return Answer{}, actions.Final(fmt.Errorf("%s: it is no request", call))
	}
	for name, values := range call.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	if len(call.Body) > 0 {
		req.Header.Set("Content-Type", call.Type)
	}
	c.sign(req, token)
	res, err := c.http.Do(req)
	if err != nil {
		return Answer{}, c.unreached(ctx, call.String(), err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, MaxAnswer+1))
	switch {
	case err != nil:
		return Answer{}, c.unreached(ctx, call.String(), err)
	case len(body) > MaxAnswer:
		return Answer{}, actions.Final(fmt.Errorf("%s: the answer is longer than %d MiB: ask for smaller pages", call, MaxAnswer>>20))
	}
	return Answer{res.StatusCode, res.Header, body}, nil
}

// address is where a call goes: below the base, or to the page that an answer has
// named, which must be on the same host.
func (c *Client) address(call Call) (string, error) {
	u, err := url.Parse(call.Path)
	if err != nil {
		return "", errors.New("its path is no path")
	}
	if u.IsAbs() || u.Host != "" {
		if u.Scheme != c.base.Scheme || u.Host != c.base.Host {
			return "", fmt.Errorf("it leads to another host than %s", c.base.Host)
		}
	} else {
		if !strings.HasPrefix(call.Path, "/") {
			return "", errors.New("its path does not begin with /")
		}
		if u, err = url.Parse(c.base.String() + call.Path); err != nil {
			return "", errors.New("its path is no path")
		}
	}
	q := u.Query()
	for k, v := range call.Query {
		q[k] = v
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}
