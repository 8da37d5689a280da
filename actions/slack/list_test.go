package slack_test

import (
	"fmt"
	"testing"

	"offboard/actions/actionstest"
	"offboard/actions/slack"
	"offboard/actions/slack/slackadmin"
)

// All members are listed over the pages, the deactivated ones too; no bots, and
// nobody of another company.
func TestList(t *testing.T) {
	s, cfg := start(t, slackadmin.Business)
	for i := range 250 {
		s.Users = append(s.Users, &slackadmin.User{ID: fmt.Sprintf("U8%05d", i), Name: fmt.Sprintf("temp%d", i), RealName: "Temp", Mail: fmt.Sprintf("Temp%d@lumen.example", i)})
	}
	s.Users[3].Deleted = true
	got, pages := actionstest.Lister(t, slack.New(cfg).System("slack", "Slack").Lister)
	if pages != 2 {
		t.Errorf("%d pages", pages)
	}
	if a := got["U0JANE"]; a.Enabled || a.Chat != "slack" || !a.Chosen {
		t.Errorf("jane is %+v", a)
	}
	if a := got["U800249"]; !a.Enabled || a.Mail != "temp249@lumen.example" {
		t.Errorf("the last one is %+v", a)
	}
	for _, id := range []string{"U0BOT", "U0OTHER"} {
		if _, there := got[id]; there {
			t.Errorf("%s is listed", id)
		}
	}
}
