package watch

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"offboard/actions"
	"offboard/store"
)

// most is how many cases of a system one pass reads again: what a kill in the
// middle has read a second time.
const most = 250

// deaf is how often in a row a system may not answer before a pass gives up.
const deaf = 3

// lookUp is how long the directory may take to say whether somebody is here.
const lookUp = time.Minute

// recheck makes one pass over all systems and records it, and says when the next
// one may have something to do. Without anything due it costs a few reads of an
// index.
func (w *Watch) recheck(ctx context.Context) (next time.Time, err error) {
	state, err := w.cfg.Store.State()
	if err != nil || state.Paused {
		return time.Time{}, err
	}
	now := w.cfg.Store.Now()
	rounds := make([]*round, len(w.cfg.Systems))
	var g errgroup.Group
	for i, sys := range w.cfg.Systems {
		r := &round{w: w, sys: sys, now: now, last: state.Passes[sys.Name], cases: map[store.CaseID]bool{}}
		soon, err := r.plan()
		if err != nil {
			return time.Time{}, err
		}
		next = sooner(next, soon)
		rounds[i] = r
		g.Go(func() error { return r.run(ctx) })
	}
	if err := g.Wait(); err != nil {
		return time.Time{}, err
	}
	if err := w.report(ctx, rounds); err != nil {
		return time.Time{}, err
	}
	var out store.Rechecked
	cases := map[store.CaseID]bool{}
	for _, r := range rounds {
		switch {
		case r.news():
			out.Systems = append(out.Systems, r.out)
			for id := range r.cases {
				cases[id] = true
			}
		case !r.out.Silent:
			w.empty[r.sys.Name] = r.out.To
		}
		switch {
		case r.more:
			next = now
		case r.out.Silent:
			next = sooner(next, now.Add(longest))
		case len(r.out.Unread) > 0 && len(r.retry) > 0:
			next = sooner(next, now.Add(w.cfg.Schedule.First))
		}
	}
	if out.Cases = len(cases); len(out.Systems) == 0 {
		return next, nil
	}
	// A kill before this line has the same cases read again, at most so many.
	return next, w.append(ctx, store.Installation, out)
}

// sooner is the earlier of two times, of which a zero one never comes.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// round is a pass over one system.
type round struct {
	w    *Watch
	sys  actions.System
	now  time.Time
	last store.Pass

	due    []store.Recheck
	retry  []store.Unread
	more   bool // more is due than one pass reads
	fails  int  // in a row
	cases  map[store.CaseID]bool
	worked bool
	back   []found
	out    store.Reread
}

// plan finds out what is due.
func (r *round) plan() (next time.Time, err error) {
	r.out = store.Reread{System: r.sys.Name, From: r.last.To, To: r.now}
	from := r.last.To
	if e := r.w.empty[r.sys.Name]; e.After(from) {
		from = e
	}
	if r.due, next, err = r.w.cfg.Store.Rechecks(r.w.cfg.Schedule, from, r.now); err != nil {
		return next, err
	}
	if len(r.due) > most {
		n := most
		for n < len(r.due) && r.due[n].At.Equal(r.due[n-1].At) {
			n++
		}
		r.due, r.more = r.due[:n], n < len(r.due)
		r.out.To = r.due[n-1].At
	}
	if len(r.last.Unread) == 0 {
		return next, nil
	}
	at := r.last.At
	if t := r.w.tried[r.sys.Name]; t.After(at) {
		at = t
	}
	if soon := at.Add(r.w.cfg.Schedule.First); soon.After(r.now) && len(r.due) == 0 {
		r.out.Unread = r.last.Unread
		return sooner(next, soon), nil
	}
	r.retry = r.last.Unread
	r.w.tried[r.sys.Name] = r.now
	return next, nil
}

// news reports whether the pass is worth an entry: it read something that was
// due, or it is otherwise than the last one said. What could not be read is said
// again each day.
func (r *round) news() bool {
	if r.out.Silent != r.last.Silent && (r.out.Silent || len(r.due)+len(r.retry) > 0) {
		return true
	}
	daily := len(r.retry) > 0 && r.now.Sub(r.last.At) >= r.w.cfg.Schedule.Second
	return r.worked || r.out.Back > 0 || !r.out.Silent && (daily || !slices.Equal(r.out.Unread, r.last.Unread))
}

func (r *round) run(ctx context.Context) error {
	for i, u := range r.retry {
		if err := r.step(ctx, u.Case, u.Plan, u.Step); err != nil {
			return err
		}
		if r.deaf() {
			r.out.Unread = append(r.out.Unread, r.retry[i+1:]...)
			r.silent(0)
			return nil
		}
	}
	for i, d := range r.due {
		c, err := r.w.cfg.Store.Case(d.Case)
		if err != nil {
			return err
		}
		for _, p := range c.Plans {
			for _, s := range p.Steps {
				if s.System != r.sys.Name || !c.Watches(p.No, s.ID) || slices.Contains(r.retry, store.Unread{Case: d.Case, Plan: p.No, Step: s.ID}) {
					continue
				}
				if err := r.step(ctx, d.Case, p.No, s.ID); err != nil {
					return err
				}
			}
			if r.deaf() {
				r.silent(i)
				return nil
			}
		}
	}
	return ctx.Err()
}

