package ldap_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"offboard/actions"
)

// A connection serves one call after another, but for one whose call was
// cancelled or has failed: something may be under way on it.
func TestConnections(t *testing.T) {
	fx := demoFixture(t)
	c := newCounter(t, strings.TrimPrefix(fx.cfg.URL, "ldap://"))
	fx.cfg.URL = "ldap://" + c.listener.Addr().String()
	dir := fx.client().Directory()
	id := fx.person(t, "jane").ID
	before := c.conns.Load()
	lookup := func(ctx context.Context) error {
		_, err := dir.Lookup(ctx, id)
		return err
	}
	want := func(n int64, what string, err error) {
		t.Helper()
		if got := c.conns.Load() - before; err != nil || got != n {
			t.Errorf("%s: %d connections, want %d; %v", what, got, n, err)
		}
	}
	want(1, "the first call", lookup(t.Context()))
	want(1, "another call", lookup(t.Context()))

	fx.demo.Hang(true)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := lookup(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error("the server hangs, and the call returns", err)
	}
	fx.demo.Hang(false)
	want(2, "after a call that was cancelled", lookup(t.Context()))

	fx.demo.Busy(true)
	if class, _ := actions.ClassOf(lookup(t.Context())); class != actions.ClassAgain {
		t.Error("the server is busy, and the call ends as", class)
	}
	fx.demo.Busy(false)
	want(3, "after a call that failed", lookup(t.Context()))

	// The server has lost it, and that shows only when something is asked.
	c.lose.Store(1)
	want(4, "on a connection that is dead", lookup(t.Context()))
	c.lose.Store(2)
	if class, _ := actions.ClassOf(lookup(t.Context())); class != actions.ClassAgain {
		t.Error("the connection is lost in the middle of a call, which ends as", class)
	}
	want(5, "after it", lookup(t.Context()))
}
