package store

import (
	"bytes"
	"encoding/json"

	bolt "go.etcd.io/bbolt"
)

// Rehired says of a case that is over that its person was hired again: nothing
// of it is watched, taken again or deleted from now on, and they hold their roles
// again. It gives nothing back by itself.
type Rehired struct {
	Reason Private `json:"reason"`
}

func (Rehired) kind() string { return "rehired" }

// Rehire is who said that a person was hired again, when, and why.
type Rehire = Decision

// allowsRehired looks at nothing but what everybody knows: the case has begun, so
// their access has ended. A case that the actor may not see counts too: else it
// would go on taking what they get now.
func (c Case) allowsRehired(b Rehired, e Event) *Refused {
	p := c.Plan(0)
	visible := c.Visible(e.Actor.Person, e.Facts.Roles)
	permitted := Permitted(VerbRehire, e.Facts.Roles)
	switch {
	case c.ID == "", !visible && (!permitted || !c.cut()):
		return NoSuchCase(CaseID(e.Subject))
	case e.Facts.Own:
		return AccessEnded()
	case !e.Facts.Frozen.IsZero():
		return decisionsFrozen(e.Facts.Frozen)
	case e.Actor.Person == c.Person || !permitted:
		return refuse(NotYours, "You don't have a role that may say that somebody was hired again. Please ask HR.")
	case b.Reason.IsZero():
		return refuse(Malformed, "Please say why: it stays in the record.").at("reason")
	case c.Rehired != nil:
		return refuse(Already, "That was said already. Nothing was changed.")
	case !c.cut():
		return refuse(NotNow, "%s is not somebody who has left. Nothing was changed.", c.Person)
	case p.State != Over && !p.Begun.IsZero() && !visible:
		return refuse(NotNow, "Something is under way about %s that you can't see. Please talk to the security team.", c.Person)
	case p.State != Over && (p.By != "" || p.Kind == Leave || !p.Begun.IsZero()):
		return refuse(NotNow, "%s is not over: %s. /offboard stop %s or /offboard cancel %s ends it; say it again after that.", c.ID, p.Kind.doing(), c.ID, c.ID)
	}
	return nil
}

// rehire ends what the bot has proposed and has not begun.
func (c *Case) rehire(b Rehired, e Event) {
	c.Rehired = &Rehire{By: e.Actor.Person, At: e.At, Reason: b.Reason}
	c.welcome(e.At)
	if p := c.Plan(0); p.State != Over {
		c.edit(p.No, func(p *Plan) {
			p.Stopped = &Stop{By: e.Actor.Person, At: e.At, Reason: b.Reason}
			p.halt(e)
			p.State, p.Over = Over, e.At
		})
	}
}

// Watched reports whether a case is to be watched: it took somebody's access away,
// and they have not been given it back as a whole, nor been hired again. See
// GivenBack for single steps.
func (c Case) Watched() bool { return c.cut() }

// CasesOf lists the rows of all cases of a person, oldest first. It reads every
// row, so it is for what people ask for.
func (s *Store) CasesOf(p PersonID) ([]Summary, error) {
	var out []Summary
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		var err error
		for n := uint64(1); n <= t.number(metaCases) && err == nil; n++ {
			var row Summary
			if _, err = t.row(string(caseID(n)), &row); err == nil && row.Person == p {
				out = append(out, row)
			}
		}
		return err
	})
	return out, err
}

// GonePersons lists whose access was taken away and not given back. Who was
// erased is not among them: who comes back is a new person.
func (s *Store) GonePersons() ([]Person, error) {
	var out []Person
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		var err error
		t.scan(bucketGone, nil, func(k, _ []byte) bool {
			var p Person
			if err = json.Unmarshal(t.get(bucketRows, bytes.Clone(k)), &p); err == nil && p.Erased == nil {
				out = append(out, p)
			}
			return err == nil
		})
		return err
	})
	return out, err
}
