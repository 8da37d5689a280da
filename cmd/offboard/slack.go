package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"offboard/bot/slack"
)

func slackCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "slack", Short: "Set up Slack"}
	needsWord(cmd)
	show := &cobra.Command{
		Use:   "manifest",
		Short: "Print the app manifest for Slack",
		Long: `Manifest prints what Slack needs to know of the app: paste it at
https://api.slack.com/apps, "Create New App", "From a manifest". It asks for the
scopes that the bot needs and no others, with the reason for each.

Then install the app to the workspace, copy its Bot User OAuth Token (xoxb-...), and
make an App-Level Token (xapp-...) with connections:write. "offboard check" says what
is missing.`,
		Example: `  offboard slack manifest
  offboard slack manifest --command leaver    if another app has /offboard
  offboard slack manifest --email             if addresses say whose an account is (link.email)`,
		Args: cobra.NoArgs,
	}
	name := show.Flags().String("command", "offboard", "the slash command, without its slash")
	mail := show.Flags().Bool("email", false, "ask for the scope that reads e-mail addresses")
	show.RunE = func(cmd *cobra.Command, _ []string) error {
		text, err := slack.Manifest(*name, *mail)
		if err != nil {
			return err
		}
		fmt.Fprint(cmd.OutOrStdout(), text)
		return nil
	}
	cmd.AddCommand(show)
	return cmd
}
