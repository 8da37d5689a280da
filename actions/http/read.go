package http

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"offboard/actions"
	"offboard/actions/rest"
)

const (
	// maxPages is how many pages of one list are read: more are a list that does
	// not end, or a read that should have asked for less.
	maxPages = 1000
	// maxFound is how many accounts one person has at most. More mean that the
	// system ignored the filter and nothing compares what came back.
	maxFound = 10
)

// all reads a list to its end.
func (c *Client) all(ctx context.Context, r Read, v vars) ([]any, error) {
	var out []any
	seen := map[string]bool{}
	next := ""
	for n := 1; ; n++ {
		if n > maxPages {
			return nil, actions.Final(fmt.Errorf("%s has more than %d pages: ask for larger ones, or for less", r.call().path.text, maxPages))
		}
		found, following, _, err := c.page(ctx, r, v, n, next)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
		switch {
		case following == "":
			return out, nil
		case seen[following]:
			// A list that begins again would hide what comes after.
			return nil, actions.Final(fmt.Errorf("%s: its pages begin again", r.call().path.text))
		}
		seen[following], next = true, following
	}
}

// page reads one page, the number n, which next asks for; "" is the first.
func (c *Client) page(ctx context.Context, r Read, v vars, n int, next string) (found []any, following string, said vars, err error) {
	v = v.with(vars{"page": int64(n)})
	req, err := c.fill(ctx, r.call(), v)
	if err != nil {
		return nil, "", nil, wrong(ctx, err)
	}
	switch {
	case next == "":
	case r.Page.Query != "":
		req.Query.Set(r.Page.Query, next)
	default:
		if req.Path, err = c.follow(req, next); err != nil {
			return nil, "", nil, actions.Final(fmt.Errorf("%s: %w", req, err))
		}
		req.Query = url.Values{}
	}
	a, said, err := c.ask(ctx, req, v)
	if err != nil {
		return nil, "", nil, err
	}
	proven, err := r.Proven.holds(ctx, said)
	switch {
	case err != nil:
		return nil, "", nil, c.unclear(ctx, req, a, "proven", err)
	case !proven && a.OK():
		return nil, "", nil, actions.Final(fmt.Errorf("%w (it is not what proven asks for)", c.api.Refused(req, a)))
	case !proven:
		return nil, "", nil, c.api.Refused(req, a)
	}
	if found, err = r.List.all(ctx, said); err != nil {
		return nil, "", nil, c.unclear(ctx, req, a, "list", err)
	}
	if r.Page != nil {
		if following, err = r.Page.Next.string(ctx, said); err != nil {
			return nil, "", nil, c.unclear(ctx, req, a, "page.next", err)
		}
	}
	return found, following, said, nil
}

// follow is the address of a next page, which the server gives whole or as seen
// from this one.
func (c *Client) follow(req rest.Call, next string) (string, error) {
	here, err := url.Parse(strings.TrimSuffix(c.cfg.URL, "/") + req.Path)
	if err != nil {
		return "", err
	}
	there, err := url.Parse(next)
	if err != nil {
		return "", errors.New("the address of its next page is none") // the text may hold a token
	}
	return here.ResolveReference(there).String(), nil
}
