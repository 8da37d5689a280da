package exec_test

import (
	"os"
	"path/filepath"
	"testing"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/exec"
)

// Every action passes the suite, through the test program.
func TestActions(t *testing.T) {
	for _, name := range []string{"groups", "owns"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			actionstest.Action(t, actionstest.Kit{New: func() (*actionstest.World, error) {
				cfg, dir, err := settings()
				fault := func(name string) func(bool) {
					return func(on bool) {
						if !on {
							name = ""
						}
						if err := os.WriteFile(filepath.Join(dir, "fault"), []byte(name), 0o600); err != nil {
							panic(err)
						}
					}
				}
				return &actionstest.World{
					Spec:   func() actions.Spec { return specOf(cfg, name) },
					Person: jane, Stranger: none, Other: bo, Heir: ann,
					Snapshot: func() (string, error) {
						b, err := os.ReadFile(filepath.Join(dir, "state"))
						return string(b), err
					},
					Ignore: fault("lie"), Refuse: fault("refuse"), Down: fault("down"), Busy: fault("busy"), Hang: fault("hang"),
					Secrets: []string{secret},
					Close:   func() { _ = os.RemoveAll(dir) },
				}, err
			}})
		})
	}
}

func TestLister(t *testing.T) {
	cfg, _ := start(t)
	all, pages := actionstest.Lister(t, exec.New(cfg).System("tools", "Tools").Lister)
	if pages != 2 || len(all) != 4 || !all["a1"].Enabled || all["a4"].Enabled || all["a1"].Used.IsZero() || all["a1"].Mail != "x@y.example" {
		t.Errorf("%d pages: %+v", pages, all)
	}
	cfg.List = false
	if exec.New(cfg).System("tools", "Tools").Lister != nil {
		t.Error("it lists, although nobody said that it can")
	}
}
