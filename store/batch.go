package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A batch is a list of people who leave at one minute: it opens a draft for each
// of them, is submitted once and approved once, and each case goes on by itself
// from there. It is a subject of its own, "BATCH-3". Which cases it has is no
// part of it: each case says so, and an index leads from a batch to them, so
// that a case of a list of thousands costs what any case costs.

// BatchID names a batch: "BATCH-3".
type BatchID string

// NewBatch is the batch that is not there yet; see NewCase.
const NewBatch = "BATCH-new"

// MaxRows is how many people a batch may have; MaxListed how many of them one
// entry lists, which keeps it below MaxEntry.
const (
	MaxRows   = 5000
	MaxListed = 150
)

// Listed is a part of a list. All parts are in one commit.
type Listed struct {
	CutOff CutOff `json:"cutOff"` // of all of them; the first part's counts
	Rows   []Row  `json:"rows"`
	More   bool   `json:"more,omitempty"` // another part follows, in the same commit
}

// Row is somebody on a list, with their own part of the terms.
type Row struct {
	Person       PersonID `json:"person"`
	Kind         string   `json:"kind"`
	LastDay      Date     `json:"lastDay"`
	Zone         string   `json:"zone"`
	Manager      PersonID `json:"manager"` // heir where nobody else is named
	Stead        bool     `json:"stead,omitempty"`
	Confidential bool     `json:"confidential,omitempty"`
	Reason       string   `json:"-"` // sealed in each case, not here
	Sealed       Private  `json:"reason,omitzero"`
}

// Adopted says that a person takes over a list that an operator proposed.
type Adopted struct{}

// Excepted are rows for which no case could be opened, and why, in the words in
// which the one who asked was refused.
type Excepted struct {
	Rows []Exception `json:"rows"`
}

// Exception is one of them.
type Exception struct {
	Row int     `json:"row"` // from 0
	Why Private `json:"why"`
}

// Sent asks one person to approve all cases of a list.
type Sent struct {
	Scope string   `json:"scope"`
	To    PersonID `json:"to"`
}

// Dropped gives a list up before it is approved; its drafts end.
type Dropped struct{}

// Covered is what was decided about a batch, in one of its cases: it is
// approved, or given up.
type Covered struct {
	Batch   BatchID  `json:"batch"`
	Entry   uint64   `json:"entry"` // the Decided or Dropped
	By      PersonID `json:"by"`
	Approve bool     `json:"approve,omitempty"`
	Scope   string   `json:"scope,omitempty"` // of the case's plan
}

// Parted takes a case out of its batch: from then on it is a draft like others.
type Parted struct{}

func (Listed) kind() string   { return "listed" }
func (Adopted) kind() string  { return "adopted" }
func (Excepted) kind() string { return "excepted" }
func (Sent) kind() string     { return "sent" }
func (Dropped) kind() string  { return "dropped" }
func (Covered) kind() string  { return "covered" }
func (Parted) kind() string   { return "parted" }

// Batch is a list of people, as the log folds to it.
type Batch struct {
	ID       BatchID     `json:"id"`
	Rows     []Row       `json:"rows"`
	CutOff   CutOff      `json:"cutOff"`
	User     string      `json:"user,omitempty"`  // of the operating system, who proposed it at the command line
	Owner    PersonID    `json:"owner,omitempty"` // who asks for it; empty until somebody has taken it over
	At       time.Time   `json:"at"`
	More     bool        `json:"more,omitempty"` // see Listed; never outside a commit
	Excepted []Exception `json:"excepted,omitempty"`
	Asked    *Asking     `json:"asked,omitempty"`
	Declined *Decision   `json:"declined,omitempty"` // the last refusal, until it is submitted again
	Decision *Decision   `json:"decision,omitempty"`
	Dropped  *Decision   `json:"dropped,omitempty"`
	Entry    uint64      `json:"entry,omitempty"` // of Decision or Dropped
	Disowned []Disowned  `json:"disowned,omitempty"`
	Seq      uint64      `json:"seq"`
}

