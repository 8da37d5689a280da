package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// stampErase gathers what the rules must know of somebody who is to be erased; nil
// for any other event.
func (s *Store) stampErase(b *batch, e Event) (*EraseFacts, error) {
	var p Person
	_, isPerson := number("P-", e.Subject)
	body, erases := e.Body.(Erased)
	switch ch, asks := e.Body.(Requested); {
	case erases && !isPerson:
		_, err := b.t.row(string(body.Of), &p)
		if err != nil || p.Erased == nil || !slices.Contains(p.Erased.Subjects, e.Subject) {
			return nil, err
		}
		return &EraseFacts{Person: p.Erased.Entry}, nil
	case !isPerson:
		return nil, nil
	case erases, asks && ch.Change.Verb == VerbErase:
	default:
		agrees, err := b.agreesToErase(&request{subject: e.Subject, body: e.Body})
		if err != nil || !agrees {
			return nil, err
		}
	}
	if ok, err := b.t.row(e.Subject, &p); err != nil || !ok || p.Erased != nil {
		return nil, err
	}
	f, err := s.eraseFacts(b, p, e.Actor)
	if err != nil {
		return nil, err
	}
	if erases {
		if f.Found, err = s.found(b.t, f.Subjects); f.Found {
			f.Against = nil // it has happened
		}
	} else {
		f.Subjects = nil // they stand in the entry that follows
	}
	return f, err
}

// found reports whether one of these keys was destroyed already.
func (s *Store) found(t table, subjects []string) (bool, error) {
	for _, subject := range subjects {
		if gone, err := s.erased(t, subject); gone || err != nil {
			return gone, err
		}
	}
	return false, nil
}

// agreesToErase reports whether a request is the word by which somebody is erased,
// if it is not refused.
func (b *batch) agreesToErase(r *request) (bool, error) {
	second, ok := r.body.(Seconded)
	if _, isPerson := number("P-", r.subject); !ok || !second.Agree || !isPerson {
		return false, nil
	}
	var p Person
	if _, err := b.t.row(r.subject, &p); err != nil {
		return false, err
	}
	i := p.pending(second.Entry)
	return i >= 0 && p.Pending[i].Change.Verb == VerbErase, nil
}

// eraseCases records, with the entry that erases somebody, that their cases go
// with them.
func (s *Store) eraseCases(b *batch, r *request, out result) error {
	body, ok := r.body.(Erased)
	if !ok || out.err != nil || body.Of != "" {
		return nil
	}
	b.erased = true
	var p Person
	if _, err := b.t.row(r.subject, &p); err != nil {
		return err
	}
	for _, subject := range p.Erased.Subjects {
		if subject == r.subject {
			continue
		}
		with := s.one(b, &request{ctx: r.ctx, subject: subject, actor: r.actor, body: Erased{Of: p.ID, Entry: p.Erased.Entry}})
		if with.err != nil {
			return fmt.Errorf("%s goes with it: %s", subject, with.err.Error()) // not wrapped, as in both
		}
	}
	return nil
}

// eraseFacts finds whose keys would be destroyed with those of a person, and what
// is in the way. What the actor may not know of is ObstacleNeeded.
func (s *Store) eraseFacts(b *batch, p Person, a Actor) (*EraseFacts, error) {
	f := &EraseFacts{After: s.opt.Limits().Erase}
	against := func(kind ObstacleKind, c CaseID, until time.Time) {
		f.Against = append(f.Against, Obstacle{Kind: kind, Case: c, Until: until})
	}
	rows, err := b.t.casesOf(p.ID)
	if err != nil {
		return nil, err
	}
	if p.Legal != nil {
		against(ObstacleHold, "", time.Time{})
	}
	if p.Frozen != nil {
		against(ObstacleFrozen, "", time.Time{})
	}
	var left CaseID // the last that left access, and no case since took it
	var unsure bool // the last was an emergency that was not right
	for _, row := range rows {
		f.Subjects = append(f.Subjects, string(row.ID))
		if row.Closed.After(f.Closed) {
			f.Closed = row.Closed
		}
		if a.Person != "" {
			known, err := s.knows(b, a, row)
			if err != nil {
				return nil, err
			}
			if !known {
				against(ObstacleNeeded, "", time.Time{})
				continue
			}
		}
		c, err := s.current(b, string(row.ID))
		if err != nil {
			return nil, err
		}
		switch {
		case c.State != CaseClosed:
			against(ObstacleOpen, c.ID, time.Time{})
			continue
		case c.Outcome == AccessLeft:
			left, unsure = c.ID, false
		case c.Outcome == Unratified:
			unsure = true
		case c.Outcome == Done && !c.Moves():
			left, unsure = "", false
		}
		s.eraseLater(c, b.at, against)
	}
	if left != "" {
		against(ObstacleLeft, left, time.Time{})
	}
	if gone, err := b.gone(p.ID); err != nil {
		return nil, err
	} else if unsure || !gone && left == "" {
		against(ObstacleHere, "", time.Time{})
	}
	needed, err := s.needed(b, p)
	if err != nil {
		return nil, err
	}
	if needed {
		against(ObstacleNeeded, "", time.Time{})
	}
	f.Subjects = append(f.Subjects, string(p.ID))
	return f, nil
}

