package store

import (
	"slices"
	"time"
)

// The rules about a batch.

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
	case Excepted, Orphaned, FellBack, Replaced:
		if e.Actor.Person != "" || e.Actor.operator() {
			return refuse(NotYours, "Only the bot itself reports this.")
		}
		return b.allowsLoop(e)
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
		return b.allowsAdopted(e)
	case Sent:
		return b.allowsSent(x, e)
	case Decided:
		return b.allowsDecided(x, e)
	case Dropped:
		switch {
		case b.Settled():
			return refuse(Already, "%s is settled already. Its cases go on by themselves; each can be stopped.", b.ID)
		case b.Owner == "" && slices.Contains(b.Former, e.Actor.Person):
			return refuse(NotYours, "Somebody else of HR or security sees to %s now. Nothing was changed.", b.ID)
		case b.Owner != "" && b.Owner != e.Actor.Person:
			return refuse(NotYours, "Only %s, who asks for %s, can give it up. Nothing was changed.", b.Owner, b.ID)
		}
		return nil
	}
	return refuse(Malformed, "This does not concern a list.")
}

// Visible reports whether a person with these configured roles may know of the
// batch: who asks for it, who is asked and who has decided; and those who may take
// it over, as long as nobody has, and once somebody was asked, unless a case of
// it is confidential: then they may know of the cases too. Nobody reads in this
// way that they are on it themselves.
func (b Batch) Visible(p PersonID, configured []Role) bool {
	switch {
	case p == "":
		return false
	case p == b.Owner, b.Declined != nil && p == b.Declined.By, b.Asked != nil && (p == b.Asked.To || b.Asked.Fallback.has(p)):
		return true
	}
	if slices.ContainsFunc(b.Rows, func(r Row) bool { return r.Person == p }) {
		return false
	}
	return (b.Owner == "" || b.Asked != nil && b.Asked.Open) && Permitted(VerbBatch, configured)
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
		return refuse(Malformed, "%s", UnarmedList).at("cut-off")
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
	case slices.Contains(b.Former, x.To):
		return refuse(WhoIsIt, "%s asked for this before you, so somebody else must approve it.", x.To).at("approver")
	case f.Listed:
		return refuse(WhoIsIt, "%s is on the list, so somebody else must approve it.", x.To).at("approver")
	case b.Asked == nil && b.CutOff.Mode == At && !b.CutOff.At.After(e.At): // who was asked in time may still approve, and so may somebody in their place
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
		return refuse(Already, "%s was declined by %s. It is back with whoever asks for it.", b.ID, b.Declined.By)
	case b.Asked == nil:
		return refuse(NotNow, "%s is not ready for a decision yet.", b.ID)
	case !slices.Contains(b.Deciders(), e.Actor.Person) || b.askedFor(e.Actor.Person):
		return refuse(NotYours, "Only %s can do this for %s. Nothing was changed.", b.Asked.To, b.ID)
	case x.Approve && f.Listed:
		return refuse(NotYours, "You are on this list, so somebody else must approve it. Nothing was changed.")
	case !x.Approve && x.Reason.IsZero():
		return refuse(Malformed, "Please say why, so that whoever asks for it knows what to correct.")
	case x.Scope != b.Asked.Scope || f.Scope != b.Asked.Scope:
		return staleBatch(b.ID)
	}
	return nil
}

func staleBatch(id BatchID) *Refused {
	return refuse(Stale, "%s has changed since that message, so this click did nothing. Please look at the newest message, or type /offboard batch %s.", id, id)
}

// UnarmedList is the answer to who wants a list to wait for a press: nobody can
// be in the room with all of them, and each press is measured for one person.
const UnarmedList = "A list can't be armed: a press is for one person, whom somebody is with. Write now or a time for the list. Leave out whoever has to be told in person, and open a case of their own for them: /offboard start, \"When I press\"."
