package store

import (
	"slices"
	"time"
)

// changedBy remembers who else set what is asked for.
func (c *Case) changedBy(p PersonID) {
	if !c.askedFor(p) {
		c.Changers = append(slices.Clone(c.Changers), p)
	}
}

// seconded takes a pending change off the list and, if the second person
// agreed, does it.
func (c *Case) seconded(b Seconded, e Event) {
	i := slices.IndexFunc(c.Pending, func(p Pending) bool { return p.Entry == b.Entry })
	if i < 0 {
		return
	}
	p := c.Pending[i]
	c.Pending = slices.Delete(slices.Clone(c.Pending), i, i+1)
	if b.Agree {
		c.change(p.Change, e, p.By, e.Actor.Person)
	}
}

// change does what a Change says.
func (c *Case) change(ch Change, e Event, by, seconder PersonID) {
	switch ch.Verb {
	case VerbSkip:
		c.step(ch.Plan, ch.Step, func(_ *Plan, s *Step) {
			s.end(Skipped, e)
			s.By, s.Seconder, s.Note = by, seconder, ch.Reason
		})
	case VerbReschedule:
		c.Terms.CutOff = ch.CutOff
		c.changedBy(by)
		c.edit(ch.Plan, func(p *Plan) {
			p.CutOff = ch.CutOff
			p.Press = time.Time{} // a press was for the time before
			p.Fallback = nil
			switch p.State {
			case Approved:
				p.setDue(e)
			case Proposed, Asked, Declined:
				p.void()
				p.Rev++
				p.Scope = p.scope()
			case "", Surveying, Begun, Over:
			}
		})
	case VerbCancel:
		c.edit(ch.Plan, func(p *Plan) {
			p.Stopped = &Stop{By: by, At: e.At, Reason: ch.Reason}
			p.halt(e)
			p.State = Over
		})
	case VerbResume:
		c.resume(e, by, seconder)
	default: // no other verb is a change; see Allows
	}
}
