package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"offboard/bot/web"
	"offboard/commands"
	"offboard/config"
	"offboard/store"
)

// demoBotCommand is the bot of the demo in a process of its own. It is started
// by "demo" only, with the listener of the browser as its third file, and as its
// fourth one that ends when the company does.
func demoBotCommand() *cobra.Command {
	return &cobra.Command{
		Use: "bot DIR", Hidden: true, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ahead, err := time.ParseDuration(os.Getenv("OFFBOARD_DEMO_AHEAD"))
			if err != nil {
				return errors.New("this is a part of \"offboard demo\"; start that")
			}
			l, err := net.FileListener(os.NewFile(3, "browser"))
			if err != nil {
				return fmt.Errorf("take over the browser's port: %w", err)
			}
			ctx, orphaned := outlived(cmd.Context(), os.NewFile(4, "company"))
			err = runDemoBot(ctx, cmd.OutOrStdout(), args[0], l, ahead, os.Getenv("OFFBOARD_DEMO_FIRST") == "true")
			if orphaned() { // nobody else is left to tidy up
				err = errors.Join(err, os.RemoveAll(args[0]))
			}
			return err
		},
	}
}

// outlived ends a context when the company's process has ended, however it did:
// then its end of the pipe is closed.
func outlived(ctx context.Context, company io.Reader) (_ context.Context, orphaned func() bool) {
	ctx, cancel := context.WithCancelCause(ctx)
	gone := errors.New("the company has ended")
	go func() {
		_, _ = io.Copy(io.Discard, company) // nothing is written there
		cancel(gone)
	}()
	return ctx, func() bool { return errors.Is(context.Cause(ctx), gone) }
}

// runDemoBot runs the bot in the folder of a demo until ctx is done.
func runDemoBot(ctx context.Context, out io.Writer, dir string, l net.Listener, ahead time.Duration, first bool) (err error) {
	path := filepath.Join(dir, "offboard.yaml")
	cfg, err := config.Load(path)
	if err != nil {
		return err
	}
	log := zerolog.New(os.Stderr).Level(zerolog.WarnLevel)
	clock := func() time.Time { return time.Now().Add(ahead) }
	d := &demoBot{}
	chat, err := web.New(d.chat(ctx, cfg, dir, clock, log))
	if err != nil {
		return err
	}
	a, err := newApp(cfg, operator(), just(chat), log, store.Clock{Wall: clock})
	if err != nil {
		return errors.Join(err, chat.Close())
	}
	d.app = a
	s := &server{app: a, health: newHealth(a, log), log: log, reload: &reload{path: path, log: log, asked: make(chan wanted)}}
	if s.control, err = listenControl(ctx, cfg.Socket); err != nil {
		return errors.Join(err, chat.Close(), a.close())
	}
	fmt.Fprintln(out, "ready.")
	if first {
		greet(out, l, chat.Token(), path)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.run(ctx) })
	g.Go(func() error { return s.health.run(ctx) })
	g.Go(func() error { return s.reload.wait(ctx, a.store, wanted{cfg, operator()}, a.rev) })
	g.Go(func() error { return answerAt(ctx, s.control, newControl(s, a.cfg).handler(), hangUp) })
	g.Go(func() error { return a.measure(ctx) })
	g.Go(func() error {
		mux := http.NewServeMux()
		mux.Handle("/", chat.Handler())
		mux.Handle("/metrics", a.scraped(func() map[string]bool { return nil }))
		srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
		stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
		defer stop()
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	err = g.Wait()
	if _, reloaded := errors.AsType[*again](err); reloaded {
		err = nil // the company starts it again, with the file as it is then
	}
	return errors.Join(err, chat.Close(), a.close())
}

// greet says where the demo is, in one line, how to reach it from afar, and how
// the other commands reach its bot.
func greet(out io.Writer, l net.Listener, token, config string) {
	port := l.Addr().(*net.TCPAddr).Port
	fmt.Fprintf(out, "Open http://127.0.0.1:%d/?token=%s - next: Hanna (HR)\n", port, token)
	fmt.Fprintf(out, "On another machine? First: ssh -L %d:127.0.0.1:%d HOST. Ctrl-C ends the demo and leaves nothing behind.\n", port, port)
	fmt.Fprintf(out, "Its auditor? In another terminal: offboard audit verify --config %s (also audit export, report, backup).\n", config)
}

// demoBot is what the chat asks the bot for.
type demoBot struct{ app *app }

func (d *demoBot) chat(ctx context.Context, cfg *config.Config, dir string, clock func() time.Time, log zerolog.Logger) web.Config {
	var help []web.Help
	for _, v := range commands.Usage() {
		help = append(help, web.Help{Usage: v.Usage, Words: v.Words})
	}
	id, members := room()
	return web.Config{
		Title: cfg.Company.Name, Intro: demoIntro, Story: scenes, People: cast(), Channels: []web.Channel{{ID: id, Members: members}},
		Help: help, Waits: d.waits, Next: d.next, Panel: newPanel(ctx, filepath.Join(dir, controlSocket), d.plans), Clock: clock,
		File: filepath.Join(dir, "chat.db"), Log: log,
	}
}
