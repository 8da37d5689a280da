package discord_test

import (
	"net/http"
	"slices"
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
	s.allow(s.builds, s.jane.ID, discordtest.ViewChannel, 0)
	log, c := carryOut(t, s.config(), person(s.jane), map[store.StepID]store.StepState{
		"discord/roles/1":    store.Proven,
		"discord/channels/1": store.Proven,
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

// Given back, somebody hands over an invite; once they have joined, the rest
// comes back.
func TestCaseGivenBack(t *testing.T) {
	s := start(t, everything)
	s.allow(s.builds, s.jane.ID, discordtest.ViewChannel, 0)
	log, c := carryOut(t, s.config(), person(s.jane), map[store.StepID]store.StepState{
		"discord/roles/1": store.Proven, "discord/channels/1": store.Proven, "discord/timeout/1": "", "discord/invites/1": store.Proven, "discord/webhooks/1": "", "discord/remove/1": store.Proven,
	})
	joined := false
	c = actionstest.GiveBack(t, log, c, map[store.StepID]store.StepState{
		"discord/roles/1": store.Proven, "discord/channels/1": store.Proven, "discord/timeout/1": "", "discord/remove/1": store.Proven, "discord/by-hand/1": "",
	}, func(c store.Case, retry func(store.StepID)) {
		st := c.Plan(0).Step("discord/remove/1")
		if st.State != store.NeedsPerson || joined {
			return
		}
		text, err := log.Reveal(string(c.ID), st.Message)
		if err != nil || !strings.Contains(text, "Hand them this invite") || !strings.Contains(text, "https://discord.gg/") {
			t.Errorf("%q, %v", text, err)
		}
		for _, other := range c.Plan(0).Steps {
			if other.Action != "" && other.ID != st.ID && other.State != store.Waiting {
				t.Errorf("%s is %s before they have joined", other.ID, other.State)
			}
		}
		joined = true
		s.AddMember(s.GuildID, s.jane.ID)
		retry(st.ID)
	})
	m, in := s.Member(s.GuildID, s.jane.ID)
	if c.Outcome != store.Restored || !in || !slices.Contains(m.Roles, s.oncall.ID) || !slices.Contains(m.Roles, s.design.ID) {
		t.Errorf("it ended as %q with\n%s", c.Outcome, s.snapshot())
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
		"discord/roles/1": store.Proven, "discord/channels/1": "", "discord/timeout/1": "", "discord/invites/1": store.Proven, "discord/webhooks/1": "", "discord/remove/1": store.Proven,
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
		"discord/roles/1": "", "discord/channels/1": "", "discord/timeout/1": "", "discord/invites/1": "", "discord/webhooks/1": "", "discord/remove/1": "",
	})
	st := c.Plan(0).Step("discord/remove/1")
	if st.Manual == nil || !st.LockOut || !strings.Contains(st.Manual.Instructions, "First they transfer the ownership") {
		t.Errorf("%+v", st.StepPlan)
	}
	if n := s.writes(); len(n) > 0 {
		t.Errorf("wrote %+v", n)
	}
}

// Somebody who is not timed out yet makes one more invite: it goes with the
// others, whatever follows the cut-off.
func TestCaseInviteBeforeTheTimeout(t *testing.T) {
	s := start(t, everything)
	cfg := s.config()
	cfg.After = discord.None
	s.line.before = func(r *http.Request) {
		if r.Method == http.MethodPatch { // the time-out: their last chance
			s.AddInvite(discordtest.Invite{Code: "janeLate", Channel: s.general.ID, Inviter: s.jane.ID})
		}
	}
	_, c := carryOut(t, cfg, person(s.jane), map[store.StepID]store.StepState{
		"discord/roles/1": store.Proven, "discord/channels/1": "", "discord/timeout/1": store.Proven, "discord/invites/1": store.Proven, "discord/webhooks/1": "",
	})
	if all := s.Invites(s.GuildID); len(all) != 1 || all[0].Code != "boSecret" {
		t.Errorf("left are %+v", all)
	}
	// Whichever of them had won a race: it is the plan that orders them.
	if after := c.Plan(0).Step("discord/invites/1").After; !slices.Equal(after, []store.StepID{"discord/timeout/1"}) {
		t.Errorf("the invites wait for %q", after)
	}
	if after := spec(s.config(), "invites").After; !slices.Equal(after, []string{"timeout"}) {
		t.Errorf("with a kick, the invites wait for %q", after)
	}
}
