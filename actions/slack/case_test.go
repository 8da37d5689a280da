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
