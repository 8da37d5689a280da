package discord_test

import (
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
)

// An invite is told by what it leads to and how often it was used; its code is
// the key, and stays with Discord.
func TestInvites(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	tg, f := target(t, cfg, "invites", s.jane)
	if got := labels(f); got != "invite jan… to #general, used 3 times; invite jan… to #builds, used 0 times" {
		t.Errorf("holds %q", got)
	}
	for _, i := range f.Items {
		if strings.Contains(i.ID+i.Label+i.Before, "ecret") || i.Irreversible {
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

// One refusal does not keep the other invites, and says nothing of the code.
func TestInvitesRefused(t *testing.T) {
	s := start(t, everything)
	tg, _ := target(t, s.config(), "invites", s.jane)
	s.Fail(discordtest.DeleteInvite, discordtest.Refuse(50013))
	_, err := spec(s.config(), "invites").Action.Do(t.Context(), tg)
	text := wantClass(t, err, actions.ClassFinal)
	says(t, []string{text}, "It takes the permission Manage Server", "invite jan… to #general")
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
