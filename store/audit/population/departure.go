package population

import (
	"cmp"
	"context"
	"slices"
	"time"

	"offboard/store"
)

// Departure is one leave of the log, as far as it matters here.
type Departure struct {
	Case         store.CaseID
	Person       store.PersonID
	Kind         string
	Confidential bool
	LastDay      store.Date // as it was asked for
	State        store.CaseState
	Outcome      store.Outcome
	Stopped      bool
	Held         bool
	Legal        bool // there is a legal hold on the person
	Press        bool // access ended when somebody pressed

	Asked, Approved, Due, Begun, Proven time.Time

	ByWord  int  // lock-outs that a person has confirmed
	Open    int  // lock-outs that have not ended
	Left    int  // lock-outs that were left out
	Nothing bool // no lock-out was found to be needed
	Back    int  // times that access came back and was not settled
	Rehired time.Time
}

// ReadLog reads all persons and departures of a log.
func ReadLog(ctx context.Context, s *store.Store) (Log, error) {
	l := Log{At: s.Now(), Entries: s.Last()}
	var err error
	if l.People, err = s.Everybody(ctx); err != nil {
		return l, err
	}
	legal := map[store.PersonID]bool{}
	for _, p := range l.People {
		legal[p.Person.ID] = p.Person.Legal != nil
	}
	rows, err := s.AllCases()
	if err != nil {
		return l, err
	}
	lists := map[store.BatchID]time.Time{}
	for _, row := range rows {
		if row.Move {
			continue
		}
		c, err := s.Case(row.ID)
		if err != nil {
			return l, err
		}
		d := departure(c)
		d.Legal = legal[d.Person]
		if c.Covered > 0 { // it was asked for with its list
			if _, ok := lists[c.From]; !ok {
				b, err := s.Batch(c.From)
				if err != nil {
					return l, err
				}
				if b.Asked != nil {
					lists[c.From] = b.Asked.At
				}
			}
			if at := lists[c.From]; !at.IsZero() {
				d.Asked = at
			}
		}
		if l.Departures = append(l.Departures, d); ctx.Err() != nil {
			return l, ctx.Err()
		}
	}
	return l, nil
}

// departure is what a case says of the end of access: of its first plan, which is
// the leave. What follows it (a restore, a retake) shows in the outcome.
func departure(c store.Case) Departure {
	p := c.Plan(1)
	d := Departure{
		Case: c.ID, Person: c.Person, Kind: c.Terms.Kind, Confidential: c.Terms.Confidential, LastDay: c.Terms.LastDay, State: c.State, Outcome: c.Outcome,
		Stopped: p.Stopped != nil, Press: p.CutOff.Mode == store.Press, Asked: c.Submitted, Due: p.Due, Begun: p.Begun,
	}
	_, d.Held = c.Held()
	switch {
	case p.Emergency: // it begins on one person's word
		d.Approved = p.Begun
	case p.Decision != nil:
		d.Approved = p.Decision.At
	}
	if d.LastDay == "" {
		d.LastDay = store.Date(cmpTime(p.Begun, c.Opened).In(c.Zone()).Format(time.DateOnly))
	}
	if c.Rehired != nil {
		d.Rehired = c.Rehired.At
	}
	for _, r := range c.Returns {
		if r.Open() {
			d.Back++
		}
	}
	locks := 0
	for _, s := range p.Steps {
		if !s.LockOut {
			continue
		}
		locks++
		switch {
		case s.State.Done():
			if s.Ended.After(d.Proven) {
				d.Proven = s.Ended
			}
			if s.State == store.Confirmed {
				d.ByWord++
			}
		case s.State.Ended():
			d.Left++
		default:
			d.Open++
		}
	}
	switch {
	case locks == 0 && p.State == store.Over && p.Stopped == nil:
		d.Proven, d.Nothing = p.Over, true
	case d.Open+d.Left > 0 || len(p.Unsurveyed()) > 0:
		d.Proven = time.Time{}
	}
	return d
}

func cmpTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

// most days between the last day of HR's list and that of a case, for the case to
// be about the same departure. Longer ones are named, and not taken for it: they
// may have come back and left again.
const most = 90 * 24 * time.Hour

// nearest is the departure of a person that a last day is about: the nearest one,
// and of those on one day the one that came furthest. other is the nearest of all
// where none is near enough.
func nearest(list []Departure, day store.Date) (found, other *Departure) {
	gap := func(d Departure) time.Duration { return day.In(time.UTC).Sub(d.LastDay.In(time.UTC)).Abs() }
	rank := func(d Departure) int {
		switch {
		case d.State == store.CaseClosed && d.Outcome == store.Cancelled:
			return 2
		case d.State == store.CaseDraft, d.Outcome == store.Restored:
			return 1
		}
		return 0
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Departure) int {
		// A cancelled case, a draft or one that was undone never hides one that did the work.
		return cmp.Or(boolOrder(gap(a) > most, gap(b) > most), rank(a)-rank(b), cmp.Compare(gap(a), gap(b)))
	})
	switch {
	case len(list) == 0:
		return nil, nil
	case gap(list[0]) > most:
		return nil, &list[0]
	}
	return &list[0], nil
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
