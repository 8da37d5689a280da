package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/config"
	"offboard/store"
	"offboard/store/audit"
)

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Verify the log, read what was done, or take evidence of it away",
	}
	needsWord(cmd)
	cmd.AddCommand(verifyCommand(), showCommand(), exportCommand(), checkPackCommand(), reconcileCommand())
	return cmd
}

func verifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Prove that the log is whole, and that it extends checkpoints",
		Long: `Verify reads the whole database: every page of the file, every entry against the tree
of hashes, every index and every case against the entries, and every sealed text
against what was committed. What is wrong is named for what it is: an entry that was
rewritten, taken out, put in or moved, an end that was cut off, a damaged file.

Who can write the database and the keys can write another log that is consistent
in itself, or put back an older file. Only a checkpoint that was kept elsewhere shows
that: the closing message of every case has one, and the places below checkpoints: in
the configuration get them. Give as many as you have with --checkpoint, each as a file
or as the pasted text, with whatever stands around it. A file may have many.

It asks the server while one runs, and reads the files otherwise.

` + exitCodes,
		Example: `  offboard audit verify
  offboard audit verify --checkpoint closing-OFF-42.txt --checkpoint checkpoints.log
  offboard audit verify --checkpoint "$(pbpaste)"
  offboard audit verify --json | jq -r .root`,
		Args: cobra.NoArgs,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	given := cmd.Flags().StringArray("checkpoint", nil, "an earlier checkpoint: a file, the pasted text, or - for standard input; may be repeated")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var checkpoints []string
		for _, g := range *given {
			found, err := readCheckpoints(cmd.InOrStdin(), g)
			if err != nil {
				return err
			}
			checkpoints = append(checkpoints, found...)
		}
		b := newBar(cmd.ErrOrStderr(), "reading the log")
		r, err := verifyLog(cmd.Context(), *path, checkpoints, b.tell)
		b.end()
		if err != nil {
			return err
		}
		return printReport(r, cmd.OutOrStdout(), *asJSON)
	}
	return cmd
}

// verifyLog asks the server, or reads the file before anything else does: what
// is damaged must not end the program.
func verifyLog(ctx context.Context, path string, checkpoints []string, p progress) (audit.Report, error) {
	l, err := running(ctx, path)
	if err != nil {
		return audit.Report{}, err
	}
	if l != nil {
		r, err := l.verify(ctx, checkpoints, p)
		return r, errors.Join(err, l.close())
	}
	cfg, err := config.Load(path)
	if err != nil {
		return audit.Report{}, err
	}
	if err := there(cfg.Database); err != nil {
		return audit.Report{}, err
	}
	return verifyFile(storeOptions(cfg), checkpoints, p)
}

// wholeCheckpoint says what to paste.
const wholeCheckpoint = "give all of it, from the line " + store.Origin + " to the one that begins with a dash; the closing message of every case has one"

// readCheckpoints reads checkpoints as people keep them.
func readCheckpoints(in io.Reader, given string) ([]string, error) {
	if found := audit.Find(given); len(found) > 0 {
		return found, nil
	}
	name := given
	switch {
	case given == "-":
		name = "standard input"
	case strings.TrimSpace(given) == "":
		return nil, fmt.Errorf("--checkpoint is empty: %s", wholeCheckpoint)
	case strings.Contains(given, "\n") || strings.HasPrefix(given, store.Origin):
		return nil, fmt.Errorf("the text at --checkpoint has no whole checkpoint: %s", wholeCheckpoint)
	default:
		f, err := os.Open(given)
		if err != nil {
			return nil, fmt.Errorf("read the checkpoint (a file, the text itself in quotes, or - for standard input): %w", err)
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxCheckpoints+1))
	switch found := audit.Find(string(b)); {
	case err != nil:
		return nil, fmt.Errorf("read the checkpoint: %w", err)
	case len(b) > maxCheckpoints:
		return nil, fmt.Errorf("%s is larger than %d MiB: give its end, such as tail -n 10000 %s", bot.Clean(name, 200), maxCheckpoints>>20, bot.Clean(name, 200))
	case len(bytes.TrimSpace(b)) == 0:
		return nil, fmt.Errorf("%s is empty: %s", bot.Clean(name, 200), wholeCheckpoint)
	case len(found) == 0:
		return nil, fmt.Errorf("there is no checkpoint in %s: %s", bot.Clean(name, 200), wholeCheckpoint)
	default:
		return found, nil
	}
}

