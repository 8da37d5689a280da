package store

import "time"

// Doubt is a clock in doubt. Nothing that can't be given back is taken
// meanwhile; all else goes on.
type Doubt struct {
	Entry   uint64    `json:"entry"`
	Since   time.Time `json:"since"`   // what was gone by when it began
	Machine time.Time `json:"machine"` // and what the machine's clock said
}

func (d *Doubt) entry() uint64 {
	if d == nil {
		return 0
	}
	return d.Entry
}

// allowsDoubt is about the bot's own notice that its clock is wrong.
func (s State) allowsDoubt(e Event) *Refused {
	switch {
	case e.Actor.Person != "" || e.Actor.operator():
		return refuse(NotYours, "Only the bot itself doubts its clock.")
	case s.Doubt != nil:
		return refuse(Already, "the clock is in doubt already")
	}
	return nil
}

func (s State) allowsTrust(b Trusted, e Event) *Refused {
	bot := e.Actor.Person == "" && !e.Actor.operator()
	switch {
	case !bot && !Permitted(VerbClock, e.Facts.Roles):
		return refuse(NotYours, "Only IT, security and administrators can say that the clock is right.")
	case bot && e.Facts.Doubt:
		return refuse(Doubtful, "the clock is in doubt")
	case s.Doubt == nil:
		return refuse(Already, "The clock is not in doubt any more. Nothing was changed.")
	case b.Entry != s.Doubt.Entry:
		return refuse(Stale, "That was about an earlier doubt, so nothing was changed. /offboard clock shows how the clock stands now.")
	case (b.Ahead - e.Facts.Ahead).Abs() > tolerance:
		return refuse(Stale, "The machine's clock has been set since you were asked, so nothing was changed. /offboard clock shows what it says now.")
	}
	return nil
}