// Asking is the question to the one who approves.
type Asking struct {
	Sent
	At    time.Time `json:"at"`
	Cases int       `json:"cases"`
}

// BatchFacts are what Append knows about a batch: of its cases, or for one of
// them.
type BatchFacts struct {
	Left     int      `json:"left,omitempty"`     // rows without a case and without an exception
	Cases    int      `json:"cases,omitempty"`    // that are drafts and were not taken out
	Unready  int      `json:"unready,omitempty"`  // of Cases, those that are still being looked at
	Scope    string   `json:"scope,omitempty"`    // over all of Cases
	Listed   bool     `json:"listed,omitempty"`   // the one who is asked, or the actor, is on the list
	Owner    PersonID `json:"owner,omitempty"`    // of a case's batch
	Takes    bool     `json:"takes,omitempty"`    // a case may be opened for this row
	Decided  uint64   `json:"decided,omitempty"`  // the entry that settles the case's batch
	By       PersonID `json:"by,omitempty"`       // who settled it
	Approved bool     `json:"approved,omitempty"` // and how
}

// Settled reports whether nothing about the list can change any more.
func (b Batch) Settled() bool { return b.Decision != nil || b.Dropped != nil }

// excepted reports whether the row is among the exceptions.
func (b Batch) excepted(row int) bool {
	return slices.ContainsFunc(b.Excepted, func(x Exception) bool { return x.Row == row })
}

// Apply is Case.Apply for a batch.
func (b Batch) Apply(e Event) Batch {
	b.ID, b.Seq = BatchID(e.Subject), e.Seq
	mark := &Decision{By: e.Actor.Person, At: e.At}
	switch x := e.Body.(type) {
	case Listed:
		if len(b.Rows) == 0 {
			b.CutOff, b.Owner, b.At = x.CutOff, e.Actor.Person, e.At
			if user, ok := e.Actor.OperatorUser(); ok {
				b.User = user
			}
		}
		b.Rows, b.More = append(slices.Clone(b.Rows), x.Rows...), x.More
	case Adopted:
		b.Owner = e.Actor.Person
	case Excepted:
		b.Excepted = append(slices.Clone(b.Excepted), x.Rows...)
	case Sent:
		b.Asked, b.Declined = &Asking{Sent: x, At: e.At}, nil
		if f := e.Facts.Batch; f != nil {
			b.Asked.Cases = f.Cases
		}
	case Decided:
		mark.Reason = x.Reason
		if x.Approve {
			b.Decision, b.Entry = mark, e.Seq
		} else {
			b.Declined, b.Asked = mark, nil
		}
	case Dropped:
		b.Dropped, b.Entry = mark, e.Seq
	case Disowned:
		b.Disowned = append(slices.Clone(b.Disowned), x)
		if x.Entry == b.Entry && b.Decision != nil {
			// What has been approved by it is held; the rest is asked for again.
			b.Decision, b.Entry, b.Asked = nil, 0, nil
		}
	}
	return b
}

// fits refuses a list in which somebody stands twice, or whose managers leave
// with it: they could not get what is handed over.
func fits(rows []Row) *Refused {
	if len(rows) == 0 || len(rows) > MaxRows {
		return refuse(Malformed, "A list has 1 to %d people; this one has %d. Nothing was changed.", MaxRows, len(rows))
	}
	leaves := map[PersonID]bool{}
	for _, r := range rows {
		if leaves[r.Person] {
			return refuse(WhoIsIt, "%s is on the list twice. Nothing was changed.", r.Person)
		}
		leaves[r.Person] = true
	}
	for _, r := range rows {
		if leaves[r.Manager] {
			return refuse(WhoIsIt, "%s is to get what %s leaves behind, and is on the list too. Please name somebody else as the manager. Nothing was changed.", r.Manager, r.Person)
		}
	}
	return nil
}

