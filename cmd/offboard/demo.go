package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/template"
	"time"

	"github.com/spf13/cobra"

	"offboard/actions/demo"
)

//go:embed demo/company.yaml
var demoConfig string

//go:embed demo/script.txt
var demoScript string

func demoCommand() *cobra.Command {
	var script bool
	var port int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try it: a fictional company with real LDAP servers, in the browser",
		Long: `Demo starts a fictional company of forty people with three LDAP servers on this
machine, and opens it as a chat in the browser, where you play everybody: HR, the
manager, IT, the auditor. You see the company's accounts live, can break its
systems, let time pass, and kill the bot.

With --script it plays the departure of Jane Doe by itself, prints who says and
sees what, and then verifies from outside that she cannot sign in any more. It
ends with 0 only if all of that is true.

It needs nothing but this program, and leaves nothing behind.`,
		Example: "  offboard demo\n  offboard demo --script",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if script {
				return playDemo(cmd.Context(), cmd.OutOrStdout())
			}
			return openDemo(cmd.Context(), cmd.OutOrStdout(), port)
		},
	}
	cmd.Flags().BoolVar(&script, "script", false, "play the story and print who says and sees what")
	cmd.Flags().IntVar(&port, "port", 8085, "of the browser chat; a free one is taken if somebody has it")
	cmd.MarkFlagsMutuallyExclusive("script", "port")
	cmd.AddCommand(demoBotCommand())
	return cmd
}

// playDemo plays the story and verifies its end from outside.
func playDemo(ctx context.Context, to io.Writer) (err error) {
	out := &printed{to: to}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	begun := time.Now()
	s, err := newStage(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close(), out.err) }()
	fmt.Fprintf(out, "Lumen Works is a fictional company of %d people. Its directory, its VPN and its doors are\nLDAP servers on this machine; the log is a file in a temporary folder. Before the story:\n", len(demo.People()))
	if err := tell(out, s.before()); err != nil {
		return err
	}
	fmt.Fprintln(out)
	script, err := story(begun)
	if err != nil {
		return err
	}
	if err := s.play(ctx, out, script); err != nil {
		return err
	}
	fmt.Fprintf(out, "Verified from outside, %s after the start:\n", time.Since(begun).Round(100*time.Millisecond))
	return tell(out, s.after())
}

// printed remembers that something could not be printed: a demo that nobody has
// seen has not shown anything.
type printed struct {
	to  io.Writer
	err error
}

func (p *printed) Write(b []byte) (int, error) {
	n, err := p.to.Write(b)
	if p.err == nil && err != nil {
		p.err = err
	}
	return n, err
}

// story is the script with days that lie ahead of now.
func story(now time.Time) (string, error) {
	in := func(days int) time.Time { return now.AddDate(0, 0, days) }
	t, err := template.New("script.txt").Funcs(template.FuncMap{
		"day":   func(n int) string { return in(n).Format(time.DateOnly) },
		"words": func(n int) string { return in(n).Format("2 January") },
	}).Parse(demoScript)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	err = t.Execute(&text, nil)
	return text.String(), err
}
