package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"offboard/config"
	"offboard/store"
)

// grace is how long a server that was told to end may take, hangUp how long
// it waits for those it is answering. What it does not finish is not lost: it
// follows from the log, and the next start goes on.
const (
	grace  = 8 * time.Second
	hangUp = 3 * time.Second
)

func serveCommand(out outside) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the bot",
		Long: `Serve runs the bot until it gets SIGTERM or SIGINT, and ends within ten seconds.
It may be killed at any moment: what to do next follows from its log. A second
signal ends it at once.

It writes its own log to standard error, one line of JSON each. While it runs,
check, audit, import, sweep, link, reload and backup speak to it through the control socket
(socket: in the configuration), which is for the user it runs as and for root.

After SIGHUP, or "offboard reload", it reads the file again and goes on with it. A
file with a mistake changes nothing. One that makes something weaker (roles, the
deny list, the policy, limits, retention, confidential kinds, who is who) counts only
after a second person has agreed with "/offboard config"; until then what was in force goes on.

With http: in the configuration it answers /healthz (it lives) and /readyz (the
log, every system and every chat platform are there; else 503 and what is not),
in text, or in JSON for "Accept: application/json". With mail.confirm_decisions it
also has the page behind the links in mails, /notme/; a proxy before it should let
others see nothing but that. With metrics: it answers /metrics for Prometheus, at an
address of its own; see offboard metrics.

` + exitCodes,
		Example: `  offboard serve
  offboard serve --config /etc/offboard/offboard.yaml
  curl -s http://127.0.0.1:8080/readyz`,
		Args: cobra.NoArgs,
	}
	path := configFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := config.Load(*path)
		if err != nil {
			return err
		}
		return serve(cmd.Context(), *path, cfg, out, cmd.ErrOrStderr())
	}
	return cmd
}

// server is a running bot and the two places where it can be asked.
type server struct {
	app     *app
	health  *health
	control net.Listener
	http    net.Listener // nil if it is not configured
	metrics net.Listener // nil if it is not configured
	log     zerolog.Logger
	reload  *reload
}

// proven is how long a server must have run with a new configuration before
// its end is not the configuration's fault: a wrong token is noticed late.
const proven = time.Minute

// serve runs servers, one after the other, each with the configuration of its
// time. One that cannot run with a new configuration goes on with the last.
func serve(ctx context.Context, path string, cfg *config.Config, out outside, logTo io.Writer) error {
	r := newReload(path)
	defer r.stop()
	now := wanted{cfg, operator()}
	for last := now; ; {
		level, err := zerolog.ParseLevel(now.cfg.Log.Level)
		if err != nil {
			return err
		}
		log := zerolog.New(logTo).Level(level).With().Timestamp().Logger()
		begun := time.Now()
		next, ran, err := serveOnce(ctx, now, now != last, out, r, log)
		switch {
		case next != nil:
			if ran && time.Since(begun) >= proven {
				last = now
			}
			now = *next
		case err != nil && now != last && ctx.Err() == nil && time.Since(begun) < proven:
			log.Error().Err(err).Msg("the new configuration cannot be served; going on with the one before")
			now = last
		default:
			return err
		}
	}
}

