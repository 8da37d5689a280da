package discord_test

import (
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
)

// A time-out counts while it lasts a day or more, and it is said when it ends.
func TestTimeoutProof(t *testing.T) {
	for _, tt := range []struct {
		name  string
		until time.Duration
		held  bool
	}{
		{"none", 0, true},
		{"over", -time.Hour, true},
		{"a moderator's, of ten minutes", 10 * time.Minute, true},
		{"ours, near its end", 23 * time.Hour, true},
		{"a week", 7 * 24 * time.Hour, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, everything)
			until := time.Now().Add(tt.until)
			if tt.until != 0 {
				s.Timeout(s.jane.ID, until)
			}
			_, f := target(t, s.config(), "timeout", s.jane)
			if (len(f.Items) == 1) != tt.held {
				t.Errorf("holds %q", labels(f))
			}
			if !tt.held {
				says(t, f.Notes, "is timed out until "+until.UTC().Format("2 January 2006"))
			}
		})
	}
}

// It lasts as long as Discord allows, and Undo gives back what was before.
func TestTimeoutUndo(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	earlier := time.Now().Add(time.Hour).Truncate(time.Second)
	s.Timeout(s.jane.ID, earlier)
	tg, before := target(t, cfg, "timeout", s.jane)
	says(t, []string{do(t, cfg, "timeout", tg)}, "timed out until ")
	m, _ := s.Member(s.GuildID, s.jane.ID)
	if left := time.Until(m.Timeout); left < 27*24*time.Hour || left > 28*24*time.Hour {
		t.Errorf("lasts %s", left)
	}
	for range 2 {
		if _, err := undo(t, cfg, "timeout", tg, before); err != nil {
			t.Fatal(err)
		}
		if m, _ := s.Member(s.GuildID, s.jane.ID); !m.Timeout.Equal(earlier) {
			t.Errorf("ends %s, want %s", m.Timeout, earlier)
		}
	}
	if n := len(s.writes()); n != 2 {
		t.Errorf("%d writes for one Do and one Undo", n)
	}

	// Whether a time-out outlives an absence nobody knows: it is looked at again.
	s.Leave(s.GuildID, s.jane.ID)
	_, err := undo(t, cfg, "timeout", tg, before)
	says(t, []string{wantClass(t, err, actions.ClassLater)}, "is not in the server")
}

// Who can't be timed out is said before anybody approves, with the reason.
func TestTimeoutExempt(t *testing.T) {
	s := start(t, everything)
	owner := s.User(s.OwnerID)
	for _, tt := range []struct {
		name  string
		user  discordtest.User
		words []string
	}{
		{"the owner", owner, []string{"they own the server", "transfer the ownership"}},
		{"above the bot", s.lea, []string{"their role Leads is not below the bot's own role Offboard", "Drag Offboard above"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := s.config()
			_, f := target(t, cfg, "timeout", tt.user)
			says(t, f.Notes, append(tt.words, "can't be timed out", "make invites until they are out of the server", "Server Settings, Invites")...)
			if len(f.Items) > 0 || len(f.ByHand) > 0 {
				t.Errorf("a task beside the one of remove: %+v", f)
			}
			cfg.After = discord.None
			tg, f := target(t, cfg, "timeout", tt.user)
			says(t, []string{f.ByHand[tt.user.ID]}, append(tt.words, "The bot can't time them out")...)
			_, err := spec(cfg, "timeout").Action.Do(t.Context(), tg)
			says(t, []string{wantClass(t, err, actions.ClassFinal)}, tt.words...)
		})
	}
	if n := s.writes(); len(n) > 0 {
		t.Errorf("wrote %+v", n)
	}
}

// An administrator can be timed out once the role is gone, and not before.
func TestTimeoutAdministrator(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	tg, f := target(t, cfg, "timeout", s.ada)
	if len(f.Items) != 1 || len(f.ByHand) > 0 {
		t.Fatalf("%+v", f)
	}
	_, err := spec(cfg, "timeout").Action.Do(t.Context(), tg)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "take the roles first")
	roles, _ := target(t, cfg, "roles", s.ada)
	do(t, cfg, "roles", roles)
	do(t, cfg, "timeout", tg)
	if f := check(t, cfg, "timeout", tg); len(f.Items) > 0 {
		t.Errorf("holds %s", labels(f))
	}
	after := spec(cfg, "timeout").After
	if len(after) != 1 || after[0] != "roles" {
		t.Errorf("it waits for %q", after)
	}

	// One that the bot can't take makes them one for good.
	s.ChangeRole(s.boosters.ID, func(r *discordtest.Role) { r.Permissions = discordtest.Administrator })
	_, f = target(t, cfg, "timeout", s.jane)
	says(t, f.Notes, "their role Server Booster makes them an administrator, and the bot can't take it")
}

// Where the person stays in the server, the end of the time-out matters.
func TestTimeoutEnds(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	_, f := target(t, cfg, "timeout", s.jane)
	says(t, f.Notes, "has to be out of the server before")
	cfg.After = discord.None
	_, f = target(t, cfg, "timeout", s.jane)
	says(t, f.Notes, "ends 28 days after the cut-off")
	if !spec(cfg, "timeout").LockOut || spec(s.config(), "timeout").LockOut {
		t.Error("a time-out is the lock-out where nothing follows, and only there")
	}
}
