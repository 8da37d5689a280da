package figures

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sort"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"offboard/store"
)

// Scope says which cases a report counts.
type Scope string

// The scopes.
const (
	Open Scope = "open" // confidential cases are left out
	All  Scope = "all"  // all cases
	Seen Scope = "seen" // those that the reader may see; see store.Case.Visible
)

// Words is the scope for a reader.
func (s Scope) Words() string {
	switch s {
	case All:
		return "Confidential cases are counted."
	case Seen:
		return "Counted are the cases that you may see."
	case Open:
	}
	return "Confidential cases are left out."
}

// Report is the figures of a period, beside those of the one before it. What would
// be figures of a few persons is not in it, so it may be handed on as it is.
type Report struct {
	Company string    `json:"company"`
	Zone    string    `json:"zone"`
	Made    time.Time `json:"made"`
	Scope   Scope     `json:"scope"`
	Period  Period    `json:"period"`
	Before  Period    `json:"before"`
	Now     Totals    `json:"figures"`
	Was     Totals    `json:"figuresBefore"`
	Kinds   Table     `json:"kinds"`
	Systems Table     `json:"systems"`
	Roles   Table     `json:"roles"`
	Course  []Stretch `json:"course"` // of both periods
}

// Source is where figures are read from, and how things are called there.
type Source struct {
	Store   *store.Store
	Company string
	Kinds   map[string]string // id of a kind of departure -> title
	Systems map[string]string // name of a system -> title
}

// Query is what is asked for.
type Query struct {
	Period string // as ParsePeriod reads it
	Zone   *time.Location
	Scope  Scope
	Sees   func(store.Summary) (bool, error) // Seen only
}

// Read makes a report. It reads one case after the other, so its memory is that of
// a few cases and of some numbers for each. Between two of them others may append, so
// progress is told the cases done and all.
func (s Source) Read(ctx context.Context, q Query, progress func(done, total int)) (Report, error) {
	made := s.Store.Now()
	period, before, err := ParsePeriod(q.Period, made, q.Zone)
	if err != nil {
		return Report{}, err
	}
	c := NewCount(period, before, made, q.Zone)
	if err := s.Store.EachEvent(ctx, store.Installation, c.Installation); err != nil {
		return Report{}, err
	}
	rows, err := s.relevant(before.begin(q.Zone))
	if err != nil {
		return Report{}, err
	}
	// Nearly all of the time goes into decoding entries, so each processor has cases
	// of its own. The figures do not depend on the order.
	var counting sync.Mutex
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, row := range rows {
		progress(i, len(rows))
		sees := q.Scope == All || !row.Confidential
		if q.Scope == Seen {
			if sees, err = q.Sees(row); err != nil {
				break
			}
		}
		if !sees {
			continue
		}
		work.Go(func() error {
			k := NewMeter(c.doubts)
			err := s.Store.EachEvent(ctx, string(row.ID), k.Add)
			m := k.Measures()
			counting.Lock()
			defer counting.Unlock()
			c.Case(m)
			return err
		})
	}
	if err = errors.Join(err, work.Wait()); err != nil {
		return Report{}, err
	}
	progress(len(rows), len(rows))
	out := c.Report(s.Kinds, s.Systems)
	out.Company, out.Scope = s.Company, cmp.Or(q.Scope, Open)
	return out, nil
}

// relevant lists the cases in which something can count from a moment on: those
// that are open, or in which anything happened since.
func (s Source) relevant(from time.Time) ([]store.Summary, error) {
	rows, err := s.Store.AllCases()
	if err != nil {
		return nil, err
	}
	from = from.Add(-24 * time.Hour) // so far a clock in doubt may have gone back
	last := int(s.Store.Last())
	first := sort.Search(last, func(i int) bool {
		e, err2 := s.Store.Event(uint64(i) + 1)
		err = errors.Join(err, err2)
		return !e.At.Before(from)
	})
	return slices.DeleteFunc(rows, func(r store.Summary) bool { return r.State == store.CaseClosed && r.Seq <= uint64(first) }), err
}

// Count counts cases for a report.
type Count struct {
	zone     *time.Location
	made     time.Time
	period   Period
	before   Period
	now, was *tally
	doubts   Doubts
}

// NewCount begins to count for two periods, as far as they are over.
func NewCount(period, before Period, made time.Time, zone *time.Location) *Count {
	c := &Count{zone: zone, made: made, period: period, before: before}
	c.was = newTally(before.begin(zone), before.end(zone))
	to := period.end(zone)
	if to.After(made) {
		to = made.Add(time.Microsecond) // what happens at this moment counts
	}
	c.now = newTally(period.begin(zone), to)
	c.was.stretches(zone, true)
	c.now.stretches(zone, false)
	return c
}

// Installation takes an entry of the installation. All of them come before the
// first case.
func (c *Count) Installation(e store.Event) {
	switch b := e.Body.(type) {
	case store.Doubted:
		c.doubts = append(c.doubts, [2]uint64{e.Seq})
		c.now.count(&c.now.Doubts, e.At)
		c.was.count(&c.was.Doubts, e.At)
	case store.Trusted:
		if n := len(c.doubts); n > 0 {
			c.doubts[n-1][1] = e.Seq
		}
	case store.Swept:
		c.now.sweep(e.At, b)
		c.was.sweep(e.At, b)
	}
}

// Case counts a case.
func (c *Count) Case(m Measures) {
	c.now.add(m)
	c.was.add(m)
}

// Report is what was counted, with what is small folded away.
func (c *Count) Report(kinds, systems map[string]string) Report {
	title := func(titles map[string]string) func(string) string {
		return func(id string) string { return cmp.Or(titles[id], id) }
	}
	return Report{
		Zone: c.zone.String(), Made: c.made.UTC(), Scope: Open, Period: c.period, Before: c.before, Now: c.now.totals(), Was: c.was.totals(),
		Kinds: c.now.kinds.table(title(kinds)), Systems: c.now.systems.table(title(systems)),
		Roles:  c.now.roles.table(func(r string) string { return store.Role(r).Words() }),
		Course: slices.Concat(join(c.was.months), join(c.now.months)),
	}
}

// Headline says the period in one line, for a heading.
func (r Report) Headline() string {
	out := "Departures, " + r.Period.Title()
	if r.Period.Name != "" {
		out += " (" + r.Period.Days() + ")"
	}
	return out
}

// Compared says what the figures are compared with.
func (r Report) Compared() string {
	return fmt.Sprintf("compared with %s", r.Before.Days())
}
