package slack_test

import (
	"fmt"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/slack/slackadmin"
)

// Every action passes the suite.
func TestActions(t *testing.T) {
	for _, action := range []string{"deactivate", "sessions", "groups"} {
		t.Run(action, func(t *testing.T) {
			actionstest.Action(t, actionstest.Kit{New: func() (*actionstest.World, error) {
				s := company(slackadmin.Enterprise)
				cfg := settings(s)
				return &actionstest.World{
					Spec:     func() actions.Spec { return spec(cfg, action) },
					Person:   jane,
					Stranger: actions.Person{ID: "id-nobody", Name: "No Body", Login: "nobody", Mail: `no"body@lumen.example`},
					Other:    bo,
					Snapshot: func() (string, error) { return s.Snapshot(), nil },
					Writes:   func() (string, error) { return fmt.Sprint(s.Writes()), nil },
					Ignore:   s.Lie, Refuse: s.Refuse, Down: s.Down, Busy: s.Busy, Hang: s.Hang,
					Secrets: []string{botToken, adminToken},
					Close:   s.Close,
				}, nil
			}})
		})
	}
}
