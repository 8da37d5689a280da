package scim_test

import (
	"fmt"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/scim"
	"offboard/actions/scim/scimtest"
)

// Every action passes the suite, on a server that keeps to the RFCs and on one
// that makes every mistake at once that can be survived.
func TestActions(t *testing.T) {
	for name, q := range map[string]scimtest.Quirks{
		"proper": {ETags: true, UserGroups: true},
		"odd": {
			IgnoreFilter: true, StartsOver: true, WrongItems: true, WrongTotal: true, Max: 3, NoService: true, DeafPath: true, DeafValue: true,
			DeafMember: true, Text: true, NoContent: true,
		},
	} {
		for _, action := range []string{"deactivate", "groups", "delete"} {
			t.Run(name+"/"+action, func(t *testing.T) {
				t.Parallel()
				actionstest.Action(t, actionstest.Kit{New: func() (*actionstest.World, error) {
					s := company()
					s.Quirks = q
					if action == "delete" { // deletes nothing that is in use
						for _, id := range []string{"u-jane", "u-adm", "u-bo"} {
							s.Set("Users", id, "active", false)
						}
					}
					c, err := scim.New(settings(s))
					if err != nil {
						return nil, err
					}
					return &actionstest.World{
						Spec:     func() actions.Spec { return specOf(c.System("app", "App").Actions, action) },
						Person:   jane,
						Stranger: none,
						Other:    bo,
						Snapshot: s.Snapshot,
						Writes:   func() (string, error) { return fmt.Sprint(s.Writes()), nil },
						Ignore:   s.Lie, Refuse: s.Refuse, Down: s.Down, Busy: s.Busy, Hang: s.Hang,
						Secrets: []string{scimtest.Token},
						Close:   s.Close,
					}, nil
				}})
			})
		}
	}
}
