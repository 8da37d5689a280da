package http

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"offboard/actions"
	"offboard/actions/rest"
)

// call is a request as it is declared.
type call struct {
	method              string
	path                Template
	query, header, form map[string]Template
	body                Body
}

func (r Read) call() call {
	c := call{method: http.MethodGet, path: r.Get, query: r.Query, header: r.Header, body: r.Body}
	if len(r.Post.parts) > 0 {
		c.method, c.path = http.MethodPost, r.Post
	}
	return c
}

// call is the request, and how many methods it names.
func (r Request) call() (c call, methods int) {
	for _, m := range []struct {
		method string
		path   Template
	}{{http.MethodPost, r.Post}, {http.MethodPut, r.Put}, {http.MethodPatch, r.Patch}, {http.MethodDelete, r.Delete}} {
		if len(m.path.parts) > 0 {
			c.method, c.path = m.method, m.path
			methods++
		}
	}
	c.query, c.header, c.form, c.body = r.Query, r.Header, r.Form, r.Body
	return c, methods
}

// names are those that a request uses.
func (c call) names() []string {
	out := slices.Concat(c.path.names(), c.body.names())
	for _, m := range []map[string]Template{c.query, c.header, c.form} {
		for _, t := range m {
			out = append(out, t.names()...)
		}
	}
	return out
}

// fill makes the request for these values. Each value is escaped for its place.
func (c *Client) fill(ctx context.Context, d call, v vars) (rest.Call, error) {
	out := rest.Call{Method: d.method, Query: url.Values{}, Header: http.Header{"Accept": {"application/json"}}}
	var err error
	if out.Path, err = d.path.path(ctx, v); err != nil {
		return out, fmt.Errorf("%s %s: %w", d.method, d.path.text, err)
	}
	fail := func(place string, err error) (rest.Call, error) {
		return out, fmt.Errorf("%s %s: %s: %w", d.method, d.path.text, place, err)
	}
	for name, t := range d.query {
		value, err := t.plain(ctx, v)
		if err != nil {
			return fail("query "+name, err)
		}
		out.Query.Set(name, value)
	}
	for _, m := range []map[string]Template{c.cfg.Header, d.header} {
		for name, t := range m {
			value, err := t.header(ctx, v)
			if err != nil {
				return fail("header "+name, err)
			}
			out.Header.Set(name, value)
		}
	}
	if len(d.form) > 0 {
		form := url.Values{}
		for name, t := range d.form {
			value, err := t.plain(ctx, v)
			if err != nil {
				return fail("form "+name, err)
			}
			form.Set(name, value)
		}
		out.Body, out.Type = []byte(form.Encode()), "application/x-www-form-urlencoded"
		return out, nil
	}
	if out.Body, err = d.body.fill(ctx, v); err != nil {
		return fail("body", err)
	}
	out.Type = "application/json"
	return out, nil
}

// ask makes one request and returns its answer for expressions. What the section
// calls a failure is an error; else the status is the caller's to judge.
func (c *Client) ask(ctx context.Context, req rest.Call, v vars) (rest.Answer, vars, error) {
	a, err := c.api.Do(ctx, req)
	if err != nil {
		return a, nil, err
	}
	// An overload may answer in any form, and is told by its status alone.
	if a.Status == http.StatusTooManyRequests || a.Status >= 500 {
		return a, nil, c.api.Refused(req, a)
	}
	header := map[string]string{}
	for name, values := range a.Header {
		header[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	v = v.with(vars{"answer.status": int64(a.Status), "answer.json": decode(a.Body), "answer.header": header})
	if c.cfg.Fails == nil {
		return a, v, nil
	}
	failed, err := c.cfg.Fails.holds(ctx, v)
	switch {
	case err != nil:
		return a, nil, c.unclear(ctx, req, a, "fails", err)
	case failed:
		return a, nil, c.api.Refused(req, a)
	}
	return a, v, nil
}

// unclear is an answer of which an expression could say nothing. Where the status
// says already that it is none, that is the error.
func (c *Client) unclear(ctx context.Context, req rest.Call, a rest.Answer, key string, err error) error {
	if ctx.Err() != nil {
		return actions.Again(fmt.Errorf("%s: %w", req, ctx.Err()))
	}
	if !a.OK() {
		return c.api.Refused(req, a)
	}
	return actions.Final(fmt.Errorf("%s: HTTP %d: %s: %w", req, a.Status, key, err))
}

// send makes a request that changes something, and wants what the section calls
// done.
func (c *Client) send(ctx context.Context, r Request, v vars) error {
	d, _ := r.call()
	req, err := c.fill(ctx, d, v)
	if err != nil {
		return wrong(ctx, err)
	}
	a, said, err := c.ask(ctx, req, v)
	if err != nil {
		return err
	}
	done, err := r.Done.holds(ctx, said)
	switch {
	case err != nil:
		return c.unclear(ctx, req, a, "done", err)
	case !done && a.OK():
		return actions.Final(fmt.Errorf("%w (it is not what done asks for)", c.api.Refused(req, a)))
	case !done:
		return c.api.Refused(req, a)
	}
	return nil
}

// wrong is a request that could not be made of these values.
func wrong(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return actions.Again(fmt.Errorf("%w", ctx.Err()))
	}
	return actions.Final(err)
}

// decode reads an answer for expressions: whole numbers stay whole, and what is no
// JSON is null.
func decode(body []byte) any {
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.UseNumber()
	var out any
	if d.Decode(&out) != nil || d.More() {
		return nil
	}
	return numbers(out)
}

func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return i
		}
		if strings.ContainsAny(v.String(), ".eE") {
			if f, err := v.Float64(); err == nil {
				return f
			}
		}
		return v.String() // longer than any number: an id
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	}
	return v
}
