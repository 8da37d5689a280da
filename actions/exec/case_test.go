package exec_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"offboard/actions/actionstest"
	"offboard/actions/exec"
	"offboard/store"
)

// A whole departure through the executor, and its undo.
func TestCase(t *testing.T) {
	t.Parallel()
	cfg, dir := start(t)
	cfg.Actions = cfg.Actions[:1]
	sys := exec.New(cfg).System("tools", "Tools")
	log, c := actionstest.CarryOut(t, sys, jane, map[store.StepID]store.StepState{
		"tools/groups/1": store.Proven, "tools/groups/2": store.Proven,
	})
	state := func() string {
		b, err := os.ReadFile(filepath.Join(dir, "state"))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if s := state(); strings.Contains(s, "root") || strings.Contains(s, "ops") || strings.Count(s, "design") != 1 {
		t.Errorf("left: %s", s)
	}
	actionstest.GiveBack(t, log, c, map[store.StepID]store.StepState{"tools/groups/1": store.Proven, "tools/groups/2": store.Proven}, nil)
	if s := state(); !strings.Contains(s, "root") || strings.Count(s, "design") != 2 {
		t.Errorf("given back: %s", s)
	}
}
