package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"offboard/config"
	"offboard/store"
	"offboard/store/audit/figures"
)

// reportRequest is what figures are asked for with.
type reportRequest struct {
	Period       string `json:"period"` // as figures.ParsePeriod reads it
	Zone         string `json:"zone,omitempty"`
	Confidential bool   `json:"confidential,omitempty"`
}

func reportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report [PERIOD]",
		Short: "Figures of a period: how long departures took, what was late, what failed",
		Long: `Report counts what the log says about a period, beside the one before it: from request
to approval, to the cut-off and to the last proven step, what ended late and why,
failures by system, overdue tasks, access that was left or came back, and how people
say it went. --html writes one page with charts that needs no script and no network,
to print or to hand on; it says how each figure is counted.

A period is ` + figures.Examples + `.
Without one it is the ` + figures.Usual + `.

No figure is of a named person, and groups of fewer than ` + fmt.Sprint(figures.Smallest) + ` cases are counted together.
Confidential cases are left out unless --confidential is given: then the report is for
those who may know of them.

It asks the server while one runs, and reads the files otherwise.

` + exitCodes,
		Example: `  offboard report
  offboard report last month
  offboard report 2026-Q3 --html q3.html
  offboard report --from 2026-07-01 --to 2026-09-30 --csv q3.csv
  offboard report 2026 --json | jq .figures.onTime`,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	var in reportRequest
	f := cmd.Flags()
	page := f.String("html", "", "write the page to this file; never replaces another file")
	table := f.String("csv", "", "write the numbers to this file, for a spreadsheet; never replaces another file")
	f.StringVar(&in.Period, "period", "", "the period; may also be given without the flag")
	from := f.String("from", "", "first day of the period, such as 2026-07-01")
	to := f.String("to", "", "last day of the period (today)")
	f.StringVar(&in.Zone, "zone", "", "time zone in which days count (the company's)")
	f.BoolVar(&in.Confidential, "confidential", false, "count confidential cases too")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		given := strings.Join(args, " ")
		switch {
		case in.Period != "" && given != "", in.Period+given != "" && *from+*to != "":
			return errors.New("give the period once: as words, with --period, or with --from and --to")
		case *from == "" && *to != "":
			return errors.New("--to needs --from: on which day does the period begin?")
		case *from != "":
			in.Period = *from + " " + cmp.Or(*to, time.Now().AddDate(0, 0, 1).Format(time.DateOnly)) // what is to come is left out
		default:
			in.Period += given
		}
		for _, out := range []string{*page, *table} {
			if out == "" {
				continue
			}
			if err := absent(out); err != nil {
				return err
			}
		}
		d, err := openDesk(cmd.Context(), *path, toRead)
		if err != nil {
			return err
		}
		b := newBar(cmd.ErrOrStderr(), "counting cases")
		r, err := d.report(cmd.Context(), in, b.tell)
		b.end()
		if err = errors.Join(err, d.close()); err != nil {
			return err
		}
		if *page != "" {
			if _, err := writeNew(*page, func(to *os.File) error { return r.HTML(to) }); err != nil {
				return err
			}
		}
		if *table != "" {
			if _, err := writeNew(*table, func(to *os.File) error { return r.CSV(to) }); err != nil {
				return err
			}
		}
		out := cmd.OutOrStdout()
		switch verdict, _ := r.Verdict(); {
		case *asJSON:
			return writeJSON(out, r)
		case *page+*table != "":
			fmt.Fprintf(out, "%s: %s\n", r.Headline(), verdict)
			for _, file := range []string{*page, *table} {
				if file != "" {
					fmt.Fprintf(out, "%s is written.\n", file)
				}
			}
		default:
			fmt.Fprint(out, r.Text())
		}
		return nil
	}
	return cmd
}

// counted is where figures are read from.
func counted(s *store.Store, cfg *config.Config) figures.Source {
	out := figures.Source{Store: s, Company: cfg.Company.Name, Kinds: map[string]string{store.MoveKind: "Change of role"}, Systems: map[string]string{}}
	for _, k := range cfg.Kinds() {
		out.Kinds[k.ID] = k.Title
	}
	for _, x := range cfg.Systems {
		out.Systems[x.Name] = x.Title
	}
	return out
}

func (f *files) report(ctx context.Context, in reportRequest, p progress) (figures.Report, error) {
	zone, err := f.zoneOf(in.Zone)
	if err != nil {
		return figures.Report{}, err
	}
	if _, _, err := figures.ParsePeriod(in.Period, f.store.Now(), zone); err != nil {
		return figures.Report{}, err
	}
	q := figures.Query{Period: in.Period, Zone: zone, Scope: figures.Open}
	if in.Confidential {
		q.Scope = figures.All
	}
	r, err := f.figures.Read(ctx, q, func(done, total int) { p(int64(done), int64(total)) })
	return r, broken(err)
}

func (l *line) report(ctx context.Context, in reportRequest, p progress) (r figures.Report, err error) {
	err = l.call(ctx, pathReport, in, &r, p)
	return r, err
}
