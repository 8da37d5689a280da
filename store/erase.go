package store

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Somebody who left long ago can be erased: the keys of their cases and of
// themself are destroyed, so that nothing about them can be read again, in no copy
// of the log. The entries stay, with numbers in the place of names, and the log
// still verifies.
//
// Two persons agree to it (Requested, Seconded), or a rule of the configuration
// asks for it. Erased is first: one entry on the person and one on each of their
// cases, in one commit. From then on nothing of theirs is opened, whatever the key
// file holds. Then the keys are destroyed (DestroyKeys), which a kill only
// delays, and an entry says so (KeysDestroyed).

// Erased says, on a person, that they are erased, with all cases in
// Facts.Erase.Subjects; and on each of those cases that it goes with them.
type Erased struct {
	Agreed uint64   `json:"agreed,omitempty"` // on a person: the Seconded by which two have agreed; 0: a rule, or Found
	Found  bool     `json:"found,omitempty"`  // their keys were destroyed after this copy of the log was made, which did not know
	Of     PersonID `json:"of,omitempty"`     // on a case: whose
	Entry  uint64   `json:"entry,omitempty"`  // on a case: the entry on the person
}

// KeysDestroyed says, on a person who was erased, that none of their keys is in
// the key file any more, and that none of their texts opens.
type KeysDestroyed struct {
	Entry uint64 `json:"entry"` // the Erased
	Keys  int    `json:"keys"`
	Texts int    `json:"texts"`           // sealed texts that were tried
	Again bool   `json:"again,omitempty"` // an old copy of the key file had been put back
}

func (Erased) kind() string        { return "erased" }
func (KeysDestroyed) kind() string { return "keys destroyed" }

// Erasure is that somebody, or a case of theirs, was erased.
type Erasure struct {
	Entry    uint64    `json:"entry"`
	At       time.Time `json:"at"`
	Agreed   uint64    `json:"agreed,omitempty"`
	Found    bool      `json:"found,omitempty"`
	Subjects []string  `json:"subjects,omitempty"` // of a person: whose keys are destroyed
	Proven   time.Time `json:"proven,omitzero"`    // of a person: when none of the keys was there any more
}

// EraseFacts is what Append knows of somebody who is to be erased.
type EraseFacts struct {
	Subjects []string      `json:"subjects,omitempty"` // whose keys would be destroyed: cases, the oldest first, and the person
	Against  []Obstacle    `json:"against,omitempty"`
	Closed   time.Time     `json:"closed,omitzero"`  // when the last of their cases was closed
	After    time.Duration `json:"after,omitempty"`  // so long after that the rule erases; 0: there is none
	Found    bool          `json:"found,omitempty"`  // their keys are destroyed already
	Person   uint64        `json:"person,omitempty"` // of a case: the entry that erased its person
}

// Obstacle is one reason why somebody can't be erased now.
type Obstacle struct {
	Kind  ObstacleKind `json:"kind"`
	Case  CaseID       `json:"case,omitempty"`
	Until time.Time    `json:"until,omitzero"`
}

// ObstacleKind is a kind of reason.
type ObstacleKind string

// The kinds.
const (
	ObstacleHold     ObstacleKind = "legal hold"
	ObstacleFrozen   ObstacleKind = "frozen"
	ObstacleOpen     ObstacleKind = "open case"
	ObstacleLeft     ObstacleKind = "access left"
	ObstacleBack     ObstacleKind = "access came back"
	ObstacleHere     ObstacleKind = "has access"
	ObstacleDeletion ObstacleKind = "deletion due"
	ObstacleWatch    ObstacleKind = "watched"
	// ObstacleNeeded is a role of theirs, a case of somebody else that needs them,
	// or one of their own that the actor may not know of: these read alike.
	ObstacleNeeded ObstacleKind = "needed"
)

const eraseNeeded = "They have a role in my configuration, or a case that is not over has to do with them. Take the role from them, or wait; the security team can see what it is."

