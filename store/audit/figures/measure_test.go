package figures

import (
	"slices"
	"testing"
	"time"

	"offboard/store"
)

// story writes the entries of a case by hand. Whether each is allowed is not the
// question here: what is recorded happened.
type story struct {
	seq    uint64
	at     time.Time
	events []store.Event
}

// on does something at a time: "07-01 09:00" of 2026, in UTC.
func (s *story) on(at string, bodies ...store.Body) *story {
	s.at = day("2026-" + at)
	for _, b := range bodies {
		s.seq++
		s.events = append(s.events, store.Event{Seq: s.seq, At: s.at, Subject: "OFF-1", Actor: store.Actor{Person: "P-2", Via: "web"}, Body: b})
		s.at = s.at.Add(time.Second)
	}
	return s
}

func at(text string) store.CutOff { return store.CutOff{Mode: store.At, At: day("2026-" + text)} }

func (s *story) draft(on string, cut store.CutOff) *story {
	return s.on(on, store.Drafted{Person: "P-1", Systems: []string{"dir"}, Terms: store.Terms{Kind: "resignation", LastDay: "2026-07-10", CutOff: cut, Zone: "UTC", Manager: "P-3"}}, surveyed())
}

func surveyed() store.Surveyed {
	return store.Surveyed{Plan: 1, System: "dir", Steps: []store.StepPlan{
		{ID: "lock", System: "dir", Action: "lock", Phase: "cut-off", LockOut: true},
		{ID: "groups", System: "dir", Action: "groups", Phase: "after", After: []store.StepID{"lock"}},
		{ID: "laptop", System: "tasks", Manual: &store.Manual{Owner: store.IT, Due: 72 * time.Hour}},
	}}
}

func (s *story) asked(on string) *story { return s.on(on, store.Submitted{Plan: 1}) }
func (s *story) approved(on string) *story {
	return s.on(on, store.Decided{Plan: 1, Approve: true})
}
func (s *story) begun(on string) *story { return s.on(on, store.Started{Plan: 1}) }

func (s *story) proven(on string, plan int, step store.StepID) *story {
	s.on(on, store.Attempted{Plan: plan, Step: step})
	return s.on(on, store.Finished{Plan: plan, Step: step, Entry: s.seq})
}

func (s *story) fails(on string, step store.StepID, why store.Why) *story {
	s.on(on, store.Attempted{Plan: 1, Step: step})
	return s.on(on, store.Failed{Plan: 1, Step: step, Entry: s.seq, Why: why, After: time.Minute})
}

func (s *story) confirmed(on string) *story {
	return s.on(on, store.ConfirmedBy{Plan: 1, Step: "laptop"})
}

func ordinary() *story {
	return new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").
		proven("07-10 18:01", 1, "lock").proven("07-10 18:02", 1, "groups").confirmed("07-12 10:00")
}

// quarters counts one story in two quarters.
func quarters(s *story, doubts Doubts) (q2, q3 Totals) {
	c := NewCount(Period{From: "2026-07-01", To: "2026-09-30"}, Period{From: "2026-04-01", To: "2026-06-30"}, day("2026-10-05 09:00"), time.UTC)
	c.doubts = doubts
	c.Case(Measure(doubts, s.events))
	r := c.Report(nil, nil)
	return r.Was, r.Now
}

