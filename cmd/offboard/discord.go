package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"offboard/bot/discord"
)

func discordCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "discord", Short: "Set up Discord"}
	needsWord(cmd)
	invite := &cobra.Command{
		Use:   "invite",
		Short: "Print the link that adds the bot to a Discord server",
		Long: `Invite prints a link. Whoever may manage the server opens it, chooses the server
and agrees: the bot is then a member of it, with exactly the permissions that it
needs. Opened again, it adds what is missing.

The application id stands in the app's settings at
https://discord.com/developers/applications, under General Information.

With --offboarding the bot may also take people out of the server itself: take roles
away, time out, kick, ban, and look at invites and webhooks. Discord lets it do that
to those whose highest role is below the bot's own: drag its role up in the server's
settings, as far as you trust it.`,
		Example: `  offboard discord invite --app-id 1403412345678901234
  offboard discord invite --app-id 1403412345678901234 --offboarding`,
		Args: cobra.NoArgs,
	}
	app := invite.Flags().String("app-id", "", "the application id, 17 to 20 digits")
	admin := invite.Flags().Bool("offboarding", false, "let the bot take people out of the server too")
	if err := invite.MarkFlagRequired("app-id"); err != nil {
		panic(err) // the flag is defined above
	}
	invite.RunE = func(cmd *cobra.Command, _ []string) error {
		link, err := discord.Invite(*app, *admin)
		if err != nil {
			return fmt.Errorf("--app-id: %w", err)
		}
		fmt.Fprintln(cmd.OutOrStdout(), link)
		return nil
	}
	cmd.AddCommand(invite)
	return cmd
}
