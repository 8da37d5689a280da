package store

import (
	"slices"
	"time"
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
	Row   int     `json:"row"` // from 0
	Why   Private `json:"why"`
	Code  Code    `json:"code,omitempty"`  // of the refusal: what can be done about it
	Field string  `json:"field,omitempty"` // of the refusal
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
	User     string      `json:"user,omitempty"`   // of the operating system, who proposed it at the command line
	Owner    PersonID    `json:"owner,omitempty"`  // who asks for it; empty until somebody has taken it over
	Former   []PersonID  `json:"former,omitempty"` // who asked for it before: they decide about it as little as the owner
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
	At       time.Time    `json:"at"`
	Cases    int          `json:"cases"`
	Open     bool         `json:"open,omitempty"`     // no case of it is confidential, so others of HR and security may know of it
	Fallback *Fallback    `json:"fallback,omitempty"` // who may decide in their place
	Moved    []Delegation `json:"moved,omitempty"`    // from who left to who stands in for them
}

// Since is when the one who is asked now was asked.
func (a Asking) Since() time.Time {
	if n := len(a.Moved); n > 0 {
		return a.Moved[n-1].At
	}
	return a.At
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
		b.disowned()
		b.Owner = e.Actor.Person
	case Orphaned:
		b.disowned()
	case FellBack:
		b.ask(func(a *Asking) { a.Fallback = &Fallback{To: x.To, At: e.At} })
	case Replaced:
		b.ask(func(a *Asking) { a.replaced(x, e.At) })
	case Excepted:
		b.Excepted = append(slices.Clone(b.Excepted), x.Rows...)
	case Sent:
		b.Asked, b.Declined = &Asking{Sent: x, At: e.At}, nil
		if f := e.Facts.Batch; f != nil {
			b.Asked.Cases, b.Asked.Open = f.Cases, f.Open
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
