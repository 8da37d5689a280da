package commands

import (
	"context"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"offboard/bot"
)

// A verb that breaks is answered with a reference, in the first answer and in
// the second, and does not end the bot.
func TestBrokenVerbIsAnswered(t *testing.T) {
	t.Parallel()
	c := New(Config{Log: zerolog.Nop()}) // without People, so that finding out who it is breaks
	i := bot.Interaction{ID: "delivery-4711", Verb: "help"}
	second := func() bot.Reply {
		return c.guarded(i, func() bot.Reply { panic("broken") })
	}
	for name, reply := range map[string]bot.Reply{"first": c.Handle(context.Background(), i), "second": second()} {
		if reply.Message == nil || !strings.Contains(reply.Message.Summary, "very-4711") {
			t.Errorf("the %s answer has no reference: %+v", name, reply.Message)
		}
	}
}
