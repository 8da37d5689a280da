package actions_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/store"
)

// left is a case that is over, and what the systems were before it.
func (w *world) left(leaver string) (id store.CaseID, before string) {
	w.t.Helper()
	before = w.mem.Snapshot()
	id = w.approved(leaver)
	w.closed(id)
	return id, before
}

// undo asks for an undo, and waits for its survey.
func (w *world) undo(id store.CaseID, of int, only ...store.StepID) store.Plan {
	w.t.Helper()
	w.do(id, "hanna", store.Planned{
		Kind: store.Restore, Of: of, Only: only, Systems: w.x.Systems(), CutOff: store.CutOff{Mode: store.Now}, Approver: w.people["marco"], Reason: store.Seal("the wrong Jane"),
	})
	w.until("surveyed", func() bool { return w.get(id).Plan(0).State == store.Proposed })
	return w.get(id).Plan(0)
}

// giveBack approves the undo, and confirms what is for people.
func (w *world) giveBack(id store.CaseID) store.Case {
	w.t.Helper()
	w.agree(id)
	w.until("done but for the tasks", func() bool {
		return !slices.ContainsFunc(w.get(id).Plan(0).Steps, func(s store.Step) bool { return s.Manual == nil && !s.State.Ended() })
	})
	w.confirmAll(id)
	return w.closed(id)
}

func (w *world) agree(id store.CaseID) {
	w.t.Helper()
	p := w.get(id).Plan(0)
	w.do(id, "hanna", store.Submitted{Plan: p.No, Scope: p.Scope})
	w.do(id, "marco", store.Decided{Plan: p.No, Scope: p.Scope, Approve: true})
	w.until("begun", func() bool { return !w.get(id).Plan(0).Begun.IsZero() })
}

func (w *world) confirmAll(id store.CaseID) {
	w.t.Helper()
	p := w.get(id).Plan(0)
	for _, s := range p.Steps {
		if s.Manual != nil && !s.State.Ended() {
			w.do(id, "ivan", store.ConfirmedBy{Plan: p.No, Step: s.ID, Note: store.Seal("seen")})
		}
	}
}

// notes are what the survey of the current plan says beside its steps.
func (w *world) notes(id store.CaseID) string {
	w.t.Helper()
	var all []store.Private
	for _, s := range w.get(id).Plan(0).Surveys {
		all = append(append(all, s.Notes...), s.Unread...)
	}
	return w.texts(id, all)
}

// What was taken is there again, proven by a read, the lock last; what can't be
// given back was said before anybody approved it.
func TestUndoGivesBackWhatWasTaken(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id, before := w.left("jane")
		p := w.undo(id, 1)
		if text := w.notes(id); !strings.Contains(text, "Replace the password (jane): can't be given back: the old password.") ||
			!strings.Contains(text, "owner of design was handed to Marco Reyes, and goes back from them.") {
			t.Errorf("it says\n%s", text)
		}
		if s := p.Step("tasks/credential/1"); s.Manual == nil || len(s.Back) != 4 {
			t.Errorf("the new credential: %+v", s.StepPlan)
		}
		if s := p.Step("dir/lock/1"); !slices.Contains(s.After, "dir/groups/1") || !slices.Contains(s.After, "dir/owner/1") || s.LockOut || s.Loses != "" || s.Words != "Unlock the account" {
			t.Errorf("the lock: %+v", s.StepPlan)
		}
		if w.mem.Snapshot() == before {
			t.Fatal("it was given back before anybody approved it")
		}
		if got := w.get(id); !got.Watched() || got.GivenBack(1, "dir/lock/1") {
			t.Error("it counts as given back before it began")
		}
		c := w.giveBack(id)
		if now := w.mem.Snapshot(); now != before {
			t.Errorf("it was\n%s\nand is\n%s", before, now)
		}
		if gone, err := w.Gone(w.people["jane"]); gone || err != nil || c.Outcome != store.Restored || c.Watched() || !c.GivenBack(1, "dir/password/1") {
			t.Errorf("gone %v (%v), the case is %s", gone, err, c.Outcome)
		}
		for _, s := range c.Plan(0).Steps {
			if s.Manual == nil && s.State != store.Proven {
				t.Errorf("%s is %s", s.ID, s.State)
			}
		}
		// Twice is nothing: all of it is there.
		if err := c.Undoable(1); err == nil {
			t.Error("it can be undone again")
		}
	})
}

