package store

import (
	"slices"
	"time"
)

// Allows reports why e may not happen now, as a *Refused whose text is for the
// person who tried, or nil. Only Append calls it.
func (c Case) Allows(e Event) error {
	// A typed nil in an error would not be nil.
	if r := c.refusal(e); r != nil {
		return r
	}
	return nil
}

func (c Case) refusal(e Event) *Refused {
	switch b := e.Body.(type) {
	case Surveyed, Started, Attempted, Finished, Failed:
		if e.Actor.Person != "" {
			return refuse(NotYours, "Only the bot itself reports what it found and did.")
		}
		return c.allowsLoop(e)
	case Drafted:
		return allowsDraft(b, e)
	}
	if c.ID == "" || !c.Visible(e.Actor.Person, e.Facts.Roles) {
		return NoSuchCase(CaseID(e.Subject))
	}
	if e.Facts.Own {
		return ownAccess()
	}
	verb := c.verb(e.Body)
	if !Permitted(verb, c.roles(e)) {
		return c.notYours(verb)
	}
	if c.State == CaseClosed && verb != VerbNote {
		return refuse(NotNow, "%s is closed. Nothing was changed.", c.ID)
	}
	return c.allowsPerson(e)
}

func ownAccess() *Refused {
	return refuse(NotYours, "Your own access has ended, so you can't do this any more. Please talk to HR.")
}

// verb is the verb that a person's event carries out.
func (c Case) verb(b Body) Verb {
	switch b := b.(type) {
	case Amended:
		return VerbAmend
	case Submitted:
		return VerbSubmit
	case Decided:
		if b.Approve {
			return VerbApprove
		}
		return VerbDecline
	case Delegated:
		return VerbDelegate
	case Answered:
		return VerbAnswer
	case Pressed:
		return VerbPress
	case Requested:
		return b.Change.Verb
	case Seconded:
		return VerbSecond
	case Stopped:
		return VerbStop
	case Retried:
		return VerbRetry
	case ConfirmedBy:
		return VerbConfirm
	case Noted:
		return VerbNote
	}
	return "" // permitted to nobody
}

func (c Case) notYours(v Verb) *Refused {
	if v == VerbApprove || v == VerbDecline || v == VerbDelegate || v == VerbAnswer {
		if a := c.Plan(0).Approvers; len(a) > 0 {
			return refuse(NotYours, "Only %s can do this for %s. Nothing was changed.", a[0], c.ID)
		}
	}
	return refuse(NotYours, "You don't have a role that may %s %s. Nothing was changed. /offboard help lists what you can do.", v, c.ID)
}

func allowsDraft(b Drafted, e Event) *Refused {
	f := e.Facts
	switch {
	case e.Actor.Person == "":
		return refuse(NotYours, "A case is opened by a person.")
	case f.Own:
		return ownAccess()
	case !Permitted(VerbStart, f.Roles):
		// The same whoever the leaver is: it must not tell who is protected.
		return refuse(NotYours, "You don't have a role that may start an offboarding for this person. Please ask HR.")
	case b.Person == e.Actor.Person:
		return refuse(WhoIsIt, "You can't open a case for yourself. Please ask a colleague in HR.")
	case f.Denied, f.Open != "" && f.Hidden:
		return refuse(WhoIsIt, neutral)
	case f.Open != "":
		return refuse(Already, "%s is already open for %s. Type /offboard status %s to see it.", f.Open, b.Person, f.Open)
	case f.Starts >= f.Limit:
		return refuse(TooMany, "You have opened %d cases within the last hour, and %d is the limit. Wait a while, or ask security to look at it.", f.Starts, f.Limit)
	}
	return allowsTerms(b.Terms, b.Person, e)
}

func allowsTerms(t Terms, leaver PersonID, e Event) *Refused {
	zone, err := time.LoadLocation(t.Zone)
	switch {
	case t.Zone == "" || err != nil:
		return refuse(Malformed, "I don't know the time zone %q. Choose one like Europe/Berlin.", t.Zone).at("zone")
	case t.Kind == "":
		return refuse(Malformed, "Choose why the person leaves.").at("kind")
	case t.LastDay == "":
		return refuse(Malformed, "Enter the last day of work.").at("last day")
	case t.End != "" && t.End < t.LastDay:
		return refuse(Malformed, "The employment can't end before the last day of work.").at("end")
	case t.Manager == "":
		return refuse(Malformed, "Choose who approves: the manager, or somebody in their place.").at("manager")
	case t.Manager == leaver:
		return refuse(WhoIsIt, "%s is the one who leaves, so somebody else must approve. Choose another approver.", leaver).at("manager")
	case t.Manager == e.Actor.Person:
		return refuse(WhoIsIt, "You ask for this, so somebody else must approve it. Choose another approver.").at("manager")
	}
	if r := allowsHelper(t.Manager, e.Facts); r != nil {
		return r.at("manager")
	}
	return allowsCutOff(t.CutOff, e.At, zone).at("cut-off")
}

