package discord_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
	"offboard/config"
)

// What an installation is told before it trusts the system.
func TestInspect(t *testing.T) {
	const high = "unsafe: whoever has the role Leads can't be taken out by the bot"
	for _, tt := range []struct {
		name   string
		may    int64
		after  discord.After
		change func(s *server)
		want   []string
	}{
		{"as it should be", everything, discord.Ban, func(s *server) { s.RemoveRole(s.lead.ID) }, nil},
		{"a role above the bot's", everything, discord.Kick, func(*server) {}, []string{high}},
		{"what it lacks", discordtest.ManageRoles, discord.Kick, func(*server) {}, []string{
			"broken: the bot lacks the permission Timeout Members in the server Toys, which timeout takes",
			"broken: the bot lacks the permission Manage Server in the server Toys, which invites takes",
			"broken: the bot lacks the permission Manage Webhooks in the server Toys, which webhooks takes",
			"broken: the bot lacks the permission Kick, Approve, and Reject Members in the server Toys, which remove takes",
			high,
		}},
		{"what it lacks to ban", everything &^ discordtest.BanMembers, discord.Ban, func(*server) {}, []string{"broken: the bot lacks the permission Ban Members", high}},
		{"what it lacks to undo", everything &^ discordtest.CreateInvite, discord.Ban, func(s *server) {
			s.ChangeRole(s.GuildID, func(r *discordtest.Role) { r.Permissions = 0 })
		}, []string{"unsafe: the bot lacks the permission Create Invite", high}},
		{"nothing to take out", everything &^ (discordtest.KickMembers | discordtest.BanMembers), discord.None, func(*server) {}, []string{high}},
		{"an administrator", discordtest.Administrator, discord.Kick, func(*server) {}, []string{"unsafe: the bot is an administrator of the server Toys", high}},
		{"two-factor authentication", everything, discord.Kick, func(s *server) {
			s.line.alter = func(path string, body map[string]any) {
				if strings.HasSuffix(path, "/guilds/"+s.GuildID) {
					body["mfa_level"] = 1
				}
			}
		}, []string{high, "unsafe: the server Toys asks moderators for two-factor authentication"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, tt.may)
			tt.change(s)
			cfg := s.config()
			cfg.After = tt.after
			sys := discord.New(cfg).System("discord", "Discord")
			found, err := sys.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range found {
				kind := "unsafe"
				if r.Broken {
					kind = "broken"
				}
				if r.Remedy == "" {
					t.Errorf("no remedy for %q", r.Text)
				}
				got = append(got, fmt.Sprintf("%s: %s", kind, r.Text))
			}
			if len(got) != len(tt.want) {
				t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("got %q, want %q", got[i], want)
				}
			}
			if n := s.writes(); len(n) > 0 {
				t.Errorf("wrote %+v", n)
			}
		})
	}
}

// Reach says whether the token and the server are right.
func TestReach(t *testing.T) {
	s := start(t, everything)
	if err := discord.New(s.config()).System("discord", "Discord").Reach(t.Context()); err != nil {
		t.Error(err)
	}
	cfg := s.config()
	cfg.Guild = "184467440737095516"
	err := discord.New(cfg).System("discord", "Discord").Reach(t.Context())
	says(t, []string{wantClass(t, err, "final")}, "the bot is not in this server")
}

// The section as an administrator writes it.
func TestConfigSection(t *testing.T) {
	t.Setenv("BOT", "bot-token-1")
	var c discord.Config
	const section = "token: ${BOT}\nguild: \"184467440737095516\"\nafter: ban\nwebhooks: delete\napi_url: https://proxy.example/api/v10/\n"
	if err := yaml.UnmarshalWithOptions([]byte(section), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if c.After != discord.Ban || c.Webhooks != discord.Delete || c.Guild != "184467440737095516" || c.Token.Value() != "bot-token-1" {
		t.Errorf("read as %+v", c)
	}
	if err := yaml.UnmarshalWithOptions([]byte("HTTP: {}\n"), &c, yaml.Strict()); err == nil {
		t.Error("the client for tests can be configured")
	}
	one := config.NewSecret("bot-token-1")
	for words, c := range map[string]discord.Config{
		"token: it is needed":                      {},
		"guild: \"Toys\" is not the id":            {Token: one, Guild: "Toys"},
		"after: \"leave\" is none of":              {Token: one, Guild: c.Guild, After: "leave"},
		"webhooks: \"keep\" is neither":            {Token: one, Guild: c.Guild, Webhooks: "keep"},
		"api_url: \"discord\" is not an address":   {Token: one, Guild: c.Guild, APIURL: "discord"},
		"would carry the token in the clear":       {Token: one, Guild: c.Guild, APIURL: "http://discord.com/api/v10/"},
		"api_url: \"https://x/?a=b\" is not an ad": {Token: one, Guild: c.Guild, APIURL: "https://x/?a=b"},
	} {
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("got %v, want %q", err, words)
		}
	}
}
