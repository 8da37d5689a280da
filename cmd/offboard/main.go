// Command offboard takes people out of a company's systems when they leave.
//
// This package only puts the others together: the command line (main.go), the
// one list of connectors (connectors.go), the wiring of a running bot (app.go),
// the server around it (serve.go), what operators do (desk.go) and the demo
// company (demo.go).
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // zones must be known on any machine

	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/store"
)

func main() { os.Exit(execute(root(outside{platforms, store.MachineClock()}))) }

// execute runs a command and returns the exit code. A second signal ends the
// program at once.
func execute(cmd *cobra.Command) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	if err := cmd.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "offboard:", err)
		return exitCode(err)
	}
	return 0
}

// outside is what a server has from outside, so that a test can run one without
// a vendor, and with a clock that is wrong.
type outside struct {
	chats chats
	clock store.Clock
}

// root is the command line.
func root(out outside) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "offboard",
		Short: "Take people out of the company's systems when they leave, and prove it",
		Long: `Offboard is a chat bot that takes somebody who leaves out of a company's systems,
and proves it. See it with "offboard demo --script"; set it up with init, check
and serve.

` + exitCodes,
		Example: `  offboard init --out offboard.yaml    make a configuration
  offboard check                       what works, what does not, what is not safe
  offboard policy show                 the rules about what is done for whom
  offboard serve                       run the bot
  offboard audit verify                prove that nobody rewrote the log
  offboard report                      figures: what took how long, what was late`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.AddCommand(demoCommand(), serveCommand(out), reloadCommand(), checkCommand(out.chats), policyCommand(), sweepCommand(), initCommand(), slackCommand(), discordCommand(), auditCommand(), reportCommand(), linkCommand(), importCommand(), backupCommand(), restoreCommand(), metricsCommand(), compactCommand(), healthCommand(), deployCommand(), versionCommand())
	return cmd
}

// needsWord makes a command that does nothing by itself fail without one of its
// own: a script with a typo must not succeed.
func needsWord(cmd *cobra.Command) {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var words []string
		for _, c := range cmd.Commands() {
			words = append(words, c.Name())
		}
		if len(args) > 0 {
			return fmt.Errorf("there is no %s %s: it is one of %s", cmd.CommandPath(), bot.Clean(args[0], 40), strings.Join(words, ", "))
		}
		return fmt.Errorf("%s what? It is one of %s", cmd.CommandPath(), strings.Join(words, ", "))
	}
}

// configFlag is the one flag that most commands have.
func configFlag(cmd *cobra.Command) *string {
	path := cmd.Flags().StringP("config", "c", "offboard.yaml", "the configuration")
	if err := cmd.MarkFlagFilename("config", "yaml", "yml"); err != nil {
		panic(err) // the flag is defined above
	}
	return path
}
