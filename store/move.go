package store

import (
	"slices"

	bolt "go.etcd.io/bbolt"
)

// A change of role is a case of its own whose first plan (Move) takes what the
// old role gave and the new one does not. Its person stays: nobody is gone by it,
// nothing of it is deleted for good, and who changes roles may approve and get
// things as before.

// MoveKind is Terms.Kind of a change of role. No kind of departure has this id.
const MoveKind = "move"

// RoleChange says from which access profile to which somebody changes, by the ids of
// the configuration.
type RoleChange struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Loses is JSON of a list of Loss, as the policy stated it when the terms were
	// set: the case takes what was approved, whatever the file says later.
	Loses Private `json:"loses"`
}

// Loss is what somebody loses in one system by a change of role: what the old
// profile names there and the new one does not.
type Loss struct {
	System string   `json:"system"`
	All    bool     `json:"all,omitempty"`   // the old profile has all of the system
	Named  []string `json:"named,omitempty"` // else what it names
	Keep   []string `json:"keep,omitempty"`  // what the new profile names there, which stays whatever else calls it
}

// Whole reports whether the account itself goes, with all that it holds: the old
// profile has all of the system, and the new one nothing.
func (l Loss) Whole() bool { return l.All && len(l.Keep) == 0 }

// Opens reports whether a case begins with a plan of this kind. All others follow
// a plan of the same case.
func (k PlanKind) Opens() bool { return k == Leave || k == Move }

// Moves reports whether the case is a change of role.
func (c Case) Moves() bool { return c.Plan(1).Kind == Move }

// moved reports whether a change of role has taken something, and has not given
// all of it back.
func (c Case) moved() bool {
	return c.Moves() && !c.Plan(1).Begun.IsZero() && !slices.ContainsFunc(c.Plans, Plan.whole)
}

// inForce reports whether the row is of a change of role that is under way or in
// force. Of the newest one of a person what came back is found, and it can be
// undone; an older one it has replaced.
func (s Summary) inForce() bool { return s.Move && (s.State != CaseClosed || s.Moved) }

// opening is the kind of the plan that a draft on these terms begins with.
func (t Terms) opening() PlanKind {
	if t.Move != nil {
		return Move
	}
	return Leave
}

// allowsMoving is about the part of the terms that only a change of role has.
func (c Case) allowsMoving(t Terms) *Refused {
	m := t.Move
	switch {
	case c.ID != "" && (m != nil) != c.Moves():
		return refuse(Malformed, "A change of role can't be made a departure, nor the other way round. /offboard cancel %s gives it up; then start anew.", c.ID)
	case (m != nil) != (t.Kind == MoveKind):
		return refuse(Malformed, "Choose why the person leaves.").at("kind")
	case m == nil:
		return nil
	case m.From == "":
		return refuse(Malformed, "Choose the role that they have had.").at("from")
	case m.To == "":
		return refuse(Malformed, "Choose the role that they get.").at("to")
	case m.From == m.To:
		return refuse(Malformed, "The old and the new role are the same, so nothing would change.").at("to")
	case m.Loses.IsZero():
		return refuse(Malformed, "The policy does not say what this takes, so nobody could approve it.")
	case t.End != "":
		return refuse(Malformed, "Nobody's employment ends by a change of role.")
	}
	return nil
}

// allowsMove is about a new change of role. A list and an emergency are of people
// who leave, and of whom the directory does not know nobody knows a role.
func allowsMove(b Drafted) *Refused {
	switch {
	case b.Terms.Move == nil:
		return nil
	case b.Emergency, b.Batch != "":
		return refuse(Malformed, "A change of role is asked for by itself: /offboard move.")
	case b.ByHand:
		return refuse(WhoIsIt, "I can only look at the roles of somebody whom the directory knows.")
	}
	return nil
}

// subject says who a case is about, for whoever named them where somebody else
// must be named.
func (c Case) subject(p PersonID) string {
	if c.Moves() {
		return string(p) + " is the one who changes roles"
	}
	return string(p) + " is the one who leaves"
}