// Only what a plan has taken is given back, and nothing that is there already;
// what was taken later than the survey of the leave, too.
func TestUndoGivesBackNothingElse(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id := w.proposed("jane")
		w.mem.Join("vpn", "late", "jane")                            // found when it is taken
		take(t, w.mem.System("vpn", "VPN", "groups"), "vpn-jane", 0) // taken by somebody else since the survey
		w.approve(id)
		w.closed(id)
		w.mem.Join("dir", "staff", "jane") // came back since
		p := w.undo(id, 1)
		if s := p.Step("vpn/groups/1"); len(s.Items) != 2 {
			t.Errorf("the groups of the VPN: %+v", s.Items)
		}
		if s := p.Step("dir/groups/1"); len(s.Items) != 1 || !strings.Contains(w.notes(id), "Join the groups again (jane): 1 of 2 things are there already.") {
			t.Errorf("the groups of the directory: %+v\n%s", s.Items, w.notes(id))
		}
		w.giveBack(id)
		if got := w.mem.Members("vpn", "late"); !slices.Equal(got, []string{"jane"}) {
			t.Errorf("in late are %v", got)
		}
		if got := w.mem.Members("vpn", "design"); slices.Contains(got, "jane") {
			t.Errorf("in design, which somebody else had taken, are %v", got)
		}
	})
}

// take takes the nth item of an account, as somebody else would.
func take(t *testing.T, s actions.System, account string, n int) {
	t.Helper()
	target := actions.Target{Account: actions.Account{ID: account}}
	f, err := s.Actions[0].Action.Check(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	target.Items = f.Items[n : n+1]
	if _, err := s.Actions[0].Action.Do(t.Context(), target); err != nil {
		t.Fatal(err)
	}
}

// One step is undone alone: the person stays out, and that step is not watched.
func TestUndoOfOneStep(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id, _ := w.left("jane")
		p := w.undo(id, 1, "dir/groups/1")
		if len(p.Steps) != 1 || p.Steps[0].ID != "dir/groups/1" {
			t.Fatalf("it has %d steps", len(p.Steps))
		}
		c := w.giveBack(id)
		gone, err := w.Gone(w.people["jane"])
		if !gone || err != nil || c.Outcome != store.PartRestored || !c.Watched() || !c.GivenBack(1, "dir/groups/1") || c.GivenBack(1, "vpn/groups/1") {
			t.Errorf("gone %v, the case is %s", gone, c.Outcome)
		}
		if !slices.Contains(w.mem.Members("dir", "design"), "jane") || slices.Contains(w.mem.Members("vpn", "design"), "jane") || !w.mem.Locked("dir", "jane") {
			t.Errorf("the systems are\n%s", w.mem.Snapshot())
		}
		// A credential was lost: who is unlocked needs a new one, once.
		lost := store.Ref{Plan: 1, Step: "dir/password/1"}
		if p := w.undo(id, 1, "dir/lock/1"); !slices.Contains(p.Step("tasks/credential/1").Back, lost) {
			t.Errorf("nobody is asked for a new credential: %+v", p.Steps)
		}
		w.giveBack(id)
		// The rest can follow.
		if p := w.undo(id, 1); slices.Contains(p.Step("tasks/credential/1").Back, lost) {
			t.Error("a new credential is asked for again")
		}
		if c := w.giveBack(id); c.Outcome != store.Restored || w.mem.Locked("dir", "jane") {
			t.Errorf("the case is %s", c.Outcome)
		}
	})
}

