package figures

import (
	"slices"
	"time"

	"offboard/store"
)

// tally counts the cases of a period.
type tally struct {
	Totals
	from, to time.Time // to is not in it
	cases    int       // that were added

	approval, cutOff, proof, lockOut, lateBy, taken []Seconds
	lead                                            []int

	kinds, systems, roles *groups
	months                []Stretch
	begins                []time.Time // of months
}

func newTally(from, to time.Time) *tally {
	return &tally{
		from: from, to: to,
		kinds:   newGroups("Asked for", "Access ended on time", "Late", "Access left"),
		systems: newGroups("Steps tried", "Proven at the first try", "Failures", "Tried again", "Lock-outs skipped"),
		roles:   newGroups("Fell due", "On time", "Late", "Not done yet", "Left undone"),
	}
}

// has reports whether a moment is in the period. The zero time never is.
func (t *tally) has(at time.Time) bool { return !at.Before(t.from) && at.Before(t.to) && !at.IsZero() }

// count adds one to n if the moment is in the period.
func (t *tally) count(n *int, at time.Time) {
	if t.has(at) {
		*n++
	}
}

// took adds a span to a list.
func (t *tally) took(list *[]Seconds, s *Span) {
	switch {
	case s == nil || !t.has(s.To):
	case s.Doubtful:
		t.Doubtful++
	default:
		*list = append(*list, seconds(s.To.Sub(s.From)))
	}
}

func seconds(d time.Duration) Seconds { return Seconds(d / time.Second) }

// add counts a case.
func (t *tally) add(m Measures) {
	t.cases++
	if t.has(m.Asked) {
		switch {
		case m.Move:
			t.Moves++
		default:
			t.Requests++
			t.kinds.add(m.Kind, t.cases, 0, 1)
			if m.Emergency {
				t.Emergencies++
			}
		}
		if m.Listed {
			t.Listed++
		}
	}
	if !m.Asked.IsZero() && m.Asked.Before(t.to) && (m.Over.IsZero() || !m.Over.Before(t.to)) {
		t.Open++
	}
	for _, at := range m.Declined {
		t.count(&t.Declined, at)
	}
	t.took(&t.approval, m.Approval)
	t.took(&t.cutOff, m.CutOff)
	t.took(&t.proof, m.Proof)
	t.took(&t.lockOut, m.LockOut)
	if m.Lead != nil && t.has(m.Lead.At) {
		t.lead = append(t.lead, m.Lead.Days)
		if m.Lead.Days <= 0 {
			t.Lead.Late++
		}
	}
	t.ended(m)
	t.closed(m)
	t.steps(m)
	for _, x := range m.Tasks {
		t.task(x)
	}
	for _, b := range m.Back {
		t.back(b)
	}
	for _, x := range m.Ratings {
		switch {
		case !t.has(x.At):
		case x.Role == store.HR:
			t.Requesters.add(x.How)
		default:
			t.Approvers.add(x.How)
		}
	}
	for _, at := range m.Restored {
		t.count(&t.Restored, at)
	}
	t.count(&t.Rehired, m.Rehired)
}

func (t *tally) ended(m Measures) {
	x := m.End
	if x == nil {
		return
	}
	late := x.At.Sub(x.Due) > Grace
	if m.Asked.Before(t.to) && x.Due.Add(Grace).Before(t.to) && (x.At.IsZero() || !x.At.Before(t.to)) {
		t.Overdue++
	}
	switch {
	case !t.has(x.At):
		return
	case x.Doubtful:
		t.Doubtful++
		return
	}
	i := t.month(x.At)
	switch {
	case x.Left:
		t.Left++
		t.months[i].Left++
		t.kinds.add(m.Kind, t.cases, 3, 1)
	case late:
		t.Late++
		t.months[i].Late++
		t.kinds.add(m.Kind, t.cases, 2, 1)
		t.lateBy = append(t.lateBy, seconds(x.At.Sub(x.Due)))
		switch x.Why {
		case ByApproval:
			t.ByApproval++
		case ByBot:
			t.ByBot++
		case BySystem:
			t.BySystem++
		}
	default:
		t.OnTime++
		t.months[i].OnTime++
		t.kinds.add(m.Kind, t.cases, 1, 1)
	}
}

// month is the stretch that a moment of the period is in.
func (t *tally) month(at time.Time) int {
	i, _ := slices.BinarySearchFunc(t.begins, at, func(b, at time.Time) int {
		if b.After(at) {
			return 1
		}
		return -1
	})
	return i - 1
}

