package store

import (
	"cmp"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A case is held when a decision in it is disowned. Outside a case there is
// nothing to hold, so what the decision has loosened is fastened again, as far
// as nobody else has decided about it since: rules, a pause, a linked account,
// a freeze that was lifted. What was fastened by mistake can be loosened again
// by two others; what stays loose by mistake can be used meanwhile.

// Agreement is a second person's word by which weaker rules came into force.
type Agreement struct {
	Entry  uint64    `json:"entry"`
	Config uint64    `json:"config"` // the Configured that it was about
	At     time.Time `json:"at"`
	Before Private   `json:"before"` // the rules in force until then
}

// Void is a disowned agreement: what it was about waits again.
type Void struct {
	Entry  uint64   `json:"entry"`  // the Disowned
	Person PersonID `json:"person"` // in whose name it was agreed
}

// Unpaused is the decision that ended a pause, and that pause.
type Unpaused struct {
	Entry  uint64   `json:"entry"`
	By     PersonID `json:"by"` // who had paused
	Reason Private  `json:"reason,omitzero"`
}

// Thaw is how a person's decisions came to count again.
type Thaw struct {
	Asked  uint64    `json:"asked"`  // the Requested
	Agreed uint64    `json:"agreed"` // the Seconded
	By     PersonID  `json:"by"`
	Second PersonID  `json:"second"`
	At     time.Time `json:"at"`
	Freeze Freeze    `json:"freeze"` // what it ended
}

// noLink refuses whoever is not the link in a mail.
func noLink(e Event) *Refused {
	if e.Actor.Person != "" || e.Actor.operator() {
		return refuse(NotYours, "A decision is disowned with the link in the mail about it.")
	}
	return nil
}

func (s *State) disown(b Disowned, e Event) {
	if u := s.Unpaused; u != nil && u.Entry == b.Entry {
		s.Paused, s.By, s.Since, s.Reason, s.Unpaused = true, u.By, e.At, u.Reason, nil
	}
	s.Config.disown(b, e)
	s.tighten(b)
	s.Known = slices.DeleteFunc(slices.Clone(s.Known), func(k Known) bool { return k.Entry == b.Entry })
}

// disown brings back the rules from before an agreement. Those that rest on it,
// by a later agreement too, wait again. If the file was changed after it, only
// who knows what rules mean can say what is in force: see Redo.
func (c *Configuration) disown(b Disowned, e Event) {
	i := slices.IndexFunc(c.Agreements, func(a Agreement) bool { return a.Entry == b.Entry })
	if i < 0 {
		return
	}
	a := c.Agreements[i]
	if c.Wanted.IsZero() {
		c.Wanted = c.Rules
	}
	c.Redo = c.Redo || a.Config != c.Entry
	c.Rules, c.Second, c.Not, c.Rev = a.Before, "", "", e.Seq
	c.Void = &Void{Entry: e.Seq, Person: b.Person}
	c.Agreements = slices.Clone(c.Agreements[:i])
}

func (c *Configuration) agree(e Event) {
	c.Agreements = append(c.recent(e.At), Agreement{Entry: e.Seq, Config: c.Entry, At: e.At, Before: c.Rules})
	c.Rules, c.Second, c.Rev = c.Wanted, e.Actor.Person, e.Seq
}

// recent are the agreements that can still be disowned.
func (c *Configuration) recent(now time.Time) []Agreement {
	return slices.DeleteFunc(slices.Clone(c.Agreements), func(a Agreement) bool { return now.Sub(a.At) > DisownWithin })
}

func (p *Person) disown(b Disowned, e Event) {
	p.Pending = without(p.Pending, b.Person, "")
	p.Links = slices.DeleteFunc(slices.Clone(p.Links), func(l Link) bool { return l.Asked == b.Entry || l.Agreed == b.Entry })
	p.Owned = slices.DeleteFunc(slices.Clone(p.Owned), func(o Own) bool { return o.Entry == b.Entry })
	if t := p.Thawed; t != nil && (t.Asked == b.Entry || t.Agreed == b.Entry) {
		if p.Frozen == nil {
			f := t.Freeze
			f.At = e.At
			p.Frozen = &f
		}
		p.Thawed = nil
	}
}

func (p *Person) freeze(b Frozen, e Event) {
	p.Disowned = append(slices.Clone(p.Disowned), b.Entry)
	p.Pending = without(p.Pending, "", VerbUnfreeze)
	f := Freeze{At: e.At}
	if p.Frozen != nil {
		f = *p.Frozen
	}
	f.Why = append(slices.Clone(f.Why), b)
	p.Frozen = &f
}

// thaw lets the person decide again, as asked for in x.
func (p *Person) thaw(x Pending, e Event) {
	if p.Frozen != nil {
		p.Thawed = &Thaw{Asked: x.Entry, Agreed: e.Seq, By: x.By, Second: e.Actor.Person, At: e.At, Freeze: *p.Frozen}
	}
	p.Frozen = nil
}

// refer keeps the indexes of a person in step with their row.
func (t table) refer(old, p Person) error {
	for _, l := range old.lookups() {
		if err := t.del(bucketLookup, []byte(l)); err != nil {
			return err
		}
	}
	for _, l := range p.lookups() {
		if err := t.put(bucketLookup, []byte(l), []byte(p.ID)); err != nil {
			return err
		}
	}
	switch now, before := p.concern(), old.concern(); {
	case now && !before:
		if err := t.put(bucketConcern, []byte(p.ID), nil); err != nil {
			return err
		}
	case before && !now:
		if err := t.del(bucketConcern, []byte(p.ID)); err != nil {
			return err
		}
	}
	if p.Erased == nil {
		return t.put(bucketLookup, []byte(p.Lookup), []byte(p.ID))
	}
	if old.Erased != nil {
		return nil
	}
	// Where an old copy of the log did not know of it (Erased.Found), they may have
	// come back as somebody else meanwhile.
	if string(t.get(bucketLookup, []byte(old.Lookup))) == string(p.ID) {
		if err := t.del(bucketLookup, []byte(old.Lookup)); err != nil {
			return err
		}
	}
	for _, subject := range p.Erased.Subjects {
		if err := t.put(bucketErased, []byte(subject), be(p.Erased.Entry)); err != nil {
			return err
		}
		if err := t.dropTexts(subject); err != nil {
			return err
		}
	}
	return nil
}

// concern reports whether the person is one of Concerns.
func (p Person) concern() bool {
	return p.Frozen != nil || len(p.Pending) > 0 || p.Legal != nil || p.Erased != nil && p.Erased.Proven.IsZero()
}

// Concerns lists the persons of whom something is kept in mind: their decisions
// are refused, a change waits for a second person, they are under a legal hold, or
// they were erased and it is not proven yet that their keys are gone.
func (s *Store) Concerns() ([]Person, error) {
	var out []Person
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		var err error
		t.scan(bucketConcern, nil, func(k, _ []byte) bool {
			var p Person
			if _, err = t.row(string(k), &p); err == nil {
				out = append(out, p)
			}
			return err == nil
		})
		return err
	})
	return out, err
}

// FrozenPersons lists whose decisions are refused, the longest first.
func (s *Store) FrozenPersons() ([]Person, error) {
	out, err := s.Concerns()
	out = slices.DeleteFunc(out, func(p Person) bool { return p.Frozen == nil })
	slices.SortStableFunc(out, func(a, b Person) int {
		return cmp.Or(a.Frozen.At.Compare(b.Frozen.At), cmp.Compare(a.Frozen.Why[0].Entry, b.Frozen.Why[0].Entry))
	})
	return out, err
}
