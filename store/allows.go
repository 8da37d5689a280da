package store

import (
	"cmp"
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
	if c.Erased != nil {
		return c.gone(e)
	}
	switch b := e.Body.(type) {
	case Erased:
		return c.allowsErased(b, e)
	case Planned:
		if e.Actor.Person == "" {
			return c.allowsPlanned(b, e)
		}
	case Surveyed, Drifted, Resurveyed, FellBack, Defaulted, Lapsed, Replaced, Started, Attempted, Finished, Failed, Withheld, Covered, Inherited:
		if e.Actor.Person != "" || e.Actor.operator() {
			return refuse(NotYours, "Only the bot itself reports what it found and did.")
		}
		return c.allowsLoop(e)
	case Returned, Unasked:
		return c.allowsWatch(e)
	case Drafted:
		return c.allowsDraft(b, e)
	case Rehired:
		return c.allowsRehired(b, e)
	case Disowned:
		return c.allowsDisowned(b, e)
	case Exported:
		return c.allowsExported(b, e)
	case Viewed:
		return c.allowsViewed(b, e)
	case Rated:
		return c.allowsRated(b, e)
	}
	if c.ID == "" || !c.Visible(e.Actor.Person, e.Facts.Roles) {
		return NoSuchCase(CaseID(e.Subject))
	}
	if e.Facts.Own {
		return AccessEnded()
	}
	if !e.Facts.Frozen.IsZero() {
		return decisionsFrozen(e.Facts.Frozen)
	}
	verb := c.verb(e.Body)
	if !Permitted(verb, c.roles(e)) {
		return c.notYours(verb)
	}
	if c.State == CaseClosed && verb != VerbNote && verb != VerbUndo {
		return refuse(NotNow, "%s is closed. Nothing was changed.", c.ID)
	}
	if no, ok := planOf(e.Body); ok && no != c.Plan(0).No {
		return stale(c.ID)
	}
	if r := c.bound(e); r != nil {
		return r
	}
	return c.allowsPerson(e)
}

// AccessEnded is the answer to somebody whose own access has been cut off.
func AccessEnded() *Refused {
	return refuse(NotYours, "Your own access has ended, so you can't do this any more. Please talk to HR.")
}

// verb is the verb that a person's event carries out.
func (c Case) verb(b Body) Verb {
	switch b := b.(type) {
	case Amended:
		return VerbAmend
	case Planned:
		if b.Kind == Restore {
			return VerbUndo
		}
		return "" // the bot's alone
	case Submitted:
		return VerbSubmit
	case Decided:
		if b.Approve {
			return VerbApprove
		}
		return VerbDecline
	case Delegated:
		return VerbDelegate
	case Answered, Replied:
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
	case Taken:
		return VerbTake
	case ConfirmedBy:
		return VerbConfirm
	case Rushed:
		return VerbEmergency
	case Noted:
		return VerbNote
	case Parted:
		return VerbBatch
	}
	return "" // permitted to nobody
}

// planOf is the plan that a person's event is about. A card of an older plan
// must never act on the current one.
func planOf(b Body) (int, bool) {
	switch b := b.(type) {
	case Submitted:
		return b.Plan, true
	case Decided:
		return b.Plan, true
	case Delegated:
		return b.Plan, true
	case Answered:
		return b.Plan, true
	case Replied:
		return b.Plan, true
	case Pressed:
		return b.Plan, true
	case Rushed:
		return b.Plan, true
	case Requested:
		return b.Change.Plan, true
	case Stopped:
		return b.Plan, true
	case Retried:
		return b.Plan, true
	case Taken:
		return b.Plan, true
	case ConfirmedBy:
		return b.Plan, true
	}
	return 0, false
}

func (c Case) notYours(v Verb) *Refused {
	if v == VerbApprove || v == VerbDecline || v == VerbDelegate || v == VerbAnswer {
		if len(c.Plan(0).Approvers) > 0 {
			return refuse(NotYours, "Only %s can do this for %s. Nothing was changed.", c.Deciders(v), c.ID)
		}
	}
	return refuse(NotYours, "You don't have a role that may %s %s. Nothing was changed. /offboard help lists what you can do.", v, c.ID)
}

