package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func healthCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Say whether the server that runs is well, for containers and scripts",
		Long: `Health asks the server that runs with this configuration, through its control socket,
what is ready and what is not. It needs no secret. It ends with 0 if the server lives
and reads its log, as /healthz does: a restart helps against nothing else. With --ready
every part must be ready, as for /readyz.

` + exitCodes,
		Example: `  offboard health
  offboard health --ready --json`,
		Args: cobra.NoArgs,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	all := cmd.Flags().Bool("ready", false, "every part must be ready")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		l, err := running(cmd.Context(), *path)
		if err != nil {
			return err
		}
		if l == nil {
			return broken(errors.New("no server runs with this configuration: offboard serve"))
		}
		r, err := l.ready(cmd.Context())
		if err = errors.Join(err, l.close()); err != nil {
			return broken(err)
		}
		if *asJSON {
			err = writeJSON(cmd.OutOrStdout(), r)
		} else {
			r.print(cmd.OutOrStdout())
		}
		if err != nil {
			return err
		}
		for _, p := range r.Parts {
			if !p.Ready && (*all || p.Name == logPart) {
				return broken(fmt.Errorf("%s is not ready", p.Name))
			}
		}
		return nil
	}
	return cmd
}
