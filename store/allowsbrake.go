package store

import (
	"slices"
	"time"
)

// allowsStart refuses a start from where the breaker stops them, and the first
// one too many.
func allowsStart(confidential bool, e Event) *Refused {
	f := e.Facts
	t := Tripped{By: e.Actor.Person, Window: f.Window}
	switch {
	case f.Brake != nil && (f.Brake.Source == "" || !f.Brake.Hidden):
		return f.Brake.refused(e.Actor.Person)
	case f.Brake != nil:
		return nil // see hiddenBrake
	case f.Starts >= f.Limit:
		t.Person, t.Cases, t.Limit, t.Hidden = e.Actor.Person, f.Starts, f.Limit, f.Hides
	case f.FromSource >= f.SourceLimit && !confidential:
		t.Source, t.Cases, t.Limit = e.Actor.Via, f.FromSource, f.SourceLimit
	default:
		return nil
	}
	r := Brake{Tripped: t}.refused(e.Actor.Person)
	r.trips = &t
	return r
}

// hiddenBrake refuses a confidential start where too many of them came from, in
// the words for somebody who is protected: how many confidential cases there
// are is not for everybody who may open one.
func hiddenBrake(confidential bool, e Event) *Refused {
	f := e.Facts
	switch {
	case f.Brake != nil && f.Brake.Source != "" && f.Brake.Hidden:
		return refuse(WhoIsIt, neutral)
	case f.Brake == nil && confidential && f.FromSource >= f.SourceLimit:
		r := refuse(WhoIsIt, neutral)
		r.trips = &Tripped{Source: e.Actor.Via, By: e.Actor.Person, Cases: f.FromSource, Limit: f.SourceLimit, Window: f.Window, Hidden: true}
		return r
	}
	return nil
}

// refused is what somebody reads whose start is refused.
func (b Brake) refused(p PersonID) *Refused {
	who := "Somebody of security or an administrator"
	if b.Hidden {
		who = "Somebody of security"
	}
	rest := "Nothing was changed, and all that runs goes on. " + who + " can lift this with /offboard breaker, and a second person must agree"
	not := "."
	if p == b.By {
		not = "; neither can be you."
	}
	if b.Source == "" {
		return refuse(TooMany, "You have opened as many cases as one person may within %s (%d), so I open no more for you. %s%s", span(b.Window), b.Limit, rest, not)
	}
	return refuse(TooMany, "As many cases as may come from %s within %s (%d) have been opened, so I open no more from there. %s%s", b.Source, span(b.Window), b.Limit, rest, not)
}

// span is a length of time as people say it.
func span(d time.Duration) string {
	if d%time.Hour == 0 {
		return Count(int(d/time.Hour), "hour", "hours")
	}
	return Count(int(d/time.Minute), "minute", "minutes")
}

// allowsByBot is about what only the bot reports.
func (s State) allowsByBot(b Body, e Event) *Refused {
	if e.Actor.Person != "" || e.Actor.operator() {
		return refuse(NotYours, "Only the bot itself reports this.")
	}
	if t, ok := b.(Tripped); ok {
		if i := s.brake(t); i >= 0 && s.Brakes[i].Stops() {
			return refuse(Already, "the breaker has stopped this already")
		}
	}
	return nil
}

// allowsLift is about asking to lift a brake.
func (s State) allowsLift(ch Change, e Event) *Refused {
	b, ok := s.Brake(ch.Of)
	switch {
	case ch.Verb != VerbBreaker:
		return refuse(Malformed, "This is not a change of the installation.")
	case !Permitted(VerbBreaker, e.Facts.Roles):
		return refuse(NotYours, "Only security and administrators can lift this. Nothing was changed.")
	case !ok || !b.Known(e.Facts.Roles):
		return refuse(Already, "There is nothing like that to lift: /offboard breaker shows what is stopped.")
	case b.By == e.Actor.Person:
		return refuse(NotYours, "It was you who opened too many cases, so others must lift this. Nothing was changed.")
	case ch.Reason.IsZero():
		return refuse(Malformed, "Please say why cases may be opened again: it stays in the record.")
	case slices.ContainsFunc(s.Pending, func(x Pending) bool { return x.Change.Of == ch.Of && x.Entry != agreed(e) }):
		return refuse(Already, "This has been asked for already and waits for a second person.")
	}
	return nil
}

// allowsSecond is a second person's word about lifting a brake.
func (s State) allowsSecond(b Seconded, x Pending, brake Brake, e Event) *Refused {
	switch {
	case b.Agree && e.Facts.First != "":
		return firstFrozen(e.Facts.First)
	case !Permitted(VerbSecond, e.Facts.Roles):
		return refuse(NotYours, "Somebody with a role must agree to this: HR, IT, security or another administrator.")
	case b.Agree && x.By == e.Actor.Person:
		return refuse(NotYours, "You asked for this yourself. A second person must agree.")
	case b.Agree && brake.By == e.Actor.Person:
		return refuse(NotYours, "It was you who opened too many cases, so others must lift this. Nothing was changed.")
	}
	return nil
}
