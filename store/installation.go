package store

import (
	"fmt"
	"time"
)

// State is what concerns the whole installation.
type State struct {
	Paused  bool      `json:"paused"`
	By      PersonID  `json:"by,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	Reason  Private   `json:"reason,omitzero"`
	Doubt   *Doubt    `json:"doubt,omitempty"`
	Righted time.Time `json:"righted,omitzero"` // when the clock was last in doubt no more
	Seq     uint64    `json:"seq"`
}

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

// Allows is Case.Allows for what concerns the installation.
func (s State) Allows(e Event) error {
	switch b := e.Body.(type) {
	case Paused:
		return s.allowsPause(b, e)
	case Doubted:
		switch {
		case e.Actor.Person != "" || e.Actor.operator():
			return refuse(NotYours, "Only the bot itself doubts its clock.")
		case s.Doubt != nil:
			return refuse(Already, "the clock is in doubt already")
		}
		return nil
	case Trusted:
		return s.allowsTrust(b, e)
	}
	return fmt.Errorf("%s does not concern the installation", e.Body.kind())
}

func (s State) allowsPause(b Paused, e Event) error {
	switch {
	case e.Facts.Own:
		return AccessEnded()
	case !Permitted(VerbPause, e.Facts.Roles):
		return refuse(NotYours, "Only IT, security and administrators can pause the bot.")
	case b.On == s.Paused && b.On:
		return refuse(Already, "The bot is paused already, by %s. /offboard pause off lets it go on.", s.By)
	case b.On == s.Paused:
		return refuse(Already, "The bot is not paused.")
	}
	return nil
}

func (s State) allowsTrust(b Trusted, e Event) error {
	bot := e.Actor.Person == "" && !e.Actor.operator()
	switch {
	case e.Facts.Own:
		return AccessEnded()
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

// Apply is Case.Apply for what concerns the installation.
func (s State) Apply(e Event) State {
	s.Seq = e.Seq
	switch b := e.Body.(type) {
	case Paused:
		s.Paused, s.By, s.Since, s.Reason = b.On, e.Actor.Person, e.At, b.Reason
	case Doubted:
		s.Doubt = &Doubt{Entry: e.Seq, Since: e.At, Machine: b.Machine}
	case Trusted:
		s.Doubt, s.Righted = nil, e.At
	}
	return s
}
