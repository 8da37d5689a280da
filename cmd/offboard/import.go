package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/commands/batch"
	"offboard/store"
)

func importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE.csv",
		Short: "Propose a list of people who leave together",
		Long: `Import reads a table of people who leave at one minute, looks everybody up in the
directory, and proposes the list. It only proposes: nothing happens before somebody
of HR or security takes the list over in the chat, submits it, and one more person
approves all of it. "/offboard batch" in the chat makes a list from a form.

The first line names the columns; commas, semicolons or tabs separate them.

  person        login, mail address or directory id of who leaves
  kind          of departure, as in the configuration
  last_day      of work: 2026-11-30
  cut_off       when access ends, the same for all: now, or 2026-11-30 17:00 in the
                zone of the line, or with an offset: 2026-11-30 17:00+01:00
  zone          time zone of the leaver, where the directory does not say
  manager       who gets what they leave behind; empty: the directory's
  confidential  yes or no; empty: as the kind says
  reason        only those who work on the case see it

What is the same for everybody can be a flag instead. All that is wrong is said at
once, with line and column. The log says "cli:" and your user name as the operating
system has it. It asks the server while one runs, and writes to the files otherwise.

` + exitCodes,
		Example: `  offboard import leavers.csv --dry-run
  offboard import leavers.csv --kind end-of-contract --cut-off "2026-11-30 17:00+01:00"`,
		Args: cobra.ExactArgs(1),
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	var in importRequest
	cmd.Flags().BoolVar(&in.DryRun, "dry-run", false, "print what would be proposed, and propose nothing")
	cmd.Flags().StringVar(&in.Default.Kind, "kind", "", "for lines without one")
	cmd.Flags().StringVar(&in.Default.LastDay, "last-day", "", "for lines without one")
	cmd.Flags().StringVar(&in.Default.CutOff, "cut-off", "", "for lines without one")
	cmd.Flags().StringVar(&in.Default.Zone, "zone", "", "time zone, where neither the line nor the directory says it")
	cmd.Flags().StringVar(&in.Default.Manager, "manager", "", "for lines without one; before the directory's")
	cmd.Flags().StringVar(&in.Default.Reason, "reason", "", "for lines without one")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		text, err := readList(cmd, args[0])
		if err != nil {
			return err
		}
		in.Text, in.User = text, operator()
		d, err := openDesk(cmd.Context(), *path, true)
		if err != nil {
			return err
		}
		b := newBar(cmd.ErrOrStderr(), "looking people up")
		out, err := d.imports(cmd.Context(), in, b.tell)
		b.end()
		if err = errors.Join(err, d.close()); err != nil {
			return err
		}
		if *asJSON {
			if err := writeJSON(cmd.OutOrStdout(), out); err != nil {
				return err
			}
		}
		return out.print(cmd.OutOrStdout(), args[0], *asJSON)
	}
	return cmd
}

func readList(cmd *cobra.Command, file string) (string, error) {
	in := cmd.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", fmt.Errorf("read the list: %w", err)
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, batch.MaxSize+1)) // one byte more is enough to refuse it
	if err != nil {
		return "", fmt.Errorf("read the list: %w", err)
	}
	if len(b) > batch.MaxSize {
		return "", fmt.Errorf("%s has more than %d KiB; split it", file, batch.MaxSize>>10)
	}
	return string(b), nil
}

// importRequest is a list that is proposed.
type importRequest struct {
	Text    string     `json:"text"`
	Default batch.Line `json:"default"`
	DryRun  bool       `json:"dryRun,omitempty"`
	User    string     `json:"-"` // of the operating system; nobody may say this for themselves
}

// imported is what has become of it.
type imported struct {
	Batch    string          `json:"batch,omitempty"` // none: it was a dry run, or something is wrong
	People   []batch.Shown   `json:"people,omitempty"`
	Problems []batch.Problem `json:"problems,omitempty"`
}

// print says what is wrong, what would be proposed, or what to do next.
func (out imported) print(w io.Writer, file string, quiet bool) error {
	if len(out.Problems) > 0 {
		var text strings.Builder
		fmt.Fprintf(&text, "%s: nothing was proposed. Please correct this:", file)
		for _, p := range out.Problems {
			fmt.Fprintf(&text, "\n%s: %s", file, p)
		}
		return errors.New(text.String())
	}
	switch {
	case quiet:
	case out.Batch != "":
		fmt.Fprintf(w, "%s is proposed, with %s. Nothing happens before somebody of HR or security types in the chat:\n\n  /offboard batch %s take\n", out.Batch, store.Count(len(out.People), "person", "people"), out.Batch)
	default:
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintln(t, "LINE\tPERSON\tKIND\tLAST DAY\tACCESS ENDS\tMANAGER\t")
		for _, p := range out.People {
			secret := ""
			if p.Confidential {
				secret = "confidential"
			}
			fmt.Fprintf(t, "%d\t%s (%s)\t%s\t%s\t%s\t%s\t%s\n", p.Line, p.Person, bot.Clean(p.Who, 60), p.Kind, p.LastDay, p.Ends, p.Manager, secret)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		fmt.Fprintf(w, "\nA draft would be opened for %s, after somebody of HR or security has taken the list over. Nothing was proposed.\n", store.Count(len(out.People), "person", "people"))
	}
	return nil
}

func (f *files) imports(ctx context.Context, in importRequest, p progress) (imported, error) {
	if in.User = bot.Clean(in.User, 64); in.User == "" {
		return imported{}, broken(errors.New("the operating system does not say who you are, and the log must"))
	}
	read, problems, err := batch.Reader{Store: f.store, People: f.people, Kinds: f.kinds, Zone: f.zone}.Read(ctx, []byte(in.Text), in.Default, p)
	switch {
	case err != nil:
		if _, ok := errors.AsType[*store.Refused](err); ok {
			return imported{}, err
		}
		return imported{}, broken(err)
	case len(problems) > 0:
		return imported{Problems: problems}, nil
	case in.DryRun:
		return imported{People: read.Shown}, nil
	}
	id, err := f.store.List(ctx, store.Operator(in.User), read.CutOff, read.Rows)
	if refused, ok := errors.AsType[*store.Refused](err); ok {
		return imported{}, &store.Refused{Code: refused.Code, Text: f.people.Names(refused.Text)}
	}
	return imported{Batch: string(id), People: read.Shown}, broken(err)
}

func (l *line) imports(ctx context.Context, in importRequest, p progress) (out imported, err error) {
	err = l.call(ctx, pathImport, in, &out, p)
	return out, err
}
