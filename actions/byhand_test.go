package actions_test

import (
	"context"
	"slices"
	"testing"

	"offboard/actions"
	"offboard/store"
)

const adminPage = "Deactivate the account at https://acme.example.com/admin."

// handed is an action that no API offers for one account.
type handed struct {
	actions.Action
	account string
}

func (h handed) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	f, err := h.Action.Check(ctx, t)
	f.ByHand = map[string]string{h.account: adminPage}
	return f, err
}

// What only a person can do becomes a task of IT, with the words of the
// action; the other accounts are the bot's as ever.
func TestByHand(t *testing.T) {
	for _, observe := range []bool{false, true} {
		bubble(t, func(w *world) {
			w.cfg.Observe = observe
			vpn := w.mem.System("vpn", "VPN", "lock", "password", "groups")
			vpn.Actions[2].After = []string{"lock"}
			vpn.Actions[0].Action = handed{vpn.Actions[0].Action, "vpn-jane"}
			w.systems(vpn)
			w.start()
			id := w.approved("jane")
			mine := w.step(id, "vpn/lock/1")
			m := mine.Manual
			if m == nil || m.Instructions != adminPage || m.Owner != store.IT || m.Proof == "" || m.Due == 0 {
				t.Fatalf("the task: %+v", m)
			}
			if mine.Action != "" || !mine.LockOut || len(mine.Items) != 1 || w.text(id, mine.Login) != "jane" {
				t.Errorf("the task lost what it is about: %+v", mine.StepPlan)
			}
			if other := w.step(id, "vpn/lock/2"); (other.Manual != nil) != observe || observe && other.Manual.Instructions == adminPage {
				t.Errorf("the other account: %+v", other.StepPlan)
			}
			if observe {
				return
			}
			// What follows it waits for the person, and is then done by the bot; but not
			// the password, which keeps them out until then.
			if s := w.step(id, "vpn/groups/1"); !slices.Equal(s.After, []store.StepID{"vpn/lock/1"}) {
				t.Errorf("after %q", s.After)
			}
			w.ends(id, "vpn/password/1", store.Proven)
			w.ends(id, "vpn/groups/2", store.Nothing)
			if s := w.step(id, "vpn/groups/1"); s.State != store.Waiting {
				t.Errorf("it did not wait for the person: %s", s.State)
			}
			if n := w.calls("vpn/lock.Do jane"); n != 0 {
				t.Errorf("the bot tried it %d times", n)
			}
			w.do(id, "ivan", store.ConfirmedBy{Plan: 1, Step: "vpn/lock/1", Note: store.Seal("screenshot in the ticket")})
			w.ends(id, "vpn/groups/1", store.Proven)
		})
	}
}
