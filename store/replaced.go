package store

import (
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Who asks, is to decide or to get something may become a leaver. From then on it is
// the role above who is asked and who gets it. Of a confidential case nobody is
// told before its cut-off, so nothing is moved before either.

// Replaced moves what waits for somebody who leaves to somebody else. The bot
// writes it; who that is was found in the directory.
type Replaced struct {
	Plan int      `json:"plan"`
	From PersonID `json:"from"`
	To   PersonID `json:"to"`
}

// Delegation is "not me, ask ...".
type Delegation struct {
	From, To PersonID
	At       time.Time
}

// Standing is who stands in for somebody who left, and in what.
type Standing struct {
	Delegation
	Asks    bool `json:",omitempty"` // asks for it from now on
	Decides bool `json:",omitempty"` // approves, where that is still needed
	Gets    bool `json:",omitempty"` // what they were to get
}

func (Replaced) kind() string { return "replaced" }

// Heir gets what nobody was named for: the manager, or who stands in for them.
func (c Case) Heir() PersonID {
	if h := c.Plan(0).Heir; h != "" {
		return h
	}
	return c.Terms.Manager
}

// DependsOn are the persons for whom something waits that would have to be moved
// if they left: a decision, something that they are to get and have not got, or
// the case itself, which comes back to whoever asks for it.
func (c Case) DependsOn() []PersonID {
	p := c.Plan(0)
	var out []PersonID
	add := func(ids ...PersonID) {
		for _, id := range ids {
			if id != "" && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	if c.State == CaseClosed || p.State == Over {
		return nil
	}
	if p.Begun.IsZero() && !c.InBatch() { // once it has begun it comes back to nobody; that of a list is with its owner
		add(c.Asker())
	}
	decided := p.settled()
	if !decided || p.HeirsOpen() || p.Wondering() || slices.Contains(c.Outstanding(), Approver) {
		add(p.Approvers...)
	}
	if p.Fallback != nil && !decided {
		add(p.Fallback.To...)
	}
	for _, s := range p.Steps {
		if !s.StepPlan.Answers || s.handedOver() {
			continue
		}
		add(c.Heir()) // also of what is found at the cut-off
		for _, a := range s.Answers {
			add(a.Heir)
		}
	}
	return out
}

// allowsReplaced: only who leaves is replaced, by somebody who does not and who
// may decide. That both are so is stamped by Append.
func (c Case) allowsReplaced(b Replaced, e Event, late *Refused) *Refused {
	p := c.Plan(0)
	switch {
	case b.Plan != p.No || !slices.Contains(c.DependsOn(), b.From) || !slices.Contains(e.Facts.Leaving, b.From):
		return late
	case b.To == b.From || !c.StandsIn(b.From, b.To) || slices.Contains(e.Facts.Leaving, b.To):
		return refuse(Malformed, "%s can't stand in for %s in %s", b.To, b.From, c.ID)
	}
	return nil
}

// StandsIn reports whether somebody may stand in for another as far as the case is
// concerned: who asks for it decides nothing in it, and the other way round.
func (c Case) StandsIn(from, to PersonID) bool {
	if from != c.Asker() {
		return c.Eligible(to)
	}
	p := c.Plan(0)
	return to != "" && to != c.Person && !slices.Contains(p.Approvers, to) && !p.gave(to) && !p.Fallback.has(to)
}

func (c *Case) replaced(b Replaced, e Event) {
	asks := b.From == c.Asker()
	if asks {
		c.edit(b.Plan, func(p *Plan) { p.Asking = b.To })
		c.changedBy(b.From) // they have asked for it, and never decide
	}
	c.edit(b.Plan, func(p *Plan) {
		moved := Standing{Delegation: Delegation{From: b.From, To: b.To, At: e.At}, Asks: asks}
		moved.Decides = slices.Contains(p.Approvers, b.From) || p.Fallback.has(b.From)
		moved.Gets = c.Heir() == b.From || slices.ContainsFunc(p.Steps, func(s Step) bool {
			return !s.handedOver() && slices.ContainsFunc(s.Answers, func(a Answer) bool { return a.Heir == b.From })
		})
		p.Replaced = append(slices.Clone(p.Replaced), moved)
		if i := slices.Index(p.Approvers, b.From); i >= 0 {
			p.Approvers = slices.Clone(p.Approvers)
			p.Approvers[i] = b.To
			if p.HeirsOpen() {
				p.HeirsAsked = e.At // they get their time too
			}
			p.askAnew(e)
			p.Delegated = append(slices.Clone(p.Delegated), moved.Delegation)
		}
		p.Fallback = p.Fallback.replaced(b, p.Approvers)
		if c.Heir() == b.From {
			p.Heir = b.To
		}
		decided := p.settled()
		p.Steps = slices.Clone(p.Steps)
		for i := range p.Steps {
			if s := &p.Steps[i]; !s.handedOver() {
				s.Answers = passOn(s.Answers, b, decided)
			}
		}
	})
}

// settled reports whether the plan was approved, or ratified: nobody is asked any
// more who gets what of it.
func (p Plan) settled() bool { return p.Decision != nil || p.Emergency && len(p.Later) > 0 }

// passOn takes back what somebody was to get who leaves. Before the approval it
// is asked again; after it whoever stands in for them gets it, because nobody is
// asked any more.
func passOn(answers []Answer, b Replaced, decided bool) []Answer {
	var out []Answer
	for _, a := range answers {
		switch {
		case a.Heir != b.From:
		case !decided:
			continue
		default:
			a.Heir = b.To
		}
		out = append(out, a)
	}
	return out
}

// Leaves reports whether it is known to others that somebody leaves: their own
// case is approved, or their access has ended. Of a confidential case that is
// known from the cut-off on.
func (s *Store) Leaves(p PersonID) (yes bool, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		b := batch{t: table{tx}, at: s.Now()}
		yes, err = b.leaves(p)
		return err
	})
	return yes, err
}

func (b *batch) leaves(p PersonID) (bool, error) {
	if gone, err := b.gone(p); gone || err != nil {
		return gone, err
	}
	row, err := b.active(p)
	return row.ID != "" && !row.Confidential && row.PlanKind == Leave && (row.Plan == Approved || row.Plan == Begun), err
}

// leaving are those who leave of the persons that a Replaced, a Defaulted, an
// Orphaned or an Adopted is about; nobody for all other bodies.
func (b *batch) leaving(e Event) ([]PersonID, error) {
	var named, out []PersonID
	switch x := e.Body.(type) {
	case Replaced:
		named = []PersonID{x.From, x.To}
	case Defaulted:
		named = []PersonID{x.To}
	case Orphaned:
		named = []PersonID{x.From}
	case Adopted:
		named = []PersonID{e.Actor.Person}
	}
	for _, p := range named {
		if p != "" && b.t.get(bucketRows, []byte(p)) == nil {
			return nil, unknown(p)
		}
		yes, err := b.leaves(p)
		if err != nil {
			return nil, err
		}
		if yes {
			out = append(out, p)
		}
	}
	return out, nil
}
