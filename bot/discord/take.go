package discord

import (
	"context"
	"encoding/json"
	"fmt"
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
	late := d.late(i)
	d.busy.Go(func() {
		ctx, cancel := adapter.Lasting(ctx)
		defer cancel()
		defer func() { d.guard.Panicked(recover(), deed.kind()) }()
		switch {
		case late > lateAfter:
			d.outdated(ctx, deed, late)
		case deed.Type == wire.Autocomplete:
			d.suggest(ctx, deed, h)
		default:
			d.act(ctx, deed, h)
		}
	})
}

// lateAfter is when what somebody has done is not carried out any more. Discord
// tells them after three seconds that it failed; it comes all the same once a
// connection is there again, and by then they have done something else.
const lateAfter = time.Minute

// late is how long ago an interaction was, by Discord's own clock.
func (d *Discord) late(i wire.Interaction) time.Duration {
	made := wire.Made(i.ID)
	if made.IsZero() {
		return 0
	}
	return d.rest.Now().Sub(made)
}

// outdated tells somebody that what they did has come too late.
func (d *Discord) outdated(ctx context.Context, e *deed, late time.Duration) {
	d.cfg.Log.Warn().Str("kind", e.kind()).Dur("late", late).Msg("discord: an interaction came too late and is not carried out")
	if e.Type == wire.Autocomplete {
		return
	}
	minutes := "a minute"
	if n := int(late.Round(time.Minute).Minutes()); n > 1 {
		minutes = fmt.Sprintf("%d minutes", n)
	}
	d.alone(ctx, e, *d.forMe(*bot.Say("What you did here " + minutes + " ago has arrived only now, so nothing was changed. Please do it again if it is still to be done.").Message, ""))
}
