package discord_test

import (
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
	"offboard/store"
)

// carryOut is somebody's departure from Discord.
func carryOut(t *testing.T, cfg discord.Config, leaver actions.Person, want map[store.StepID]store.StepState) (*store.Store, store.Case) {
	t.Helper()
	return actionstest.CarryOut(t, discord.New(cfg).System("discord", "Discord"), leaver, want)
}

// The bot does all of it, the roles before the kick, and IT decides about the webhooks.
func TestCaseKick(t *testing.T) {
	s := start(t, everything)
	log, c := carryOut(t, s.config(), person(s.jane), map[store.StepID]store.StepState{
		"discord/roles/1":    store.Proven,
		"discord/timeout/1":  "", // timed out, or gone with the membership: whichever came first
		"discord/invites/1":  store.Proven,
		"discord/webhooks/1": "",
		"discord/remove/1":   store.Proven,
	})
	if _, in := s.Member(s.GuildID, s.jane.ID); c.Outcome != store.Done || in || len(s.Bans(s.GuildID)) > 0 {
		t.Errorf("it ended as %q with\n%s", c.Outcome, s.snapshot())
	}
	if len(s.Invites(s.GuildID)) != 1 || len(s.Webhooks(s.GuildID)) != 3 {
		t.Errorf("it ended with\n%s", s.snapshot())
	}
	hooks, remove := c.Plan(0).Step("discord/webhooks/1"), c.Plan(0).Step("discord/remove/1")
	if hooks.Manual == nil || !strings.Contains(hooks.Manual.Instructions, "Server Settings, Integrations, Webhooks") || hooks.LockOut || !remove.LockOut || remove.Manual != nil {
		t.Errorf("%+v, %+v", hooks.StepPlan, remove.StepPlan)
	}
	// What Undo needs is in the log, although Discord has forgotten it.
	held, err := log.Befores(c, c.Plan(0).Step("discord/roles/1"))
	if err != nil || len(held) != 2 || held[0].Ref != s.oncall.ID || held[1].Ref != s.design.ID {
		t.Errorf("recorded %+v, %v", held, err)
	}
	for _, call := range s.writes() {
		if call.Reason != "Offboard "+string(c.ID) {
			t.Errorf("%s has the reason %q", call.Route, call.Reason)
		}
	}
}

// Discord limits and fails, and the executor goes on until a read proves it.
func TestCaseThroughFaults(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	cfg.After = discord.Ban
	for target, fault := range map[string]discordtest.Fault{
		discordtest.TakeRole:     discordtest.AfterEffect(502),
		discordtest.EditMember:   discordtest.CutAfter(),
		discordtest.DeleteInvite: discordtest.Status(503).Times(3),
		discordtest.PutBan:       discordtest.CutAfter(),
	} {
		s.Fail(target, fault)
	}
	_, c := carryOut(t, cfg, person(s.jane), map[store.StepID]store.StepState{
		"discord/roles/1": store.Proven, "discord/timeout/1": "", "discord/invites/1": store.Proven, "discord/webhooks/1": "", "discord/remove/1": store.Proven,
	})
	if bans := s.Bans(s.GuildID); c.Outcome != store.Done || len(bans) != 1 || bans[0].User != s.jane.ID || bans[0].Reason != "Offboard "+string(c.ID) {
		t.Errorf("it ended as %q with\n%s", c.Outcome, s.snapshot())
	}
}

// The owner is a task, with what must come first, and it is a lock-out.
func TestCaseOwner(t *testing.T) {
	s := start(t, everything)
	owner := s.User(s.OwnerID)
	_, c := carryOut(t, s.config(), person(owner), map[store.StepID]store.StepState{
		"discord/roles/1": "", "discord/timeout/1": "", "discord/invites/1": "", "discord/webhooks/1": "", "discord/remove/1": "",
	})
	st := c.Plan(0).Step("discord/remove/1")
	if st.Manual == nil || !st.LockOut || !strings.Contains(st.Manual.Instructions, "First they transfer the ownership") {
		t.Errorf("%+v", st.StepPlan)
	}
	if n := s.writes(); len(n) > 0 {
		t.Errorf("wrote %+v", n)
	}
}