func allowsCutOff(c CutOff, now time.Time, zone *time.Location) *Refused {
	switch c.Mode {
	case Now, Press:
		return nil
	case At:
		if !c.At.After(now) {
			return refuse(Malformed, "%s has passed. Choose a later time, or \"now\".", c.At.In(zone).Format("2 January 2006 15:04 (MST)"))
		}
		return nil
	}
	return refuse(Malformed, "Choose when access ends: now, at a time, or when somebody presses the button.")
}

// allowsHelper is about somebody who is to approve or to get things.
func allowsHelper(p PersonID, f Facts) *Refused {
	switch {
	case slices.Contains(f.Secret, p):
		return refuse(WhoIsIt, neutralHelper, p)
	case slices.Contains(f.Leaving, p):
		return refuse(WhoIsIt, "%s is leaving too. Please choose somebody else.", p)
	}
	return nil
}

func (c Case) allowsPerson(e Event) *Refused {
	p := c.Plan(0)
	switch b := e.Body.(type) {
	case Amended:
		switch p.State {
		case Surveying, Proposed, Asked, Declined:
			return allowsTerms(b.Terms, c.Person, e)
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
		return c.allowsAnswers(b, p, e.Facts)
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
	case Retried:
		if s := p.Step(b.Step); s.ID == "" || s.Manual != nil || s.State != NeedsPerson && s.State != FailedAgain && s.State != Accepted {
			return refuse(NotNow, "There is nothing to try again: this step has not failed, or it is over. The card shows how it stands.")
		}
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
	return nil
}

func stale(id CaseID) *Refused {
	return refuse(Stale, "%s has changed since that message, so this click did nothing. Please look at the newest message, or type /offboard status %s.", id, id)
}

func (c Case) allowsDecision(b Decided, p Plan, e Event) *Refused {
	if r := c.mayDecide(p, e); r != nil {
		return r
	}
	if b.Scope != p.Scope || b.Plan != p.No {
		return stale(c.ID)
	}
	if !b.Approve {
		if b.Reason.IsZero() {
			return refuse(Malformed, "Please say why, so that %s knows what to correct.", c.Requester)
		}
		return nil
	}
	for _, s := range p.Steps {
		if s.Manual != nil && s.Manual.First && !s.State.Ended() {
			return refuse(NotNow, "Somebody from %s must confirm first who this is (%s). I will ask you again then.", s.Manual.Owner, s.Words)
		}
		if s.Unanswered() {
			if r := allowsHelper(c.Terms.Manager, e.Facts); r != nil {
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
		return refuse(Already, "%s was declined by %s. It is back with %s.", c.ID, p.Declined.By, c.Requester)
	case Approved, Begun, Over:
		if p.Decision != nil {
			return refuse(Already, "%s was approved already by %s.", c.ID, p.Decision.By)
		}
		return refuse(NotNow, "%s has been cancelled.", c.ID)
	}
	if e.Actor.Person == c.Requester {
		return refuse(NotYours, "You asked for %s, so somebody else must decide about it.", c.ID)
	}
	return nil
}

func (c Case) allowsDelegation(b Delegated, p Plan, e Event) *Refused {
	if r := c.mayDecide(p, e); r != nil {
		return r
	}
	switch b.To {
	case "":
		return refuse(Malformed, "Choose whom I should ask instead.")
	case c.Person:
		return refuse(WhoIsIt, "%s is the one who leaves and can't decide about it. Please choose somebody else.", b.To)
	case c.Requester:
		return refuse(WhoIsIt, "%s asked for this and can't decide about it. Please choose somebody else.", b.To)
	case e.Actor.Person:
		return refuse(WhoIsIt, "That is you. Choose somebody else, or decide.")
	}
	return allowsHelper(b.To, e.Facts)
}

func (c Case) allowsAnswers(b Answered, p Plan, f Facts) *Refused {
	if p.State == Over {
		return refuse(NotNow, "%s is over. Nothing was changed.", c.ID)
	}
	if len(b.Answers) == 0 {
		return refuse(Malformed, "Choose who gets what.")
	}
	for _, a := range b.Answers {
		if a.Step != "" {
			s := p.Step(a.Step)
			known := a.Item == "" || slices.ContainsFunc(s.Items, func(i Item) bool { return i.ID == a.Item })
			switch {
			case !s.StepPlan.Answers || !known:
				return stale(c.ID)
			case s.State == Running || s.State.Ended():
				return refuse(NotNow, "That has been handed over already. Please settle it with IT.")
			}
		}
		if r := c.allowsAnswer(a, f); r != nil {
			return r
		}
	}
	return nil
}

func (c Case) allowsAnswer(a Answer, f Facts) *Refused {
	switch a.Choice {
	case Give:
		switch a.Heir {
		case "":
			return refuse(Malformed, "Choose who gets it.")
		case c.Person:
			return refuse(WhoIsIt, "%s is the one who leaves. Choose somebody else.", a.Heir)
		}
		return allowsHelper(a.Heir, f)
	case Keep:
		if a.Until == "" || a.Reason.IsZero() {
			return refuse(Malformed, "To keep something, enter until when and why.")
		}
		return nil
	case Archive:
		return nil
	}
	return refuse(Malformed, "Choose whether it is given to somebody, kept, or archived.")
}

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
		return stale(c.ID)
	}
	if slices.ContainsFunc(c.Pending, func(x Pending) bool { return x.Change.Verb == ch.Verb && x.Change.Step == ch.Step }) {
		return refuse(Already, "This has been asked for already and waits for a second person.")
	}
	switch ch.Verb {
	case VerbSkip:
		s := p.Step(ch.Step)
		switch {
		case s.ID == "" || s.State.Ended() || s.State == Running:
			return refuse(NotNow, "This step can't be skipped: it is under way, or over. The card shows how it stands.")
		case ch.Reason.IsZero():
			return refuse(Malformed, "Please say why it is skipped: it stays in the record.")
		}
		return nil
	case VerbReschedule:
		if p.State == Begun || p.State == Over {
			return refuse(NotNow, "%s has begun, so its time can't be changed. /offboard stop %s stops it.", c.ID, c.ID)
		}
		return allowsCutOff(ch.CutOff, e.At, c.Zone())
	case VerbCancel:
		if p.State == Begun {
			return refuse(NotNow, "%s has begun. /offboard stop %s stops what is not done yet.", c.ID, c.ID)
		}
		return nil
	default:
		return refuse(Malformed, "This is not a change of a case.")
	}
}

func (c Case) allowsSecond(b Seconded, e Event) *Refused {
	i := slices.IndexFunc(c.Pending, func(p Pending) bool { return p.Entry == b.Entry })
	if i < 0 {
		return refuse(Already, "That has been settled already.")
	}
	p := c.Pending[i]
	if !b.Agree {
		return nil // anybody who may second, the first person too, may call it off
	}
	switch {
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
	case s.Manual == nil && s.State != Accepted:
		return refuse(NotNow, "The bot proves this step itself. Only what it can't prove is confirmed by a person.")
	case s.Manual != nil && !s.Manual.First && p.State != Begun:
		return refuse(NotNow, "This is due at the cut-off. Please confirm it then.")
	case b.Note.IsZero():
		return refuse(Malformed, "Please add a note that proves it, for example a serial number or where it lies.")
	}
	owner := IT
	if s.Manual != nil {
		owner = s.Manual.Owner
	}
	if !slices.Contains(c.roles(e), owner) {
		return refuse(NotYours, "This is a task of %s; somebody of that role must confirm it.", owner)
	}
	return nil
}

// allowsLoop is about results: each must answer what is under way.
func (c Case) allowsLoop(e Event) *Refused {
	late := refuse(Stale, "nobody waits for this result any more")
	p := c.Plan(0)
	switch b := e.Body.(type) {
	case Surveyed:
		if b.Plan != p.No || !slices.Contains(p.Unsurveyed(), b.System) {
			return late
		}
	case Started:
		switch {
		case b.Plan != p.No || p.State != Approved || p.Due.IsZero() || e.At.Before(p.Due):
			return late
		case e.Facts.Paused:
			return refuse(Suspended, "the bot is paused")
		}
	case Attempted:
		s := p.Step(b.Step)
		switch {
		case b.Plan != p.No || !p.Ready(s) || s.Again.After(e.At) || p.Stopped != nil:
			return late
		case e.Facts.Paused:
			return refuse(Suspended, "the bot is paused")
		}
	case Finished:
		return c.allowsResult(b.Plan, b.Step, b.Entry, late)
	case Failed:
		return c.allowsResult(b.Plan, b.Step, b.Entry, late)
	}
	return nil
}

// allowsResult: with an entry it must be the attempt under way; without one
// the step must not have an attempt that it would hide.
func (c Case) allowsResult(plan int, id StepID, entry uint64, late *Refused) *Refused {
	p := c.Plan(0)
	s := p.Step(id)
	if plan != p.No || s.ID == "" || s.State.Ended() || s.Entry != entry || entry == 0 && !p.Ready(s) {
		return late
	}
	return nil
}
