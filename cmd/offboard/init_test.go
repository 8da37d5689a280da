package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"offboard/config"
)

var initFlags = []string{
	"--company", `Lumen: "Works" #1`, "--zone", "Europe/Lisbon", "--ldap-url", "ldaps://ldap.lumen.example", "--base", "dc=lumen,dc=example",
	"--bind-dn", "cn=offboard,dc=lumen,dc=example", "--hr", "hanna, helge", "--admin", "rui",
}

// What init writes loads, grants roles to nobody else, and has good files.
func TestInit(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "offboard.yaml")
	args := append([]string{"init", "--out", out}, initFlags...)
	answers := "\n\n\n" // it, security, auditor
	command(t.Context(), oneChat, answers, args...).want(t, 0, "written", "offboard check --config "+out, "export OFFBOARD_LDAP_PASSWORD")
	cfg, err := config.Load(out)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Company.Name != `Lumen: "Works" #1` || cfg.Mode != config.Observe || len(cfg.Systems) != 1 || len(cfg.Roles) != 2 || cfg.Roles[0].People[1] != "helge" ||
		len(cfg.Tasks)+len(cfg.OwnKinds)+len(cfg.Link.Attributes)+len(cfg.Approvals.Lead) != 0 || cfg.Places.Approvals != "" || cfg.HTTP.Listen != "" || filepath.Dir(cfg.Keys.File) == filepath.Dir(cfg.Database) {
		t.Errorf("got %+v", cfg)
	}
	var settings []string // nothing of the example's directory: not its other servers, and not its way to lock
	for _, line := range cfg.Lines() {
		if key, ok := strings.CutPrefix(line, "systems[corp].settings."); ok {
			settings = append(settings, strings.SplitN(key, ":", 2)[0])
		}
	}
	if want := []string{"url", "bind_dn", "bind_password", "base"}; !slices.Equal(settings, want) {
		t.Errorf("the settings are %q, want %q", settings, want)
	}
	t.Setenv(passwordVariable, "a password")
	if _, _, err := connect(cfg); err != nil {
		t.Error(err)
	}
	secret := filepath.Join(dir, secretFile)
	info, err := os.Stat(secret)
	if err != nil || info.Mode().Perm() != 0o600 || len(cfg.Keys.Secret.Value()) < 40 {
		t.Errorf("the secret: %v, %v", info, err)
	}

	command(t.Context(), oneChat, answers, args...).want(t, codeUsage, "is there already", "--force")
	command(t.Context(), oneChat, answers, append(args, "--force")...).want(t, 0, "kept as it was")
	again, err := config.Load(out)
	if err != nil || again.Keys.Secret.Value() != cfg.Keys.Secret.Value() {
		t.Errorf("--force replaced the secret: %v", err)
	}
}

// On a terminal it asks for everything; what has no usual answer must be said.
func TestInitAsks(t *testing.T) {
	out := filepath.Join(t.TempDir(), "offboard.yaml")
	r := command(t.Context(), oneChat, "Lumen Works\n\nldaps://ldap.lumen.example\ndc=lumen\ncn=bot,dc=lumen\nhanna\n\n\n\n\n", "init", "--out", out)
	r.want(t, 0, "Name of the company: ", "Time zone of the company [UTC]: ")
	command(t.Context(), oneChat, "Lumen Works\n", "init", "--out", out+"2").want(t, codeUsage, "say --ldap-url, --base, --bind-dn, --hr")
	command(t.Context(), oneChat, strings.Repeat("\n", 10), "init", "--out", out+"3", "--company", "a\x1b[0m", "--hr", "x", "--ldap-url", "u", "--base", "b", "--bind-dn", "c").want(t, codeUsage, "control character")
	command(t.Context(), oneChat, strings.Repeat("\n", 10), append([]string{"init", "--out", out + "4", "--zone", "Mars"}, initFlags[:2]...)...).want(t, codeUsage)
	if _, err := os.Stat(out + "4"); err == nil {
		t.Error("a configuration that does not load was written")
	}
}

// Slack's tokens come after the configuration: the app must be made first.
func TestInitSlack(t *testing.T) {
	out := filepath.Join(t.TempDir(), "offboard.yaml")
	command(t.Context(), oneChat, "\n\n\n", append([]string{"init", "--slack", "--out", out}, initFlags...)...).want(t, 0, "offboard slack manifest", "export SLACK_BOT_TOKEN", "export SLACK_APP_TOKEN")
	if v, ok := os.LookupEnv("SLACK_BOT_TOKEN"); ok {
		t.Errorf("it left %q in the environment", v)
	}
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-1")
	t.Setenv("SLACK_APP_TOKEN", "xapp-1")
	cfg, err := config.Load(out)
	if err != nil || cfg.Slack == nil || cfg.Slack.BotToken.Value() != "xoxb-1" {
		t.Errorf("%+v, %v", cfg, err)
	}
}

// Discord's token comes after the configuration too.
func TestInitDiscord(t *testing.T) {
	out := filepath.Join(t.TempDir(), "offboard.yaml")
	command(t.Context(), oneChat, "\n\n\n", append([]string{"init", "--discord", "1403412345678901234", "--out", out}, initFlags...)...).want(t, 0, "offboard discord invite", "export DISCORD_TOKEN")
	t.Setenv("DISCORD_TOKEN", "dc-1")
	cfg, err := config.Load(out)
	if err != nil || cfg.Discord == nil || cfg.Discord.Token.Value() != "dc-1" || cfg.Discord.Guild != "1403412345678901234" || cfg.Slack != nil {
		t.Errorf("%+v, %v", cfg, err)
	}
	command(t.Context(), oneChat, "\n\n\n", append([]string{"init", "--discord", "lumen", "--out", out + "2"}, initFlags...)...).want(t, codeUsage, "Copy Server ID")
}
