package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"offboard/config"
)

func policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Read the rules about what is done for whom",
	}
	needsWord(cmd)
	cmd.AddCommand(policyShowCommand())
	return cmd
}

func policyShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print the whole rule book in words",
		Long: `Show prints every rule of the policy in words, in the order of the file, and what
counts where no rule says anything: what is looked at and done for whom, who must
approve, who is protected, what is confidential, and when what is left may be deleted.

It reads the configuration only, and needs none of the secrets. What the rules make of one person says
"offboard check --person". A file that makes a rule weaker counts only after a second
person has agreed to it; "offboard check" says whether one waits.

` + exitCodes,
		Example: `  offboard policy show
  offboard policy show --config /etc/offboard/offboard.yaml | less`,
		Args: cobra.NoArgs,
	}
	path := configFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := config.LoadWithoutSecrets(*path)
		if err != nil {
			return err
		}
		systems, _, err := connect(cfg)
		if err != nil {
			return err
		}
		book, err := rulebook(cfg, systems)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(cmd.OutOrStdout(), book.Show())
		return err
	}
	return cmd
}