// List records a list of people in one commit: all of it, or nothing.
func (s *Store) List(ctx context.Context, actor Actor, cut CutOff, rows []Row) (BatchID, error) {
	if r := fits(rows); r != nil {
		return "", r
	}
	var first, last *request
	for part := range slices.Chunk(rows, MaxListed) {
		part = slices.Clone(part)
		for i := range part {
			part[i].Sealed = Seal(part[i].Reason)
		}
		r := &request{subject: NewBatch, actor: actor, body: Listed{CutOff: cut, Rows: part}}
		r.actor.Once = ""
		if last == nil {
			first, r.actor.Once = r, actor.Once
		} else {
			last.then, last.body = r, Listed{CutOff: cut, Rows: last.body.(Listed).Rows, More: true}
		}
		last = r
	}
	out := s.send(ctx, first)
	return BatchID(out.subject), out.err
}

// Batch returns a batch as its entries fold to now. It does not look at who asks.
func (s *Store) Batch(id BatchID) (Batch, error) {
	var b Batch
	err := s.view(func(tx *bolt.Tx) (err error) {
		b, _, err = s.batches.row(table{tx}, string(id))
		return err
	})
	if err == nil && b.ID == "" {
		err = NoSuchBatch(id)
	}
	return b, err
}

// Batches lists all batches, oldest first.
func (s *Store) Batches() ([]Batch, error) {
	var out []Batch
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		for n := range t.number(metaBatches) {
			b, _, err := s.batches.row(t, string(batchID(n+1)))
			if err != nil {
				return err
			}
			out = append(out, b)
		}
		return nil
	})
	return out, err
}

// BatchCases lists the rows of a batch's cases by the row of the list that they
// were opened for, also of those that were taken out.
func (s *Store) BatchCases(id BatchID) (map[int]Summary, error) {
	out := map[int]Summary{}
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		return (&batch{t: t}).casesOf(id, func(row int, c Summary) { out[row] = c })
	})
	return out, err
}

func (b *batch) casesOf(id BatchID, f func(row int, c Summary)) error {
	var err error
	b.t.scan(bucketBatches, batchKey(id, 0)[:len(id)+1], func(k, v []byte) bool {
		var row Summary
		if c, ok := b.cases[CaseID(v)]; ok {
			row = c.Summary()
		} else if _, err = b.t.row(string(v), &row); err != nil {
			return false
		}
		n, _ := strconv.ParseUint(string(k[len(id)+1:]), 16, 64)
		f(int(n), row)
		return true
	})
	return err
}

// batchKey is where a case of a batch stands in its index, in the order of the
// list.
func batchKey(id BatchID, row int) []byte {
	return fmt.Appendf(append([]byte(id), 0), "%08x", row)
}

func batchID(n uint64) BatchID { return BatchID("BATCH-" + strconv.FormatUint(n, 10)) }

// ParseBatch reads "BATCH-3", and "3" or "batch-3" as people type it.
func ParseBatch(s string) (BatchID, bool) {
	n, ok := number("BATCH-", s)
	if !ok {
		n, ok = number("", s)
	}
	return batchID(n), ok
}

// NoSuchBatch is the answer for a batch that is not there and for one that is
// not for the person who asks.
func NoSuchBatch(id BatchID) *Refused {
	return refuse(NotYours, "There is no list %s that you can see. /offboard batch shows those you can.", id)
}

// isBatch reports whether a subject is a batch.
func isBatch(subject string) bool {
	_, ok := number("BATCH-", subject)
	return ok
}

// whole stamps how the cases of a batch stand, and the hash of what one who
// approves it approves: exactly these cases with exactly these plans at this
// minute.
func (s *Store) whole(b *batch, id BatchID, who PersonID) (*BatchFacts, error) {
	row, ok, err := s.batches.row(b.t, string(id))
	if err != nil || !ok {
		return nil, err
	}
	f := &BatchFacts{Left: len(row.Rows) - len(row.Excepted)}
	var plans []string
	err = b.casesOf(id, func(_ int, c Summary) {
		f.Left--
		if c.Batch != id || c.State != CaseDraft {
			return
		}
		f.Cases++
		f.Listed = f.Listed || c.Person == who
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
	case Sent:
		return s.whole(b, BatchID(e.Subject), x.To)
	case Decided:
		if isBatch(e.Subject) {
			return s.whole(b, BatchID(e.Subject), e.Actor.Person)
		}
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
