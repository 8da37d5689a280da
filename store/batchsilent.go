package store

import (
	"slices"
	"time"
)

// Who is asked about a list may stay silent or leave, and so may who asks for
// it. A list is then moved on as a case is (FellBack, Replaced): the bot writes
// the same entries about it.

// Orphaned says that who asks for a list leaves: from then on it waits for
// somebody else of HR or security to take it over. The bot writes it.
type Orphaned struct {
	From PersonID `json:"from"`
}

// Inherited gives a draft of a list to who has taken the list over, in one of its
// cases. The bot writes it.
type Inherited struct {
	From PersonID `json:"from"`
	To   PersonID `json:"to"`
}

func (Orphaned) kind() string  { return "orphaned" }
func (Inherited) kind() string { return "inherited" }

// disowned takes a list from who asks for it.
func (b *Batch) disowned() {
	if b.Owner != "" {
		b.Former = append(slices.Clone(b.Former), b.Owner)
	}
	b.Owner = ""
}

// askedFor reports whether somebody asks for the list, or has.
func (b Batch) askedFor(p PersonID) bool { return p == b.Owner || slices.Contains(b.Former, p) }

// Eligible reports whether somebody may decide about the list, as far as the list
// is concerned: they do not ask for it, never did, and are not on it.
func (b Batch) Eligible(p PersonID) bool {
	return p != "" && !b.askedFor(p) && !slices.ContainsFunc(b.Rows, func(r Row) bool { return r.Person == p })
}

// ask changes a copy of the question, if there is one.
func (b *Batch) ask(f func(*Asking)) {
	if b.Asked == nil {
		return
	}
	a := *b.Asked
	f(&a)
	b.Asked = &a
}

func (a *Asking) replaced(x Replaced, at time.Time) {
	if a.To == x.From {
		a.To, a.Moved = x.To, append(slices.Clone(a.Moved), Delegation{From: x.From, To: x.To, At: at})
	}
	a.Fallback = a.Fallback.replaced(x, []PersonID{a.To})
}

// Deciders are who may decide about the list now; nobody if it was not submitted
// or is settled.
func (b Batch) Deciders() []PersonID {
	if b.Asked == nil || b.Settled() {
		return nil
	}
	out := []PersonID{b.Asked.To}
	if f := b.Asked.Fallback; f != nil {
		out = append(out, f.To...)
	}
	return out
}

// Stands reports whether the question that was asked is still about what the list
// is now.
func (b Batch) Stands(f BatchFacts) bool {
	return b.Asked != nil && !b.Settled() && b.Asked.Scope == f.Scope && f.Left+f.Unready == 0 && f.Cases > 0
}

// FallsBack reports whether others may be asked in place of the approver: the
// policy says so of each case, nobody has decided, and nobody else was asked.
func (b Batch) FallsBack(f BatchFacts) bool {
	return b.Stands(f) && f.Lock && b.Asked.Fallback == nil
}

// Waits lists what the list waits for people to do. It waits for nobody while its
// cases are opened or looked at, and once it is settled: they go on by themselves.
func (b Batch) Waits(f BatchFacts) []Wait {
	switch {
	case b.ID == "", b.Settled():
		return nil
	case b.Owner == "" && !b.Stands(f):
		return []Wait{{Verb: VerbBatch, Roles: permits[VerbBatch]}}
	case b.Stands(f):
		var out []Wait
		for _, p := range b.Deciders() {
			out = append(out, Wait{Verb: VerbApprove, Person: p})
		}
		if b.Owner == "" {
			out = append(out, Wait{Verb: VerbBatch, Roles: permits[VerbBatch], Nor: b.Deciders()})
		}
		return out
	case f.Left+f.Unready > 0:
		return nil
	}
	return []Wait{{Verb: VerbSubmit, Person: b.Owner}}
}

// allowsLoop is about what only the bot writes.
func (b Batch) allowsLoop(e Event) *Refused {
	late := refuse(Stale, "nobody waits for this any more")
	f := e.Facts
	switch x := e.Body.(type) {
	case Excepted:
		return b.allowsExcepted(x)
	case Orphaned:
		if b.Owner == "" || b.Owner != x.From || b.Dropped != nil || !slices.Contains(f.Leaving, x.From) {
			return late
		}
	case FellBack:
		switch {
		case f.Batch == nil || !b.FallsBack(*f.Batch) || len(x.To) == 0:
			return late
		case slices.Contains(x.To, b.Asked.To) || slices.ContainsFunc(x.To, func(p PersonID) bool { return !b.Eligible(p) }):
			return refuse(Malformed, "one of these can't decide about %s", b.ID)
		}
	case Replaced:
		switch {
		case !slices.Contains(b.Deciders(), x.From) || !slices.Contains(f.Leaving, x.From):
			return late
		case x.To == x.From || !b.Eligible(x.To) || slices.Contains(f.Leaving, x.To):
			return refuse(Malformed, "%s can't stand in for %s in %s", x.To, x.From, b.ID)
		}
	}
	return nil
}

// allowsAdopted: a list is taken over that nobody asks for, and also one whose
// approver stays silent while who asks for it is away.
func (b Batch) allowsAdopted(e Event) *Refused {
	p := e.Actor.Person
	switch {
	case b.Owner == p:
		return refuse(Already, "%s is yours already.", b.ID)
	case slices.Contains(e.Facts.Leaving, p):
		return refuse(NotYours, "You are leaving, so somebody else must take %s over. Nothing was changed.", b.ID)
	case b.Dropped != nil:
		return refuse(NotNow, "%s has been given up. Nothing was changed.", b.ID)
	case !Permitted(VerbBatch, e.Facts.Roles):
		return refuse(NotYours, "You don't have a role that may start an offboarding. Please ask HR.")
	case slices.Contains(b.Deciders(), p), b.Decision != nil && b.Decision.By == p:
		return refuse(NotYours, "You decide about %s, so somebody else must ask for it. Nothing was changed.", b.ID)
	case b.Owner != "" && (b.Asked == nil || b.Settled()):
		return refuse(Already, "%s has taken over %s already.", b.Owner, b.ID)
	}
	return nil
}

// allowsInherited: a draft goes where its list has gone.
func (c Case) allowsInherited(x Inherited, e Event, late *Refused) *Refused {
	f := e.Facts.Batch
	if f == nil || !c.InBatch() || f.Owner != x.To || x.To == "" || c.Requester != x.From || x.From == x.To {
		return late
	}
	return nil
}
