package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"offboard/config"
	"offboard/store"
	"offboard/store/audit"
)

func restoreCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "restore --from FILE",
		Short: "Check a backup with its keys, and put it in place",
		Long: `Restore reads a backup as "audit verify" reads the log, with the key file and the
secret of the configuration, and puts it in place as the database if all of it is
good. It never replaces a database: move that away first.

With --verify it changes nothing, and may be run at any time. Do that regularly:
a backup that was never tried is a hope.

What happened after the backup is not in it. The bot looks again before it does
anything, so what was taken away since stays away; but decisions that were made
since must be made again.

` + exitCodes,
		Example: `  offboard restore --from /backup/offboard-2026-11-22.db --verify
  offboard restore --from /backup/offboard-2026-11-22.db`,
		Args: cobra.NoArgs,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	from := cmd.Flags().String("from", "", "the backup")
	only := cmd.Flags().Bool("verify", false, "check it only, and put nothing in place")
	if err := cmd.MarkFlagRequired("from"); err != nil {
		panic(err) // the flag is defined above
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := config.Load(*path)
		if err != nil {
			return err
		}
		b := newBar(cmd.ErrOrStderr(), "reading the backup")
		if *only {
			if _, err := os.Stat(*from); err != nil {
				return fmt.Errorf("open the backup: %w", err) // not a log that does not verify
			}
			v, err := verifyBackup(cfg, *from, b.tell)
			b.end()
			if err != nil {
				return err
			}
			return printReport(v, cmd.OutOrStdout(), *asJSON)
		}
		v, err := restore(cfg, *from, b.tell)
		b.end()
		switch {
		case err != nil:
			return err
		case !v.OK:
			return printReport(v, cmd.OutOrStdout(), *asJSON)
		case *asJSON:
			return writeJSON(cmd.OutOrStdout(), v)
		}
		printNotes(cmd.OutOrStdout(), v)
		fmt.Fprintf(cmd.OutOrStdout(), "✔ %s is in place with %s. Start the server: offboard serve\n", cfg.Database, store.Count(int(v.Entries), "entry", "entries"))
		return nil
	}
	return cmd
}

// verifyBackup reads a backup where it is.
func verifyBackup(cfg *config.Config, path string, p progress) (audit.Report, error) {
	opt := storeOptions(cfg)
	opt.Path = path
	return verifyFile(opt, nil, p)
}

// restore copies the backup beside the database, checks the copy, and gives it
// its name only then: what was checked is what is put in place.
func restore(cfg *config.Config, from string, p progress) (v audit.Report, err error) {
	if err := absent(cfg.Database); err != nil {
		return v, err
	}
	in, err := os.Open(from)
	if err != nil {
		return v, fmt.Errorf("open the backup: %w", err)
	}
	defer func() { _ = in.Close() }() // only read
	_, err = writeNew(cfg.Database, func(to *os.File) error {
		if _, err := io.Copy(to, in); err != nil {
			return err
		}
		if v, err = verifyBackup(cfg, to.Name(), p); err == nil && !v.OK {
			err = errBadBackup
		}
		return errors.Join(err, inherit(to))
	})
	if errors.Is(err, errBadBackup) {
		return v, nil // the verdict says it
	}
	return v, err
}

var errBadBackup = errors.New("the backup does not verify")