// The counting rules, one case each.
func TestRules(t *testing.T) {
	t.Parallel()
	hours := func(s *Span) float64 {
		if s == nil {
			return -1
		}
		return s.To.Sub(s.From).Round(time.Minute).Hours()
	}
	for _, tt := range []struct {
		name   string
		story  *story
		doubts Doubts
		check  func(m Measures, q2, q3 Totals) bool
	}{
		{"ordinary", ordinary(), nil, func(m Measures, _, q3 Totals) bool {
			return hours(m.Approval) == 3 && hours(m.CutOff) == 225 && m.Lead.Days == 9 && q3.OnTime == 1 && q3.Late == 0 && q3.Tried == 2 && q3.First == 2 && q3.TasksOnTime == 1 && q3.Closed == 1 && q3.Open == 0 && q3.Approval.N == 1 && q3.Approval.Worst == 0
		}},
		{"a draft is no request", new(story).draft("07-01 08:00", at("07-10 18:00")), nil, func(m Measures, _, q3 Totals) bool {
			return m.Asked.IsZero() && q3 == Totals{}
		}},
		{"stopped before it began", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").on("07-02 09:00", store.Stopped{Plan: 1}), nil, func(m Measures, _, q3 Totals) bool {
			// One person's stop of what was approved is access left; nothing was taken, so nothing was late.
			return hours(m.Approval) == 3 && m.CutOff == nil && m.Proof == nil && m.End == nil && q3.AccessLeft == 1 && q3.Stopped == 1 && q3.Left == 0
		}},
		{"stopped while it ran", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").on("07-10 18:01", store.Stopped{Plan: 1}), nil, func(m Measures, _, q3 Totals) bool {
			return m.Proof == nil && q3.Left == 1 && q3.OnTime == 0 && q3.AccessLeft == 1 && q3.Skipped == 0
		}},
		{"cancelled", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").on("07-02 09:00", store.Stopped{Plan: 1}), nil, func(m Measures, _, q3 Totals) bool {
			return q3.Cancelled == 1 && q3.Closed == 0 && q3.Stopped == 0 && m.End == nil && q3.Requests == 1
		}},
		{"declined and resubmitted", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").on("07-01 10:00", store.Decided{Plan: 1}).asked("07-02 09:00").approved("07-02 10:00"), nil, func(m Measures, _, q3 Totals) bool {
			return hours(m.Approval) == 25 && q3.Declined == 1 && q3.Requests == 1
		}},
		{"amended after it was declined", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").on("07-01 10:00", store.Decided{Plan: 1}).
			on("07-01 11:00", store.Amended{Terms: store.Terms{Kind: "resignation", LastDay: "2026-07-20", CutOff: at("07-20 18:00"), Zone: "UTC", Manager: "P-3"}}, surveyed()).asked("07-02 09:00").approved("07-02 10:00"), nil, func(m Measures, _, _ Totals) bool {
			return hours(m.Approval) == 25 && m.Lead.Days == 19
		}},
		{"the cut-off changed", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").
			on("07-09 09:00", store.Requested{Change: store.Change{Verb: store.VerbReschedule, Plan: 1, CutOff: at("07-12 18:00")}}).on("07-09 10:00", store.Seconded{Entry: 5, Agree: true}).begun("07-12 18:00").
			proven("07-12 18:01", 1, "lock"), nil, func(m Measures, _, q3 Totals) bool {
			return q3.OnTime == 1 && m.End.Due.Equal(day("2026-07-12 18:00"))
		}},
		{"the approval came late", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-10 09:00").approved("07-11 12:00").begun("07-11 12:00").proven("07-11 12:01", 1, "lock"), nil, func(m Measures, _, q3 Totals) bool {
			return q3.Late == 1 && q3.ByApproval == 1 && m.Lead.Days == 0 && q3.Lead.Late == 1
		}},
		{"the bot was down", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").on("07-10 22:00", store.Started{Plan: 1, Delay: store.ByOutage}).proven("07-10 22:01", 1, "lock"), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.Late == 1 && q3.ByBot == 1
		}},
		{"fifteen minutes are on time", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").proven("07-10 18:14", 1, "lock"), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.OnTime == 1
		}},
		{"sixteen are not", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").proven("07-10 18:16", 1, "lock"), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.Late == 1 && q3.BySystem == 1
		}},
		{"now counts from the approval", new(story).draft("07-01 08:00", store.CutOff{Mode: store.Now}).asked("07-01 09:00").approved("07-03 12:00").begun("07-03 12:00").proven("07-03 12:01", 1, "lock"), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.OnTime == 1
		}},
		{"a press counts from the press", new(story).draft("07-01 08:00", store.CutOff{Mode: store.Press}).asked("07-01 09:00").approved("07-01 12:00").on("07-20 12:00", store.Pressed{Plan: 1}).begun("07-20 12:00").proven("07-20 12:01", 1, "lock"), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.OnTime == 1
		}},
		{"nobody approved in time", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00"), nil, func(m Measures, _, q3 Totals) bool {
			return m.End.Unstarted && q3.Overdue == 1 && q3.Open == 1 && q3.OnTimeOf() == 0
		}},
		{"a lock-out still fails at the end", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").fails("07-10 18:01", "lock", store.Unreachable), nil, func(m Measures, _, q3 Totals) bool {
			return q3.Overdue == 1 && q3.Open == 1 && q3.OnTimeOf() == 0 && m.Proof == nil && q3.Failures == 1 && q3.Tried == 0 && q3.TasksOpen == 1
		}},
		{"in two periods", new(story).draft("06-28 08:00", at("07-10 18:00")).asked("06-28 09:00").approved("06-29 12:00").begun("07-10 18:00").proven("07-10 18:01", 1, "lock").proven("07-10 18:02", 1, "groups").confirmed("07-14 10:00"), nil, func(_ Measures, q2, q3 Totals) bool {
			return q2.Requests == 1 && q2.Approval.N == 1 && q2.Open == 1 && q2.OnTimeOf() == 0 && q3.Requests == 0 && q3.Approval.N == 0 && q3.OnTime == 1 && q3.Proof.N == 1 && q3.Closed == 1 && q3.TasksLate == 1
		}},
		{"overdue in one period, ended in the next", new(story).draft("06-01 08:00", at("06-10 18:00")).asked("06-01 09:00").approved("06-01 12:00").begun("06-10 18:00").fails("06-10 18:01", "lock", store.Refuses).proven("07-10 18:16", 1, "lock"), nil, func(_ Measures, q2, q3 Totals) bool {
			return q2.Overdue == 1 && q2.Late == 0 && q3.Overdue == 0 && q3.Late == 1 && q3.Retries == 1
		}},
		{"asked for after the agreed moment", new(story).draft("06-01 08:00", at("06-10 18:00")).asked("07-05 09:00"), nil, func(_ Measures, q2, q3 Totals) bool {
			return q2.Overdue == 0 && q2.Open == 0 && q3.Overdue == 1
		}},
		{"not at the first try", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").fails("07-10 18:00", "lock", store.Unproven).proven("07-10 18:02", 1, "lock"), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.Tried == 1 && q3.First == 0 && q3.Proven == 1 && q3.Failures == 1 && q3.Retries == 1
		}},
		{"the read before the attempt failed", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").
			on("07-10 18:01", store.Failed{Plan: 1, Step: "lock", Why: store.Unreachable, After: time.Minute}).proven("07-10 18:03", 1, "lock"), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.Tried == 1 && q3.First == 0 && q3.Failures == 1 && q3.Retries == 0
		}},
		{"a system works on it", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").proven("07-10 18:01", 1, "lock").fails("07-10 18:02", "groups", store.Works).proven("07-10 18:30", 1, "groups"), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.Failures == 0 && q3.OnTime == 1
		}},
		{"nothing was held", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").on("07-10 18:01", store.Finished{Plan: 1, Step: "lock"}), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.OnTime == 1 && q3.Tried == 0
		}},
		{"a lock-out was skipped", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").fails("07-10 18:01", "lock", store.Refuses).
			on("07-10 19:00", store.Requested{Change: store.Change{Verb: store.VerbSkip, Plan: 1, Step: "lock"}}).on("07-10 19:01", store.Seconded{Entry: 8, Agree: true}).proven("07-10 19:02", 1, "groups").confirmed("07-11 09:00"), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.Skipped == 1 && q3.Left == 1 && q3.AccessLeft == 1 && q3.Tried == 2 && q3.Proof.N == 1
		}},
		{"an emergency", new(story).on("07-01 09:00", store.Drafted{Person: "P-1", Systems: []string{"dir"}, Emergency: true, Terms: store.Terms{Kind: "termination", LastDay: "2026-07-01", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: "P-3"}}, surveyed()).
			proven("07-01 09:03", 1, "lock").approved("07-02 09:00"), nil, func(m Measures, _, q3 Totals) bool {
			return m.Emergency && hours(m.LockOut) == 0.05 && m.Approval == nil && m.Lead == nil && m.CutOff == nil && m.Proof == nil && q3.Emergencies == 1 && q3.OnTime == 1 && q3.Requests == 1
		}},
		{"approved with a list", new(story).on("07-01 09:00", store.Drafted{Person: "P-1", Batch: "BATCH-1", Systems: []string{"dir"}, Terms: store.Terms{Kind: "resignation", LastDay: "2026-07-10", CutOff: at("07-10 18:00"), Zone: "UTC", Manager: "P-3"}}, surveyed()).
			on("07-04 09:00", store.Covered{Batch: "BATCH-1", Entry: 9, By: "P-3", Approve: true}).begun("07-10 18:00").proven("07-10 18:01", 1, "lock"), nil, func(m Measures, _, q3 Totals) bool {
			return m.Approval == nil && hours(m.CutOff) == 153 && m.Lead.Days == 9 && q3.Listed == 1 && q3.Requests == 1 && q3.OnTime == 1
		}},
		{"a lock-out by hand, where the bot only observes", new(story).on("07-01 08:00", store.Drafted{Person: "P-1", Systems: []string{"dir"}, Terms: store.Terms{Kind: "suspension", LastDay: "2026-07-10", CutOff: at("07-10 18:00"), Zone: "UTC", Manager: "P-3"}},
			store.Surveyed{Plan: 1, System: "dir", Steps: []store.StepPlan{{ID: "laptop", System: "dir", Phase: "cut-off", LockOut: true, Manual: &store.Manual{Owner: store.IT}}}}).
			asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").confirmed("07-10 18:30"), nil, func(m Measures, _, q3 Totals) bool {
			return m.Kind == "suspension" && q3.Late == 1 && m.Proof == nil && q3.Tried == 0 && q3.Closed == 1
		}},
		{"a change of role", new(story).on("07-01 09:00", store.Drafted{Person: "P-1", Systems: []string{"dir"}, Terms: store.Terms{Kind: store.MoveKind, Move: &store.RoleChange{From: "a", To: "b"}, LastDay: "2026-07-10", CutOff: at("07-10 18:00"), Zone: "UTC", Manager: "P-3"}}, surveyed()).
			asked("07-01 10:00").approved("07-01 12:00").begun("07-10 18:00").proven("07-11 18:01", 1, "lock").proven("07-11 18:02", 1, "groups").confirmed("07-12 10:00"), nil, func(m Measures, _, q3 Totals) bool {
			return m.Approval == nil && m.End == nil && m.Lead == nil && q3.Moves == 1 && q3.Requests == 0 && q3.Tried == 2 && q3.Closed == 1
		}},
		{"the clock was in doubt at the approval", ordinary(), Doubts{{4, 5}}, func(m Measures, _, q3 Totals) bool {
			return m.Approval.Doubtful && q3.Approval.N == 0 && q3.Doubtful == 1 && q3.OnTime == 1
		}},
		{"and to this day", ordinary(), Doubts{{6, 0}}, func(_ Measures, _, q3 Totals) bool {
			return q3.Approval.N == 1 && q3.OnTimeOf() == 0 && q3.Proof.N == 0 && q3.Doubtful == 2
		}},
		{"rated twice", ordinary().on("07-12 11:00", store.Rated{Rating: store.Poor}).on("07-12 12:00", store.Rated{Rating: store.Good}), nil, func(m Measures, _, q3 Totals) bool {
			return slices.Equal(m.Ratings, []Rating{{store.HR, day("2026-07-12 12:00"), store.Good}}) && q3.Requesters == Ratings{N: 1}
		}},
		{"came back, and was taken again without asking", back().on("07-20 11:00", store.Unasked{Plan: 2}).on("07-20 11:01", store.Started{Plan: 2}).proven("07-20 11:30", 2, "groups"), nil, func(m Measures, _, q3 Totals) bool {
			return len(m.Back) == 1 && q3.Back == 1 && q3.BackTaken.N == 1 && q3.BackOpen == 0 && q3.Approval.N == 1 && q3.Closed == 1
		}},
		{"came back, and is still there", back(), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.Back == 1 && q3.BackTaken.N == 0 && q3.BackOpen == 1 && q3.Open == 0
		}},
		{"came back, and stays", back().on("07-21 10:00", store.Decided{Plan: 2}), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.BackKept == 1 && q3.BackOpen == 0 && q3.BackTaken.N == 0
		}},
		{"hired again", back().on("07-21 10:00", store.Rehired{}), nil, func(m Measures, _, q3 Totals) bool {
			return q3.Rehired == 1 && q3.Back == 1 && q3.BackOpen == 0 && q3.BackKept == 0 && q3.Closed == 1 && q3.OnTime == 1
		}},
		{"given back", ordinary().on("08-01 10:00", store.Planned{Kind: store.Restore, Of: 1, Systems: []string{"dir"}, CutOff: store.CutOff{Mode: store.Now}, Approver: "P-3"}).
			on("08-01 10:01", store.Surveyed{Plan: 2, System: "dir", Steps: []store.StepPlan{{ID: "back", System: "dir", Action: "lock", Back: []store.Ref{{Plan: 1, Step: "lock"}}}}}, store.Submitted{Plan: 2}).
			on("08-01 12:00", store.Decided{Plan: 2, Approve: true}).on("08-01 12:01", store.Started{Plan: 2}).proven("08-01 12:02", 2, "back"), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.Restored == 1 && q3.OnTime == 1 && q3.Tried == 3 && q3.Approval.N == 1
		}},
		{"a task that was left out in time", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").
			on("07-11 09:00", store.Requested{Change: store.Change{Verb: store.VerbSkip, Plan: 1, Step: "laptop"}}), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.Tasks == 0
		}},
		{"a task that lapsed", new(story).draft("07-01 08:00", at("07-10 18:00")).asked("07-01 09:00").approved("07-01 12:00").begun("07-10 18:00").on("08-11 09:00", store.Lapsed{Plan: 1, Step: "laptop"}), nil, func(_ Measures, _, q3 Totals) bool {
			return q3.Tasks == 1 && q3.TasksUndone == 1
		}},
	} {
		m := Measure(tt.doubts, tt.story.events)
		q2, q3 := quarters(tt.story, tt.doubts)
		if !tt.check(m, q2, q3) {
			t.Errorf("%s:\n%+v\nQ2 %+v\nQ3 %+v", tt.name, m, q2, q3)
		}
	}
}

// back is a case in which something came back, and is proposed to be taken again.
func back() *story {
	return ordinary().on("07-20 10:00", store.Returned{Plan: 1, Steps: []store.CameAgain{{Step: "groups", Items: []store.Item{{ID: "2"}}}}}, store.Planned{Kind: store.Retake, Of: 1, Only: []store.StepID{"groups"}, Systems: []string{"dir"}, CutOff: store.CutOff{Mode: store.Now}, Approver: "P-3"}).
		on("07-20 10:05", bySystem(store.Surveyed{Plan: 2, System: "dir", Steps: surveyed().Steps[1:2]}))
}

func bySystem(b store.Surveyed) store.Body {
	b.Steps = slices.Clone(b.Steps)
	b.Steps[0].After = nil
	return b
}