// words says what is in the way and what to do about it.
func (o Obstacle) words() string {
	day := o.Until.UTC().Format("2 January 2006")
	switch o.Kind {
	case ObstacleHold:
		return "There is a legal hold on them: /offboard hold shows whose it is, and who can lift it."
	case ObstacleFrozen:
		return "Their decisions are frozen, and security may still need to know why: /offboard unfreeze shows it."
	case ObstacleOpen:
		return fmt.Sprintf("%s is still open: let it end, or cancel it.", o.Case)
	case ObstacleLeft:
		return fmt.Sprintf("%s was closed with access left, so an account of theirs may still work: open another case with /offboard start, and take the access away.", o.Case)
	case ObstacleBack:
		return fmt.Sprintf("Access that %s took came back, and nobody has decided about it: /offboard status %s.", o.Case, o.Case)
	case ObstacleHere:
		return "As far as I know they still have access: no case took it away, or it was given back. If they have left, open a case with /offboard start, which looks at all systems."
	case ObstacleDeletion:
		return fmt.Sprintf("What %s left is still to be deleted: I ask about it on %s. Approve or decline that first.", o.Case, day)
	case ObstacleWatch:
		return fmt.Sprintf("%s is still watched, in case access comes back, until %s. Try again after that.", o.Case, day)
	case ObstacleNeeded:
	}
	return eraseNeeded
}

// against is the refusal for what is in the way; nil if nothing is.
func (f *EraseFacts) against(p PersonID) *Refused {
	if f == nil {
		return refuse(Malformed, "nobody has looked whether %s can be erased", p)
	}
	var out []string
	for _, o := range f.Against {
		if w := o.words(); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return nil
	}
	const most = 5
	if n := len(out) - most; n > 0 {
		out = append(out[:most], fmt.Sprintf("And %s more.", Count(n, "reason", "reasons")))
	}
	return refuse(NotNow, "%s can't be erased now, and nothing was changed. %s", p, strings.Join(out, " "))
}

// allowsErased is about the bot's own entry: two persons have agreed in the entry
// before it, the rule says so, or the keys are gone already.
func (p Person) allowsErased(b Erased, e Event) *Refused {
	f := e.Facts.Erase
	switch {
	case e.Actor.Person != "" || e.Actor.operator():
		return refuse(NotYours, "People are erased with /offboard erase, to which a second person agrees.")
	case f == nil || b.Of != "" || b.Entry != 0 || !slices.Contains(f.Subjects, string(p.ID)):
		return refuse(Malformed, "that erases nobody")
	case b.Found && !f.Found:
		return refuse(Malformed, "the keys of %s are there", p.ID)
	case b.Found:
		return nil
	case b.Agreed != 0 && (b.Agreed != p.Seq || b.Agreed != p.EraseAgreed):
		return refuse(Malformed, "nobody has agreed to that")
	case b.Agreed != 0:
	case e.Facts.Doubt:
		return refuse(Doubtful, "the clock is in doubt, so nobody knows whether it is time to erase %s", p.ID)
	case f.After <= 0 || f.Closed.IsZero() || e.At.Before(f.Closed.Add(f.After)):
		return refuse(NotNow, "it is not time to erase %s", p.ID)
	}
	return f.against(p.ID)
}

func mayNotErase() *Refused {
	return refuse(NotYours, "Only HR, security and auditors can have somebody erased. Nothing was changed.")
}

// allowsErase is about asking for it. It takes no reason: that would be sealed with
// the key that is destroyed.
func (p Person) allowsErase(e Event) *Refused {
	switch {
	case !Permitted(VerbErase, e.Facts.Roles):
		return mayNotErase()
	case p.ID == e.Actor.Person:
		return refuse(NotYours, "You can't erase yourself. Please ask a colleague. Nothing was changed.")
	case p.erasing() >= 0:
		return refuse(Already, "This has been asked for already and waits for a second person.")
	}
	return e.Facts.Erase.against(p.ID)
}

// allowsEraseSecond is about a second person's word on it. Looking again at what
// is in the way is a part of it: months may have passed.
func (p Person) allowsEraseSecond(x Pending, b Seconded, e Event) *Refused {
	switch {
	case !Permitted(VerbErase, e.Facts.Roles):
		return mayNotErase()
	case !b.Agree:
		return nil
	case x.By == e.Actor.Person || p.ID == e.Actor.Person:
		return refuse(NotYours, "A second person must agree: not the one who asked, and not the one who is erased.")
	}
	return e.Facts.Erase.against(p.ID)
}

// erasing is the place of the request to erase the person; -1 if there is none.
func (p Person) erasing() int {
	return slices.IndexFunc(p.Pending, func(x Pending) bool { return x.Change.Verb == VerbErase })
}

// Erasing is the request to erase the person that waits for a second one; false
// if there is none.
func (p Person) Erasing() (Pending, bool) {
	if i := p.erasing(); i >= 0 {
		return p.Pending[i], true
	}
	return Pending{}, false
}