// A system that lies, refuses, is silent or observes gives nothing back, and
// nothing is green.
func TestUndoThatFails(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault func(on bool) func(f *actionstest.Faults)
		state store.StepState
		says  string
	}{
		{"lies", func(on bool) func(f *actionstest.Faults) { return func(f *actionstest.Faults) { f.Ignore = on } }, store.NeedsPerson, "but a read does not find: group design"},
		{"refuses", func(on bool) func(f *actionstest.Faults) { return func(f *actionstest.Faults) { f.Refuse = on } }, store.NeedsPerson, ""},
		{"is down", func(on bool) func(f *actionstest.Faults) { return func(f *actionstest.Faults) { f.Down = on } }, store.FailedAgain, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(w *world) {
				w.start()
				id, before := w.left("jane")
				w.undo(id, 1)
				w.mem.Fault("dir", tt.fault(true))
				w.agree(id)
				s := w.ends(id, "dir/groups/1", tt.state)
				if text := w.text(id, s.Message); !strings.Contains(text, tt.says) {
					t.Errorf("it says %q", text)
				}
				if lock := w.step(id, "dir/lock/1"); lock.State != store.Waiting {
					t.Errorf("the lock, which comes last, is %s", lock.State)
				}
				w.mem.Fault("dir", tt.fault(false))
				for _, s := range w.get(id).Plan(0).Steps {
					if s.State == store.NeedsPerson {
						w.do(id, "ivan", store.Retried{Plan: 2, Step: s.ID})
					}
				}
				w.until("done", func() bool {
					return w.step(id, "dir/lock/1").State == store.Proven && w.step(id, "vpn/lock/1").State == store.Proven
				})
				w.until("all done", func() bool {
					return !slices.ContainsFunc(w.get(id).Plan(0).Steps, func(s store.Step) bool { return s.Manual == nil && !s.State.Ended() })
				})
				w.confirmAll(id)
				if w.closed(id); w.mem.Snapshot() != before {
					t.Errorf("it was\n%s\nand is\n%s", before, w.mem.Snapshot())
				}
			})
		})
	}
}

// A system that is silent while it is surveyed hides nothing.
func TestUndoOfASilentSystem(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id, before := w.left("jane")
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		p := w.undo(id, 1)
		if s := p.Step("vpn/groups/1"); len(s.Items) != 2 || !strings.Contains(w.notes(id), "What is there already is found when it is given back.") {
			t.Errorf("%+v\n%s", s.StepPlan, w.notes(id))
		}
		w.mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = false })
		if w.giveBack(id); w.mem.Snapshot() != before {
			t.Errorf("it was\n%s\nand is\n%s", before, w.mem.Snapshot())
		}
	})
}

// What the bot may not do or only looks at is for a person.
func TestUndoByHand(t *testing.T) {
	bubble(t, func(w *world) {
		w.cfg.Tasks = []actions.Task{{Name: "laptop", Words: "Take back the laptop", Owner: store.IT}}
		w.start()
		id := w.approved("jane")
		w.until("locked", func() bool {
			return !slices.ContainsFunc(w.get(id).Plan(0).Steps, func(s store.Step) bool { return s.Manual == nil && !s.State.Ended() })
		})
		w.confirmAll(id)
		w.closed(id)
		taken := w.mem.Snapshot()
		w.stop()
		w.cfg.Deny = func(name string) bool { return name == "vpn-jane" }
		w.cfg.Observe = true
		w.start()
		p := w.undo(id, 1)
		for _, s := range p.Steps {
			if s.Manual == nil || s.Manual.Owner != store.IT {
				t.Errorf("%s is no task", s.ID)
			}
		}
		var words []string
		for _, s := range p.Steps {
			words = append(words, s.Words)
		}
		for _, want := range []string{"Unlock the account", "Give back by hand: Lock the account", "Undo by hand: Take back the laptop"} {
			if !slices.Contains(words, want) {
				t.Errorf("%q is not among %q", want, words)
			}
		}
		if c := w.giveBack(id); c.Outcome != store.Restored || w.mem.Snapshot() != taken {
			t.Errorf("it is %s, and something was done", c.Outcome)
		}
	})
}

