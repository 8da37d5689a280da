package store

import (
	"cmp"
	"slices"
	"time"
)

func (p *Plan) surveyed(b Surveyed, e Event) {
	p.Steps = slices.Clone(p.Steps)
	for _, sp := range b.Steps {
		if p.index(sp.ID) < 0 {
			p.Steps = append(p.Steps, Step{StepPlan: sp, State: Waiting, Drift: p.waits(sp)})
			p.followUp(p.Steps[len(p.Steps)-1], sp.Held)
		}
	}
	b.Steps = nil
	p.Surveys = append(slices.Clone(p.Surveys), b)
	if p.looked(e); p.Emergency && len(p.Unsurveyed()) == 0 {
		p.Looked = e.At
	}
	if p.State == Surveying && len(p.Unsurveyed()) == 0 {
		p.order()
		p.Looked = e.At
		p.State, p.Scope = Proposed, p.scope()
		if !p.Kind.Opens() && p.By == "" { // nobody has to look at it before the approver does
			p.State, p.Asked = Asked, e.At
		}
		if (p.Kind == Retake || p.Kind == Destroy) && len(p.Steps) == 0 { // it has gone by itself
			p.State = Over
		}
	}
}

// order puts what was found in the order of the systems, not in that in which
// they happened to answer.
func (p *Plan) order() {
	slices.SortStableFunc(p.Steps, func(a, b Step) int {
		return cmp.Compare(slices.Index(p.Systems, a.System), slices.Index(p.Systems, b.System))
	})
	slices.SortStableFunc(p.Surveys, func(a, b Surveyed) int {
		return cmp.Compare(slices.Index(p.Systems, a.System), slices.Index(p.Systems, b.System))
	})
}

// decided records a refusal, or the last approval: it gives every item that nobody was
// named for to the manager: those are the defaults that were shown.
func (p *Plan) decided(b Decided, e Event, d Decision, heir PersonID) {
	if p.drifted() {
		p.decidedLater(b, e, d, heir)
		return
	}
	if !b.Approve {
		p.State, p.Declined = Declined, &d
		p.Given, p.Void, p.Fallback = nil, nil, nil
		p.Rev++
		p.Scope = p.scope()
		if p.Kind == Retake || p.Kind == Destroy { // nobody corrects it: what is there stays
			p.State = Over
		}
		return
	}
	seen := p.seen(d)
	p.State, p.Decision = Approved, &d
	p.Approvals, p.Given, p.Void = p.Given, nil, nil
	p.Steps = slices.Clone(p.Steps)
	for i := range p.Steps {
		p.settle(&p.Steps[i], seen, heir, e.At)
	}
	p.hear(e)
	p.setDue(e)
}

// setDue says when an approved plan is due. A time that had passed before the
// approval counts from the approval: the bot was never late.
func (p *Plan) setDue(e Event) {
	switch p.CutOff.Mode {
	case Now:
		p.Due = e.At
	case At:
		p.Due = p.CutOff.At
		if p.Due.Before(e.At) {
			p.Due = e.At
		}
	case Press:
		p.Due = p.Press
	}
}

func (s *Step) end(state StepState, e Event) {
	s.State, s.Ended, s.Entry, s.Again, s.Withheld, s.Spreads = state, e.At, 0, e.At, false, false
	s.calm()
}

// calm ends that people are called for a step.
func (s *Step) calm() { s.Calls, s.Taker, s.TakenAt = false, "", time.Time{} }

// failed records a failure. A step of a stopped plan is not tried again,
// nor of an emergency that was not right.
func (s *Step) failed(p *Plan, b Failed, e Event) {
	s.Entry, s.Why, s.Message, s.Failed, s.Withheld, s.Spreads = 0, b.Why, b.Message, e.At, false, b.Spreads
	if b.Entry == 0 {
		s.Attempts++ // the read before the attempt failed, which is an attempt too
	}
	switch {
	case p.Stopped != nil, p.Wrong != nil:
		s.end(Halted, e)
	case b.After == 0:
		s.calm() // whoever had it while it was still tried may not know
		s.State, s.Calls = NeedsPerson, s.LockOut
	default:
		s.State, s.Again = FailedAgain, e.At.Add(b.After)
		if s.Calls = s.LockOut && b.Call; !s.Calls {
			s.calm()
		}
	}
}

// halt ends every step that is not under way.
func (p *Plan) halt(e Event) {
	p.Steps = slices.Clone(p.Steps)
	for i := range p.Steps {
		if s := &p.Steps[i]; !s.State.Ended() && s.State != Running {
			s.end(Halted, e)
		}
	}
	if p.Begun.IsZero() {
		p.State = Over
	}
}
