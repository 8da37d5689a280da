package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/store"
)

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Verify the log, read what was done, or take evidence of it away",
	}
	needsWord(cmd)
	cmd.AddCommand(verifyCommand(), showCommand(), exportCommand(), checkPackCommand())
	return cmd
}

func verifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Prove that the log is whole, and that it extends a checkpoint",
		Long: `Verify reads the whole log: every entry must be the one that the tree of hashes
states, every index and every case must follow from the entries, and every sealed
text must open to what was committed.

Who can write the database and the keys can write another log that is consistent
in itself. Only a checkpoint that was kept elsewhere (the closing message of every
case has one) shows that. Give it with --checkpoint: then verify also proves that
nothing that the checkpoint states was cut off or rewritten.

It asks the server while one runs, and reads the files otherwise.

` + exitCodes,
		Example: `  offboard audit verify
  offboard audit verify --checkpoint closing-OFF-42.txt
  offboard audit verify --json | jq -r .root`,
		Args: cobra.NoArgs,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	file := cmd.Flags().String("checkpoint", "", "a file with an earlier checkpoint; - reads standard input")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		checkpoint, err := readCheckpoint(cmd, *file)
		if err != nil {
			return err
		}
		d, err := openDesk(cmd.Context(), *path, false)
		if err != nil {
			return err
		}
		b := newBar(cmd.ErrOrStderr(), "reading the log")
		v, err := d.verify(cmd.Context(), checkpoint, b.tell)
		b.end()
		if err = errors.Join(err, d.close()); err != nil {
			return err
		}
		return v.print(cmd.OutOrStdout(), *asJSON)
	}
	return cmd
}

// readCheckpoint reads a checkpoint as people keep it: a message that was
// copied may have text before it.
func readCheckpoint(cmd *cobra.Command, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	in := cmd.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", fmt.Errorf("read the checkpoint: %w", err)
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxCheckpoint))
	if err != nil {
		return "", fmt.Errorf("read the checkpoint: %w", err)
	}
	text := strings.ReplaceAll(string(b), "\r\n", "\n")
	if strings.TrimSpace(text) == "" {
		return "", fmt.Errorf("%s is empty: it should hold a checkpoint, which begins with offboard/log/v1", file)
	}
	return text, nil
}

var errNotWhole = errors.New("the log does not verify: keep these files as they are, and compare them with a backup")

func (v verdict) print(w io.Writer, asJSON bool) error {
	if asJSON {
		if err := writeJSON(w, v); err != nil {
			return err
		}
	} else {
		for _, p := range v.Problems {
			fmt.Fprintf(w, "✖ %s\n", bot.Clean(p, 600)) // it may quote what somebody has put into the files
		}
		if v.OK {
			fmt.Fprintln(w, "✔ the log is whole")
		}
		if v.Extends != nil {
			fmt.Fprintf(w, "✔ it extends the checkpoint of %s\n", store.Count(int(*v.Extends), "entry", "entries"))
		}
		fmt.Fprintf(w, "\nentries   %d\nroot      %s\nverifier  %s\n\n%s", v.Entries, v.Root, v.Verifier, v.Checkpoint)
	}
	if !v.OK {
		return broken(errNotWhole)
	}
	return nil
}

func showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show OFF-1",
		Short: "Show who did what about a case, a person or the installation",
		Long: `Show lists the entries of a case, a person (P-7) or the installation in words, with
the names of people, as far as their keys have not been destroyed. Times are UTC.

It asks the server while one runs, and reads the files otherwise.

` + exitCodes,
		Example: `  offboard audit show OFF-42
  offboard audit show P-7
  offboard audit show installation --json`,
		Args: cobra.ExactArgs(1),
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		d, err := openDesk(cmd.Context(), *path, false)
		if err != nil {
			return err
		}
		r, err := d.show(cmd.Context(), args[0])
		if err = errors.Join(err, d.close()); err != nil {
			return err
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
