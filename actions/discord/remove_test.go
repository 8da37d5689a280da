package discord_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
)

// Whom the bot can't take out is a task for a person, said before anybody approves.
func TestRemoveByHand(t *testing.T) {
	owner := func(s *server) discordtest.User { return s.User(s.OwnerID) }
	jane := func(s *server) discordtest.User { return s.jane }
	for _, tt := range []struct {
		name  string
		after discord.After
		may   int64
		user  func(s *server) discordtest.User
		words []string
	}{
		{"the owner", discord.Kick, everything, owner, []string{"Kick Olga Owner (olga.owner)", "they own it, and nobody can take out the owner", "First they transfer the ownership"}},
		{"the owner, by a ban", discord.Ban, everything, owner, []string{"Ban Olga Owner (olga.owner)", "First they transfer the ownership"}},
		{"above the bot", discord.Kick, everything, func(s *server) discordtest.User { return s.lea }, []string{"their role Leads is not below the bot's own role Offboard"}},
		{"no permission to kick", discord.Kick, everything &^ discordtest.KickMembers, jane, []string{"lacks the permission Kick, Approve, and Reject Members", "for its role Offboard"}},
		{"no permission to ban", discord.Ban, everything &^ discordtest.BanMembers, jane, []string{"lacks the permission Ban Members"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, tt.may)
			cfg := s.config()
			cfg.After = tt.after
			u := tt.user(s)
			tg, f := target(t, cfg, "remove", u)
			if len(f.Items) != 1 {
				t.Fatalf("holds %q", labels(f))
			}
			says(t, []string{f.ByHand[u.ID]}, append(tt.words, "the server Toys by hand", u.ID)...)
			says(t, f.Notes, "the bot can't take")
			_, err := spec(cfg, "remove").Action.Do(t.Context(), tg)
			wantClass(t, err, actions.ClassFinal)
			if n := s.writes(); len(n) > 0 {
				t.Errorf("wrote %+v", n)
			}
		})
	}
}

// A kick is proven by there being no such member, and seen again when they come back.
func TestKick(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	tg, f := target(t, cfg, "remove", s.jane)
	says(t, []string{labels(f)}, "member of the server Toys since "+time.Now().UTC().Format("2 January 2006"))
	do(t, cfg, "remove", tg)
	if f := check(t, cfg, "remove", tg); len(f.Items) > 0 || len(s.Bans(s.GuildID)) > 0 {
		t.Errorf("holds %q, bans %v", labels(f), s.Bans(s.GuildID))
	}
	s.AddMember(s.GuildID, s.jane.ID) // by an invite of somebody else
	if f := check(t, cfg, "remove", tg); len(f.Items) != 1 {
		t.Error("nobody sees that they are back")
	}
}

// A ban is proven by the list of bans. It also keeps out whoever left just before.
func TestBan(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	cfg.After = discord.Ban
	tg, _ := target(t, cfg, "remove", s.jane)
	s.Leave(s.GuildID, s.jane.ID)
	f := check(t, cfg, "remove", tg)
	if labels(f) != "join the server Toys by any invite" {
		t.Fatalf("holds %q", labels(f))
	}
	do(t, cfg, "remove", tg)
	if f := check(t, cfg, "remove", tg); len(f.Items) > 0 {
		t.Errorf("holds %q", labels(f))
	}
	calls := s.Calls(discordtest.PutBan)
	if len(calls) != 1 || calls[0].Args["delete_message_seconds"] != 0.0 {
		t.Errorf("banned with %+v: their messages must stay", calls)
	}
	// Nobody invites who was not in the server when they were banned.
	text, err := undo(t, cfg, "remove", tg, f)
	if err != nil || len(s.Calls(discordtest.PostInvite)) > 0 || len(s.Bans(s.GuildID)) > 0 {
		t.Errorf("%q, %v", text, err)
	}
	// Somebody in the server is not out of it, whatever the list of bans says.
	s.Ban(s.GuildID, s.jane.ID, "")
	s.AddMember(s.GuildID, s.jane.ID)
	if tg, f = target(t, cfg, "remove", s.jane); len(f.Items) != 1 {
		t.Error("a member counts as banned")
	}
	do(t, cfg, "remove", tg)
	if f := check(t, cfg, "remove", tg); len(f.Items) > 0 {
		t.Errorf("holds %q", labels(f))
	}
}

