package scim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"offboard/actions"
)

// A change is one thing to be different about one resource, and the ways to get
// there.
type change struct {
	kind  string
	now   resource
	first time.Time // the first attempt, as in Target.First
	ways  []way
	// done reports whether a resource is as it should be; nil is one that is gone.
	done func(r *resource) bool
	// harm says what else a way has changed, in words; empty if nothing.
	harm func(before, after resource) string
}

// A way is one form of a request.
type way struct {
	name   string
	method string
	body   func(now resource) any
}

// later is when a read that still shows the old state is looked at again.
const later = time.Minute

// apply tries one way after the other until a read shows the change. The answer to
// a request proves nothing. What the server says no to for good ends it; what it
// does not understand leads to the next way.
func (c *Client) apply(ctx context.Context, ch change) (string, error) {
	sv, err := c.service(ctx)
	if err != nil {
		return "", err
	}
	var told []string   // what the server said to each way
	var refusal error   // the last refusal
	var promised string // a way whose answer shows the change
	for _, w := range ch.ways {
		if w.method == http.MethodPatch && !sv.patch {
			continue
		}
		call, a, err := c.call(ctx, w.method, pathOf(ch.kind, ch.now.id), nil, w.body(ch.now), ch.now.match(sv))
		if err != nil {
			return strings.Join(told, "; "), err
		}
		what := fmt.Sprintf("%s (%s): %d", w.method, w.name, a.Status)
		if !a.OK() && a.Status != http.StatusNotFound {
			refused := c.api.Refused(call, a)
			if a.Status == http.StatusPreconditionFailed {
				return "", actions.Again(fmt.Errorf("somebody has changed it meanwhile: %w", refused))
			}
			if !unable(&wireRefusal{a.Status, refused}) {
				return strings.Join(told, "; "), refused
			}
			told, refusal = append(told, what), refused
			continue
		}
		after, err := c.read(ctx, ch.kind, ch.now.id)
		if err != nil {
			return "", err
		}
		if after != nil {
			if harm := ch.harm(ch.now, *after); harm != "" {
				return "", actions.Final(fmt.Errorf("%s: %s", what, harm))
			}
		}
		if ch.done(after) {
			return what + ", and a read shows it", nil
		}
		if after == nil {
			return what, actions.Final(errors.New("it does not exist any more"))
		}
		told = append(told, what+", and a read does not show it")
		if v, err := decodeObject(a.Body); err == nil {
			if r, err := newResource(v, ""); err == nil && r.id == ch.now.id && ch.done(&r) {
				promised = what
				break // it works on it: another way would only do it twice
			}
		}
		if a.Status == http.StatusAccepted {
			promised = what
			break
		}
		ch.now = *after
	}
	said := strings.Join(told, "; ")
	switch {
	case promised != "" && !ch.first.IsZero() && time.Since(ch.first) < c.cfg.Settle:
		return said, actions.Later(later, "%s: the server says that it is done, and does not show it yet", promised)
	case promised != "":
		return said, nil // counted as unproven, so that a person hears of it
	case len(told) == 0:
		return "", actions.Final(errors.New("the server says that it takes no PATCH, and no other way is configured"))
	case refusal != nil && !strings.Contains(said, "a read does not show it"):
		return said, actions.Final(refusal) // a 501 too: it will not pass
	}
	return said, nil
}
