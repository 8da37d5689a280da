package actions

import (
	"cmp"
	"slices"
	"time"

	"offboard/store"
)

// A timetable says which case has to be looked at when. The store's index of
// what is due knows one time for each case, the earliest; here it is the
// earliest that is still to come, so that a step whose time has come and whose
// system is dead does not hide the next one.
type timetable struct {
	rows []row // soonest first
	at   map[store.CaseID]time.Time
}

type row struct {
	at time.Time
	id store.CaseID
}

func (r row) compare(o row) int { return cmp.Or(r.at.Compare(o.at), cmp.Compare(r.id, o.id)) }

// set replaces the time of a case; the zero time takes it off.
func (t *timetable) set(id store.CaseID, at time.Time) {
	if old, ok := t.at[id]; ok {
		if i, ok := slices.BinarySearchFunc(t.rows, row{old, id}, row.compare); ok {
			t.rows = slices.Delete(t.rows, i, i+1)
		}
		delete(t.at, id)
	}
	if at.IsZero() {
		return
	}
	r := row{at, id}
	i, _ := slices.BinarySearchFunc(t.rows, r, row.compare)
	t.rows = slices.Insert(t.rows, i, r)
	t.at[id] = at
}

// due takes off the cases whose time has come.
func (t *timetable) due(now time.Time) []store.CaseID {
	var out []store.CaseID
	for len(t.rows) > 0 && !t.rows[0].at.After(now) {
		out = append(out, t.rows[0].id)
		t.set(t.rows[0].id, time.Time{})
	}
	return out
}

// longest is the longest sleep: a timer does not see that the clock was set
// forward, or that the machine slept, and a cut-off is a time on the clock.
const longest = time.Minute

// wait is how long to sleep until the next time; longest if there is none.
func (t *timetable) wait(now time.Time) time.Duration {
	if len(t.rows) == 0 {
		return longest
	}
	return min(longest, t.rows[0].at.Sub(now))
}

// upcoming is the earliest time after now at which a case has to be looked at;
// zero if only an event can make something of it.
func upcoming(c store.Case, now time.Time, again time.Duration) time.Time {
	if _, held := c.Held(); held {
		return time.Time{}
	}
	p := c.Plan(0)
	var next time.Time
	earliest := func(t time.Time) {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	earliest(c.SurveyAgain(again))
	switch p.State {
	case store.Approved:
		earliest(p.Due)
		if p.CutOff.Mode == store.At {
			earliest(p.CutOff.At)
		}
	case store.Begun:
		for _, s := range p.Steps {
			if s.State == store.FailedAgain {
				earliest(s.Again)
			}
		}
	case "", store.Surveying, store.Proposed, store.Asked, store.Declined, store.Over:
	}
	return next
}
