package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

// take reads an interaction and has it handled, beside all others. After a
// broken connection Discord sends again what it is not sure of: a second copy
// is dropped, because the first one is answered.
func (d *Discord) take(ctx context.Context, raw json.RawMessage, h bot.Handler) {
	came := time.Now()
	var i wire.Interaction
	if err := json.Unmarshal(raw, &i); err != nil || i.ID == "" || i.Token == "" {
		d.cfg.Log.Warn().Int("bytes", len(raw)).Msg("discord: an interaction that cannot be read")
		return
	}
	if ctx.Err() != nil || !d.seen.Put("interaction "+i.ID, "") {
		return // the bot stops: what is not answered is not done, and Discord says so to who asked
	}
	d.heard()
	deed, ok := d.read(i)
	deed.came = came
	if !ok {
		return
	}
	d.busy.Go(func() {
		ctx, cancel := lasting(ctx)
		defer cancel()
		defer func() { d.panicked(recover(), deed.kind()) }()
		if deed.Type == wire.Autocomplete {
			d.suggest(ctx, deed, h)
			return
		}
		d.act(ctx, deed, h)
	})
}

// drain is how long after the end of Run's context people are still answered.
const drain = 5 * time.Second

// lasting is for what somebody has done: it is answered also while the bot
// stops, if that does not take too long.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(drain, cancel) })
	return out, func() {
		stop()
		cancel()
	}
}

// panicked logs what recover gave. One broken verb must not end the bot for
// everybody. The value is not logged: there may be a name in it.
func (d *Discord) panicked(v any, kind string) bool {
	if v == nil {
		return false
	}
	log := d.cfg.Log.Error().Str("kind", kind).Str("panic", fmt.Sprintf("%T", v)).Bytes("stack", debug.Stack())
	if err, ok := v.(runtime.Error); ok {
		log = log.Err(err)
	}
	log.Msg("discord: handler")
	return true
}
