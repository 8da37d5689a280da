package store

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// People are called for a lock-out that has failed, and for nothing else, until
// somebody takes it on, it is tried again, or it ends.
func TestCalls(t *testing.T) {
	const lock = StepID("dir/lock/1")
	failed := func(step StepID, after time.Duration, call bool) Body {
		return Failed{Plan: 1, Step: step, Why: Unreachable, After: after, Call: call, Message: Seal("no answer")}
	}
	for _, tt := range []struct {
		name  string
		do    []Body // Taken is by Sasha, Retried by Ivan, all else by the bot
		calls bool
		had   bool
	}{
		{"it was tried a few times", []Body{failed(lock, 1, false)}, false, false},
		{"it was tried too often", []Body{failed(lock, 1, true)}, true, false},
		{"it needs a person", []Body{failed(lock, 0, false)}, true, false},
		{"no lock-out", []Body{failed("dir/owner/1", 0, true)}, false, false},
		{"no lock-out, tried too often", []Body{failed("dir/owner/1", 1, true)}, false, false},
		{"somebody has it", []Body{failed(lock, 0, false), Taken{1, lock}}, true, true},
		{"somebody has it, and the bot goes on trying", []Body{failed(lock, 1, true), Taken{1, lock}, failed(lock, 1, true)}, true, true},
		{"somebody has it, and it stops trying", []Body{failed(lock, 1, true), Taken{1, lock}, failed(lock, 0, false)}, true, false},
		{"somebody has it, and it is tried again", []Body{failed(lock, 0, false), Taken{1, lock}, Retried{1, lock}}, false, false},
		{"it is tried again and fails", []Body{failed(lock, 0, false), Taken{1, lock}, Retried{1, lock}, failed(lock, 0, false)}, true, false},
		{"the system works on it", []Body{failed(lock, 1, true), Taken{1, lock}, failed(lock, 1, false)}, false, false},
		{"it was done", []Body{failed(lock, 0, false), Taken{1, lock}, Retried{1, lock}, Finished{Plan: 1, Step: lock}}, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t)
				c := o.begun()
				for _, b := range tt.do {
					time.Sleep(time.Second)
					switch f := b.(type) {
					case Failed:
						f.Retried = c.Plan(1).Step(f.Step).RetriedAt
						c = o.bot(string(c.ID), f)
					case Taken:
						c = o.do(string(c.ID), "sasha", b)
					case Retried:
						c = o.do(string(c.ID), "ivan", b)
					default:
						c = o.bot(string(c.ID), b)
					}
				}
				step := lock
				if f, ok := tt.do[0].(Failed); ok {
					step = f.Step
				}
				s := c.Plan(1).Step(step)
				if s.Calls != tt.calls || s.Had(o.Now()) != tt.had || (s.Taker == o.people["sasha"]) != tt.had {
					t.Errorf("calls %t, had %t by %q, want %t and %t", s.Calls, s.Had(o.Now()), s.Taker, tt.calls, tt.had)
				}
				waits := slices.ContainsFunc(c.Waits(), func(w Wait) bool { return w.Step == lock })
				if waits != (tt.calls && (!tt.had || s.State == NeedsPerson)) {
					t.Errorf("the case waits for %+v", c.Waits())
				}
			})
		})
	}
}

// Who has it is left alone with it for four hours, by the clock of the log.
func TestTakenFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		c := failedStep(o)
		c = o.do(string(c.ID), "ivan", Taken{Plan: 1, Step: "dir/lock/1"})
		at := c.Last
		time.Sleep(TakenFor - time.Second)
		if r := o.refused(string(c.ID), "sasha", Taken{Plan: 1, Step: "dir/lock/1"}); r.Code != Already {
			t.Error(r)
		}
		s := c.Plan(1).Step("dir/lock/1")
		if !s.Had(at) || !s.Had(at.Add(TakenFor-1)) || s.Had(at.Add(TakenFor)) {
			t.Error("it is had for another time than four hours")
		}
		time.Sleep(time.Second)
		c = o.do(string(c.ID), "sasha", Taken{Plan: 1, Step: "dir/lock/1"})
		if s = c.Plan(1).Step("dir/lock/1"); s.Taker != o.people["sasha"] || !s.TakenAt.Equal(c.Last) {
			t.Errorf("it is had by %s since %s", s.Taker, s.TakenAt)
		}
	})
}