// stretches divides the period, by months or, if it is a short one, by weeks.
func (t *tally) stretches(zone *time.Location, before bool) {
	from := t.from.In(zone)
	weeks := t.to.Sub(t.from) < 63*24*time.Hour
	for at := from; at.Before(t.to); {
		s := Stretch{Name: at.Format("Jan"), Before: before}
		next := time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, zone)
		if weeks {
			s.Name = at.Format("2 Jan")
			next = time.Date(at.Year(), at.Month(), at.Day()+7, 0, 0, 0, 0, zone)
		}
		t.begins, t.months = append(t.begins, at), append(t.months, s)
		at = next
	}
}

func (t *tally) closed(m Measures) {
	if !t.has(m.Over) || m.Asked.IsZero() {
		return
	}
	switch m.Outcome {
	case store.Cancelled:
		t.Cancelled++
	case store.Unratified:
		t.NotRight++
	case store.AccessLeft:
		t.AccessLeft++
		t.Closed++
	case store.Done, store.Restored, store.PartRestored, "":
		t.Closed++
	}
	if m.Stopped && m.Outcome != store.Cancelled {
		t.Stopped++
	}
}

func (t *tally) steps(m Measures) {
	for _, s := range m.Steps {
		if !t.has(s.At) {
			continue
		}
		if s.Skipped {
			t.Skipped++
			t.systems.add(s.System, t.cases, 4, 1)
		}
		switch {
		case !s.Tried:
			continue
		case s.Confirmed: // its system shows no proof, so it could not be proven
			t.Confirmed++
			continue
		}
		t.Tried++
		t.systems.add(s.System, t.cases, 0, 1)
		if s.Proven {
			t.Proven++
		}
		if s.First {
			t.First++
			t.systems.add(s.System, t.cases, 1, 1)
		}
	}
	for _, f := range m.Failures {
		if t.has(f.At) {
			t.Failures++
			t.systems.add(f.System, t.cases, 2, 1)
		}
	}
	for _, r := range m.Retries {
		if t.has(r.At) {
			t.Retries++
			t.systems.add(r.System, t.cases, 3, 1)
		}
	}
}

func (t *tally) task(x Task) {
	if !t.has(x.Due) || !x.Done && !x.Ended.IsZero() && !x.Ended.After(x.Due) { // left out before it was due
		return
	}
	t.Tasks++
	owner := string(x.Owner)
	t.roles.add(owner, t.cases, 0, 1)
	count := func(n *int, column int) {
		*n++
		t.roles.add(owner, t.cases, column, 1)
	}
	switch {
	case x.Done && !x.Ended.After(x.Due):
		count(&t.TasksOnTime, 1)
	case x.Ended.IsZero() || !x.Ended.Before(t.to):
		count(&t.TasksOpen, 3)
	case x.Done:
		count(&t.TasksLate, 2)
	default:
		count(&t.TasksUndone, 4)
	}
}

func (t *tally) back(b Back) {
	t.count(&t.Back, b.At)
	if t.has(b.At) && b.Kept {
		t.BackKept++
	}
	if b.Taken.IsZero() {
		if b.Open && b.At.Before(t.to) {
			t.BackOpen++
		}
		return
	}
	t.took(&t.taken, &Span{From: b.At, To: b.Taken})
	if b.At.Before(t.to) && !b.Taken.Before(t.to) {
		t.BackOpen++
	}
}

// sweep counts a sweep of all accounts.
func (t *tally) sweep(at time.Time, b store.Swept) {
	if !t.has(at) {
		return
	}
	t.Sweeps++
	t.Strays += b.New
	if slices.ContainsFunc(b.Systems, func(s store.SweptSystem) bool { return s.Unread }) {
		t.Unswept++
	}
}

// totals is what was counted.
func (t *tally) totals() Totals {
	out := t.Totals
	for to, list := range map[*Times][]Seconds{&out.Approval: t.approval, &out.CutOff: t.cutOff, &out.Proof: t.proof, &out.LockOut: t.lockOut, &out.LateBy: t.lateBy, &out.BackTaken: t.taken} {
		*to = times(list)
	}
	for _, x := range []*Ratings{&out.Requesters, &out.Approvers} {
		if x.Few() {
			*x = Ratings{N: x.N}
		}
	}
	slices.Sort(t.lead)
	if out.Lead.N = len(t.lead); !out.Lead.Few() {
		out.Lead.Median, out.Lead.P10 = rank(t.lead, 0.5), rank(t.lead, 0.1)
	}
	return out
}
