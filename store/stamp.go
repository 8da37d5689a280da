package store

import (
	"encoding/binary"
	"encoding/json"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// stamp gathers every fact about others that the rules need, inside the
// transaction, so that the entry carries them.
func (s *Store) stamp(b *batch, c Case, e Event) (Facts, error) {
	f := Facts{}
	state, _, err := s.states.row(b.t, Installation)
	if err != nil {
		return f, err
	}
	f.Paused = state.Paused
	f.Doubt = b.clock.doubt
	if _, ok := e.Body.(Trusted); ok {
		f.Ahead = b.clock.ahead().Round(time.Second)
	}
	if _, ok := e.Body.(Rekeyed); ok {
		f.FirstKey, f.Key = s.sign.Verifier, state.key(s.sign.Verifier)
	}
	if f.Legal, err = b.legal(c, e); err != nil {
		return f, err
	}
	if f.Taken, err = b.taken(e); err != nil {
		return f, err
	}
	var other Summary
	switch e.Body.(type) {
	case Planned, Returned:
		if other, err = b.another(c); err != nil {
			return f, err
		}
		f.Open = other.ID
	}
	if _, ok := e.Body.(Explained); ok {
		f.KnownFor = s.opt.Limits().orUsual().Known
	}
	if f.Erase, err = s.stampErase(b, e); err != nil {
		return f, err
	}
	if f.Leaving, err = b.leaving(e); err != nil {
		return f, err
	}
	if f.Batch, err = s.stampBatch(b, c, e); err != nil {
		return f, err
	}
	if f.Founding, err = b.founding(e); err != nil || e.Actor.Person == "" {
		return f, err
	}
	var leaver Card
	if needsLeaver(e) {
		if leaver, err = s.leaver(b, c, e); err != nil {
			return f, err
		}
	}
	for _, cl := range e.Actor.Claims {
		if cl.Role == Approver {
			continue // only the case makes somebody its approver
		}
		// The installation is nobody that a condition could be asked about.
		counts := cl.Scope == nil || e.Subject == Installation || isBatch(e.Subject) || cl.Scope(leaver)
		switch {
		case counts && !slices.Contains(f.Roles, cl.Role):
			f.Roles = append(f.Roles, cl.Role)
		case !counts && !slices.Contains(f.Elsewhere, cl.Role):
			f.Elsewhere = append(f.Elsewhere, cl.Role)
		}
	}
	f.Hidden = other.ID != "" && !other.Visible(e.Actor.Person, f.Roles)
	if f.Own, err = b.gone(e.Actor.Person); err != nil {
		return f, err
	}
	if f.Frozen, err = b.frozen(e.Actor.Person); err != nil {
		return f, err
	}
	first, err := b.first(c, e)
	if err != nil {
		return f, err
	}
	if since, err := b.frozen(first); err != nil {
		return f, err
	} else if !since.IsZero() {
		f.First = first
	}
	for _, p := range named(c, e.Body) {
		if p == "" {
			continue // refused by the rules
		}
		if b.t.get(bucketRows, []byte(p)) == nil {
			return f, unknown(p)
		}
		row, err := b.active(p)
		if err != nil {
			return f, err
		}
		gone, err := b.gone(p)
		switch {
		case err != nil:
			return f, err
		case row.ID == "" && !gone:
			continue
		case row.ID == "":
			// Somebody who has left for good is no news, but the text for
			// both must be the same.
			f.Secret = append(f.Secret, p)
		default:
			known, err := s.knows(b, e.Actor, row)
			if err != nil {
				return f, err
			}
			secret := !known && (row.Confidential || row.State == CaseDraft) // of a draft nobody was told
			switch {
			case secret && p == e.Actor.Person:
				continue // they must not learn it by naming themself
			case secret:
				f.Secret = append(f.Secret, p)
			}
		}
		f.Leaving = append(f.Leaving, p)
	}
	f.Ruling = s.ruled(leaver, e.Body)
	if d, ok := e.Body.(Drafted); ok {
		return s.stampStart(b, d, e, f, state)
	}
	if _, ok := e.Body.(Parted); ok {
		b.brake(&f, state, s.opt.Limits().orUsual(), e, c.Terms.Confidential)
	}
	return f, nil
}

// knows reports whether the actor may know of somebody else's case: by the
// roles they have over that person, not over the one the event is about.
func (s *Store) knows(b *batch, a Actor, row Summary) (bool, error) {
	var card Card
	if slices.ContainsFunc(a.Claims, func(c Claim) bool { return c.Scope != nil }) {
		var p Person
		_, err := b.t.row(string(row.Person), &p)
		if err == nil {
			card, err = s.card(b.t, p)
		}
		if err != nil {
			return false, err
		}
	}
	var roles []Role
	for _, cl := range a.Claims {
		if cl.Role != Approver && (cl.Scope == nil || cl.Scope(card)) {
			roles = append(roles, cl.Role)
		}
	}
	return row.Visible(a.Person, roles), nil
}

func (s *Store) stampStart(b *batch, d Drafted, e Event, f Facts, st State) (Facts, error) {
	if d.Batch == "" && !d.urgent(f) {
		b.brake(&f, st, s.opt.Limits().orUsual(), e, d.Terms.Confidential)
	}
	row, err := b.active(d.Person)
	if err != nil {
		return f, err
	}
	if d.Terms.Move != nil {
		if row, err = b.before(d.Person, row); err != nil {
			return f, err
		}
	}
	f.Open = row.ID
	f.Hidden = row.ID != "" && !row.Visible(e.Actor.Person, f.Roles)
	return f, nil
}

// needsLeaver reports whether a rule looks at the leaver's card, which has to
// be decrypted for it.
func needsLeaver(e Event) bool {
	switch e.Body.(type) {
	case Drafted, Amended:
		return true
	}
	return slices.ContainsFunc(e.Actor.Claims, func(c Claim) bool { return c.Scope != nil })
}

// leaver is the card of the person the event is about, for scopes.
func (s *Store) leaver(b *batch, c Case, e Event) (Card, error) {
	id := c.Person
	if d, ok := e.Body.(Drafted); ok {
		id = d.Person
	}
	if _, ok := number("P-", e.Subject); ok {
		id = PersonID(e.Subject)
	}
	if id == "" {
		return Card{}, nil
	}
	var p Person
	ok, err := b.t.row(string(id), &p)
	if err != nil {
		return Card{}, err
	}
	if _, opens := e.Body.(Drafted); !ok || opens && p.Erased != nil { // a form may have waited since
		return Card{}, unknown(id)
	}
	return s.card(b.t, p)
}

// named are the persons that a body gives a duty or a thing to.
func named(c Case, body Body) []PersonID {
	switch b := body.(type) {
	case Drafted:
		return []PersonID{b.Terms.Manager}
	case Amended:
		return []PersonID{b.Terms.Manager}
	case Decided:
		return []PersonID{c.Heir()} // the heir where nobody was named
	case Planned:
		return []PersonID{b.Approver}
	case Delegated:
		return []PersonID{b.To}
	case Sent:
		return []PersonID{b.To}
	case Answered:
		var out []PersonID
		for _, a := range b.Answers {
			if a.Heir != "" && !slices.Contains(out, a.Heir) {
				out = append(out, a.Heir)
			}
		}
		return out
	}
	return nil
}

// active is the row of a person's open departure; the zero Summary if there is none.
func (b *batch) active(p PersonID) (Summary, error) {
	var row Summary
	id := b.t.get(bucketActive, []byte(p))
	if id == nil {
		return row, nil
	}
	if c, ok := b.cases[CaseID(id)]; ok {
		return c.Summary(), nil
	}
	_, err := b.t.row(string(id), &row)
	return row, err
}

// gone reports whether a person's own access has been cut off.
func (b *batch) gone(p PersonID) (bool, error) {
	if b.t.get(bucketGone, []byte(p)) != nil {
		return true, nil
	}
	row, err := b.active(p)
	return row.ID != "" && row.CutOffPassed(b.at), err
}

// taken is whose the account is already that an event is about. A second
// person is asked about it again: it may have been linked since.
func (b *batch) taken(e Event) (PersonID, error) {
	var a *Account
	switch x := e.Body.(type) {
	case Linked:
		a = &x.Account
	case Owned:
		return PersonID(b.t.get(bucketLookup, []byte(x.Account.Lookup))), nil
	case Requested:
		a = x.Change.Account
	case Seconded:
		var p Person
		if _, ok := number("P-", e.Subject); !ok {
			return "", nil
		}
		if _, err := b.t.row(e.Subject, &p); err != nil {
			return "", err
		}
		if i := p.pending(x.Entry); i >= 0 {
			a = p.Pending[i].Change.Account
		}
	}
	if a == nil {
		return "", nil
	}
	return PersonID(b.t.get(bucketLookup, []byte(a.Lookup))), nil
}

// Founding reports whether the next link that an operator asks for is the first
// of all, to which nobody has to agree.
func (s *Store) Founding() (yes bool, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		yes, err = (&batch{t: table{tx}}).unlinked()
		return err
	})
	return yes, err
}

