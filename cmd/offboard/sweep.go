package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

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
		Short: "List accounts that can be used and belong to nobody who stays",
		Long: `Sweep reads all accounts of every system that can list them, and prints those that
can be used and belong to nobody in the people directory, to somebody whom the
directory has locked, to somebody whose case says that their access has ended, or to
somebody who leaves and whose case is not about them. It changes nothing, in no
system and not in the log.

It asks the server while one runs, and reads the database otherwise: accounts that
somebody has said to be known are left out, and those that were linked to a person
are theirs. Without a database it says so, and asks the people directory only.
Accounts on the deny list are known and left out. What IT may not know of yet,
because a case is confidential, is not printed.

` + exitCodes,
		Example: `  offboard sweep
  offboard sweep --json | jq '.strays[].login'`,
		Args: cobra.NoArgs,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		found, err := sweepAll(cmd.Context(), *path, func(done, total int64) {
			fmt.Fprintf(cmd.ErrOrStderr(), "Looking: %s.\n", of(int(done), int(total)))
		})
		if err != nil {
			return err
		}
		if *asJSON {
			err = writeJSON(cmd.OutOrStdout(), found)
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

// sweepAll asks the server or, while none runs, looks itself.
func sweepAll(ctx context.Context, path string, p progress) (sweepJSON, error) {
	socket, err := config.SocketOf(path)
	if err != nil {
		return sweepJSON{}, err
	}
	if socket != "" {
		l, err := dial(ctx, socket)
		if err != nil {
			return sweepJSON{}, err
		}
		if l != nil {
			var out sweepJSON
			err := l.call(ctx, pathSweep, struct{}{}, &out, p)
			return out, errors.Join(err, l.close())
		}
	}
	cfg, err := config.Load(path)
	if err != nil {
		return sweepJSON{}, err
	}
	systems, directory, err := connect(cfg)
	if err != nil {
		return sweepJSON{}, err
	}
	sweep := watch.Sweep{Systems: systems, Directory: directory, Deny: denied(cfg)}
	if _, err := os.Stat(cfg.Database); errors.Is(err, os.ErrNotExist) {
		return looked(ctx, sweep, p)
	}
	opt := storeOptions(cfg)
	opt.ReadOnly = true
	if sweep.Store, err = store.Open(opt); err != nil {
		return sweepJSON{}, broken(err)
	}
	out, err := looked(ctx, sweep, p)
	return out, errors.Join(err, sweep.Store.Close())
}

// looked is a sweep as IT may know it.
func looked(ctx context.Context, s watch.Sweep, p progress) (sweepJSON, error) {
	found, err := s.Run(ctx, func(_ string, done, total int) {
		if done > 0 {
			p(int64(done), int64(total))
		}
	})
	if err != nil {
		return sweepJSON{}, broken(err)
	}
	return plainSweep(found, s.Store)
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
	Known  int               `json:"known"` // accounts that may stay, which are left out
	// Unasked says that there is no database, so nobody could say what is known,
	// whose an account was said to be, and who has a case.
	Unasked bool `json:"unasked,omitempty"`
}

type strayJSON struct {
	System string `json:"system"`
	ID     string `json:"id"`
	Login  string `json:"login"`
	Admin  bool   `json:"admin"`
	Used   string `json:"used,omitempty"` // the day on which it was last used, 2026-11-02; empty: the system does not say
	Left   string `json:"left,omitempty"` // who has left or leaves; empty: it belongs to nobody
	Case   string `json:"case,omitempty"` // by which
	Why    string `json:"why"`            // remains, left, nobody, leaving
}

func plainSweep(s actions.Swept, log *store.Store) (sweepJSON, error) {
	out := sweepJSON{Strays: []strayJSON{}, Looked: s.Looked, Unread: s.Unread, Unable: s.Unable, Known: s.Known, Unasked: log == nil}
	words := map[store.StrayKind]string{store.Remains: "remains", store.OfGone: "left", store.OfNobody: "nobody", store.OfLeaving: "leaving"}
	for _, x := range s.Strays {
		var row store.Summary
		if x.Case != "" {
			c, err := log.Case(x.Case)
			if err != nil {
				return out, broken(err)
			}
			row = c.Summary()
		}
		k := x.Kind(row, row.KnownToIT())
		if k == store.NoStray {
			continue
		}
		one := strayJSON{System: x.Title, ID: x.ID, Login: x.Login, Admin: x.Admin, Left: x.Name, Why: words[k]}
		if !x.Used.IsZero() {
			one.Used = x.Used.UTC().Format(time.DateOnly)
		}
		if row.KnownToIT() {
			one.Case = string(x.Case)
		}
		out.Strays = append(out.Strays, one)
	}
	return out, nil
}

func printSweep(w io.Writer, s sweepJSON) {
	for _, title := range slices.Sorted(maps.Keys(s.Looked)) {
		fmt.Fprintf(w, "%s: %s\n", title, store.Count(s.Looked[title], "account", "accounts"))
		clean := true
		for _, x := range s.Strays {
			if x.System != title {
				continue
			}
			clean = false
			fmt.Fprintf(w, "  ! %s  %s\n", bot.Clean(x.Login, 100), x.words())
		}
		if _, unread := s.Unread[title]; clean && !unread {
			fmt.Fprintln(w, "  ✔ each belongs to somebody who works here, is locked, or is known")
		}
	}
	for _, title := range slices.Sorted(maps.Keys(s.Unread)) {
		fmt.Fprintf(w, "✖ %s was not read to the end: %s\n", title, bot.Clean(s.Unread[title], 600))
	}
	for _, title := range s.Unable {
		fmt.Fprintf(w, "  %s can't list its accounts: look there by hand\n", title)
	}
	if s.Known > 0 {
		fmt.Fprintf(w, "  %d known: they may stay, so they are left out (/offboard sweep known shows why)\n", s.Known)
	}
	if s.Unasked {
		fmt.Fprintln(w, "  There is no database yet: cases, known and linked accounts are not taken into account.")
	}
}

func (x strayJSON) words() string {
	name := bot.Clean(x.Left, 100)
	words := map[string]string{
		"remains": "belongs to " + name + ", whose access has ended as " + x.Case + " says: lock it now",
		"left":    "belongs to " + name + ", who has left: offboard them, or lock it",
		"leaving": "belongs to " + name + ", who leaves, and " + x.Case + " is not about it",
		"nobody":  "belongs to nobody",
	}[x.Why]
	if x.Admin {
		words += " (privileged)"
	}
	if x.Used != "" {
		words += ", last used " + x.Used
	}
	return words
}