// deaf reports whether to give up: the system does not answer, or so much of it
// can't be read that the entry has no room.
func (r *round) deaf() bool { return r.fails >= deaf || len(r.out.Unread) >= store.MaxUnread }

// silent ends the pass before the case with which it stopped: that one and all
// after it are due still.
func (r *round) silent(stopped int) {
	r.out.Silent, r.more = true, false
	r.out.To = r.last.To
	if stopped > 0 && r.due[stopped-1].At.Before(r.due[stopped].At) {
		r.out.To = r.due[stopped-1].At
	}
	id := store.CaseID("")
	if stopped < len(r.due) {
		id = r.due[stopped].Case
	}
	r.out.Unread = slices.DeleteFunc(r.out.Unread, func(u store.Unread) bool { return u.Case == id && !slices.Contains(r.retry, u) })
	if r.worked = r.out.To.After(r.last.To); !r.worked { // it is all read again
		r.out.Clean, r.out.Left, r.out.Back = 0, 0, 0
	}
}

// step reads one step again.
func (r *round) step(ctx context.Context, id store.CaseID, plan int, step store.StepID) error {
	c, err := r.w.cfg.Store.Case(id)
	if err != nil {
		return err
	}
	s := c.Plan(plan).Step(step)
	spec, ok := r.spec(s)
	if !ok || !c.Watches(plan, step) {
		return nil
	}
	back, err := r.read(ctx, c, c.Plan(plan), s, spec)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if failure, ok := errors.AsType[*actions.Error](err); ok {
		if failure.Class == actions.ClassAgain {
			r.fails++
		}
		r.out.Unread = append(r.out.Unread, store.Unread{Case: id, Plan: plan, Step: step})
		return nil
	}
	if err != nil {
		return err
	}
	r.fails, r.cases[id] = 0, true
	switch {
	case len(back) == 0:
		r.worked = true
		r.out.Clean++
	case s.State == store.Skipped || s.State == store.Halted:
		r.worked = true
		r.out.Left++
	default:
		r.out.Back++
		r.back = append(r.back, found{id, plan, step, back})
	}
	return nil
}

// spec is the action that reads a step; false if nothing can be proven by a read.
func (r *round) spec(s store.Step) (actions.Spec, bool) {
	name := actions.ActionOf(s)
	i := slices.IndexFunc(r.sys.Actions, func(sp actions.Spec) bool { return sp.Name == name })
	if i < 0 || r.sys.Actions[i].Proof == actions.ProofAccepted {
		return actions.Spec{}, false
	}
	return r.sys.Actions[i], true
}

// errUnread is a read that did not say all, or not of all servers that nothing is held.
var errUnread = errors.New("not everything could be read")

// read reads the pinned account, and says what is held there again.
func (r *round) read(ctx context.Context, c store.Case, p store.Plan, s store.Step, spec actions.Spec) ([]store.Held, error) {
	db := r.w.cfg.Store
	_, card, err := db.Person(c.Person)
	if err != nil {
		return nil, err
	}
	t := actions.Target{Person: card, First: s.First}
	if (s.State == store.Confirmed || s.State == store.Nothing) && t.First.IsZero() {
		t.First = p.Begun // a person did it, at some time since, or there was nothing to do
	}
	if err := db.RevealJSON(string(c.ID), s.Account, &t.Account); err != nil {
		return nil, err
	}
	theirs, err := r.w.cfg.Executor.Theirs(c.Person, r.sys.Name, t.Account)
	if err != nil || !theirs || t.Account.ID == "" || r.w.cfg.Executor.Protects(t.Account) {
		return nil, err
	}
	before, err := db.Befores(c, s)
	if err != nil {
		return nil, err
	}
	later, err := db.Afters(c, p.No, s.ID)
	if err != nil {
		return nil, err
	}
	var f actions.Finding
	err = r.w.cfg.Executor.Within(ctx, r.sys.Name, func(ctx context.Context) (err error) {
		f, err = spec.Action.Check(ctx, t)
		return err
	})
	if err != nil {
		return nil, err
	}
	f.Items = slices.DeleteFunc(f.Items, func(i actions.Item) bool { return i.Account != t.Account.ID })
	back := actions.CameBack(p.Kind, s, f.Items, before, later)
	if len(back) == 0 && (len(f.Unread) > 0 || f.Behind != nil || len(f.Unasked) > 0) {
		return nil, actions.Final(errUnread)
	}
	return back, nil
}

// here reports whether the directory says that a person works here.
func (w *Watch) here(ctx context.Context, id store.PersonID) (bool, error) {
	_, card, err := w.cfg.Store.Person(id)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	now, err := w.cfg.Directory.Lookup(ctx, card.ID)
	if errors.Is(err, actions.ErrNoPerson) {
		return false, nil
	}
	return err == nil && !now.Disabled, err
}
