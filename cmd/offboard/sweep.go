package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"offboard/actions"
	"offboard/actions/watch"
	"offboard/bot"
	"offboard/config"
	"offboard/store"
)

func sweepCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sweep",
		Short: "List accounts that can be used and belong to nobody who works here",
		Long: `Sweep reads all accounts of every system that can list them, and prints those that
can be used and belong to nobody in the people directory, or to somebody whom the
directory has locked. It changes nothing, in no system and not in the log, and may
run while the server does. Accounts on the deny list are known and left out.

` + exitCodes,
		Example: `  offboard sweep
  offboard sweep --json | jq '.strays[].login'`,
		Args: cobra.NoArgs,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := config.Load(*path)
		if err != nil {
			return err
		}
		systems, directory, err := connect(cfg)
		if err != nil {
			return err
		}
		progress := func(title string, done, total int) {
			if done > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "Looking at %s: %s.\n", title, of(done, total))
			}
		}
		found, err := watch.Sweep{Systems: systems, Directory: directory, Deny: denied(cfg), Progress: progress}.Run(cmd.Context())
		if err != nil {
			return broken(err)
		}
		if *asJSON {
			err = writeJSON(cmd.OutOrStdout(), plainSweep(found))
		} else {
			printSweep(cmd.OutOrStdout(), found)
		}
		if err == nil && len(found.Unread) > 0 {
			err = broken(errors.New("not everything could be read: what is missing is not clean"))
		}
		return err
	}
	return cmd
}

// of says how far something is; the whole may not be known.
func of(done, total int) string {
	if total == 0 {
		return fmt.Sprint(done)
	}
	return fmt.Sprintf("%d of about %d", done, total)
}

// sweepJSON is a sweep for scripts.
type sweepJSON struct {
	Strays []strayJSON       `json:"strays"`
	Looked map[string]int    `json:"looked"`
	Unread map[string]string `json:"unread"`
	Unable []string          `json:"unable"`
}

type strayJSON struct {
	System string `json:"system"`
	ID     string `json:"id"`
	Login  string `json:"login"`
	Admin  bool   `json:"admin"`
	Left   string `json:"left,omitempty"` // who has left; empty: it belongs to nobody
}

func plainSweep(s actions.Swept) sweepJSON {
	out := sweepJSON{Strays: []strayJSON{}, Looked: s.Looked, Unread: s.Unread, Unable: s.Unable}
	for _, x := range s.Strays {
		out.Strays = append(out.Strays, strayJSON{x.System, x.ID, x.Login, x.Admin, x.Left.Name})
	}
	return out
}

func printSweep(w io.Writer, s actions.Swept) {
	for _, title := range slices.Sorted(maps.Keys(s.Looked)) {
		fmt.Fprintf(w, "%s: %s\n", title, store.Count(s.Looked[title], "account", "accounts"))
		clean := true
		for _, x := range s.Strays {
			if x.System != title {
				continue
			}
			clean = false
			words := "belongs to nobody"
			if x.Left.ID != "" {
				words = "belongs to " + bot.Clean(x.Left.Name, 100) + ", who has left: offboard them, or lock it"
			}
			if x.Admin {
				words += " (privileged)"
			}
			fmt.Fprintf(w, "  ! %s  %s\n", bot.Clean(x.Login, 100), words)
		}
		if _, unread := s.Unread[title]; clean && !unread {
			fmt.Fprintln(w, "  ✔ each belongs to somebody who works here, is locked, or is on the deny list")
		}
	}
	for _, title := range slices.Sorted(maps.Keys(s.Unread)) {
		fmt.Fprintf(w, "✖ %s was not read to the end: %s\n", title, bot.Clean(s.Unread[title], 600))
	}
	for _, title := range s.Unable {
		fmt.Fprintf(w, "  %s can't list its accounts: look there by hand\n", title)
	}
}
