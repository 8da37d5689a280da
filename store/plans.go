package store

import "slices"

// A case that is over takes further plans: what was taken can be given back
// (restore), taken again when it has come back (retake), or deleted after the
// retention (destroy). Each is surveyed, approved and proven like the first.

// Planned adds a plan to a case whose last one is over, or has not begun: that
// one is given up. A person asks for a restore; all others are the bot's.
type Planned struct {
	Kind     PlanKind `json:"kind"`
	Of       int      `json:"of"`             // the plan that it follows
	Only     []StepID `json:"only,omitempty"` // the steps of Of that it is about; none: all
	Systems  []string `json:"systems"`        // what is surveyed for it
	CutOff   CutOff   `json:"cutOff"`         // when it is carried out, once approved
	Approver PersonID `json:"approver"`       // who decides
	Reason   Private  `json:"reason,omitzero"`
}

// Drifted is what a repeated survey has found in one system that nobody has
// seen: a new account, action or thing that can't be given back. Before the
// decision it is part of what is decided about, so old cards are void; after
// it, it waits for an approval of its own, and all else goes on.
type Drifted struct {
	Plan   int        `json:"plan"`
	System string     `json:"system"`
	Steps  []StepPlan `json:"steps"`
}

func (Planned) kind() string { return "planned" }
func (Drifted) kind() string { return "drifted" }

// allowsPlanned is about a further plan. Of a case that is under way only what
// the bot proposed, and has not begun, makes room for what a person asks for.
func (c Case) allowsPlanned(b Planned, e Event) *Refused {
	p, of := c.Plan(0), c.Plan(b.Of)
	byBot := e.Actor.Person == ""
	switch {
	case c.ID == "":
		return NoSuchCase(CaseID(e.Subject))
	case byBot && c.Rehired != nil:
		return refuse(NotNow, "%s was hired again, so nothing is taken from them any more", c.Person)
	case e.Actor.operator():
		return refuse(NotYours, "This is asked for in the chat, by a person.")
	case !slices.Contains([]PlanKind{Restore, Retake, Destroy}, b.Kind) || of.No == 0 || b.Of < 1 || len(b.Systems) == 0 || byBot == (b.Kind == Restore):
		return refuse(Malformed, "There is no plan like this for %s.", c.ID)
	}
	if r := c.follows(b.Kind, of); r != nil {
		return r
	}
	for _, id := range b.Only {
		if of.Step(id).ID == "" {
			return stale(c.ID)
		}
	}
	if p.State != Over && (byBot || p.By != "" || p.Kind.Opens() || !p.Begun.IsZero()) {
		return refuse(Already, "%s has a plan that is not over yet. /offboard status %s shows it.", c.ID, c.ID)
	}
	var r *Refused
	switch b.Kind {
	case Retake:
		r = c.allowsRetake(b)
	case Destroy:
		r = c.allowsDestroy(b, e)
	case Leave, Move, Restore:
	}
	if r != nil {
		return r
	}
	switch b.Approver {
	case "":
		return refuse(Malformed, "Choose who approves.").at("manager")
	case c.Person:
		return refuse(WhoIsIt, "It is about %s, so somebody else must approve it.", b.Approver).at("manager")
	case e.Actor.Person:
		return refuse(WhoIsIt, "You ask for this, so somebody else must approve it. Choose another approver.").at("manager")
	}
	if r := allowsHelper(b.Approver, e.Facts); r != nil && !byBot {
		return r.at("manager")
	}
	if !byBot && b.Reason.IsZero() {
		return refuse(Malformed, "Please say why: it stays in the record.").at("reason")
	}
	if r := allowsCutOff(b.CutOff, e.At, c.Zone()); r != nil {
		return r.at("cut-off")
	}
	// Last, as for a new case.
	switch {
	case e.Facts.Open == "":
		return nil
	case e.Facts.Hidden:
		return refuse(WhoIsIt, neutral)
	}
	return refuse(Already, "%s has another case now, %s, so %s stays as it is.", c.Person, e.Facts.Open, c.ID)
}

