package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"offboard/config"
)

// maxAnswer is far above what Slack sends: a user group has 5,000 members at
// most, an organization some thousand groups.
const maxAnswer = 64 << 20

// web calls a method of the Web API and decodes its answer into out, which
// may be nil. It returns the headers: they name the scopes of the token.
// https://docs.slack.dev/apis/web-api/
func (c *Client) web(ctx context.Context, token config.Secret, method string, args url.Values, out any) (http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.APIURL+method, strings.NewReader(args.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	body, header, err := c.send(req, token, method)
	if err != nil {
		return header, err
	}
	var status struct {
		OK     bool   `json:"ok"`
		Error  string `json:"error"`
		Needed string `json:"needed"`
	}
	if err := json.Unmarshal(body, &status); err != nil {
		return header, &apiError{Method: method, Name: "unreadable", Status: http.StatusBadGateway}
	}
	if !status.OK {
		return header, &apiError{Method: method, Name: status.Error, Needed: status.Needed, After: retryAfter(header)}
	}
	if out == nil {
		return header, nil
	}
	return header, decode(method, body, out)
}

// scim makes one request of SCIM 2.0, with a body if there is one.
// https://docs.slack.dev/reference/scim-api/
func (c *Client) scim(ctx context.Context, verb, path string, in, out any) error {
	var payload io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		payload = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, verb, c.cfg.SCIMURL+path, payload)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	what := "SCIM " + verb
	body, _, err := c.send(req, c.cfg.AdminToken, what)
	if err != nil || out == nil {
		return err
	}
	return decode(what, body, out)
}

func decode(what string, body []byte, out any) error {
	if err := json.Unmarshal(body, out); err != nil {
		return &apiError{Method: what, Name: "unreadable", Status: http.StatusBadGateway}
	}
	return nil
}

// send makes one request. Whatever is not a success is an *apiError.
func (c *Client) send(req *http.Request, token config.Secret, what string) ([]byte, http.Header, error) {
	req.Header.Set("Authorization", "Bearer "+token.Value())
	res, err := c.http.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, nil, err
	}
	if len(body) > maxAnswer {
		return nil, nil, &apiError{Method: what, Name: "answer_too_long", Status: http.StatusOK}
	}
	if res.StatusCode >= 200 && res.StatusCode < 300 {
		return body, res.Header, nil
	}
	// SCIM 2.0 has detail, SCIM 1.1 Errors, the Web API error; a proxy has none.
	var said struct {
		Detail string `json:"detail"`
		Error  string `json:"error"`
		Errors struct {
			Description string `json:"description"`
		} `json:"Errors"`
	}
	_ = json.Unmarshal(body, &said)
	e := &apiError{Method: what, Status: res.StatusCode, Name: said.Detail + said.Errors.Description + said.Error, After: retryAfter(res.Header)}
	return nil, res.Header, e
}

// retryAfter is how long Slack asks to wait, in seconds on the wire; 0 if it does not say.
func retryAfter(h http.Header) time.Duration {
	n, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(n) * time.Second
}

// apiError is an answer of Slack that is not a success. It holds no part of
// the request but the name of the method.
type apiError struct {
	Method string
	Name   string        // Slack's own: "missing_scope"; empty if it said none
	Status int           // of HTTP; 0 where the Web API answered 200 with an error
	Needed string        // the scope that is missing
	After  time.Duration // Retry-After
}

func (e *apiError) Error() string {
	text := e.Name
	if text == "" || e.Status >= 300 {
		text = strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.Status, e.Name))
	}
	if e.Needed != "" {
		text += ", needed: " + e.Needed
	}
	return e.Method + ": " + text
}
