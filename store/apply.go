package store

import (
	"slices"
)

// Apply returns the case that follows c once e has happened. It is total: what
// is recorded happened, whatever today's rules say.
func (c Case) Apply(e Event) Case {
	c.Seq, c.Last = e.Seq, e.At
	c.Plans = slices.Clone(c.Plans)
	switch b := e.Body.(type) {
	case Drafted:
		c.ID, c.State, c.Person, c.ByHand = CaseID(e.Subject), CaseDraft, b.Person, b.ByHand
		c.Requester, c.Opened, c.From, c.Batch = e.Actor.Person, e.At, b.Batch, b.Batch
		c.rule(b.Terms, e.Facts)
		c.Plans = []Plan{{No: 1, Kind: b.Terms.opening(), State: Surveying, Systems: b.Systems, CutOff: b.Terms.CutOff, Approvers: []PersonID{b.Terms.Manager}}}
		if b.Emergency {
			c.rushed(1, b.Terms.Reason, e)
		}
	case Rushed:
		c.rushed(b.Plan, b.Reason, e)
	case Amended:
		// What was found may be old by now: it is surveyed again.
		c.rule(b.Terms, e.Facts)
		c.Pending = nil // they were about steps that may not be there again
		c.changedBy(e.Actor.Person)
		c.remember(c.Plan(0))
		c.edit(0, func(p *Plan) {
			*p = Plan{
				No: p.No, Kind: p.Kind, Of: p.Of, Only: p.Only, By: p.By, Asking: p.Asking, Reason: p.Reason, State: Surveying, Systems: b.systems(p.Systems), Rev: p.Rev + 1, Declined: p.Declined,
				CutOff: b.Terms.CutOff, Approvers: []PersonID{b.Terms.Manager}, Void: slices.Concat(p.Void, p.Given), Said: p.Said,
			}
		})
	case Surveyed:
		c.needed(b.Steps)
		c.edit(b.Plan, func(p *Plan) { p.surveyed(b, e) })
	case Planned:
		c.plan(b, e)
	case Rehired:
		c.rehire(b, e)
	case Drifted:
		c.needed(b.Steps)
		c.edit(b.Plan, func(p *Plan) { p.drift(b, e) })
	case Resurveyed:
		c.edit(b.Plan, func(p *Plan) { p.resurveyed(b, e) })
	case Submitted:
		c.State = CaseOpen
		if c.Submitted.IsZero() {
			c.Submitted = e.At
		}
		c.edit(b.Plan, func(p *Plan) { p.State, p.Asked, p.Declined = Asked, e.At, nil })
	case Decided:
		c.decide(b, e)
	case Replaced:
		c.replaced(b, e)
	case FellBack:
		c.edit(b.Plan, func(p *Plan) { p.Fallback = &Fallback{To: b.To, At: e.At} })
	case Defaulted:
		c.edit(b.Plan, func(p *Plan) { p.defaulted(b, e) })
	case Lapsed:
		c.step(b.Plan, b.Step, func(_ *Plan, s *Step) { s.lapse(e) })
	case Delegated:
		c.edit(b.Plan, func(p *Plan) {
			p.Delegated = append(slices.Clone(p.Delegated), Delegation{From: e.Actor.Person, To: b.To, At: e.At})
			p.Approvers = []PersonID{b.To}
		})
	case Answered:
		c.edit(b.Plan, func(p *Plan) {
			for _, a := range b.Answers {
				p.answered(a)
			}
		})
	case Replied:
		c.edit(b.Plan, func(p *Plan) { p.replied(b, e) })
	case Pressed:
		c.edit(b.Plan, func(p *Plan) { p.Press, p.Due = e.At, e.At })
	case Requested:
		if c.Alone(b.Change) {
			c.change(b.Change, e, e.Actor.Person, "")
			break
		}
		c.Pending = append(slices.Clone(c.Pending), Pending{Entry: e.Seq, Change: b.Change, By: e.Actor.Person, Roles: c.roles(e), At: e.At})
	case Seconded:
		c.seconded(b, e)
	case Stopped:
		c.edit(b.Plan, func(p *Plan) {
			p.Stopped = &Stop{By: e.Actor.Person, At: e.At, Reason: b.Reason}
			p.halt(e)
		})
	case Retried:
		c.step(b.Plan, b.Step, func(_ *Plan, s *Step) {
			s.State, s.Attempts, s.RetriedAt, s.Again, s.Entry = Waiting, 0, e.Seq, e.At, 0
			s.By = ""
			s.calm()
		})
	case Taken:
		c.step(b.Plan, b.Step, func(_ *Plan, s *Step) { s.Taker, s.TakenAt = e.Actor.Person, e.At })
	case ConfirmedBy:
		c.step(b.Plan, b.Step, func(_ *Plan, s *Step) {
			s.end(Confirmed, e)
			s.By, s.Note = e.Actor.Person, b.Note
		})
	case Noted:
		c.Notes = append(slices.Clone(c.Notes), Note{By: e.Actor.Person, At: e.At, Text: b.Text})
	case Viewed:
		c.Views = viewed(c.Views, b, e)
	case Rated:
		c.rate(b, e)
	case Started:
		c.edit(b.Plan, func(p *Plan) { p.State, p.Begun, p.Delay = Begun, e.At, b.Delay })
	case Withheld:
		c.step(b.Plan, b.Step, func(_ *Plan, s *Step) { s.Withheld, s.Legal = true, e.Facts.Legal })
	case Attempted:
		c.step(b.Plan, b.Step, func(p *Plan, s *Step) {
			s.State, s.Entry, s.Left, s.Withheld, s.Spreads = Running, e.Seq, b.Left, false, false
			s.Attempts++
			s.Tries++
			if s.First.IsZero() {
				s.First = e.At
			}
			s.Items = slices.Clone(s.Items)
			for _, it := range b.Items {
				if !slices.ContainsFunc(s.Items, func(x Item) bool { return x.ID == it.ID }) {
					s.Items = append(s.Items, it)
				}
			}
			s.Befores = append(slices.Clone(s.Befores), b.Found)
			p.followUp(*s, b.Found)
		})
	case Finished:
		c.step(b.Plan, b.Step, func(_ *Plan, s *Step) {
			s.Evidence, s.Why, s.Message = b.Evidence, "", Private{}
			switch {
			case b.Accepted:
				s.State, s.Entry, s.Withheld = Accepted, 0, false
				s.calm()
			case s.Tries == 0:
				s.end(Nothing, e)
			default:
				s.end(Proven, e)
			}
		})
	case Failed:
		c.step(b.Plan, b.Step, func(p *Plan, s *Step) { s.failed(p, b, e) })
	case Disowned:
		c.disown(b, e)
	case Returned:
		c.cameBack(b, e)
	case Unasked:
		c.edit(b.Plan, func(p *Plan) { p.unasked(e, c.Terms.Manager) })
	case Covered:
		c.covered(b, e)
	case Parted:
		c.Batch = ""
	case Inherited:
		c.Requester = b.To
		c.changedBy(b.From)
	case Erased:
		c.erase(b, e)
		return c
	case Met, Linked, KeysDestroyed, Rechecked, Paused, Configured, Doubted, Trusted, Frozen, Tripped, Counted, Listed, Adopted, Orphaned, Excepted, Sent, Dropped, Explained, Owned, Swept, Rekeyed, Upgraded:
		// Not about a case.
	}
	c.settle(e)
	return c
}

