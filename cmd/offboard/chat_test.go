package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/commands"
	"offboard/commands/keeper"
)

// ending is a chat that ends by itself after a while, each time.
type ending struct {
	*bottest.Chat
	after time.Duration
	runs  int
}

func (e *ending) Run(ctx context.Context, _ bot.Handler) error {
	e.runs++
	select {
	case <-time.After(e.after):
		return errors.New("token_revoked")
	case <-ctx.Done():
		return nil
	}
}

// A chat that can't begin ends the server, unless there is another one and no
// configuration to fall back to; one that breaks later does not, and is tried
// again.
func TestChatThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &app{log: zerolog.Nop(), commands: commands.New(commands.Config{})}
		e := &ending{Chat: bottest.New("web"), after: time.Second}
		if err := a.chat(t.Context(), e); err == nil || e.runs != 1 {
			t.Errorf("%v after %d runs", err, e.runs)
		}
		a.lost.Store(0)
		a.rooms = make([]keeper.Room, 2)
		e = &ending{Chat: bottest.New("web"), after: time.Second}
		ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
		defer stop()
		if err := a.chat(ctx, e); err != nil || e.runs != 5 {
			t.Errorf("one of two: %v after %d runs", err, e.runs)
		}
		if err := a.chat(t.Context(), &ending{Chat: bottest.New("irc"), after: time.Second}); err == nil {
			t.Error("none of two could begin, and the server goes on")
		}
		a.lost.Store(0)
		a.fallback = true
		if err := a.chat(t.Context(), &ending{Chat: bottest.New("irc"), after: time.Second}); err == nil {
			t.Error("the configuration before is not gone back to")
		}
		a.fallback = false
		e = &ending{Chat: bottest.New("web"), after: time.Hour}
		ctx, stop = context.WithTimeout(t.Context(), 5*time.Hour)
		defer stop()
		if err := a.chat(ctx, e); err != nil || e.runs != 5 {
			t.Errorf("%v after %d runs", err, e.runs)
		}
	})
}
