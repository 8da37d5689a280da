package store

import (
	"bytes"
	"slices"
	"time"
)

// The circuit breaker: whoever opens more cases than one person may, and every
// source (a chat platform, say) from which more come than may come from one, is
// stopped from opening more. Only new cases from there are refused; what runs
// goes on. It stays so until two people have agreed that it ends.

// Tripped says that more cases would have come from a source, or from a person,
// than may. It is in the commit in which the first one too many was refused.
type Tripped struct {
	Source string   `json:"source,omitempty"` // a platform; empty: it is Person
	Person PersonID `json:"person,omitempty"`
	By     PersonID `json:"by"`    // whose start was refused
	Cases  int      `json:"cases"` // that were opened within the window
	Limit  int      `json:"limit"`
	// Window is how far back was counted.
	Window time.Duration `json:"window"`
	// Hidden: what was counted is confidential, so that only those are told who
	// may know of confidential cases.
	Hidden bool `json:"hidden,omitempty"`
}

// Counted is how many people the directory has, as the bot has read it.
type Counted struct {
	People int `json:"people"`
}

func (Tripped) kind() string { return "tripped" }
func (Counted) kind() string { return "counted" }

// Brake is a source, or a person, that the breaker has stopped, or had.
type Brake struct {
	Tripped
	Entry  uint64    `json:"entry"` // the Tripped
	At     time.Time `json:"at"`
	Asked  uint64    `json:"asked,omitempty"`  // the Requested by which it was lifted
	Agreed uint64    `json:"agreed,omitempty"` // and the Seconded
	Asker  PersonID  `json:"asker,omitempty"`
	Second PersonID  `json:"second,omitempty"`
	Lifted time.Time `json:"lifted,omitzero"` // zero: it stops
}

// Stops reports whether starts are refused because of it.
func (b Brake) Stops() bool { return b.Lifted.IsZero() }

// Known reports whether somebody with these roles may know of it.
func (b Brake) Known(roles []Role) bool {
	may := []Role{Security, IT, Auditor} // as of a confidential case
	if !b.Hidden {
		may = append(may, HR, Admin)
	}
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(may, r) })
}

func (t Tripped) same(o Tripped) bool {
	return t.Source == o.Source && t.Person == o.Person && (t.Source == "" || t.Hidden == o.Hidden)
}

// begins is the bucket of starts: where one is counted.
type begins struct{ key, value []byte }

const confidentialStart = "c" // value of a line

// startLines are the lines by which an event is counted as a start: one of its
// person, one of where it came from. Those that are confidential stand apart
// there: else a refusal would tell that they are there.
func startLines(c Case, e Event) []begins {
	confidential := c.Terms.Confidential
	switch b := e.Body.(type) {
	case Drafted:
		if b.Batch != "" {
			return nil // it counts when it is taken out; else its list was approved by somebody who saw how many there are
		}
		confidential = b.Terms.Confidential
	case Parted:
	default:
		return nil
	}
	var value []byte
	if confidential {
		value = []byte(confidentialStart)
	}
	return []begins{
		{startKey(string(e.Actor.Person), e.At, e.Seq), value},
		{startKey(sourceName(e.Actor.Via, confidential), e.At, e.Seq), value},
	}
}

// sourceName is what starts from a source stand under in the bucket of starts.
func sourceName(via string, confidential bool) string {
	if confidential {
		return "via/" + via + "/confidential"
	}
	return "via/" + via
}

// brake stamps how a start stands to the limits. A source is counted by the
// index, from the beginning of the window or from when it was last let go on,
// and no further than to its limit: the cost is that of the limit, however many
// cases there were.
func (b *batch) brake(f *Facts, st State, l Limits, e Event, confidential bool) {
	f.Window = l.Window
	count := func(t Tripped, name string, limit int) (int, bool) {
		from := startKey(name, e.At.Add(-l.Window+time.Microsecond), 0)
		if i := st.brake(t); i >= 0 {
			x := st.Brakes[i]
			if x.Stops() {
				if f.Brake == nil {
					f.Brake = &x
				}
				return limit, x.Hidden
			}
			if after := startKey(name, x.Lifted, x.Agreed); !x.Lifted.After(e.At) && bytes.Compare(after, from) > 0 {
				from = after
			}
		}
		return b.t.starts(name, from, e.At, limit)
	}
	f.Limit, f.SourceLimit = l.of(l.Requester, st.People), l.of(l.Source, st.People)
	f.Starts, f.Hides = count(Tripped{Person: e.Actor.Person}, string(e.Actor.Person), f.Limit)
	f.FromSource, _ = count(Tripped{Source: e.Actor.Via, Hidden: confidential}, sourceName(e.Actor.Via, confidential), f.SourceLimit)
}