// gone refuses everything about somebody who was erased, but what is left to do,
// and reading what is left.
func (p Person) gone(e Event) *Refused {
	switch b := e.Body.(type) {
	case Viewed:
		return p.allowsViewed(b, e)
	case KeysDestroyed:
		switch {
		case e.Actor.Person != "" || e.Actor.operator():
			return refuse(NotYours, "Only the bot itself reports what it found and did.")
		case b.Entry != p.Erased.Entry || !b.Again && !p.Erased.Proven.IsZero():
			return refuse(Stale, "that has been said already")
		}
		return nil
	}
	return refuse(Already, "That person was erased on %s: nothing of theirs is left that could be read or changed.", p.Erased.At.UTC().Format("2 January 2006"))
}

// erase forgets in the row what leads to the person. Their number stays.
func (p *Person) erase(b Erased, e Event) {
	p.Erased = &Erasure{Entry: e.Seq, At: e.At, Agreed: b.Agreed, Found: b.Found, Subjects: []string{e.Subject}}
	if e.Facts.Erase != nil {
		p.Erased.Subjects = e.Facts.Erase.Subjects
	}
	p.Lookup, p.Links, p.Owned, p.Pending, p.Legal, p.Frozen, p.Thawed, p.Disowned, p.EraseAgreed = "", nil, nil, nil, nil, nil, nil, nil, 0
}

// allowsErased is about a case: it goes with its person, and never alone.
func (c Case) allowsErased(b Erased, e Event) *Refused {
	switch {
	case e.Actor.Person != "" || e.Actor.operator():
		return refuse(NotYours, "People are erased with /offboard erase, to which a second person agrees.")
	case c.ID == "" || b.Of != c.Person || b.Entry == 0 || e.Facts.Erase == nil || e.Facts.Erase.Person != b.Entry:
		return refuse(Malformed, "that erases no case")
	}
	return nil
}

// gone refuses everything about a case that was erased, but reading and taking
// what is left of its record.
func (c Case) gone(e Event) *Refused {
	switch b := e.Body.(type) {
	case Exported:
		return c.allowsExported(b, e)
	case Viewed:
		return c.allowsViewed(b, e)
	case Erased:
		return refuse(Already, "%s was erased already", c.ID)
	}
	switch {
	case e.Actor.Person == "":
		return refuse(Stale, "%s was erased", c.ID)
	case !c.Visible(e.Actor.Person, e.Facts.Roles):
		return NoSuchCase(c.ID)
	}
	return c.Forgotten()
}

// Forgotten is the answer to whoever may see a case that was erased and wants more
// of it than its record.
func (c Case) Forgotten() *Refused {
	return refuse(NotNow, "%s was erased on %s: only the record of who did what and when is left, without names. Nothing was changed.", c.ID, c.Erased.At.UTC().Format("2 January 2006"))
}

// erase ends a case that may be open only in an old copy of the log (Found): at
// the time of the erasure none was.
func (c *Case) erase(b Erased, e Event) {
	c.Erased = &Erasure{Entry: b.Entry, At: e.At}
	c.Pending = nil
	if c.State == CaseClosed {
		return
	}
	c.Outcome = Cancelled
	if !c.Plan(0).Begun.IsZero() {
		c.Outcome = Done
	}
	c.edit(0, func(p *Plan) {
		p.Steps = slices.Clone(p.Steps)
		for i := range p.Steps {
			if s := &p.Steps[i]; !s.State.Ended() {
				s.end(Halted, e)
			}
		}
		p.State, p.Over = Over, e.At
	})
	c.State, c.Closed = CaseClosed, e.At
}

func (b Erased) words(e Event) string {
	switch {
	case b.Of != "":
		return fmt.Sprintf("erased with %s: nothing that was sealed in it can be read any more", b.Of)
	case b.Found:
		return "found that the keys were destroyed after this copy of the log was made"
	}
	why := fmt.Sprintf("as two people have agreed in entry %d", b.Agreed)
	if b.Agreed == 0 {
		why = "as the configuration says"
	}
	list := ""
	if f := e.Facts.Erase; f != nil {
		list = ": " + strings.Join(f.Subjects, ", ")
	}
	return "erased " + why + list
}

func (b KeysDestroyed) words() string {
	out := fmt.Sprintf("destroyed %s; none of %s can be opened", Count(b.Keys, "key", "keys"), Count(b.Texts, "sealed text", "sealed texts"))
	if b.Again {
		out += ". An old copy of the key file had been put back"
	}
	return out
}
