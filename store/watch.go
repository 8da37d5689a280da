package store

import (
	"context"
	"maps"
	"slices"
	"time"
)

// What was taken is looked at again: after an hour, a day, and then each week
// for as long as it is watched. When follows from the log alone: each step that
// took something ended at a time, and each pass says how far it has come.

// Rechecked is one pass: all that fell due in each system until a time was read
// again. It is one entry for all cases and systems; only what came back has an
// entry of its own (Returned), written before the pass.
type Rechecked struct {
	Cases   int      `json:"cases"`
	Systems []Reread `json:"systems"`
}

// Reread is a pass over one system: what fell due after From and until To.
type Reread struct {
	System string    `json:"system"`
	From   time.Time `json:"from,omitzero"` // where the pass before it has ended
	To     time.Time `json:"to,omitzero"`
	Clean  int       `json:"clean"`          // steps that were read, and nothing had come back
	Left   int       `json:"left,omitempty"` // steps that were left out in the plan, and what they were about is still there
	Back   int       `json:"back,omitempty"` // steps of which something is there again; see Returned
	Unread []Unread  `json:"unread,omitempty"`
	Silent bool      `json:"silent,omitempty"` // it does not answer, so what fell due after To waits
}

// Unread is a step that could not be read again. The next pass tries it.
type Unread struct {
	Case CaseID `json:"case"`
	Plan int    `json:"plan"`
	Step StepID `json:"step"`
}

// MaxUnread is how many steps of one system are remembered as unread: one pass
// is one entry of the log. With more, the system counts as silent.
const MaxUnread = 200

// Returned says that something which steps of a plan had taken is held by the
// same accounts again.
type Returned struct {
	Plan  int         `json:"plan"`
	Steps []CameAgain `json:"steps"`
	Here  bool        `json:"here,omitempty"` // the directory says that the person is here: nobody proposes to take it again
}

// CameAgain is what came back of one step. Its items are numbered on from those
// of the step, and keep their numbers.
type CameAgain struct {
	Step  StepID  `json:"step"`
	Items []Item  `json:"items"`
	Held  Private `json:"held"` // JSON of what was found
}

// Unasked approves a retake plan in the place of a person, where the
// configuration says so. What can't be given back is always asked about.
type Unasked struct {
	Plan  int    `json:"plan"`
	Scope string `json:"scope"`
}

func (Rechecked) kind() string { return "rechecked" }
func (Returned) kind() string  { return "returned" }
func (Unasked) kind() string   { return "unasked" }

// Pass is how far one system has been read again.
type Pass struct {
	Entry  uint64    `json:"entry"`
	At     time.Time `json:"at"`
	To     time.Time `json:"to"`
	Unread []Unread  `json:"unread,omitempty"`
	Silent bool      `json:"silent,omitempty"`
}

// Return is access that came back.
type Return struct {
	Entry   uint64
	At      time.Time
	Plan    int
	Step    StepID
	Items   []Item
	Held    Private
	Here    bool      `json:",omitempty"`
	Retake  int       `json:",omitempty"` // the plan that takes it again
	Settled time.Time `json:",omitzero"`  // it was taken again, or is to stay
	Kept    bool      `json:",omitempty"` // it stays, as a person has decided; it is not proposed again
}

// Open reports whether somebody still has to decide about it, or to see to it.
func (r Return) Open() bool { return r.Settled.IsZero() }

// allowsRechecked: a pass goes on where the one before it has ended, so that of
// two that ran at once, or of one that was done again, only one counts.
func (s State) allowsRechecked(b Rechecked, e Event) *Refused {
	if e.Actor.Person != "" || e.Actor.operator() {
		return refuse(NotYours, "Only the bot itself reports what it found and did.")
	}
	seen := map[string]bool{}
	for _, r := range b.Systems {
		if r.System == "" || seen[r.System] || r.To.After(e.At) || r.To.Before(r.From) || len(r.Unread) > MaxUnread {
			return refuse(Malformed, "this is no pass over a system")
		}
		if !r.From.Equal(s.Passes[r.System].To) {
			return refuse(Stale, "the pass before it has ended elsewhere")
		}
		seen[r.System] = true
	}
	if len(seen) == 0 {
		return refuse(Malformed, "nothing was read")
	}
	return nil
}

