package adapter

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
)

func TestLasting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		running, stop := context.WithCancel(t.Context())
		ctx, done := Lasting(running)
		defer done()
		stop()
		time.Sleep(Drain - time.Second)
		if err := ctx.Err(); err != nil {
			t.Errorf("it ended early: %v", err)
		}
		time.Sleep(2 * time.Second)
		if ctx.Err() == nil {
			t.Error("it does not end")
		}
	})
}

// TestGuard: what was done is said as well as it can be, and no name is logged.
func TestGuard(t *testing.T) {
	const secret = "Jane Doe"
	var log bytes.Buffer
	g := Guard{Platform: "chat", Log: zerolog.New(&log).Level(zerolog.InfoLevel)}
	if func() (panicked bool) {
		defer func() { panicked = g.Panicked(recover(), "press") }()
		return false
	}() || log.Len() > 0 {
		t.Errorf("nothing panicked, and yet: %s", &log)
	}
	for _, value := range []any{secret, errors.New(secret)} {
		if !g.Panicked(value, "press") {
			t.Error("a panic passed for none")
		}
	}
	long := strings.Repeat(secret, 100)
	then := func(context.Context) bot.Reply { return bot.Reply{} }
	for what, r := range map[string]bot.Reply{
		"message": {Message: &bot.Message{Summary: long}, Then: then},
		"form":    {Form: &bot.Form{Verb: "ask", Title: long}, Then: then},
	} {
		got := g.Checked(r, "press")
		if got.Form != nil || got.Message == nil || got.Message.Check() != nil || got.Then == nil {
			t.Errorf("a %s over the limits: %+v", what, got)
		}
	}
	fine := bot.Say(secret)
	if got := g.Checked(fine, "press"); got.Message != fine.Message {
		t.Errorf("it is within the limits: %+v", got)
	}
	if strings.Contains(log.String(), secret) || strings.Count(log.String(), `"kind":"press"`) != 4 {
		t.Error(log.String())
	}
}