// eraseLater is what is still to happen about a closed case.
func (s *Store) eraseLater(c Case, now time.Time, against func(ObstacleKind, CaseID, time.Time)) {
	if due, ok := c.DestroyDue(); ok {
		against(ObstacleDeletion, c.ID, due)
	}
	if slices.ContainsFunc(c.Returns, Return.Open) {
		against(ObstacleBack, c.ID, time.Time{})
	}
	lasts := c.Ruling.Retention
	if lasts == 0 {
		lasts = s.opt.Limits().orUsual().Watch
	}
	if since, ok := c.WatchedSince(); ok && now.Before(since.Add(lasts)) {
		against(ObstacleWatch, c.ID, since.Add(lasts))
	}
}

// casesOf are the rows of a person's cases, oldest first. It goes through those of
// all cases, and decodes those that name the person.
func (t table) casesOf(p PersonID) ([]Summary, error) {
	var out []Summary
	var err error
	name := []byte(`"person":"` + string(p) + `"`)
	t.scan(bucketRows, []byte("OFF-"), func(_, v []byte) bool {
		if !bytes.Contains(v, name) {
			return true
		}
		var row Summary
		if err = json.Unmarshal(v, &row); err == nil && row.Person == p {
			out = append(out, row)
		}
		return err == nil
	})
	slices.SortFunc(out, func(a, b Summary) int { return bytes.Compare(caseKey(a.ID), caseKey(b.ID)) })
	return out, err
}

// needed reports whether somebody has a role of the configuration, or has to do
// with an open case of somebody else, or with a list that is not settled.
func (s *Store) needed(b *batch, p Person) (bool, error) {
	card, err := s.card(b.t, p)
	if err != nil || len(s.opt.Holds(card)) > 0 {
		return err == nil, err
	}
	found := false
	b.t.scan(bucketOpen, nil, func(k, _ []byte) bool {
		var c Case
		if c, err = s.current(b, string(caseID(binary.BigEndian.Uint64(k)))); err == nil {
			found = c.Person != p.ID && c.concerns(p.ID)
		}
		return err == nil && !found
	})
	for n := uint64(1); err == nil && !found && n <= b.t.number(metaBatches); n++ {
		var l Batch
		if l, _, err = s.batches.row(b.t, string(batchID(n))); err == nil && !l.Settled() {
			found = l.Owner == p.ID || l.Asked != nil && (l.Asked.To == p.ID || l.Asked.Fallback.has(p.ID)) ||
				slices.ContainsFunc(l.Rows, func(r Row) bool { return r.Person == p.ID || r.Manager == p.ID })
		}
	}
	return found, err
}

// concerns reports whether an open case needs somebody who is not its leaver: who
// asks, decides, or gets something.
func (c Case) concerns(p PersonID) bool {
	plan := c.Plan(0)
	return slices.Contains(append(c.DependsOn(), c.Asker(), c.Requester, c.Terms.Manager, c.Heir()), p) || slices.Contains(plan.Approvers, p) || plan.Fallback.has(p) ||
		slices.ContainsFunc(plan.Steps, func(s Step) bool {
			return slices.ContainsFunc(s.Answers, func(x Answer) bool { return x.Heir == p })
		})
}