// passed records how far a pass has come.
func (s *State) passed(b Rechecked, e Event) {
	out := maps.Clone(s.Passes)
	if out == nil {
		out = map[string]Pass{}
	}
	for _, r := range b.Systems {
		out[r.System] = Pass{Entry: e.Seq, At: e.At, To: r.To, Unread: r.Unread, Silent: r.Silent}
	}
	s.Passes = out
}

// Watches reports whether a step of a plan is read again: it took something
// from an account, or was left out, and nothing of it was given back since. What
// an emergency took that was not right is to be given back, so nobody wonders at it.
func (c Case) Watches(plan int, id StepID) bool {
	p := c.Plan(plan)
	s := p.Step(id)
	if c.Erased != nil || plan == 0 || !p.Kind.Opens() || p.Begun.IsZero() || p.Wrong != nil || s.Account.IsZero() || !s.State.Ended() || s.Drift || c.GivenBack(plan, id) {
		return false
	}
	return !slices.ContainsFunc(c.Plans, func(r Plan) bool { return r.gaveBack(plan, id) })
}

// gaveBack reports whether the plan gives back what a step took. From its
// beginning on nobody wonders that it is there again; what it left out is
// watched on.
func (p Plan) gaveBack(plan int, id StepID) bool {
	if p.Kind != Restore || p.Begun.IsZero() || plan >= p.No || len(p.Only) > 0 && (p.Of != plan || !slices.Contains(p.Only, id)) {
		return false
	}
	return !slices.ContainsFunc(p.Steps, func(s Step) bool {
		return (s.State == Skipped || s.State == Halted) && slices.Contains(s.Back, Ref{plan, id})
	})
}

// WatchedSince says since when the case is watched: since the last step that is read
// again has ended. False if there is nothing to watch.
func (c Case) WatchedSince() (since time.Time, ok bool) {
	for _, p := range c.Plans {
		for _, s := range p.Steps {
			if s.Ended.After(since) && c.Watches(p.No, s.ID) {
				since, ok = s.Ended, true
			}
		}
	}
	return since, ok
}

// allowsWatch is about what the bot alone reports.
func (c Case) allowsWatch(e Event) *Refused {
	if e.Actor.Person != "" || e.Actor.operator() {
		return refuse(NotYours, "Only the bot itself reports what it found and did.")
	}
	switch b := e.Body.(type) {
	case Returned:
		return c.allowsReturned(b, e)
	case Unasked:
		return c.allowsUnasked(b)
	}
	return nil
}

// allowsReturned: what is known to have come back is not found a second time.
func (c Case) allowsReturned(b Returned, e Event) *Refused {
	seen := map[StepID]bool{}
	for _, r := range b.Steps {
		s := c.Plan(b.Plan).Step(r.Step)
		if !c.Watches(b.Plan, r.Step) || s.State == Skipped || s.State == Halted {
			return refuse(Stale, "%s is not watched any more", r.Step)
		}
		if len(r.Items) == 0 || seen[r.Step] {
			return refuse(Malformed, "nothing came back")
		}
		seen[r.Step] = true
		for _, it := range r.Items {
			if c.Back(b.Plan, r.Step, it.ID) {
				return refuse(Already, "that %s came back is known", it.ID)
			}
		}
	}
	switch {
	case len(seen) == 0:
		return refuse(Malformed, "nothing came back")
	case e.Facts.Open != "":
		return refuse(Stale, "%s has a later case", c.Person)
	}
	return nil
}

// Back reports whether it is known that an item of a step came back, and it was
// not taken again since.
func (c Case) Back(plan int, step StepID, item string) bool {
	return slices.ContainsFunc(c.Returns, func(r Return) bool {
		return r.Plan == plan && r.Step == step && (r.Open() || r.Kept) && slices.ContainsFunc(r.Items, func(i Item) bool { return i.ID == item })
	})
}

// Kept reports whether somebody has decided that an item that came back stays.
func (c Case) Kept(plan int, step StepID, item string) bool {
	return slices.ContainsFunc(c.Returns, func(r Return) bool {
		return r.Plan == plan && r.Step == step && r.Kept && slices.ContainsFunc(r.Items, func(i Item) bool { return i.ID == item })
	})
}

func (c *Case) cameBack(b Returned, e Event) {
	c.Returns = slices.Clone(c.Returns)
	for _, r := range b.Steps {
		c.Returns = append(c.Returns, Return{Entry: e.Seq, At: e.At, Plan: b.Plan, Step: r.Step, Items: r.Items, Held: r.Held, Here: b.Here})
	}
}