var errNotWhole = errors.New("the log does not verify: keep these files as they are, and compare them with a backup")

// mostLines is how many problems of a kind are shown to people; JSON has all.
const mostLines = 20

func printReport(r audit.Report, w io.Writer, asJSON bool) error {
	if asJSON {
		if err := writeJSON(w, r); err != nil {
			return err
		}
	} else {
		shown := map[string]int{}
		var next []string
		for _, p := range r.Problems {
			if shown[p.Kind]++; shown[p.Kind] <= mostLines {
				fmt.Fprintf(w, "✖ %s: %s\n", p.Kind, bot.Clean(p.Text, 600)) // it may quote what somebody has put into the files
			}
			if p.Next != "" && !slices.Contains(next, p.Next) {
				next = append(next, p.Next)
			}
		}
		for _, kind := range slices.Sorted(maps.Keys(shown)) {
			if n := shown[kind] - mostLines; n > 0 {
				fmt.Fprintf(w, "✖ %s: and %d more; --json has all\n", kind, n)
			}
		}
		if r.OK {
			fmt.Fprintln(w, "✔ the log is whole")
		}
		for _, g := range r.Given {
			if g.Extends {
				fmt.Fprintf(w, "✔ it extends the checkpoint of %s\n", store.Count(int(g.Entries), "entry", "entries"))
			}
		}
		printNotes(w, r)
		for _, n := range next {
			fmt.Fprintf(w, "\nWhat to do: %s\n", n)
		}
		if r.Checkpoint != "" {
			fmt.Fprintf(w, "\nentries   %d\nroot      %s\nverifier  %s\n\n%s", r.Entries, r.Root, r.Verifier, r.Checkpoint)
		}
	}
	if !r.OK {
		return broken(errNotWhole)
	}
	return nil
}

// printNotes writes what somebody should know of a log that may be whole.
func printNotes(w io.Writer, r audit.Report) {
	for _, n := range r.Notes {
		fmt.Fprintf(w, "! %s\n", bot.Clean(n, 800))
	}
}

func showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show OFF-1",
		Short: "Show who did what about a case, a person or the installation",
		Long: `Show lists the entries of a case, a person (P-7) or the installation in words, with
the names of people, as far as their keys have not been destroyed. Times are UTC.

Reading the record of a case or a person is itself an entry, which you see at its
end: one a day for each who reads it. A copy whose files can't be written is shown
without one, and says so.

It asks the server while one runs, and opens the files otherwise.

` + exitCodes,
		Example: `  offboard audit show OFF-42
  offboard audit show P-7
  offboard audit show installation --json`,
		Args: cobra.ExactArgs(1),
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		d, err := openDesk(cmd.Context(), *path, toRecord)
		if err != nil {
			return err
		}
		r, err := d.show(cmd.Context(), args[0], operator())
		if err = errors.Join(err, d.close()); err != nil {
			return err
		}
		if r.Unrecorded {
			fmt.Fprintln(cmd.ErrOrStderr(), unrecorded)
		}
		if *asJSON {
			return writeJSON(cmd.OutOrStdout(), r)
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s, %s\n", r.Subject, store.Count(len(r.Entries), "entry", "entries"))
		for _, e := range r.Entries {
			// What stands in a name must not steer a terminal.
			fmt.Fprintf(cmd.OutOrStdout(), "%5d  %s  %s: %s\n", e.Seq, e.At.Format("2006-01-02 15:04:05"), bot.Clean(e.By, 200), bot.Clean(e.Words, 400))
			for _, line := range e.More {
				fmt.Fprintf(cmd.OutOrStdout(), "       %s\n", bot.Clean(line, 200))
			}
		}
		return nil
	}
	return cmd
}
