package discord_test

import (
	"slices"
	"testing"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
)

// What is held, and what nobody or only a person can take, before anybody approves.
func TestRolesSurvey(t *testing.T) {
	s := start(t, everything)
	s.line.alter = func(_ string, body map[string]any) {
		all, _ := body["roles"].([]any)
		for _, r := range all {
			if o, ok := r.(map[string]any); ok && o["name"] == "Server Booster" {
				o["tags"] = map[string]any{"premium_subscriber": nil}
			}
		}
	}
	_, f := target(t, s.config(), "roles", s.jane)
	if got := labels(f); got != "role On call; role Design" || len(f.ByHand) > 0 {
		t.Errorf("holds %q, by hand %v", got, f.ByHand)
	}
	says(t, f.Notes, "Jane Doe (jane.doe) keeps the role Server Booster", "for their boost")

	s.line.alter = nil
	_, f = target(t, s.config(), "roles", s.jane)
	says(t, f.Notes, "it belongs to an integration")

	_, f = target(t, s.config(), "roles", s.ada)
	if got := labels(f); got != "role Moderators (administrator); role Design" {
		t.Errorf("holds %q", got)
	}
}

// A role above the bot's own is left to a person; the others are taken, and the
// step is not green before it is gone too.
func TestRolesAboveTheBot(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	tg, f := target(t, cfg, "roles", s.lea)
	says(t, f.Notes, "the bot can't take the role Leads from lea: it is not below the bot's own role Offboard", "Drag Offboard above in Server Settings, Roles")
	if len(f.Items) != 2 || len(f.ByHand) > 0 {
		t.Fatalf("%+v", f)
	}
	_, err := spec(cfg, "roles").Action.Do(t.Context(), tg)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "role Leads", "not below the bot's own role Offboard", "take it by hand")
	if roles := s.User(s.lea.ID).Roles; !slices.Equal(roles, []string{s.lead.ID}) {
		t.Errorf("has %v", roles)
	}
	// Now it is all she has: a task for a person.
	_, f = target(t, cfg, "roles", s.lea)
	says(t, []string{f.ByHand[s.lea.ID]}, "Take these roles from lea in the server Toys")

	// Somebody drags the bot's role up, and the step is tried again.
	s.ChangeRole(s.BotRole, func(r *discordtest.Role) { r.Position = 200 })
	do(t, cfg, "roles", tg)
	if f := check(t, cfg, "roles", tg); len(f.Items) > 0 {
		t.Errorf("holds %s", labels(f))
	}
}

// Without the permission it is one task for a person, not two.
func TestRolesWithoutPermission(t *testing.T) {
	s := start(t, everything&^discordtest.ManageRoles)
	cfg := s.config()
	_, f := target(t, cfg, "roles", s.jane)
	says(t, f.Notes, "end when they are taken out of the server", "the bot lacks the permission Manage Roles", "for its role Offboard")
	if len(f.Items) > 0 || len(f.ByHand) > 0 {
		t.Errorf("%+v", f)
	}
	cfg.After = discord.None
	tg, f := target(t, cfg, "roles", s.jane)
	says(t, []string{f.ByHand[s.jane.ID]}, "Take these roles from Jane Doe (jane.doe) in the server Toys", "Manage Roles")
	_, err := spec(cfg, "roles").Action.Do(t.Context(), tg)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "Manage Roles")
}

// Roles come back once the person has joined again, however often it is asked
// before.
func TestRolesUndoAfterRejoining(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	tg, before := target(t, cfg, "roles", s.jane)
	do(t, cfg, "roles", tg)
	kick, _ := target(t, cfg, "remove", s.jane)
	do(t, cfg, "remove", kick)

	for range 2 {
		_, err := undo(t, cfg, "roles", tg, before)
		says(t, []string{wantClass(t, err, actions.ClassLater)}, "Jane Doe (jane.doe) is not in the server Toys", "come back once they have joined it again")
	}
	s.AddMember(s.GuildID, s.jane.ID)
	s.RemoveRole(s.oncall.ID)
	_, err := undo(t, cfg, "roles", tg, before)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "role On call: the role does not exist any more")
	if roles := s.User(s.jane.ID).Roles; !slices.Equal(roles, []string{s.design.ID}) {
		t.Errorf("has %v", roles)
	}
	_, _ = undo(t, cfg, "roles", tg, before) // On call is still gone
	if len(s.Calls(discordtest.GiveRole)) != 1 {
		t.Errorf("a role that is held was given again: %+v", s.Calls(discordtest.GiveRole))
	}
}

// What may only be given by a person is said.
func TestRolesUndoAboveTheBot(t *testing.T) {
	s := start(t, everything)
	tg, before := target(t, s.config(), "roles", s.jane)
	do(t, s.config(), "roles", tg)
	s.ChangeRole(s.design.ID, func(r *discordtest.Role) { r.Position = 300 })
	_, err := undo(t, s.config(), "roles", tg, before)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "role Design", "give it by hand")
	if roles := s.User(s.jane.ID).Roles; !slices.Contains(roles, s.oncall.ID) {
		t.Errorf("has %v", roles)
	}
}
