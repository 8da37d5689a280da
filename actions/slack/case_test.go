package slack_test

import (
	"slices"
	"strings"
	"testing"

	"offboard/actions/actionstest"
	"offboard/actions/slack"
	"offboard/actions/slack/slackadmin"
	"offboard/store"
)

// carryOut is Jane's departure from Slack.
func carryOut(t *testing.T, cfg slack.Config, want map[store.StepID]store.StepState) store.Case {
	t.Helper()
	_, c := actionstest.CarryOut(t, slack.New(cfg).System("slack", "Slack"), jane, want)
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

// Given back, the accounts are active again, before the groups they join; what
// Slack took away with them was said, and is not promised.
func TestCaseGivenBack(t *testing.T) {
	s, cfg := start(t, slackadmin.Enterprise)
	log, c := actionstest.CarryOut(t, slack.New(cfg).System("slack", "Slack"), jane, map[store.StepID]store.StepState{
		"slack/deactivate/1": store.Proven, "slack/deactivate/2": store.Proven, "slack/sessions/1": store.Accepted, "slack/sessions/2": store.Accepted, "slack/groups/1": "", "slack/groups/2": "",
	})
	c = actionstest.GiveBack(t, log, c, map[store.StepID]store.StepState{
		"slack/deactivate/1": store.Proven, "slack/deactivate/2": store.Proven, "slack/groups/1": "", "slack/groups/2": "", "tasks/credential/1": "",
	}, nil)
	if c.Outcome != store.Restored || s.Users[3].Deleted || s.Users[4].Deleted {
		t.Errorf("it ended as %q with\n%s", c.Outcome, s.Snapshot())
	}
	for _, st := range c.Plan(0).Steps {
		if st.Action == "groups" && (st.State != store.Proven && st.State != store.Nothing || // there again with the account
			len(st.After) != 1 || st.After[0] != store.StepID(strings.Replace(string(st.ID), "groups", "deactivate", 1))) {
			t.Errorf("%s is %s, after %q", st.ID, st.State, st.After)
		}
	}
}

// On a plan without SCIM, what a person did a person undoes; the groups come back.
func TestCaseGivenBackPro(t *testing.T) {
	s, cfg := start(t, slackadmin.Pro)
	before := s.Snapshot()
	log, c := actionstest.CarryOut(t, slack.New(cfg).System("slack", "Slack"), jane, map[store.StepID]store.StepState{
		"slack/deactivate/1": "", "slack/deactivate/2": "", "slack/sessions/1": "", "slack/sessions/2": "", "slack/groups/1": store.Proven, "slack/groups/2": store.Proven,
	})
	c = actionstest.GiveBack(t, log, c, map[store.StepID]store.StepState{
		"slack/groups/1": store.Proven, "slack/groups/2": store.Proven, "slack/by-hand/1": store.Waiting, "slack/by-hand/2": store.Waiting,
		"slack/by-hand/3": "", "slack/by-hand/4": "",
	}, nil)
	if now := s.Snapshot(); c.Outcome != store.Restored || now != before {
		t.Errorf("it was\n%s\nand is\n%s", before, now)
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
	for id, manual := range map[store.StepID]bool{"slack/deactivate/1": true, "slack/deactivate/2": true, "slack/sessions/1": false, "slack/groups/1": false} {
		st := c.Plan(0).Step(id)
		if (st.Manual != nil) != manual || manual && !st.LockOut {
			t.Errorf("%s: %+v", id, st.StepPlan)
		}
		if manual && !strings.Contains(st.Manual.Instructions, "https://lumen.slack.com/admin") {
			t.Errorf("%s has no link: %q", id, st.Manual.Instructions)
		}
	}
	if slices.Contains(s.Calls(), "SCIM PATCH") || slices.Contains(s.Groups[0].Users, "U0JANE") {
		t.Errorf("it was\n%s", s.Snapshot())
	}
}
