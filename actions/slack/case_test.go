package slack_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/slack"
	"offboard/actions/slack/slackadmin"
	"offboard/store"
)

// carryOut runs Jane's departure through the real executor and log until each
// step is in the state that is wanted, and returns their words.
func carryOut(t *testing.T, cfg slack.Config, want map[store.StepID]store.StepState) store.Case {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(store.Options{
		Path: filepath.Join(dir, "log.db"), Keys: filepath.Join(dir, "log.keys"), Secret: "a secret for tests only",
		StartsPerHour: func() int { return 10 },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	x := actions.New(actions.Config{Store: s, Systems: []actions.System{slack.New(cfg).System("slack", "Slack")}, First: time.Millisecond, Max: time.Millisecond})
	done := make(chan error, 1)
	go func() { done <- x.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	people := map[string]store.PersonID{}
	for _, p := range []actions.Person{jane, {ID: "id-hanna", Name: "Hanna", Login: "hanna"}, {ID: "id-marco", Name: "Marco", Login: "marco"}, {ID: "id-ivan", Name: "Ivan", Login: "ivan"}} {
		if people[p.Login], err = s.Meet(ctx, store.Bot("test"), p); err != nil {
			t.Fatal(err)
		}
	}
	var c store.Case
	do := func(name string, role store.Role, b store.Body) {
		t.Helper()
		id := string(c.ID)
		if id == "" {
			id = string(store.NewCase)
		}
		if c, err = s.Append(ctx, id, store.Actor{Person: people[name], Via: "test", Claims: []store.Claim{{Role: role}}}, b); err != nil {
			t.Fatal(err)
		}
	}
	until := func(cond func() bool) {
		t.Helper()
		for {
			changed := s.Changed()
			if c, err = s.Case(c.ID); err != nil {
				t.Fatal(err)
			}
			if cond() {
				return
			}
			<-changed // go test's own time limit ends a wait for what never comes
		}
	}
	do("hanna", store.HR, store.Drafted{Person: people["jane"], Systems: []string{"slack"}, Terms: store.Terms{
		Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.Now}, Zone: "Europe/Lisbon", Manager: people["marco"],
	}})
	until(func() bool { return c.Plan(0).State == store.Proposed })
	scope := c.Plan(0).Scope
	do("hanna", store.HR, store.Submitted{Plan: 1, Scope: scope})
	do("marco", "", store.Decided{Plan: 1, Scope: scope, Approve: true})
	ended := func(state store.StepState) bool {
		return !slices.ContainsFunc(c.Plan(0).Steps, func(st store.Step) bool { return want[st.ID] == state && st.State != state })
	}
	for id := range want {
		if c.Plan(0).Step(id).ID == "" {
			t.Fatalf("there is no step %s", id)
		}
	}
	if len(c.Plan(0).Steps) != len(want) {
		t.Errorf("%d steps, want %d", len(c.Plan(0).Steps), len(want))
	}
	until(func() bool { return ended(store.Proven) && ended(store.Nothing) && ended(store.Accepted) })
	for _, st := range c.Plan(0).Steps {
		if st.Manual != nil && !strings.Contains(st.Manual.Instructions, "https://lumen.slack.com/admin") {
			t.Errorf("%s has no link: %q", st.ID, st.Manual.Instructions)
		}
		if st.State == store.Accepted || st.Manual != nil {
			do("ivan", store.IT, store.ConfirmedBy{Plan: 1, Step: st.ID, Note: store.Seal("seen")})
		}
	}
	until(func() bool { return c.State == store.CaseClosed })
	return c
}

// On Enterprise the bot does all of it; a person confirms what Slack does not show.
func TestCaseEnterprise(t *testing.T) {
	s, cfg := start(t, slackadmin.Enterprise)
	c := carryOut(t, cfg, map[store.StepID]store.StepState{
		"slack/deactivate/1": store.Proven, "slack/deactivate/2": store.Proven,
		"slack/sessions/1": store.Accepted, "slack/sessions/2": store.Accepted,
		"slack/groups/1": "", "slack/groups/2": "", // left, or gone with the account: whichever came first
	})
	if c.Outcome != store.Done || !s.Users[3].Deleted || !s.Users[4].Deleted || s.Users[5].Deleted {
		t.Errorf("it ended as %q with\n%s", c.Outcome, s.Snapshot())
	}
}

// On a plan without SCIM the bot leaves the groups, and IT has the link.
func TestCasePro(t *testing.T) {
	s, cfg := start(t, slackadmin.Pro)
	c := carryOut(t, cfg, map[store.StepID]store.StepState{
		"slack/deactivate/1": "", "slack/deactivate/2": "",
		"slack/sessions/1": "", "slack/sessions/2": "", // nothing to hold, once the tasks before them are done
		"slack/groups/1": store.Proven, "slack/groups/2": store.Proven,
	})
	for id, manual := range map[store.StepID]bool{"slack/deactivate/1": true, "slack/sessions/1": false, "slack/groups/1": false} {
		st := c.Plan(0).Step(id)
		if (st.Manual != nil) != manual || manual && !st.LockOut {
			t.Errorf("%s: %+v", id, st.StepPlan)
		}
	}
	if slices.Contains(s.Calls(), "SCIM PATCH") || slices.Contains(s.Groups[0].Users, "U0JANE") {
		t.Errorf("it was\n%s", s.Snapshot())
	}
}
