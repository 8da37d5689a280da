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

	"offboard/actions/demo"
	"offboard/bot"
	"offboard/bot/web"
	"offboard/commands"
	"offboard/config"
	"offboard/store"
)

// demoBotCommand is the bot of the demo in a process of its own. It is started
// by "demo" only, with the listener of the browser as its third file.
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
			return runDemoBot(cmd.Context(), cmd.OutOrStdout(), args[0], l, ahead, os.Getenv("OFFBOARD_DEMO_FIRST") == "true")
		},
	}
}

// runDemoBot runs the bot in the folder of a demo until ctx is done.
func runDemoBot(ctx context.Context, out io.Writer, dir string, l net.Listener, ahead time.Duration, first bool) (err error) {
	cfg, err := config.Load(filepath.Join(dir, "offboard.yaml"))
	if err != nil {
		return err
	}
	log := zerolog.New(os.Stderr).Level(zerolog.WarnLevel)
	d := &demoBot{}
	chat, err := web.New(d.chat(ctx, cfg, dir, log))
	if err != nil {
		return err
	}
	a, err := newApp(cfg, operator(), []bot.Platform{chat}, log, store.Clock{Wall: func() time.Time { return time.Now().Add(ahead) }})
	if err != nil {
		return errors.Join(err, chat.Close())
	}
	d.app = a
	if first {
		greet(out, l, chat.Token())
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.run(ctx) })
	g.Go(func() error {
		srv := &http.Server{Handler: chat.Handler(), ReadHeaderTimeout: 10 * time.Second}
		stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
		defer stop()
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	return errors.Join(g.Wait(), chat.Close(), a.close())
}

// greet says where the demo is, in one line, and how to reach it from afar.
func greet(out io.Writer, l net.Listener, token string) {
	port := l.Addr().(*net.TCPAddr).Port
	fmt.Fprintf(out, "Open http://127.0.0.1:%d/?token=%s - next: Hanna (HR)\n", port, token)
	fmt.Fprintf(out, "On another machine? First: ssh -L %d:127.0.0.1:%d HOST. Ctrl-C ends the demo and leaves nothing behind.\n", port, port)
}

// demoBot is what the chat asks the bot for.
type demoBot struct{ app *app }

func (d *demoBot) chat(ctx context.Context, cfg *config.Config, dir string, log zerolog.Logger) web.Config {
	var help []web.Help
	for _, v := range commands.Usage() {
		help = append(help, web.Help{Usage: v.Usage, Words: v.Words})
	}
	id, members := room()
	return web.Config{
		Title: cfg.Company.Name,
		Intro: "This is a fictional company, and you play everybody in it. The bot takes people who leave out of the company's systems, and proves it.\n\n" +
			"Be Hanna of HR and type: /offboard start jane\n\nOn the side you see the company's real LDAP servers. Break them, let time pass, or kill the bot: nothing is lost.",
		People: cast(), Channels: []web.Channel{{ID: id, Members: members}}, Help: help,
		First: web.Wait{Person: "hanna", Text: "type /offboard start jane"}, Waits: d.waits,
		Panel: newPanel(ctx, filepath.Join(dir, controlSocket)), File: filepath.Join(dir, "chat.db"), Log: log,
	}
}

// cast are the people of the company, those of the story first.
func cast() []web.Person {
	order := []string{"hanna", "marco", "ivan", "sasha", "aude", "bo", "jane", "priya", "tom"}
	rank := map[string]int{}
	for i, login := range order {
		rank[login] = i + 1
	}
	out := make([]web.Person, len(order))
	for _, p := range demo.People() {
		person := web.Person{ID: p.Login, Name: p.Name, Line: p.Department + " · " + p.Title, Zone: p.Zone}
		if i := rank[p.Login]; i > 0 {
			out[i-1] = person
		} else {
			out = append(out, person)
		}
	}
	return out
}

// waits is what waits for whom, in all open cases.
func (d *demoBot) waits() []web.Wait {
	if d.app == nil {
		return nil
	}
	rows, err := d.app.store.OpenCases()
	if err != nil {
		return nil
	}
	var out []web.Wait
	for _, row := range rows {
		c, err := d.app.store.Case(row.ID)
		if err != nil {
			continue
		}
		for _, w := range c.Waits() {
			text := string(w.Verb) + " " + string(c.ID)
			for _, id := range d.asked(w) {
				out = append(out, web.Wait{Person: id, Text: text})
			}
		}
	}
	return out
}

// asked are the people of the story who can end a wait.
func (d *demoBot) asked(w store.Wait) []string {
	if w.Person != "" {
		for _, u := range d.app.people.Accounts(w.Person, "web") {
			return []string{u.ID}
		}
		return nil
	}
	var out []string
	for _, r := range w.Roles {
		if login, ok := map[store.Role]string{store.HR: "hanna", store.IT: "ivan", store.Security: "sasha"}[r]; ok {
			out = append(out, login)
		}
	}
	return out
}
