package store

import "slices"

// The rules about what happens to a plan beside its decision: the press, the
// changes that may need a second person, and confirmations.

func (c Case) allowsPress(p Plan) *Refused {
	switch {
	case p.State == Approved && p.CutOff.Mode == Press && p.Press.IsZero():
		return nil
	case !p.Press.IsZero() || p.State == Begun:
		return refuse(Already, "It was pressed already; %s is running.", c.ID)
	case p.State == Approved:
		return refuse(NotNow, "%s has a time already. Use /offboard reschedule %s now to cut off at once.", c.ID, c.ID)
	}
	return refuse(NotNow, "%s is not approved yet, so there is nothing to press.", c.ID)
}

func (c Case) allowsChange(ch Change, p Plan, e Event) *Refused {
	if ch.Plan != p.No {
		return stale(c.ID) // a second person's: the first one's was looked at before
	}
	if slices.ContainsFunc(c.Pending, func(x Pending) bool { return x.Change.Verb == ch.Verb && x.Change.Step == ch.Step }) {
		return refuse(Already, "This has been asked for already and waits for a second person.")
	}
	switch ch.Verb {
	case VerbSkip:
		s := p.Step(ch.Step)
		switch {
		case s.Drift:
			return refuse(NotNow, "This was found later and waits for its approval; %s can decline it.", c.approver())
		case s.ID == "" || s.State.Ended() || s.State == Running:
			return refuse(NotNow, "This step can't be skipped: it is under way, or over. The card shows how it stands.")
		case p.State != Begun:
			return refuse(NotNow, "%s has not begun, so nothing of it can be left out. Who wants less changes what is asked for.", c.ID)
		case s.Manual == nil && !s.Stuck() && (s.State != FailedAgain || s.Why == Works):
			// What was approved is tried first: nobody leaves it out beforehand.
			return refuse(NotNow, "Only a step that has failed can be left out, or a task of a person. This one will be tried, or is being worked on; the card shows how it stands.")
		case ch.Reason.IsZero():
			return refuse(Malformed, "Please say why it is skipped: it stays in the record.")
		}
		return nil
	case VerbReschedule:
		if p.State == Begun || p.State == Over {
			return refuse(NotNow, "%s has begun, so its time can't be changed. /offboard stop %s stops it.", c.ID, c.ID)
		}
		if p.Decision == nil && slices.Contains(p.Approvers, e.Actor.Person) {
			return refuse(NotYours, "You are asked to approve %s, so you can't set its time too. Decline it and say which time would be right.", c.ID)
		}
		return allowsCutOff(ch.CutOff, e.At, c.Zone())
	case VerbCancel:
		if p.State == Begun {
			return refuse(NotNow, "%s has begun. /offboard stop %s stops what is not done yet.", c.ID, c.ID)
		}
		return nil
	case VerbResume:
		return c.allowsResume(ch, e)
	default:
		return refuse(Malformed, "This is not a change of a case.")
	}
}

func (c Case) allowsSecond(b Seconded, e Event) *Refused {
	i := slices.IndexFunc(c.Pending, func(p Pending) bool { return p.Entry == b.Entry })
	if i < 0 {
		return settled()
	}
	p := c.Pending[i]
	if !b.Agree {
		return nil // anybody who may second, the first person too, may call it off
	}
	switch {
	case e.Facts.First != "":
		return firstFrozen(e.Facts.First)
	case p.By == e.Actor.Person:
		return refuse(NotYours, "You asked for this yourself. A second person of another role must agree.")
	case !otherRole(c.roles(e), p.Roles):
		return refuse(NotYours, "This needs a second person of another role than %s.", p.By)
	}
	// The case may have moved on since it was asked for.
	c.Pending = slices.Delete(slices.Clone(c.Pending), i, i+1)
	return c.allowsChange(p.Change, c.Plan(0), e)
}

func (c Case) allowsConfirm(b ConfirmedBy, p Plan, e Event) *Refused {
	s := p.Step(b.Step)
	switch {
	case s.ID == "":
		return stale(c.ID)
	case s.State.Ended():
		return refuse(Already, "That is settled already.")
	case s.Drift:
		return refuse(NotNow, "This was found later and waits for its approval by %s.", c.approver())
	case s.Asks():
		return refuse(NotNow, "This is answered by %s: /offboard answer %s questions. IT or security can leave it out: /offboard skip %s %s.", c.approver(), c.ID, c.ID, s.ID)
	case s.Manual == nil && s.State != Accepted:
		return refuse(NotNow, "The bot proves this step itself. Only what it can't prove is confirmed by a person.")
	case s.Manual != nil && !s.Manual.First && p.State != Begun && (!s.Early() || p.State != Approved):
		if s.Early() {
			return refuse(NotNow, "This can be confirmed when %s is approved.", c.ID)
		}
		return refuse(NotNow, "This is due at the cut-off. Please confirm it then.")
	case b.Note.IsZero():
		return refuse(Malformed, "Please add a note that proves it, for example a serial number or where it lies.")
	}
	owner := IT
	if s.Manual != nil {
		owner = s.Manual.Owner
	}
	if !slices.Contains(c.roles(e), owner) {
		return refuse(NotYours, "This is a task of %s; somebody of that role must confirm it.", owner.Words())
	}
	return nil
}

// allowsTake: whoever has it is the only one, so that two do not each believe
// that it is the other who looks.
func (c Case) allowsTake(s Step, e Event) *Refused {
	switch {
	case s.ID == "":
		return stale(c.ID)
	case s.State.Ended():
		return refuse(Already, "That is settled already.")
	case !s.Calls:
		return refuse(NotNow, "Nobody is called for this step now: it is no lock-out that has failed. The card shows how it stands.")
	case s.Had(e.At) && s.Taker == e.Actor.Person:
		return refuse(Already, "You have it already.")
	case s.Had(e.At):
		return refuse(Already, "%s has it already. Please talk to them; Retry and Skip are for you too.", s.Taker)
	}
	return nil
}