// Unplanned are the steps with access that came back, that no plan takes again
// yet, of the first plan that has any. Nothing is proposed while another plan
// is open.
func (c Case) Unplanned() (plan int, steps []StepID) {
	if c.State != CaseClosed {
		return 0, nil
	}
	for _, r := range c.Returns {
		if !r.waits() || !c.Watches(r.Plan, r.Step) || plan != 0 && r.Plan != plan || slices.Contains(steps, r.Step) {
			continue
		}
		plan, steps = r.Plan, append(steps, r.Step)
	}
	return plan, steps
}

// waits reports whether a plan is to be proposed for it.
func (r Return) waits() bool { return r.Open() && !r.Here && r.Retake == 0 }

// allowsRetake: only what came back is taken again, and never what somebody has
// decided to leave.
func (c Case) allowsRetake(b Planned) *Refused {
	plan, steps := c.Unplanned()
	if plan != b.Of || len(b.Only) == 0 || slices.ContainsFunc(b.Only, func(id StepID) bool { return !slices.Contains(steps, id) }) {
		return refuse(Stale, "nothing of this has come back, or it is being seen to")
	}
	return nil
}

// retaking marks what the newest plan is to take again. A plan that gave way to
// it leaves what it was about to be proposed again.
func (c *Case) retaking() {
	p := c.Plan(0)
	c.Returns = slices.Clone(c.Returns)
	for i := range c.Returns {
		r := &c.Returns[i]
		if r.Open() {
			r.Retake = 0
		}
		if p.Kind == Retake && r.Plan == p.Of && r.waits() && slices.Contains(p.Only, r.Step) {
			r.Retake = p.No
		}
	}
}

// retaken settles what a plan was to take again. What a person has declined,
// stopped or left out stays, and that shows.
func (c *Case) retaken(p Plan, at time.Time) {
	c.Returns = slices.Clone(c.Returns)
	for i := range c.Returns {
		r := &c.Returns[i]
		if !r.Open() || r.Retake != p.No {
			continue
		}
		s := p.Step(r.Step)
		undone := p.Declined != nil || p.Begun.IsZero() && p.Stopped != nil || s.State == Skipped || s.State == Halted
		r.Settled, r.Kept = at, undone
		if of := c.Plan(r.Plan).Step(r.Step); undone && of.EndsAccess() {
			c.Outcome = AccessLeft
		}
	}
}

// welcome settles what came back of somebody who was hired again.
func (c *Case) welcome(at time.Time) {
	c.Returns = slices.Clone(c.Returns)
	for i := range c.Returns {
		if r := &c.Returns[i]; r.Open() {
			r.Settled = at
		}
	}
}

// stays settles what came back of what was given back since.
func (c *Case) stays(at time.Time) {
	c.Returns = slices.Clone(c.Returns)
	for i := range c.Returns {
		if r := &c.Returns[i]; r.Open() && c.GivenBack(r.Plan, r.Step) {
			r.Settled = at
		}
	}
}

// allowsUnasked: by itself the bot takes again only what it could give back,
// and from nobody whom the policy protects by further approvals.
func (c Case) allowsUnasked(b Unasked) *Refused {
	p := c.Plan(0)
	_, held := c.Held()
	switch {
	case b.Plan != p.No || p.Kind != Retake || p.State != Asked || b.Scope != p.Scope:
		return stale(c.ID)
	case held:
		return refuse(Suspended, "the case is held")
	case len(c.Needed()) > 1:
		return refuse(NotYours, "whoever needs further approvals to leave needs them for this too")
	case slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Irreversible() }):
		return refuse(NotYours, "what can't be given back is for a person to approve")
	}
	return nil
}

// unasked approves a plan by the configuration's word: By is nobody.
func (p *Plan) unasked(e Event, heir PersonID) {
	p.State, p.Decision = Approved, &Decision{At: e.At}
	p.Steps = slices.Clone(p.Steps)
	for i := range p.Steps {
		p.Steps[i].inherit(heir)
	}
	p.setDue(e)
}

// CameBack records what came back and, in the same commit, what is proposed to
// take it again: nobody reads of the one without the other. If that is not
// possible now nothing is saved, and the error is no *Refused.
func (s *Store) CameBack(ctx context.Context, id CaseID, actor Actor, b Returned, then Planned) error {
	r := &request{subject: string(id), actor: actor, body: b}
	r.then = &request{subject: string(id), actor: actor, body: then}
	return s.send(ctx, r).err
}
