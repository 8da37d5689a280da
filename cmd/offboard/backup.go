package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func backupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup --out FILE",
		Short: "Write a consistent copy of the database, also while the server runs",
		Long: `Backup writes a copy of the database as it is at one moment. While a server runs it
asks that, and the bot works on meanwhile (it needs as much free space again beside
the database). FILE appears only when it is complete and on the disk, and never
replaces another file.

The keys are not in it. Back up the key file (keys.file) apart, and its secret
again apart: without both, no name in a backup can be read, which is what lets a
destroyed key forget a person in old backups too. The list beside the key file
(with .erased at its end) says which keys were destroyed: never put an old one back.

` + exitCodes,
		Example: `  offboard backup --out /backup/offboard-$(date +%F).db
  offboard restore --from /backup/offboard-2026-11-22.db --verify    try it`,
		Args: cobra.NoArgs,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	out := cmd.Flags().StringP("out", "o", "", "where to write it")
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic(err) // the flag is defined above
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := absent(*out); err != nil {
			return err
		}
		d, err := openDesk(cmd.Context(), *path, toRead)
		if err != nil {
			return err
		}
		b := newBar(cmd.ErrOrStderr(), "writing "+filepath.Base(*out))
		size, err := writeNew(*out, func(to *os.File) error {
			return d.backup(cmd.Context(), func(size int64) io.Writer { return &counter{to: to, total: size, tell: b.tell} })
		})
		b.end()
		if err = errors.Join(err, d.close()); err != nil {
			return err
		}
		if *asJSON {
			return writeJSON(cmd.OutOrStdout(), struct {
				File  string `json:"file"`
				Bytes int64  `json:"bytes"`
			}{*out, size})
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s, %d bytes, without the keys. Try it: offboard restore --from %s --verify\n", *out, size, *out)
		return nil
	}
	return cmd
}

// absent refuses a path where something is: what is there may be the only
// good copy, or the database itself.
func absent(path string) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return fmt.Errorf("%s is there already, and is not replaced: give another name, or move it away", path)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	default:
		return err
	}
}

// partMark is in the name of a file that is not complete.
const partMark = ".offboard-part-"

// writeNew writes a new file that appears under its name when it is complete
// and on the disk. A crash leaves at the most a file with another name, which the
// next one that writes there takes away.
func writeNew(path string, write func(*os.File) error) (size int64, err error) {
	if err := sweepParts(filepath.Dir(path)); err != nil {
		return 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+partMark+"*") // mode 0600
	if err != nil {
		return 0, err
	}
	defer func() {
		// Where all went well it has two names, and loses this one.
		err = errors.Join(err, os.Remove(f.Name()))
	}()
	if err = claim(f); err == nil {
		err = write(f)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		var info fs.FileInfo
		if info, err = f.Stat(); err == nil {
			size = info.Size()
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, broken(err)
	}
	return size, put(f.Name(), path)
}

// put gives a file its second name, which must not be taken: unlike a rename
// it never replaces what somebody else has put there meanwhile.
func put(from, to string) error {
	if err := os.Link(from, to); err != nil {
		return broken(fmt.Errorf("put %s in place: %w", to, err))
	}
	d, err := os.Open(filepath.Dir(to))
	if err != nil {
		return broken(err)
	}
	return broken(errors.Join(d.Sync(), d.Close()))
}
