// Package discord is the chat of Offboard in Discord: what people do arrives
// over the gateway, so that no public address is needed, and messages go out by
// the REST API. It knows nothing of cases.
//
// Discord wants an answer within three seconds and keeps a place for a later one
// for fifteen minutes; after a broken connection it sends again what was missed.
// See README.md for the rules of Discord that shaped it.
package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"offboard/bot"
	"offboard/bot/adapter"
	"offboard/bot/discord/wire"
)

// Config is what the platform needs.
type Config struct {
	Token   string // of the bot
	Guild   string // id of the one server that it works for
	APIURL  string // ends in a slash; empty is wire.DefaultURL
	Command string // the slash command; empty is "offboard"
	Verbs   []bot.Verb
	// HTTP and Dial reach Discord; nil is the usual way, with the proxies of the
	// environment.
	HTTP *http.Client
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	Log  zerolog.Logger
}

// Discord is the platform.
type Discord struct {
	cfg    Config
	guard  adapter.Guard
	rest   *wire.Client
	users  *users
	rooms  *rooms
	edits  *edits
	forms  *forms
	seen   *adapter.Recent
	keys   *adapter.Recent
	typing bot.Typing

	confirms confirms

	busy sync.WaitGroup // interactions under way

	mu       sync.Mutex
	why      string // no connection is open; empty if one is
	unnamed  string // the commands are not registered
	endpoint bool   // interactions go to an address instead
	app      application
}

// application is who the bot is to Discord.
type application struct {
	ID       string    `json:"id"`
	Flags    int       `json:"flags"`
	Endpoint string    `json:"interactions_endpoint_url"`
	Bot      wire.User `json:"bot"`
}

var (
	_ bot.Platform  = (*Discord)(nil)
	_ bot.Inspector = (*Discord)(nil)
)

// New makes the platform. It connects in Run.
func New(cfg Config) *Discord {
	if cfg.Command == "" {
		cfg.Command = "offboard"
	}
	d := &Discord{
		cfg: cfg, guard: adapter.Guard{Platform: name, Log: cfg.Log}, rest: wire.New(wire.Config{Token: cfg.Token, URL: cfg.APIURL, HTTP: cfg.HTTP, Log: cfg.Log}),
		seen: adapter.NewRecent(4096), keys: adapter.NewRecent(4096), why: "it has not connected yet",
	}
	d.typing = func(verb string) string { return typing(cfg.Command, cfg.Verbs, verb) }
	d.users, d.rooms, d.edits, d.forms = newUsers(d), newRooms(d), newEdits(), newForms()
	return d
}

// Name is "discord".
func (d *Discord) Name() string { return name }

// Run registers the commands, connects and hands on what people do until ctx is
// done. It returns an error only for what no retry can mend: a token that is
// refused, or a version of Discord's that is gone.
func (d *Discord) Run(ctx context.Context, h bot.Handler) error {
	if err := d.identify(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	h = d.typing.Handler(h)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return (&gateway{d: d, patience: patience, grace: grace, apart: identifyEvery}).stay(ctx, h)
	})
	g.Go(func() error { d.register(ctx); return nil })
	err := g.Wait()
	d.busy.Wait()
	return err
}

// identify asks who the bot is, again and again while Discord does not answer.
func (d *Discord) identify(ctx context.Context) error {
	for n := 0; ; n++ {
		app, err := d.self(ctx)
		switch {
		case err == nil:
			if app.Endpoint != "" {
				d.cfg.Log.Error().Msg("discord: the app has an Interactions Endpoint URL, so nothing that people do arrives here: empty it under General Information in the app's settings")
			}
			d.mu.Lock()
			defer d.mu.Unlock()
			d.endpoint = app.Endpoint != ""
			return nil
		case refused(err):
			return fmt.Errorf("discord refuses the bot token: %w; see offboard check", err)
		}
		d.down("Discord does not answer: " + err.Error())
		d.cfg.Log.Warn().Err(err).Msg("discord: who am I")
		if err := adapter.Pause(ctx, adapter.Backoff(n)); err != nil {
			return err
		}
	}
}

// refused reports that Discord does not take the token.
func refused(err error) bool { return wire.Status(err) == http.StatusUnauthorized }

// self is who the bot is. Messages are also posted before Run has asked.
func (d *Discord) self(ctx context.Context) (application, error) {
	d.mu.Lock()
	known := d.app
	d.mu.Unlock()
	if known.ID != "" {
		return known, nil
	}
	return d.application(ctx)
}

// application asks who the bot is.
func (d *Discord) application(ctx context.Context) (application, error) {
	var app application
	if err := d.rest.Do(ctx, http.MethodGet, "applications/@me", nil, &app); err != nil {
		return application{}, err
	}
	if app.Bot.ID == "" {
		app.Bot.ID = app.ID // they are the same for all but the oldest apps
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.app = app
	return app, nil
}

func (d *Discord) up() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.why = ""
}

// heard notes that what people do arrives here.
func (d *Discord) heard() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.endpoint = false
}

// down keeps why no connection is open.
func (d *Discord) down(why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.why = why
}

// Health is nil while people can reach the bot, and else says why they cannot.
func (d *Discord) Health() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var why []string
	if d.why != "" {
		why = append(why, "no connection to Discord is open: "+d.why)
	}
	if d.endpoint {
		why = append(why, "the app has an Interactions Endpoint URL, and Discord sends there what people do: empty it under General Information in the app's settings")
	}
	if d.unnamed != "" {
		why = append(why, "the commands cannot be registered: "+d.unnamed)
	}
	if len(why) == 0 {
		return nil
	}
	return errors.New(strings.Join(why, "; "))
}
