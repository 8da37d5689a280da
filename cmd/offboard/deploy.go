package main

import (
	_ "embed"
	"fmt"

	"github.com/spf13/cobra"
)

// They lie in the program, so that what it prints is what this version needs.
var (
	//go:embed deploy/offboard.service
	systemdUnit string
	//go:embed deploy/offboard.sysusers
	systemdUser string
	//go:embed deploy/Containerfile
	containerfile string
)

func deployCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "deploy",
		Short: "Print what runs the server: a systemd unit, its user, a Containerfile",
	}
	needsWord(cmd)
	for _, f := range []struct{ name, short, example, text string }{
		{"systemd", "Print a unit for systemd", `  offboard deploy systemd > /etc/systemd/system/offboard.service
  systemctl daemon-reload && systemctl enable --now offboard`, systemdUnit},
		{"sysusers", "Print the user that the unit runs as, for systemd-sysusers", "  offboard deploy sysusers > /etc/sysusers.d/offboard.conf && systemd-sysusers", systemdUser},
		{"container", "Print a Containerfile that builds an image from the source", "  offboard deploy container > Containerfile && podman build --format docker --tag offboard .", containerfile},
	} {
		cmd.AddCommand(&cobra.Command{
			Use: f.name, Short: f.short, Example: f.example, Args: cobra.NoArgs,
			Long: f.short + ". Its comments say how to use it, and what each setting is for.",
			RunE: func(cmd *cobra.Command, _ []string) error {
				_, err := fmt.Fprint(cmd.OutOrStdout(), f.text)
				return err
			},
		})
	}
	return cmd
}
