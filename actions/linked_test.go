package actions_test

import (
	"testing"
	"time"

	"offboard/store"
)

// owns says that a stray account of the VPN is Jane's, or takes that back.
func (w *world) owns(login string, off bool) {
	w.t.Helper()
	w.do(store.CaseID(w.people["jane"]), "ivan", store.Owned{Account: w.SystemAccount("vpn", "vpn-"+login, login), Off: off})
}

// An account that is somebody's by somebody's word leaves with them: also one that
// was linked after the survey, once that is approved. One whose link was taken
// back is not touched, whatever was approved, until it is linked again.
func TestLinkedAccountsLeave(t *testing.T) {
	for name, tt := range map[string]struct {
		early bool // it is linked before the survey
		off   bool // and not any more at the cut-off
	}{"linked": {true, false}, "linked later": {false, false}, "taken back": {true, true}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w *world) {
				w.mem.Stray("vpn", "scanner")
				w.start()
				if tt.early {
					w.owns("scanner", false)
				}
				at := w.at(10 * time.Hour)
				id := w.approved("jane")
				if !tt.early {
					w.owns("scanner", false)
				}
				if tt.off {
					w.owns("scanner", true)
				}
				pass(time.Until(at) - time.Minute)
				p := w.get(id).Plan(0)
				step := store.StepID("")
				for _, s := range p.Steps {
					if s.Action == "lock" && s.System == "vpn" && w.text(id, s.Login) == "scanner" {
						step = s.ID
					}
				}
				if step == "" || p.Step(step).Drift == tt.early {
					t.Fatalf("step %q: %+v", step, p.Step(step))
				}
				if !tt.early {
					w.do(id, "marco", store.Decided{Plan: 1, Scope: p.Scope, Approve: true})
				}
				pass(2 * time.Minute)
				if tt.off {
					s := w.ends(id, step, store.NeedsPerson)
					w.has(w.text(id, s.Message), "was taken back")
					if w.mem.Locked("vpn", "scanner") {
						t.Error("it was locked")
					}
					w.owns("scanner", false)
					w.do(id, "ivan", store.Retried{Plan: 1, Step: step})
					for _, other := range w.get(id).Plan(0).Steps {
						if other.State == store.NeedsPerson {
							w.do(id, "ivan", store.Retried{Plan: 1, Step: other.ID})
						}
					}
				}
				w.ends(id, step, store.Proven)
				if c := w.closed(id); c.Outcome != store.Done || !w.mem.Locked("vpn", "scanner") {
					t.Errorf("the case is %s", c.Outcome)
				}
			})
		})
	}
}
