package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"offboard/config"
	"offboard/store"
)

func compactCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "compact",
		Short: "Give back the space in the database that holds nothing",
		Long: `Compact writes the database anew, without what holds nothing, and puts it in the
place of the old one. Stop the server first. "offboard check" says when it is worth it.

It verifies the log, writes a copy beside it, compares the two line by line, and gives
the copy the name of the database only then. Until then the old file is as it was, also
if this is killed. It needs as much free space beside the database as is in use there.

With --dry-run it only says what there is to win; a server may run meanwhile.

` + exitCodes,
		Example: `  offboard compact --dry-run
  systemctl stop offboard && offboard compact; systemctl start offboard`,
		Args: cobra.NoArgs,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	dry := cmd.Flags().Bool("dry-run", false, "say what there is to win, and change nothing")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := config.Load(*path)
		if err != nil {
			return err
		}
		if err := there(cfg.Database); err != nil {
			return err
		}
		out := compacted{File: cfg.Database}
		if *dry {
			out.Before, err = store.SpaceOf(cfg.Database)
		} else {
			out.After = new(store.Space)
			out.Before, *out.After, err = compact(cmd, cfg)
		}
		switch {
		case err != nil:
			return broken(err)
		case *asJSON:
			return writeJSON(cmd.OutOrStdout(), out)
		case *dry:
			fmt.Fprintf(cmd.OutOrStdout(), "%s has %s, of which %s hold nothing. A compaction gives most of that back, and needs %s of free space beside it meanwhile.\n",
				out.File, size(out.Before.Size), size(out.Before.Free), size(out.Before.Size-out.Before.Free))
		default:
			fmt.Fprintf(cmd.OutOrStdout(), "✔ %s has %s, and had %s. It is the same log: every line was compared.\n", out.File, size(out.After.Size), size(out.Before.Size))
		}
		return nil
	}
	return cmd
}

// compacted is what a compaction has won; After is left out if it was not done.
type compacted struct {
	File   string       `json:"file"`
	Before store.Space  `json:"before"`
	After  *store.Space `json:"after,omitempty"`
}

func compact(cmd *cobra.Command, cfg *config.Config) (before, after store.Space, err error) {
	l, err := dial(cmd.Context(), cfg.Socket)
	if err != nil {
		return before, after, err
	}
	if l != nil {
		return before, after, errors.Join(errors.New("a server runs with this database: stop it first, and start it again afterwards; nothing was changed"), l.close())
	}
	b := newBar(cmd.ErrOrStderr(), "reading "+filepath.Base(cfg.Database))
	defer b.end()
	return store.Compact(storeOptions(cfg), func(done, total int) { b.tell(int64(done), int64(total)) })
}

// size is a number of bytes for people.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