// Undo lifts the ban that it made, and makes an invite for one person; it can be
// asked again after they have joined.
func TestRemoveUndo(t *testing.T) {
	for _, after := range []discord.After{discord.Kick, discord.Ban} {
		t.Run(string(after), func(t *testing.T) {
			s := start(t, everything)
			cfg := s.config()
			cfg.After = after
			tg, before := target(t, cfg, "remove", s.jane)
			do(t, cfg, "remove", tg)
			if after == discord.Kick { // a moderator's own decision stays
				s.Ban(s.GuildID, s.jane.ID, "spam")
			}
			none := tg
			none.Items = nil
			if _, err := undo(t, cfg, "remove", none, before); err != nil || len(s.writes()) != 1 {
				t.Errorf("%d writes, %v", len(s.writes()), err)
			}
			_, err := undo(t, cfg, "remove", tg, before)
			text := wantClass(t, err, actions.ClassFinal)
			i := slices.IndexFunc(s.Invites(s.GuildID), func(i discordtest.Invite) bool { return i.Inviter == s.BotUser })
			if i < 0 {
				t.Fatal("there is no invite")
			}
			invite := s.Invites(s.GuildID)[i]
			if invite.MaxUses != 1 || invite.MaxAge != 7*24*time.Hour {
				t.Errorf("made %+v", invite)
			}
			says(t, []string{text}, "https://discord.gg/"+invite.Code, "works once and within 7 days")
			if (len(s.Bans(s.GuildID)) == 0) != (after == discord.Ban) {
				t.Errorf("bans are %v", s.Bans(s.GuildID))
			}
			s.AddMember(s.GuildID, s.jane.ID)
			writes := len(s.writes())
			if text, err = undo(t, cfg, "remove", tg, before); err != nil || len(s.writes()) != writes {
				t.Errorf("%q, %v", text, err)
			}
			says(t, []string{text}, "is in the server")
			says(t, []string{spec(cfg, "remove").Loses}, "nickname", "boosts", "invite")
		})
	}
}

// A moderator who bans between the survey and the cut-off has decided for
// themselves: Undo leaves that ban, and says so.
func TestUndoLeavesTheBansOfOthers(t *testing.T) {
	for _, reason := range []string{"", "spam", "Offboard OFF-4", "Offboard OFF-421"} {
		t.Run(reason, func(t *testing.T) {
			s := start(t, everything)
			cfg := s.config()
			cfg.After = discord.Ban
			tg, before := target(t, cfg, "remove", s.jane)
			s.Ban(s.GuildID, s.jane.ID, reason)
			says(t, []string{do(t, cfg, "remove", tg)}, "banned already")
			_, err := undo(t, cfg, "remove", tg, before)
			says(t, []string{wantClass(t, err, actions.ClassFinal)}, "somebody else has banned Jane Doe (jane.doe) from the server Toys, and that ban stays", "Server Settings, Bans")
			if n := s.writes(); len(n) > 0 || len(s.Bans(s.GuildID)) != 1 {
				t.Errorf("wrote %+v, bans are %v", n, s.Bans(s.GuildID))
			}
			// They lift it: now there is nothing in the way.
			s.Fail(discordtest.ReadBan, discordtest.Refuse(10026))
			_, err = undo(t, cfg, "remove", tg, before)
			says(t, []string{wantClass(t, err, actions.ClassFinal)}, "https://discord.gg/", "press Retry")
		})
	}
}

// The invite leads to where Discord greets people, and elsewhere if that is closed to the bot.
func TestRemoveUndoInvitePlace(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	s.line.alter = func(path string, body map[string]any) {
		if strings.HasSuffix(path, "/guilds/"+s.GuildID) {
			body["system_channel_id"] = s.builds.ID
		}
	}
	tg, before := target(t, cfg, "remove", s.jane)
	do(t, cfg, "remove", tg)
	where := func() string {
		t.Helper()
		_, err := undo(t, cfg, "remove", tg, before)
		says(t, []string{wantClass(t, err, actions.ClassFinal)}, "https://discord.gg/")
		all := s.Invites(s.GuildID)
		return all[len(all)-1].Channel
	}
	if got := where(); got != s.builds.ID {
		t.Errorf("it leads to %s", got)
	}
	s.ChangeChannel(s.builds.ID, func(c *discordtest.Channel) {
		c.Overwrites = append(c.Overwrites, discordtest.Overwrite{ID: s.GuildID, Deny: discordtest.CreateInvite})
		c.Overwrites = append(c.Overwrites, discordtest.Overwrite{ID: s.BotUser, Member: true, Deny: discordtest.CreateInvite})
	})
	if got := where(); got != s.general.ID {
		t.Errorf("it leads to %s", got)
	}
	s.Fail(discordtest.PostInvite, discordtest.Refuse(50013).Always())
	_, err := undo(t, cfg, "remove", tg, before)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "It takes the permission Create Invite")
	s.Heal(discordtest.PostInvite)
	s.Fail(discordtest.PostInvite, discordtest.Status(503))
	_, err = undo(t, cfg, "remove", tg, before)
	wantClass(t, err, actions.ClassAgain)
	s.RemoveChannel(s.general.ID)
	s.RemoveChannel(s.builds.ID)
	s.line.alter = nil
	_, err = undo(t, cfg, "remove", tg, before)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "make one by hand")
}

// Discord forgets the roles of who is out, so they are taken, and written down, first.
func TestRemoveWaitsForRoles(t *testing.T) {
	s := start(t, everything)
	if after := spec(s.config(), "remove").After; !slices.Equal(after, []string{"roles"}) {
		t.Errorf("it waits for %q", after)
	}
}

// Where people stay, there is no such action.
func TestAfterNone(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	cfg.After = discord.None
	for _, a := range discord.New(cfg).System("discord", "Discord").Actions {
		if a.Name == "remove" {
			t.Error("there is remove")
		}
	}
}
