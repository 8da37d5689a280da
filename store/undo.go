package store

import "slices"

// An undo is a plan (Restore) that gives back what other plans of the case have
// taken. The plans before it stay as they are: what they took they took.

// Undoable reports why nothing that a plan has taken can be given back now, as a
// *Refused, or nil: so that nobody fills in a form that would be refused. Append
// has the last word.
func (c Case) Undoable(of int) error {
	if r := c.follows(Restore, c.Plan(of)); r != nil {
		return r
	}
	return nil
}

// allowsUndo is about what a person may undo, and when.
func (c Case) allowsUndo(of Plan) *Refused {
	p := c.Plan(0)
	switch {
	case of.Kind == Restore:
		return refuse(NotNow, "That gave access back. To take it away again, start anew: /offboard %s.", c.startVerb())
	case of.Kind == Destroy:
		return refuse(NotNow, "What was deleted can't be given back. /offboard undo %s gives back what was taken before.", c.ID)
	case p.State != Over && p.Kind == Restore:
		return refuse(Already, "%s is being undone already: %s asked for it. /offboard status %s shows how far it is.", c.ID, p.By, c.ID)
	case p.State != Over && !p.Begun.IsZero() && p.Kind == Destroy:
		return refuse(NotNow, "%s is still running: %s. /offboard stop %s stops it; what is not deleted by then can be given back after that.", c.ID, p.Kind.doing(), c.ID)
	case p.State != Over && !p.Begun.IsZero():
		return refuse(NotNow, "%s is still running: %s. /offboard stop %s stops it; what was taken by then can be given back after that.", c.ID, p.Kind.doing(), c.ID)
	case c.Outcome == Restored && len(c.unreturned()) == 0 && c.lastTaking().No < p.No:
		return refuse(Already, "All of %s that could be given back has been given back. To take access away again, start anew: /offboard %s.", c.ID, c.startVerb())
	}
	return nil
}

// lastTaking is the last plan that took something.
func (c Case) lastTaking() (last Plan) {
	for _, p := range c.Plans {
		if p.Kind != Restore && !p.Begun.IsZero() {
			last = p
		}
	}
	return last
}

// doing says what a plan of the kind does while it runs.
func (k PlanKind) doing() string {
	switch k {
	case Restore:
		return "what was taken is given back"
	case Retake:
		return "access that came back is taken away again"
	case Destroy:
		return "what was left is deleted"
	case Move:
		return "what only the old role gave is taken away"
	case Leave:
	}
	return "access is taken away"
}

// restored records how a restore ended. A whole one that ran to its end gives the
// person back; anything less leaves them out, and says that something was given
// back.
func (c *Case) restored(p Plan) {
	switch {
	case len(p.Only) == 0 && p.Stopped == nil:
		c.Outcome = Restored
	case c.Outcome == Restored: // what was left of it
	case slices.ContainsFunc(p.Steps, Step.gaveBack):
		c.Outcome = PartRestored
	}
}

// whole reports whether a plan gave everything back that it could.
func (p Plan) whole() bool {
	return p.Kind == Restore && p.State == Over && !p.Begun.IsZero() && len(p.Only) == 0 && p.Stopped == nil
}

// gaveBack reports whether a step of a restore has, or may have, given something
// back.
func (s Step) gaveBack() bool {
	return s.Tries > 0 || s.State == Confirmed || s.State == Proven
}

// unreturned are the steps of restores that were not done.
func (c Case) unreturned() []Ref {
	var out []Ref
	for _, p := range c.Plans {
		if p.Kind != Restore || p.Begun.IsZero() {
			continue
		}
		for _, s := range p.Steps {
			out = slices.DeleteFunc(out, func(r Ref) bool { return slices.Contains(s.Back, r) })
			if s.State == Skipped || s.State == Halted {
				out = append(out, s.Back...)
			}
		}
	}
	return out
}

// GivenBack reports whether the person may have again what a step of a plan took:
// it was given back since, or is being, or they were hired again. It is not for
// the bot to look whether it came back, or to take it again. What a later plan
// takes again counts as that plan's.
func (c Case) GivenBack(plan int, step StepID) bool {
	return c.Rehired != nil || c.Returned(plan, step)
}

// Returned reports whether an undo has given back what a step of a plan took, or
// is giving it back.
func (c Case) Returned(plan int, step StepID) bool {
	for _, p := range c.Plans {
		if p.No <= plan || p.Kind != Restore || p.Begun.IsZero() {
			continue
		}
		if p.whole() {
			return true
		}
		if slices.ContainsFunc(p.Steps, func(s Step) bool {
			return slices.Contains(s.Back, Ref{plan, step}) && (!s.State.Ended() || s.State == Nothing || s.gaveBack())
		}) {
			return true
		}
	}
	return false
}