func (c Case) allowsDraft(b Drafted, e Event) *Refused {
	f := e.Facts
	switch {
	case e.Actor.Person == "":
		return refuse(NotYours, "A case is opened by a person.")
	case c.ID != "":
		return NoSuchCase(CaseID(e.Subject)) // a case begins once
	case f.Own:
		return AccessEnded()
	case !f.Frozen.IsZero():
		return decisionsFrozen(f.Frozen)
	case !Permitted(b.verb(), f.Roles):
		// The same whoever the leaver is: it must not tell who is protected.
		return refuse(NotYours, "You don't have a role that may start %s for this person. Please ask HR.", b.what())
	case b.Person == e.Actor.Person:
		return refuse(WhoIsIt, "You can't open a case for yourself. Please ask a colleague in HR.")
	case f.Open != "" && !f.Hidden && b.Terms.Move != nil:
		return refuse(Already, "%s has a case already, %s, so they can't change roles by another one. Type /offboard status %s to see it.", b.Person, f.Open, f.Open)
	case f.Open != "" && !f.Hidden:
		return refuse(Already, "%s is already open for %s. Type /offboard status %s to see it.", f.Open, b.Person, f.Open)
	}
	switch {
	case b.Batch != "":
		if f.Batch == nil || !f.Batch.Takes || f.Batch.Owner != e.Actor.Person {
			return refuse(Stale, "%s opens no case for this row of its list.", b.Batch)
		}
	case !b.urgent(f):
		if r := allowsStart(b.Terms.Confidential, e); r != nil {
			return r
		}
	}
	if len(b.Systems) == 0 {
		return refuse(Malformed, "No system is configured that I could look at, so a case would do nothing. Please ask IT.")
	}
	if r := c.allowsTerms(b.Terms, b.Person, e); r != nil {
		return r
	}
	if r := cmp.Or(allowsMove(b), allowsEmergency(b, e)); r != nil {
		return r
	}
	// Last, after all that is wrong with the request itself: else a request
	// that is malformed on purpose would tell who is protected or has a hidden
	// case, and leave no trace.
	if f.refused() || f.Open != "" {
		return refuse(WhoIsIt, neutral)
	}
	if b.Batch != "" || b.urgent(f) {
		return nil
	}
	return hiddenBrake(b.Terms.Confidential, e)
}

func (c Case) allowsTerms(t Terms, leaver PersonID, e Event) *Refused {
	if r := c.allowsMoving(t); r != nil {
		return r
	}
	zone, err := ParseZone(t.Zone)
	switch {
	case err != nil:
		return refuse(Malformed, "I don't know the time zone %q. Choose one like Europe/Berlin.", t.Zone).at("zone")
	case t.Kind == "":
		return refuse(Malformed, "Choose why the person leaves.").at("kind")
	case !t.LastDay.valid() && t.Move != nil:
		return refuse(Malformed, "Enter the first day in the new role, like 2026-11-30.").at("last day")
	case !t.LastDay.valid():
		return refuse(Malformed, "Enter the last day of work, like 2026-11-30.").at("last day")
	case t.End != "" && !t.End.valid():
		return refuse(Malformed, "Enter the end of the employment like 2026-11-30, or leave it empty.").at("end")
	case t.End != "" && t.End < t.LastDay:
		return refuse(Malformed, "The employment can't end before the last day of work.").at("end")
	case t.Manager == "":
		return refuse(Malformed, "Choose who approves: the manager, or somebody in their place.").at("manager")
	case t.Manager == leaver:
		about := Case{Plans: []Plan{{Kind: t.opening()}}}
		return refuse(WhoIsIt, "%s, so somebody else must approve. Choose another approver.", about.subject(leaver)).at("manager")
	case t.Manager == e.Actor.Person:
		return refuse(WhoIsIt, "You ask for this, so somebody else must approve it. Choose another approver.").at("manager")
	case c.askedFor(t.Manager):
		return refuse(WhoIsIt, "%s asked for this, so somebody else must approve it. Choose another approver.", t.Manager).at("manager")
	}
	if r := allowsHelper(t.Manager, e.Facts); r != nil {
		return r.at("manager")
	}
	return allowsCutOff(t.CutOff, e.At, zone).at("cut-off")
}

// askedFor reports whether somebody asked for what the current plan says: its
// requester, and whoever changed its terms or its time. They never decide.
func (c Case) askedFor(p PersonID) bool {
	return p == c.Asker() || slices.Contains(c.Changers, p)
}

func allowsCutOff(c CutOff, now time.Time, zone *time.Location) *Refused {
	if !c.sound() {
		return refuse(Malformed, "I can't read this time. Enter a day and a time like 2026-11-30 17:00.")
	}
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