// founding reports whether an operator asks for the first link of a log in
// which nothing has happened yet. There is nobody who could agree to it, and
// nothing to protect that whoever writes the configuration does not hold.
func (b *batch) founding(e Event) (bool, error) {
	if r, ok := e.Body.(Requested); !ok || r.Change.Account == nil || !e.Actor.operator() {
		return false, nil
	}
	return b.unlinked()
}

// unlinked reports whether there is no case and nobody has a chat account.
func (b *batch) unlinked() (bool, error) {
	if b.t.number(metaCases) > 0 {
		return false, nil
	}
	linked := false
	var err error
	b.t.scan(bucketRows, []byte("P-"), func(_, v []byte) bool {
		var p Person
		err = json.Unmarshal(v, &p)
		linked = len(p.Links) > 0
		return err == nil && !linked
	})
	return err == nil && !linked, err
}

// onceAge is how long the key of a delivery is kept. Slack retries for about
// six minutes; a gateway that resumes may replay for longer.
const onceAge = 7 * 24 * time.Hour

// forgetOnce drops the keys of old deliveries.
func (t table) forgetOnce(now time.Time) error {
	var old [][]byte
	t.scan(bucketOnce, nil, func(k, v []byte) bool {
		if len(v) >= 8 && now.Sub(time.UnixMicro(int64(binary.BigEndian.Uint64(v)))) > onceAge {
			old = append(old, slices.Clone(k))
		}
		return true
	})
	for _, k := range old {
		if err := t.del(bucketOnce, k); err != nil {
			return err
		}
	}
	return nil
}
