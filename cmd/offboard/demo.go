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
	cmd := &cobra.Command{
		Use:   "demo --script",
		Short: "Play an offboarding in a fictional company, with real LDAP servers",
		Long: `Demo starts a fictional company of forty people with three LDAP servers on this
machine, lets Jane Doe leave it, and then verifies from outside that she cannot
sign in any more. It needs nothing but this program, and leaves nothing behind.

It ends with 0 only if all of that is true.`,
		Example: "  offboard demo --script",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !script {
				return errors.New("say --script: the conversation is played and printed")
			}
			return playDemo(cmd.Context(), cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&script, "script", false, "play the story and print who says and sees what")
	return cmd
}

// playDemo plays the story and verifies its end from outside.
func playDemo(ctx context.Context, out io.Writer) (err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	begun := time.Now()
	s, err := newStage(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
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
