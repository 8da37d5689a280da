package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/commands/people"
	"offboard/config"
)

func checkCommand(chats chats) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say what works, what does not, and what is not yet safe",
		Long: `Check reads the configuration, reaches every system without changing anything, and
says what works, what does not, what is not safe yet, and what to do about it.

With --person it says instead what would happen to one person who leaves, and which
rule of the policy decided each line: what is looked at and done, who must approve,
who is protected, and when. It reads the directory and changes nothing. With --look
too every system is asked what this person has there, as a survey asks, which
rehearses a program or an API that you have declared.

Run it before serve, with the same environment, and after every change. It may run
while the server does.

` + exitCodes,
		Example: `  offboard check
  offboard check --config /etc/offboard/offboard.yaml --json
  offboard check --person jane@example.com
  offboard check --person jane@example.com --kind termination
  offboard check --person jane@example.com --look
  offboard check --strict || mail -s "offboard is not safe" it@example.com`,
		Args: cobra.NoArgs,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	strict := cmd.Flags().Bool("strict", false, "end with 4 if something is not safe")
	person := cmd.Flags().String("person", "", "say what would happen to this person: the address, the login or the name")
	kind := cmd.Flags().String("kind", "", "with --person: for this kind of departure only, such as termination")
	look := cmd.Flags().Bool("look", false, "with --person: ask every system what this person has there; nothing is changed")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := config.Load(*path)
		if err != nil {
			return err
		}
		if *person == "" && (*kind != "" || *look || cmd.Flags().Changed("person")) {
			return errors.New("--kind, --look and --person say what would happen to somebody: name them with --person jane@example.com")
		}
		if *person != "" {
			f, err := foretell(cmd.Context(), cfg, *person, *kind)
			if err == nil && *look {
				f.Seen, err = lookAt(cmd.Context(), cfg, f.Person)
			}
			if err != nil {
				return err
			}
			if *asJSON {
				err = writeJSON(cmd.OutOrStdout(), f)
			} else {
				f.print(cmd.OutOrStdout())
			}
			if err == nil && slices.ContainsFunc(f.Seen, func(s seen) bool { return s.Error != "" }) {
				err = broken(errNotWorking)
			}
			return err
		}
		r, err := inspect(cmd.Context(), cfg, chats)
		if err != nil {
			return err
		}
		if *asJSON {
			err = writeJSON(cmd.OutOrStdout(), r)
		} else {
			r.print(cmd.OutOrStdout())
		}
		switch {
		case err != nil:
			return err
		case r.Broken > 0:
			return broken(errNotWorking)
		case r.Unsafe > 0 && *strict:
			return &coded{codeUnsafe, errNotSafe}
		}
		return nil
	}
	return cmd
}

var (
	errNotWorking = errors.New("something does not work: see ✖ above")
	errNotSafe    = errors.New("something is not safe yet: see ! above")
)

// report is what a check has found.
type report struct {
	Rows   []row `json:"rows"`
	Broken int   `json:"broken"`
	Unsafe int   `json:"unsafe"`
}

// row is one finding: what it is about, how that is, and what to do.
type row struct {
	About  string `json:"about"`
	State  state  `json:"state"`
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitempty"`
}

type state string

const (
	works  state = "works"
	fails  state = "does not work"
	unsafe state = "not safe"
)

func (r *report) add(about string, s state, text, remedy string) {
	switch s {
	case fails:
		r.Broken++
	case unsafe:
		r.Unsafe++
	case works:
	}
	r.Rows = append(r.Rows, row{about, s, bot.Clean(text, 600), bot.Clean(remedy, 600)})
}

// inspect makes all checks. An error is a mistake in the configuration.
func inspect(ctx context.Context, cfg *config.Config, chats chats) (*report, error) {
	systems, directory, err := connect(cfg)
	if err != nil {
		return nil, err
	}
	c := &checks{cfg: cfg, systems: systems, directory: directory, report: &report{}}
	_, err = rulebook(cfg, systems)
	if err := errors.Join(scopes(cfg), err); err != nil {
		return nil, err
	}
	who, err := people.New(nil, directory, roles(cfg)) // it answers from the directory alone
	if err != nil {
		return nil, err
	}
	rooms, err := chats(cfg, zerolog.Nop())
	if err != nil {
		return nil, err
	}
	c.configuration()
	c.files()
	c.server(ctx)
	c.reach(ctx)
	c.retention()
	c.roles(ctx)
	c.second(ctx, who)
	c.approvers(ctx)
	c.chats(ctx, rooms)
	if err := c.mail(ctx); err != nil {
		return nil, err
	}
	c.brakes()
	return c.report, nil
}

func (r *report) print(w io.Writer) {
	marks := map[state]string{works: "✔", fails: "✖", unsafe: "!"}
	width := 0
	for _, x := range r.Rows {
		width = max(width, len([]rune(x.About)))
	}
	for _, x := range r.Rows {
		fmt.Fprintf(w, "%s %-*s  %s\n", marks[x.State], width, x.About, x.Text)
		if x.Remedy != "" {
			fmt.Fprintf(w, "  %-*s  -> %s\n", width, "", x.Remedy)
		}
	}
	switch {
	case r.Broken+r.Unsafe == 0:
		fmt.Fprintln(w, "\nAll works, and nothing is known to be unsafe.")
	case r.Broken == 0:
		fmt.Fprintf(w, "\nAll works. Not safe yet: %d.\n", r.Unsafe)
	default:
		fmt.Fprintf(w, "\nDoes not work: %d. Not safe yet: %d.\n", r.Broken, r.Unsafe)
	}
}