// trip records that the breaker has stopped a source or a person.
func (s *Store) trip(b *batch, t Tripped) error {
	_, err := s.record(b, Case{}, Event{Seq: b.last + 1, At: b.at, Subject: Installation, Actor: Bot("breaker"), Body: t})
	return err
}

// brake is the place of a source's or a person's brake; -1 if there is none.
func (s State) brake(t Tripped) int {
	return slices.IndexFunc(s.Brakes, func(b Brake) bool { return b.same(t) })
}

// Brake is the brake of a Tripped entry; false if it is not there, or was lifted.
func (s State) Brake(entry uint64) (Brake, bool) {
	i := slices.IndexFunc(s.Brakes, func(b Brake) bool { return b.Entry == entry && b.Stops() })
	if i < 0 {
		return Brake{}, false
	}
	return s.Brakes[i], true
}

func (s State) pending(entry uint64) int {
	return slices.IndexFunc(s.Pending, func(x Pending) bool { return x.Entry == entry })
}

// asked is what waits for a second person under an entry; false if nothing does.
func (s State) asked(entry uint64) (Pending, Brake, bool) {
	i := s.pending(entry)
	if i < 0 {
		return Pending{}, Brake{}, false
	}
	b, ok := s.Brake(s.Pending[i].Change.Of)
	return s.Pending[i], b, ok
}

func (s *State) tripped(t Tripped, e Event) {
	b := Brake{Tripped: t, Entry: e.Seq, At: e.At}
	s.Brakes = slices.Clone(s.Brakes)
	if i := s.brake(t); i >= 0 {
		s.Brakes[i] = b
		return
	}
	s.Brakes = append(s.Brakes, b)
}

// lifted takes what a second person spoke about off the list and, if they
// agreed, lets the source or the person open cases again.
func (s *State) lifted(b Seconded, e Event) {
	i := s.pending(b.Entry)
	if i < 0 {
		return
	}
	x := s.Pending[i]
	s.Pending = slices.Delete(slices.Clone(s.Pending), i, i+1)
	j := slices.IndexFunc(s.Brakes, func(y Brake) bool { return y.Entry == x.Change.Of })
	if !b.Agree || j < 0 {
		return
	}
	s.Brakes = slices.Clone(s.Brakes)
	y := &s.Brakes[j]
	y.Asked, y.Agreed, y.Asker, y.Second, y.Lifted = x.Entry, e.Seq, x.By, e.Actor.Person, e.At
}

// tighten puts back a brake that a disowned decision has lifted, and drops what
// that person asks for.
func (s *State) tighten(b Disowned) {
	s.Pending = slices.DeleteFunc(slices.Clone(s.Pending), func(x Pending) bool { return x.By == b.Person })
	s.Brakes = slices.Clone(s.Brakes)
	for i := range s.Brakes {
		if y := &s.Brakes[i]; !y.Stops() && (y.Asked == b.Entry || y.Agreed == b.Entry) {
			y.Asked, y.Agreed, y.Asker, y.Second, y.Lifted = 0, 0, "", "", time.Time{}
		}
	}
}

// starts counts the lines below a name from a line on and not after a moment,
// at most so many, and says whether a confidential one is among them.
func (t table) starts(name string, from []byte, now time.Time, most int) (n int, confidential bool) {
	prefix := append([]byte(name), 0)
	end := startKey(name, now.Add(time.Microsecond), 0) // what is later was written by a wrong clock
	c := t.tx.Bucket(bucketStarts).Cursor()
	for k, v := c.Seek(from); n < most && bytes.HasPrefix(k, prefix) && bytes.Compare(k, end) < 0; k, v = c.Next() {
		n++
		confidential = confidential || len(v) > 0
	}
	return n, confidential
}
