package store

import (
	"testing"
	"time"
)

// What needs a step waits until that is done, whoever reports what, and is left out
// with it in the same entry if it is not: also by way of others. Nobody has to skip
// it, and the case is not held up.
func TestNeeds(t *testing.T) {
	const received, checkIn, told StepID = "dir/received/1", "dir/check-in/1", "dir/told/1"
	o := newOffice(t)
	keep := Answer{Step: received, Item: "1", Choice: Keep, Until: "2096-01-01", Reason: Seal("a trial")}
	finish := func(id string, accepted bool) {
		c := o.bot(id, Attempted{Plan: 1, Step: received, Found: Seal("[]")})
		o.bot(id, Finished{Plan: 1, Step: received, Entry: c.Seq, Accepted: accepted, Evidence: Seal("e")})
	}
	confirm := func(id string, step StepID) {
		o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: step, Note: Seal("serial 7")})
	}
	skip := func(id string, step StepID) {
		o.do(id, "ivan", Requested{Change: Change{Verb: VerbSkip, Plan: 1, Step: step, Reason: Seal("it was stolen")}})
	}
	for _, tt := range []struct {
		name string
		make func(s *StepPlan) // of the needed step
		kept bool              // somebody decided that its item stays
		do   func(id string)
		want StepState // of both that need it
		ends bool      // the case is over then
	}{
		{name: "not yet", do: func(string) {}, want: Waiting},
		{name: "under way", do: func(id string) { o.bot(id, Attempted{Plan: 1, Step: received, Found: Seal("[]")}) }, want: Waiting},
		{name: "accepted", do: func(id string) { finish(id, true) }, want: Waiting},
		{name: "needs a person", do: func(id string) {
			o.bot(id, Failed{Plan: 1, Step: received, Why: Refuses, Message: Seal("no")})
		}, want: Waiting},
		{name: "proven", do: func(id string) { finish(id, false) }},
		{name: "nothing to take", do: func(id string) { o.bot(id, Finished{Plan: 1, Step: received, Evidence: Seal("e")}) }},
		{name: "confirmed", do: func(id string) { finish(id, true); confirm(id, received) }},
		{name: "accepted, and skipped", do: func(id string) { finish(id, true); skip(id, received) }, want: Skipped, ends: true},
		{name: "protected since, and skipped", do: func(id string) {
			o.bot(id, Failed{Plan: 1, Step: received, Why: Refuses, Message: Seal("protected")})
			skip(id, received)
		}, want: Skipped, ends: true},
		{name: "stopped", do: func(id string) { o.do(id, "ivan", Stopped{Plan: 1, Reason: Seal("r")}) }, want: Halted, ends: true},
		{name: "something new was left", do: func(id string) {
			c := o.bot(id, Attempted{Plan: 1, Step: received, Found: Seal("[]"), Left: 1})
			o.bot(id, Finished{Plan: 1, Step: received, Entry: c.Seq, Evidence: Seal("e")})
		}, want: Skipped, ends: true},
		{name: "its item is kept", kept: true, do: func(id string) { finish(id, false) }, want: Waiting},
		{name: "what was kept is gone", kept: true, do: func(id string) { finish(id, false); confirm(id, keptID(received, "1")) }},
		{name: "what was kept stays", kept: true, do: func(id string) { finish(id, false); skip(id, keptID(received, "1")) }, want: Skipped, ends: true},
		{name: "a task, confirmed", make: func(s *StepPlan) { s.Manual = &Manual{Owner: IT} }, do: func(id string) { confirm(id, received) }},
		{name: "a task, skipped", make: func(s *StepPlan) { s.Manual = &Manual{Owner: IT} }, do: func(id string) { skip(id, received) }, want: Skipped, ends: true},
		{name: "a task that nobody confirms", make: func(s *StepPlan) {
			s.Manual = &Manual{Owner: IT, Due: time.Nanosecond, Lapse: time.Nanosecond}
		}, do: func(id string) { o.bot(id, Lapsed{Plan: 1, Step: received}) }, want: Skipped, ends: true},
		{name: "not in the plan", make: func(s *StepPlan) { s.ID = "dir/else/1" }, do: func(string) {}, want: Skipped},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o.another()
			c := o.draft("hanna")
			id := string(c.ID)
			first := StepPlan{ID: received, System: "dir", Action: "received", Answers: true, Items: []Item{{ID: "1", Heir: tt.kept}}, Held: Seal("[]")}
			if tt.make != nil {
				tt.make(&first)
			}
			c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: []StepPlan{
				{ID: told, System: "dir", Action: "told", Held: Seal("[]"), Needs: []StepID{checkIn}},
				{ID: checkIn, System: "dir", Action: "check-in", Held: Seal("[]"), Needs: []StepID{received}},
				first,
			}})
			if tt.kept {
				o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
				c = o.do(id, "marco", Answered{Plan: 1, Rev: c.Plan(1).Rev, Answers: []Answer{keep}})
			} else {
				c = o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
			}
			o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
			o.bot(id, Started{Plan: 1})
			tt.do(id)
			c, err := o.Case(CaseID(id))
			if err != nil {
				t.Fatal(err)
			}
			if ended := c.State == CaseClosed; ended != tt.ends {
				t.Fatalf("closed: %t: %s", ended, asJSON(t, c.Plan(1)))
			}
			for step, without := range map[StepID]StepID{checkIn: received, told: checkIn} {
				s := c.Plan(1).Step(step)
				switch {
				case tt.want != "" && s.State != tt.want:
					t.Errorf("%s is %s", step, s.State)
				case s.State == Skipped && (s.Without != without || s.Ended.IsZero() || s.By != ""):
					t.Errorf("%s: %+v", step, s)
				}
				if tt.want != "" && !tt.ends { // no caller can have it done, or say that it was
					o.botRefused(id, Attempted{Plan: 1, Step: step, Found: Seal("[]")})
					o.botRefused(id, Finished{Plan: 1, Step: step, Evidence: Seal("e")})
				}
			}
			if tt.want == "" {
				o.botRefused(id, Attempted{Plan: 1, Step: told, Found: Seal("[]")})
				o.attempt(c.ID, checkIn)
				if c = o.attempt(c.ID, told); c.State != CaseClosed || c.Outcome != Done {
					t.Errorf("%s, %s", c.State, c.Outcome)
				}
			}
		})
	}
}

// A lock-out needs nothing: else access would stay because of what did not happen
// elsewhere, and nobody would have decided that. A task waits for no step.
func TestNeedsOfNoLockOut(t *testing.T) {
	o := newOffice(t)
	c := o.draft("hanna")
	for _, s := range []StepPlan{
		{ID: "dir/a/1", System: "dir", LockOut: true, Needs: []StepID{"dir/b/1"}},
		{ID: "dir/a/1", System: "dir", Manual: &Manual{Owner: IT}, Needs: []StepID{"dir/b/1"}},
		{ID: "dir/a/1", System: "dir", Needs: []StepID{"dir/a/1"}},
	} {
		if r := o.botRefused(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: []StepPlan{s}}); r != Malformed {
			t.Errorf("%+v: %v", s, r)
		}
	}
}
