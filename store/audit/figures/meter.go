package figures

import (
	"slices"
	"time"

	"offboard/store"
)

// Doubts are the stretches of the log, by entry numbers, in which the clock was
// in doubt: from the entry that says so until before the one that ends it.
type Doubts [][2]uint64

func (d Doubts) has(seq uint64) bool {
	return slices.ContainsFunc(d, func(x [2]uint64) bool { return seq >= x[0] && (x[1] == 0 || seq < x[1]) })
}

// ref is a step of a plan.
type ref struct {
	plan int
	step store.StepID
}

// Meter measures a case whose entries it is given one by one, oldest first.
type Meter struct {
	c        store.Case
	m        Measures
	doubts   Doubts
	doubtful []time.Time // times of entries that were stamped in doubt
	failed   map[ref]bool
}

// NewMeter makes a meter for one case.
func NewMeter(doubts Doubts) *Meter { return &Meter{doubts: doubts, failed: map[ref]bool{}} }

// Measure measures a whole case.
func Measure(doubts Doubts, events []store.Event) Measures {
	k := NewMeter(doubts)
	for _, e := range events {
		k.Add(e)
	}
	return k.Measures()
}

// Add takes the next entry of the case.
func (k *Meter) Add(e store.Event) {
	was := k.c
	k.c = k.c.Apply(e)
	if k.doubts.has(e.Seq) && !slices.Contains(k.doubtful, e.At) {
		k.doubtful = append(k.doubtful, e.At)
	}
	p, before := k.c.Plan(1), was.Plan(1)
	switch b := e.Body.(type) {
	case store.Covered:
		k.m.Listed = b.Approve
	case store.Decided:
		if !b.Approve && b.Plan == 1 {
			k.m.Declined = append(k.m.Declined, e.At)
		}
	case store.Failed:
		if b.Why != store.Works { // the system works on it, which is no failure
			k.failed[ref{b.Plan, b.Step}] = true
			k.m.Failures = append(k.m.Failures, Failure{k.c.Plan(b.Plan).Step(b.Step).System, e.At, b.Why})
		}
	case store.Attempted:
		if s := was.Plan(b.Plan).Step(b.Step); s.Tries > 0 {
			k.m.Retries = append(k.m.Retries, Retry{s.System, e.At})
		}
	}
	if p.Emergency && !before.Emergency {
		k.m.Emergency, k.m.Asked = true, e.At
		k.m.Approval = nil
	}
	if k.m.Asked.IsZero() && !p.Asked.IsZero() {
		k.m.Asked = e.At
	}
	if k.m.Approval == nil && before.Decision == nil && p.Decision != nil && !p.Emergency && !k.m.Listed {
		k.m.Approval = &Span{From: k.m.Asked, To: e.At}
	}
	if k.m.Over.IsZero() && !p.Over.IsZero() {
		k.m.Over, k.m.Outcome, k.m.Stopped = e.At, k.c.Outcome, p.Stopped != nil
	}
}

// Measures is what was measured so far.
func (k *Meter) Measures() Measures {
	m, p := k.m, k.c.Plan(1)
	m.Kind, m.Move, m.Zone = k.c.Terms.Kind, k.c.Moves(), k.c.Zone()
	if m.Move {
		m.Kind = store.MoveKind
	}
	for _, plan := range k.c.Plans {
		k.steps(&m, plan)
	}
	if k.c.Rehired != nil {
		m.Rehired = k.c.Rehired.At
	}
	for _, f := range k.c.Feedback {
		m.Ratings = append(m.Ratings, Rating{f.Role, f.At, f.Rating})
	}
	k.back(&m)
	if m.Asked.IsZero() || m.Move {
		m.Approval = nil
		return m
	}
	k.end(&m, p)
	switch {
	case m.Emergency:
		if m.End != nil && !m.End.At.IsZero() && !m.End.Left {
			m.LockOut = k.span(m.Asked, m.End.At)
		}
		return m
	case m.Approval != nil:
		m.Approval = k.span(m.Approval.From, m.Approval.To)
	}
	asked := m.Asked
	if m.Listed { // a list is brought in on one day, and decided about on another
		asked = k.c.Opened
	}
	m.Lead = &Lead{m.Asked, daysBetween(asked.In(m.Zone), k.c.Terms.LastDay)}
	if !p.Begun.IsZero() {
		m.CutOff = k.span(m.Asked, p.Begun)
	}
	if at := proven(p); !at.IsZero() {
		m.Proof = k.span(m.Asked, at)
	}
	return m
}

// span is a time that something took. Time goes back only where a clock was
// wrong, and then one end is in doubt.
func (k *Meter) span(from, to time.Time) *Span {
	return &Span{from, to, slices.Contains(k.doubtful, from) || slices.Contains(k.doubtful, to) || to.Before(from)}
}

