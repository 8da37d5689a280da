package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Error is what Discord has refused, or that it could not be asked. Its text
// has no token in it, and nothing that people have written.
type Error struct {
	Route   string // "PATCH channels/1/messages/2"
	Status  int    // of HTTP; 0 if no answer came
	Code    Code   // Discord's; 0 if it has none
	Message string // Discord's, in English
	// Details says which fields are wrong (50035). There may be text in it that
	// people have written: it is not in the error's own text.
	Details json.RawMessage
	After   time.Duration // with 429: not before; at most an hour
	Global  bool          // with 429: no call at all

	cause error // why no answer came
}

// Error is a line for the log.
func (e *Error) Error() string {
	switch {
	case e.cause != nil:
		return fmt.Sprintf("%s: no answer: %v", e.Route, e.cause)
	case e.Code != 0:
		return fmt.Sprintf("%s: %d, %d %s", e.Route, e.Status, e.Code, e.Message)
	case e.Message != "":
		return fmt.Sprintf("%s: %d %s", e.Route, e.Status, e.Message)
	}
	return fmt.Sprintf("%s: %d %s", e.Route, e.Status, http.StatusText(e.Status))
}

// Unwrap is why no answer came.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether Discord has refused with one of these codes.
func Is(err error, codes ...Code) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code != 0 && slices.Contains(codes, e.Code)
}

// Status is the HTTP status of a refusal, and 0 for any other error.
func Status(err error) int {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status
	}
	return 0
}

// Unclear reports that it is not known whether a call was done.
func Unclear(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.cause != nil || e.Status >= 500)
}

// Limited reports that a call was one too many. It had no effect. That a
// message is too old for one more edit comes with the same status, and no
// waiting helps.
func Limited(err error) bool {
	return Status(err) == http.StatusTooManyRequests && !Is(err, TooManyOldEdits)
}

// unsaid is how long to wait when a 429 does not say.
const unsaid = 5 * time.Second

// longest is how long Discord's word on its limits is believed: after an hour it
// is asked again, whatever it said.
const longest = time.Hour

// seconds is a length of time as Discord says it, and 0 for what is none.
func seconds(n float64) time.Duration {
	if !(n > 0) { // NaN too
		return 0
	}
	return time.Duration(min(n, longest.Seconds()) * float64(time.Second))
}

func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok && e.After > 0 {
		return e.After
	}
	return unsaid
}

// refusal reads an answer that is none. Its body need not be JSON: what stands
// before Discord answers in HTML.
func refusal(r route, res *http.Response, body []byte) *Error {
	e := &Error{Route: r.String(), Status: res.StatusCode}
	var said struct {
		Code    Code            `json:"code"`
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
		After   float64         `json:"retry_after"`
		Global  bool            `json:"global"`
	}
	kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	isJSON := err == nil && kind == "application/json" && json.Unmarshal(body, &said) == nil
	if isJSON {
		e.Code, e.Message, e.Details, e.Global = said.Code, said.Message, said.Errors, said.Global
	}
	if e.Status != http.StatusTooManyRequests {
		return e
	}
	header, err := strconv.ParseFloat(res.Header.Get("Retry-After"), 64)
	if err != nil {
		header = 0
	}
	// The header is in whole seconds.
	if e.After = max(seconds(header), seconds(said.After)); e.After == 0 {
		e.After = unsaid
	}
	// A 429 that is not Discord's own is for everything that comes from here.
	e.Global = e.Global || !isJSON || res.Header.Get("X-RateLimit-Global") == "true"
	return e
}

// withoutURL takes out of an error the address that was called: there may be a
// token in it.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return err
}
