package discord_test

import (
	"slices"
	"testing"

	"offboard/actions"
	"offboard/bot/discord/discordtest"
)

// A before-state that is damaged stops an undo; it is not guessed.
func TestDamagedBefore(t *testing.T) {
	s := start(t, everything)
	s.allow(s.builds, s.jane.ID, discordtest.ViewChannel, 0)
	for _, action := range []string{"channels", "timeout", "remove"} {
		tg, before := target(t, s.config(), action, s.jane)
		before.Items[0].Before = "{"
		_, err := undo(t, s.config(), action, tg, before)
		says(t, []string{wantClass(t, err, actions.ClassFinal)}, "what was recorded before is not readable")
	}
	if n := s.writes(); len(n) > 0 {
		t.Errorf("wrote %+v", n)
	}
}

// Undo gives back what it is asked for, and of that account.
func TestUndoOfNothing(t *testing.T) {
	s := start(t, everything)
	s.allow(s.builds, s.jane.ID, discordtest.ViewChannel, 0)
	for _, action := range []string{"roles", "channels", "timeout", "remove"} {
		tg, before := target(t, s.config(), action, s.jane)
		none := tg
		none.Items = nil
		if text, err := undo(t, s.config(), action, none, before); err != nil || text != "nothing was asked for" {
			t.Errorf("%s: %q, %v", action, text, err)
		}
		other := tg
		other.Account = actions.Account{ID: s.bo.ID, Login: s.bo.Name}
		if text, err := undo(t, s.config(), action, other, before); err != nil || text != "nothing was asked for" {
			t.Errorf("%s of another account: %q, %v", action, text, err)
		}
	}
	if n := s.writes(); len(n) > 0 {
		t.Errorf("wrote %+v", n)
	}
}

// An account that Discord does not know any more holds nothing, and nothing is
// given back to it.
func TestUnknownAccount(t *testing.T) {
	s := start(t, everything)
	gone := discordtest.User{ID: "184467440737095516", Name: "gone"}
	for _, action := range []string{"roles", "channels", "timeout", "invites", "webhooks", "remove"} {
		tg, f := target(t, s.config(), action, gone)
		if len(f.Accounts)+len(f.Items) > 0 {
			t.Errorf("%s: %+v", action, f)
		}
		says(t, []string{do(t, s.config(), action, tg)}, "Discord has no account")
	}
}

// Who has several roles above the bot's is told of all of them in one sentence.
func TestSeveralRolesAbove(t *testing.T) {
	s := start(t, everything)
	board := s.AddRole(discordtest.Role{Name: "Board", Position: 101})
	s.GiveRole(s.lea.ID, board.ID)
	_, f := target(t, s.config(), "roles", s.lea)
	says(t, f.Notes, "the bot can't take the roles Board and Leads from lea: they are not below the bot's own role Offboard")
}

// A role at the very position of the bot's own is not below it.
func TestRoleBesideTheBots(t *testing.T) {
	s := start(t, everything)
	var at int
	s.ChangeRole(s.BotRole, func(r *discordtest.Role) { at = r.Position })
	s.ChangeRole(s.design.ID, func(r *discordtest.Role) { r.Position = at })
	tg, f := target(t, s.config(), "roles", s.jane)
	says(t, f.Notes, "the bot can't take the role Design")
	_, err := spec(s.config(), "roles").Action.Do(t.Context(), tg)
	wantClass(t, err, actions.ClassFinal)
	if roles := s.User(s.jane.ID).Roles; !slices.Contains(roles, s.design.ID) || slices.Contains(roles, s.oncall.ID) {
		t.Errorf("has %v", roles)
	}
	_, f = target(t, s.config(), "remove", s.jane)
	says(t, []string{f.ByHand[s.jane.ID]}, "their role Design is not below")
}
