package actions_test

import (
	"context"
	"errors"
	"slices"
	"strings"

	"offboard/actions/actionstest"
	"offboard/store"
)

// calls counts the calls that begin with prefix, as "vpn/lock.Do".
func (w *world) calls(prefix string) int {
	n := 0
	for _, c := range w.mem.Calls() {
		if strings.HasPrefix(c, prefix) {
			n++
		}
	}
	return n
}

func (w *world) held(id store.CaseID, step store.StepID) []store.Held {
	w.t.Helper()
	var out []store.Held
	if err := w.RevealJSON(string(id), w.step(id, step).Held, &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) has(text, part string) {
	w.t.Helper()
	if !strings.Contains(text, part) {
		w.t.Errorf("%q does not say %q", text, part)
	}
}

func stepIDs(p store.Plan) []store.StepID {
	var out []store.StepID
	for _, s := range p.Steps {
		out = append(out, s.ID)
	}
	slices.Sort(out)
	return out
}

// right reports whether a step has ended as it should: what is held is taken
// and proven, and where nothing is held nothing is done.
func right(s store.Step) bool {
	if len(s.Items) == 0 {
		return s.State == store.Nothing && s.Tries == 0
	}
	return s.State == store.Proven && s.Tries > 0
}

var errFull = errors.New("no space left on device")

// ctx shortens the functions of fake actions.
type ctx = context.Context

// lies makes a system answer success to n writes and change nothing.
func lies(n int) func(*actionstest.Faults) {
	return func(f *actionstest.Faults) { f.Lie = n }
}
