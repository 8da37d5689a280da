package store

import "time"

// Between the survey and the cut-off there may be weeks. So the survey of an
// approved plan is repeated shortly before its cut-off, each hour while it waits
// for the press, and at once where neither was done in time. What is new is
// written as Drifted; Resurveyed says that it was looked for.

// ArmedEvery is how often the survey of a plan is repeated that waits for the
// press: when that comes it is too late.
const ArmedEvery = time.Hour

// Resurveyed says that all systems of a plan were surveyed again.
type Resurveyed struct {
	Plan    int       `json:"plan"`
	For     time.Time `json:"for,omitzero"` // the cut-off; zero where it has no time
	Systems []string  `json:"systems"`
	Unread  []Private `json:"unread,omitempty"` // what could not be read, and why
}

func (Resurveyed) kind() string { return "surveyed again" }

// SurveyAgain is when the survey of the current plan is to be repeated, so long
// before the cut-off; zero if it is not, or has been.
func (c Case) SurveyAgain(before time.Duration) time.Time {
	p := c.Plan(0)
	if !p.Kind.Opens() || c.ByHand || p.Stopped != nil || p.Wrong != nil || len(p.Unsurveyed()) > 0 {
		return time.Time{}
	}
	timed := p.CutOff.Mode == At
	done := timed && p.LookedFor.Equal(p.CutOff.At)
	switch {
	case p.State == Approved && timed && !done && p.Looked.Before(p.CutOff.At.Add(-before)):
		return p.CutOff.At.Add(-before)
	case p.State == Approved && p.CutOff.Mode == Press && p.Press.IsZero():
		return p.Looked.Add(ArmedEvery)
	case p.State == Begun && !done && p.Looked.Before(p.Begun.Add(-before)):
		return p.Begun
	}
	return time.Time{}
}

func (c Case) allowsResurveyed(b Resurveyed, e Event, late *Refused) *Refused {
	p := c.Plan(0)
	at := c.SurveyAgain(0)
	armed := p.State == Approved && p.CutOff.Mode == Press
	if b.Plan != p.No || at.IsZero() || armed && at.After(e.At) || p.State == Approved && p.CutOff.Mode == At && !b.For.Equal(p.CutOff.At) {
		return late
	}
	return nil
}

func (p *Plan) resurveyed(b Resurveyed, e Event) {
	p.Looked, p.LookedFor, p.Unread = e.At, b.For, b.Unread
}
