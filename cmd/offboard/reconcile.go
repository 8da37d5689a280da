package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/store"
	"offboard/store/audit/population"
)

// reconcileRequest is HR's list and how it is to be read.
type reconcileRequest struct {
	Text  []byte           `json:"text"` // as the file has it: not always UTF-8
	From  string           `json:"from,omitempty"`
	To    string           `json:"to,omitempty"`
	Zone  string           `json:"zone,omitempty"` // empty: the company's
	Order population.Order `json:"order,omitempty"`
	User  string           `json:"-"` // of the operating system; nobody may say this for themselves
}

func reconcileCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reconcile LEAVERS.csv",
		Short: "Compare HR's list of who left with the log",
		Long: `Reconcile reads a table of who left, as HR has it, and says of each line what the
log says: the case, when HR asked, when access ended and was proven, and how that is
to the end of the last day of work. It names who is missing (and whether the directory
still has them as active), who was late and whose delay that was, cases closed with
access left, cancelled, stopped or on hold; and, the other way round, who was taken out
in that period and is not on the list.

The first line names the columns; commas, semicolons or tabs separate them, and UTF-8
and UTF-16 are read, with or without a mark at the beginning.

  person      login, mail address, directory id, employee number or name; or one of
              these in a column of its own: login, mail, id, number, name
              (or first_name and last_name)
  last_day    of work: 2026-11-30 or 30.11.2026; the day of termination is often
              another one
  known       the day on which HR knew, or announced it; may be left out

Other columns are not read, and said. Whoever could be two people is neither: the
report says so, and what to write. Days like 3/12/2026 need --dates day or --dates
month. A line that can't be read, or stands there twice, is said with its number, and
the others count all the same.

Late is after the midnight that ends the last day of work, in the company's zone. The
period is that of the list; with --from and --to lines of other days are left out, and
departures that the list does not have count for all of that period.

Reading this is itself an entry in the log. It asks the server while one runs, and
opens the files otherwise.

` + exitCodes,
		Example: `  offboard audit reconcile leavers.csv
  offboard audit reconcile leavers.csv --from 2026-07-01 --to 2026-09-30 --out q3.html
  offboard audit reconcile leavers.csv --dates day --out q3.csv
  offboard audit reconcile leavers.csv --json | jq '.findings[] | select(.verdict == "missing")'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("name one file with HR's list, like this: offboard audit reconcile leavers.csv")
			}
			return nil
		},
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	var in reconcileRequest
	f := cmd.Flags()
	out := f.StringP("out", "o", "", "write the report to this file: .csv (a table) or .html (a page to read and print); never replaces another file")
	f.StringVar(&in.From, "from", "", "first day of the period, such as 2026-07-01 (the first of the list)")
	f.StringVar(&in.To, "to", "", "last day of the period (the last of the list)")
	f.StringVar(&in.Zone, "zone", "", "time zone in which days end and times are shown (the company's)")
	dates := f.String("dates", "", "how days with slashes are meant: day (30/11/2026) or month (11/30/2026)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if in.Order = population.Order(*dates); !in.Order.Valid() {
			return fmt.Errorf("--dates is day or month, and not %q", bot.Clean(*dates, 20))
		}
		if *out != "" {
			if !strings.HasSuffix(*out, ".csv") && !strings.HasSuffix(*out, ".html") {
				return errors.New("--out ends in .csv or .html: that is how the report is written")
			}
			if err := absent(*out); err != nil {
				return err
			}
		}
		var err error
		if in.Text, err = readList(cmd, args[0]); err != nil {
			return err
		}
		in.User = operator()
		d, err := openDesk(cmd.Context(), *path, toAsk)
		if err != nil {
			return err
		}
		r, err := d.reconcile(cmd.Context(), in)
		if err = errors.Join(err, d.close()); err != nil {
			return err
		}
		if r.Unrecorded {
			fmt.Fprintln(cmd.ErrOrStderr(), unrecorded)
		}
		return printPopulation(cmd.OutOrStdout(), r, *out, *asJSON)
	}
	return cmd
}

// printPopulation writes the report where it is wanted.
func printPopulation(w io.Writer, r population.Report, out string, asJSON bool) error {
	if out != "" {
		write := r.CSV
		if strings.HasSuffix(out, ".html") {
			write = r.HTML
		}
		if _, err := writeNew(out, func(to *os.File) error { return write(to) }); err != nil {
			return err
		}
	}
	switch {
	case asJSON:
		return writeJSON(w, r)
	case out == "":
		_, err := io.WriteString(w, r.Text())
		return err
	}
	fmt.Fprintf(w, "%s: %s.\n", out, strings.Join(r.Summary(), "; "))
	return nil
}

func (f *files) reconcile(ctx context.Context, in reconcileRequest) (population.Report, error) {
	zone, err := f.zoneOf(in.Zone)
	if err != nil {
		return population.Report{}, err
	}
	from, to, err := store.ParseDates(in.From, in.To)
	if err != nil {
		return population.Report{}, err
	}
	list, err := population.ReadList(in.Text, in.Order)
	if err != nil {
		return population.Report{}, fmt.Errorf("HR's list can't be read:\n%w", err)
	}
	log, err := population.ReadLog(ctx, f.store)
	if err != nil {
		return population.Report{}, broken(err)
	}
	r := population.Reconcile(list, log, population.Request{
		From: from, To: to, Zone: zone, Company: f.company, Program: program(), Directory: f.standing(ctx),
	})
	sum := sha256.Sum256(in.Text)
	recorded, err := f.view(ctx, store.Installation, in.User, store.Viewed{
		What: store.ReconcileView, From: r.From, To: r.To, Zone: r.Zone, Lines: r.Lines, Sum: hex.EncodeToString(sum[:]),
	})
	r.Unrecorded = !recorded
	return r, err
}

// standing asks the directory about one person after the other.
func (f *files) standing(ctx context.Context) func(string) population.Standing {
	return func(text string) population.Standing {
		switch found, err := f.people.Called(ctx, text); {
		case err != nil:
			return population.Standing{Silent: true}
		case len(found) == 1:
			return population.Standing{Found: true, Card: found[0]}
		default:
			return population.Standing{Several: len(found) > 1}
		}
	}
}

func (l *line) reconcile(ctx context.Context, in reconcileRequest) (r population.Report, err error) {
	err = l.call(ctx, pathReconcile, in, &r, silent)
	return r, err
}