// moveOf is the row of a person's newest change of role that is under way or in
// force; the zero Summary if there is none.
func (b *batch) moveOf(p PersonID) (Summary, error) {
	var row Summary
	id := CaseID(b.t.get(bucketMoves, []byte(p)))
	if id == "" {
		return row, nil
	}
	if c, ok := b.cases[id]; ok {
		return c.Summary(), nil
	}
	_, err := b.t.row(string(id), &row)
	return row, err
}

// moves brings the index of changes of role in step with a row: the newest one of
// each person. Where it ends without having taken anything, or has given all of
// it back, it reads every row, for the one before it.
func (t table) moves(old, row Summary) error {
	was, is := old.inForce(), row.inForce()
	if was == is {
		return nil
	}
	key := []byte(row.Person)
	now := CaseID(t.get(bucketMoves, key))
	n, _ := number("OFF-", string(now))
	mine, _ := number("OFF-", string(row.ID))
	switch {
	case is && mine > n:
		return t.put(bucketMoves, key, []byte(row.ID))
	case is || now != row.ID:
		return nil
	}
	for mine--; mine > 0; mine-- {
		var other Summary
		if _, err := t.row(string(caseID(mine)), &other); err != nil {
			return err
		}
		if other.Person == row.Person && other.inForce() {
			return t.put(bucketMoves, key, []byte(other.ID))
		}
	}
	return t.del(bucketMoves, key)
}

// MoveOf is the open change of role of a person; empty if there is none.
func (s *Store) MoveOf(p PersonID) (id CaseID, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		row, err := (&batch{t: table{tx}}).moveOf(p)
		if row.State != CaseClosed {
			id = row.ID
		}
		return err
	})
	return id, err
}

// another is the person's open case, or the one that took their access away
// last, if it is another one than c. Of a change of role it is a newer one, too, and
// one after which they were hired again.
func (b *batch) another(c Case) (Summary, error) {
	row, err := b.active(c.Person)
	if err != nil || row.ID != "" && row.ID != c.ID {
		return row, err
	}
	if gone := CaseID(b.t.get(bucketGone, []byte(c.Person))); gone != "" && gone != c.ID {
		_, err = b.t.row(string(gone), &row)
		return row, err
	}
	if !c.Moves() {
		return Summary{}, nil // a departure takes all that a change of role left
	}
	if row, err = b.moveOf(c.Person); err != nil || row.ID != "" && row.ID != c.ID {
		return row, err
	}
	return b.rehiredSince(c)
}

// rehiredSince is a later case of the person by which they had left before they
// were hired again: what they have now they were given anew, in whatever role. It
// reads the row of every later case, for what comes back and for an undo only.
func (b *batch) rehiredSince(c Case) (Summary, error) {
	mine, _ := number("OFF-", string(c.ID))
	for n := b.t.number(metaCases); n > mine; n-- {
		var row Summary
		if _, err := b.t.row(string(caseID(n)), &row); err != nil {
			return row, err
		}
		if row.Person == c.Person && row.Rehired {
			return row, nil
		}
	}
	return Summary{}, nil
}

// before is what a new change of role has to wait for: an open departure, the case
// by which they are gone, or another change of role that is open.
func (b *batch) before(p PersonID, open Summary) (Summary, error) {
	if open.ID != "" {
		return open, nil
	}
	if gone := b.t.get(bucketGone, []byte(p)); gone != nil {
		_, err := b.t.row(string(gone), &open)
		return open, err
	}
	row, err := b.moveOf(p)
	if row.State == CaseClosed {
		return Summary{}, err
	}
	return row, err
}

// verb is the verb by which a case is opened.
func (b Drafted) verb() Verb {
	switch {
	case b.Emergency:
		return VerbEmergency
	case b.Terms.Move != nil:
		return VerbMove
	}
	return VerbStart
}

// what a case is, for whoever may not open one.
func (b Drafted) what() string {
	if b.Terms.Move != nil {
		return "a change of role"
	}
	return "an offboarding"
}

// startVerb is the verb by which such a case is opened anew.
func (c Case) startVerb() Verb {
	if c.Moves() {
		return VerbMove
	}
	return VerbStart
}
