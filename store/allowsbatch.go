package store

import (
	"slices"
	"time"
)

// The rules about a batch, and about what it does to its cases.

// Allows is Case.Allows for a batch.
func (b Batch) Allows(e Event) error {
	if r := b.refusal(e); r != nil {
		return r
	}
	return nil
}

func (b Batch) refusal(e Event) *Refused {
	f := e.Facts
	switch x := e.Body.(type) {
	case Disowned:
		return noLink(e)
	case Excepted:
		if e.Actor.Person != "" || e.Actor.operator() {
			return refuse(NotYours, "Only the bot itself reports this.")
		}
		return b.allowsExcepted(x)
	case Listed:
		return b.allowsListed(x, e)
	}
	switch {
	case b.ID == "" || !b.Visible(e.Actor.Person, f.Roles):
		return NoSuchBatch(BatchID(e.Subject))
	case f.Own:
		return AccessEnded()
	case !f.Frozen.IsZero():
		return decisionsFrozen(f.Frozen)
	}
	switch x := e.Body.(type) {
	case Adopted:
		switch {
		case b.Owner != "":
			return refuse(Already, "%s has taken over %s already.", b.Owner, b.ID)
		case b.Settled():
			return refuse(NotNow, "%s has been given up. Nothing was changed.", b.ID)
		}
		return nil
	case Sent:
		return b.allowsSent(x, e)
	case Decided:
		return b.allowsDecided(x, e)
	case Dropped:
		switch {
		case b.Settled():
			return refuse(Already, "%s is settled already. Its cases go on by themselves; each can be stopped.", b.ID)
		case b.Owner != "" && b.Owner != e.Actor.Person:
			return refuse(NotYours, "Only %s, who asks for %s, can give it up. Nothing was changed.", b.Owner, b.ID)
		}
		return nil
	}
	return refuse(Malformed, "This does not concern a list.")
}

// Visible reports whether a person with these configured roles may know of the
// batch: who asks for it, who is asked, and, as long as nobody has taken it over,
// those who may.
func (b Batch) Visible(p PersonID, configured []Role) bool {
	switch {
	case p == "":
		return false
	case p == b.Owner, b.Asked != nil && p == b.Asked.To, b.Declined != nil && p == b.Declined.By:
		return true
	}
	return b.Owner == "" && Permitted(VerbBatch, configured)
}

func (b Batch) allowsListed(x Listed, e Event) *Refused {
	switch {
	case len(b.Rows) > 0 && !b.More:
		return refuse(Already, "A list is not changed any more once it is there.")
	case e.Facts.Own:
		return AccessEnded()
	case !e.Facts.Frozen.IsZero():
		return decisionsFrozen(e.Facts.Frozen)
	case !e.Actor.operator() && !Permitted(VerbBatch, e.Facts.Roles):
		return refuse(NotYours, "You don't have a role that may start an offboarding. Please ask HR.")
	case len(x.Rows) == 0 || len(x.Rows) > MaxListed:
		return refuse(Malformed, "The list is empty.")
	case x.CutOff.Mode == Press:
		return refuse(Malformed, "A list ends now or at a time. Who has to wait for a press is a case of their own.").at("cut-off")
	}
	return allowsCutOff(x.CutOff, e.At, time.UTC).at("cut-off")
}

func (b Batch) allowsExcepted(x Excepted) *Refused {
	seen := map[int]bool{}
	for _, r := range x.Rows {
		if r.Row < 0 || r.Row >= len(b.Rows) || b.excepted(r.Row) || seen[r.Row] || b.Settled() {
			return refuse(Stale, "nobody waits for this exception any more")
		}
		seen[r.Row] = true
	}
	return nil
}

func (b Batch) allowsSent(x Sent, e Event) *Refused {
	f := e.Facts.Batch
	switch {
	case b.Owner == "":
		return refuse(NotNow, "Nobody has taken over %s yet. /offboard batch %s does that.", b.ID, b.ID)
	case b.Owner != e.Actor.Person:
		return refuse(NotYours, "Only %s, who asks for %s, can submit it. Nothing was changed.", b.Owner, b.ID)
	case !Permitted(VerbBatch, e.Facts.Roles):
		return refuse(NotYours, "You don't have a role that may start an offboarding. Please ask HR.")
	case b.Settled():
		return refuse(Already, "%s is settled already.", b.ID)
	case b.Asked != nil && b.Asked.Scope == f.Scope && b.Asked.To == x.To:
		return refuse(Already, "%s has been asked already.", b.Asked.To)
	case f.Left > 0:
		return refuse(NotNow, "I am still opening the cases of %s: %d are missing. The message changes when I am done; submit it then.", b.ID, f.Left)
	case f.Unready > 0:
		return refuse(NotNow, "I am still looking at what %d people of %s have. The message changes when I am done; submit it then.", f.Unready, b.ID)
	case f.Cases == 0:
		return refuse(NotNow, "%s has no case any more, so there is nothing to approve.", b.ID)
	case x.Scope != f.Scope:
		return staleBatch(b.ID)
	case x.To == "":
		return refuse(Malformed, "Choose who approves all of it.").at("approver")
	case x.To == b.Owner:
		return refuse(WhoIsIt, "You ask for this, so somebody else must approve it.").at("approver")
	case f.Listed:
		return refuse(WhoIsIt, "%s is on the list, so somebody else must approve it.", x.To).at("approver")
	case b.CutOff.Mode == At && !b.CutOff.At.After(e.At):
		return refuse(NotNow, "The time of %s has passed. Give it up, and make a list with a later time.", b.ID)
	}
	return allowsHelper(x.To, e.Facts).at("approver")
}