// daysBetween counts the midnights from a moment to the beginning of a day.
func daysBetween(at time.Time, day store.Date) int {
	from := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	return int(day.In(time.UTC).Sub(from) / (24 * time.Hour))
}

// proven is when the last step of a system was proven, of a plan that has none
// left that is open and was not stopped.
func proven(p store.Plan) (last time.Time) {
	if p.Begun.IsZero() || p.Stopped != nil {
		return time.Time{}
	}
	for _, s := range p.Steps {
		switch {
		case s.Manual != nil:
		case !s.State.Ended():
			return time.Time{}
		case s.State.Done() && s.Ended.After(last):
			last = s.Ended
		}
	}
	return last
}

// end is about the steps that take access away at the cut-off.
func (k *Meter) end(m *Measures, p store.Plan) {
	x := End{Due: p.Due, Why: BySystem}
	if p.CutOff.Mode == store.At {
		x.Due = p.CutOff.At
	}
	switch {
	case p.Stopped != nil && p.Begun.IsZero(), p.Wrong != nil, p.State == store.Declined, p.State == store.Surveying, p.State == store.Proposed, x.Due.IsZero():
		return // given up, sent back, or without a time
	case p.Begun.IsZero():
		x.Unstarted = p.State == store.Asked
		m.End = &x
		return
	}
	ends, open := 0, false
	for _, s := range p.Steps {
		if !s.EndsAccess() {
			continue
		}
		ends++
		open = open || !s.State.Ended()
		x.Left = x.Left || s.State == store.Skipped || s.State == store.Halted
		if s.Ended.After(x.At) {
			x.At = s.Ended
		}
	}
	if ends == 0 {
		return
	}
	if open {
		x.At, x.Left = time.Time{}, false
	}
	switch {
	case p.Decision != nil && p.Decision.At.After(x.Due):
		x.Why = ByApproval
	case p.Delay != "":
		x.Why = ByBot
	}
	x.Doubtful = slices.Contains(k.doubtful, x.At) || slices.Contains(k.doubtful, x.Due)
	m.End = &x
}

// unprovable is StepPlan.Proof of what a vendor takes as an order and shows
// nothing of; see actions.Proof.
const unprovable = "accepted"

// steps adds what is counted of the steps of a plan.
func (k *Meter) steps(m *Measures, p store.Plan) {
	for _, s := range p.Steps {
		if s.Manual != nil {
			k.task(m, p, s)
			if !s.EndsAccess() {
				continue
			}
		}
		skipped := s.State == store.Skipped && s.EndsAccess() && p.Kind != store.Restore
		tried := s.Manual == nil && (s.Tries > 0 || k.failed[ref{p.No, s.ID}]) && s.State.Ended()
		if !tried && !skipped {
			continue
		}
		m.Steps = append(m.Steps, Step{
			System: s.System, At: s.Ended, Tried: tried, Proven: tried && (s.State == store.Proven || s.State == store.Nothing),
			First: s.State == store.Proven && s.Tries == 1 && !k.failed[ref{p.No, s.ID}], Confirmed: s.State == store.Confirmed && s.Proof == unprovable, Skipped: skipped,
		})
	}
	if p.Kind == store.Restore && !p.Over.IsZero() && !p.Begun.IsZero() && p.Stopped == nil {
		m.Restored = append(m.Restored, p.Over)
	}
}

func (k *Meter) task(m *Measures, p store.Plan, s store.Step) {
	if s.Asks() || s.Drift || p.Begun.IsZero() && !s.Early() {
		return
	}
	if !p.Begun.IsZero() {
		p.State = store.Begun // due is due, also once the plan is over
	}
	due := p.TaskDue(s)
	if due.IsZero() {
		return
	}
	m.Tasks = append(m.Tasks, Task{Owner: s.Manual.Owner, Due: due, Ended: s.Ended, Done: s.State == store.Confirmed, Lapsed: s.Lapsed})
}

// back adds the access that came back, by when it was found.
func (k *Meter) back(m *Measures) {
	entry := uint64(0)
	for _, r := range k.c.Returns {
		if r.Entry != entry || len(m.Back) == 0 {
			entry = r.Entry
			m.Back = append(m.Back, Back{At: r.At})
			m.Back[len(m.Back)-1].Taken = r.At
		}
		b := &m.Back[len(m.Back)-1]
		s := k.c.Plan(r.Retake).Step(r.Step)
		b.Kept, b.Open = b.Kept || r.Kept, b.Open || r.Open() && !r.Here // nobody takes it from who is here
		switch {
		case r.Retake == 0 || !s.State.Done():
			b.Taken = time.Time{}
		case !b.Taken.IsZero() && s.Ended.After(b.Taken):
			b.Taken = s.Ended
		}
	}
}
