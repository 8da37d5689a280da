package scim_test

import (
	"fmt"
	"sync"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/scim"
	"offboard/actions/scim/scimtest"
	"offboard/store"
)

// Jane leaves, through the real executor and log, and is given everything back.
func TestCase(t *testing.T) {
	s, cfg := start(t, scimtest.Quirks{DeafPath: true, NoPathFilter: true, Text: true, NoContent: true, IgnoreFilter: true})
	s.Set("Groups", "g-solo", "members", []any{scimtest.Object{"value": "u-jane"}, scimtest.Object{"value": "u-adm"}}) // both accounts leave it at once
	before, _ := s.Snapshot()
	sys := system(t, cfg)
	sys.Actions = sys.Actions[:2] // deletes nothing
	want := map[store.StepID]store.StepState{"app/deactivate/1": store.Proven, "app/deactivate/2": store.Proven, "app/groups/1": store.Proven, "app/groups/2": store.Proven}
	log, c := actionstest.CarryOut(t, sys, jane, want)
	if c.Outcome != store.Done || s.Get("Users", "u-jane")["active"] != false || len(s.Get("Groups", "g-solo")["members"].([]any)) != 0 || len(s.Get("Groups", "g-design")["members"].([]any)) != 2 {
		now, _ := s.Snapshot()
		t.Errorf("it ended as %q with\n%s", c.Outcome, now)
	}
	c = actionstest.GiveBack(t, log, c, want, nil)
	if now, _ := s.Snapshot(); c.Outcome != store.Restored || now != before {
		t.Errorf("%s: it was\n%s\nand is\n%s", c.Outcome, before, now)
	}
}

// Many who leave one group at the same moment do not bring each other back, and
// nobody is told that the others are missing.
func TestManyLeave(t *testing.T) {
	for _, way := range []string{"filter", "put"} {
		s, cfg := start(t, scimtest.Quirks{})
		cfg.Leave = []string{way}
		var all []string
		for i := range 12 {
			id := fmt.Sprintf("t%02d", i)
			s.Add("Users", user(id, id, "Temp", id+"@lumen.example", ""))
			all = append(all, id)
		}
		s.Add("Groups", group("g-all", "All", append(all, "u-bo")...))
		c, err := scim.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		leave := specOf(c.System("app", "App").Actions, "groups").Action
		var wg sync.WaitGroup
		for _, id := range all {
			wg.Go(func() {
				_, err := leave.Do(t.Context(), actions.Target{Account: actions.Account{ID: id}, Items: []actions.Item{{ID: "g-all", Account: id}}})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if left := s.Get("Groups", "g-all")["members"].([]any); len(left) != 1 {
			t.Errorf("%s: %v are left", way, left)
		}
	}
}
