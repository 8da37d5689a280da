package metrics

import (
	"context"
	"strings"
	"time"

	"offboard/store"
)

// other is the system of steps whose own is not configured any more, so that
// the labels stay those of the configuration.
const other = "other"

// results are what attempts and reads end as, of steps.
var results = []string{"proven", "nothing held", "accepted", "confirmed", string(store.Unreachable), string(store.Refuses), string(store.Unproven), string(store.Works), "came back"}

// outcomes are those of cases.
var outcomes = []store.Outcome{store.Done, store.AccessLeft, store.Cancelled, store.Unratified, store.Restored, store.PartRestored}

// BackupCursor is where the number of entries is kept that the last backup has.
const BackupCursor = "backup"

// Run reads the log until ctx is done, or something can't be read; then it may be
// called again. What it counts is what happened since it
// began: nothing is missing, because nothing happens without a bot.
func (m *Meter) Run(ctx context.Context, s *store.Store) error {
	at := s.Last() // before all: what happens meanwhile is looked at twice, not never
	if err := m.load(s, at); err != nil {
		return err
	}
	for ctx.Err() == nil {
		changed := s.Changed()
		entries, err := s.Since(at, 256)
		if err != nil {
			return err
		}
		if err := m.read(s, entries); err != nil {
			return err
		}
		if len(entries) > 0 {
			at = entries[len(entries)-1].Seq
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
	return nil
}

// load looks at every open case once, as after a start.
func (m *Meter) load(s *store.Store, at uint64) error {
	state, err := s.State()
	if err != nil {
		return err
	}
	backup, err := s.Cursor(BackupCursor)
	if err != nil {
		return err
	}
	m.backup.CompareAndSwap(0, backup)
	rows, err := s.OpenCases()
	if err != nil {
		return err
	}
	cases := map[store.CaseID]moments{}
	for _, row := range rows {
		c, err := s.Case(row.ID)
		if err != nil {
			return err
		}
		if c.State != store.CaseClosed {
			cases[c.ID] = momentsOf(c)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cases, m.state, m.place, m.loaded = cases, state, at, true
	return nil
}

// read counts entries, and looks once at each case that they are about.
func (m *Meter) read(s *store.Store, entries []store.Touched) error {
	cases := map[store.CaseID]store.Case{}
	for _, t := range entries {
		if !strings.HasPrefix(t.Subject, "OFF-") {
			continue
		}
		id := store.CaseID(t.Subject)
		if _, ok := cases[id]; !ok {
			c, err := s.Case(id)
			if err != nil {
				return err
			}
			cases[id] = c
		}
		switch t.Kind {
		case "finished", "failed", "confirmed", "returned":
			e, err := s.Entry(t.Seq)
			if err != nil {
				return err
			}
			m.count(cases[id], e.Event)
		}
	}
	state, err := s.State()
	if err != nil {
		return err
	}
	for _, c := range cases {
		m.keep(c)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = state
	if len(entries) > 0 {
		m.place = entries[len(entries)-1].Seq
	}
	return nil
}

// keep takes the moments of a case in the place of those before.
func (m *Meter) keep(c store.Case) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, known := m.cases[c.ID]
	if c.State != store.CaseClosed {
		m.cases[c.ID] = momentsOf(c)
		return
	}
	if delete(m.cases, c.ID); known {
		m.ended.WithLabelValues(string(c.Outcome)).Inc()
	}
}

// count counts one entry about a step.
func (m *Meter) count(c store.Case, e store.Event) {
	step := func(id store.StepID, result string) { m.steps.WithLabelValues(m.system(id), result).Inc() }
	switch b := e.Body.(type) {
	case store.Finished:
		switch {
		case b.Accepted:
			step(b.Step, "accepted")
		case b.Entry == 0:
			step(b.Step, "nothing held")
		default:
			step(b.Step, "proven")
			if p := c.Plan(b.Plan); p.Step(b.Step).LockOut && takes(p) && !p.Due.IsZero() {
				m.lockOut.Observe(max(0, e.At.Sub(p.Due)).Seconds())
			}
		}
	case store.Failed:
		step(b.Step, string(b.Why))
	case store.ConfirmedBy:
		step(b.Step, "confirmed")
	case store.Returned:
		for _, s := range b.Steps {
			step(s.Step, "came back")
		}
	}
}

// system is the one that a step is named after.
func (m *Meter) system(id store.StepID) string {
	name, _, _ := strings.Cut(string(id), "/")
	if !m.systems[name] {
		return other
	}
	return name
}

// moments are what the age of is told of an open case, so that nothing has to be
// read when somebody asks.
type moments struct {
	kind       string // of the plan
	state      store.PlanState
	asked      time.Time // it waits for an approval since
	unratified time.Time // an emergency, that nobody has called right, since
	due        time.Time // it is approved, and begins then
	lockOuts   several   // to be proven since, or from then on
	unapproved several   // lock-outs that nobody has approved, though their time was, or is, then
	tasks      []task
	stuck      map[string]int // system -> steps that need a person
}

// several things have the same moment.
type several struct {
	n  int
	at time.Time
}

type task struct {
	owner store.Role
	due   time.Time
}

// takes reports whether a plan ends somebody's access.
func takes(p store.Plan) bool {
	return p.Kind == store.Leave || p.Kind == store.Move || p.Kind == store.Retake
}

func momentsOf(c store.Case) moments {
	p := c.Plan(0)
	out := moments{kind: string(p.Kind), state: p.State}
	if p.Emergency {
		out.kind = "emergency"
	}
	if p.State == store.Asked {
		out.asked = p.Asked
	}
	if p.Unratified() {
		out.unratified = p.Begun
	}
	if p.State == store.Approved {
		if _, held := c.Held(); !held {
			out.due = p.Due
		}
	}
	for _, s := range p.Steps {
		if s.State.Ended() {
			continue
		}
		if s.Stuck() {
			if out.stuck == nil {
				out.stuck = map[string]int{}
			}
			out.stuck[s.System]++
		}
		if due := p.TaskDue(s); !due.IsZero() {
			out.tasks = append(out.tasks, task{s.Manual.Owner, due})
		}
		switch {
		case !s.LockOut || !takes(p):
		case p.State == store.Asked && p.CutOff.Mode == store.At:
			out.unapproved = several{out.unapproved.n + 1, p.CutOff.At}
		case p.State != store.Approved && p.State != store.Begun || p.Due.IsZero():
		case s.Drift:
			out.unapproved = several{out.unapproved.n + 1, p.Due}
		default:
			out.lockOuts = several{out.lockOuts.n + 1, p.Due}
		}
	}
	return out
}
