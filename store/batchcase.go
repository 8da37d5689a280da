package store

import (
	"fmt"
	"slices"
)

// The rules about a case of a list, and what is done to it with the list.

// InBatch reports whether the case waits for what is decided about its batch. From
// then on it goes on by itself, also while further approvals are outstanding.
func (c Case) InBatch() bool { return c.Batch != "" && c.Covered == 0 && c.State == CaseDraft }

// bound refuses what is done to a case of a batch by itself, as long as the
// batch is not settled.
func (c Case) bound(e Event) *Refused {
	_, rushed := e.Body.(Rushed) // nobody would count it: the breaker is lifted for what is approved with the list
	if c.Bound(c.verb(e.Body)) || c.InBatch() && rushed && !slices.Contains(e.Facts.Roles, Security) {
		return c.OfList(e.Actor.Person)
	}
	return nil
}

// OfList is the answer to somebody who wants to do to one case of a list what is
// done to all of it at once.
func (c Case) OfList(p PersonID) *Refused {
	todo := fmt.Sprintf("%s, who asks for the list, can take it out: /offboard batch %s out %s.", c.Requester, c.Batch, c.ID)
	if p == c.Requester {
		todo = fmt.Sprintf("Take it out first, and it is a draft like others: /offboard batch %s out %s.", c.Batch, c.ID)
	}
	return refuse(NotNow, "%s belongs to the list %s, and is submitted, approved and ended with it: /offboard batch %s. %s If it is not wanted at all: /offboard cancel %s. Nothing was changed.", c.ID, c.Batch, c.Batch, todo, c.ID)
}

// Bound reports whether a verb can't be done to the case alone, because it waits
// with its list.
func (c Case) Bound(v Verb) bool {
	return c.InBatch() && slices.Contains([]Verb{VerbSubmit, VerbAmend, VerbApprove, VerbDecline, VerbDelegate, VerbAnswer, VerbPress, VerbReschedule}, v)
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
