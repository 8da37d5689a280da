package store

import "slices"

// An emergency locks out first, on one person's word: everything else, and
// whether that was right, is decided afterwards by the approver (ratified). Only
// lock-outs that can be given back go at once, each system's as soon as it was
// looked at, so that one that is dead holds up no other.

// Rushed makes an emergency of a leave that has not begun.
type Rushed struct {
	Plan   int     `json:"plan"`
	Reason Private `json:"reason"`
}

func (Rushed) kind() string { return "rushed" }

// urgent reports whether the circuit breaker leaves a start alone: an emergency
// of security, who would have to lift it.
func (b Drafted) urgent(f Facts) bool { return b.Emergency && slices.Contains(f.Roles, Security) }

// allowsEmergency is what an emergency asks beyond a draft. Whoever needs
// further approvals to leave is locked out by security only; the answer does not
// tell who that is. Where a survey finds that out, what it found waits.
func allowsEmergency(b Drafted, e Event) *Refused {
	switch {
	case !b.Emergency:
		return nil
	case b.ByHand:
		return refuse(WhoIsIt, "I can only lock out somebody whom the directory knows. Start an ordinary case for others.")
	case b.Terms.CutOff.Mode != Now:
		return refuse(Malformed, "An emergency begins at once.").at("cut-off")
	case b.Terms.Reason.IsZero():
		return refuse(Malformed, "Please say why: it stays in the record, and whoever ratifies it reads it.").at("reason")
	case e.Facts.Ruling != nil && len(e.Facts.Ruling.Also) > 0 && !slices.Contains(e.Facts.Roles, Security):
		return refuse(WhoIsIt, neutral)
	}
	return nil
}

func (c Case) allowsRush(b Rushed, p Plan, e Event) *Refused {
	switch {
	case p.Emergency:
		return refuse(Already, "%s is an emergency already; the card shows how far it is.", c.ID)
	case p.Kind == Move:
		return refuse(NotNow, "%s is a change of role, and takes only what the old role gave. To lock %s out at once, type /offboard emergency and their name.", c.ID, c.Person)
	case p.Kind != Leave || p.State == Over || p.State == Begun:
		return refuse(NotNow, "%s has begun or is over, so there is nothing to bring forward. The card shows how it stands.", c.ID)
	case p.State == Approved:
		return refuse(NotNow, "%s is approved, so no emergency is needed: /offboard reschedule %s now cuts off at once.", c.ID, c.ID)
	case c.ByHand:
		return refuse(WhoIsIt, "I know no account of this person, so I can't lock them out. IT finds out who they are first.")
	case slices.Contains(p.Approvers, e.Actor.Person):
		return refuse(NotYours, "You are asked to approve %s, so you can't begin it too. Approve it, or ask a colleague.", c.ID)
	case b.Reason.IsZero():
		return refuse(Malformed, "Please say why: it stays in the record, and whoever ratifies it reads it.").at("reason")
	case len(c.Ruling.Also) > 0 && !slices.Contains(e.Facts.Roles, Security):
		return refuse(NotYours, "For %s only somebody of security can do this. Nothing was changed.", c.Person)
	}
	return nil
}

// rush begins the plan with what may go at once. What was approved, or declined,
// before was no emergency.
func (p *Plan) rush(e Event, reason Private) {
	p.Emergency, p.State, p.Begun, p.Due, p.CutOff = true, Begun, e.At, e.At, CutOff{Mode: Now}
	if p.By == "" {
		p.By = e.Actor.Person
	}
	p.Reason, p.Careful = reason, !slices.Contains(e.Facts.Roles, Security)
	p.void()
	p.Fallback, p.Declined = nil, nil
	p.Rev++
	p.Steps = slices.Clone(p.Steps)
	for i := range p.Steps {
		p.Steps[i].Drift = p.waits(p.Steps[i].StepPlan)
	}
	p.looked(e)
}

// waits reports whether a step of an emergency needs the approval first.
func (p Plan) waits(s StepPlan) bool {
	return p.Emergency && (!s.LockOut || s.Irreversible() || p.Careful && !s.Needed.IsZero())
}

// looked asks the approver of an emergency, once all systems were looked at.
func (p *Plan) looked(e Event) {
	if p.Emergency && len(p.Unsurveyed()) == 0 {
		p.Surveys = slices.Clone(p.Surveys)
		p.order()
		p.Scope, p.Asked, p.Drifted = p.scope(), e.At, e.At
	}
}

// Unratified reports whether an emergency waits for somebody to say that it was
// right.
func (p Plan) Unratified() bool {
	return p.Emergency && p.State == Begun && p.Stopped == nil && len(p.Later) == 0
}

// rushed opens a case for everybody who works on it, and begins it.
func (c *Case) rushed(plan int, reason Private, e Event) {
	c.State, c.Batch = CaseOpen, "" // it is ratified by itself, not with a list
	if c.Submitted.IsZero() {
		c.Submitted = e.At
	}
	c.Terms.CutOff = CutOff{Mode: Now}
	c.changedBy(e.Actor.Person)
	c.edit(plan, func(p *Plan) { p.rush(e, reason) })
	c.changedBy(c.Requester) // what is ratified they asked for too
}
