package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"offboard/actions/demo"
	"offboard/bot/bottest"
	"offboard/store"
)

// stage is the demo company with a bot in it and a chat that a script plays in.
type stage struct {
	*house
	chat  *bottest.Chat
	app   *app
	stop  context.CancelFunc
	ended chan error
}

// newStage starts the company and runs the bot.
func newStage(ctx context.Context) (*stage, error) {
	h, err := openHouse(ctx, 150*time.Millisecond, 600*time.Millisecond)
	if err != nil {
		return nil, err
	}
	s := &stage{house: h, chat: bottest.New("web"), ended: make(chan error, 1)}
	s.chat.Collapse = true
	s.chat.Zone = time.Local
	cfg, err := h.config()
	if err == nil {
		err = s.people()
	}
	if err == nil {
		s.app, err = newApp(cfg, operator(), just(s.chat), zerolog.Nop(), store.Clock{})
	}
	if err != nil {
		return nil, errors.Join(err, h.close())
	}
	run, stop := context.WithCancel(ctx)
	s.stop = stop
	go func() { s.ended <- s.app.run(run) }()
	return s, s.chat.Ready(ctx)
}

// close stops everything and removes what it has written.
func (s *stage) close() error {
	s.stop()
	return errors.Join(<-s.ended, s.app.close(), s.house.close())
}

// people gives everybody in the company a chat account.
func (s *stage) people() error {
	for _, p := range demo.People() {
		s.chat.AddUser(p.Login, p.Name)
		zone, err := time.LoadLocation(p.Zone)
		if err != nil {
			return err
		}
		if err := s.chat.SetZone(p.Login, zone); err != nil {
			return err
		}
	}
	id, members := room()
	s.chat.AddChannel(id, members...)
	return nil
}

// play plays a script and prints the conversation as it goes.
func (s *stage) play(ctx context.Context, out io.Writer, script string) error {
	steps, err := bottest.Script(script)
	if err != nil {
		return err
	}
	options := bottest.PlayOptions{Wait: s.wait, Do: s.acts()}
	printed := 0
	for _, step := range steps {
		if err := s.chat.PlayStep(ctx, step, options); err != nil {
			return fmt.Errorf("%w\n%s", err, s.chat.Transcript()[printed:])
		}
		// The last paragraph may still grow: edits in a row are told as one.
		text := s.chat.Transcript()
		if end := strings.LastIndex(text, "\n\n"); end > printed {
			fmt.Fprint(out, text[printed:end+2])
			printed = end + 2
		}
	}
	fmt.Fprintln(out, s.chat.Transcript()[printed:])
	if problems := s.chat.Problems(); len(problems) > 0 {
		return fmt.Errorf("a message was not as it should be: %s", strings.Join(problems, "; "))
	}
	return nil
}

// wait waits until people see what the script expects, or the bot has ended.
func (s *stage) wait(ctx context.Context, cond func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return s.chat.Await(ctx, cond)
}

// acts are what the script can do to the company's systems.
func (s *stage) acts() map[string]func(context.Context, []string) error {
	act := func(words map[string]func()) func(context.Context, []string) error {
		return func(_ context.Context, args []string) error {
			f, ok := words[strings.Join(args, " ")]
			if !ok {
				return fmt.Errorf("unknown: %s", args)
			}
			f()
			return nil
		}
	}
	return map[string]func(context.Context, []string) error{
		"vpn":   act(map[string]func(){"down": func() { s.company.VPN.Down(true) }, "up": func() { s.company.VPN.Down(false) }}),
		"doors": act(map[string]func(){"lie": func() { s.company.Badge.Lie(true) }, "repaired": func() { s.company.Badge.Lie(false) }}),
	}
}
