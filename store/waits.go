package store

import "slices"

// Wait is something that a case cannot go on without: what must be done, and
// by whom.
type Wait struct {
	Verb   Verb
	Person PersonID   // exactly this person, or
	Roles  []Role     // anybody with one of these roles
	Not    PersonID   // but not this person
	Nor    []PersonID // nor these
	Step   StepID     // what it is about; may be empty
}

// For reports whether a person with these roles in the case can end the wait.
func (w Wait) For(p PersonID, roles []Role) bool {
	if p == w.Not && p != "" || slices.Contains(w.Nor, p) {
		return false
	}
	return w.Person != "" && w.Person == p || slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(w.Roles, r) })
}

// Waits lists what the case waits for people to do.
func (c Case) Waits() []Wait {
	if c.State == CaseClosed {
		return nil
	}
	p := c.Plan(0)
	var out []Wait
	for _, x := range c.Pending {
		out = append(out, Wait{Verb: VerbSecond, Roles: Seconders(x.Roles), Not: x.By, Step: x.Change.Step})
	}
	asked := slices.ContainsFunc(c.Pending, func(x Pending) bool { return x.Change.Verb == VerbResume })
	if h, held := c.Held(); held && !asked {
		out = append(out, Wait{Verb: VerbResume, Roles: permits[VerbResume], Not: h.Person})
	}
	switch p.State {
	case Proposed, Declined:
		if !c.InBatch() { // else with its list
			out = append(out, Wait{Verb: VerbSubmit, Person: c.Asker()})
		}
	case Approved:
		if p.CutOff.Mode == Press && p.Press.IsZero() {
			out = append(out, Wait{Verb: VerbPress, Roles: permits[VerbPress]})
		}
	case "", Surveying, Asked, Begun, Over:
	}
	out = append(out, c.approvalWaits()...)
	if p.HeirsOpen() {
		for _, a := range p.Approvers {
			out = append(out, Wait{Verb: VerbAnswer, Person: a})
		}
	}
	if p.Wondering() {
		for _, a := range p.Approvers {
			out = append(out, Wait{Verb: VerbAnswer, Person: a, Step: p.Enquiry().ID})
		}
	}
	for _, s := range p.Steps {
		switch {
		case s.State.Ended(), s.Drift, s.Asks():
		case s.Manual != nil && (p.State == Begun || s.Manual.First && p.State == Asked || s.Early() && p.State == Approved):
			out = append(out, Wait{Verb: VerbConfirm, Roles: []Role{s.Manual.Owner}, Step: s.ID})
		case s.Withheld && s.Legal:
			out = append(out, Wait{Verb: VerbHold, Roles: permits[VerbHold], Step: s.ID})
		case s.Withheld:
			out = append(out, Wait{Verb: VerbClock, Roles: permits[VerbClock], Step: s.ID})
		case s.State == Accepted:
			out = append(out, Wait{Verb: VerbConfirm, Roles: []Role{IT}, Step: s.ID})
		case s.Calls && s.State != NeedsPerson && s.Taker == "":
			out = append(out, Wait{Verb: VerbTake, Roles: permits[VerbTake], Step: s.ID})
		case s.State == NeedsPerson:
			out = append(out, Wait{Verb: VerbRetry, Roles: permits[VerbRetry], Step: s.ID})
		}
	}
	return out
}
