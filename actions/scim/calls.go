package scim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"offboard/actions"
	"offboard/actions/rest"
)

// The two kinds of resources.
const (
	users      = "/Users"
	groupsPath = "/Groups"
)

func pathOf(kind, id string) string { return kind + "/" + url.PathEscape(id) }

// call makes one request. Its error is that of the connection; a refusal is in
// the answer.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, body any, header http.Header) (rest.Call, rest.Answer, error) {
	call := rest.Call{Method: method, Path: path, Query: query, Header: http.Header{"Accept": {media + ", application/json"}}}
	for k, v := range header {
		call.Header[k] = v
	}
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return call, rest.Answer{}, actions.Final(fmt.Errorf("%s: %w", call, err))
		}
		call.Body, call.Type = b, media
	}
	a, err := c.api.Do(ctx, call)
	return call, a, err
}

// one asks for no more than a sign that a list answers.
var one = cursor{Start: 1, Count: 1}

// read is one user or group, nil if it is gone. A 404 is believed only where the
// list of its kind answers: with a wrong url everything would be gone.
func (c *Client) read(ctx context.Context, kind, id string) (*resource, error) {
	call, a, err := c.call(ctx, http.MethodGet, pathOf(kind, id), nil, nil, nil)
	switch {
	case err != nil:
		return nil, err
	case a.Status == http.StatusNotFound || a.Status == http.StatusGone:
		if _, err := c.page(ctx, kind, one.query()); err != nil {
			return nil, fmt.Errorf("%s answers %d, and the list does not answer: %w", call, a.Status, err)
		}
		return nil, nil
	case !a.OK():
		return nil, c.api.Refused(call, a)
	}
	v, err := decodeObject(a.Body)
	if err != nil {
		return nil, actions.Final(fmt.Errorf("%s: %w", call, err))
	}
	r, err := newResource(v, a.Header.Get("ETag"))
	if err != nil {
		return nil, actions.Final(fmt.Errorf("%s: %w", call, err))
	}
	if r.id != id {
		return nil, actions.Final(fmt.Errorf("%s: the server answers with %s instead", call, r.id))
	}
	return &r, nil
}

// wireRefusal is an answer to a question that the server could not be asked.
type wireRefusal struct {
	status int
	err    error
}

func (r *wireRefusal) Error() string { return r.err.Error() }
func (r *wireRefusal) Unwrap() error { return r.err }

// unable reports that a server can't do what it was asked for, which another
// form of the same may do: it does not know the filter, the path, the method.
func unable(err error) bool {
	r, ok := errors.AsType[*wireRefusal](err)
	return ok && (r.status == http.StatusBadRequest || r.status == http.StatusMethodNotAllowed ||
		r.status == http.StatusUnsupportedMediaType || r.status == http.StatusUnprocessableEntity || r.status == http.StatusNotImplemented)
}

// page reads one page of a list. Its refusals are *wireRefusal.
func (c *Client) page(ctx context.Context, kind string, query url.Values) (page, error) {
	call, a, err := c.call(ctx, http.MethodGet, kind, query, nil, nil)
	if err != nil {
		return page{}, err
	}
	if !a.OK() {
		return page{}, &wireRefusal{a.Status, c.api.Refused(call, a)}
	}
	p, err := decodePage(a.Body)
	if err != nil {
		return page{}, actions.Final(fmt.Errorf("%s: %w", call, err))
	}
	return p, nil
}

// found is what came back for a filter: one page, since what is unique has few
// owners; total is what the server says there is.
func (c *Client) found(ctx context.Context, sv service, kind, filter string) (page, error) {
	q := c.begin(sv).query()
	q.Set("filter", filter)
	return c.page(ctx, kind, q)
}

// errLong says that a list has more than is read one by one.
var errLong = errors.New("there are too many to read one by one")

// scan reads a list to its end, at most Config.Scan of it.
func (c *Client) scan(ctx context.Context, sv service, kind string, each func(resource)) error {
	seen := 0
	for at := c.begin(sv); at.Start > 0; {
		p, next, err := c.turn(ctx, kind, at)
		if err != nil {
			return err
		}
		if p.total > c.cfg.Scan || seen+len(p.resources) > c.cfg.Scan {
			return errLong
		}
		for _, r := range p.resources {
			each(r)
		}
		seen += len(p.resources)
		at = next
	}
	return nil
}

// service is what the server says that it can do (RFC 7643, 5). What it does not
// say is tried.
type service struct {
	said           bool
	patch, filters bool
	etag           bool
	max            int // results a page; 0 if it does not say
}

func (c *Client) service(ctx context.Context) (service, error) {
	s := service{patch: true, filters: true}
	path := c.preset.service
	if path == "" {
		path = "/ServiceProviderConfig"
	}
	call, a, err := c.call(ctx, http.MethodGet, path, nil, nil, nil)
	switch {
	case err != nil:
		return s, err
	case a.Status == http.StatusTooManyRequests || a.Status >= 500 && a.Status != http.StatusNotImplemented:
		return s, c.api.Refused(call, a)
	case !a.OK():
		return s, nil
	}
	v, err := decodeObject(a.Body)
	if err != nil {
		return s, nil // some answer a page for people there
	}
	// Salesforce names the resource Service Provider Configs and answers a list of one.
	if list, ok := get(v, "Resources").([]any); ok && len(list) == 1 {
		if only, ok := list[0].(map[string]any); ok {
			v = only
		}
	}
	r := resource{all: v}
	s.said = true
	s.patch = r.text("patch.supported") != "false"
	s.filters = r.text("filter.supported") != "false"
	s.etag = r.text("etag.supported") == "true"
	if n, err := strconv.Atoi(r.text("filter.maxResults")); err == nil && n > 0 {
		s.max = n
	}
	return s, nil
}
