package discord

import (
	"context"
	"encoding/json"
	"time"

	"offboard/bot"
	"offboard/bot/adapter"
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
		ctx, cancel := adapter.Lasting(ctx)
		defer cancel()
		defer func() { d.guard.Panicked(recover(), deed.kind()) }()
		if deed.Type == wire.Autocomplete {
			d.suggest(ctx, deed, h)
			return
		}
		d.act(ctx, deed, h)
	})
}
