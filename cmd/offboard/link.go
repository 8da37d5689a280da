package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/config"
)

func linkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "link ACCOUNT --platform P --person LOGIN",
		Short: "Ask to tie a chat account to a person",
		Long: `Link asks that a chat account be tied to a person of the directory. It is for when
no administrator is known in the chat; "/offboard link" in the chat does the same.

Nothing is tied before a second person agrees in the chat: somebody of HR or
security who is neither IT nor an administrator, because nobody can tell who uses
this command. Only the first link of a new log needs nobody else: begin with
somebody of HR or security. The log says "cli:" and your user name as the operating
system has it.

It asks the server while one runs, and writes to the files otherwise.

` + exitCodes,
		Example: `  offboard link U012ABC --platform slack --person hanna
  offboard link 184467440737095516 --platform discord --person hanna --json`,
		Args: cobra.ExactArgs(1),
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	platform := cmd.Flags().String("platform", "", "slack, discord or web")
	person := cmd.Flags().String("person", "", "whose account it is: the login, or the full name")
	for _, name := range []string{"platform", "person"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is defined above
		}
	}
	if err := cmd.RegisterFlagCompletionFunc("platform", cobra.FixedCompletions(config.Platforms, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // as above
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		d, err := openDesk(cmd.Context(), *path, toWrite)
		if err != nil {
			return err
		}
		// A server finds out by itself who asks.
		a, err := d.link(cmd.Context(), wish{Account: args[0], Platform: *platform, Person: *person, User: operator()})
		if err = errors.Join(err, d.close()); err != nil {
			return err
		}
		if *asJSON {
			return writeJSON(cmd.OutOrStdout(), a)
		}
		if a.Linked {
			fmt.Fprintf(cmd.OutOrStdout(), "Linked to %s (%s). It is the first link of this log, so nobody else had to agree;\nfor the next one %[1]s, or somebody else of HR or security, does.\n", bot.Clean(a.Name, 100), bot.Clean(a.Line, 200))
			return nil
		}
		fmt.Fprintf(cmd.OutOrStdout(), "Asked for. The account will be linked to %s (%s) once somebody of HR or security types in the chat:\n\n  %s\n",
			bot.Clean(a.Name, 100), bot.Clean(a.Line, 200), a.Agree)
		return nil
	}
	return cmd
}
