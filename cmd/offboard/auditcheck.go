package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"offboard/bot"
	"offboard/store"
	"offboard/store/audit/pack"
)

func checkPackCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Verify an evidence pack, anywhere, without the database",
		Long: `Check reads a pack that "offboard audit export" made. It needs no configuration, no
database and no network, and believes nothing in the pack: every entry must be proven
by the signed checkpoint, every text must be the one that its entry commits to, and
the report and the tables must be what follows from them.

What a pack alone can't prove is said plainly. Two things from elsewhere make it
stronger: the verifier key of the installation (--verifier), and a checkpoint that you
have kept, such as that of a closing message (--checkpoint).

` + exitCodes,
		Example: `  offboard audit check pack.zip
  offboard audit check pack.zip --verifier 'offboard/log/v1+1a2b3c4d+AZ...' --checkpoint kept.txt
  offboard audit check pack.zip --report proven.html
  offboard audit check pack.zip --json | jq .ok`,
		Args: cobra.ExactArgs(1),
	}
	asJSON := jsonFlag(cmd)
	key := cmd.Flags().String("verifier", "", "the verifier key that you have from elsewhere")
	kept := cmd.Flags().String("checkpoint", "", "a checkpoint that you have kept: a file (its last one counts), the pasted text, or - for standard input")
	report := cmd.Flags().String("report", "", "write the report anew, from what was proven")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var checkpoint string
		if *kept != "" {
			found, err := readCheckpoints(cmd.InOrStdin(), *kept)
			if err != nil {
				return err
			}
			checkpoint = found[len(found)-1] // a file that is written on has the newest last
		}
		if _, err := note.NewVerifier(strings.TrimSpace(*key)); *key != "" && err != nil {
			return fmt.Errorf("--verifier is no verifier key, which looks like %s+1a2b3c4d+A...: offboard audit verify prints it where the log is (%w)", store.Origin, err)
		}
		if *report != "" {
			if err := absent(*report); err != nil {
				return err
			}
		}
		v, err := pack.CheckFile(args[0], pack.Trusted{Verifier: strings.TrimSpace(*key), Checkpoint: checkpoint, Program: program()})
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
			return fmt.Errorf("read the pack: %w", err)
		case err != nil:
			return broken(errors.New(bot.Clean(err.Error(), 600))) // it may quote what is in the file
		}
		if *report != "" && len(v.Problems) == 0 {
			if _, err := writeNew(*report, func(to *os.File) error {
				_, err := to.Write(v.Report)
				return err
			}); err != nil {
				return err
			}
		}
		if *asJSON {
			err = writeJSON(cmd.OutOrStdout(), v)
		} else {
			tellVerdict(cmd.OutOrStdout(), v)
		}
		switch {
		case err != nil || v.OK:
		case len(v.Problems) > 0:
			err = broken(errBadPack)
		default:
			err = broken(errUncompared)
		}
		return err
	}
	return cmd
}

var (
	errBadPack    = errors.New("the pack does not verify: believe nothing in it, and ask whoever gave it to you")
	errUncompared = errors.New("nothing in the pack is wrong, but it was not compared with your checkpoint")
)

func tellVerdict(w io.Writer, v pack.Verdict) {
	lines := func(mark string, list []string) {
		for _, s := range list {
			fmt.Fprintf(w, "%s %s\n", mark, bot.Clean(s, 800)) // it may quote what is in the file
		}
	}
	switch {
	case v.OK:
		fmt.Fprintln(w, "The pack verifies. Proven:")
	case len(v.Problems) > 0:
		fmt.Fprintln(w, "The pack does NOT verify:")
	default:
		fmt.Fprintln(w, "The pack verifies in itself, and could not be compared with your checkpoint:")
		lines("!", []string{v.Lacks})
	}
	lines("✖", v.Problems)
	lines("✔", v.Proven)
	fmt.Fprintln(w, "\nOn trust, because the pack alone can't prove it:")
	lines("•", v.Trust)
	fmt.Fprintf(w, "\nabout     %s, %s\nentries   %d, of a log of %d\nroot      %s\nverifier  %s\n", bot.Clean(v.About, 100), store.Count(len(v.Cases), "case", "cases"), v.Entries, v.Size,
		v.Root, strings.ReplaceAll(bot.Clean(v.Verifier, 400), " ", "\n          "))
}
