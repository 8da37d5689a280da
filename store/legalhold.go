package store

import (
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A legal hold is on a person, not on a case: while it is there nothing of
// theirs that can't be given back is taken in any case, nothing is destroyed, and
// nothing erased. Lock-outs and all else go on.

// LegallyHeld puts a legal hold on a person, or lifts it.
type LegallyHeld struct {
	On     bool    `json:"on"`
	Reason Private `json:"reason"`
}

func (LegallyHeld) kind() string { return "legal hold" }

// LegalHold is who has put one on a person. Whoever holds one of the roles over
// that person may lift it, and nobody else.
type LegalHold struct {
	By     PersonID  `json:"by"`
	Roles  []Role    `json:"roles"`
	At     time.Time `json:"at"`
	Reason Private   `json:"reason"`
}

// Words is whose hold it is, for people.
func (h LegalHold) Words() string {
	var out []string
	for _, r := range h.Roles {
		out = append(out, r.Words())
	}
	return strings.Join(out, " or ")
}

// Erases reports whether a legal hold keeps the step from being done: it takes
// something that can't be given back, and is no lock-out. An old password is
// nothing that anybody could want to see, and access must end.
func (s StepPlan) Erases() bool { return s.Irreversible() && !s.LockOut }

func (p Person) allowsLegalHold(b LegallyHeld, e Event) *Refused {
	switch {
	case e.Facts.Own:
		return AccessEnded()
	case !e.Facts.Frozen.IsZero():
		return decisionsFrozen(e.Facts.Frozen)
	case !Permitted(VerbHold, e.Facts.Roles):
		return refuse(NotYours, "Only HR, security and auditors can put a legal hold on somebody. Nothing was changed.")
	case p.ID == e.Actor.Person:
		return refuse(NotYours, "That is you. Please ask a colleague. Nothing was changed.")
	case b.On && p.Legal != nil:
		return refuse(Already, "There is a legal hold on %s already, by %s.", p.ID, p.Legal.By)
	case !b.On && p.Legal == nil:
		return refuse(Already, "There is no legal hold on %s.", p.ID)
	case !b.On && !slices.ContainsFunc(e.Facts.Roles, func(r Role) bool { return slices.Contains(p.Legal.Roles, r) }):
		return refuse(NotYours, "This legal hold was put there by %s; only somebody of that role can lift it. Nothing was changed.", p.Legal.Words())
	case b.Reason.IsZero():
		return refuse(Malformed, "Please say why: it stays in the record.").at("reason")
	}
	return nil
}

func (p *Person) legallyHeld(b LegallyHeld, e Event) {
	if !b.On {
		p.Legal = nil
		return
	}
	h := LegalHold{By: e.Actor.Person, At: e.At, Reason: b.Reason}
	for _, r := range e.Facts.Roles {
		if slices.Contains(permits[VerbHold], r) {
			h.Roles = append(h.Roles, r)
		}
	}
	p.Legal = &h
}

// legal reports whether the leaver of a case is under a legal hold, for what
// asks.
func (b *batch) legal(c Case, e Event) (bool, error) {
	switch e.Body.(type) {
	case Attempted, Withheld, Planned:
	default:
		return false, nil
	}
	var p Person
	_, err := b.t.row(string(c.Person), &p)
	return p.Legal != nil, err
}

// LegalHolds lists the persons under a legal hold, the longest first.
func (s *Store) LegalHolds() ([]Person, error) {
	out, err := s.Concerns()
	out = slices.DeleteFunc(out, func(p Person) bool { return p.Legal == nil })
	slices.SortStableFunc(out, func(a, b Person) int { return a.Legal.At.Compare(b.Legal.At) })
	return out, err
}

// UnderHold reports whether a person is under a legal hold.
func (s *Store) UnderHold(id PersonID) (bool, error) {
	var p Person
	err := s.view(func(tx *bolt.Tx) error {
		_, err := table{tx}.row(string(id), &p)
		return err
	})
	return p.Legal != nil, err
}

// OpenOf is the open case of a person; empty if there is none.
func (s *Store) OpenOf(p PersonID) (id CaseID, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		id = CaseID(table{tx}.get(bucketActive, []byte(p)))
		return nil
	})
	return id, err
}
