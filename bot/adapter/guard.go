package adapter

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
)

// Drain is how long after the end of Run's context people are still answered.
const Drain = 5 * time.Second

// Lasting is for what somebody has done and the vendor was told is taken: it is
// done to the end also while the bot stops, if that takes less than Drain.
func Lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(Drain, cancel) })
	return out, func() {
		stop()
		cancel()
	}
}

// Guard keeps what a handler does wrong from the vendor and from everybody else.
type Guard struct {
	Platform string // for the log
	Log      zerolog.Logger
}

// Panicked logs what recover gave, and reports whether it gave anything. One
// broken verb must not end the bot for everybody. The value is not logged: there
// may be a name in it.
func (g Guard) Panicked(v any, kind string) bool {
	if v == nil {
		return false
	}
	log := g.Log.Error().Str("kind", kind).Str("panic", fmt.Sprintf("%T", v)).Bytes("stack", debug.Stack())
	if err, ok := v.(runtime.Error); ok {
		log = log.Err(err)
	}
	log.Msg(g.Platform + ": handler")
	return true
}

// Broken is what a person reads whose handler has panicked.
func Broken() bot.Reply {
	return bot.Say("Something went wrong here, and it is not known how far it got. Look how things stand before you try again.")
}

// Checked is a reply that can be shown. One over the limits of bot.Message or
// bot.Form is not shown, and what was done stays done.
func (g Guard) Checked(r bot.Reply, kind string) bot.Reply {
	var err error
	if r.Message != nil {
		err = r.Message.Check()
	}
	if r.Form != nil {
		err = errors.Join(err, r.Form.Check())
	}
	if err != nil {
		g.Log.Error().Str("kind", kind).Msg(g.Platform + ": an answer is over the limits of bot.Message or bot.Form; the log at debug level says which")
		g.Log.Debug().Err(err).Msg(g.Platform + ": over the limits")
		r.Message, r.Form = bot.Say("The answer to this cannot be shown here. Look how things stand before you try again.").Message, nil
	}
	return r
}
