package watch

import (
	"context"
	"maps"
	"slices"
	"time"

	"offboard/actions"
	"offboard/store"
)

// Timetable is when something is done: at an hour, each day or on one day of the
// week.
type Timetable struct {
	On    bool // else never
	Daily bool
	Day   time.Weekday // unless Daily
	At    time.Duration
	Zone  *time.Location
}

// Last is the last of its times not after a moment; zero if there is none. In the
// night when the clocks are set it is the moment that the calendar makes of it.
func (t Timetable) Last(now time.Time) time.Time { return t.step(now, -1) }

// Next is the first of its times after a moment; zero if there is none.
func (t Timetable) Next(now time.Time) time.Time { return t.step(now, 1) }

func (t Timetable) step(now time.Time, by int) time.Time {
	if !t.On {
		return time.Time{}
	}
	y, m, d := now.In(t.Zone).Date()
	for n := 0; n <= 8; n++ {
		at := time.Date(y, m, d+by*n, int(t.At/time.Hour), int(t.At%time.Hour/time.Minute), 0, 0, t.Zone)
		if (t.Daily || at.Weekday() == t.Day) && at.After(now) == (by > 0) {
			return at
		}
	}
	return time.Time{}
}

// Looked is how far a sweep of the schedule is: in the system with this title.
type Looked struct {
	Due         time.Time // which one it is
	Title       string
	Done, Total int // accounts; Total is 0 if nobody knows
}

// tellEvery is how often people are told how far a sweep is, and after how long
// for the first time: a message in a channel is edited for it, which platforms
// allow few times a minute, and a short sweep is no news.
const tellEvery = 15 * time.Second

// sweeps does the sweep that is due. After an outage that is one, whatever was
// missed. A kill before its entry leaves nothing, and it is begun anew.
func (w *Watch) sweeps(ctx context.Context) (next time.Time, err error) {
	now := w.cfg.Store.Now()
	st, err := w.cfg.Store.State()
	if err != nil {
		return next, err
	}
	began, err := w.cfg.Store.Began()
	if err != nil {
		return next, err
	}
	due, next := w.cfg.Sweeps.Last(now), w.cfg.Sweeps.Next(now)
	if due.IsZero() || began.IsZero() || !due.After(began) || st.Sweep != nil && !due.After(st.Sweep.Due) {
		return next, nil
	}
	if st.Paused || st.Doubt != nil || w.cfg.Store.Time().Doubt || !slices.ContainsFunc(w.cfg.Systems, canList) {
		return time.Time{}, nil
	}
	told := time.Now()
	found, err := w.cfg.Sweep.Run(ctx, func(title string, done, total int) {
		if w.cfg.Look != nil && time.Since(told) >= tellEvery {
			told = time.Now()
			w.cfg.Look(Looked{due, title, done, total})
		}
	})
	if err != nil {
		return next, err
	}
	b, err := w.swept(due, found)
	if err != nil {
		return next, err
	}
	if err := w.append(ctx, store.Installation, b); err != nil {
		return next, err
	}
	w.cfg.Log.Info().Time("due", due).Int("new", b.New).Int("known", b.Known).Int("unread", len(found.Unread)).Msg("looked at all accounts")
	return next, nil
}

func canList(s actions.System) bool { return s.Lister != nil }

// mostFound is how many accounts a sweep of the schedule writes down; beyond
// that they are only counted. A directory with more of them has another problem.
const mostFound = 2000

// swept is what is written down of a sweep. What only those may know who may know
// of a confidential case is left out: IT reads it.
func (w *Watch) swept(due time.Time, found actions.Swept) (store.Swept, error) {
	last, err := w.cfg.Store.LastSweep()
	if err != nil {
		return store.Swept{}, err
	}
	told := map[string]store.StrayKind{}
	rows := map[store.CaseID]store.Summary{}
	kind := func(x store.Stray) (store.StrayKind, error) {
		if x.Case == "" {
			return x.Kind(store.Summary{}, false), nil
		}
		row, ok := rows[x.Case]
		if !ok {
			c, err := w.cfg.Store.Case(x.Case)
			if err != nil {
				return store.NoStray, err
			}
			row = c.Summary()
			rows[x.Case] = row
		}
		return x.Kind(row, row.KnownToIT()), nil
	}
	for _, x := range last.Strays {
		told[x.System+"\x00"+x.ID] = x.Told
	}
	b := store.Swept{Due: due, Known: found.Known}
	report := store.SweepReport{Unread: found.Unread}
	count := map[string]int{}
	for _, x := range found.Strays {
		k, err := kind(x)
		if err != nil {
			return b, err
		}
		if k == store.NoStray {
			continue
		}
		if row := rows[x.Case]; !row.KnownToIT() {
			x.Case, x.Planned, x.Given = "", false, false
		}
		x.Told = k
		if before := told[x.System+"\x00"+x.ID]; before == store.NoStray || k < before { // also what has become worse
			x.New = true
			b.New++
		}
		count[x.System]++
		if len(report.Strays) < mostFound {
			report.Strays = append(report.Strays, x)
		}
	}
	for _, s := range w.cfg.Sweep.Systems {
		_, unread := found.Unread[s.Title]
		b.Systems = append(b.Systems, store.SweptSystem{System: s.Name, Looked: found.Looked[s.Title], Found: count[s.Name], Unread: unread, Unable: s.Lister == nil})
	}
	silent := slices.ContainsFunc(slices.Collect(maps.Keys(found.Unread)), func(title string) bool { return last.Unread[title] == "" })
	b.Tell = b.New > 0 || silent
	b.Found = store.SealJSON(report)
	return b, nil
}
