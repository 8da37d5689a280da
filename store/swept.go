package store

import "time"

// Swept is a sweep of the schedule: all accounts of all systems that can list
// them were looked at. It is one entry, written when the sweep is over, so one
// that was killed in the middle is begun anew and leaves nothing. What was found
// is sealed.
type Swept struct {
	Due     time.Time     `json:"due"` // the last time of the schedule that it is for
	Systems []SweptSystem `json:"systems"`
	New     int           `json:"new,omitempty"`   // accounts of which nobody was told yet
	Known   int           `json:"known,omitempty"` // accounts that may stay
	Tell    bool          `json:"tell,omitempty"`  // there is news: a new message, not an edit
	Found   Private       `json:"found,omitzero"`  // JSON of a SweepReport
}

// SweptSystem counts what was seen of one system.
type SweptSystem struct {
	System string `json:"system"` // as configured
	Looked int    `json:"looked"`
	Found  int    `json:"found,omitempty"`
	Unread bool   `json:"unread,omitempty"` // not read to the end, so never clean
	Unable bool   `json:"unable,omitempty"` // can't list accounts
}

// SweepReport is what a sweep has found, as all of IT may know it.
type SweepReport struct {
	Strays []Stray           `json:"strays,omitempty"`
	Unread map[string]string `json:"unread,omitempty"` // title of a system -> why
}

func (Swept) kind() string { return "swept" }

// Sweep is the last sweep of the schedule, as the installation knows it.
type Sweep struct {
	Entry uint64    `json:"entry"`
	At    time.Time `json:"at"`
	News  uint64    `json:"news,omitempty"` // the last entry that there was news in; 0: there never was any
	Swept
}

// allowsSwept: each time of the schedule is swept for once. Of two sweeps that
// ran at once, or one that was done again, one counts.
func (s State) allowsSwept(b Swept, e Event) *Refused {
	switch {
	case e.Actor.Person != "" || e.Actor.operator():
		return refuse(NotYours, "Only the bot itself reports what it found and did.")
	case len(b.Systems) == 0 || b.Due.IsZero() || b.Due.After(e.At):
		return refuse(Malformed, "this is no sweep")
	case e.Facts.Doubt: // a time that is still to come would count as swept for
		return refuse(Doubtful, "the clock is in doubt, so it is not known what is due")
	case s.Sweep != nil && !b.Due.After(s.Sweep.Due):
		return refuse(Stale, "that was swept for already")
	}
	return nil
}

func (s *State) swept(b Swept, e Event) {
	x := Sweep{Entry: e.Seq, At: e.At, Swept: b}
	if s.Sweep != nil {
		x.News = s.Sweep.News
	}
	if b.Tell {
		x.News = e.Seq
	}
	s.Sweep = &x
}

// Began is when the first entry was made: what is done on a schedule has not been
// due before; zero for an empty log.
func (s *Store) Began() (time.Time, error) {
	if s.Last() == 0 {
		return time.Time{}, nil
	}
	e, err := s.Event(1)
	return e.At, err
}

// LastSweep is what the last sweep of the schedule has found; the zero SweepReport
// if there was none.
func (s *Store) LastSweep() (SweepReport, error) {
	var out SweepReport
	st, err := s.State()
	if err != nil || st.Sweep == nil {
		return out, err
	}
	return out, s.RevealJSON(Installation, st.Sweep.Found, &out)
}
