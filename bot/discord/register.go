package discord

import (
	"context"
	"errors"
	"net/http"

	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

// register has Discord know what can be typed. It writes only what differs: a
// day's writes are counted, and people would have to reload for nothing. It
// tries until that worked, because without commands people can only press.
func (d *Discord) register(ctx context.Context) {
	for n := 0; ; n++ {
		err := d.registered(ctx, true)
		if ctx.Err() != nil {
			return
		}
		d.mu.Lock()
		d.unnamed = ""
		if err != nil {
			d.unnamed = err.Error()
		}
		d.mu.Unlock()
		if err == nil {
			return
		}
		d.cfg.Log.Error().Err(err).Msg("discord: the commands are not registered")
		if adapter.Pause(ctx, adapter.Backoff(n+1)) != nil {
			return
		}
	}
}

// registered looks whether the commands are as they should be, and makes them
// so if write is set. It returns errOutdated if they are not.
func (d *Discord) registered(ctx context.Context, write bool) error {
	want, err := commands(d.cfg.Command, d.cfg.Verbs)
	if err != nil {
		return err
	}
	app, err := d.self(ctx)
	if err != nil {
		return err
	}
	path := "applications/" + app.ID + "/commands"
	var have []wire.Command
	if err := d.rest.Do(ctx, http.MethodGet, path, nil, &have); err != nil {
		return err
	}
	switch {
	case !differ(want, have):
		return nil
	case !write:
		return errOutdated
	}
	return d.rest.Do(ctx, http.MethodPut, path, want, nil)
}

var errOutdated = errors.New("the registered commands are of another version")
