package discord_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
	"offboard/config"
)

// An invite is told by what it leads to and how often it was used; its code is
// the key, and stays with Discord.
func TestInvites(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	tg, f := target(t, cfg, "invites", s.jane)
	made := ", made on " + time.Now().UTC().Format("2 January 2006") + ", used "
	if got := labels(f); got != "invite to #general"+made+"3 times; invite to #builds"+made+"0 times" {
		t.Errorf("holds %q", got)
	}
	for _, i := range f.Items {
		if strings.Contains(i.ID+i.Label+i.Before, "jan") || i.Irreversible {
			t.Errorf("%+v", i)
		}
	}
	// They outlive the membership.
	s.Leave(s.GuildID, s.jane.ID)
	text := do(t, cfg, "invites", tg)
	if f := check(t, cfg, "invites", tg); len(f.Items) > 0 || strings.Contains(text, "ecret") {
		t.Errorf("holds %q after %q", labels(f), text)
	}
	if all := s.Invites(s.GuildID); len(all) != 1 || all[0].Code != "boSecret" {
		t.Errorf("left are %+v", all)
	}
}

// Whoever reads the log can't find a code by trying all: without the bot's token
// no code leads to the id. With it the id is always the same, or Do could not
// find what Check has named.
func TestInviteIDIsKeyed(t *testing.T) {
	s := start(t, everything)
	_, f := target(t, s.config(), "invites", s.jane)
	_, again := target(t, s.config(), "invites", s.jane)
	for n, code := range []string{"janeSecretA", "janeSecretB"} {
		id := f.Items[n].ID
		if sum := sha256.Sum256([]byte(code)); strings.HasPrefix(hex.EncodeToString(sum[:]), id) || id != again.Items[n].ID {
			t.Errorf("%s is named %s, and then %s", code, id, again.Items[n].ID)
		}
	}
	if f.Items[0].ID == f.Items[1].ID {
		t.Error("two invites have one id")
	}
	cfg := s.config()
	cfg.Token = config.NewSecret("a new one")
	s.line.bot = "Bot " + s.BotToken // Discord takes the new one as well
	if _, after := target(t, cfg, "invites", s.jane); after.Items[0].ID == f.Items[0].ID {
		t.Error("the id does not depend on the token")
	}
}

// One refusal does not keep the other invites, and says nothing of the code.
func TestInvitesRefused(t *testing.T) {
	s := start(t, everything)
	tg, _ := target(t, s.config(), "invites", s.jane)
	s.Fail(discordtest.DeleteInvite, discordtest.Refuse(50013))
	_, err := spec(s.config(), "invites").Action.Do(t.Context(), tg)
	text := wantClass(t, err, actions.ClassFinal)
	says(t, []string{text}, "It takes the permission Manage Server", "invite to #general")
	if strings.Contains(text, "ecret") || len(s.Invites(s.GuildID)) != 2 {
		t.Errorf("%d are left: %s", len(s.Invites(s.GuildID)), text)
	}
}

// What can't be read is never nothing.
func TestMadeWithoutPermission(t *testing.T) {
	for action, tt := range map[string]struct {
		bit   int64
		words string
	}{"invites": {discordtest.ManageGuild, "Manage Server"}, "webhooks": {discordtest.ManageWebhooks, "Manage Webhooks"}} {
		s := start(t, everything&^tt.bit)
		_, err := spec(s.config(), action).Action.Check(t.Context(), actions.Target{Person: person(s.jane)})
		says(t, []string{wantClass(t, err, actions.ClassFinal)}, "can't be read: the bot lacks the permission "+tt.words)
	}
}

// Webhooks are a person's to decide about, and the bots that were added are named.
func TestWebhooks(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	tg, f := target(t, cfg, "webhooks", s.jane)
	if got := labels(f); got != "webhook CI, which posts in #builds; webhook Alerts, which posts in #general" {
		t.Errorf("holds %q", got)
	}
	says(t, []string{f.ByHand[s.jane.ID]}, "Decide about each webhook", "may have kept its address")
	says(t, f.Notes, "Jane Doe (jane.doe) added Music Bot to the server")
	_, err := spec(cfg, "webhooks").Action.Do(t.Context(), tg)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "Decide about each webhook")
	if len(s.writes()) > 0 {
		t.Error("it wrote")
	}

	cfg.Webhooks = discord.Delete
	if f := check(t, cfg, "webhooks", tg); len(f.ByHand) > 0 {
		t.Errorf("by hand: %v", f.ByHand)
	}
	do(t, cfg, "webhooks", tg)
	if all := s.Webhooks(s.GuildID); len(all) != 1 || all[0].Name != "News" {
		t.Errorf("left are %+v", all)
	}
	says(t, []string{spec(cfg, "webhooks").Loses}, "needs the address of a new one")

	// One whose channel the bot knows nothing of is found all the same.
	quiet := start(t, everything&^discordtest.ManageGuild)
	quiet.RemoveChannel(quiet.builds.ID)
	_, f = target(t, quiet.config(), "webhooks", quiet.jane)
	says(t, []string{labels(f)}, "webhook CI, which posts in a channel")
	says(t, f.Notes, "which bots they added can't be read")
}
