package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/rs/zerolog"

	"offboard/actions/demo"
	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/config"
)

// stage is the demo company with a bot in it and a chat to play in.
type stage struct {
	dir     string
	company *demo.Company
	chat    *bottest.Chat
	app     *app
	stop    context.CancelFunc
	ended   chan error
}

// newStage starts the company, writes its configuration, and runs the bot.
func newStage(ctx context.Context) (*stage, error) {
	s := &stage{chat: bottest.New("web"), ended: make(chan error, 1)}
	s.chat.Collapse = true
	s.chat.Zone = time.Local
	var err error
	if s.dir, err = os.MkdirTemp("", "offboard-demo-"); err != nil {
		return nil, err
	}
	fail := func(err error) (*stage, error) {
		if s.company != nil {
			err = errors.Join(err, s.company.Close())
		}
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	if s.company, err = demo.NewCompany(ctx); err != nil {
		return fail(err)
	}
	cfg, err := s.config()
	if err != nil {
		return fail(err)
	}
	if err := s.people(); err != nil {
		return fail(err)
	}
	if s.app, err = newApp(cfg, []bot.Platform{s.chat}, zerolog.Nop()); err != nil {
		return fail(err)
	}
	run, stop := context.WithCancel(ctx)
	s.stop = stop
	go func() { s.ended <- s.app.run(run) }()
	return s, s.chat.Ready(ctx)
}

// close stops everything and removes what it has written.
func (s *stage) close() error {
	s.stop()
	return errors.Join(<-s.ended, s.app.close(), s.company.Close(), os.RemoveAll(s.dir))
}

// config fills in the demo's configuration and reads it like any other.
func (s *stage) config() (*config.Config, error) {
	secret := filepath.Join(s.dir, "secret")
	if err := os.WriteFile(secret, []byte(rand.Text()), 0o600); err != nil {
		return nil, err
	}
	values := map[string]string{"Dir": s.dir}
	for name, server := range map[string]*demo.Server{"Directory": s.company.Directory, "VPN": s.company.VPN, "Badge": s.company.Badge} {
		settings, err := s.settings(server)
		if err != nil {
			return nil, err
		}
		values[name] = settings
	}
	t, err := template.New("company.yaml").Parse(demoConfig)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := t.Execute(&text, values); err != nil {
		return nil, err
	}
	return config.Parse("company.yaml", text.Bytes())
}

// settings writes a server's settings as they stand in a configuration.
func (s *stage) settings(server *demo.Server) (string, error) {
	c := server.Config()
	password := filepath.Join(s.dir, "bind-password")
	if err := os.WriteFile(password, []byte(c.BindPassword.Value()), 0o600); err != nil {
		return "", err
	}
	return fmt.Sprintf("{url: %q, bind_dn: %q, bind_password: %q, base: %q, people_base: %q, groups_base: %q, policy_dn: %q, empty_group_member: %q, admin_groups: [%s], attributes: {zone: %q}}",
		c.URL, c.BindDN, "file:"+password, c.Base, c.PeopleBase, c.GroupsBase, c.PolicyDN, c.EmptyGroupMember, strings.Join(c.AdminGroups, ", "), c.Attributes.Zone), nil
}

// people gives everybody in the company a chat account.
func (s *stage) people() error {
	var it []string
	for _, p := range demo.People() {
		s.chat.AddUser(p.Login, p.Name)
		zone, err := time.LoadLocation(p.Zone)
		if err != nil {
			return err
		}
		if err := s.chat.SetZone(p.Login, zone); err != nil {
			return err
		}
		if p.Department == "IT" || p.Department == "Security" {
			it = append(it, p.Login)
		}
	}
	s.chat.AddChannel("it-offboarding", it...)
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
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
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
