package store

import (
	"slices"
	"time"
)

// The rules about a plan: who may submit it, decide about it, and say who gets
// what.

func (c Case) allowsPerson(e Event) *Refused {
	p := c.Plan(0)
	switch b := e.Body.(type) {
	case Planned:
		return c.allowsPlanned(b, e)
	case Amended:
		if !p.Kind.Opens() {
			return refuse(NotNow, "Only what is asked for at the beginning can be changed. /offboard cancel %s gives this up; then ask anew.", c.ID)
		}
		switch p.State {
		case Surveying, Proposed, Asked, Declined:
			return c.allowsAmend(b, e)
		case Approved, Begun, Over:
		}
		return refuse(NotNow, "%s is approved already. Use /offboard reschedule %s for another time, or /offboard cancel %s.", c.ID, c.ID, c.ID)
	case Submitted:
		return c.allowsSubmit(b, p)
	case Decided:
		return c.allowsDecision(b, p, e)
	case Delegated:
		return c.allowsDelegation(b, p, e)
	case Answered:
		return c.allowsAnswers(b, p, e)
	case Replied:
		return c.allowsReplied(b, p)
	case Rushed:
		return c.allowsRush(b, p, e)
	case Pressed:
		return c.allowsPress(p)
	case Requested:
		return c.allowsChange(b.Change, p, e)
	case Seconded:
		return c.allowsSecond(b, e)
	case Stopped:
		if p.Stopped != nil || p.State == Over {
			return refuse(Already, "%s has been stopped already.", c.ID)
		}
	case Parted:
		return c.allowsParted(e)
	case Retried:
		if s := p.Step(b.Step); s.ID == "" || s.Manual != nil || s.State != NeedsPerson && s.State != FailedAgain && s.State != Accepted {
			return refuse(NotNow, "There is nothing to try again: this step has not failed, or it is over. The card shows how it stands.")
		}
	case Taken:
		return c.allowsTake(p.Step(b.Step), e)
	case ConfirmedBy:
		return c.allowsConfirm(b, p, e)
	case Noted:
		if b.Text.IsZero() {
			return refuse(Malformed, "The note is empty. Type it after the number: /offboard note %s what you want to say", c.ID)
		}
	}
	return nil
}

func (c Case) allowsSubmit(b Submitted, p Plan) *Refused {
	switch p.State {
	case Proposed, Declined:
	case Surveying:
		return refuse(NotNow, "I am still looking at what would be taken away. The message changes when I am done; submit it then.")
	case Asked, Approved, Begun, Over:
		return refuse(Already, "%s has been submitted already.", c.ID)
	}
	if b.Scope != p.Scope {
		return stale(c.ID)
	}
	if slices.ContainsFunc(p.Approvers, c.askedFor) { // who has taken over its list, or had asked for it before
		return refuse(WhoIsIt, "%s would approve %s, and asks for it, or has. Please choose another approver first: /offboard amend %s.", p.Approvers[0], c.ID, c.ID)
	}
	if p.Kind == Move && len(p.Steps) == 0 {
		return refuse(NotNow, "They have nothing that only the old role gave, so there is nothing to approve. /offboard cancel %s gives it up.", c.ID)
	}
	if p.Kind == Restore && len(p.Steps) == 0 {
		return refuse(NotNow, "Nothing of this can be given back, so there is nothing to approve. /offboard cancel %s gives it up.", c.ID)
	}
	return nil
}

func stale(id CaseID) *Refused {
	return refuse(Stale, "%s has changed since that message, so this click did nothing. Please look at the newest message, or type /offboard status %s.", id, id)
}

func (c Case) allowsDecision(b Decided, p Plan, e Event) *Refused {
	if r := c.mayDecide(p, e); r != nil {
		return r
	}
	if b.Scope != p.Scope {
		return stale(c.ID)
	}
	if !b.Approve {
		if b.Reason.IsZero() {
			return refuse(Malformed, "Please say why, so that %s knows what to correct.", c.Asker())
		}
		return nil
	}
	for _, s := range p.Steps {
		if p.drifted() && !s.Drift {
			continue
		}
		if s.Manual != nil && s.Manual.First && !s.State.Ended() {
			return refuse(NotNow, "Somebody from %s must confirm first who this is. Please approve it after that; the message here stays.", s.Manual.Owner.Words())
		}
		if s.Unanswered() && c.settles(p, e) {
			if r := allowsHelper(c.Heir(), e.Facts); r != nil {
				if c.Seat(e.Actor.Person, e.Facts.Roles) != Approver || !slices.Contains(p.Approvers, e.Actor.Person) {
					return refuse(WhoIsIt, "%s must say first who gets what: it would go to %s, who is leaving too. Please ask them, then approve.", c.approver(), c.Heir())
				}
				return refuse(WhoIsIt, "%s Say who gets what first, then approve.", r.Text)
			}
		}
	}
	return nil
}

