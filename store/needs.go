package store

import "slices"

// A step may need others (StepPlan.Needs): what they do must have been done, and
// not merely be over. Equipment is checked in when somebody has said that it was
// received, and not when somebody has left that out because it was stolen.
//
// When such a step ends in another way, the one that needs it is left out with it,
// in the same entry: nobody could ever do it, and the case would stay open. So a
// lock-out can need nothing: no access stays because of what did not happen
// elsewhere.

// Lacks is the first step that a step needs and that is not done; empty if there
// is none. What is not in the plan was not done.
func (p Plan) Lacks(s Step) StepID {
	i := slices.IndexFunc(s.Needs, func(id StepID) bool {
		parts := p.parts(id)
		return len(parts) == 0 || slices.ContainsFunc(parts, func(x Step) bool { return !x.done() })
	})
	if i < 0 {
		return ""
	}
	return s.Needs[i]
}

// parts are the step with all that belongs to it: what was found later for it, and
// the tasks about things that somebody decided to keep.
func (p Plan) parts(id StepID) (out []Step) {
	of := p.Step(id)
	if of.ID == "" {
		return nil
	}
	out = append(out, of)
	for _, s := range p.Steps {
		kept := func(i Item) bool { return s.ID == keptID(id, i.ID) }
		if s.More == id || slices.ContainsFunc(of.Items, kept) {
			out = append(out, s)
		}
	}
	return out
}

// done reports whether the step did all that it is for.
func (s Step) done() bool { return s.State.Done() && s.Left == 0 }

// NeededBy are the steps that are left out if this one is, also by way of others.
func (p Plan) NeededBy(id StepID) []Step {
	gone := map[StepID]bool{id: true}
	var out []Step
	for more := true; more; {
		more = false
		for _, s := range p.Steps {
			if !gone[s.ID] && !s.State.Ended() && slices.ContainsFunc(s.Needs, func(n StepID) bool { return gone[n] }) {
				gone[s.ID], more = true, true
				out = append(out, s)
			}
		}
	}
	return out
}

// allowsNeeds is about a step that is planned.
func allowsNeeds(s StepPlan) *Refused {
	if len(s.Needs) > 0 && (s.LockOut || s.Manual != nil || slices.Contains(s.Needs, s.ID)) {
		return refuse(Malformed, "the step %s needs another one, and is a lock-out, a task of a person, or that step itself", s.ID)
	}
	return nil
}

// forsake leaves out what needs a step that ended without being done, or one that
// no survey can find any more. What waits for its own approval is asked about
// first; what is under way is finished.
func (c *Case) forsake(e Event) {
	p := c.Plan(0)
	if p.State != Begun {
		return
	}
	for i := 0; i < len(p.Steps); i++ {
		without := p.lost(&p.Steps[i])
		if without == "" {
			continue
		}
		c.step(0, p.Steps[i].ID, func(_ *Plan, s *Step) {
			s.end(Skipped, e)
			s.Without = without
		})
		p, i = c.Plan(0), -1 // something may need this one
	}
}

// lost is the step that a step needs and that can't be done any more; empty if
// there is none, or the step itself is over.
func (p Plan) lost(s *Step) StepID {
	if len(s.Needs) == 0 || s.State.Ended() || s.State == Running || s.Drift {
		return ""
	}
	for _, id := range s.Needs {
		parts := p.parts(id)
		if len(parts) == 0 && len(p.Unsurveyed()) == 0 || slices.ContainsFunc(parts, func(x Step) bool { return x.State.Ended() && !x.done() }) {
			return id
		}
	}
	return ""
}
