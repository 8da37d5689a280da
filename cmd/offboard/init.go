package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/config"
)

// question is one thing that only the company knows.
type question struct {
	flag, ask, usual string
	to               *string
}

func initCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a configuration, after a few questions",
		Long: `Init writes a configuration that explains itself, and makes the secret that wraps
the keys. It asks on a terminal for what it is not told by flags.

It makes, beside the configuration: offboard.secret (mode 0600), the folder data
for the database, and the folder keys for the key file, which must be backed up
apart. A secret that is there is never replaced, also not with --force: without it
the names in an existing log would be lost.

The configuration begins with "mode: observe": the bot looks at everything, changes
nothing, and gives each step to a person. Set it to act when you trust it.

` + exitCodes,
		Example: `  offboard init
  offboard init --out /etc/offboard/offboard.yaml --company "Lumen Works" --zone Europe/Lisbon \
    --ldap-url ldaps://ldap.lumen.example --base dc=lumen,dc=example \
    --bind-dn cn=offboard,ou=services,dc=lumen,dc=example --hr hanna --it ivan --security sasha --admin rui`,
		Args: cobra.NoArgs,
	}
	var a answers
	for _, q := range a.questions() {
		cmd.Flags().StringVar(q.to, q.flag, "", strings.ToLower(q.ask[:1])+q.ask[1:])
	}
	cmd.Flags().BoolVar(&a.slack, "slack", false, "people are in Slack: its tokens are expected in SLACK_BOT_TOKEN and SLACK_APP_TOKEN")
	cmd.Flags().StringVar(&a.discord, "discord", "", "id of the Discord server that people are on: the bot's token is expected in DISCORD_TOKEN")
	out := cmd.Flags().StringP("out", "o", "offboard.yaml", "where to write it")
	force := cmd.Flags().Bool("force", false, "replace a configuration that is there")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if !*force {
			if err := absent(*out); err != nil {
				return fmt.Errorf("%w; --force replaces a configuration", err)
			}
		}
		if err := a.complete(cmd); err != nil {
			return err
		}
		dir, err := filepath.Abs(filepath.Dir(*out))
		if err != nil {
			return err
		}
		return a.write(cmd.OutOrStdout(), dir, *out)
	}
	return cmd
}

// complete asks for what the flags have not said.
func (a *answers) complete(cmd *cobra.Command) error {
	in := bufio.NewReader(cmd.InOrStdin())
	_, isFile := cmd.InOrStdin().(*os.File)
	asks := !isFile || isTerminal(cmd.InOrStdin())
	var missing []string
	for _, q := range a.questions() {
		if cmd.Flags().Changed(q.flag) {
			continue
		}
		if !asks {
			if *q.to = q.usual; q.usual == "" {
				missing = append(missing, "--"+q.flag)
			}
			continue
		}
		usual := ""
		if q.usual != "" {
			usual = " [" + strings.TrimSpace(q.usual) + "]"
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%s%s: ", q.ask, usual)
		text, err := in.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if *q.to = strings.TrimSpace(text); *q.to == "" {
			*q.to = q.usual
		}
		if errors.Is(err, io.EOF) && *q.to == "" {
			missing = append(missing, "--"+q.flag)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("this needs an answer: say %s", strings.Join(missing, ", "))
	}
	return a.check()
}

// write makes the files. The configuration comes last: what is there then is
// complete.
func (a *answers) write(w io.Writer, dir, out string) error {
	for _, sub := range []string{"data", "keys"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return err
		}
	}
	text, err := a.configuration(dir)
	if err != nil {
		return err
	}
	made, err := newSecret(filepath.Join(dir, secretFile))
	if err != nil {
		return err
	}
	if err := readable(out, text, a.variables()); err != nil {
		return fmt.Errorf("these answers do not make a configuration: %w", err)
	}
	tmp := out + ".part"
	if err := os.WriteFile(tmp, text, 0o644); err != nil {
		return err
	}
	if err := os.Rename(tmp, out); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	kept := "made"
	if !made {
		kept = "kept as it was"
	}
	fmt.Fprintf(w, "%s  written\n%s  %s; keep a copy of it where no backup of the keys is\n\n", out, filepath.Join(dir, secretFile), kept)
	if a.slack {
		fmt.Fprint(w, "Make the app in Slack, from what offboard slack manifest prints; README.md walks through it.\n")
	}
	if a.discord != "" {
		fmt.Fprint(w, "Make the bot at Discord and add it with the link that offboard discord invite prints; README.md walks through it.\n")
	}
	fmt.Fprintf(w, "Next: put the password of %s and other secrets into the environment, and look what works:\n\n", bot.Clean(a.bindDN, 200))
	for _, name := range a.variables() {
		fmt.Fprintf(w, "  export %s=...\n", name)
	}
	fmt.Fprintf(w, "  offboard check --config %s\n", out)
	return nil
}

// readable reads a configuration whose variables may not be set yet.
func readable(name string, text []byte, variables []string) error {
	for _, v := range variables {
		if os.Getenv(v) == "" {
			if err := os.Setenv(v, "not set yet"); err != nil {
				return err
			}
			defer func() { _ = os.Unsetenv(v) }() // it was set here
		}
	}
	_, err := config.Parse(name, text)
	return err
}

// newSecret makes the secret, unless there is one.
func newSecret(path string) (made bool, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = f.WriteString(rand.Text() + rand.Text() + "\n") // 260 bits
	return true, errors.Join(err, f.Sync(), f.Close())
}