func (b Batch) allowsDecided(x Decided, e Event) *Refused {
	f := e.Facts.Batch
	switch {
	case b.Decision != nil:
		return refuse(Already, "%s was approved already by %s.", b.ID, b.Decision.By)
	case b.Dropped != nil:
		return refuse(NotNow, "%s has been given up.", b.ID)
	case b.Declined != nil:
		return refuse(Already, "%s was declined by %s. It is back with %s.", b.ID, b.Declined.By, b.Owner)
	case b.Asked == nil:
		return refuse(NotNow, "%s is not ready for a decision yet.", b.ID)
	case e.Actor.Person != b.Asked.To || e.Actor.Person == b.Owner:
		return refuse(NotYours, "Only %s can do this for %s. Nothing was changed.", b.Asked.To, b.ID)
	case x.Approve && f.Listed:
		return refuse(NotYours, "You are on this list, so somebody else must approve it. Nothing was changed.")
	case !x.Approve && x.Reason.IsZero():
		return refuse(Malformed, "Please say why, so that %s knows what to correct.", b.Owner)
	case x.Scope != b.Asked.Scope || f.Scope != b.Asked.Scope:
		return staleBatch(b.ID)
	}
	return nil
}

func staleBatch(id BatchID) *Refused {
	return refuse(Stale, "%s has changed since that message, so this click did nothing. Please look at the newest message, or type /offboard batch %s.", id, id)
}

// InBatch reports whether the case waits for what is decided about its batch. From
// then on it goes on by itself, also while further approvals are outstanding.
func (c Case) InBatch() bool { return c.Batch != "" && c.Covered == 0 && c.State == CaseDraft }

// bound refuses what is done to a case of a batch by itself, as long as the
// batch is not settled.
func (c Case) bound(e Event) *Refused {
	if !c.InBatch() {
		return nil
	}
	switch b := e.Body.(type) {
	case Submitted, Amended, Decided, Delegated, Answered:
	case Rushed: // nobody would count it: the breaker is lifted for what is approved with the list
		if slices.Contains(e.Facts.Roles, Security) {
			return nil
		}
	case Requested:
		if b.Change.Verb != VerbReschedule {
			return nil
		}
	default:
		return nil
	}
	return refuse(NotNow, "%s belongs to the list %s and is approved with it. /offboard batch %s out %s takes it out of the list; nothing was changed.", c.ID, c.Batch, c.Batch, c.ID)
}

// allowsParted: whoever takes a case out starts it alone, so the breaker counts it.
func (c Case) allowsParted(e Event) *Refused {
	f := e.Facts.Batch
	switch {
	case c.Batch == "" || f == nil:
		return refuse(Already, "%s belongs to no list.", c.ID)
	case f.Decided != 0:
		return refuse(NotNow, "%s is settled already, so %s can't be taken out. It can be stopped or cancelled.", c.Batch, c.ID)
	case f.Owner != e.Actor.Person:
		return refuse(NotYours, "Only %s, who asks for %s, can take somebody out of it. Nothing was changed.", f.Owner, c.Batch)
	}
	if r := allowsStart(c.Terms.Confidential, e); r != nil {
		return r
	}
	return hiddenBrake(c.Terms.Confidential, e)
}

// allowsCovered: the case is of this batch, was there when it was settled, and
// has not changed since.
func (c Case) allowsCovered(b Covered, e Event) *Refused {
	f, p := e.Facts.Batch, c.Plan(0)
	late := refuse(Stale, "nobody waits for this any more")
	switch {
	case f == nil || c.Batch == "" || c.Batch != b.Batch || c.State != CaseDraft:
		return late
	case f.Decided == 0 || f.Decided != b.Entry || f.By != b.By || f.Approved != b.Approve:
		return late
	case b.Approve && (p.State != Proposed || p.Scope != b.Scope):
		return late
	}
	return nil
}

// covered does to a case what was decided about its batch.
func (c *Case) covered(b Covered, e Event) {
	if !b.Approve {
		c.edit(0, func(p *Plan) {
			p.Stopped = &Stop{By: b.By, At: e.At}
			p.halt(e)
			p.State = Over
		})
		return
	}
	// Whoever the policy protects by further approvals still waits for those.
	c.State, c.Submitted, c.Covered = CaseOpen, e.At, b.Entry
	d := Decision{By: b.By, At: e.At}
	c.edit(0, func(p *Plan) { p.State, p.Asked, p.Approvers = Asked, e.At, []PersonID{b.By} })
	further := len(c.Outstanding()) > 1
	heir := c.Heir()
	c.edit(0, func(p *Plan) {
		if further {
			p.Given = []Decision{d}
			return
		}
		p.decided(Decided{Scope: b.Scope, Approve: true}, e, d, heir)
	})
}