// mayDecide holds the rules that bind whoever decides, by any button or command.
func (c Case) mayDecide(p Plan, e Event) *Refused {
	switch p.State {
	case Asked:
	case Surveying, Proposed:
		return refuse(NotNow, "%s is not ready for a decision yet. You will get a message.", c.ID)
	case Declined:
		return refuse(Already, "%s was declined by %s. It is back with %s.", c.ID, p.Declined.By, c.Asker())
	case Approved, Begun, Over:
		if p.drifted() {
			break
		}
		if p.Decision != nil {
			return refuse(Already, "%s was approved already by %s.", c.ID, p.Decision.By)
		}
		return refuse(NotNow, "%s has been cancelled.", c.ID)
	}
	if c.askedFor(e.Actor.Person) {
		return refuse(NotYours, "You asked for %s, so somebody else must decide about it.", c.ID)
	}
	return c.maySit(e)
}

func (c Case) allowsDelegation(b Delegated, p Plan, e Event) *Refused {
	if r := c.mayDecide(p, e); r != nil {
		return r
	}
	switch b.To {
	case "":
		return refuse(Malformed, "Choose whom I should ask instead.")
	case c.Person:
		return refuse(WhoIsIt, "%s and can't decide about it. Please choose somebody else.", c.subject(b.To))
	case e.Actor.Person:
		return refuse(WhoIsIt, "That is you. Choose somebody else, or decide.")
	}
	if p.gave(b.To) {
		return refuse(WhoIsIt, "%s has approved this already, and everybody decides once. Please choose somebody else.", b.To)
	}
	if c.askedFor(b.To) {
		return refuse(WhoIsIt, "%s asked for this and can't decide about it. Please choose somebody else.", b.To)
	}
	return allowsHelper(b.To, e.Facts)
}

func (c Case) allowsAnswers(b Answered, p Plan, e Event) *Refused {
	if b.Rev != p.Rev {
		return stale(c.ID)
	}
	if len(b.Answers) == 0 {
		return refuse(Malformed, "Choose who gets what.")
	}
	for _, a := range b.Answers {
		if r := c.allowsPlace(a, p); r != nil {
			return r
		}
		if r := c.allowsAnswer(a, e); r != nil {
			return r
		}
	}
	return nil
}

// allowsPlace is about what an answer is for: something that is there, and
// that nobody has got yet.
func (c Case) allowsPlace(a Answer, p Plan) *Refused {
	over := refuse(NotNow, "That has been handed over already. Please settle it with IT.")
	open := func(s Step) bool {
		return slices.ContainsFunc(s.Items, func(i Item) bool { return p.asks(s, i, a) })
	}
	if a.Step == "" {
		switch {
		case a.Item != "": // the numbers of items count within a step
			return stale(c.ID)
		case slices.ContainsFunc(p.Steps, open):
			return nil
		case p.State == Surveying:
			return refuse(NotNow, "I am still looking at what there is. The message changes when I am done; answer it then.")
		case slices.ContainsFunc(p.Steps, func(s Step) bool { return s.StepPlan.Answers }):
			return over
		}
		return refuse(NotNow, "%s has nothing that somebody could get.", c.ID)
	}
	s := p.Step(a.Step)
	known := slices.ContainsFunc(s.Items, func(i Item) bool { return i.Heir && (a.Item == "" || i.ID == a.Item) })
	switch {
	case !s.StepPlan.Answers || !known:
		return stale(c.ID)
	case !open(s):
		return over
	}
	return nil
}

func (c Case) allowsAnswer(a Answer, e Event) *Refused {
	switch a.Choice {
	case Give:
		switch a.Heir {
		case "":
			return refuse(Malformed, "Choose who gets it.")
		case c.Person:
			return refuse(WhoIsIt, "%s. Choose somebody else.", c.subject(a.Heir))
		}
		return allowsHelper(a.Heir, e.Facts)
	case Keep:
		switch {
		case !a.Until.valid() || a.Reason.IsZero():
			return refuse(Malformed, "To keep something, enter until when and why.")
		case string(a.Until) < e.At.In(c.Zone()).Format(time.DateOnly):
			return refuse(Malformed, "%s has passed. Enter a later day until which it is kept.", a.Until)
		}
		return nil
	case Archive:
		return nil
	}
	return refuse(Malformed, "Choose whether it is given to somebody, kept, or archived.")
}
