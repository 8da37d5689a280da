package store

import (
	"slices"
	"time"
)

// An approver is shown who gets what, so their approval settles it. Whoever
// approves in their place was never asked: then it is asked of the approver after
// the approval (Plan.HeirsAsked), and holds up only the steps that hand something
// over. If nobody answers in time, it goes to whom the configuration names.

// Defaulted says that nobody has answered in time, and who gets what was open. The
// bot writes it; how long it waits and who that is comes from the configuration.
type Defaulted struct {
	Plan int      `json:"plan"`
	To   PersonID `json:"to"`
}

func (Defaulted) kind() string { return "defaulted" }

// seen reports whether whoever approves for the approver is one who was shown who
// gets what.
func (p Plan) seen(d Decision) bool {
	for _, x := range append(slices.Clone(p.Given), d) {
		if x.Seat() == Approver {
			// Who has left since they gave it was shown it too.
			return slices.Contains(p.Approvers, x.By) || slices.ContainsFunc(p.Delegated, func(d Delegation) bool { return d.From == x.By && !d.At.Before(x.At) })
		}
	}
	return true // the approver is asked yet
}

// open reports whether a step waits for an answer that was not given with the
// approval.
func (s Step) open() bool { return s.Unanswered() && !s.Drift }

// HeirsOpen reports whether, after the approval, somebody must still say who gets
// what.
func (p Plan) HeirsOpen() bool {
	return !p.HeirsAsked.IsZero() && (p.State == Approved || p.State == Begun) && p.Stopped == nil && p.Wrong == nil && slices.ContainsFunc(p.Steps, Step.open)
}

// settle says with an approval who gets what of a step, or asks for it.
func (p *Plan) settle(s *Step, seen bool, heir PersonID, at time.Time) {
	if s.Asks() && s.Asked.IsZero() {
		s.Asked = at
	}
	if seen {
		s.inherit(heir)
	} else if s.open() {
		p.HeirsAsked = at
	}
}

// allowsDefaulted: once, since nothing is open after it. That the heir does not
// leave is stamped by Append.
func (c Case) allowsDefaulted(b Defaulted, e Event, late *Refused) *Refused {
	switch p := c.Plan(0); {
	case b.Plan != p.No || !p.HeirsOpen():
		return late
	case c.waits(e) != nil:
		return c.waits(e)
	case b.To == "" || b.To == c.Person || slices.Contains(e.Facts.Leaving, b.To):
		return refuse(Malformed, "%s can't get what nobody was named for in %s", b.To, c.ID)
	}
	return nil
}

func (p *Plan) defaulted(b Defaulted, e Event) {
	p.Defaulted = &Delegation{To: b.To, At: e.At}
	p.Steps = slices.Clone(p.Steps)
	for i := range p.Steps {
		if s := &p.Steps[i]; s.open() {
			s.inherit(b.To)
		}
	}
}

// inherit gives each item that nobody was named for to the heir.
func (s *Step) inherit(heir PersonID) {
	if !s.StepPlan.Answers {
		return
	}
	for _, it := range s.Items {
		if _, ok := s.Answer(it.ID); !ok && it.Heir {
			s.Answers = append(slices.Clone(s.Answers), Answer{Step: s.ID, Item: it.ID, Choice: Give, Heir: heir})
		}
	}
}
