package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	bolt "go.etcd.io/bbolt"
)

// What Append knows about a list and its cases, for the rules about both.

// BatchFacts are what Append knows about a batch: of its cases, or for one of
// them.
type BatchFacts struct {
	Left     int      `json:"left,omitempty"`     // rows without a case and without an exception
	Cases    int      `json:"cases,omitempty"`    // that are drafts and were not taken out
	Unready  int      `json:"unready,omitempty"`  // of Cases, those that are still being looked at
	Scope    string   `json:"scope,omitempty"`    // over all of Cases
	Listed   bool     `json:"listed,omitempty"`   // the one who is asked, or the actor, is on the list
	Lock     bool     `json:"lock,omitempty"`     // others may decide in place of a silent approver, for each of Cases
	Open     bool     `json:"open,omitempty"`     // none of Cases is confidential
	Owner    PersonID `json:"owner,omitempty"`    // of a case's batch
	Takes    bool     `json:"takes,omitempty"`    // a case may be opened for this row
	Decided  uint64   `json:"decided,omitempty"`  // the entry that settles the case's batch
	By       PersonID `json:"by,omitempty"`       // who settled it
	Approved bool     `json:"approved,omitempty"` // and how
}

// whole stamps how the cases of a batch stand, and the hash of what one who
// approves it approves: exactly these cases with exactly these plans at this
// minute.
func (s *Store) whole(b *batch, id BatchID, who PersonID) (*BatchFacts, error) {
	row, ok, err := s.batches.row(b.t, string(id))
	if err != nil || !ok {
		return nil, err
	}
	f := &BatchFacts{Left: len(row.Rows) - len(row.Excepted), Lock: true, Open: true}
	var plans []string
	err = b.casesOf(id, func(_ int, c Summary) {
		f.Left--
		if c.Batch != id || c.State != CaseDraft {
			return
		}
		f.Cases++
		f.Listed = f.Listed || c.Person == who
		f.Lock, f.Open = f.Lock && c.Lock, f.Open && !c.Confidential
		if c.Plan != Proposed {
			f.Unready++
		}
		plans = append(plans, string(c.ID)+" "+c.Scope)
	})
	text, _ := json.Marshal(struct {
		ID     BatchID
		CutOff CutOff
		Plans  []string
	}{id, row.CutOff, plans}) // no type in it can fail
	sum := sha256.Sum256(text)
	f.Scope = hex.EncodeToString(sum[:8])
	return f, err
}

// Whole is how the cases of a batch stand now.
func (s *Store) Whole(id BatchID) (BatchFacts, error) {
	var f *BatchFacts
	err := s.view(func(tx *bolt.Tx) (err error) {
		f, err = s.whole(&batch{t: table{tx}}, id, "")
		return err
	})
	if err == nil && f == nil {
		err = NoSuchBatch(id)
	}
	if err != nil {
		return BatchFacts{}, err
	}
	return *f, nil
}

// stampBatch is what a batch says about an event.
func (s *Store) stampBatch(b *batch, c Case, e Event) (*BatchFacts, error) {
	switch x := e.Body.(type) {
	case Drafted:
		return s.ofBatch(b, x.Batch, x.Row)
	case Parted:
		return s.ofBatch(b, c.Batch, -1)
	case Covered:
		return s.ofBatch(b, c.Batch, -1)
	case Inherited:
		return s.ofBatch(b, c.Batch, -1)
	case Sent:
		return s.whole(b, BatchID(e.Subject), x.To)
	}
	if !isBatch(e.Subject) {
		return nil, nil
	}
	switch e.Body.(type) {
	case Decided:
		return s.whole(b, BatchID(e.Subject), e.Actor.Person)
	case FellBack:
		return s.whole(b, BatchID(e.Subject), "")
	}
	return nil, nil
}

// ofBatch stamps what a batch says about one of its cases.
func (s *Store) ofBatch(b *batch, id BatchID, row int) (*BatchFacts, error) {
	if id == "" {
		return nil, nil
	}
	x, ok, err := s.batches.row(b.t, string(id))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("a case of a batch that is not there")
	}
	f := &BatchFacts{Owner: x.Owner, Decided: x.Entry, Approved: x.Decision != nil}
	switch {
	case x.Decision != nil:
		f.By = x.Decision.By
	case x.Dropped != nil:
		f.By = x.Dropped.By
	}
	f.Takes = row >= 0 && row < len(x.Rows) && !x.Settled() && x.Asked == nil && !x.excepted(row) && b.t.get(bucketBatches, batchKey(id, row)) == nil
	return f, nil
}
