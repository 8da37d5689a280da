// Command offboard takes people out of a company's systems when they leave.
//
// This package only puts the others together: the command line (main.go), the
// one list of connectors (connectors.go), the wiring of a running bot (app.go)
// and the demo company (demo.go).
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones must be known on any machine

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "offboard:", err)
		stop()
		os.Exit(1)
	}
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "offboard",
		Short:         "Take people out of the company's systems when they leave, and prove it",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.AddCommand(demoCommand())
	return cmd
}