// serveOnce runs a server until it ends, or until another configuration is to
// be served. It reports whether it was this one that ran: one that waits for a
// second person has shown nothing. With a fallback, what is wrong with the
// configuration ends it.
func serveOnce(ctx context.Context, now wanted, fallback bool, out outside, r *reload, log zerolog.Logger) (next *wanted, ran bool, err error) {
	r.log = log
	a, err := newApp(now.cfg, now.user, out.chats, log, out.clock)
	if errors.Is(err, errNoPlatform) {
		return nil, false, err
	}
	if err != nil {
		return nil, false, broken(err)
	}
	a.fallback = fallback
	cfg := a.cfg
	s := &server{app: a, health: newHealth(a, log), log: log, reload: r}
	if err := s.listen(ctx, cfg); err != nil {
		return nil, false, broken(errors.Join(err, a.close()))
	}
	started := log.Info().Str("version", version().Version).Str("mode", cfg.Mode).Int("systems", len(a.systems)).Uint64("entries", a.store.Last()).Str("socket", cfg.Socket)
	if s.http != nil {
		started = started.Str("http", s.http.Addr().String())
	}
	if s.metrics != nil {
		started = started.Str("metrics", s.metrics.Addr().String())
	}
	started.Msg("started")
	ended, err := s.run(ctx, newControl(s, cfg), now)
	if !ended {
		// Something hangs; the store must not be closed below it. To end here
		// is what a kill is, and that loses nothing.
		return nil, false, broken(err)
	}
	again, isAgain := errors.AsType[*again](err)
	if isAgain {
		err = nil
	}
	err = errors.Join(err, a.close())
	log.Info().Uint64("entries", a.store.Last()).Bool("ok", err == nil).Bool("again", isAgain).Msg("stopped")
	if isAgain && err == nil {
		return &again.with, cfg == now.cfg, nil
	}
	return nil, false, broken(err)
}

// listen opens the places. The store is open by now, so no other server can be
// using them for the same log.
func (s *server) listen(ctx context.Context, cfg *config.Config) error {
	if err := errors.Join(store.SweepCopies(cfg.Database), sweepParts(filepath.Dir(cfg.Database))); err != nil {
		return err
	}
	var err error
	if s.control, err = listenControl(ctx, cfg.Socket); err != nil {
		return err
	}
	open := []io.Closer{s.control}
	for _, a := range []struct {
		l                *net.Listener
		listen, at, what string
	}{{&s.http, cfg.HTTP.Listen, "http.listen", "/healthz"}, {&s.metrics, cfg.Metrics.Listen, "metrics.listen", "/metrics"}} {
		if a.listen == "" {
			continue
		}
		if *a.l, err = new(net.ListenConfig).Listen(ctx, "tcp", a.listen); err != nil {
			err = fmt.Errorf("%s: listen for %s: %w", cfg.At(a.at), a.what, err)
			for _, l := range open {
				err = errors.Join(err, l.Close())
			}
			return err
		}
		open = append(open, *a.l)
	}
	return nil
}

// run works until ctx is done or a part cannot go on, and then gives all parts
// time to end. It reports whether they have.
func (s *server) run(ctx context.Context, c *control, now wanted) (ended bool, err error) {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.reload.wait(ctx, s.app.store, now, s.app.rev) })
	g.Go(func() error { return s.app.run(ctx) })
	g.Go(func() error { return s.health.run(ctx) })
	g.Go(func() error { return s.attended(ctx) })
	g.Go(func() error { return answerAt(ctx, s.control, c.handler(), hangUp) })
	if s.http != nil {
		g.Go(func() error { return answerAt(ctx, s.http, s.health.handler(), hangUp) })
	}
	if s.metrics != nil {
		g.Go(func() error { return answerAt(ctx, s.metrics, s.app.scraped(s.health.up), hangUp) })
	}
	done := make(chan error, 1)
	go func() { done <- g.Wait() }()
	<-ctx.Done()
	s.log.Info().Msg("stopping")
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case err := <-done:
		return true, err
	case <-timer.C:
		return false, fmt.Errorf("a part of the server did not end within %s, so it was cut off: what it was doing goes on at the next start", grace)
	}
}

// answerAt serves until ctx is done, and then for as long as patience says for
// those who are being answered. The listener is closed.
func answerAt(ctx context.Context, l net.Listener, h http.Handler, patience time.Duration) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	shut := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		quick, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if err := srv.Shutdown(quick); err != nil {
			err = srv.Close() // somebody was still being answered
			shut <- err
			return
		}
		shut <- nil
	})
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-shut
}
