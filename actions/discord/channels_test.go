package discord_test

import (
	"testing"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
)

const (
	sees  = discordtest.ViewChannel
	reads = discordtest.ViewChannel | discordtest.ReadMessageHistory
)

// What somebody sees by their own name is taken, whatever follows the cut-off:
// where they stay it lasts for good, and else it counts again after a return.
func TestChannels(t *testing.T) {
	for _, after := range []discord.After{discord.Kick, discord.Ban, discord.None} {
		t.Run(string(after), func(t *testing.T) {
			s := start(t, everything)
			cfg := s.config()
			cfg.After = after
			s.allow(s.general, s.jane.ID, sees, discordtest.CreateInvite)
			s.allow(s.builds, s.jane.ID, reads, 0)
			s.allow(s.builds, s.bo.ID, sees, 0)
			tg, before := target(t, cfg, "channels", s.jane)
			if got := labels(before); got != "permissions of their own in #general; permissions of their own in #builds" {
				t.Fatalf("holds %q", got)
			}
			do(t, cfg, "channels", tg)
			if f := check(t, cfg, "channels", tg); len(f.Items) > 0 {
				t.Errorf("holds %q", labels(f))
			}
			// What a moderator denied them stays denied: to take that would give.
			if allow, deny, _ := s.allowed(s.general, s.jane.ID); allow != 0 || deny != discordtest.CreateInvite {
				t.Errorf("#general allows %d and denies %d", allow, deny)
			}
			if _, _, there := s.allowed(s.builds, s.jane.ID); there {
				t.Error("#builds still names her")
			}
			if allow, _, _ := s.allowed(s.builds, s.bo.ID); allow != sees {
				t.Error("somebody else's are gone")
			}
			for range 2 {
				if _, err := undo(t, cfg, "channels", tg, before); err != nil {
					t.Fatal(err)
				}
			}
			if allow, deny, _ := s.allowed(s.general, s.jane.ID); allow != sees || deny != discordtest.CreateInvite {
				t.Errorf("#general allows %d and denies %d", allow, deny)
			}
			if allow, _, _ := s.allowed(s.builds, s.jane.ID); allow != reads {
				t.Errorf("#builds allows %d", allow)
			}
			if n := len(s.writes()); n != 4 {
				t.Errorf("%d writes for one Do and one Undo of two channels", n)
			}
		})
	}
}

// They outlive the membership, so they are taken from somebody who has left too,
// and come back once they have joined again.
func TestChannelsOfSomebodyWhoLeft(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	s.allow(s.builds, s.jane.ID, sees, 0)
	s.Leave(s.GuildID, s.jane.ID)
	tg, before := target(t, cfg, "channels", s.jane)
	do(t, cfg, "channels", tg)
	if _, _, there := s.allowed(s.builds, s.jane.ID); there || len(before.Items) != 1 {
		t.Errorf("it held %q", labels(before))
	}
	_, err := undo(t, cfg, "channels", tg, before)
	says(t, []string{wantClass(t, err, actions.ClassLater)}, "Jane Doe (jane.doe) is not in the server Toys")
	s.AddMember(s.GuildID, s.jane.ID)
	s.RemoveChannel(s.general.ID)
	if _, err := undo(t, cfg, "channels", tg, before); err != nil {
		t.Fatal(err)
	}
	if allow, _, _ := s.allowed(s.builds, s.jane.ID); allow != sees {
		t.Errorf("#builds allows %d", allow)
	}
	s.RemoveChannel(s.builds.ID)
	says(t, []string{do(t, cfg, "channels", tg)}, "the channel is gone")
}

// What is given meanwhile by a person stays beside what Undo gives back.
func TestChannelsUndoBesideOthers(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	s.allow(s.builds, s.jane.ID, sees, 0)
	tg, before := target(t, cfg, "channels", s.jane)
	do(t, cfg, "channels", tg)
	s.allow(s.builds, s.jane.ID, discordtest.ReadMessageHistory, sees|discordtest.CreateInvite)
	if _, err := undo(t, cfg, "channels", tg, before); err != nil {
		t.Fatal(err)
	}
	if allow, deny, _ := s.allowed(s.builds, s.jane.ID); allow != reads || deny != discordtest.CreateInvite {
		t.Errorf("allows %d and denies %d", allow, deny)
	}
}

// A private channel that the bot is not let into is said before anybody
// approves, with what to do: a task where they stay, and no second one beside
// the kick.
func TestChannelsClosedToTheBot(t *testing.T) {
	s := start(t, everything)
	private := s.AddChannel(discordtest.Channel{Name: "board", Private: true, Members: []string{s.jane.ID}})
	cfg := s.config()
	_, f := target(t, cfg, "channels", s.jane)
	says(t, f.Notes, "has permissions in #board by name", "its role Offboard lacks View Channel or Manage Permissions there", "count again after a return", "before the cut-off, and the bot does it")
	if len(f.Items) > 0 || len(f.ByHand) > 0 {
		t.Errorf("%+v", f)
	}

	cfg.After = discord.None
	tg, f := target(t, cfg, "channels", s.jane)
	says(t, []string{f.ByHand[s.jane.ID]}, "Take Jane Doe (jane.doe) out of the permissions of #board in the server Toys (settings of the channel, Permissions)", "lacks View Channel or Manage Permissions there")
	_, err := spec(cfg, "channels").Action.Do(t.Context(), tg)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "the bot may not do that in #board", "Do it by hand")

	// The bot takes the others, and the step is not green before the last is gone.
	s.allow(s.builds, s.jane.ID, sees, 0)
	tg, f = target(t, cfg, "channels", s.jane)
	says(t, f.Notes, "the bot can't take the permissions of Jane Doe (jane.doe) in #board")
	if len(f.Items) != 2 || len(f.ByHand) > 0 {
		t.Errorf("%+v", f)
	}
	_, err = spec(cfg, "channels").Action.Do(t.Context(), tg)
	wantClass(t, err, actions.ClassFinal)
	if _, _, there := s.allowed(s.builds, s.jane.ID); there || len(check(t, cfg, "channels", tg).Items) != 1 {
		t.Error("the other channel was not taken")
	}

	// Somebody lets the bot in, and it is tried again.
	s.ChangeChannel(private.ID, func(c *discordtest.Channel) {
		c.Overwrites = append(c.Overwrites, discordtest.Overwrite{ID: s.BotRole, Allow: sees})
	})
	do(t, cfg, "channels", tg)
	if f := check(t, cfg, "channels", tg); len(f.Items) > 0 {
		t.Errorf("holds %q", labels(f))
	}
}

// The bot gives back no permission that it lacks: a person does.
func TestChannelsUndoOfMoreThanTheBotMay(t *testing.T) {
	s := start(t, everything)
	s.allow(s.builds, s.jane.ID, discordtest.MentionEveryone, 0)
	tg, before := target(t, s.config(), "channels", s.jane)
	do(t, s.config(), "channels", tg)
	_, err := undo(t, s.config(), "channels", tg, before)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "permissions of their own in #builds", "it changes only permissions that it has there itself", "Do it by hand (settings of the channel, Permissions)")
}
