package actions_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

func TestEverythingIsTakenAndProven(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		c := w.closed(w.approved("jane"))
		if c.Outcome != store.Done {
			t.Errorf("the case ended as %s", c.Outcome)
		}
		for _, s := range c.Plan(0).Steps {
			if !right(s) || s.Tries > 1 || s.Evidence.IsZero() {
				t.Errorf("%s is %s after %d tries", s.ID, s.State, s.Tries)
			}
		}
		w.gone("jane", "adm-jane")
		if got := w.mem.Owners("dir", "archive"); !slices.Equal(got, []string{"marco"}) {
			t.Errorf("the archive is owned by %q, want the manager, as was shown", got)
		}
		w.untouched("bo", "priya")
	})
}

// gone checks that logins cannot sign in and are in no group.
func (w *world) gone(logins ...string) {
	w.t.Helper()
	for _, login := range logins {
		for _, system := range []string{"dir", "vpn"} {
			if !w.mem.Locked(system, login) {
				w.t.Errorf("%s can sign in at %s", login, system)
			}
			for _, group := range []string{"design", "staff"} {
				if slices.Contains(w.mem.Members(system, group), login) {
					w.t.Errorf("%s is in %s of %s", login, group, system)
				}
			}
		}
	}
}

// untouched checks that others have what they had.
func (w *world) untouched(logins ...string) {
	w.t.Helper()
	for _, login := range logins {
		if w.mem.Locked("dir", login) || !slices.Contains(w.mem.Members("dir", "staff"), login) {
			w.t.Errorf("%s, who stays, was touched", login)
		}
	}
}

func TestWhatIsGoneAlreadyIsNothingHeld(t *testing.T) {
	bubble(t, func(w *world) {
		w.systems(w.mem.System("dir", "Company directory", "lock"))
		w.start()
		w.closed(w.approved("jane"))
		writes := w.mem.Writes()
		c := w.closed(w.approved("jane"))
		s := c.Plan(0).Step("dir/lock/1")
		if s.State != store.Nothing || w.mem.Writes() != writes {
			t.Errorf("the lock is %s, after %d more writes", s.State, w.mem.Writes()-writes)
		}
	})
}

func TestLyingSystemNeedsAPersonAndIsProvenInTheEnd(t *testing.T) {
	bubble(t, func(w *world) {
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Ignore = true })
		w.start()
		id := w.approved("jane")
		s := w.ends(id, "vpn/lock/1", store.NeedsPerson)
		fails, at := w.failures(id, "vpn/lock/1")
		if len(fails) != 4 || s.Tries != 4 {
			t.Fatalf("%d failures and %d tries, want 4", len(fails), s.Tries)
		}
		for i, f := range fails {
			if f.Why != store.Unproven || (f.After == 0) != (i == 3) {
				t.Errorf("failure %d: %s, again after %s", i+1, f.Why, f.After)
			}
			if i > 1 && at[i].Sub(at[i-1]) <= at[i-1].Sub(at[i-2]) {
				t.Errorf("the waits do not grow: %s", at)
			}
		}
		w.has(w.text(id, s.Message), "a read still finds: sign in as jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Ignore, f.Lie = false, 1 })
		w.do(id, "ivan", store.Retried{Plan: 1, Step: "vpn/lock/1"})
		w.ends(id, "vpn/lock/1", store.Proven) // a new count: one more lie is not the end
	})
}

func TestLiesAreCountedWithoutOutages(t *testing.T) {
	bubble(t, func(w *world) {
		// One step: others would find out about the outage in its stead, and get the lies.
		w.systems(w.mem.System("vpn", "VPN", "lock"))
		w.start()
		id := w.proposed("bo")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.DownUntil, f.Lie = time.Now().Add(time.Hour), 3 })
		w.approve(id)
		if s := w.ends(id, "vpn/lock/1", store.Proven); s.Tries != 4 || s.Attempts < 4+5 {
			t.Errorf("it was no outage, or no lies: %d tries in %d attempts", s.Tries, s.Attempts)
		}
	})
}