// follows is about what the plan follows: that has taken something, and is over.
func (c Case) follows(k PlanKind, of Plan) *Refused {
	switch {
	case of.Begun.IsZero() && of.State != Over:
		return refuse(NotNow, "%s has not begun, so nothing was taken away and there is nothing to give back. /offboard cancel %s gives it up.", c.ID, c.ID)
	case of.Begun.IsZero():
		return refuse(NotNow, "Nothing was taken away in %s, so there is nothing to give back.", c.ID)
	case of.State != Over:
		return refuse(NotNow, "%s is still running. /offboard stop %s stops it; what was taken by then can be given back after that.", c.ID, c.ID)
	case k == Restore:
		return c.allowsUndo(of)
	}
	return nil
}

// plan adds the plan. One of the bot's that has not begun ends by it.
func (c *Case) plan(b Planned, e Event) {
	if p := c.Plan(0); p.State != Over {
		c.edit(p.No, func(p *Plan) {
			p.Stopped = &Stop{By: e.Actor.Person, At: e.At, Reason: b.Reason}
			p.halt(e)
			p.State, p.Over = Over, e.At
		})
	}
	c.remember(c.Plan(0))
	c.State, c.Pending, c.Changers = CaseOpen, nil, nil
	c.Plans = append(c.Plans, Plan{
		No: len(c.Plans) + 1, Kind: b.Kind, Of: b.Of, Only: b.Only, By: e.Actor.Person, Reason: b.Reason,
		State: Surveying, Systems: b.Systems, CutOff: b.CutOff, Approvers: []PersonID{b.Approver},
	})
	c.retaking()
}

// followed closes a case after a further plan. What it left undone shows; one
// that was given up before it began changes nothing.
func (c *Case) followed(p Plan) {
	undone := slices.ContainsFunc(p.Steps, func(s Step) bool { return s.State == Skipped || s.State == Halted })
	switch {
	case p.Begun.IsZero():
	case p.Kind == Restore:
		c.restored(p)
		c.stays(p.Over)
	case p.Kind == Retake && undone:
		c.Outcome = AccessLeft
	}
}

// cut reports whether the person's access was cut off and has not been given
// back: by a restore of the whole that ran to its end, or because they were hired
// again.
func (c Case) cut() bool {
	out := false
	if c.Rehired != nil {
		return false
	}
	for _, p := range c.Plans {
		switch {
		case p.Begun.IsZero():
		case p.Kind == Leave:
			out = true
		case p.whole():
			out = false
		}
	}
	return out
}

// drift adds what was found later. Before the decision the approver has to look
// again.
func (p *Plan) drift(b Drifted, e Event) {
	p.Steps = slices.Clone(p.Steps)
	decided := p.State == Approved || p.State == Begun
	if decided {
		p.Drifted = e.At
	}
	for _, sp := range b.Steps {
		if p.index(sp.ID) < 0 {
			p.Steps = append(p.Steps, Step{StepPlan: sp, State: Waiting, Drift: decided && (!p.Emergency || p.waits(sp))})
			p.followUp(p.Steps[len(p.Steps)-1], sp.Held)
		}
	}
	p.Surveys = slices.Clone(p.Surveys)
	p.order()
	p.void()
	p.Rev++
	p.Scope = p.scope()
}

// decidedLater records the decision about what was found later. What is
// declined stays as it is, and that shows. Of an emergency that was not right that is
// all that was not done yet.
func (p *Plan) decidedLater(b Decided, e Event, d Decision, heir PersonID) {
	if p.Unratified() && !b.Approve {
		p.Wrong = &d
	}
	seen := p.seen(d)
	p.Later = append(slices.Concat(p.Later, p.Given), d)
	p.Given, p.Void = nil, nil
	p.Steps = slices.Clone(p.Steps)
	for i := range p.Steps {
		s := &p.Steps[i]
		if !s.Drift && (p.Wrong == nil || s.State.Ended() || s.State == Running) {
			continue
		}
		s.Drift = false
		if b.Approve {
			p.settle(s, seen, heir, e.At)
		} else {
			s.end(Skipped, e)
			s.By, s.Note = e.Actor.Person, b.Reason
		}
	}
	p.hear(e)
	p.Rev++
	p.Scope = p.scope()
}

// approver names who decides, for a refusal.
func (c Case) approver() string {
	if a := c.Plan(0).Approvers; len(a) > 0 {
		return string(a[0])
	}
	return Approver.Words()
}