// What was taken by hand, from an account that is not there any more, is for a
// person; so is what has no Undo.
func TestUndoOfWhatIsGone(t *testing.T) {
	bubble(t, func(w *world) {
		odd := w.mem.System("odd", "Odd", "groups")
		gone := false
		real := odd.Actions[0].Action
		odd.Actions[0].Action = vanishing{real, real.(actions.Undoer), &gone}
		w.systems(odd, w.mem.System("vpn", "VPN", "wipe"))
		w.start()
		id := w.approved("bo")
		w.ends(id, "vpn/wipe/1", store.Accepted)
		w.do(id, "ivan", store.ConfirmedBy{Plan: 1, Step: "vpn/wipe/1", Note: store.Seal("seen")})
		w.closed(id)
		gone = true
		p := w.undo(id, 1)
		if len(p.Steps) != 1 || p.Steps[0].Manual == nil || p.Steps[0].Words != "Make a new account: Join the groups again" || len(p.Steps[0].Items) != 2 {
			t.Errorf("the steps are %+v", p.Steps)
		}
		if text := w.notes(id); !strings.Contains(text, "what is on the devices") || !strings.Contains(text, "is not there any more") {
			t.Errorf("it says\n%s", text)
		}
		// There at the survey, and gone when it is given back.
		w.do(id, "hanna", store.Requested{Change: store.Change{Verb: store.VerbCancel, Plan: 2}})
		gone = false
		w.undo(id, 1)
		gone = true
		w.agree(id)
		s := w.ends(id, "odd/groups/1", store.NeedsPerson)
		if text := w.text(id, s.Message); !strings.Contains(text, "make a new one by hand") {
			t.Errorf("it says %q", text)
		}
	})
}

// vanishing has no account any more once it is told so.
type vanishing struct {
	actions.Action
	actions.Undoer
	gone *bool
}

func (v vanishing) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	if *v.gone {
		return actions.Finding{}, nil
	}
	return v.Action.Check(ctx, t)
}

// An Undo that needs a person asks for one, whatever a read shows.
func TestUndoThatAsksForAPerson(t *testing.T) {
	bubble(t, func(w *world) {
		odd := w.mem.System("odd", "Odd", "groups")
		real := odd.Actions[0].Action
		odd.Actions[0].Action = inviting{real, real.(actions.Undoer)}
		w.systems(odd)
		w.start()
		id, before := w.left("jane")
		w.undo(id, 1)
		w.agree(id)
		s := w.ends(id, "odd/groups/1", store.NeedsPerson)
		if text := w.text(id, s.Message); text != "hand them this invite" || w.mem.Snapshot() != before {
			t.Errorf("it says %q", text)
		}
		w.do(id, "ivan", store.Retried{Plan: 2, Step: s.ID})
		w.ends(id, "odd/groups/1", store.Proven)
	})
}

// inviting gives back, and has something to hand over.
type inviting struct {
	actions.Action
	actions.Undoer
}

func (i inviting) Undo(ctx context.Context, t actions.Target, f actions.Finding) (actions.Evidence, error) {
	e, err := i.Undoer.Undo(ctx, t, f)
	return e, errors.Join(err, actions.Final(errors.New("hand them this invite")))
}

// What was given back at a time is given back at that time, also while the clock
// is in doubt: it can be taken again.
func TestUndoAtATime(t *testing.T) {
	bubble(t, func(w *world) {
		w.start()
		id, before := w.left("jane")
		at := w.Now().Add(3 * time.Hour)
		w.do(id, "hanna", store.Planned{
			Kind: store.Restore, Of: 1, Systems: w.x.Systems(), CutOff: store.CutOff{Mode: store.At, At: at}, Approver: w.people["marco"], Reason: store.Seal("back on Monday"),
		})
		w.until("surveyed", func() bool { return w.get(id).Plan(0).State == store.Proposed })
		p := w.get(id).Plan(0)
		w.do(id, "hanna", store.Submitted{Plan: 2, Scope: p.Scope})
		w.do(id, "marco", store.Decided{Plan: 2, Scope: p.Scope, Approve: true})
		pass(2 * time.Hour)
		if w.mem.Snapshot() == before || !w.get(id).Plan(0).Begun.IsZero() {
			t.Error("it began early")
		}
		w.until("begun", func() bool { return !w.get(id).Plan(0).Begun.IsZero() })
		if begun := w.get(id).Plan(0).Begun; begun.Sub(at) > time.Minute || begun.Before(at) {
			t.Errorf("it began at %s, not at %s", begun, at)
		}
	})
}