func TestRefusalNeedsAPersonAtOnce(t *testing.T) {
	bubble(t, func(w *world) {
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Refuse = true })
		w.start()
		id := w.approved("jane")
		s := w.ends(id, "vpn/lock/1", store.NeedsPerson)
		if s.Why != store.Refuses || s.Tries != 1 {
			t.Errorf("%s after %d tries", s.Why, s.Tries)
		}
		w.has(w.text(id, s.Message), "403 forbidden")
		n := w.calls("vpn/lock.Do jane")
		pass(48 * time.Hour)
		if m := w.calls("vpn/lock.Do jane"); m != n {
			t.Errorf("tried %d more times by itself", m-n)
		}
	})
}

func TestLaterWaitsAsLongAsTheSystemSays(t *testing.T) {
	bubble(t, func(w *world) {
		w.systems(w.mem.System("dir", "Company directory", "owner"))
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Later, f.LaterFor = 6, 3*time.Hour })
		w.start()
		id := w.approved("jane")
		s := w.ends(id, "dir/owner/1", store.Proven)
		fails, at := w.failures(id, "dir/owner/1")
		if len(fails) != 6 {
			t.Fatalf("%d times later, want 6: it is no failure, however often", len(fails))
		}
		for i, f := range fails {
			if f.Why != store.Works || f.After != 3*time.Hour {
				t.Errorf("%s, again after %s", f.Why, f.After)
			}
			if i > 0 && at[i].Sub(at[i-1]) != 3*time.Hour {
				t.Errorf("looked again after %s", at[i].Sub(at[i-1]))
			}
		}
		if s.Tries != 7 {
			t.Errorf("%d tries", s.Tries)
		}
	})
}

func TestAcceptedIsNotGreenUntilAPersonConfirms(t *testing.T) {
	bubble(t, func(w *world) {
		w.systems(w.mem.System("mdm", "Devices", "wipe"))
		w.start()
		id := w.approved("jane")
		w.ends(id, "mdm/wipe/1", store.Accepted)
		w.ends(id, "mdm/wipe/2", store.Accepted)
		pass(48 * time.Hour)
		if n := w.calls("mdm/wipe.Do jane"); n != 1 || w.get(id).State != store.CaseOpen {
			t.Errorf("ordered %d times, the case is %s", n, w.get(id).State)
		}
		w.do(id, "ivan", store.ConfirmedBy{Plan: 1, Step: "mdm/wipe/1", Note: store.Seal("seen")})
		w.do(id, "ivan", store.ConfirmedBy{Plan: 1, Step: "mdm/wipe/2", Note: store.Seal("seen")})
		if c := w.closed(id); c.Outcome != store.Done {
			t.Errorf("the case ended as %s", c.Outcome)
		}
	})
}

func TestStepWaitsForWhatMustEndFirst(t *testing.T) {
	bubble(t, func(w *world) {
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Refuse = true })
		w.systems(w.mem.System("dir", "Company directory", "lock", "password"))
		w.start()
		id := w.approved("jane")
		w.ends(id, "dir/lock/1", store.NeedsPerson)
		pass(time.Hour)
		if s := w.step(id, "dir/password/1"); s.State != store.Waiting || w.calls("dir/password.Do") != 0 {
			t.Errorf("the password is %s", s.State)
		}
		w.mem.Fault("dir", func(f *actionstest.Faults) { f.Refuse = false })
		w.do(id, "ivan", store.Retried{Plan: 1, Step: "dir/lock/1"})
		w.ends(id, "dir/password/1", store.Proven)
	})
}

func TestErrorsHaveAClass(t *testing.T) {
	cause := errors.New("cause")
	for _, c := range []struct {
		err   error
		class actions.Class
		after time.Duration
	}{
		{cause, actions.ClassAgain, 0}, // a connector that says nothing
		{actions.Again(cause), actions.ClassAgain, 0},
		{actions.Final(cause), actions.ClassFinal, 0},
		{actions.Later(time.Hour, "at work: %w", cause), actions.ClassLater, time.Hour},
		{errors.Join(errors.New("x"), actions.Final(cause)), actions.ClassFinal, 0}, // also when it is wrapped
	} {
		class, after := actions.ClassOf(c.err)
		if class != c.class || after != c.after || !errors.Is(c.err, cause) {
			t.Errorf("%v is %s after %s", c.err, class, after)
		}
	}
}