// edit changes a copy of a plan; 0 is the current one.
func (c *Case) edit(no int, f func(*Plan)) {
	if no == 0 {
		no = len(c.Plans)
	}
	if no < 1 || no > len(c.Plans) {
		return
	}
	p := c.Plans[no-1]
	f(&p)
	c.Plans[no-1] = p
}

// step changes a copy of a step.
func (c *Case) step(no int, id StepID, f func(*Plan, *Step)) {
	c.edit(no, func(p *Plan) {
		if i := p.index(id); i >= 0 {
			p.Steps = slices.Clone(p.Steps)
			f(p, &p.Steps[i])
		}
	})
}

// settle draws the consequences that follow from the whole: what needs a step
// that was not done is left out with it, and a plan with nothing left to do is over, and a case whose plan is over is closed.
func (c *Case) settle(e Event) {
	c.unheard(e)
	c.forsake(e)
	p := c.Plan(0)
	if p.State == Begun && !p.Unratified() && !slices.ContainsFunc(p.Steps, func(s Step) bool { return !s.State.Ended() }) {
		p.State = Over
	}
	if p.State != Over || c.State == CaseClosed {
		return
	}
	p.Over = e.At
	c.edit(p.No, func(x *Plan) { *x = p })
	c.State, c.Closed, c.Pending = CaseClosed, e.At, nil
	if !p.Kind.Opens() {
		c.followed(p)
		c.retaken(p, e.At)
		return
	}
	c.Outcome = Done
	left := slices.ContainsFunc(p.Steps, func(s Step) bool { return s.leftAccess() || s.Lapsed && !s.Asks() })
	_, stopped := e.Body.(Stopped)
	// What one person stopped after it was approved and before it began is no
	// cancel: that would have needed a second person, so it must show.
	alone := stopped && p.Decision != nil
	switch {
	case p.Wrong != nil, p.Emergency && len(p.Later) == 0: // or it was stopped before anybody said that it was right
		c.Outcome = Unratified
	case left && (alone || !p.Begun.IsZero()):
		c.Outcome = AccessLeft
	case p.Begun.IsZero():
		c.Outcome = Cancelled
	}
}

// leftAccess reports whether a step that takes access away at the cut-off was
// not done.
func (s Step) leftAccess() bool {
	return s.EndsAccess() && (s.State == Skipped || s.State == Halted)
}

// EndsAccess reports whether the step takes access away at the cut-off.
func (s StepPlan) EndsAccess() bool { return s.LockOut || s.Phase == phaseCutOff }

// phaseCutOff is StepPlan.Phase of what takes access away at the cut-off; what
// comes after it only tidies up.
const phaseCutOff = "cut-off"
