package rest

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"offboard/actions"
)

// unreached is a call without an answer. The address in the library's error is
// left out: its query may hold a secret.
func (c *Client) unreached(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		return actions.Again(fmt.Errorf("%s: %w", what, ctx.Err())) // the rest is only the consequence
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	text := c.clean(err.Error())
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return actions.Final(fmt.Errorf("%s: the certificate of the server is not trusted: check url and ca_file: %s", what, text))
	}
	return actions.Again(fmt.Errorf("%s: %s cannot be reached: %s", what, c.base.Host, text))
}

// Refused is the error of an answer that is not what was hoped for, with its
// class: 401 and 403 need a person, 429 and what is the server's fault may pass.
// It quotes what the server says in the usual places of a JSON body, and no more.
func (c *Client) Refused(call Call, a Answer) error {
	what := fmt.Sprintf("%s: HTTP %d", call, a.Status)
	if text := http.StatusText(a.Status); text != "" {
		what += " " + text
	}
	if said := c.clean(Said(a.Body)); said != "" {
		what += ": " + said
	}
	err := errors.New(what)
	switch {
	case a.Status == http.StatusUnauthorized:
		return actions.Final(fmt.Errorf("%w: the bot's credentials are not accepted: look at auth", err))
	case a.Status == http.StatusForbidden:
		return actions.Final(fmt.Errorf("%w: the bot's account may not do that", err))
	case a.Status == http.StatusTooManyRequests, a.Status == http.StatusServiceUnavailable:
		return &actions.Error{Class: actions.ClassAgain, After: After(a.Header), Err: err}
	case a.Status >= 500, a.Status == http.StatusRequestTimeout, a.Status == http.StatusTooEarly,
		a.Status == http.StatusConflict, a.Status == http.StatusPreconditionFailed, a.Status == http.StatusLocked:
		return actions.Again(err)
	case a.Status >= 300 && a.Status < 400:
		return actions.Final(fmt.Errorf("%w: it leads elsewhere, which is not followed: look at url", err))
	}
	return actions.Final(err)
}

// Said is what an API says about a failure: SCIM has detail (RFC 7644, 3.12),
// problem documents title and detail (RFC 9457), others message, messages or error.
func Said(body []byte) string {
	var said struct {
		Detail   any `json:"detail"`
		Message  any `json:"message"`
		Messages any `json:"messages"`
		Title    any `json:"title"`
		Error    any `json:"error"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	for _, v := range []any{said.Detail, said.Message, said.Messages, said.Title, said.Error} {
		if nested, ok := v.(map[string]any); ok {
			v = nested["message"]
		}
		if text, ok := v.(string); ok && text != "" {
			return text
		}
	}
	return ""
}

// After is how long a server asks to wait (RFC 9110, 10.2.3); 0 if it does not
// say, or names a time that has passed.
func After(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 32); err == nil {
		return time.Duration(n) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return max(0, time.Until(at))
}

// maxSaid is how much of a server's words an error repeats, in characters.
const maxSaid = 300

// clean takes secrets and what could disturb a reader out of somebody else's text.
func (c *Client) clean(text string) string {
	for _, s := range c.secrets {
		text = strings.ReplaceAll(text, s, "<redacted>")
	}
	if token := c.given.Load(); token != nil && *token != "" {
		text = strings.ReplaceAll(text, *token, "<redacted>")
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if runes := []rune(text); len(runes) > maxSaid {
		text = string(runes[:maxSaid]) + "…"
	}
	return text
}
