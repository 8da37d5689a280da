package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/commands/batch"
	"offboard/config"
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
                zone of the line, or with an offset: 2026-11-30 17:00+01:00;
                never "press": who is told in person is a case of their own
  zone          time zone of the leaver, where the directory does not say
  manager       who gets what they leave behind; empty: the directory's
  confidential  yes or no; empty: as the kind says
  reason        only those who work on the case see it

What is the same for everybody can be a flag instead. All that is wrong is said at
once, with line and column. UTF-8 and UTF-16 are read, with or without a mark at the
beginning. Everybody of HR and security gets a message about the list; who that is is
printed. The log says "cli:" and your user name as the operating system has it. It
asks the server while one runs, and writes to the files otherwise; then they get the
message when it runs again.

` + exitCodes,
		Example: `  offboard import leavers.csv --dry-run
  offboard import leavers.csv --kind end-of-contract --cut-off "2026-11-30 17:00+01:00"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("name one file with the list, like this: offboard import leavers.csv")
			}
			return nil
		},
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
		if batch.Armed(in.Default.CutOff) {
			return &store.Refused{Code: store.Malformed, Text: store.UnarmedList}
		}
		text, err := readList(cmd, args[0])
		if err != nil {
			return err
		}
		in.Text, in.User = text, operator()
		d, err := openDesk(cmd.Context(), *path, toWrite)
		if err != nil {
			return err
		}
		b := newBar(cmd.ErrOrStderr(), "people read")
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

func readList(cmd *cobra.Command, file string) ([]byte, error) {
	in := cmd.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("read the list: %w", err)
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, batch.MaxSize+1)) // one byte more is enough to refuse it
	if err != nil {
		return nil, fmt.Errorf("read the list: %w", err)
	}
	if len(b) > batch.MaxSize {
		return nil, fmt.Errorf("%s has more than %d KiB; split it", file, batch.MaxSize>>10)
	}
	return b, nil
}

// importRequest is a list that is proposed.
type importRequest struct {
	Text    []byte     `json:"text"` // as the file has it: not always UTF-8
	Default batch.Line `json:"default"`
	DryRun  bool       `json:"dryRun,omitempty"`
	User    string     `json:"-"` // of the operating system; nobody may say this for themselves
}

// imported is what has become of it.
type imported struct {
	Batch    string          `json:"batch,omitempty"` // none: it was a dry run, or something is wrong
	People   []batch.Shown   `json:"people,omitempty"`
	Problems []batch.Problem `json:"problems,omitempty"`
	Told     []string        `json:"told,omitempty"`   // who gets a message that it waits for them
	Untold   []string        `json:"untold,omitempty"` // who should, and can't be written to
	Later    bool            `json:"later,omitempty"`  // they get it when the server runs again
}

// printTold says who has to act now, and how they learn of it.
func (out imported) printTold(w io.Writer) {
	when := "They get a direct message about it now"
	if out.Later {
		when = "They get a direct message about it when the server runs again (offboard serve)"
	}
	if len(out.Told) > 0 {
		fmt.Fprintf(w, "One of these people of HR and security has to take it over: %s. %s.\n", strings.Join(out.Told, ", "), when)
	} else {
		fmt.Fprintln(w, "Nobody of HR or security can be written to, so nobody is told: link a chat account of one of them (offboard link), or tell them yourself.")
	}
	if len(out.Untold) > 0 {
		fmt.Fprintf(w, "Without a chat account or a mail address, so please tell them yourself: %s.\n", strings.Join(out.Untold, ", "))
	}
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
		fmt.Fprintf(w, "%s is proposed, with %s.\n", out.Batch, store.Count(len(out.People), "person", "people"))
		out.printTold(w)
		fmt.Fprintf(w, "Nothing happens before one of them presses \"Take it over\" or types in the chat:\n\n  /offboard batch %s take\n", out.Batch)
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
		return imported{}, broken(errNobody)
	}
	read, problems, err := batch.Reader{Store: f.store, People: f.people, Kinds: f.kinds, Zone: f.zone}.Read(ctx, in.Text, in.Default, p)
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
	if err != nil {
		return imported{}, broken(err)
	}
	out := imported{Batch: string(id), People: read.Shown, Later: !f.live}
	holders, err := f.people.Holders(ctx, "", store.HR, store.Security)
	if err != nil {
		return out, broken(fmt.Errorf("%s is proposed, but who is told of it can't be read from the directory now: %w", id, err))
	}
	for _, p := range holders {
		switch name := f.people.Name(p); {
		case slices.ContainsFunc(read.Rows, func(r store.Row) bool { return r.Person == p }):
		case f.reaches(p):
			out.Told = append(out.Told, name)
		default:
			out.Untold = append(out.Untold, name)
		}
	}
	slices.Sort(out.Told)
	slices.Sort(out.Untold)
	return out, nil
}

// reaches reports whether there is a way to write to somebody.
func (f *files) reaches(p store.PersonID) bool {
	return f.mail && f.people.HasMail(p) || slices.ContainsFunc(config.Platforms, func(name string) bool { return len(f.people.Accounts(p, name)) > 0 })
}

func (l *line) imports(ctx context.Context, in importRequest, p progress) (out imported, err error) {
	err = l.call(ctx, pathImport, in, &out, p)
	return out, err
}
